package index

import (
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/index/internal/eventlog"
	"github.com/segmentrules/segment/index/internal/rules"
)

// What time will do to a contact. Its events are looked at by name: the schedule of a name
// says at which ages something may change, so that only events near such an age matter. Fields
// and lists are looked at by the conditions that read them.

// An outlook is what lies ahead of a contact. What may flip up to an instant is
// affected, and next is when the first of the rest may.
type outlook struct {
	ix   *shard
	upTo time.Time
	next rules.Earliest
}

// ahead looks ahead from where the evaluator stands, which is not after the instant. What
// it adds is due at it; of what else the contact has that moves it says when
// that may first flip.
func (ix *shard) ahead(row uint32, upTo time.Time) rules.Earliest {
	o, s := outlook{ix: ix, upTo: upTo}, ix.schedules.Current(ix.rules)
	ix.change.affected.Begin(ix.rules)
	// Scheduled: what moves only as events come to an age is not asked, since o.stream
	// finds it from the events.
	ix.change.affected.Scheduled = true
	o.ask(&ix.rules.Always)
	// only what the contact has can move: fields with values, names with events, its lists
	for i := range s.Fields {
		if f := &s.Fields[i]; o.knows(row, f) {
			o.ask(f.Watch)
		}
	}
	for stream := range ix.store.Events.Streams(row) {
		if schedule := s.Numbered(ix.store.Events, stream.Name()); schedule != nil {
			o.stream(schedule, stream)
			o.askAttributes(schedule.Valued)
			o.ask(&schedule.Others)
		}
	}
	if len(s.Lists) > 0 {
		for stream := range ix.store.Lists.Streams(row) {
			if w := s.Lists[ix.store.Lists.Names()[stream.Name()]]; w != nil {
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
	o.next.Add(at, true)
	return false
}

// ask asks what is not found by its events when it may flip.
func (o *outlook) ask(w *rules.Watch) {
	o.askAttributes(w.Attributes)
	t, r := &o.ix.change.affected, o.ix.rules
	for _, id := range w.Leaves {
		if !t.AskLeaf(id) || !r.Leaves[id].Timed() || r.Leaves[id].OnlyExpires {
			continue
		}
		if o.due(o.ix.leafNext(id)) {
			t.AddLeaf(id)
		}
	}
}

// askAttributes asks attributes when they may flip something.
func (o *outlook) askAttributes(ids []rules.AttributeID) {
	t := &o.ix.change.affected
	for _, id := range ids {
		if t.AskAttribute(id) && o.due(o.ix.attributeNext(id)) {
			t.AddAttribute(id)
		}
	}
}

// attributeNext is when an attribute flips something, beside its expiries.
func (ix *shard) attributeNext(id rules.AttributeID) (time.Time, bool) {
	a := ix.rules.Attributes[id]
	if !a.OnlyExpires {
		return ix.change.eval.AttributeNext(id)
	}
	var n rules.Earliest
	if len(a.Edges)+len(a.Clocks) > 0 {
		ix.change.eval.ValueNext(a, id, &n)
	}
	return n.At, n.OK
}

// stream finds the expiries of events of one name.
func (o *outlook) stream(s *rules.Schedule, events eventlog.Stream) {
	now, n := o.ix.change.eval.At, events.Len()
	past := n
	// some events lie in the future: they are not counted yet, and change things as they come
	if newest := events.At(n - 1); newest.After(now) {
		past = events.UpTo(now)
		o.arrivals(s, events, past)
		if arrived := events.UpTo(o.upTo); arrived > past {
			past, now = arrived, o.upTo // what counts them is due
		}
	}
	for i := range s.Groups {
		b := &s.Groups[i]
		if b.Thresholds != nil && b.Thresholds.Attr.ComparesNumbers() {
			o.count(b, events, past, now)
			continue
		}
		// Events are in order of time, so the first that has not come to the age yet comes to
		// it next. Those up to the instant are due; one beyond ends the search.
		for first := events.UpTo(b.Age.Negated().After(o.ix.change.eval.At)); first < n; first++ {
			if !o.due(b.Age.After(events.At(first)), true) {
				break
			}
			o.ix.change.affected.AddReaders(&b.Readers, func() segment.Document { return events.Props(first) })
		}
	}
}

// arrivals are events that are dated in the future.
func (o *outlook) arrivals(s *rules.Schedule, events eventlog.Stream, from int) {
	for ; from < events.Len(); from++ {
		if !o.due(events.At(from), true) {
			return
		}
		o.ix.change.affected.AddSchedule(s, func() segment.Document { return events.Props(from) })
	}
}

// count finds when a count passes the threshold below it: when so many have left
// that it lies beneath.
func (o *outlook) count(b *rules.ExpiryGroup, events eventlog.Stream, past int, now time.Time) {
	for {
		c := past - events.UpTo(b.Age.Negated().After(now))
		k := b.Thresholds.Below(c)
		if k == 0 || !o.due(b.Age.After(events.At(past-k)), true) {
			return
		}
		o.ix.change.affected.AddReaders(&b.Readers, nil)
		if now = o.upTo; past < events.Len() {
			past = events.UpTo(now)
		}
	}
}

// knows reports whether a field has a value, or had one.
func (o *outlook) knows(row uint32, f *rules.TimedField) bool {
	s := o.ix.store
	col := known(o.ix.change.places.columns, f.Number)
	if col < 0 {
		col = o.ix.change.places.findColumn(s.Fields, f.Number, f.Name)
	}
	return col >= 0 && (!s.Fields.Get(row, col).IsNull() || !s.Since.Get(row, col).IsNull())
}
