package journal

import (
	"errors"
	"fmt"
)

// A snapshot is beside the log, and nothing hangs on it before it has its name: an error of
// its own file is no error of the log. The file is removed then, the log goes on, and the
// caller may begin another. Only the sync of the directory is for both: the names of logs
// hang on it, and a second one that succeeds proves nothing of the first.

// A SnapshotJob writes one snapshot, beside records that are appended and synced.
// One goroutine uses it at a time.
//
// An error of the disk ends the job and removes its file. The log goes on, and
// another job may begin, unless the error is [ErrPoisoned].
type SnapshotJob struct {
	j      *Journal
	lsn    uint64
	w      *snapWriter
	grown  int64 // bytes of records when it began
	synced bool
	over   bool
}

var (
	errBusy   = errors.New("journal: a snapshot is being written")
	errOver   = errors.New("journal: the snapshot is committed or given up")
	errSynced = errors.New("journal: the snapshot is finished")
)

// BeginSnapshot begins to write the state after a record, which has been appended
// and need not be durable yet. The meta is what the restore function of [Open]
// gets as a whole; the body follows by Write. There is one job at a time. The
// caller's lock need not be held: the state may be frozen under it and written
// without.
func (j *Journal) BeginSnapshot(lsn uint64, meta []byte) (*SnapshotJob, error) {
	if err := j.Err(); err != nil {
		return nil, err
	}
	switch last := j.Snapshot(); {
	case len(meta) > MaxRecord:
		return nil, ErrTooLong
	case lsn <= last || lsn > j.LSN():
		return nil, fmt.Errorf("journal: a snapshot of record %d, where the last one is of %d and the last record is %d", lsn, last, j.LSN())
	case !j.begin():
		return nil, errBusy
	}
	s := &SnapshotJob{j: j, lsn: lsn, grown: j.grown.Load()}
	j.sweep()
	w, err := j.createSnap(lsn, meta, j.o.block)
	if err != nil {
		return nil, s.fail(err)
	}
	s.w = w
	// the records to come go to a log of their own, so that those before can be removed
	j.rotate.Store(true)
	return s, nil
}

func (j *Journal) begin() bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.busy {
		return false
	}
	j.busy = true
	return true
}

// end makes room for the next job.
func (s *SnapshotJob) end() {
	s.over = true
	s.j.mu.Lock()
	s.j.busy = false
	s.j.mu.Unlock()
}

// ready says why the job cannot go on.
func (s *SnapshotJob) ready() error {
	if err := s.j.Err(); err != nil {
		return err
	}
	if s.over {
		return errOver
	}
	return nil
}

// fail gives the job up because of an error of the disk, and removes what it has written.
func (s *SnapshotJob) fail(err error) error {
	if s.w != nil && !s.synced {
		s.w.file.Close() // its error would tell nothing more
	}
	s.j.drop(snapName(s.lsn) + tmpEnd)
	s.end()
	if s.j.mistake == goOnAfterError {
		return err
	}
	return fmt.Errorf("journal: the snapshot of record %d is given up: %w", s.lsn, err)
}

// LSN returns the record whose state is written.
func (s *SnapshotJob) LSN() uint64 { return s.lsn }

// Write appends to the body.
func (s *SnapshotJob) Write(p []byte) (int, error) {
	if err := s.ready(); err != nil {
		return 0, err
	}
	if s.synced {
		return 0, errSynced
	}
	if err := s.w.write(p); err != nil {
		return 0, s.fail(err)
	}
	return len(p), nil
}

// Finish ends the body and makes it lasting, under a name that the next opening
// would remove. Finishing twice is no error.
func (s *SnapshotJob) Finish() error {
	if err := s.ready(); err != nil || s.synced {
		return err
	}
	err := s.w.finish()
	if err == nil && s.j.mistake != snapNotSynced {
		err = s.w.file.Sync()
	}
	if e := s.w.file.Close(); err == nil {
		err = e
	}
	s.synced = true
	if err != nil {
		return s.fail(err)
	}
	return nil
}

// Commit finishes the snapshot and makes it the one that the next opening
// restores, and removes what is not needed any more. The error is
// [ErrNotDurable] if the records up to it are not durable: then commit again
// after Sync. If the directory cannot be synced the journal writes no more, and
// the snapshot may be there or not when the store is opened again. Files that
// cannot be removed are an error too, though the snapshot is in place: they are
// tried again with the next.
func (s *SnapshotJob) Commit() error {
	if err := s.Finish(); err != nil {
		return err
	}
	j := s.j
	if j.Durable() < s.lsn && j.mistake != snapAhead {
		return ErrNotDurable
	}
	if j.mistake == pruneFirst {
		s.listed()
		if err := j.prune(); err != nil {
			return j.Poison(err)
		}
	}
	name := snapName(s.lsn)
	if err := j.dir.Rename(name+tmpEnd, name); err != nil {
		return s.fail(err)
	}
	if j.mistake != snapNameNotSynced {
		if err := j.dir.Sync(); err != nil {
			s.end()
			return j.Poison(err)
		}
	}
	if j.mistake != pruneFirst {
		s.listed()
	}
	s.end()
	return j.prune()
}

// listed makes the snapshot the newest.
func (s *SnapshotJob) listed() {
	s.j.mu.Lock()
	s.j.snaps = append(s.j.snaps, s.lsn)
	s.j.size, s.j.since = s.w.size, s.grown
	s.j.mu.Unlock()
}

// Abort gives the snapshot up and removes its file. It does nothing after Commit,
// Abort or an error of the disk. A file that cannot be removed now is tried again
// with the next snapshot, and when the store is opened.
func (s *SnapshotJob) Abort() error {
	if s.over {
		return nil
	}
	defer s.end()
	if !s.synced {
		s.w.file.Close() // nobody needs what it might not have written
	}
	// what cannot be written any more need not be removed: the next opening does
	if bad := s.j.Err(); bad != nil {
		return bad
	}
	return s.j.drop(snapName(s.lsn) + tmpEnd)
}
