package journal

import (
	"fmt"
	"io"
	"sync"
	"sync/atomic"
)

// Options say how a store is opened. The zero value is good for a store that exists.
type Options struct {
	// ID is what the store must have as its id; a new store gets it. Zero takes any.
	ID [16]byte

	// NewID makes the id of a new store if ID is zero: 16 random bytes. Without
	// it and without ID there is no new store, only [ErrNoStore].
	NewID func() [16]byte

	// FileBytes is the size from which on a log is followed by the next; zero is
	// 64 MiB. A log may be longer by one batch.
	FileBytes int64

	// ReadOnly changes nothing in the directory: nothing is removed, cut or made,
	// and Append answers [ErrReadOnly]. It goes together with other openings to
	// read, and not with one to write.
	ReadOnly bool

	// OlderSnapshot starts from the snapshot before the newest if the newest is
	// damaged, or from record 1 if there was none before it. The newest is read
	// twice, since it is checked before any of it is handed out.
	OlderSnapshot bool

	mistake fault // of tests only
	piece   int   // tests make pieces and blocks small; 0 is the usual size
	block   int
}

// fileBytes is the usual size of a log: small enough to be removed soon after a snapshot,
// large enough that the two syncs of a new log are rare.
const fileBytes = 64 << 20

// filled returns the options with what was left out.
func (o Options) filled() Options {
	if o.FileBytes <= 0 {
		o.FileBytes = fileBytes
	}
	if o.piece == 0 {
		o.piece = maxPiece
	}
	if o.block == 0 {
		o.block = blockLen
	}
	return o
}

// A Journal is a store that is open. What may be called at once is said at each
// method: Append and Take belong under one lock of the caller, Sync goes beside
// them, and so does one [SnapshotJob]. All else is safe for concurrent use.
type Journal struct {
	folder
	o    Options
	lock io.Closer

	lsn     atomic.Uint64 // the last record appended
	durable atomic.Uint64
	bad     atomic.Pointer[error] // why nothing is written any more
	grown   atomic.Int64          // bytes of frames since the snapshot that was restored
	rotate  atomic.Bool           // a snapshot has begun: the next batch goes to a log of its own

	// under the lock of the caller
	buf   []byte // frames that nobody has taken
	first uint64 // the lsn of the first of them

	log *logWriter // of the one Sync at a time

	mu    sync.Mutex // held for moments, never during an operation of the disk
	spare []byte     // a buffer for the frames to come
	logs  []uint64   // first lsns of the logs on the disk, in order
	snaps []uint64   // lsns of the snapshots, in order
	size  int64      // bytes of the newest snapshot
	since int64      // grown when it began
	busy  bool       // a snapshot is being written

	useless []string // names of files that are to be removed, some of which could not be
}

// Poison ends all writing because of an error, which may be one of the caller, such as a
// state that is ahead of the log. It returns [ErrPoisoned] with the first such error.
func (j *Journal) Poison(err error) error {
	if j.mistake == goOnAfterError {
		return err
	}
	err = fmt.Errorf("%w: %w", ErrPoisoned, err)
	j.bad.CompareAndSwap(nil, &err)
	return *j.bad.Load()
}

// stop is the answer to all writing from now on.
func (j *Journal) stop(err error) { j.bad.Store(&err) }

// Err returns why nothing is written any more: [ErrPoisoned] with the first error
// of the disk, [ErrReadOnly], [ErrClosed]; nil while all is well.
func (j *Journal) Err() error {
	if err := j.bad.Load(); err != nil {
		return *err
	}
	return nil
}

// LSN returns the last record that was appended; 0 before the first.
func (j *Journal) LSN() uint64 { return j.lsn.Load() }

// Durable returns the last record that no crash can take back. Of a store that is
// open to read only, it is the last record found.
func (j *Journal) Durable() uint64 { return j.durable.Load() }

// ID returns the id of the store.
func (j *Journal) ID() [16]byte { return j.id }

// LogBytes returns the bytes of records appended since the last snapshot began:
// what is read when the store is opened again, but for the snapshot.
func (j *Journal) LogBytes() int64 {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.grown.Load() - j.since
}

// SnapshotBytes returns the size of the newest snapshot; 0 if there is none.
func (j *Journal) SnapshotBytes() int64 {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.size
}

// Snapshot returns the lsn of the newest snapshot; 0 if there is none.
func (j *Journal) Snapshot() uint64 {
	j.mu.Lock()
	defer j.mu.Unlock()
	return newest(j.snaps)
}

// newest is the last of lsns in order.
func newest(lsns []uint64) uint64 {
	if len(lsns) == 0 {
		return 0
	}
	return lsns[len(lsns)-1]
}
