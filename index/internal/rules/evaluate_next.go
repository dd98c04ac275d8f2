package rules

import (
	"sort"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/index/internal/contacts"
	"github.com/segmentrules/segment/index/internal/eventlog"
	"github.com/segmentrules/segment/index/internal/size"
	"github.com/segmentrules/segment/rule"
)

// When an attribute flips a leaf by time alone. There is a short way for what most rules say:
// a date reaches an age, an event leaves a window, a count falls below a threshold. For
// anything else the condition is compiled and its Next is asked.

// AttributeNext is the first instant after now at which a leaf of the attribute may
// flip; ok is false if none ever does.
func (e *Evaluator) AttributeNext(id AttributeID) (t time.Time, ok bool) {
	a := e.Rules.Attributes[id]
	var n Earliest
	switch a.Kind {
	case AttributeField:
		e.ValueNext(a, id, &n)
	case AttributeCount:
		e.countNext(a, &n)
		e.ValueNext(a, id, &n) // for leaves that compare the count with the clock
	default:
		e.formulaNext(a, id, &n)
	}
	return n.At, n.OK
}

// Earliest is the earliest of some instants.
type Earliest struct {
	At time.Time
	OK bool
}

// Add adds an instant, if ok is set.
func (n *Earliest) Add(t time.Time, ok bool) {
	if ok && (!n.OK || t.Before(n.At)) {
		n.At, n.OK = t, true
	}
}

// LeafNext is when a leaf that is asked over the contact may flip.
func (e *Evaluator) LeafNext(l *Leaf) (time.Time, bool) {
	// a leaf about a date and the clock: contacts with one birthday share the answer
	if key, ok := e.keyOfParts(l); ok {
		return e.trajectoryNext(key, e.Contact)
	}
	// only events that come to an age move it
	if n, ok := e.expiryNext(&l.Expiring); ok {
		return n.At, n.OK
	}
	return e.ProgramNext(l, e.Contact)
}

// ProgramNext asks a leaf itself when it flips for a contact.
func (e *Evaluator) ProgramNext(l *Leaf, x segment.Contact) (time.Time, bool) {
	if l.Clock && l.pace == paceUnknown {
		e.ClockNexts++
	}
	return e.ask(l.Program(), l.pace, x)
}

// GlobalNext is when a leaf that reads only the clock flips, from an instant on: it is
// worked out once for all contacts.
func (e *Evaluator) GlobalNext(l *Leaf, at time.Time) (time.Time, bool) {
	was := e.At
	defer func() { e.At = was }()
	e.At = at
	return e.trajectoryNext(trajectoryKey{leaf: l}, &Nobody)
}

// countNext: events leave the window one by one, oldest first. The count passes
// the threshold below it when so many have left that it lies beneath; that is when
// the k-th newest leaves.
func (e *Evaluator) countNext(a *Attribute, n *Earliest) {
	n.Add(e.Contact.NextEvent(a, e.At))
	if a.Window == size.Endless {
		return
	}
	c := e.Contact.CountOf(a, e.At)
	if c == 0 {
		return
	}
	k := c // any leaving counts, unless all leaves have thresholds
	if a.ComparesNumbers() {
		k = a.Lowest(c)
	}
	if k == 0 {
		return
	}
	if at, ok := e.Contact.KthNewest(a, e.At, k); ok {
		n.Add(a.Window.After(at), true)
	}
}

// Lowest is the least count that lies between the same thresholds as c, or 0 if
// there is no threshold below.
func (a *Attribute) Lowest(c int) int {
	v := segment.Int(int64(c))
	i := sort.Search(len(a.thresholds), func(i int) bool { return !a.thresholds[i].cut().passedBy(v) })
	if i == 0 {
		return 0
	}
	below := a.thresholds[i-1].cut()
	// The least integer that has passed the threshold.
	return sort.Search(c, func(k int) bool { return below.passedBy(segment.Int(int64(k))) })
}

// whole is the leaf compiled over the contact, for leaves about an attribute too.
func (e *Evaluator) whole(l *Leaf) *segment.Program {
	return l.moving.of(func() segment.Condition { return l.Condition })
}

// allNumbers reports whether all values are numbers.
func allNumbers(vs []segment.Value) bool {
	for _, v := range vs {
		if v.Kind() != segment.KindNumber {
			return false
		}
	}
	return true
}

// ValueNext is for an attribute that stays what it is.
func (e *Evaluator) ValueNext(a *Attribute, id AttributeID, n *Earliest) {
	// nothing that its leaves ask about the value depends on the clock
	if len(a.Edges)+len(a.Clocks) == 0 {
		return
	}
	v := e.Value(id)
	for _, id := range a.Clocks {
		n.Add(e.leafNext(e.Rules.Leaves[id], v))
	}
	switch {
	case v.IsNull() || len(a.Edges) == 0:
	case v.Kind() == segment.KindTime:
		at := v.Time()
		// ages only grow, so that the next end of a range is the first to be reached
		if i := a.AgePassed(size.Between(at, e.At)); i < len(a.Edges) {
			n.Add(a.Edges[i].Age.After(at), true)
		}
	case v.Kind() == segment.KindText || v.Kind() == segment.KindDate:
		// a text or a date is an instant only in the calendar, which the leaf knows
		for _, edge := range a.Edges {
			n.Add(e.leafNext(e.Rules.Leaves[edge.leaf], v))
		}
	}
}

// A trajectory is what a leaf makes of a value for some time: it does not flip from
// from until just before to, or never again.
type trajectory struct {
	from  time.Time
	to    Earliest
	holds bool
}

// A trajectoryKey is a leaf and a value, which is one small number or some.
type trajectoryKey struct {
	leaf  *Leaf
	value valueKey
}

// maxTrajectories is how many trajectories are kept. Contacts with few distinct values,
// like months, share them.
const maxTrajectories = 1 << 13

// leafNext is when a leaf flips for a value that stays what it is.
func (e *Evaluator) leafNext(l *Leaf, v segment.Value) (time.Time, bool) {
	if l.pace != paceUnknown {
		if at, ok := e.along(l, v); ok {
			return at, true
		}
	}
	key := trajectoryKey{l, keyOf(v)}
	switch {
	case v.Kind() != segment.KindNumber:
		return l.Program().Next(e.probe.with(v), e.At)
	case key.value.s == "f": // else the key is the value
		return e.ProgramNext(l, e.probe.with(v))
	}
	return e.trajectoryNext(key, e.probe.with(v))
}

// trajectoryNext is when a leaf flips for a contact of its trajectory.
func (e *Evaluator) trajectoryNext(key trajectoryKey, x segment.Contact) (time.Time, bool) {
	c := e.trajectory(key, x)
	return c.to.At, c.to.OK
}

// trajectory is the trajectory of a leaf for a contact at the instant. It is good until
// the next one is asked for.
func (e *Evaluator) trajectory(key trajectoryKey, x segment.Contact) *trajectory {
	kept := e.trajectories[key]
	if kept == nil {
		// too many to keep: begin anew
		if e.trajectories == nil || len(e.trajectories) >= maxTrajectories {
			e.trajectories = make(map[trajectoryKey]*[2]trajectory)
		}
		kept = new([2]trajectory)
		e.trajectories[key] = kept
	}
	for i := range kept {
		if c := &kept[i]; c.covers(e.At) {
			return c
		}
	}
	// Of contacts that are due together each asks for the time just before and for
	// that from then on: so two are kept, the earlier one second.
	c := &kept[1]
	if !kept[0].from.After(e.At) {
		kept[1] = kept[0]
		c = &kept[0]
	}
	*c = trajectory{from: e.At, holds: key.leaf.Program().Match(x, e.At)}
	c.to.Add(e.ProgramNext(key.leaf, x))
	return c
}

// testMerged tests a leaf about a date and the clock. Where contacts are kept, it
// will be asked when it flips too, and both are found at once.
func (e *Evaluator) testMerged(l *Leaf) (holds, ok bool) {
	if !e.Contact.Kept() || len(l.parts) == 0 {
		return false, false
	}
	key, ok := e.keyOfParts(l)
	return ok && e.trajectory(key, e.Contact).holds, ok
}

// covers reports whether an instant lies in the trajectory.
func (c *trajectory) covers(at time.Time) bool {
	return !c.from.IsZero() && !at.Before(c.from) && (!c.to.OK || at.Before(c.to.At))
}

// unchangedUntilEvent reports whether a formula stays what it is until an event comes, which
// may be one that is dated in the future.
func (e *Evaluator) unchangedUntilEvent(a *Attribute, id AttributeID, n *Earliest) bool {
	if !a.Single {
		return !a.clock && !e.ahead()
	}
	at, ok := e.Contact.NextEvent(a, e.At)
	if a.Window != size.Endless && e.Contact.CountOf(a, e.At) > 0 && !(a.tallies() && e.Value(id).Equal(segment.Int(0))) {
		return false // events leave the window
	}
	n.Add(at, ok)
	return true
}

// expiryNext is when what has these expiries, and moves by nothing else, may change.
func (e *Evaluator) expiryNext(p *Expiring) (n Earliest, ok bool) {
	if !p.OnlyExpires || len(p.expiries) == 0 {
		return n, false
	}
	return e.Contact.NextExpiry(p.expiries, e.At)
}

// tallies reports whether an attribute can only fall as events leave its window.
func (a *Attribute) tallies() bool {
	m, ok := a.Expr.(rule.Metric)
	return ok && (m.Agg == rule.AggCount || m.Agg == rule.AggDistinct)
}

// alwaysNumber reports whether an attribute is a number for everybody, whatever happens.
func (a *Attribute) alwaysNumber() bool {
	m, ok := a.Expr.(rule.Metric)
	return ok && (m.Agg == rule.AggCount || m.Agg == rule.AggDistinct || m.Agg == rule.AggSum)
}

// formulaNext is when an expression that is neither a field nor a count flips a leaf: it passes
// a threshold, becomes missing, or is no number any longer.
func (e *Evaluator) formulaNext(a *Attribute, id AttributeID, n *Earliest) {
	if at, ok := e.expiryNext(&a.Expiring); ok {
		n.Add(at.At, at.OK)
		e.ValueNext(a, id, n)
		return
	}
	if s, ok := e.moving(a); ok {
		e.movingNext(a, s, n)
		e.ValueNext(a, id, n)
		return
	}
	if e.unchangedUntilEvent(a, id, n) {
		e.ValueNext(a, id, n)
		return
	}
	// leaves that no threshold stands for are asked one by one
	for _, id := range a.Leaves {
		if id == None {
			continue
		}
		switch l := e.Rules.Leaves[id]; l.Kind {
		case LeafRange, LeafNull:
		case LeafEqual:
			if !allNumbers(l.Values.List) {
				n.Add(e.ask(e.whole(l), l.wholePace(a), e.Contact))
			}
		default:
			n.Add(e.ask(e.whole(l), l.wholePace(a), e.Contact))
		}
	}
	v := e.Value(id)
	i := sort.Search(len(a.thresholds), func(i int) bool { return !a.thresholds[i].cut().passedBy(v) })
	if a.pace != paceUnknown {
		n.Add(e.moves(a, v, i), true)
		return
	}
	always := a.alwaysNumber()
	if !always {
		n.Add(a.isMissing().Next(e.Contact, e.At))
	}
	if !always && !v.IsNull() { // a text may give way to a number, and passes no threshold by that
		n.Add(a.isNumber().Next(e.Contact, e.At))
	}
	if v.Kind() != segment.KindNumber {
		return
	}
	// a value goes up or down by steps: it passes the next threshold on a side before any other
	if i > 0 {
		n.Add(a.thresholds[i-1].program(a).Next(e.Contact, e.At))
	}
	if i < len(a.thresholds) {
		n.Add(a.thresholds[i].program(a).Next(e.Contact, e.At))
	}
}

// AddExpiry adds when an event comes, and when one comes to an age.
func (n *Earliest) AddExpiry(stream eventlog.Stream, age size.Length, at time.Time) {
	n.Add(contacts.NextOf(stream, at))
	if age == size.Endless || stream.Len() == 0 {
		return
	}
	if i := stream.UpTo(age.Negated().After(at)); i < stream.Len() {
		n.Add(age.After(stream.At(i)), true)
	}
}

// Before reports whether an instant is before another, which may be none.
func (n Earliest) Before(o Earliest) bool { return n.OK && (!o.OK || n.At.Before(o.At)) }
