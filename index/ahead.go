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
	o, s := outlook{ix: ix, upTo: upTo}, ix.schedules.current(ix.rules)
	ix.change.touched.begin(ix.rules)
	ix.change.touched.scheduled = true
	o.ask(&ix.rules.always)
	for i := range s.fields {
		if f := &s.fields[i]; o.knows(row, f) {
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
	t, r := &o.ix.change.touched, o.ix.rules
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
	t := &o.ix.change.touched
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
		return ix.change.eval.next(id)
	}
	var n nextAt
	if len(a.edges)+len(a.clocks) > 0 {
		ix.change.eval.steadyNext(a, id, &n)
	}
	return n.t, n.ok
}

// stream finds the pulses of events of one name.
func (o *outlook) stream(s *schedule, events eventlog.Stream) {
	now, n := o.ix.change.eval.at, events.Len()
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
		for first := events.UpTo(b.age.negated().after(o.ix.change.eval.at)); first < n; first++ {
			if !o.due(b.age.after(events.At(first)), true) {
				break
			}
			o.ix.change.touched.touch(&b.readers, func() segment.Document { return events.Props(first) })
		}
	}
}

// arrivals are events that are dated in the future.
func (o *outlook) arrivals(s *schedule, events eventlog.Stream, from int) {
	for ; from < events.Len(); from++ {
		if !o.due(events.At(from), true) {
			return
		}
		o.ix.change.touched.touchAll(s, func() segment.Document { return events.Props(from) })
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
		o.ix.change.touched.touch(&b.readers, nil)
		if now = o.upTo; past < events.Len() {
			past = events.UpTo(now)
		}
	}
}

// knows reports whether a field has a value, or had one.
func (o *outlook) knows(row uint32, f *timedField) bool {
	s := o.ix.store
	col := o.ix.change.places.column(s.fields, f.nth, f.name)
	return col >= 0 && (!s.fields.Get(row, col).IsNull() || !s.since.Get(row, col).IsNull())
}
