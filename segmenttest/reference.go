package segmenttest

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"github.com/segmentrules/segment"
)

// Reference returns a [System] that is slow and right: it holds contacts in a
// map and calls [segment.Evaluate] for every segment at every instant at which
// an answer can change. Its calendar is UTC.
func Reference() System { return ReferenceIn(time.UTC) }

// ReferenceIn returns a [Reference] with another calendar.
func ReferenceIn(calendar *time.Location) System {
	return &naive{
		calendar: calendar,
		segments: make(map[string]segment.Condition),
		versions: make(map[string]uint64),
		contacts: make(map[string]*person),
	}
}

type naive struct {
	calendar *time.Location
	now      time.Time
	revision uint64
	version  uint64 // of the last definition
	segments map[string]segment.Condition
	versions map[string]uint64 // of the segments
	order    []string          // ids of segments, each after those it refers to
	marks    marks
	contacts map[string]*person
}

// A move is what becomes of one contact at one instant.
type move struct {
	at     time.Time
	who    *person
	after  membership
	causes map[string]segment.Cause
}

type membership map[string]bool

func (r *naive) Now() time.Time { return r.now }

func (r *naive) Members(id string) (ids []string) {
	for _, p := range r.contacts {
		if p.members[id] {
			ids = append(ids, p.ID)
		}
	}
	slices.Sort(ids)
	return ids
}

func (r *naive) Define(s segment.Segment, at time.Time) ([]segment.Diff, error) {
	order, err := r.check(s, at)
	if err != nil {
		return nil, err
	}
	return r.redefine(s.ID, at, func() {
		r.segments[s.ID], r.order = s.Condition, order
	}), nil
}

func (r *naive) Drop(id string, at time.Time) ([]segment.Diff, error) {
	if err := r.checkDrop(id, at); err != nil {
		return nil, err
	}
	return r.redefine(id, at, func() {
		delete(r.segments, id)
		r.order = slices.DeleteFunc(slices.Clone(r.order), func(o string) bool { return o == id })
	}), nil
}

// redefine changes a segment at an instant, for all contacts at once.
func (r *naive) redefine(id string, at time.Time, change func()) []segment.Diff {
	at = at.In(r.calendar)
	s := r.open(at)
	for _, p := range r.contacts {
		s.touch(p)
	}
	change()
	r.version++
	r.versions[id] = r.version
	r.marks = marksOf(r.segments)
	for _, p := range r.contacts {
		p.edges = nil
		r.take(p, at, segment.CauseDefinition)
	}
	return step(s.close())
}

func (r *naive) Apply(us ...segment.Update) ([]segment.Diff, error) {
	if err := checkUpdates(r.now, us); err != nil {
		return nil, err
	}
	var diffs []segment.Diff
	for len(us) > 0 {
		at := us[0].At.In(r.calendar)
		s := r.open(at)
		for len(us) > 0 && us[0].At.Equal(at) {
			r.fold(s, us[0])
			us = us[1:]
		}
		diffs = append(diffs, s.close()...)
	}
	return step(diffs), nil
}

// fold applies one update, part by part, so that each change has its cause.
func (r *naive) fold(s *sitting, u segment.Update) {
	p := r.contacts[u.Contact]
	if p == nil && !u.Delete && !u.Creates() {
		return
	}
	if p == nil {
		p = newPerson(u.Contact, s.at)
	}
	s.touch(p)
	if u.Delete {
		delete(r.contacts, u.Contact)
		return
	}
	r.contacts[u.Contact] = p
	p.edges = nil
	p.set(u.Set, s.at)
	r.take(p, s.at, segment.CauseData)
	p.retract(u.Retract)
	p.record(u.Events)
	r.take(p, s.at, segment.CauseEvent)
	p.leave(u.Leave)
	p.join(u.Join, s.at)
	r.take(p, s.at, segment.CauseList)
}

// take evaluates every segment for a contact, each after those it refers to. A
// segment whose own condition sees no difference but in other segments changed
// because of them.
func (r *naive) take(p *person, at time.Time, cause segment.Cause) {
	before := p.members
	p.members = make(membership, len(r.order))
	p.causes = maps.Clone(p.causes)
	for _, id := range r.order {
		c := r.segments[id]
		p.members[id] = segment.Evaluate(c, p, at)
		if p.members[id] == before[id] {
			continue
		}
		p.causes[id] = cause
		alone := *p
		alone.members = before
		if segment.Evaluate(c, &alone, at) == before[id] {
			p.causes[id] = segment.CauseSegment
		}
	}
}

func (r *naive) Advance(to time.Time, limit int) (diffs []segment.Diff, done bool) {
	if to.Before(r.now) {
		return nil, true
	}
	to = to.In(r.calendar)
	for _, m := range r.moves(to) {
		if limit > 0 && len(diffs) >= limit {
			return step(diffs), false
		}
		before := m.who.members
		m.who.become(m)
		r.now = m.at
		diffs = append(diffs, r.number(m.who.diffs(before, m.at))...)
	}
	r.settle(to)
	return step(diffs), true
}

// moves returns all that time alone brings up to an instant, in order.
func (r *naive) moves(to time.Time) (ms []move) {
	for _, p := range r.contacts {
		q := *p
		for _, at := range r.instants(p, to) {
			before := q.members
			r.take(&q, at, segment.CauseTime)
			if len(q.diffs(before, at)) > 0 {
				ms = append(ms, move{at, p, q.members, q.causes})
			}
		}
	}
	slices.SortFunc(ms, func(a, b move) int {
		return cmp.Or(a.at.Compare(b.at), cmp.Compare(a.who.ID, b.who.ID))
	})
	return ms
}

func (r *naive) settle(at time.Time) {
	r.now = at
	for _, p := range r.contacts {
		p.settled = at
	}
}

func (r *naive) number(diffs []segment.Diff) []segment.Diff {
	for i := range diffs {
		r.revision++
		diffs[i].Revision = r.revision
		diffs[i].Definition = r.versions[diffs[i].Segment]
	}
	return diffs
}

// step says of the diffs of a call where they end.
func step(diffs []segment.Diff) []segment.Diff {
	for i := range diffs {
		diffs[i].Step = diffs[len(diffs)-1].Revision
	}
	return diffs
}

// A sitting is everything that happens at one instant in one call.
type sitting struct {
	r     *naive
	at    time.Time
	past  []segment.Diff // of the time before
	began map[string]membership
	seen  map[string]*person // the last person that had the id
}

// open lets time run to an instant. What is due at it becomes part of the sitting.
func (r *naive) open(at time.Time) *sitting {
	s := &sitting{r: r, at: at, began: make(map[string]membership), seen: make(map[string]*person)}
	for _, m := range r.moves(at) {
		before := m.who.members
		if m.at.Equal(at) {
			s.touch(m.who)
		}
		m.who.become(m)
		if m.at.Before(at) {
			s.past = append(s.past, r.number(m.who.diffs(before, m.at))...)
		}
	}
	r.settle(at)
	return s
}

// touch remembers what a contact was a member of when the sitting began.
func (s *sitting) touch(p *person) {
	if _, ok := s.began[p.ID]; !ok {
		s.began[p.ID] = p.members
	}
	s.seen[p.ID] = p
}

// close returns what the sitting changed, after what came before it.
func (s *sitting) close() []segment.Diff {
	diffs := s.past
	for _, id := range slices.Sorted(maps.Keys(s.began)) {
		p := s.seen[id]
		if s.r.contacts[id] == nil {
			p.members, p.causes = nil, nil // deleted: it leaves them all
		}
		diffs = append(diffs, s.r.number(p.diffs(s.began[id], s.at))...)
	}
	return diffs
}
