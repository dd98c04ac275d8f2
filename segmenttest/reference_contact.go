package segmenttest

import (
	"iter"
	"maps"
	"slices"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/rule"
)

// A person is a contact as the updates made it.
type person struct {
	segment.Record
	past    map[string][]segment.Change // by the topmost name, oldest first
	members membership
	causes  map[string]segment.Cause // of the last change of each
	settled time.Time                // members are right up to here
	edges   []time.Time              // see naive.edges; nil if not known
}

func newPerson(id string, at time.Time) *person {
	return &person{
		Record: segment.Record{
			ID:     id,
			Fields: make(map[string]segment.Value),
			Lists:  make(map[string]time.Time),
		},
		past:    make(map[string][]segment.Change),
		causes:  make(map[string]segment.Cause),
		settled: at,
	}
}

// Segment reports live membership.
func (p *person) Segment(id string) bool { return p.members[id] }

// History is the history of the topmost field, seen through the rest of the path.
func (p *person) History(path string) iter.Seq[segment.Change] {
	names := rule.Field(path).Names()
	var kept []segment.Change
	for _, ch := range p.past[names[0]] {
		kept = remember(kept, segment.Change{At: ch.At, Value: ch.Value.At(names[1:]...)})
	}
	return func(yield func(segment.Change) bool) {
		for _, ch := range slices.Backward(kept) {
			if !yield(ch) {
				return
			}
		}
	}
}

// remember appends to a history what is a change: another value than before,
// and of several at one instant the last.
func remember(past []segment.Change, ch segment.Change) []segment.Change {
	if n := len(past); n > 0 && past[n-1].At.Equal(ch.At) {
		past = past[:n-1]
	}
	var before segment.Value
	if n := len(past); n > 0 {
		before = past[n-1].Value
	}
	if before.Equal(ch.Value) {
		return past
	}
	return append(past, ch)
}

func (p *person) set(fields map[string]segment.Value, at time.Time) {
	for name, v := range fields {
		p.past[name] = remember(p.past[name], segment.Change{At: at, Value: v})
		p.Fields[name] = v
		if v.IsNull() {
			delete(p.Fields, name)
		}
	}
}

func (p *person) record(events []segment.Event) {
	for _, e := range events {
		known := func(o segment.Event) bool { return o.ID == e.ID }
		if !slices.ContainsFunc(p.Log, known) {
			p.Log = append(p.Log, e)
		}
	}
}

func (p *person) retract(ids []string) {
	p.Log = slices.DeleteFunc(p.Log, func(e segment.Event) bool {
		return slices.Contains(ids, e.ID)
	})
}

func (p *person) join(lists []string, at time.Time) {
	for _, name := range lists {
		if _, on := p.Lists[name]; !on {
			p.Lists[name] = at
		}
	}
}

func (p *person) leave(lists []string) {
	for _, name := range lists {
		delete(p.Lists, name)
	}
}

// become takes on what time brought.
func (p *person) become(m move) {
	p.members, p.causes, p.settled = m.after, m.causes, m.at
}

// diffs returns what changed since before, by segment.
func (p *person) diffs(before membership, at time.Time) (ds []segment.Diff) {
	ids := slices.Concat(slices.Collect(maps.Keys(before)), slices.Collect(maps.Keys(p.members)))
	slices.Sort(ids)
	for _, id := range slices.Compact(ids) {
		in := p.members[id]
		if in == before[id] {
			continue
		}
		cause, ok := p.causes[id]
		if _, defined := p.members[id]; !defined && ok {
			cause = segment.CauseDefinition // the segment was dropped
		}
		ds = append(ds, segment.Diff{Contact: p.ID, Segment: id, Entered: in, At: at, Cause: cause})
	}
	return ds
}
