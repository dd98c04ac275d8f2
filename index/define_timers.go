package index

import (
	"slices"
	"strings"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/index/internal/column"
	"github.com/segmentrules/segment/index/internal/contacts"
	"github.com/segmentrules/segment/index/internal/eventlog"
	"github.com/segmentrules/segment/index/internal/rowset"
	"github.com/segmentrules/segment/index/internal/rules"
	"github.com/segmentrules/segment/index/internal/scan"
	"github.com/segmentrules/segment/index/internal/size"
	"github.com/segmentrules/segment/rule"
)

// Timers after a definition. A contact has one timer: the first instant at which anything
// about it may change by time. A new segment may bring it forward, for contacts that have
// what the segment reads. For the commonest conditions, on ages and on counts of events,
// the instants are found column by column and not contact by contact.

// wakeAll sets the timers of contacts for what a plan reads: of those for whom
// there is something that may move. Readers may go on.
func (ix *shard) wakeAll(id rules.PlanID) {
	if ix.store.Count == 0 {
		return
	}
	var attrs []rules.AttributeID
	for _, e := range ix.rules.Plans[id].Edges {
		l := ix.rules.Leaves[e.Leaf]
		switch {
		case l.Attribute != rules.None && ix.rules.Attributes[l.Attribute].Timed() && !slices.Contains(attrs, l.Attribute):
			// several leaves may be about one attribute, which is asked once
			attrs = append(attrs, l.Attribute)
			ix.wakeAttribute(l.Attribute)
		case l.Attribute == rules.None && l.Timed() && l.Kind == rules.LeafOpaque:
			ix.wakeRows(rules.Watch{Leaves: []rules.LeafID{e.Leaf}}, ix.knows(l.Inputs, slices.Contains(ix.rules.Always.Leaves, e.Leaf)))
		}
	}
}

// wakeRows sets the timers of some contacts for what is watched.
func (ix *shard) wakeRows(w rules.Watch, rows *rowset.Set) {
	ix.mu.Worked(func() {
		ix.change.affected.Begin(ix.rules)
		ix.change.affected.Add(&w)
	})
	ix.workRows(rows, func(row uint32) {
		ix.change.eval.Reset()
		ix.change.begin(row, ix.now)
		ix.rewake()
	})
}

// workRows calls f with each row, as [gate.Background.Work] does.
func (ix *shard) workRows(rows *rowset.Set, f func(row uint32)) {
	at := rows.Cursor()
	ix.mu.Work(rows.Len(), func(from, to int) {
		for range to - from {
			f(at.Row())
			at.Next()
		}
	})
}

// wakeAttribute sets the timers of the contacts for whom an attribute may move by
// itself. What nearly all rules are about, ages and counts, has a shorter way
// than [rules.Evaluator.AttributeNext], to the same instants.
func (ix *shard) wakeAttribute(id rules.AttributeID) {
	a := ix.rules.Attributes[id]
	names := a.Path.Names()
	always := slices.Contains(ix.rules.Always.Attributes, id)
	switch {
	// it may move for everybody, whatever they have
	case always:
	case a.Kind == rules.AttributeField && len(a.Clocks) == 0 && len(a.Edges) > 0 && len(names) == 1 && names[0] != "id":
		ix.wakeAges(id, names[0])
		return
	case a.Kind == rules.AttributeCount && a.ComparesNumbers():
		ix.wakeCounts(a)
		return
	}
	ix.wakeRows(rules.Watch{Attributes: []rules.AttributeID{id}}, ix.knows(a.Inputs, always))
}

// wakeAges sets the timers of those of whom a field comes to an age. Values that are not
// instants are looked at in the general way.
func (ix *shard) wakeAges(id rules.AttributeID, name string) {
	a := ix.rules.Attributes[id]
	col, ok := ix.store.Fields.Lookup(name)
	if !ok {
		return
	}
	others := new(rowset.Set)
	ix.workRows(ix.ages(a, name), func(row uint32) {
		v := ix.store.Fields.Get(row, col)
		if v.Kind() != segment.KindTime {
			others.Add(row)
			return
		}
		at := v.Time()
		// the next end of a range that its age has not come to yet
		if i := a.AgePassed(size.Between(at, ix.now)); i < len(a.Edges) {
			ix.timers.Earlier(row, a.Edges[i].Age.After(at))
		}
	})
	ix.wakeRows(rules.Watch{Attributes: []rules.AttributeID{id}}, others)
}

// wakeCounts sets the timers of those of whose events one leaves the window below
// a threshold, or is still to come.
func (ix *shard) wakeCounts(a *rules.Attribute) {
	log := ix.store.Events
	name, ok := log.Lookup(a.Event)
	if !ok {
		return
	}
	// Of a count over all time only events that are still to come matter; of a window, those
	// in it, too.
	in := eventlog.Stretch{After: ix.now, UpTo: ix.now}
	if a.Window != size.Endless {
		in.After = scan.WindowStart(a.Window, ix.now)
	}
	// Most contacts have few events: the thresholds below small counts are found once.
	var small [64]uint32
	for c := range small {
		small[c] = uint32(a.Lowest(c))
	}
	lowest := func(c uint32) uint32 {
		if c < uint32(len(small)) {
			return small[c]
		}
		return uint32(a.Lowest(int(c)))
	}
	leaves := func(row uint32, at time.Time) { ix.timers.Earlier(row, a.Window.After(at)) }
	comes := func(row uint32, at time.Time) { ix.timers.Earlier(row, at) }
	rows := uint32(log.Rows())
	for first := uint32(0); first < rows; first += scan.GroupRows {
		ix.mu.Worked(func() {
			// the log finds them for the whole group at once, or says that it cannot
			if log.Kths(name, first, in, lowest, leaves, comes) {
				return
			}
			for row := first; row < min(rows, first+scan.GroupRows); row++ {
				ix.wakeCount(a, row, log.Stream(row, name))
			}
		})
	}
}

// wakeCount is wakeCounts for one contact.
func (ix *shard) wakeCount(a *rules.Attribute, row uint32, stream eventlog.Stream) {
	var n rules.Earliest
	n.Add(contacts.NextOf(stream, ix.now))
	if a.Window != size.Endless {
		if k := a.Lowest(contacts.CountOf(stream, a.Window, ix.now)); k > 0 {
			at, _ := contacts.KthOf(stream, ix.now, k)
			n.Add(a.Window.After(at), true)
		}
	}
	if n.OK {
		ix.timers.Earlier(row, n.At)
	}
}

// ages finds the contacts whose age passes an end of a range some day.
func (ix *shard) ages(a *rules.Attribute, name string) *rowset.Set {
	view, last, now := ix.view(rule.Inputs{}), a.Edges[len(a.Edges)-1].Age, ix.now
	test := &column.Test{Match: func(v segment.Value) bool {
		switch v.Kind() {
		case segment.KindTime:
			return size.Between(v.Time(), now).Less(last)
		case segment.KindText, segment.KindDate:
			return true
		}
		return false
	}}
	// the same as a range of instants, which lets whole blocks be left out
	if size.Writable(last) {
		test.Ranges = []column.Range{{Lo: segment.Time(last.Negated().After(now)), LoOpen: true}}
	}
	return view.Choose(func(s *scan.Scanner, live, out *column.Mask) {
		if col, ok := view.FieldView.Lookup(name); ok {
			view.FieldView.Select(s.Block, col, test, live, out)
		}
	})
}

// knows finds the contacts of which any input is known, as [contacts.Store.Inputs] does;
// or all.
func (ix *shard) knows(in rule.Inputs, all bool) *rowset.Set {
	view := ix.view(in)
	if all {
		return rowset.FromWords(view.Live)
	}
	is := &column.Test{Match: func(v segment.Value) bool { return !v.IsNull() }}
	scan.Hint(&rules.Leaf{Kind: rules.LeafNull}, is, ix.now, nil)
	is.Outside = true
	return view.Choose(func(s *scan.Scanner, live, out *column.Mask) {
		found := s.Take()
		defer s.Give(found)
		join := func() {
			for w := range out {
				out[w] |= found[w]
			}
		}
		for _, path := range slices.Concat(in.Fields, in.History) {
			for _, table := range [...]*column.View{view.FieldView, view.SinceView} {
				if col, ok := table.Lookup(path.Names()[0]); ok {
					table.Select(s.Block, col, is, live, found)
					join()
				}
			}
		}
		for _, e := range in.Events {
			for n, name := range view.EventView.Names() {
				if name == e.Name || rules.IsPattern(e.Name) && strings.HasPrefix(name, e.Name[:len(e.Name)-1]) {
					s.Having(n, live, found)
					join()
				}
			}
		}
		for _, words := range view.Listed {
			s.Bits(words, true)(live, found)
			join()
		}
	})
}
