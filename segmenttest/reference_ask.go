package segmenttest

import (
	"iter"
	"maps"
	"slices"
	"time"

	"github.com/segmentrules/segment"
)

// What the reference can be asked besides members: all the optional interfaces
// of this package but [Restarter].

// maxAsks bounds how often Due asks again where [segment.Program.Next] is early;
// then Due is, too. Each time it has looked some decades ahead.
const maxAsks = 3

// Due asks [segment.Program.Next] for every contact and segment; nothing else
// here does. Until the first membership changes none has changed, so all of
// them may be asked as they stand now.
func (r *naive) Due() (due time.Time, ok bool) {
	for _, p := range r.contacts {
		for _, id := range r.order {
			if at, some := r.due(p, id); some && (!ok || at.Before(due)) {
				due, ok = at, true
			}
		}
	}
	return due, ok
}

func (r *naive) due(p *person, id string) (at time.Time, ok bool) {
	program, err := segment.Compile(r.segments[id])
	if err != nil {
		return time.Time{}, false // Define has refused it
	}
	at = p.settled.In(r.calendar) // a limited Advance may have left it behind the clock
	for range maxAsks {
		if at, ok = program.Next(p, at); !ok || segment.Evaluate(r.segments[id], p, at) != p.members[id] {
			break
		}
	}
	return at, ok
}

func (r *naive) Count(c segment.Condition) (n int, err error) {
	if _, err := segment.Compile(c); err != nil {
		return 0, err
	}
	for _, p := range r.contacts {
		if segment.Evaluate(c, p, r.now.In(r.calendar)) {
			n++
		}
	}
	return n, nil
}

func (r *naive) Explain(contact, id string) (*segment.Explanation, error) {
	p, c := r.contacts[contact], r.segments[id]
	if p == nil {
		return nil, refuse(segment.ErrNotFound, "there is no contact %q", contact)
	}
	if c == nil {
		return nil, refuse(segment.ErrNotFound, "there is no segment %q", id)
	}
	program, err := segment.Compile(c)
	if err != nil {
		return nil, err
	}
	return program.Explain(p, r.now.In(r.calendar)), nil
}

func (r *naive) Contact(id string) (segment.Contact, bool) {
	p := r.contacts[id]
	if p == nil {
		return nil, false
	}
	return p.clone(), true
}

func (r *naive) Segments(contact string) iter.Seq[string] {
	var ids []string
	if p := r.contacts[contact]; p != nil {
		for _, id := range r.order {
			if p.members[id] {
				ids = append(ids, id)
			}
		}
	}
	slices.Sort(ids)
	return slices.Values(ids)
}

// DryRun does it to a copy.
func (r *naive) DryRun(s segment.Segment, at time.Time) (entered, left []string, err error) {
	diffs, err := r.clone().Define(s, at)
	for _, d := range diffs {
		switch {
		case d.Segment != s.ID || !d.At.Equal(at): // another, or time that ran before
		case d.Entered:
			entered = append(entered, d.Contact)
		default:
			left = append(left, d.Contact)
		}
	}
	return entered, left, err
}

// DryRunAll does it to a copy.
func (r *naive) DryRunAll(s segment.Segment, at time.Time) ([]Outcome, error) {
	copied := r.clone()
	diffs, err := copied.Define(s, at)
	if err != nil {
		return nil, err
	}
	return outcomesOf(diffs, s.ID, at), nil
}

// outcomesOf is who entered and left segments at an instant, of one segment first.
func outcomesOf(diffs []segment.Diff, first string, at time.Time) []Outcome {
	all := map[string]*Outcome{first: {Segment: first}}
	for _, d := range diffs {
		if !d.At.Equal(at) {
			continue // time that ran before
		}
		o := all[d.Segment]
		if o == nil {
			o = &Outcome{Segment: d.Segment}
			all[d.Segment] = o
		}
		if d.Entered {
			o.Entered = append(o.Entered, d.Contact)
		} else {
			o.Left = append(o.Left, d.Contact)
		}
	}
	out := []Outcome{*all[first]}
	delete(all, first)
	for _, id := range slices.Sorted(maps.Keys(all)) {
		out = append(out, *all[id])
	}
	return out
}

// Configure returns an empty reference with the calendar of a schema; the rest
// of a schema is of no use to it.
func (r *naive) Configure(s *segment.Schema) (System, error) {
	calendar, err := time.LoadLocation(s.Zone) // "" is UTC
	if err != nil {
		return nil, err
	}
	return ReferenceIn(calendar), nil
}

func (r *naive) clone() *naive {
	q := *r
	q.segments, q.versions = maps.Clone(r.segments), maps.Clone(r.versions)
	q.contacts = make(map[string]*person, len(r.contacts))
	for id, p := range r.contacts {
		q.contacts[id] = p.clone()
	}
	return &q
}

func (p *person) clone() *person {
	q := *p
	q.Fields, q.Lists, q.Log = maps.Clone(p.Fields), maps.Clone(p.Lists), slices.Clone(p.Log)
	q.past = make(map[string][]segment.Change, len(p.past))
	for name, past := range p.past {
		q.past[name] = slices.Clone(past)
	}
	q.causes = maps.Clone(p.causes)
	return &q
}
