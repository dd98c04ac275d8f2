package index

import (
	"slices"
	"strings"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/index/internal/column"
	"github.com/segmentrules/segment/index/internal/eventlog"
	"github.com/segmentrules/segment/index/internal/rowset"
)

// wakeAll sets the timers of contacts for what a root reads: of those for whom
// there is something that may move. Readers may go on.
func (ix *shard) wakeAll(id rootID) {
	if ix.store.count == 0 {
		return
	}
	var attrs []attrID
	for _, e := range ix.rules.roots[id].edges {
		l := ix.rules.leaves[e.leaf]
		switch {
		case l.attr != none && ix.rules.attrs[l.attr].timed() && !slices.Contains(attrs, l.attr):
			attrs = append(attrs, l.attr)
			ix.wakeAttr(l.attr)
		case l.attr == none && l.timed() && l.kind == leafOpaque:
			ix.wakeRows(watch{leaves: []leafID{e.leaf}}, ix.knows(l.inputs, slices.Contains(ix.rules.always.leaves, e.leaf)))
		}
	}
}

func (ix *shard) wakeRows(w watch, rows *rowset.Set) {
	ix.mu.worked(func() {
		ix.change.touched.begin(ix.rules)
		ix.change.touched.add(&w)
	})
	ix.workRows(rows, func(row uint32) {
		ix.change.eval.reset()
		ix.change.begin(row, ix.now)
		ix.rewake()
	})
}

// workRows calls f with each row, as [background.work] does.
func (ix *shard) workRows(rows *rowset.Set, f func(row uint32)) {
	at := rows.Cursor()
	ix.mu.work(rows.Len(), func(from, to int) {
		for range to - from {
			f(at.Row())
			at.Next()
		}
	})
}

// wakeAttr sets the timers of the contacts for whom an attribute may move by
// itself. What nearly all rules are about, ages and counts, has a shorter way
// than [eval.next], to the same instants.
func (ix *shard) wakeAttr(id attrID) {
	a := ix.rules.attrs[id]
	names := a.path.Names()
	always := slices.Contains(ix.rules.always.attrs, id)
	switch {
	case always:
	case a.kind == attrField && len(a.clocks) == 0 && len(a.edges) > 0 && len(names) == 1 && names[0] != "id":
		ix.wakeAges(id, names[0])
		return
	case a.kind == attrCount && a.limited():
		ix.wakeCounts(a)
		return
	}
	ix.wakeRows(watch{attrs: []attrID{id}}, ix.knows(a.inputs, always))
}

func (ix *shard) wakeAges(id attrID, name string) {
	a := ix.rules.attrs[id]
	col, ok := ix.store.fields.Lookup(name)
	if !ok {
		return
	}
	others := new(rowset.Set)
	ix.workRows(ix.ages(a, name), func(row uint32) {
		v := ix.store.fields.Get(row, col)
		if v.Kind() != segment.KindTime {
			others.Add(row)
			return
		}
		at := v.Time()
		if i := a.agePassed(between(at, ix.now)); i < len(a.edges) {
			ix.timers.Earlier(row, a.edges[i].age.after(at))
		}
	})
	ix.wakeRows(watch{attrs: []attrID{id}}, others)
}

// wakeCounts sets the timers of those of whose events one leaves the window below
// a limit, or is still to come.
func (ix *shard) wakeCounts(a *attr) {
	log := ix.store.events
	name, ok := log.Lookup(a.event)
	if !ok {
		return
	}
	in := eventlog.Stretch{After: ix.now, UpTo: ix.now}
	if a.window != endless {
		in.After = windowStart(a.window, ix.now)
	}
	var small [64]uint32
	for c := range small {
		small[c] = uint32(a.lowest(c))
	}
	lowest := func(c uint32) uint32 {
		if c < uint32(len(small)) {
			return small[c]
		}
		return uint32(a.lowest(int(c)))
	}
	leaves := func(row uint32, at time.Time) { ix.timers.Earlier(row, a.window.after(at)) }
	comes := func(row uint32, at time.Time) { ix.timers.Earlier(row, at) }
	rows := uint32(log.Rows())
	for first := uint32(0); first < rows; first += groupRows {
		ix.mu.worked(func() {
			if log.Kths(name, first, in, lowest, leaves, comes) {
				return
			}
			for row := first; row < min(rows, first+groupRows); row++ {
				ix.wakeCount(a, row, log.Stream(row, name))
			}
		})
	}
}

func (ix *shard) wakeCount(a *attr, row uint32, stream eventlog.Stream) {
	var n nextAt
	n.add(futureOf(stream, ix.now))
	if a.window != endless {
		if k := a.lowest(countOf(stream, a.window, ix.now)); k > 0 {
			at, _ := kthOf(stream, ix.now, k)
			n.add(a.window.after(at), true)
		}
	}
	if n.ok {
		ix.timers.Earlier(row, n.t)
	}
}

// ages finds the contacts whose age passes an end of a range some day.
func (ix *shard) ages(a *attr, name string) *rowset.Set {
	pic, last, now := ix.picture(segment.Inputs{}), a.edges[len(a.edges)-1].age, ix.now
	test := &column.Test{Match: func(v segment.Value) bool {
		switch v.Kind() {
		case segment.KindTime:
			return between(v.Time(), now).less(last)
		case segment.KindText, segment.KindDate:
			return true
		}
		return false
	}}
	if near(last) {
		test.Ranges = []column.Range{{Lo: segment.Time(last.negated().after(now)), LoOpen: true}}
	}
	return pic.choose(func(s *scanner, live, out *column.Mask) {
		if col, ok := pic.fields.Lookup(name); ok {
			pic.fields.Select(s.block, col, test, live, out)
		}
	})
}

// knows finds the contacts of which any input is known, as [store.inputs] does;
// or all.
func (ix *shard) knows(in segment.Inputs, all bool) *rowset.Set {
	pic := ix.picture(in)
	if all {
		return rowset.FromWords(pic.live)
	}
	is := &column.Test{Match: func(v segment.Value) bool { return !v.IsNull() }}
	hint(&leaf{kind: leafNull}, is, ix.now, nil)
	is.Outside = true
	return pic.choose(func(s *scanner, live, out *column.Mask) {
		found := s.take()
		defer s.give(found)
		join := func() {
			for w := range out {
				out[w] |= found[w]
			}
		}
		for _, path := range slices.Concat(in.Fields, in.History) {
			for _, table := range [...]*column.View{pic.fields, pic.since} {
				if col, ok := table.Lookup(path.Names()[0]); ok {
					table.Select(s.block, col, is, live, found)
					join()
				}
			}
		}
		for _, e := range in.Events {
			for n, name := range pic.events.Names() {
				if name == e.Name || isPattern(e.Name) && strings.HasPrefix(name, e.Name[:len(e.Name)-1]) {
					s.having(n, live, found)
					join()
				}
			}
		}
		for _, words := range pic.listed {
			s.bits(words, true)(live, found)
			join()
		}
	})
}
