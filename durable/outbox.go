package durable

import (
	"maps"
	"slices"
	"sort"

	"github.com/segmentrules/segment"
)

// The outbox keeps the diffs that some consumer has not acknowledged, and the newest for
// whoever asks for the history, in order of revision, and how far each consumer is. It is
// part of the state: it is in snapshots, and the log brings it about again.

// An outbox has no lock of its own.
type outbox struct {
	diffs  []segment.Diff    // in order of revision, without a gap
	all    []segment.Diff    // the memory that they are in
	lent   bool              // a snapshot may be reading it
	from   map[string]uint64 // by consumer: the revision that it has acknowledged
	oldest uint64            // revision of the first diff that could be told: all before it are gone
	most   int
	keep   int // of the newest, whoever has acknowledged them

	mistake fault
}

func newOutbox(most, keep int) outbox {
	return outbox{from: make(map[string]uint64), oldest: 1, most: max(most, keep), keep: keep}
}

// add adds diffs.
func (o *outbox) add(diffs []segment.Diff) {
	if len(diffs) == 0 {
		return
	}
	if len(o.diffs)+len(diffs) > cap(o.diffs) {
		o.makeRoom(len(diffs))
	}
	o.diffs = append(o.diffs, diffs...)
	if len(o.from) == 0 {
		o.trim()
		return
	}
	if over := len(o.diffs) - o.most; over > 0 {
		o.drop(over)
	}
}

// smallBox is how many diffs are few: their memory is kept for those to come.
const smallBox = 1 << 16

// makeRoom makes room for some diffs more and for those behind them. As the first go others
// come, so all that are kept are moved each time the room is used up: to the front of the
// memory they are in, or to new memory where no half of it is free, a snapshot may be reading
// it, or there were far more once. New memory is several times as much for few, and twice as
// much for many.
func (o *outbox) makeRoom(more int) {
	n := len(o.diffs) + more
	all := o.all[:cap(o.all)]
	if o.lent || len(all) < 2*n || len(all) > 5*(n+smallBox) {
		all, o.lent = make([]segment.Diff, n+max(n, min(4*n, smallBox))), false
	}
	o.diffs = all[:copy(all, o.diffs)]
	o.all = all
}

// lend returns the diffs for a snapshot, which may be read while others are added.
func (o *outbox) lend() []segment.Diff {
	o.lent = o.mistake != boxNotLent
	return slices.Clip(o.diffs)
}

// drop lets go of the first n diffs. They are not overwritten now: a snapshot may be reading.
func (o *outbox) drop(n int) {
	if n == 0 {
		return
	}
	if o.mistake != oldestStays {
		o.oldest = o.diffs[n-1].Revision + 1
	}
	if o.diffs = o.diffs[n:]; len(o.diffs) == 0 && len(o.all) > smallBox {
		o.diffs, o.all = nil, nil
	}
}

// begin has a consumer at a revision; it need not be new.
func (o *outbox) begin(name string, revision uint64) {
	o.from[name] = revision
	o.trim()
}

// ack notes that a consumer has everything up to a revision.
func (o *outbox) ack(name string, revision uint64) {
	if at, has := o.from[name]; has && revision > at {
		o.from[name] = revision
		o.trim()
	}
}

// forget ends a consumer.
func (o *outbox) forget(name string) {
	delete(o.from, name)
	o.trim()
}

// trim lets go of what all consumers have, but for the newest.
func (o *outbox) trim() {
	n := len(o.diffs)
	if len(o.from) > 0 {
		n = o.behind(slices.Min(slices.Collect(maps.Values(o.from))))
	}
	switch {
	case o.mistake == trimmedToFastest && len(o.from) > 0:
		n = o.behind(slices.Max(slices.Collect(maps.Values(o.from))))
	case o.mistake == trimmedTooFar:
		n++
	}
	o.drop(max(0, min(n, len(o.diffs)-o.keep)))
}

// behind returns how many diffs have a revision up to one.
func (o *outbox) behind(revision uint64) int {
	return sort.Search(len(o.diffs), func(i int) bool { return o.diffs[i].Revision > revision })
}

// next returns diffs behind what a consumer has been given, up to a revision: about n of
// them, and whole changes always.
func (o *outbox) next(name string, after, upTo uint64, n int) ([]segment.Diff, error) {
	if after+1 < o.oldest {
		return nil, &ResyncError{Consumer: name, From: after, Oldest: o.oldest}
	}
	ds := o.diffs[min(o.behind(after), o.behind(upTo)):o.behind(upTo)]
	end := min(n, len(ds))
	for end > 0 && end < len(ds) && ds[end-1].Step != ds[end-1].Revision && o.mistake != changeCut {
		end++
	}
	return slices.Clone(ds[:end]), nil
}
