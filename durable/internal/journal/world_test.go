package journal

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime/debug"
	"syscall"

	"github.com/segmentrules/segment/durable/internal/disk/simdisk"
)

// A world is one store on a simulated disk, which lives through many crashes. Everything in
// it comes from its seed. The oracle is past: the state after each record that was ever
// appended. What is opened must be one of them, not before acked.
type world struct {
	seed uint64
	rng  *rand.Rand
	disk *simdisk.Disk
	o    Options
	mode int // of inputs
	size int // of inputs in mode sized

	past  []machine // by lsn
	acked uint64    // the last record that somebody was told is durable

	// of the life that is lived
	j        *Journal
	m        machine
	job      *SnapshotJob
	body     []byte // what the job has still to write
	poisoned bool
	buf, in  []byte

	crashes, opens, damages, flips int
	failed                         int // snapshots, while the log went on
	tally                          tally
}

// A violation is what a world ends with if the journal breaks a promise.
type violation struct{ error }

func (w *world) broken(format string, args ...any) {
	panic(violation{fmt.Errorf("seed %d: "+format, append([]any{w.seed}, args...)...)})
}

// newWorld makes a world of a mode, or, with 0, of the one that its seed gives it.
func newWorld(seed uint64, mistake fault, mode int) *world {
	rng := rand.New(rand.NewPCG(seed, 1))
	w := &world{seed: seed, rng: rng, disk: simdisk.New(seed), past: make([]machine, 1)}
	w.o = Options{
		ID: id{7}, mistake: mistake,
		FileBytes: int64(200 + rng.IntN(6000)),
		piece:     []int{100, 600, 3000}[rng.IntN(3)],
		block:     40 + rng.IntN(400),
	}
	if w.mode = mode; mode == 0 {
		w.mode = max(mixed, rng.IntN(6)-1)
	}
	if w.mode == aligned {
		w.o.piece = maxPiece
	}
	// Single bits among zeros and old bytes do not go together: where old and new differ in
	// one bit, a sector that was not written is taken for a flip, which flip.go tells of.
	if w.mode == aligned || w.mode == sized {
		w.disk.Haunt()
	}
	w.size = []int{474, 986, 40}[rng.IntN(3)]
	return w
}

// Worlds differ in what is written: some only have what is hard in one way.
const (
	mixed   = 1 + iota
	sized   // all of one size, so that frames come to lie where others have been
	aligned // frames end where sectors end, so that a frame of old may follow a new one
	hollow  // long zeros with a single bit in them, which is lost and looks like a flip
)

// guard returns the promise that was broken meanwhile.
func (w *world) guard(do func()) (err error) {
	defer func() {
		switch p := recover().(type) {
		case nil:
		case violation:
			err = p.error
		default:
			err = fmt.Errorf("seed %d: a panic: %v\n%s", w.seed, p, debug.Stack())
		}
	}()
	do()
	return nil
}

// live goes through some lives, and returns the promise that was broken.
func (w *world) live(lives int) error {
	return w.guard(func() {
		for range lives {
			w.life()
			w.restart()
			if w.rng.IntN(16) == 0 {
				w.harm()
			}
		}
	})
}

// life opens the store, works with it, and ends in a crash, mostly.
func (w *world) life() {
	w.j, w.job, w.poisoned = nil, nil, false
	at := w.disk.Steps() + 1
	if w.rng.IntN(10) > 0 {
		w.disk.CrashAt(at + w.rng.IntN(50))
	}
	if w.rng.IntN(6) == 0 {
		w.disk.FailAt(at+w.rng.IntN(50), []error{syscall.EIO, syscall.ENOSPC}[w.rng.IntN(2)])
	}
	if !w.open() {
		return
	}
	if w.mode == aligned && w.rng.IntN(4) > 0 {
		w.brief()
		return
	}
	for range w.rng.IntN(40) {
		w.step()
		// nobody may ever have been told more than what is found later
		w.acked = max(w.acked, w.j.Durable())
		if w.disk.Down() {
			return
		}
	}
	if w.rng.IntN(3) == 0 {
		w.finish()
	}
}

// brief is a life that ends in its first batch: what is there of it may be seen again behind
// the first batch of the next life.
func (w *world) brief() {
	w.disk.CrashAt(w.disk.Steps() + 2) // the sync behind the write
	for range 2 + w.rng.IntN(2) {
		w.append()
	}
	w.done("flush", w.j.Flush())
	w.acked = max(w.acked, w.j.Durable())
}

// restart ends the life by killing the process or cutting the power.
func (w *world) restart() {
	w.crashes++
	if w.rng.IntN(4) == 0 {
		w.disk.Kill()
	} else {
		w.disk.Cut()
	}
}

// injected reports whether an error is one that the test ordered.
func (w *world) injected(err error) bool {
	return errors.Is(err, simdisk.ErrDown) && w.disk.Down() || errors.Is(err, syscall.EIO) || errors.Is(err, syscall.ENOSPC)
}

// open opens the store, and compares what it finds with the past.
func (w *world) open() bool {
	w.opens++
	var m machine
	j, rep, err := Open(w.disk, w.o, m.restore, m.replay)
	if err != nil {
		if !w.injected(err) {
			w.broken("opened after %d crashes: %v", w.crashes, err)
		}
		return false
	}
	w.compare(m, rep, w.acked)
	if j.Durable() != m.n || j.LSN() != m.n {
		w.broken("%d records are there, and %d durable of %d in the journal", m.n, j.Durable(), j.LSN())
	}
	w.j, w.m = j, m
	w.past, w.acked = w.past[:m.n+1], m.n
	return true
}

// compare holds what was found against the past.
func (w *world) compare(m machine, rep Report, least uint64) {
	switch {
	case m.n < least:
		w.broken("record %d was acknowledged, and the last one found is %d (%+v)", least, m.n, rep)
	case m.n >= uint64(len(w.past)):
		w.broken("%d records were appended, and %d are found", len(w.past)-1, m.n)
	case w.past[m.n] != m:
		w.broken("after record %d the state is another one than it was", m.n)
	case rep.Last != m.n:
		w.broken("the report says %d, where the last record is %d", rep.Last, m.n)
	}
}

// step does one thing.
func (w *world) step() {
	switch w.rng.IntN(12) {
	case 0, 1, 2, 3:
		for range 1 + w.rng.IntN(4) {
			w.append()
		}
	case 4, 5, 6:
		w.done("flush", w.j.Flush())
	case 7: // others append while a batch is written
		b := w.j.Take()
		w.append()
		w.done("sync", w.j.Sync(b))
	case 8:
		w.begin()
	case 9, 10:
		w.write()
	case 11:
		w.commit()
	}
}

// done looks at the result of an operation: after the first error there are no others.
func (w *world) done(what string, err error) bool {
	switch {
	case err == nil && w.poisoned:
		w.broken("%s works after an error", what)
	case err == nil:
		return true
	case !w.injected(err):
		w.broken("%s: %v", what, err)
	case !errors.Is(err, ErrPoisoned) && !w.disk.Down():
		w.broken("%s: an error that does not end all writing: %v", what, err)
	}
	w.poisoned = true
	return false
}

// tried looks at the result of an operation of a snapshot, of which an error ends the job
// and no more: the file is gone, as far as the disk lets it go, and the log goes on.
func (w *world) tried(what string, err error) bool {
	if w.poisoned || err == nil || errors.Is(err, ErrPoisoned) || w.o.mistake == goOnAfterError {
		return w.done(what, err)
	}
	if !w.injected(err) {
		w.broken("%s: %v", what, err)
	}
	if w.job = nil; w.disk.Down() {
		return false
	}
	if bad := w.j.Err(); bad != nil {
		w.broken("%s failed, %v, and no record is taken any more: %v", what, err, bad)
	}
	w.failed++
	return false
}

func (w *world) append() {
	payload, after := w.m.payload(w.buf, w.input())
	w.buf = payload
	lsn, err := w.j.Append(payload)
	if !w.done("append", err) {
		return
	}
	if lsn != after.n {
		w.broken("record %d got the number %d", after.n, lsn)
	}
	w.m = after
	w.past = append(w.past, after)
}

// input makes bytes that are hard on the journal: single bits among zeros, which look like
// flips when they are lost, and what looks like frames.
func (w *world) input() []byte {
	size := w.inputSize()
	if cap(w.in) < size {
		w.in = make([]byte, size, 2*size)
	}
	in := w.in[:size]
	clear(in)
	if size == 0 {
		return in
	}
	kind := w.rng.IntN(4)
	switch w.mode {
	case hollow:
		kind = 0
	case aligned, sized:
		kind = 3
	}
	switch kind {
	case 0:
		in[w.rng.IntN(size)] = 1 << w.rng.IntN(8)
	case 1: // a frame of the time to come, but for its checksum
		if size > frameRoom {
			f := put(nil, w.m.n+uint64(w.rng.IntN(4)), kindWhole, in[frameRoom:])
			binary.LittleEndian.PutUint64(f[durableAt:], w.m.n)
			copy(in, f)
		}
	default:
		for i := 0; i+8 <= size; i += 8 {
			binary.LittleEndian.PutUint64(in[i:], w.rng.Uint64())
		}
	}
	return in
}

func (w *world) inputSize() int {
	switch w.mode {
	case sized:
		return w.size
	case aligned:
		const room = frameRoom + 8 // and the result
		at := int(w.j.log.size) + len(w.j.buf) + room
		return (sectorLen - at%sectorLen) % sectorLen
	case hollow:
		return 1200 + w.rng.IntN(2000)
	}
	size := []int{0, 7, 30, 200, 1500}[w.rng.IntN(5)]
	return size + w.rng.IntN(size+1)
}

func (w *world) begin() {
	if w.job != nil || w.m.n <= w.j.Snapshot() {
		return
	}
	job, err := w.j.BeginSnapshot(w.m.n, w.m.meta())
	if w.tried("begin", err) {
		w.job, w.body = job, w.m.body(8+w.rng.IntN(1000))
	}
}

func (w *world) write() {
	if w.job == nil {
		return
	}
	n := w.rng.IntN(len(w.body) + 1)
	_, err := w.job.Write(w.body[:n])
	if errors.Is(err, errSynced) {
		return
	}
	if w.tried("write", err) {
		w.body = w.body[n:]
	}
	if w.job != nil && w.rng.IntN(20) == 0 {
		w.abort()
	}
}

func (w *world) abort() {
	if err := w.job.Abort(); !w.poisoned { // nothing happens if the error came when it was over
		w.tried("abort", err)
	}
	w.job = nil
}

func (w *world) commit() {
	if w.job == nil {
		return
	}
	if len(w.body) > 0 {
		if _, err := w.job.Write(w.body); !w.tried("write", err) {
			return
		}
		w.body = nil
	}
	err := w.job.Commit()
	if errors.Is(err, ErrNotDurable) && !w.poisoned {
		if w.j.Durable() >= w.job.LSN() {
			w.broken("commit: %v", err)
		}
		return
	}
	if w.tried("commit", err) {
		w.job = nil
	}
}

// finish closes the store as a host would.
func (w *world) finish() {
	if w.job != nil {
		w.abort()
	}
	if w.disk.Down() {
		return
	}
	if err := w.j.Close(); w.done("close", err) {
		w.acked = w.m.n
	}
	w.acked = max(w.acked, w.j.Durable())
}
