package sqlgen

import (
	"reflect"
	"time"

	"github.com/segmentrules/segment"
)

// next is the earliest instant at which the statement may give another answer
// for the same rows: at itself where that may be at any moment, zero if never.
//
// A test of the clock alone knows its instant. One of stored values gives the
// same answer as long as its SQL and arguments stay what they are; those that
// hang on days alone are the same right before the next midnight.
func next(d Dialect, t *Tables, c segment.Condition, at time.Time) (first time.Time) {
	sooner := func(n time.Time) {
		if !n.IsZero() && (first.IsZero() || n.Before(first)) {
			first = n
		}
	}
	switch c := c.(type) {
	case segment.And:
		for _, c := range c {
			sooner(next(d, t, c, at))
		}
	case segment.Or:
		for _, c := range c {
			sooner(next(d, t, c, at))
		}
	case segment.Count:
		for _, c := range c.Of {
			sooner(next(d, t, c, at))
		}
	case segment.Not:
		return next(d, t, c.C, at)
	case segment.Zoned:
		zone, ok := c.Zone.(segment.Value)
		if !ok {
			return changesAtAnyMoment(c, at)
		}
		if loc, err := time.LoadLocation(zone.Text()); err == nil && zone.Text() != "Local" && zone.Text() != "" {
			at = at.In(loc)
		}
		return next(d, t, c.C, at)
	default:
		return nextOfTest(d, t, c, at)
	}
	return first
}

func changesAtAnyMoment(c segment.Condition, at time.Time) time.Time {
	if segment.Reads(c).Clock {
		return at
	}
	return time.Time{}
}

func nextOfTest(d Dialect, t *Tables, c segment.Condition, at time.Time) time.Time {
	reads := segment.Reads(c)
	if !reads.Clock {
		return time.Time{}
	}
	if len(reads.Fields)+len(reads.Events)+len(reads.Lists)+len(reads.Segments)+len(reads.History) == 0 {
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
	y, m, day := at.Date()
	midnight := segment.EvaluateExpr(firstInstant(segment.Date(y, m, day+1)), nil, at).Time()
	now, err := write(d, t, c, at)
	late, err2 := write(d, t, c, midnight.Add(-1).In(at.Location()))
	steady := err == nil && err2 == nil && now.Rest == nil && now.Text == late.Text && reflect.DeepEqual(now.Args, late.Args)
	if !steady || readsTimeOfDay(c) {
		return at
	}
	return midnight
}

// readsTimeOfDay reports whether a condition asks for the hour: what hangs on it
// may change within a day and be the same again at its end.
func readsTimeOfDay(c segment.Condition) (found bool) {
	var look func(v reflect.Value)
	look = func(v reflect.Value) {
		if found || !v.IsValid() {
			return
		}
		if v.CanInterface() {
			switch x := v.Interface().(type) {
			case segment.Call:
				found = found || x.Fn == segment.FnHour
			case segment.Value:
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
	look(reflect.ValueOf(c))
	return found
}
