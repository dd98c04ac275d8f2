package segmenttest

import (
	"reflect"
	"slices"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/rule"
)

// When can an answer change by itself? The reference does not ask
// Program.Next, which it is there to test. It lists every instant at which a
// change can possibly be, many more than there are, and evaluates at each:
//
//   - the instants that the contact and the rules hold, moved by each of the
//     spans in the rules;
//   - every midnight, and every quarter of an hour, if a rule reads the calendar
//     or the hour, in every zone that matters, and the changes of its offset;
//   - where a rule computes with time (AGE(x) * 2 > y), the instant at which a
//     comparison turns, found by bisection between those above.

// marks are what the rules of all segments say about time.
type marks struct {
	spans    []rule.Span
	consts   []segment.Value
	zones    []rule.Expr
	days     bool // something depends on the calendar day
	hours    bool // something depends on the hour
	computed []segment.Condition
	// recurring are the tests of anniversaries of many years, with their zones.
	recurring []segment.Condition
}

func marksOf(segments map[string]segment.Condition) (m marks) {
	for _, c := range segments {
		visit(reflect.ValueOf(c), m.note)
		m.computed = append(m.computed, computed(c)...)
		m.recurring = append(m.recurring, recurring(c)...)
	}
	slices.SortFunc(m.spans, func(a, b rule.Span) int {
		return slices.Compare([]int64{int64(a.Unit), a.N}, []int64{int64(b.Unit), b.N})
	})
	m.spans = slices.Compact(m.spans)
	return m
}

// visit calls f for everything in a tree.
func visit(v reflect.Value, f func(any)) {
	switch v.Kind() {
	case reflect.Interface:
		if !v.IsNil() {
			visit(v.Elem(), f)
		}
	case reflect.Slice:
		f(v.Interface())
		for i := range v.Len() {
			visit(v.Index(i), f)
		}
	case reflect.String:
		f(v.Interface()) // a field, a list, a segment, or a plain string
	case reflect.Struct:
		f(v.Interface())
		if v.Type() == reflect.TypeFor[segment.Value]() {
			return
		}
		for i := range v.NumField() {
			visit(v.Field(i), f)
		}
	}
}

// note takes down what one node says about time.
func (m *marks) note(node any) {
	switch n := node.(type) {
	case rule.Span:
		if n.N != 0 {
			m.spans = append(m.spans, n)
			m.days = m.days || n.Unit >= rule.UnitMonth
		}
	case segment.Value:
		m.consts = append(m.consts, n)
	case rule.Zoned:
		m.zones = append(m.zones, n.Zone)
	case rule.Call:
		m.days = m.days || n.Fn != rule.FnLength
		m.hours = m.hours || n.Fn == rule.FnHour
	case rule.Arith:
		m.days = true
	case rule.Window:
		_, _, calendar := n.Periods()
		m.days = m.days || calendar
	case rule.Regularity:
		for i := range n.N {
			m.spans = append(m.spans, rule.Span{N: int64(i + 1), Unit: n.Unit})
		}
		m.days = m.days || n.Unit >= rule.UnitMonth
	}
}

// computed returns the comparisons in a condition that compute with time, taken
// apart so that each turns at most once while nothing else changes.
func computed(c segment.Condition) (cs []segment.Condition) {
	switch c := c.(type) {
	case rule.And:
		return concat(c...)
	case rule.Or:
		return concat(c...)
	case rule.Count:
		return concat(c.Of...)
	case rule.Not:
		return computed(c.C)
	case rule.Zoned:
		for _, inner := range computed(c.C) {
			cs = append(cs, rule.Zoned{C: inner, Zone: c.Zone})
		}
		return cs
	}
	computes := false
	visit(reflect.ValueOf(c), func(node any) {
		switch node.(type) {
		case rule.Call, rule.Arith:
			computes = true
		}
	})
	if !computes {
		return nil
	}
	switch c := c.(type) {
	case rule.Compare:
		return bounds(c.Left, c.Right, c.Right)
	case rule.Between:
		return bounds(c.X, c.Lo, c.Hi)
	case rule.In:
		for _, v := range c.Values {
			cs = append(cs, bounds(c.X, v, v)...)
		}
		return cs
	case rule.When:
		for _, w := range ends(c.Window) {
			cs = append(cs, rule.When{X: c.X, Window: w})
		}
		return cs
	}
	return []segment.Condition{c}
}

// ends takes a window apart into windows with one end, of which it is made: an
// instant may come into it and leave it while nothing else changes.
func ends(w rule.Window) []rule.Window {
	var past rule.Window // up to now
	longAgo := segment.Date(-100_000, 1, 1)
	older := func(s rule.Span) rule.Window { return rule.Window{Kind: rule.WindowOlder, A: s} }
	switch w.Kind {
	case rule.WindowLast:
		return []rule.Window{past, older(w.A)}
	case rule.WindowAgo:
		return []rule.Window{older(w.A), older(w.B)}
	case rule.WindowNext:
		return []rule.Window{past, {Kind: rule.WindowLater, A: w.A}}
	case rule.WindowBetween: // a date's whole day is in it, which BEFORE the date leaves out
		return []rule.Window{{Kind: rule.WindowSince, From: w.From}, {Kind: w.Kind, From: longAgo, To: w.To}}
	}
	return []rule.Window{w}
}

func concat(cs ...segment.Condition) (all []segment.Condition) {
	for _, c := range cs {
		all = append(all, computed(c)...)
	}
	return all
}

func bounds(x, lo, hi rule.Expr) []segment.Condition {
	return []segment.Condition{
		rule.Compare{Left: x, Op: rule.OpGe, Right: lo},
		rule.Compare{Left: x, Op: rule.OpLe, Right: hi},
	}
}

// instants returns the instants after the contact is settled, up to and with
// to, at which an answer can change by itself.
func (r *naive) instants(p *person, to time.Time) []time.Time {
	from := p.settled
	if !from.Before(to) {
		return nil
	}
	zones := r.zones(p)
	if p.edges == nil {
		p.edges = r.edges(p, zones)
	}
	after := func(e, t time.Time) int { return e.Compare(t) }
	first, _ := slices.BinarySearchFunc(p.edges, from.Add(1), after)
	last, _ := slices.BinarySearchFunc(p.edges, to.Add(1), after)
	at := slices.Clone(p.edges[first:last])
	if r.marks.days {
		at = append(at, midnights(from, to, zones)...)
	}
	if r.marks.hours {
		for t := from.Truncate(15 * time.Minute).Add(15 * time.Minute); !t.After(to); t = t.Add(15 * time.Minute) {
			at = append(at, t)
		}
	}
	if len(r.marks.computed)+len(r.marks.recurring) > 0 {
		at = ordered(append(at, to))
		for _, c := range r.marks.computed {
			at = append(at, r.turns(c, p, from, at)...)
		}
		at = append(at, r.turnsOfYears(p, from, to, at)...)
	}
	at = ordered(at)
	for i := range at {
		at[i] = at[i].In(r.calendar)
	}
	return at
}

func ordered(at []time.Time) []time.Time {
	slices.SortFunc(at, time.Time.Compare)
	return slices.CompactFunc(at, time.Time.Equal)
}

// zones returns the calendars that the rules use for a contact.
func (r *naive) zones(p *person) []*time.Location {
	zones := []*time.Location{r.calendar}
	for _, e := range r.marks.zones {
		name, _ := e.(segment.Value)
		if f, ok := e.(rule.Field); ok {
			name = p.Field(string(f))
		}
		if loc, err := time.LoadLocation(name.Text()); err == nil {
			zones = append(zones, loc)
		}
	}
	return zones
}

// midnights returns the days' beginnings and the changes of offset in (from, to].
func midnights(from, to time.Time, zones []*time.Location) (at []time.Time) {
	for _, z := range zones {
		y, m, d := from.In(z).Date()
		for i := 0; ; i++ {
			t := time.Date(y, m, d+i, 0, 0, 0, 0, z)
			if t.After(to.Add(48 * time.Hour)) {
				break
			}
			at = append(at, t)
			if _, change := t.ZoneBounds(); !change.IsZero() {
				at = append(at, change)
			}
		}
	}
	return slices.DeleteFunc(at, func(t time.Time) bool { return !t.After(from) || t.After(to) })
}

// turns returns where a comparison turns, in between instants at which all
// that is not computed can change.
func (r *naive) turns(c segment.Condition, p *person, from time.Time, at []time.Time) (turns []time.Time) {
	holds := func(t time.Time) bool { return segment.Evaluate(c, p, t.In(r.calendar)) }
	for _, to := range at {
		lo, hi := from, to.Add(-1)
		from = to
		if was := holds(lo); was != holds(hi) {
			for hi.Sub(lo) > 1 {
				if mid := lo.Add(hi.Sub(lo) / 2); holds(mid) == was {
					lo = mid
				} else {
					hi = mid
				}
			}
			turns = append(turns, hi)
		}
	}
	return turns
}
