package sqlgen

import (
	"reflect"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/internal/calendar"
	"github.com/segmentrules/segment/rule"
)

// next is the earliest instant at which the statement may give another answer
// for the same rows: at itself where that may be at any moment, zero if never.
//
// A test that reads the clock alone, such as MONTH(TODAY) = 11, is asked for its
// next change. A test of stored values gives the same answer for the same rows as
// long as its statement and arguments stay the same: if they are now what they are
// right before the next midnight, it may change at midnight, and else at any
// moment.
func next(d Dialect, t *Tables, c segment.Condition, at time.Time) (first time.Time) {
	return nextOf(c, at, func(test segment.Condition, at time.Time) time.Time { return nextOfTest(d, t, test, at) })
}

// nextOf is the earliest instant that a function gives for the tests of a
// condition, in the calendar of each.
func nextOf(c segment.Condition, at time.Time, test func(c segment.Condition, at time.Time) time.Time) (first time.Time) {
	switch c := c.(type) {
	case rule.And:
		for _, c := range c {
			first = calendar.Sooner(first, nextOf(c, at, test))
		}
	case rule.Or:
		for _, c := range c {
			first = calendar.Sooner(first, nextOf(c, at, test))
		}
	case rule.Count:
		for _, c := range c.Of {
			first = calendar.Sooner(first, nextOf(c, at, test))
		}
	case rule.Not:
		return nextOf(c.C, at, test)
	case rule.Zoned:
		zone, ok := c.Zone.(segment.Value)
		if !ok {
			return changesAtAnyMoment(c, at)
		}
		if loc, err := time.LoadLocation(zone.Text()); err == nil && zone.Text() != "Local" && zone.Text() != "" {
			at = at.In(loc)
		}
		return nextOf(c.C, at, test)
	default:
		return test(c, at)
	}
	return first
}

// changesAtAnyMoment is for conditions that cannot be looked into: at itself if
// they read the clock, never if they do not.
func changesAtAnyMoment(c segment.Condition, at time.Time) time.Time {
	if rule.Reads(c).Clock {
		return at
	}
	return time.Time{}
}

func nextOfTest(d Dialect, t *Tables, c segment.Condition, at time.Time) time.Time {
	reads := rule.Reads(c)
	switch {
	case !reads.Clock:
		return time.Time{}
	case readsClockAlone(reads):
		return nextOfClock(c, at)
	}
	y, m, day := at.Date()
	// The statement is written as of now, and as of the last nanosecond of the day.
	midnight := segment.EvaluateExpr(firstInstant(segment.Date(y, m, day+1)), nil, at).Time()
	now, err := write(&order{dialect: d, tables: t, c: c, at: at})
	late, err2 := write(&order{dialect: d, tables: t, c: c, at: midnight.Add(-1).In(at.Location())})
	steady := err == nil && err2 == nil && now.Rest == nil && now.Text == late.Text && reflect.DeepEqual(now.Args, late.Args)
	if !steady || readsTimeOfDay(c) {
		return at
	}
	// What a WHERE or HAS asks of the clock alone may change within the day and be
	// the same again at its end.
	first := midnight
	for _, c := range innerConditions(c) {
		first = calendar.Sooner(first, nextWithin(c, at))
	}
	return first
}

// readsClockAlone reports whether nothing of the contact is read.
func readsClockAlone(reads rule.Inputs) bool {
	return len(reads.Fields)+len(reads.Events)+len(reads.Lists)+len(reads.Segments)+len(reads.History) == 0
}

// nextOfClock is the next change of a test that reads nothing but the clock.
func nextOfClock(c segment.Condition, at time.Time) time.Time {
	p, err := segment.Compile(c)
	if err != nil {
		return at
	}
	n, ok := p.Next(nil, at)
	if !ok {
		return time.Time{}
	}
	return n
}

// nextWithin is the next change of what a condition about events or elements
// asks of the clock alone.
func nextWithin(c segment.Condition, at time.Time) time.Time {
	return nextOf(c, at, func(c segment.Condition, at time.Time) (first time.Time) {
		if reads := rule.Reads(c); reads.Clock && readsClockAlone(reads) {
			return nextOfClock(c, at)
		}
		for _, c := range innerConditions(c) {
			first = calendar.Sooner(first, nextWithin(c, at))
		}
		return first
	})
}

// innerConditions are the conditions directly within a test: those of a WHERE or
// HAS.
func innerConditions(test segment.Condition) (inner []segment.Condition) {
	top := true
	rule.Walk(test, func(c segment.Condition) bool {
		if top {
			top = false
			return true
		}
		inner = append(inner, c)
		return false
	})
	return inner
}

// readsTimeOfDay reports whether a condition asks for the hour, or whether
// something equals now: what hangs on it may change within a day and be the same
// again at its end.
func readsTimeOfDay(c segment.Condition) bool {
	return anyIn(c, func(x any) bool {
		switch x := x.(type) {
		case rule.Call:
			return x.Fn == rule.FnHour
		case rule.Compare:
			return x.Op == rule.OpEq && (readsNow(x.Left) || readsNow(x.Right))
		case rule.In:
			return readsNow(x.X)
		}
		return false
	})
}

// readsNow reports whether an expression reads the instant, not just the day.
func readsNow(e rule.Expr) bool {
	return anyIn(e, func(x any) bool {
		c, ok := x.(rule.Call)
		return ok && (c.Fn == rule.FnNow || c.Fn == rule.FnAge)
	})
}

// anyIn reports whether f holds of any part of a condition or expression. It goes
// through the fields by reflection, so that no kind of node can be forgotten.
func anyIn(tree any, f func(x any) bool) (found bool) {
	var look func(v reflect.Value)
	look = func(v reflect.Value) {
		if found || !v.IsValid() {
			return
		}
		if v.CanInterface() {
			if _, ok := v.Interface().(segment.Value); ok {
				return
			}
			if found = f(v.Interface()); found {
				return
			}
		}
		switch v.Kind() {
		case reflect.Interface, reflect.Pointer:
			look(v.Elem())
		case reflect.Struct:
			for i := range v.NumField() {
				look(v.Field(i))
			}
		case reflect.Slice:
			for i := range v.Len() {
				look(v.Index(i))
			}
		}
	}
	look(reflect.ValueOf(tree))
	return found
}
