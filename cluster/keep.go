package cluster

import "context"

// When a worker takes a snapshot, and what becomes of it.

// end is where the last message has ended, as a commit says it.
func (w *Worker) end() Commit {
	return Commit{Upto: w.m.upto, Done: w.m.ix.Revision(), Refused: w.m.refused, Epoch: w.m.epoch}
}

// early is the mistake to take snapshots of what is not committed.
func (w *Worker) early() bool { return w.o.mistake == snapshotAhead || w.o.mistake == snapshotEarly }

// snapshotDue reports whether it is time for a snapshot, and none is under way. It is taken
// when all that was made is committed.
func (w *Worker) snapshotDue() bool {
	if w.o.SnapshotEvery < 0 || w.since < w.o.SnapshotEvery {
		return false
	}
	w.collect()
	return w.under == nil && w.since >= w.o.SnapshotEvery
}

// collect looks for what has become of the snapshot that was under way. If it was not put, the
// next is taken when it is time for one.
func (w *Worker) collect() {
	if w.under == nil {
		return
	}
	switch w.under.outcome.Load() {
	case snapshotOpen:
		return
	case snapshotPut:
		w.snap = max(w.snap, w.under.head.commit.Upto)
		w.stats.Snaps++
	case snapshotFailed:
		w.stats.Unput++
	}
	w.size, w.under = w.under.room, nil
}

// room reports whether a snapshot may be taken now.
func (w *Worker) room() bool { return w.aside == nil || w.aside.free() }

// takeSnapshot takes a snapshot of the state behind the last message, and puts it or has it
// put.
func (w *Worker) takeSnapshot(ctx context.Context) error {
	if w.aside == nil {
		return w.putSnapshot(ctx)
	}
	w.hand(w.m.take(w.state()))
	return nil
}

// hand gives a snapshot to those who put it.
func (w *Worker) hand(s *snapshot) {
	s.room = w.size
	w.under, w.since = s, 0
	w.aside.put(s)
}

// putSnapshot puts a snapshot of the state behind the last message, and waits for it.
func (w *Worker) putSnapshot(ctx context.Context) error {
	s := w.m.take(w.state())
	if err := s.put(ctx, w.b); err != nil {
		w.stats.Unput++
		return err
	}
	w.since, w.snap = 0, s.head.commit.Upto
	w.stats.Snaps++
	return nil
}

// state is what a snapshot says of the state behind the last message. As all of it is
// committed, the chain is that of the diffs made.
func (w *Worker) state() Commit {
	c := w.end()
	c.Revision, c.Chain = c.Done, w.chain
	if w.early() {
		c.Chain = c.Chain.Add(w.ahead...)
	}
	return c
}
