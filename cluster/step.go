package cluster

import (
	"context"
	"errors"
	"runtime/debug"

	"github.com/segmentrules/segment"
)

// One step of a worker asks the broker for one thing, or for two when it loads, or makes a
// part of one message. Between two steps it may die: whatever it had not committed the next
// worker makes again.

// Step does the next thing there is to do, and reports whether it is idle: nothing more is
// there to read, and all that was read is committed.
//
// After an error the worker has forgotten its state, and the next Step loads anew. Errors:
// those of the broker, which are no harm ([ErrFenced] and outcomes that nobody knows among
// them) but for [ErrPurged]; an [*OrderError], where the broker has not kept to what it must;
// and those after which it comes to the same again until somebody sees to it, which are
// [*DivergedError], [*EnvironmentError], [*OutputError], [*PanicError], [*PartitionsError] and
// [*VersionError].
func (w *Worker) Step(ctx context.Context) (idle bool, err error) {
	defer func() {
		if v := recover(); v != nil {
			idle, err = false, &PanicError{Partition: w.partition, Value: v, Stack: debug.Stack()}
		}
		if err != nil {
			w.reset()
		}
	}()
	return w.step(ctx)
}

func (w *Worker) step(ctx context.Context) (idle bool, err error) {
	if w.m == nil {
		return false, w.load(ctx)
	}
	switch {
	case w.early() && w.dirty() && w.open == nil && w.since >= w.o.SnapshotEvery:
		return false, w.takeSnapshot(ctx)
	case len(w.ahead) >= w.o.CommitDiffs || len(w.marks) >= w.o.CommitMessages || w.tidy:
		return false, w.commit(ctx)
	case w.foreign():
		return false, w.stepDown(ctx)
	case w.open != nil:
		return false, w.make()
	case w.snapshotDue() && !w.dirty() && w.room():
		return false, w.takeSnapshot(ctx)
	case len(w.left) > 0:
		return false, w.openNext(ctx)
	}
	if w.left, err = w.b.Read(ctx, w.partition, w.m.upto, w.o.Read); err != nil || len(w.left) > 0 {
		w.empty = 0
		return false, err
	}
	if w.dirty() {
		return false, w.commit(ctx)
	}
	w.shrink()
	err = w.missing()
	return err == nil, err
}

// shrink gives back what room there is for diffs and messages: an idle partition needs none.
func (w *Worker) shrink() {
	if cap(w.marks) > 0 {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.ahead, w.marks, w.bytes = nil, nil, nil
	}
}

// dirty reports whether something is not committed yet.
func (w *Worker) dirty() bool { return len(w.ahead) > 0 || len(w.marks) > 0 }

// foreign reports whether an epoch is in force that another environment reads.
func (w *Worker) foreign() bool {
	return w.m.epoch.Number > 0 && w.m.epoch.Environment != w.here && w.open == nil && w.o.mistake != epochIgnored
}

// stepDown commits what is not committed, then puts the snapshot with which a worker of the
// other environment begins: it cannot make the messages before it again. It does not leave
// that to others, who may die before they have done it.
func (w *Worker) stepDown(ctx context.Context) error {
	if w.dirty() {
		return w.commit(ctx)
	}
	if w.collect(); w.snap < w.m.upto {
		if w.o.mistake == steppedDownEarly && w.aside != nil && w.under == nil && w.room() {
			w.hand(w.m.take(w.state()))
		} else if w.o.mistake != steppedDownEarly {
			return w.putSnapshot(ctx)
		}
	}
	return &EnvironmentError{Partition: w.partition, Epoch: w.m.epoch.Number, Wanted: w.m.epoch.Environment, Here: w.here}
}

// openNext opens the next message that was read.
func (w *Worker) openNext(ctx context.Context) (err error) {
	e := w.left[0]
	if w.o.mistake == skippedBroadcast && !w.skipped {
		var m Message
		if m.UnmarshalBinary(e.Data) == nil && (m.Kind == KindDefine || m.Kind == KindDrop) && e.Position > w.told.Upto {
			w.skipped, w.left = true, w.left[1:]
			return nil
		}
	}
	if err = w.checkNext(e); err == nil {
		w.open, err = w.m.open(e)
	}
	if err != nil && w.dirty() {
		if later := new(VersionError); errors.As(err, &later) {
			return w.commit(ctx) // what comes before it is not held up
		}
	}
	w.left = w.left[1:]
	return err
}

// make makes a part of the open message.
func (w *Worker) make() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	diffs, done, err := w.m.next(w.open, w.o.Bite)
	if err != nil {
		return err
	}
	diffs, err = w.replayed(diffs)
	if w.ahead = append(w.ahead, diffs...); err != nil || !done {
		return err
	}
	w.open = nil
	w.stats.Messages++
	w.since++
	end := w.end()
	if end.Upto > w.told.Upto {
		w.marks = append(w.marks, end)
	} else {
		w.stats.Replayed++
	}
	return w.checkEnd(end)
}

// commit commits what was made, or the first CommitDiffs diffs of it. One commit
// is under way at a time: a second one, fenced by the place behind the first, would fit
// behind that of another worker which took the place of the first.
func (w *Worker) commit(ctx context.Context) error {
	c, diffs, marks := w.nextCommit()
	text, room, err := c.seal(w.told.Chain, w.bytes)
	if w.bytes = room; err != nil {
		return err
	}
	expected := w.last
	if w.o.mistake == noFence {
		last, err := w.b.Last(ctx, w.partition)
		if err != nil {
			return err
		}
		expected = last.Position
	}
	position, err := w.b.Commit(ctx, w.partition, expected, text)
	switch {
	case err == nil:
	case w.o.mistake == pipelined && !errors.Is(err, ErrFenced):
		position = expected + 1
	case w.o.mistake == unknownAgain && !errors.Is(err, ErrFenced):
		last, failed := w.b.Last(ctx, w.partition)
		if failed != nil {
			return failed
		}
		w.mu.Lock()
		defer w.mu.Unlock()
		w.last = last.Position
		return nil
	default:
		return err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.stats.Commits++
	w.stats.Diffs += uint64(len(c.Diffs))
	w.last, w.told, w.chain = position, c, c.Chain
	w.told.Diffs = nil
	w.ahead, w.marks = diffs, marks
	w.tidy = w.dirty() && w.open == nil && w.snapshotDue()
	return nil
}

// behind returns what is behind the first n of all. If nothing is, the room is used again.
func behind[T any](all []T, n int) []T {
	if n == len(all) {
		return all[:0]
	}
	return all[n:]
}

// nextCommit returns the next commit, but for its chain, and what is left behind it.
func (w *Worker) nextCommit() (c Commit, diffs []segment.Diff, marks []Commit) {
	n := min(len(w.ahead), w.o.CommitDiffs)
	revision := w.told.Revision
	if n > 0 {
		revision = w.ahead[n-1].Revision
	}
	c = w.told
	done := 0
	for done < len(w.marks) && w.marks[done].Done <= revision {
		done++
	}
	if w.o.mistake == uptoEarly && done < len(w.marks) {
		done++
	}
	if done > 0 {
		c = w.marks[done-1]
	}
	c.Revision, c.Diffs = revision, w.ahead[:n]
	return c, behind(w.ahead, n), behind(w.marks, done)
}
