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
	from   map[string]uint64 // by consumer: the revision that it has acknowledged
	oldest uint64            // revision of the first diff that could be told: all before it are gone
	most   int
	keep   int // of the newest, whoever has acknowledged them
}

func newOutbox(most, keep int) outbox {
	return outbox{from: make(map[string]uint64), oldest: 1, most: max(most, keep), keep: keep}
}

// add adds diffs.
func (o *outbox) add(diffs []segment.Diff) {
	if len(diffs) == 0 {
		return
	}
	if n := len(o.diffs) + len(diffs); n > cap(o.diffs) { // twice as much: the first go as others come
		o.diffs = slices.Grow(o.diffs, n+len(diffs))
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

// drop lets go of the first n diffs. They are not overwritten: a snapshot may be reading.
func (o *outbox) drop(n int) {
	if n == 0 {
		return
	}
	o.oldest = o.diffs[n-1].Revision + 1
	if o.diffs = o.diffs[n:]; len(o.diffs) == 0 {
		o.diffs = nil
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
	for end > 0 && end < len(ds) && ds[end-1].Step != ds[end-1].Revision {
		end++
	}
	return slices.Clone(ds[:end]), nil
}
