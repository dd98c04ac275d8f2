package index

import (
	"cmp"
	"iter"
	"math/bits"
	"slices"
	"sync"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/index/internal/rules"
	"github.com/segmentrules/segment/index/internal/size"
)

// A Matcher says which of many segments a contact is a member of, and what a
// change of the contact does to that. It keeps no contacts and no members: it is
// for hosts that have them in a database of their own. It is immutable, and safe
// for many goroutines.
//
// A segment that refers to another one of the matcher is decided by that one;
// for any other, the contact itself is asked ([segment.Contact]'s Segment).
type Matcher struct {
	rules *rules.Rules
	pool  *sync.Pool // of *matching
}

// NewMatcher returns a matcher of segments. Errors: an empty id, an id or
// name that is not UTF-8, an id that stands twice ([segment.ErrValue]); a condition that does not compile;
// segments that refer to each other in a circle ([segment.ErrCycle]). The cost
// grows with the size of the conditions.
func NewMatcher(segs ...segment.Segment) (*Matcher, error) {
	return (&Matcher{rules: rules.New()}).With(segs...)
}

// With returns a matcher that has these segments too, each in the place of the
// one with its id. The matcher itself stays as it is, and shares with the new one
// what they have in common. Errors are those of [NewMatcher].
func (m *Matcher) With(segs ...segment.Segment) (*Matcher, error) {
	next := &Matcher{rules: m.rules.Fork()}
	given := make(map[string]bool, len(segs))
	for _, s := range segs {
		if err := checkNames(s); err != nil {
			return nil, err
		}
		if given[s.ID] {
			return nil, rules.Refuse(segment.ErrValue, "segment %q is given twice", s.ID)
		}
		given[s.ID] = true
		if _, err := segment.Compile(s.Condition); err != nil {
			return nil, err
		}
		old, had := next.rules.PlanOf[s.ID]
		next.rules.Add(s)
		if had {
			id := next.rules.PlanOf[s.ID]
			// dropped after the new one is added, so that leaves which both state are not made anew
			next.rules.Drop(old)
			next.rules.PlanOf[s.ID] = id
		}
	}
	if err := next.rules.Link(); err != nil {
		return nil, err
	}
	next.pool = &sync.Pool{New: func() any { return newMatching(next.rules) }}
	return next, nil
}

// Without returns a matcher without these segments; ids that it does not have
// are ignored.
func (m *Matcher) Without(ids ...string) *Matcher {
	next := &Matcher{rules: m.rules.Fork()}
	for _, id := range ids {
		if planID, ok := next.rules.PlanOf[id]; ok {
			next.rules.Drop(planID)
		}
	}
	_ = next.rules.Link() // fewer segments make no new circle
	next.pool = &sync.Pool{New: func() any { return newMatching(next.rules) }}
	return next
}

// Match yields the ids of the segments that the contact is a member of at the
// instant, in no particular order. The zone of at is the calendar. Its cost
// grows with the conditions that hold, the segments these lead to, and the
// distinct conditions that no index leads to.
func (m *Matcher) Match(x segment.Contact, at time.Time) iter.Seq[string] {
	return func(yield func(string) bool) {
		w := m.pool.Get().(*matching)
		w.begin(x, at)
		w.collect()
		for _, id := range w.found {
			if w.holds(id) && !yield(m.rules.Name(id)) {
				break
			}
		}
		m.put(w)
	}
}

// Diff yields what the change of a contact from before to after does to its
// memberships, ordered by segment; nil is a contact that does not exist. Both
// are looked at at the same instant: what time alone has changed since the last
// call is the business of [Matcher.Next]. The diffs have no revision. Their
// cause is the first of data, event, list and segment among the conditions of the
// segment that flip and can have brought it about; it is data where the contact
// comes or goes.
//
// The cost grows with the attributes that conditions are about, with the
// conditions that flip, and the segments these lead to.
func (m *Matcher) Diff(contact string, before, after segment.Contact, at time.Time) iter.Seq[segment.Diff] {
	return func(yield func(segment.Diff) bool) {
		was, is := m.pool.Get().(*matching), m.pool.Get().(*matching)
		diffs := m.diff(was, is, before, after, at)
		m.put(was)
		m.put(is)
		for _, d := range diffs {
			d.Contact, d.At = contact, at
			if !yield(d) {
				return
			}
		}
	}
}

// diff finds the diffs, without contact and instant.
func (m *Matcher) diff(was, is *matching, before, after segment.Contact, at time.Time) (ds []segment.Diff) {
	if before != nil {
		was.begin(before, at)
	}
	if after != nil {
		is.begin(after, at)
	}
	if before == nil || after == nil {
		some := is
		if after == nil {
			some = was
		}
		if before == nil && after == nil {
			return nil
		}
		// of a contact that comes or goes, every segment it is in is a diff
		some.collect()
		for _, id := range some.found {
			if some.holds(id) {
				ds = append(ds, segment.Diff{Segment: m.rules.Name(id), Entered: after != nil})
			}
		}
	} else {
		ds = m.changes(was, is)
	}
	slices.SortFunc(ds, func(a, b segment.Diff) int { return cmp.Compare(a.Segment, b.Segment) })
	return ds
}

// changes finds the flips between two contact views and what they lead to.
func (m *Matcher) changes(was, is *matching) (ds []segment.Diff) {
	r := m.rules
	is.flips = is.flips[:0]
	for id, a := range r.Attributes {
		if a == nil {
			continue
		}
		// There is nothing that says which fields differ, so that all attributes are compared.
		v, w := was.eval.Row(rules.AttributeID(id)), is.eval.Row(rules.AttributeID(id))
		for j := range w {
			for flips := v[j] ^ w[j]; flips != 0; flips &= flips - 1 {
				is.flips = append(is.flips, a.Leaves[64*j+bits.TrailingZeros64(flips)])
			}
		}
	}
	for _, id := range r.Alone {
		if l := r.Leaves[id]; l.Kind != rules.LeafGlobal && was.eval.Truth(id) != is.eval.Truth(id) {
			is.flips = append(is.flips, id) // of a segment, which may be one of the host's
		}
	}
	slices.SortStableFunc(is.flips, func(a, b rules.LeafID) int { return cmp.Compare(causeOf(r.Leaves[a]), causeOf(r.Leaves[b])) })
	for _, l := range is.flips {
		is.spread(was, l, causeOf(r.Leaves[l]))
	}
	// segments after those they refer to, as in [Index]
	for level := range is.levels {
		for i := 0; i < len(is.levels[level]); i++ {
			c := is.levels[level][i]
			held, holds := was.holds(c.plan), is.holds(c.plan)
			if held == holds {
				continue
			}
			name := r.Name(c.plan)
			ds = append(ds, segment.Diff{Segment: name, Entered: holds, Cause: c.cause})
		}
		is.levels[level] = is.levels[level][:0]
	}
	return ds
}

// causeOf is why a leaf flips when the contact changes.
func causeOf(l *rules.Leaf) segment.Cause {
	switch {
	case l.Refers:
		return segment.CauseSegment
	case len(l.Inputs.Fields)+len(l.Inputs.History) > 0:
		return segment.CauseData
	case len(l.Inputs.Events) > 0:
		return segment.CauseEvent
	}
	return segment.CauseList
}

// Next returns an instant before which no membership of the contact changes by
// itself, in the zone of at; ok is false if none ever does. It is when the first condition of any
// segment flips, and so may be earlier than the first change of a membership. What
// segments of the host do by then is not known here.
func (m *Matcher) Next(x segment.Contact, at time.Time) (next time.Time, ok bool) {
	w := m.pool.Get().(*matching)
	w.begin(x, at)
	var n rules.Earliest
	for id, a := range m.rules.Attributes {
		if a != nil {
			n.Add(w.eval.AttributeNext(rules.AttributeID(id)))
		}
	}
	for _, id := range m.rules.Alone {
		l := m.rules.Leaves[id]
		switch {
		case l.Kind == rules.LeafGlobal && l.Clock:
			n.Add(w.eval.GlobalNext(l, at))
		case l.Kind == rules.LeafOpaque || l.Kind == rules.LeafList:
			n.Add(w.eval.ProgramNext(l, &w.guest))
		}
	}
	m.put(w)
	return n.At.In(at.Location()), n.OK
}

// put takes back scratch memory, and lets go of the contact. What a contact of the
// host has panicked in is not taken back: it is halfway through.
func (m *Matcher) put(w *matching) {
	w.guest.Contact = nil
	m.pool.Put(w)
}

// A matching is the scratch memory of one contact.
type matching struct {
	rules  *rules.Rules
	guest  guest
	eval   rules.Evaluator
	found  []rules.PlanID
	flips  []rules.LeafID
	queued []uint32
	state  []uint32   // of plans: epoch<<1 | holds
	levels [][]caused // plans to decide, by level
}

type caused struct {
	plan  rules.PlanID
	cause segment.Cause
}

// newMatching makes scratch memory for rules.
func newMatching(r *rules.Rules) *matching {
	w := &matching{rules: r, queued: make([]uint32, len(r.Plans)), state: make([]uint32, len(r.Plans))}
	w.eval = rules.NewEvaluator(r, nil, time.Time{})
	for _, level := range r.Levels {
		for len(w.levels) <= int(level) {
			w.levels = append(w.levels, nil)
		}
	}
	w.guest.w = w
	return w
}

// begin turns to a contact at an instant.
func (w *matching) begin(x segment.Contact, at time.Time) {
	w.guest.Contact = x
	w.eval.Reset()
	w.eval.Begin(&w.guest, at)
	if w.eval.Epoch == 1 {
		clear(w.queued)
		clear(w.state)
	}
}

// collect finds the plans that may hold.
func (w *matching) collect() {
	w.found = w.found[:0]
	w.eval.Candidates(func(id rules.PlanID) {
		if w.queued[id] != w.eval.Epoch {
			w.queued[id] = w.eval.Epoch
			w.found = append(w.found, id)
		}
	})
}

// spread queues the plans that a flipped leaf leads to, past guards.
func (w *matching) spread(was *matching, id rules.LeafID, cause segment.Cause) {
	settled := !w.rules.Leaves[id].Refers
	holds := settled && w.eval.Truth(id)
	for _, to := range w.rules.FanOuts[id].Flip {
		if w.opens(was, to.Guards, holds, settled) && w.queued[to.Plan] != w.eval.Epoch {
			w.queued[to.Plan] = w.eval.Epoch
			level := w.rules.Levels[to.Plan]
			w.levels[level] = append(w.levels[level], caused{to.Plan, cause})
		}
	}
}

// opens is [rules.Evaluator.Opens] where what was is another contact view.
func (w *matching) opens(was *matching, gs rules.Guards, holds, settled bool) bool {
	may := rules.EffectEnters | rules.EffectLeaves
	if settled {
		may = gs[0].Statement().May(holds)
	}
	for _, g := range gs {
		b, want := g.Leaf()
		if (may == rules.EffectLeaves || w.eval.Is(b) != want) && (may == rules.EffectEnters || was.eval.Is(b) != want) {
			return false
		}
	}
	return true
}

// holds decides a plan, once.
func (w *matching) holds(id rules.PlanID) bool {
	if s := w.state[id]; s>>1 == w.eval.Epoch {
		return s&1 != 0
	}
	t := w.eval.HoldsNow(id)
	w.state[id] = w.eval.Epoch<<1 | uint32(size.Flag(t))
	return t
}

// A guest is a contact of the host, as conditions see it.
type guest struct {
	segment.Contact
	w *matching
}

// Segment implements [segment.Contact].
func (g *guest) Segment(id string) bool { return g.Member(id) }

// Member reports whether the contact is in a segment.
func (g *guest) Member(id string) bool {
	if planID, ok := g.w.rules.PlanOf[id]; ok {
		return g.w.holds(planID)
	}
	return g.Contact.Segment(id)
}

// Was is asked for guards only, which are never segments.
func (g *guest) Was(id string) bool { return g.Member(id) }

// AttributeValue is the value of an attribute that is a field.
func (g *guest) AttributeValue(a *rules.Attribute) segment.Value {
	return g.Contact.Field(string(a.Path))
}

// CountOf is the value of a plain count.
func (g *guest) CountOf(a *rules.Attribute, at time.Time) (n int) {
	for e := range g.Contact.Events(a.Event) {
		// it has not happened yet
		if e.At.After(at) {
			continue
		}
		if a.Window != size.Endless && !size.Between(e.At, at).Less(a.Window) {
			break
		}
		n++
	}
	return n
}

// KthNewest is when the k-th newest of the events up to an instant was.
func (g *guest) KthNewest(a *rules.Attribute, at time.Time, k int) (time.Time, bool) {
	for e := range g.Contact.Events(a.Event) {
		if e.At.After(at) {
			continue
		}
		if k--; k == 0 {
			return e.At, true
		}
	}
	return time.Time{}, false
}

// NextEvent is when the first of the events after an instant will be.
func (g *guest) NextEvent(a *rules.Attribute, at time.Time) (t time.Time, ok bool) {
	for e := range g.Contact.Events(a.Event) {
		if !e.At.After(at) {
			break
		}
		t, ok = e.At, true
	}
	return t, ok
}

// Kept reports whether the contact is kept, with a timer.
func (g *guest) Kept() bool { return false }

// NextExpiry: a host keeps no timers, so that for it the first flip itself is better
// than what may be one.
func (g *guest) NextExpiry([]rules.Expiry, time.Time) (n rules.Earliest, ok bool) { return n, false }

// HasFuture: a host's contact may have joinings and former values dated in the
// future, besides events, and so is always asked.
func (g *guest) HasFuture(time.Time) bool { return true }
