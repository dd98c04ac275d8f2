package durable

import (
	"errors"
	"time"

	"github.com/segmentrules/segment/durable/internal/journal"
)

// When snapshots are made: once the calls since the last have taken half of the time that
// making them again may take, or the log has become four times as long as the snapshot.
// Taking hold of the state takes some milliseconds; it is written beside further calls.
//
// A snapshot that cannot be written, such as on a full disk, is no harm: the log has all of
// it. Its file is removed, [Store.Stats] tells of it, and it is tried again after a pause
// that doubles each time, so that a disk without room is not written full over and over.

// worthBytes is how long the log is at least before its length asks for a snapshot: that of
// one file. A small store would else write snapshots that cost as much as the calls; how long
// opening takes is bounded by the time of the calls.
const worthBytes = 64 << 20

// Snapshot makes a snapshot now, and returns when it is durable. The next opening makes
// only calls again that came after it. After an error the log goes on, unless [Store.Err]
// says that it does not.
func (s *Store) Snapshot() error {
	s.mu.Lock()
	for s.snaps.busy && s.c.j.Err() == nil {
		s.progress.Wait()
	}
	if err := s.c.j.Err(); err != nil {
		s.mu.Unlock()
		return err
	}
	if s.closed {
		s.mu.Unlock()
		return ErrClosed
	}
	if s.c.j.LSN() == s.c.j.Snapshot() {
		s.mu.Unlock()
		return nil
	}
	finish := s.beginSnapshot()
	s.mu.Unlock()
	return finish()
}

// snapshotIfDue begins a snapshot in the background if it is time. The lock is held.
func (s *Store) snapshotIfDue() {
	if s.o.NoSnapshots || s.snaps.busy || s.snaps.rest != nil || s.closed || s.c.j.Err() != nil || s.c.j.LSN() == s.c.j.Snapshot() {
		return
	}
	log := s.c.j.LogBytes()
	if s.c.spent < s.o.RecoveryTarget/2 && (log < worthBytes || log < 4*s.c.j.SnapshotBytes()) {
		return
	}
	finish := s.beginSnapshot()
	go func() { _ = finish() }() // the error is kept: see Err and Stats
}

// beginSnapshot takes hold of the state, and returns what writes it. The lock is held.
func (s *Store) beginSnapshot() (finish func() error) {
	m, spent := s.c.freeze(), s.c.spent
	s.snaps.busy, s.c.spent = true, 0
	s.work.Add(1)
	return func() error {
		defer s.work.Done()
		err := s.finishSnapshot(m)
		s.mu.Lock()
		defer s.mu.Unlock()
		s.snaps.busy = false
		if s.c.j.Snapshot() < m.record {
			s.c.spent += spent
		}
		s.noteSnapshot(err)
		s.progress.Broadcast()
		return err
	}
}

// firstPause and longestPause are how long no snapshot begins on its own after one has
// failed.
const firstPause, longestPause = time.Second, 5 * time.Minute

// noteSnapshot notes how a snapshot ended. The lock is held.
func (s *Store) noteSnapshot(err error) {
	if s.snaps.why = err; err == nil {
		s.snaps.failed = 0
		s.endRest()
		return
	}
	s.snaps.failed++
	if s.closed || s.c.j.Err() != nil {
		return
	}
	s.endRest()
	var rest *time.Timer
	rest = time.AfterFunc(min(s.snaps.pause<<min(s.snaps.failed-1, 20), longestPause), func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.snaps.rest == rest { // else it was ended meanwhile
			s.snaps.rest = nil
			s.snapshotIfDue()
		}
	})
	s.snaps.rest = rest
}

// endRest lets snapshots begin on their own again. The lock is held.
func (s *Store) endRest() {
	if s.snaps.rest != nil {
		s.snaps.rest.Stop()
		s.snaps.rest = nil
	}
}

// finishSnapshot writes an image, and makes it the one that is read next.
func (s *Store) finishSnapshot(m image) error {
	job, err := m.write(s.c.j)
	if err != nil {
		return err
	}
	s.mu.Lock()
	for s.c.j.Durable() < m.record && s.c.j.Err() == nil && !s.closed && m.mistake != notAwaited {
		s.wakeWriter()
		s.progress.Wait()
	}
	s.mu.Unlock()
	if err := job.Commit(); !errors.Is(err, journal.ErrNotDurable) {
		return err
	}
	return job.Abort() // the store is being closed, and makes one itself
}
