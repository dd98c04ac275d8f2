package durable

import (
	"errors"

	"github.com/segmentrules/segment/durable/internal/journal"
)

// When snapshots are made: once the calls since the last have taken half of the time that
// making them again may take, or the log has become four times as long as the snapshot.
// Taking hold of the state takes some milliseconds; it is written beside further calls.

// worthBytes is how long the log is at least before its length asks for a snapshot.
const worthBytes = 16 << 20

// Snapshot makes a snapshot now, and returns when it is durable. The next opening makes
// only calls again that came after it.
func (s *Store) Snapshot() error {
	s.mu.Lock()
	for s.snapping && s.c.j.Err() == nil {
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
	if s.o.NoSnapshots || s.snapping || s.closed || s.c.j.Err() != nil {
		return
	}
	log := s.c.j.LogBytes()
	if s.c.spent < s.o.RecoveryTarget/2 && (log < worthBytes || log < 4*s.c.j.SnapshotBytes()) {
		return
	}
	finish := s.beginSnapshot()
	go func() { _ = finish() }() // the journal keeps the error: see Err
}

// beginSnapshot takes hold of the state, and returns what writes it. The lock is held.
func (s *Store) beginSnapshot() (finish func() error) {
	m := s.c.freeze()
	s.snapping, s.c.spent = true, 0
	s.work.Add(1)
	return func() error {
		defer s.work.Done()
		err := s.finishSnapshot(m)
		s.mu.Lock()
		defer s.mu.Unlock()
		s.snapping = false
		s.progress.Broadcast()
		return err
	}
}

// finishSnapshot writes an image, and makes it the one that is read next.
func (s *Store) finishSnapshot(m image) error {
	job, err := m.write(s.c.j)
	if err != nil {
		return err
	}
	s.mu.Lock()
	for s.c.j.Durable() < m.record && s.c.j.Err() == nil && !s.closed {
		s.wakeWriter()
		s.progress.Wait()
	}
	s.mu.Unlock()
	if err := job.Commit(); !errors.Is(err, journal.ErrNotDurable) {
		return err
	}
	return job.Abort() // the store is being closed, and makes one itself
}
