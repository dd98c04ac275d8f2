package index

import (
	"sort"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/index/internal/eventlog"
)

// next is the first instant after now at which a leaf of the attribute may
// flip; ok is false if none ever does.
func (e *eval) next(id attrID) (t time.Time, ok bool) {
	a := e.r.attrs[id]
	var n nextAt
	switch a.kind {
	case attrField:
		e.steadyNext(a, id, &n)
	case attrCount:
		e.countNext(a, &n)
		e.steadyNext(a, id, &n) // for leaves that compare the count with the clock
	default:
		e.formulaNext(a, id, &n)
	}
	return n.t, n.ok
}

// nextAt is the earliest of some instants.
type nextAt struct {
	t  time.Time
	ok bool
}

// add adds an instant, if ok is set.
func (n *nextAt) add(t time.Time, ok bool) {
	if ok && (!n.ok || t.Before(n.t)) {
		n.t, n.ok = t, true
	}
}

// opaqueNext is when a leaf that is asked over the contact may flip.
func (e *eval) opaqueNext(l *leaf) (time.Time, bool) {
	if key, ok := e.keyOfParts(l); ok {
		return e.courseNext(key, e.w)
	}
	if n, ok := e.pulseNext(&l.pulsing); ok {
		return n.t, n.ok
	}
	return l.program().Next(e.w, e.at)
}

// countNext: events leave the window one by one, oldest first. The count passes
// the limit below it when so many have left that it lies beneath; that is when
// the k-th newest leaves.
func (e *eval) countNext(a *attr, n *nextAt) {
	n.add(e.w.future(a, e.at))
	if a.window == endless {
		return
	}
	c := e.w.count(a, e.at)
	if c == 0 {
		return
	}
	k := c // any leaving counts, unless all leaves have limits
	if a.limited() {
		k = a.lowest(c)
	}
	if k == 0 {
		return
	}
	if at, ok := e.w.kth(a, e.at, k); ok {
		n.add(a.window.after(at), true)
	}
}

// lowest is the least count that lies between the same limits as c, or 0 if
// there is no limit below.
func (a *attr) lowest(c int) int {
	v := segment.Int(int64(c))
	i := sort.Search(len(a.limits), func(i int) bool { return !a.limits[i].cut().passedBy(v) })
	if i == 0 {
		return 0
	}
	below := a.limits[i-1].cut()
	// The least integer that has passed the limit.
	return sort.Search(c, func(k int) bool { return below.passedBy(segment.Int(int64(k))) })
}

// whole is the leaf compiled over the contact, for leaves about an attribute too.
func (e *eval) whole(l *leaf) *segment.Program {
	return l.moving.of(func() segment.Condition { return l.cond })
}

func allNumbers(vs []segment.Value) bool {
	for _, v := range vs {
		if v.Kind() != segment.KindNumber {
			return false
		}
	}
	return true
}

// steadyNext is for an attribute that stays what it is.
func (e *eval) steadyNext(a *attr, id attrID, n *nextAt) {
	if len(a.edges)+len(a.clocks) == 0 {
		return
	}
	v := e.value(id)
	for _, id := range a.clocks {
		n.add(e.leafNext(e.r.leaves[id], v))
	}
	switch {
	case v.IsNull() || len(a.edges) == 0:
	case v.Kind() == segment.KindTime:
		at := v.Time()
		if i := a.agePassed(between(at, e.at)); i < len(a.edges) {
			n.add(a.edges[i].age.after(at), true)
		}
	case v.Kind() == segment.KindText || v.Kind() == segment.KindDate:
		for _, edge := range a.edges {
			n.add(e.leafNext(e.r.leaves[edge.leaf], v))
		}
	}
}

// A course is what a leaf makes of a value for some time: it does not flip from
// from until just before to, or never again.
type course struct {
	from  time.Time
	to    nextAt
	holds bool
}

type courseKey struct {
	leaf  *leaf
	value valueKey
}

// maxCourses is how many courses are kept. Contacts with few distinct values,
// like months, share them.
const maxCourses = 1 << 13

// leafNext is when a leaf flips for a value that stays what it is.
func (e *eval) leafNext(l *leaf, v segment.Value) (time.Time, bool) {
	key := courseKey{l, keyOf(v)}
	if v.Kind() != segment.KindNumber || key.value.s == "f" { // then the key is the value
		return l.program().Next(e.probe.with(v), e.at)
	}
	return e.courseNext(key, e.probe.with(v))
}

// courseNext is when a leaf flips for a contact of its course.
func (e *eval) courseNext(key courseKey, x segment.Contact) (time.Time, bool) {
	c := e.course(key, x)
	return c.to.t, c.to.ok
}

// course is the course of a leaf for a contact at the instant. It is good until
// the next one is asked for.
func (e *eval) course(key courseKey, x segment.Contact) *course {
	kept := e.courses[key]
	if kept == nil {
		if e.courses == nil || len(e.courses) >= maxCourses {
			e.courses = make(map[courseKey]*[2]course)
		}
		kept = new([2]course)
		e.courses[key] = kept
	}
	for i := range kept {
		if c := &kept[i]; c.lasts(e.at) {
			return c
		}
	}
	// Of contacts that are due together each asks for the time just before and for
	// that from then on: so two are kept, the earlier one second.
	c := &kept[1]
	if !kept[0].from.After(e.at) {
		kept[1] = kept[0]
		c = &kept[0]
	}
	*c = course{from: e.at, holds: key.leaf.program().Match(x, e.at)}
	c.to.add(key.leaf.program().Next(x, e.at))
	return c
}

// testMerged tests a leaf about a date and the clock. Where contacts are kept, it
// will be asked when it flips too, and both are found at once.
func (e *eval) testMerged(l *leaf) (holds, ok bool) {
	if !e.w.kept() || len(l.parts) == 0 {
		return false, false
	}
	key, ok := e.keyOfParts(l)
	return ok && e.course(key, e.w).holds, ok
}

// lasts reports whether an instant lies in the course.
func (c *course) lasts(at time.Time) bool {
	return !c.from.IsZero() && !at.Before(c.from) && (!c.to.ok || at.Before(c.to.t))
}

// rests reports whether a formula stays what it is until an event comes, which
// may be one that is dated in the future.
func (e *eval) rests(a *attr, id attrID, n *nextAt) bool {
	if !a.single {
		return !a.clock && !e.ahead()
	}
	at, ok := e.w.future(a, e.at)
	if a.window != endless && e.w.count(a, e.at) > 0 && !(a.tallies() && e.value(id).Equal(segment.Int(0))) {
		return false // events leave the window
	}
	n.add(at, ok)
	return true
}

// pulseNext is when what has these pulses, and moves by nothing else, may change.
func (e *eval) pulseNext(p *pulsing) (n nextAt, ok bool) {
	if !p.pulsed || len(p.pulses) == 0 {
		return n, false
	}
	return e.w.pulse(p.pulses, e.at)
}

// tallies reports whether an attribute can only fall as events leave its window.
func (a *attr) tallies() bool {
	m, ok := a.expr.(segment.Metric)
	return ok && (m.Agg == segment.AggCount || m.Agg == segment.AggDistinct)
}

func (e *eval) formulaNext(a *attr, id attrID, n *nextAt) {
	if at, ok := e.pulseNext(&a.pulsing); ok {
		n.add(at.t, at.ok)
		e.steadyNext(a, id, n)
		return
	}
	if e.rests(a, id, n) {
		e.steadyNext(a, id, n)
		return
	}
	for _, id := range a.leaves {
		if id == none {
			continue
		}
		switch l := e.r.leaves[id]; l.kind {
		case leafRange, leafNull:
		case leafEqual:
			if !allNumbers(l.values.list) {
				n.add(e.whole(l).Next(e.w, e.at))
			}
		default:
			n.add(e.whole(l).Next(e.w, e.at))
		}
	}
	n.add(a.isMissing().Next(e.w, e.at))
	v := e.value(id)
	if !v.IsNull() { // a text may give way to a number, and passes no limit by that
		n.add(a.isNumber().Next(e.w, e.at))
	}
	if v.Kind() != segment.KindNumber {
		return
	}
	i := sort.Search(len(a.limits), func(i int) bool { return !a.limits[i].cut().passedBy(v) })
	if i > 0 {
		n.add(a.limits[i-1].program(a).Next(e.w, e.at))
	}
	if i < len(a.limits) {
		n.add(a.limits[i].program(a).Next(e.w, e.at))
	}
}

// pulse adds when an event comes, and when one comes to an age.
func (n *nextAt) pulse(stream eventlog.Stream, age span, at time.Time) {
	n.add(futureOf(stream, at))
	if age == endless || stream.Len() == 0 {
		return
	}
	if i := stream.UpTo(age.negated().after(at)); i < stream.Len() {
		n.add(age.after(stream.At(i)), true)
	}
}

// before reports whether an instant is before another, which may be none.
func (n nextAt) before(o nextAt) bool { return n.ok && (!o.ok || n.t.Before(o.t)) }
