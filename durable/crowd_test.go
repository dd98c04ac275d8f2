package durable

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/durable/internal/disk"
	"github.com/segmentrules/segment/durable/internal/disk/simdisk"
)

// The store with its goroutine, callers, consumers and readers of the history at once, on a
// disk that is simulated. Which goes first is chance, so no seed shows a failure again; what
// must hold is simple: what anybody was told is there after a crash, and the same.

// A slot is a simulated disk for one life of a store: it may be used by several goroutines,
// and not any more once it is pulled.
type slot struct {
	mu     sync.Mutex
	d      *simdisk.Disk
	pulled bool
}

// use does something with the disk, if it is still there.
func use[T any](s *slot, f func(d *simdisk.Disk) (T, error)) (none T, _ error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.pulled {
		return none, simdisk.ErrDown
	}
	return f(s.d)
}

func (s *slot) do(f func(d *simdisk.Disk) error) error {
	_, err := use(s, func(d *simdisk.Disk) (struct{}, error) { return struct{}{}, f(d) })
	return err
}

func (s *slot) List() ([]string, error) { return use(s, (*simdisk.Disk).List) }

func (s *slot) Create(name string) (disk.File, error) {
	f, err := use(s, func(d *simdisk.Disk) (disk.File, error) { return d.Create(name) })
	return &slotFile{s, f}, err
}

func (s *slot) Append(name string) (disk.File, error) {
	f, err := use(s, func(d *simdisk.Disk) (disk.File, error) { return d.Append(name) })
	return &slotFile{s, f}, err
}

func (s *slot) Open(name string) (disk.Reader, error) {
	r, err := use(s, func(d *simdisk.Disk) (disk.Reader, error) { return d.Open(name) })
	return &slotReader{s, r}, err
}

func (s *slot) Rename(from, to string) error {
	return s.do(func(d *simdisk.Disk) error { return d.Rename(from, to) })
}

func (s *slot) Remove(name string) error {
	return s.do(func(d *simdisk.Disk) error { return d.Remove(name) })
}

func (s *slot) Sync() error { return s.do((*simdisk.Disk).Sync) }

func (s *slot) Lock(name string, shared bool) (io.Closer, error) {
	_, err := use(s, func(d *simdisk.Disk) (io.Closer, error) { return d.Lock(name, shared) })
	return io.NopCloser(nil), err // pulling it lets go
}

type slotFile struct {
	s *slot
	f disk.File
}

func (f *slotFile) Write(p []byte) (int, error) {
	return use(f.s, func(*simdisk.Disk) (int, error) { return f.f.Write(p) })
}
func (f *slotFile) Sync() error  { return f.s.do(func(*simdisk.Disk) error { return f.f.Sync() }) }
func (f *slotFile) Close() error { return nil }

type slotReader struct {
	s *slot
	r disk.Reader
}

func (r *slotReader) ReadAt(p []byte, at int64) (int, error) {
	return use(r.s, func(*simdisk.Disk) (int, error) { return r.r.ReadAt(p, at) })
}
func (r *slotReader) Size() int64  { return r.r.Size() }
func (r *slotReader) Close() error { return nil }

// A crowd is a store with those who use it, over several crashes.
type crowd struct {
	t    judge
	r    *rand.Rand
	disk *simdisk.Disk
	o    Options

	mu      sync.Mutex
	told    map[uint64]segment.Diff // by revision: what anybody was told
	last    uint64                  // the last of them
	numbers map[string]uint64       // by producer: the last of which anybody was told
	crashes int
}

func newCrowd(t judge, seed uint64, mistake fault) *crowd {
	r := rand.New(rand.NewPCG(seed, 3))
	o := Options{mistake: mistake, FileBytes: 1 << 10, RecoveryTarget: []time.Duration{time.Nanosecond, time.Hour}[r.IntN(2)]}
	return &crowd{t: t, r: r, disk: simdisk.New(seed), o: o, told: map[uint64]segment.Diff{}, numbers: map[string]uint64{}}
}

// tell notes what somebody was told: a revision is one diff for all and ever.
func (w *crowd) tell(ds ...segment.Diff) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, d := range ds {
		if was, has := w.told[d.Revision]; has && was != d && !sameDiffs([]segment.Diff{was}, []segment.Diff{d}) {
			w.t.Errorf("revision %d was told as %v, and now as %v", d.Revision, was, d)
		}
		w.told[d.Revision] = d
		w.last = max(w.last, d.Revision)
	}
}

// live goes through some crashes.
func (w *crowd) live() {
	for life := range 6 {
		at := &slot{d: w.disk}
		s, err := openIn(at, w.o)
		if err != nil {
			w.t.Errorf("opening: %v", err)
			return
		}
		if w.found(s); w.t.Failed() {
			s.Close()
			return
		}
		if life == 0 {
			if _, err := s.Define(pro, start); err != nil {
				w.t.Errorf("%v", err)
			}
		}
		at.mu.Lock()
		if step := w.disk.Steps() + 1 + w.r.IntN(80); w.r.IntN(4) > 0 {
			w.disk.CrashAt(step)
		} else {
			w.disk.FailAt(step, syscall.EIO)
		}
		at.mu.Unlock()
		w.busy(s)
		at.mu.Lock()
		at.pulled = true
		w.disk.Cut()
		at.mu.Unlock()
		w.crashes++
		_ = s.Close() // of a disk that is gone
	}
}

// found compares what is there with what was told.
func (w *crowd) found(s *Store) {
	if n := s.Index().Revision(); n < w.last {
		w.t.Errorf("revision %d was told, and %d is found", w.last, n)
	}
	for d, err := range s.History(0) {
		if err != nil {
			w.t.Errorf("history: %v", err)
		}
		w.tell(d)
	}
	for name, n := range w.numbers {
		if s.Produced(name) < n {
			w.t.Errorf("number %d of %s was told, and %d is found", n, name, s.Produced(name))
		}
	}
}

// busy has all use the store at once for a while.
func (w *crowd) busy(s *Store) {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	var writers, readers sync.WaitGroup
	for i := range 3 {
		seed := w.r.Uint64()
		writers.Go(func() { w.write(s, i, rand.New(rand.NewPCG(seed, 1))) })
	}
	readers.Go(func() { w.consume(ctx, s) })
	readers.Go(func() {
		for at := uint64(0); ctx.Err() == nil && s.Err() == nil; {
			for d := range s.History(at) {
				w.tell(d)
				at = d.Revision
			}
			time.Sleep(20 * time.Microsecond)
		}
	})
	writers.Wait()
	cancel()
	readers.Wait()
}

// write makes calls, of which each brings a diff, until one fails.
func (w *crowd) write(s *Store, me int, r *rand.Rand) {
	for i := range 12 {
		plan := []string{"pro", "free"}[i%2]
		u := setPlan(fmt.Sprint("c", me, i/2), plan, start)
		switch r.IntN(5) {
		case 0: // all send the same numbers
			number := uint64(i + 1)
			ds, err := s.ApplyOnce("shop", number, u)
			if err != nil && err != ErrRepeated {
				return
			}
			w.tell(ds...)
			w.mu.Lock()
			w.numbers["shop"] = max(w.numbers["shop"], number)
			w.mu.Unlock()
		case 1:
			for _, got := range s.ApplyCalls([][]segment.Update{{u}, {setPlan(fmt.Sprint("d", me, i), "pro", start)}}) {
				if got.Err != nil {
					return
				}
				w.tell(got.Diffs...)
			}
		default:
			ds, err := s.Apply(u)
			if err != nil {
				return
			}
			w.tell(ds...)
		}
	}
}

// consume takes diffs and acknowledges some.
func (w *crowd) consume(ctx context.Context, s *Store) {
	mail, err := s.Consumer("mail")
	for n := 0; err == nil; n++ {
		var ds []segment.Diff
		if ds, err = mail.Next(ctx, 3); err == nil {
			w.tell(ds...)
			if n%4 == 0 {
				err = mail.Ack(ds[0].Revision)
			}
		}
	}
	if ctx.Err() == nil && s.Err() == nil {
		w.t.Errorf("a consumer: %v", err)
	}
}

// TestCrashesOfACrowd runs crowds for a while; with CI set and without -short, for longer.
func TestCrashesOfACrowd(t *testing.T) {
	limit := 3 * time.Second
	if os.Getenv("CI") != "" && !testing.Short() {
		limit = 30 * time.Second
	}
	crashes, told := 0, 0
	began := time.Now()
	for seed := uint64(1); time.Since(began) < limit || crashes < 60; seed++ {
		w := newCrowd(t, seed, "")
		w.live()
		if crashes, told = crashes+w.crashes, told+len(w.told); t.Failed() {
			t.Fatalf("crowd %d", seed)
		}
	}
	t.Logf("%d crashes; %d diffs told", crashes, told)
	if told < 100 {
		t.Error("too little has happened to say anything")
	}
}

// A finder is a judge that remembers the first thing that must not be.
type finder struct {
	mu  sync.Mutex
	err error
}

func (f *finder) Errorf(format string, args ...any) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.err == nil {
		f.err = fmt.Errorf(format, args...)
	}
}

func (f *finder) Failed() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.err != nil
}

// guarded is f, with a panic as something that must not be either.
func (f *finder) guarded(do func()) {
	defer func() {
		if p := recover(); p != nil {
			f.Errorf("a panic: %v", p)
		}
	}()
	do()
}
