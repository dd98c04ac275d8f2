package segment

import (
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/segmentrules/segment/internal/calendar"
	"github.com/segmentrules/segment/internal/textset"
	"github.com/segmentrules/segment/rule"
)

// Evaluate reports whether the condition holds for the contact at the instant.
// It is the definition: everything else in this module that answers the same
// question must give the same answer, and is tested against it. It is slow on
// purpose; use [Compile] where speed matters.
//
// The zone of at is the calendar. Evaluate is total: it answers for every
// tree, contact and instant, and never fails; what it cannot make sense of is
// false, and what it cannot read is missing. So is what is deeper than some
// thousand conditions and expressions in one another, which Compile refuses (see
// [rule.MaxDepth]). It may be called by many
// goroutines at once, if the contact may be read by many. Its cost grows with
// the size of the tree times the events of the contact.
func Evaluate(c Condition, x Contact, at time.Time) bool {
	return newScope(x, at).holds(c)
}

// The definition is the methods of scope: conditions in this file, expressions and
// windows in evaluate_expr.go, arithmetic in evaluate_arith.go, aggregates in
// evaluate_metric.go. How two values compare is [rule.Compares].

// A scope is what names mean: the contact, the instant, and within a WHERE or a
// HAS the event or the element of a list that is looked at.
type scope struct {
	x    Contact
	now  time.Time // its Location is the calendar
	elem Value     // the properties of the event, or the element
	// bound says that the scope is that of a WHERE or HAS: a field is then a member
	// of elem, and not a field of the contact.
	bound bool
	level int32 // in how many conditions and expressions it is
	// recurs says that anniversaries are those of a year, and not the current one's.
	recurs bool
	year   int
}

// newScope is the scope of a whole condition. A nil contact has nothing.
func newScope(x Contact, at time.Time) scope {
	if r, ok := x.(*Record); x == nil || ok && r == nil {
		x = Record{}
	}
	// Round(0) drops the reading of the monotonic clock, which would make two
	// instants of one process compare otherwise than anywhere else.
	return scope{x: x, now: at.Round(0)}
}

// bind is the scope of a WHERE or HAS for one event or element.
func (s scope) bind(elem Value) scope {
	s.elem, s.bound, s.recurs = elem, true, false
	return s
}

// holds is the meaning of conditions.
func (s scope) holds(c Condition) bool {
	if s.level++; s.level > rule.MaxLevels {
		return false
	}
	switch c := c.(type) {
	case rule.And:
		for _, c := range c {
			if !s.holds(c) {
				return false
			}
		}
		return true
	case rule.Or:
		return slices.ContainsFunc(c, s.holds)
	case rule.Not:
		return !s.holds(c.C)
	case rule.Count:
		return c.Quantity.Holds(s.count(c.Of), c.K)
	case rule.Everyone:
		return true
	case rule.Zoned:
		return s.inZone(c.Zone).holds(c.C)
	case rule.Compare, rule.Between, rule.In, rule.When:
		return s.holdsInSomeYear(c)
	case rule.IsNull:
		return s.value(c.X).IsNull()
	case rule.IsBlank:
		return s.value(c.X).Blank()
	case rule.Contains:
		return s.contains(s.value(c.X), c)
	case rule.Like:
		return like(s.value(c.X), c)
	case rule.Matches:
		return matches(s.value(c.X), c)
	case rule.InCIDR:
		return inCIDR(s.value(c.X), c.Nets)
	case rule.Each:
		return s.each(c)
	case rule.Changed:
		return s.changed(c)
	case rule.HasBeen:
		return s.hasBeen(c)
	case rule.Sequence:
		return s.sequence(c)
	case rule.Regularity:
		return s.regular(c)
	case rule.InList:
		joined, ok := s.x.List(string(c))
		return ok && !joined.After(s.now)
	case rule.InSegment:
		return s.x.Segment(string(c))
	}
	return false
}

// test is the meaning of comparisons and windows, for one year if the anniversaries in
// it recur.
func (s scope) test(c Condition) bool {
	switch c := c.(type) {
	case rule.Compare:
		return s.compares(s.value(c.Left), c.Op, s.value(c.Right), c.Fold)
	case rule.Between:
		x := s.value(c.X)
		return s.compares(x, rule.OpGe, s.value(c.Lo), c.Fold) && s.compares(x, rule.OpLe, s.value(c.Hi), c.Fold)
	case rule.In:
		x := s.value(c.X)
		return slices.ContainsFunc(c.Values, func(v Value) bool { return s.compares(x, rule.OpEq, v, c.Fold) })
	case rule.When:
		t, ok := s.instant(s.value(c.X))
		return ok && s.inWindow(t, c.Window)
	}
	return false
}

// count is how many of the conditions hold.
func (s scope) count(cs []Condition) (n int) {
	for _, c := range cs {
		if s.holds(c) {
			n++
		}
	}
	return n
}

// inZone is the scope with another calendar; an unknown zone changes nothing.
func (s scope) inZone(zone rule.Expr) scope {
	if loc, ok := calendar.Zone(s.value(zone).Text()); ok {
		s.now = s.now.In(loc)
	}
	return s
}

// compares is [rule.Compares] in the scope's calendar.
func (s scope) compares(a Value, op rule.Op, b Value, fold bool) bool {
	return rule.Compares(s.now.Location(), a, op, b, fold)
}

// date is the calendar day of a value, of an instant in the scope's calendar.
func (s scope) date(v Value) Value { return rule.DateIn(s.now.Location(), v) }

// contains asks a text for texts in it, a list for elements.
func (s scope) contains(x Value, c rule.Contains) bool {
	has := func(v Value) bool {
		if x.Kind() == KindText {
			return v.Kind() == KindText && strings.Contains(textset.Folded(x.Text(), c.Fold), textset.Folded(v.Text(), c.Fold))
		}
		return slices.ContainsFunc(x.List(), func(e Value) bool { return s.compares(e, rule.OpEq, v, c.Fold) })
	}
	if c.Mode == rule.ContainsAny {
		return slices.ContainsFunc(c.Values, has)
	}
	return !slices.ContainsFunc(c.Values, func(v Value) bool { return !has(v) }) && (x.Kind() == KindText || x.Kind() == KindList)
}

// each counts the elements for which the condition holds. Of an empty list, and of
// what is no list, ALL is false and NONE is true.
func (s scope) each(c rule.Each) bool {
	elems, n := s.value(c.X).List(), 0
	for _, e := range elems {
		if s.bind(e).holds(c.C) {
			n++
		}
	}
	switch c.Quantifier {
	case rule.QuantifierAny:
		return n > 0
	case rule.QuantifierAll:
		return n == len(elems) && n > 0
	case rule.QuantifierNone:
		return n == 0
	}
	return n >= c.K
}

// changed asks whether the field has changed in the window.
func (s scope) changed(c rule.Changed) bool {
	for ch := range s.x.History(string(c.Field)) {
		if !ch.At.After(s.now) && s.inWindow(ch.At, c.Window) {
			return true
		}
	}
	return false
}

// hasBeen looks at the newest entry of the history that is not in the future: it
// says which value the field has, and since when.
func (s scope) hasBeen(c rule.HasBeen) bool {
	for ch := range s.x.History(string(c.Field)) {
		if ch.At.After(s.now) {
			continue
		}
		return s.compares(ch.Value, rule.OpEq, c.Value, c.Fold) && !ch.At.After(c.For.EndBefore(s.now))
	}
	return false
}

// sequence tries every event of the first step in the window: whether the other
// steps follow it.
func (s scope) sequence(c rule.Sequence) bool {
	if len(c.Steps) == 0 {
		return false
	}
	for e := range s.events(c.Steps[0].Events) {
		if s.inWindow(e.At, c.Window) && s.follows(e.At, c.Steps[1:]) {
			return true
		}
	}
	return false
}

// follows reports whether the steps come one after the other after an instant. A
// step that must not happen holds once its time is over without such an event.
func (s scope) follows(from time.Time, steps []rule.Step) bool {
	if len(steps) == 0 {
		return true
	}
	step := steps[0]
	unbounded := step.Within == rule.Span{}
	last := step.Within.After(from.In(s.now.Location())) // months are the calendar's, not those of the event's zone
	for e := range s.events(step.Events) {
		if e.At.After(from) && (unbounded || !e.At.After(last)) && (step.Not || s.follows(e.At, steps[1:])) {
			return !step.Not
		}
	}
	return step.Not && !unbounded && !last.After(s.now)
}

// regular asks whether there are events in enough of the last units.
func (s scope) regular(c rule.Regularity) bool { return s.units(c) >= c.K }

// units counts the last N units in which an event lies.
func (s scope) units(c rule.Regularity) (n int) {
	for i := range min(c.N, rule.MaxRegularity) {
		from, to := rule.Span{N: int64(i + 1), Unit: c.Unit}.EndBefore(s.now), rule.Span{N: int64(i), Unit: c.Unit}.EndBefore(s.now)
		for e := range s.events(c.Events) {
			if e.At.After(from) && !e.At.After(to) {
				n++
				break
			}
		}
	}
	return n
}

// onlyName is the name that all selected events have, or "", which is any event.
func onlyName(sel rule.Events) string {
	if len(sel.Names) != 1 || strings.HasSuffix(sel.Names[0], "*") {
		return ""
	}
	return sel.Names[0]
}

// events yields the events that are selected and have happened, newest first.
func (s scope) events(sel rule.Events) iter.Seq[Event] {
	return func(yield func(Event) bool) {
		for e := range s.x.Events(onlyName(sel)) {
			if e.At.After(s.now) || !sel.Named(e.Name) {
				continue
			}
			if sel.Where != nil && !s.bind(e.Props.Value()).holds(sel.Where) {
				continue
			}
			if !yield(e) {
				return
			}
		}
	}
}
