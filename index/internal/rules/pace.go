package rules

import (
	"slices"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/internal/calendar"
	"github.com/segmentrules/segment/rule"
)

// Conditions that compare what a contact has with parts of today's date, as in
// `total > DAY(TODAY)`. They may flip only where a day or an hour begins, so that trying one
// after the other finds the flip in steps that can be counted, whatever the arithmetic.

// A pace is how often a condition may flip by time: never but where a day begins, or an
// hour.
type pace uint8

const (
	paceUnknown pace = iota
	paceDay
	paceHour
)

// ticks is how many beginnings are tried: those of a year, or of a month. If nothing flips
// up to the last, it is said to be the next instant, which is too early, and found again
// from there.
func (p pace) ticks() int {
	if p == paceHour {
		return 31 * 24
	}
	return 366
}

// seconds is how long the hour or the day is.
func (p pace) seconds() int64 {
	if p == paceHour {
		return 3600
	}
	return calendar.SecondsPerDay
}

// paceOf is the pace of a comparison of fields and constants with parts of dates; unknown
// for anything else, and for what does not look at the clock.
func paceOf(c segment.Condition, in rule.Inputs) (p pace) {
	switch c.(type) {
	case rule.Compare, rule.Between, rule.In:
	default:
		return paceUnknown
	}
	if !in.Clock || len(in.Events)+len(in.Lists)+len(in.Segments)+len(in.History) > 0 {
		return paceUnknown
	}
	p = paceDay
	known, moves, again := true, false, false
	var look func(part bool) rule.Visitor
	look = func(part bool) (v rule.Visitor) {
		v.Window = func(rule.Window) bool { known = false; return false }
		v.Events = func(rule.Events) bool { known = false; return false }
		v.Expr = func(e rule.Expr) bool {
			call, ok := e.(rule.Call)
			if !ok {
				return look(part).VisitExpr(e)
			}
			switch call.Fn {
			case rule.FnNow, rule.FnToday:
				known, moves = known && part, true // else the date or the instant itself is compared
				return true
			case rule.FnAnniversary: // it has a year of its own
				known = false
				return false
			case rule.FnYear, rule.FnQuarter, rule.FnMonth, rule.FnDay, rule.FnWeekday:
				known, again = known && dayOnly(call.Args[0]), again || call.Fn != rule.FnYear
				return look(true).VisitExpr(e)
			case rule.FnHour:
				if now, ok := call.Args[0].(rule.Call); ok && now.Fn == rule.FnNow {
					p, moves, again = paceHour, true, true
					return true
				}
				known, again = known && dayOnly(call.Args[0]), true
				return look(true).VisitExpr(e)
			}
			return look(false).VisitExpr(e)
		}
		return v
	}
	look(false).Visit(c)
	// a year does not come again, and is easily told
	if !known || !moves || !again {
		return paceUnknown
	}
	return p
}

// dayOnly reports whether a part of an expression's date changes only where a day begins:
// it is about today, or about now itself, or does not look at the clock.
func dayOnly(x rule.Expr) bool {
	if call, ok := x.(rule.Call); ok && call.Fn == rule.FnNow {
		return true
	}
	days := true
	var v rule.Visitor
	v.Expr = func(e rule.Expr) bool {
		if call, ok := e.(rule.Call); ok && call.Fn == rule.FnNow {
			days = false // an instant some hours from now has another day at another time
		}
		return v.VisitExpr(e)
	}
	v.Expr(x)
	return days
}

// ask is when a condition with a pace may flip for a contact, from where the evaluator
// stands; one without a pace knows it.
func (e *Evaluator) ask(p *segment.Program, pace pace, x segment.Contact) (time.Time, bool) {
	if pace == paceUnknown {
		return p.Next(x, e.At)
	}
	t := e.At
	holds, tick := p.Match(x, t), ticker(t, pace)
	for range pace.ticks() {
		e.ClockSteps++
		if t = tick(); p.Match(x, t) != holds {
			break
		}
	}
	return t, true
}

// ticker returns a function that returns the beginnings of days, or hours, after an
// instant, one by one. Where the offset changes the clock may show any, and so that is one
// too.
func ticker(t time.Time, pace pace) func() time.Time {
	n := pace.seconds()
	_, until := t.ZoneBounds()
	return func() time.Time {
		wall := t.Unix() + calendar.Offset(t)
		next := time.Unix(t.Unix()+n-(wall-calendar.FloorDiv(wall, n)*n), 0).In(t.Location())
		if until.After(t) && until.Before(next) {
			next = until.In(t.Location())
		}
		if t = next; !until.IsZero() && !t.Before(until) {
			_, until = t.ZoneBounds()
		}
		return t
	}
}

// A course is what a number is compared with, as in `total > DAY(TODAY)`, at the beginnings
// of days or hours: the same for all contacts.
type course struct {
	op     rule.Op
	value  *segment.Formula
	at     []time.Time // from some instant on, and then every beginning
	values []segment.Value
	tick   func() time.Time
}

// maxCourses is how many courses are kept, some 20 kB each.
const maxCourses = 64

// course returns the course of a leaf; nil if it is not a comparison with one.
func (e *Evaluator) course(l *Leaf) *course {
	if c, ok := e.courses[l]; ok {
		return c
	}
	if e.courses == nil || len(e.courses) >= maxCourses {
		e.courses = make(map[*Leaf]*course)
	}
	var c *course
	if is, ok := l.Condition.(rule.Compare); ok && l.Attribute != None && !is.Fold {
		if f, err := segment.CompileExpr(is.Right); err == nil {
			c = &course{op: is.Op, value: f}
		}
	}
	e.courses[l] = c
	return c
}

// find returns the place of the value at an instant; the course begins anew where it
// does not reach.
func (c *course) find(t time.Time, pace pace) int {
	i, found := slices.BinarySearchFunc(c.at, t, time.Time.Compare)
	if found {
		return i
	}
	if i == 0 || i == len(c.at) || i > 3*pace.ticks() {
		c.at, c.values, c.tick = append(c.at[:0], t), append(c.values[:0], c.value.Value(&Nobody, t)), ticker(t, pace)
		return 0
	}
	return i - 1
}

// along is what ask finds, for a number that a leaf compares with a course; ok is false if
// it is none.
func (e *Evaluator) along(l *Leaf, v segment.Value) (t time.Time, ok bool) {
	c := e.course(l)
	if c == nil || v.Kind() != segment.KindNumber {
		return t, false
	}
	i := c.find(e.At, l.pace)
	first, both := v.Compare(c.values[i])
	for n := 0; both && n < l.pace.ticks(); n++ {
		e.ClockSteps++
		if i++; i == len(c.at) {
			t := c.tick()
			c.at, c.values = append(c.at, t), append(c.values, c.value.Value(&Nobody, t))
		}
		var order int
		if order, both = v.Compare(c.values[i]); both && c.op.Holds(order) != c.op.Holds(first) {
			break
		}
	}
	return c.at[i], both
}

// moves is when an attribute with a pace, which has a value now that has passed so many
// thresholds, passes another or becomes a value of another kind: tried as in ask.
func (e *Evaluator) moves(a *Attribute, v segment.Value, passed int) (t time.Time) {
	tick := ticker(e.At, a.pace)
	for range a.pace.ticks() {
		e.ClockSteps++
		t = tick()
		w := e.valueAt(a, t)
		if w.Kind() != v.Kind() {
			break
		}
		if v.Kind() != segment.KindNumber {
			continue
		}
		if passed > 0 && !a.thresholds[passed-1].cut().passedBy(w) || passed < len(a.thresholds) && a.thresholds[passed].cut().passedBy(w) {
			break
		}
	}
	return t
}
