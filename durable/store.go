package durable

import (
	"sync"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/durable/internal/disk"
	"github.com/segmentrules/segment/index"
)

// The store is the core under a lock, with one goroutine that writes the log. Calls append
// to a buffer and wait; the goroutine takes all that has been appended, writes and syncs it,
// and wakes who waits for it. While it does, further calls append to the next buffer.

// A Store is an index that survives restarts. Its methods may be called at the same time;
// calls that write take effect one after another, in the order in which they are returned
// by diffs.
type Store struct {
	opened Report
	o      Options

	mu     sync.Mutex // of the core, and of what is below
	c      *core
	marks  []mark
	next   *writing // that what is appended now becomes part of
	closed bool
	snaps  snapshots

	progress sync.Cond     // something has become durable, or nothing more will; its lock is mu
	told     uint64        // the revision up to which diffs are durable
	wake     chan struct{} // there is something to write
	over     chan struct{} // closed when the writer has ended
	work     sync.WaitGroup
}

// A writing is what is written and synced together. Who waits for a part of it waits for its
// channel: to wake all who wait for anything would cost more than the writing.
type writing struct {
	done chan struct{}
	err  error // once it is done
}

func newWriting() *writing { return &writing{done: make(chan struct{})} }

// The snapshots are what a store knows of their making.
type snapshots struct {
	busy   bool          // one is being written
	failed int           // how many could not be written, since one could
	why    error         // of the last of them
	pause  time.Duration // after the first that fails; each further one doubles it
	rest   *time.Timer   // runs until none may begin on its own; nil else
}

// A mark is the revision after a record.
type mark struct{ record, revision uint64 }

// Open opens the store in a directory, or makes one there. It takes the lock of the
// directory, reads the newest snapshot, some 2 seconds a million contacts, and makes the
// calls behind it again, which takes about as long as they took, and no longer than
// [Options.RecoveryTarget] mostly.
//
// Errors: [ErrLocked]; [*CorruptError] with the file and the byte; [*VersionError];
// [*EnvironmentError]; [*DivergedError]; [index.Options] that keep something else than
// before; those of the file system. None of them changes what was durable.
func Open(path string, o Options) (*Store, error) {
	makeDir := disk.MakeDir
	if o.ReadOnly {
		makeDir = disk.OpenDir
	}
	dir, err := makeDir(path)
	if err != nil {
		return nil, err
	}
	return openIn(dir, o)
}

// openIn opens the store in a directory of any kind.
func openIn(dir disk.Dir, o Options) (*Store, error) {
	o = o.filled()
	c, report, err := open(dir, o, time.Now, randomID)
	if err != nil {
		return nil, err
	}
	s := &Store{opened: report, o: o, c: c, told: c.revision, next: newWriting(), wake: make(chan struct{}, 1), over: make(chan struct{})}
	s.progress.L, s.snaps.pause = &s.mu, firstPause
	go s.write()
	return s, nil
}

// Opened says what was found when the store was opened.
func (s *Store) Opened() Report { return s.opened }

// Index returns the index, for calls that read: see the package. Calls that write to it
// directly are lost at the next opening, or make it fail.
func (s *Store) Index() *index.Index { return s.c.ix }

// Err returns why nothing is written any more: [ErrPoisoned] with the first error of the
// disk, [ErrReadOnly], [ErrClosed]; nil while all is well.
func (s *Store) Err() error { return s.c.j.Err() }

// ID returns the id of the store, 16 random bytes that it was made with.
func (s *Store) ID() [16]byte { return s.c.j.ID() }

// submit makes a call under the lock, and returns how to wait for it.
func (s *Store) submit(f func(c *core) (outcome, error)) (wait func() ([]segment.Diff, error)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	out, err := f(s.c)
	part := s.next
	if out.record > 0 {
		s.marks = append(s.marks, mark{out.record, s.c.revision})
		s.wakeWriter()
		s.snapshotIfDue()
	}
	last := s.c.j.LSN()
	return func() ([]segment.Diff, error) {
		switch {
		case err == ErrRepeated && s.o.mistake != repeatedAtOnce: // what it repeats must be durable before anybody is told
			if lost := s.await(last); lost != nil {
				return nil, lost
			}
		case err == nil && out.record > 0 && s.o.SyncEvery == 0 && s.o.mistake != ackAtOnce:
			if <-part.done; part.err != nil {
				return nil, part.err
			}
		}
		if err != nil {
			return nil, err
		}
		return out.diffs, nil
	}
}

// await waits until a record is durable.
func (s *Store) await(record uint64) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for s.c.j.Durable() < record {
		if err := s.c.j.Err(); err != nil {
			return err
		}
		s.progress.Wait()
	}
	return nil
}

// wakeWriter has the writer look. The lock is held.
func (s *Store) wakeWriter() {
	if s.closed {
		return // Close writes what is left
	}
	select {
	case s.wake <- struct{}{}:
	default: // it has been woken, and has not looked yet
	}
}

// write writes what has been appended, until the store is closed.
func (s *Store) write() {
	defer close(s.over)
	for range s.wake {
		if s.o.SyncEvery > 0 {
			time.Sleep(s.o.SyncEvery)
		}
		s.mu.Lock()
		batch, part := s.c.j.Take(), s.next
		s.next = newWriting()
		s.mu.Unlock()
		err := s.c.j.Sync(batch)
		s.mu.Lock()
		s.written(part, err)
		s.mu.Unlock()
	}
}

// written notes what has become durable. The lock is held.
func (s *Store) written(part *writing, err error) {
	if part.err = err; s.o.mistake == groupTold {
		part.err = nil
	}
	close(part.done)
	durable, n := s.c.j.Durable(), 0
	for n < len(s.marks) && s.marks[n].record <= durable {
		s.told = s.marks[n].revision
		n++
	}
	if s.o.mistake == toldAhead {
		s.told = s.c.revision
	}
	if s.marks = s.marks[n:]; len(s.marks) == 0 {
		s.marks = nil
	}
	s.progress.Broadcast()
}

// Close makes a snapshot, so that the next opening makes nothing again, and lets go of the
// directory. Calls that wait return before. A second Close does nothing. Where the snapshot
// cannot be written the error says so, and the next opening makes the calls again: nothing
// is lost.
func (s *Store) Close() error {
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return nil
	}
	s.closed = true
	s.endRest()
	close(s.wake)
	s.progress.Broadcast() // a snapshot that waits is given up
	s.mu.Unlock()
	<-s.over
	s.work.Wait()
	s.mu.Lock()
	defer s.mu.Unlock()
	err := s.c.close(!s.o.ReadOnly)
	lost := err
	if s.c.j.Durable() == s.c.j.LSN() {
		lost = nil
	}
	s.written(s.next, lost)
	return err
}
