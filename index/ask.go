package index

import (
	"fmt"
	"iter"
	"maps"
	"slices"
	"time"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/segmentrules/segment"
)

// Contact returns a contact as it is now, with the segments it is a member of:
// what is returned stays as it is while the index goes on. ok is false if there
// is none with the id. Its cost grows with what is known of the contact.
func (ix *Index) Contact(id string) (x segment.Contact, ok bool) {
	ix.mu.RLock()
	defer ix.mu.RUnlock()
	row, ok := ix.store.find(id)
	if !ok {
		return nil, false
	}
	return ix.record(row), true
}

func (ix *Index) record(row uint32) *Portrait {
	p := &Portrait{Record: ix.store.record(row)}
	p.past = ix.store.past(row)
	p.Record.Segments = ix.segments(row)
	return p
}

// A Portrait is a contact as it was when the index was asked for it.
type Portrait struct {
	segment.Record
	past map[string][]segment.Change
}

// History yields the values that a field took, newest first.
func (p *Portrait) History(path string) iter.Seq[segment.Change] {
	return historyOf(func(name string) iter.Seq[segment.Change] { return slices.Values(p.past[name]) }, path)
}

// Explain says why a contact is, or is not, a member of a segment now, and when
// that changes by itself. Errors: no such contact or segment
// ([segment.ErrUnknown]).
func (ix *Index) Explain(contact, id string) (*segment.Explanation, error) {
	ix.mu.RLock()
	defer ix.mu.RUnlock()
	row, ok := ix.store.find(contact)
	if !ok {
		return nil, refuse(segment.ErrUnknown, "there is no contact %q", contact)
	}
	root, ok := ix.rules.rootOf[id]
	if !ok {
		return nil, refuse(segment.ErrUnknown, "there is no segment %q", id)
	}
	p, err := segment.Compile(ix.rules.roots[root].segment.Condition)
	if err != nil {
		return nil, err
	}
	return p.Explain(&person{ix: ix, row: row}, ix.now), nil
}

// Defined returns the segments as they are defined, ordered by id.
func (ix *Index) Defined() []segment.Segment {
	ix.mu.RLock()
	defer ix.mu.RUnlock()
	var ss []segment.Segment
	for _, id := range slices.Sorted(maps.Keys(ix.rules.rootOf)) {
		ss = append(ss, ix.rules.roots[ix.rules.rootOf[id]].segment)
	}
	return ss
}

// DryRun says who would enter and leave if Define were called with the segment
// at the instant, and refuses what Define would refuse. It changes nothing. What
// time alone brings up to the instant is not part of it.
func (ix *Index) DryRun(s segment.Segment, at time.Time) (entered, left Contacts, err error) {
	ix.mu.RLock()
	defer ix.mu.RUnlock()
	s, err = ix.checkDefine(s, at)
	if err != nil {
		return Contacts{}, Contacts{}, err
	}
	in, out := roaring.New(), roaring.New()
	q := ix.newQuery(s.Condition)
	old, had := ix.rules.rootOf[s.ID]
	later := forecast{q: q, at: at.In(ix.calendar)}
	for row, alive := range ix.store.alive {
		if !alive {
			continue
		}
		later.person = person{ix: ix, row: uint32(row)}
		q.eval.reset()
		q.eval.begin(&later, later.at)
		is, was := q.eval.holds(q.roots[0]), had && later.member(ix.rules.roots[old].segment.ID)
		switch {
		case is && !was:
			in.Add(uint32(row))
		case was && !is:
			out.Add(uint32(row))
		}
	}
	return ix.contacts(in), ix.contacts(out), nil
}

// A forecast is a contact at a later instant, if nothing happens until then: its
// memberships are worked out.
type forecast struct {
	person
	q  *query
	at time.Time
}

// Segment implements [segment.Contact].
func (f *forecast) Segment(id string) bool { return f.member(id) }

func (f *forecast) member(id string) bool {
	root, ok := f.ix.rules.rootOf[id]
	if !ok {
		return false
	}
	if f.at.Equal(f.ix.now) && len(f.ix.pending) == 0 {
		return f.ix.members[root].Contains(f.row)
	}
	return segment.Evaluate(f.ix.rules.roots[root].segment.Condition, f, f.at)
}

// Check recomputes every membership with [segment.Evaluate], and yields an error
// for each that is wrong: there is none unless this package has a fault. It also
// looks whether timers would wake in time. Its cost grows with the contacts times
// the segments.
func (ix *Index) Check() iter.Seq[error] {
	return func(yield func(error) bool) {
		ix.mu.RLock()
		defer ix.mu.RUnlock()
		if len(ix.pending) > 0 {
			return // in the middle of an instant: not all has been decided
		}
		for row, alive := range ix.store.alive {
			for _, rt := range ix.rules.roots {
				if !rt.used {
					continue
				}
				p := person{ix: ix, row: uint32(row)}
				in := p.member(rt.segment.ID)
				want := alive && segment.Evaluate(rt.segment.Condition, &p, ix.now)
				if in != want && !yield(fmt.Errorf("contact %q, segment %q: member %v, and should be %v",
					ix.store.ids[row], rt.segment.ID, in, want)) {
					return
				}
			}
		}
	}
}

// segments returns the ids of the segments of a contact, sorted.
func (ix *Index) segments(row uint32) (ids []string) {
	for root, rt := range ix.rules.roots {
		if rt.used && ix.members[root].Contains(row) {
			ids = append(ids, rt.segment.ID)
		}
	}
	slices.Sort(ids)
	return ids
}
