package cluster

import (
	"context"
	"errors"
	"fmt"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/index"
)

// Loading is to find out what is committed, and to come to the same: from a snapshot or from
// the beginning, the input is read again. Diffs that are committed already are not committed
// again; they, and where messages end, must be what the last commit says.

// load asks for the last commit, and for a snapshot that is not ahead of it. Should the
// answer be an old one, a later commit of this worker is fenced, and it loads again.
func (w *Worker) load(ctx context.Context) error {
	last, err := w.b.Last(ctx, w.partition)
	if err != nil {
		return err
	}
	told := Commit{}
	if last.Position > 0 {
		if err := told.UnmarshalBinary(last.Data); err != nil {
			return &OutputError{Partition: w.partition, Position: last.Position, Err: err}
		}
		told.Diffs = nil
	}
	most := told.Upto
	if w.o.mistake == snapshotAhead {
		most = ^uint64(0)
	}
	snapshot, err := w.b.Snap(ctx, w.partition, most)
	if err != nil {
		return err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.stats.Loads++
	w.last, w.told = last.Position, told
	w.m = &machine{ix: index.New(w.o.Index), partition: w.partition, partitions: w.o.Partitions,
		senders: newSenders(), mistake: w.o.mistake, twist: w.twist}
	if snapshot != nil {
		return w.restore(snapshot)
	}
	return nil
}

// restore begins from a snapshot, or passes over one that cannot be read: then the input is
// read from its beginning, and if that is gone the broker says so.
func (w *Worker) restore(snapshot []byte) error {
	fresh := *w.m
	was, err := fresh.restore(snapshot, w.o.Index)
	var later *VersionError
	switch {
	case errors.As(err, &later):
		return err
	case err != nil:
		w.stats.Bad++
		return nil
	case w.o.mistake != snapshotAhead && !was.before(w.told):
		w.stats.Bad++ // the broker has not kept to what it was asked for, or it is of another input
		return nil
	}
	w.stats.Restored++
	*w.m, w.chain, w.snap = fresh, was.Chain, was.Upto
	if w.o.mistake == snapshotAhead && was.Revision > w.told.Revision {
		w.told = was
	}
	return nil
}

// before reports whether a snapshot behind c can be of the same past as a commit.
func (c Commit) before(told Commit) bool {
	if c.Upto == told.Upto && (c.Done != told.Done || c.Refused != told.Refused || c.Epoch != told.Epoch) {
		return false
	}
	return c.Upto <= told.Upto && c.Revision <= told.Revision && (c.Revision != told.Revision || c.Chain == told.Chain)
}

// replayed takes diffs that were made. Those that are committed already are compared and
// dropped, and the rest is returned.
func (w *Worker) replayed(diffs []segment.Diff) ([]segment.Diff, error) {
	n := 0
	for n < len(diffs) && diffs[n].Revision <= w.told.Revision {
		n++
	}
	if n == 0 || w.o.mistake == notSuppressed {
		return diffs, nil
	}
	w.chain = w.chain.Add(diffs[:n]...)
	if diffs[n-1].Revision == w.told.Revision && w.chain != w.told.Chain {
		return diffs[n:], w.diverged(fmt.Sprintf("the diffs up to revision %d have the checksum %016x", w.told.Revision, uint64(w.told.Chain)), fmt.Sprintf("%016x", uint64(w.chain)))
	}
	return diffs[n:], nil
}

// checkEnd compares where a message has ended with the last commit: with what it says of
// that very message, and with the bounds it sets for those before and behind.
func (w *Worker) checkEnd(end Commit) error {
	switch {
	case end.Upto < w.told.Upto && end.Done > w.told.Done,
		end.Upto > w.told.Upto && end.Done < w.told.Revision,
		end.Upto == w.told.Upto && (end.Done != w.told.Done || end.Refused != w.told.Refused || end.Epoch != w.told.Epoch):
		return w.diverged(saidOf(w.told), saidOf(end))
	}
	return nil
}

// checkNext refuses a message that does not come behind the last one, or that lies behind one
// that is committed and was not read.
func (w *Worker) checkNext(e Entry) error {
	switch {
	case e.Position <= w.m.upto:
		return &OrderError{Partition: w.partition, Before: w.m.upto, Position: e.Position}
	case w.m.upto < w.told.Upto && e.Position > w.told.Upto:
		return w.diverged(fmt.Sprintf("a message at position %d", w.told.Upto), fmt.Sprintf("the next message at position %d", e.Position))
	}
	return nil
}

// mostMissing is how often in a row nothing may be there to read before what is committed.
const mostMissing = 100

// missing is called when nothing is there to read. Where what is committed is not read yet,
// the answer may be an old one, but not for ever: then the input has lost its end, or the
// commit is that of another cluster.
func (w *Worker) missing() error {
	if !w.behind() {
		return nil
	}
	if w.empty++; w.empty <= mostMissing {
		return nil
	}
	return w.diverged(fmt.Sprintf("a message at position %d", w.told.Upto), fmt.Sprintf("an input that ends at position %d", w.m.upto))
}

// saidOf says in words where a message has ended.
func saidOf(c Commit) string {
	return fmt.Sprintf("revision %d, %d messages refused, epoch %d, up to position %d", c.Done, c.Refused, c.Epoch.Number, c.Upto)
}

// diverged is an error that says what is committed, and what came of it now.
func (w *Worker) diverged(was, is string) error {
	if w.o.mistake == notCompared {
		return nil
	}
	return &DivergedError{Partition: w.partition, Position: w.m.upto, Was: was, Is: is}
}
