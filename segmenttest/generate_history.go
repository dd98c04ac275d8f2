package segmenttest

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/leanovate/gopter"

	"github.com/segmentrules/segment"
)

// Random histories: definitions, drops, updates and steps in time, in order of instant, with
// late events, deletions and ties among them.

// A History is calls to a [System], in order.
type History []Call

// A Call is one call: of Define if Segment has an id, of Drop if Drop is set, of
// Apply if there are updates, and else of Advance to At.
type Call struct {
	At      time.Time
	Segment segment.Segment
	Drop    string
	Updates []segment.Update
}

// Histories generates a [History] of two contacts and up to three segments, some of
// which refer to each other: fields change, events come early, late, twice and
// not at all, contacts go and come back, segments are defined, replaced and
// dropped, and the clock stops on and next to the edges. A history shrinks to
// fewer calls and updates, and to simpler conditions.
func Histories() gopter.Gen {
	return generator(func(m *maker) any { return m.story() }, func(v any) gopter.Shrink {
		return stream(shorter(v.(History)))
	})
}

// String returns the history as text, a line for each thing that happens.
func (h History) String() string {
	var b strings.Builder
	for _, c := range h {
		switch {
		case c.Segment.ID != "":
			fmt.Fprintf(&b, "%s define %s: %v\n", c.At.Format(time.RFC3339Nano), c.Segment.ID, c.Segment.Condition)
		case c.Drop != "":
			fmt.Fprintf(&b, "%s drop %s\n", c.At.Format(time.RFC3339Nano), c.Drop)
		case len(c.Updates) > 0:
			for _, u := range c.Updates {
				fmt.Fprintf(&b, "%s %s set %v events %s retract %v join %v leave %v create %v delete %v\n", u.At.Format(time.RFC3339Nano),
					u.Contact, u.Set, u.Events, u.Retract, u.Join, u.Leave, u.Create, u.Delete)
			}
		default:
			fmt.Fprintf(&b, "%s advance\n", c.At.Format(time.RFC3339Nano))
		}
	}
	return b.String()
}

func (m *maker) story() History {
	var stops []time.Time
	for range 4 + m.r.Intn(10) {
		at := m.near().UTC()
		if d := at.Sub(m.now); d < -35*24*time.Hour || d > 35*24*time.Hour {
			at = m.now.Add(d / 12).UTC() // who lets a year pass waits for the oracle
		}
		stops = append(stops, at)
	}
	slices.SortFunc(stops, time.Time.Compare)
	var h History
	for i, id := range []string{"s1", "s2", "s3"}[:1+m.r.Intn(3)] {
		m.refs = []string{"s1", "s2"}[:i]
		h = append(h, Call{At: stops[0], Segment: segment.Segment{ID: id, Condition: m.defined()}})
	}
	for i, at := range stops {
		switch m.r.Intn(10) {
		case 0:
			h = append(h, Call{At: at})
		case 1:
			m.refs = nil
			h = append(h, Call{At: at, Segment: segment.Segment{ID: pick(m, "s1", "s1", "s2", "s3"), Condition: m.defined()}})
		case 2:
			if m.chance(30) {
				h = append(h, Call{At: at, Drop: pick(m, "s1", "s2", "s3")})
			}
		default:
			h = append(h, Call{At: at, Updates: m.updates(at, stops[min(i+1, len(stops)-1)])})
		}
	}
	return append(h, Call{At: m.now.AddDate(0, 0, 40).UTC()})
}

// defined makes the condition of a segment.
func (m *maker) defined() segment.Condition {
	if m.chance(70) {
		return m.lively()
	}
	return m.condition(m.depth())
}

// updates makes one or several updates between two instants.
func (m *maker) updates(at, end time.Time) (us []segment.Update) {
	for range pick(m, 1, 1, 2, 3) {
		us = append(us, m.update(at))
		if m.chance(50) && at.Before(end) {
			at = at.Add(time.Duration(m.r.Int63n(int64(end.Sub(at)) + 1)))
		}
	}
	return us
}

func (m *maker) update(at time.Time) segment.Update {
	u := segment.Update{Contact: pick(m, "ann", "ann", "bob"), At: at, Set: make(map[string]segment.Value)}
	fields := m.fields()
	for _, name := range some(m, 4, "plan", "n", "country", "age", "seen", "due", "born", "tags", "orders", "company", "zone", "flag", "app") {
		if m.chance(50) {
			u.Set[name] = fields[name]
		}
	}
	for _, e := range m.events(pick(m, 0, 1, 1, 2)) {
		e.ID = fmt.Sprint("e", m.r.Intn(12))
		u.Events = append(u.Events, e)
	}
	if m.chance(1) { // a busy contact; the reference looks at all of its events at every instant
		for i, e := range m.events(12 + m.r.Intn(12)) {
			e.ID = fmt.Sprint("b", i)
			u.Events = append(u.Events, e)
		}
	}
	if m.chance(15) {
		u.Retract = some(m, 2, "e0", "e1", "e2", "e3", "e4", "e5")
	}
	if m.chance(20) {
		u.Join = some(m, 2, "vip", "trial")
	}
	if m.chance(10) {
		u.Leave = some(m, 1, "vip", "trial")
	}
	u.Create = m.chance(10)
	u.Delete = m.chance(4)
	return u
}

func shorter(h History) (out []History) {
	for i := range h {
		out = append(out, slices.Delete(slices.Clone(h), i, i+1))
	}
	replace := func(i int, c Call) {
		with := slices.Clone(h)
		with[i] = c
		out = append(out, with)
	}
	for i, c := range h {
		for j := range c.Updates {
			if len(c.Updates) > 1 {
				fewer := c
				fewer.Updates = slices.Delete(slices.Clone(c.Updates), j, j+1)
				replace(i, fewer)
			}
			for _, u := range less(c.Updates[j]) {
				with := c
				with.Updates = slices.Clone(c.Updates)
				with.Updates[j] = u
				replace(i, with)
			}
		}
		if c.Segment.ID != "" {
			for _, cond := range smaller(c.Segment.Condition) {
				with := c
				with.Segment.Condition = cond
				replace(i, with)
			}
		}
	}
	return out
}

// less returns updates with one part less.
func less(u segment.Update) (out []segment.Update) {
	with := func(change func(*segment.Update)) {
		v := u
		change(&v)
		out = append(out, v)
	}
	for name := range u.Set {
		with(func(v *segment.Update) { v.Set = without(u.Set, name) })
	}
	for i := range u.Events {
		with(func(v *segment.Update) { v.Events = slices.Delete(slices.Clone(u.Events), i, i+1) })
	}
	for _, part := range []func(*segment.Update){
		func(v *segment.Update) { v.Retract = nil },
		func(v *segment.Update) { v.Join = nil },
		func(v *segment.Update) { v.Leave = nil },
	} {
		if len(u.Retract)+len(u.Join)+len(u.Leave) > 0 {
			with(part)
		}
	}
	return slices.DeleteFunc(out, func(v segment.Update) bool {
		return len(v.Set) == len(u.Set) && len(v.Events) == len(u.Events) &&
			len(v.Retract) == len(u.Retract) && len(v.Join) == len(u.Join) && len(v.Leave) == len(u.Leave)
	})
}
