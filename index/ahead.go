package index

import (
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/index/internal/eventlog"
)

// An outlook is what lies ahead of a contact. What may flip up to an instant is
// touched, and next is when the first of the rest may.
type outlook struct {
	ix   *shard
	upTo time.Time
	next nextAt
}

// ahead looks ahead from where eval stands, which is not after the instant. What
// it touches is due at it; of what else the contact has that moves it says when
// that may first flip.
func (ix *shard) ahead(row uint32, upTo time.Time) nextAt {
	o, s := outlook{ix: ix, upTo: upTo}, ix.plans()
	ix.touched.begin(ix.rules)
	ix.touched.scheduled = true
	o.ask(&ix.rules.always)
	for i := range s.fields {
		if f := &s.fields[i]; ix.store.knows(row, f) {
			o.ask(f.watch)
		}
	}
	for stream := range ix.store.events.Streams(row) {
		if plan := s.numbered(ix.store.events, stream.Name()); plan != nil {
			o.stream(plan, stream)
			o.askAttrs(plan.valued)
			o.ask(&plan.others)
		}
	}
	if len(s.lists) > 0 {
		for stream := range ix.store.lists.Streams(row) {
			if w := s.lists[ix.store.lists.Names()[stream.Name()]]; w != nil {
				o.ask(w)
			}
		}
	}
	return o.next
}

// due notes when something may flip, and reports whether that is now.
func (o *outlook) due(at time.Time, ok bool) bool {
	if !ok {
		return false
	}
	if !at.After(o.upTo) {
		return true
	}
	o.next.add(at, true)
	return false
}

// ask asks what is not found by its events when it may flip.
func (o *outlook) ask(w *watch) {
	o.askAttrs(w.attrs)
	t, r := &o.ix.touched, o.ix.rules
	for _, id := range w.leaves {
		if !t.askLeaf(id) || !r.leaves[id].timed() || r.leaves[id].pulsed {
			continue
		}
		if o.due(o.ix.leafNext(id)) {
			t.addLeaf(id)
		}
	}
}

func (o *outlook) askAttrs(ids []attrID) {
	t := &o.ix.touched
	for _, id := range ids {
		if t.askAttr(id) && o.due(o.ix.attrNext(id)) {
			t.addAttr(id)
		}
	}
}

// attrNext is when an attribute flips something, beside its pulses.
func (ix *shard) attrNext(id attrID) (time.Time, bool) {
	a := ix.rules.attrs[id]
	if !a.pulsed {
		return ix.eval.next(id)
	}
	var n nextAt
	if len(a.edges)+len(a.clocks) > 0 {
		ix.eval.steadyNext(a, id, &n)
	}
	return n.t, n.ok
}

// stream finds the pulses of events of one name.
func (o *outlook) stream(s *schedule, events eventlog.Stream) {
	now, n := o.ix.eval.at, events.Len()
	past := n
	if newest := events.At(n - 1); newest.After(now) {
		past = events.UpTo(now)
		o.arrivals(s, events, past)
		if arrived := events.UpTo(o.upTo); arrived > past {
			past, now = arrived, o.upTo // what counts them is due
		}
	}
	for i := range s.beats {
		b := &s.beats[i]
		if b.count != nil && b.count.attr.limited() {
			o.count(b, events, past, now)
			continue
		}
		for first := events.UpTo(b.age.negated().after(o.ix.eval.at)); first < n; first++ {
			if !o.due(b.age.after(events.At(first)), true) {
				break
			}
			o.ix.touched.touch(&b.readers, func() segment.Document { return events.Props(first) })
		}
	}
}

// arrivals are events that are dated in the future.
func (o *outlook) arrivals(s *schedule, events eventlog.Stream, from int) {
	for ; from < events.Len(); from++ {
		if !o.due(events.At(from), true) {
			return
		}
		o.ix.touched.touchAll(s, func() segment.Document { return events.Props(from) })
	}
}

// count finds when a count passes the limit below it: when so many have left
// that it lies beneath.
func (o *outlook) count(b *beat, events eventlog.Stream, past int, now time.Time) {
	for {
		c := past - events.UpTo(b.age.negated().after(now))
		k := b.count.below(c)
		if k == 0 || !o.due(b.age.after(events.At(past-k)), true) {
			return
		}
		o.ix.touched.touch(&b.readers, nil)
		if now = o.upTo; past < events.Len() {
			past = events.UpTo(now)
		}
	}
}

// limited reports whether all leaves of a count compare it with numbers.
func (a *attr) limited() bool { return len(a.others)+len(a.clocks)+len(a.elems)+len(a.edges) == 0 }

// knows reports whether a field has a value, or had one.
func (s *store) knows(row uint32, f *timedField) bool {
	if f.col == 0 {
		col, ok := s.fields.Lookup(f.name)
		if !ok {
			return false
		}
		f.col = col + 1
	}
	return !s.fields.Get(row, f.col-1).IsNull() || !s.since.Get(row, f.col-1).IsNull()
}

// pulse: a picture stands still, and nobody asks what comes next.
func (f *figure) pulse([]pulse, time.Time) (n nextAt, ok bool) { return n, false }
