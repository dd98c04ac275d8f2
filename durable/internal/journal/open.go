package journal

import (
	"errors"
	"io"

	"github.com/segmentrules/segment/durable/internal/disk"
)

// Open opens the store in a directory, or makes one there if the directory has
// none. It takes the lock of the directory, hands the newest snapshot to restore
// and then each record behind it to replay, in order; what they get is good until
// they return. Restore is not called if there is no snapshot; both may be nil.
//
// A torn tail, which a crash leaves, is cut off and reported. Damage is a
// [CorruptError], and a file of a later version a [VersionError]; nothing is
// changed then, but that unfinished files may have been removed. An error of
// restore or replay ends the opening and is returned as it is.
//
// It reads the newest snapshot and the logs behind it, once; [Verify] reads the
// older ones too. Memory is a window of 256 KiB, a block, the meta and the
// longest record; a torn tail is read as a whole.
func Open(dir disk.Dir, o Options, restore func(meta []byte, body io.Reader) error, replay func(lsn uint64, payload []byte) error) (*Journal, Report, error) {
	j := &Journal{folder: folder{dir: dir, id: o.ID, mistake: o.mistake}, o: o.filled()}
	lock, err := j.folder.lock(o.ReadOnly)
	if err != nil {
		return nil, Report{}, err
	}
	j.lock = lock
	op := opening{Journal: j, restored: restore, record: replay}
	if err := op.run(); err != nil {
		// the error of closing would tell nothing more
		if j.log != nil {
			j.log.close()
		}
		lock.Close()
		return nil, op.report, err
	}
	op.report.ID = j.id
	return j, op.report, nil
}

// An opening is what happens in Open.
type opening struct {
	*Journal
	restored func(meta []byte, body io.Reader) error
	record   func(lsn uint64, payload []byte) error
	report   Report
}

func (op *opening) run() error {
	l, err := op.list()
	if err != nil {
		return err
	}
	if !op.o.ReadOnly {
		if l.tmps, err = op.tidy(l.tmps); err != nil {
			return err
		}
	}
	if len(l.logs) == 0 && len(l.snaps) == 0 {
		return op.create()
	}
	covered := newest(l.snaps)
	if l.snaps, err = op.start(l.snaps); err != nil {
		return err
	}
	op.logs, op.snaps = l.logs, l.snaps
	p := replay{folder: &op.folder, logs: l.logs, after: op.report.Snapshot, covered: covered, record: op.record}
	if err := p.run(); err != nil {
		return err
	}
	op.report.Last, op.report.Replayed, op.report.Dropped = p.next.lsn-1, p.replayed, p.tail
	op.grown.Store(p.bytes)
	op.lsn.Store(p.next.lsn - 1)
	if op.o.ReadOnly {
		op.stop(ErrReadOnly)
		op.durable.Store(p.next.lsn - 1)
		return nil
	}
	return op.goOn(&p)
}

// tidy removes what was not finished, and makes lasting what names there are: they were
// read, and may be in the cache of the system only, if a process was killed and not the
// machine.
func (op *opening) tidy(tmps []string) ([]string, error) {
	for _, name := range tmps {
		if op.mistake == tmpKept {
			break
		}
		if err := op.dir.Remove(name); err != nil {
			return nil, err
		}
		op.report.Leftover = append(op.report.Leftover, name)
	}
	if op.mistake == openDirNotSynced {
		return nil, nil
	}
	return nil, op.dir.Sync()
}

// create makes a new store.
func (op *opening) create() (err error) {
	if op.o.ReadOnly || op.id == (id{}) && op.o.NewID == nil {
		return ErrNoStore
	}
	if op.id == (id{}) {
		op.id = op.o.NewID()
	}
	op.report.Created = true
	op.log, err = op.createLog(logHeader{id: op.id, first: 1}, nil)
	op.logs = []uint64{1}
	return err
}

// start restores a snapshot, and returns the snapshots without one that is passed over.
func (op *opening) start(snaps []uint64) ([]uint64, error) {
	snaps, err := op.choose(snaps)
	if err != nil || len(snaps) == 0 {
		return snaps, err
	}
	op.report.Snapshot = newest(snaps)
	op.size, err = op.restore(newest(snaps), op.restored)
	return snaps, err
}

// choose passes over the newest snapshot if it is damaged and the caller wants the one
// before it then.
func (op *opening) choose(snaps []uint64) ([]uint64, error) {
	if !op.o.OlderSnapshot || len(snaps) == 0 {
		return snaps, nil
	}
	var damage *CorruptError
	switch _, err := op.checkSnap(newest(snaps)); {
	case err == nil:
		return snaps, nil
	case !errors.As(err, &damage):
		return nil, err
	}
	op.report.Damaged = damage
	return snaps[:len(snaps)-1], nil
}

// goOn opens a log for what is to come.
func (op *opening) goOn(p *replay) (err error) {
	if err := op.setAside(); err != nil {
		return err
	}
	switch {
	case p.size == logHeadLen && p.tail == nil, // nothing was ever written to it
		op.mistake == appendBehindTail,
		op.mistake == openNotSynced && p.tail == nil:
		op.log, err = op.appendLog(p.head, p.next.prev, p.size)
	default:
		err = op.anew(p)
	}
	if err != nil {
		return err
	}
	op.durable.Store(op.LSN())
	_ = op.prune() // what cannot be removed is in nobody's way, and tried again with the next snapshot
	return nil
}

// setAside renames a snapshot that was passed over, so that it does not count any more.
func (op *opening) setAside() error {
	if op.report.Damaged == nil || op.mistake == badSnapshotKept {
		return nil
	}
	name := op.report.Damaged.File
	if err := op.dir.Rename(name, name+badEnd); err != nil {
		return err
	}
	return op.dir.Sync()
}
