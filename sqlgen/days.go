package sqlgen

// Stored days beside constants. The value of an expression for a day, such as born + 18
// years, never falls from one day to the next: so a binary search finds, with Go's own
// evaluation as the test, the days for which a comparison holds, and the database compares
// the stored day with the first and the last of them.

import (
	"sort"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/rule"
)

// The days that are written as texts, as numbers since 1970.
const (
	firstOfTexts = -719528 // 0000-01-01
	lastOfTexts  = 2932896 // 9999-12-31
)

// dateOf is the day of a number since 1970.
func dateOf(day int) segment.Value { return segment.Date(1970, 1, 1+day) }

// A dayTest is a comparison of what an expression gives for a stored day.
type dayTest struct {
	// value is the expression for a day. It may be missing for the first days and for the
	// last ones, as born + 9000 years is, and is not for those between.
	value func(day rule.Expr) rule.Expr
	// compares is a comparison with the constant that holds, once it does with >= or >,
	// for all later days too.
	compares func(day rule.Expr, op rule.Op) segment.Condition
}

// comparesWith is the test that compares the value itself with a constant.
func comparesWith(value func(day rule.Expr) rule.Expr, v segment.Value) dayTest {
	return dayTest{value, func(day rule.Expr, op rule.Op) segment.Condition {
		return rule.Compare{Left: value(day), Op: op, Right: v}
	}}
}

// days compares the value of a stored day. Since that never falls from one day to
// the next, there is a first day from which on it is at least, or more than, the
// constant. A binary search finds it, with Go's own evaluation of the rule as the
// test, and the database compares the stored day with that one.
func (s scope) days(m moment, test dayTest, op rule.Op) cond {
	if m.there.sql != "" {
		there := exactly(m.there)
		m.there = frag{}
		return both(s.days(m, test, op), there)
	}
	l := s.limits()
	firstDay, lastDay := l.firstDay, l.lastDay
	if m.asText {
		firstDay, lastDay = firstOfTexts, lastOfTexts
	}
	lo, hi, ok := stretchOf(firstDay, lastDay, func(day int) bool {
		return !segment.EvaluateExpr(test.value(m.value(dateOf(day))), nil, s.now).IsNull()
	})
	if !ok {
		return undecided()
	}
	// from is the first day for which the comparison, >= or >, holds.
	from := func(op rule.Op) int {
		return lo + sort.Search(hi-lo+1, func(i int) bool {
			return segment.Evaluate(test.compares(m.value(dateOf(lo+i)), op), nil, s.now)
		})
	}
	switch op {
	case rule.OpLt:
		hi = from(rule.OpGe) - 1
	case rule.OpLe:
		hi = from(rule.OpGt) - 1
	case rule.OpGt:
		lo = from(rule.OpGt)
	case rule.OpGe:
		lo = from(rule.OpGe)
	default:
		// It is equal from the first day that gives as much to the last one that does
		// not give more: none, one or several days.
		lo, hi = from(rule.OpGe), from(rule.OpGt)-1
	}
	switch {
	case lo > hi:
		return exactly(never())
	case lo == hi:
		return exactly(s.dayCompares(m, dayBound{rule.OpEq, lo}))
	case lo <= firstDay && hi >= lastDay:
		return exactly(notNull(m.day.frag))
	}
	var bs []dayBound
	if lo > firstDay {
		bs = append(bs, dayBound{rule.OpGe, lo})
	}
	if hi < lastDay {
		bs = append(bs, dayBound{rule.OpLt, hi + 1})
	}
	return exactly(s.dayCompares(m, bs...))
}

// stretchOf is the first and the last of the days from one to another for which an
// expression has a value. Those days lie side by side; ok is false if none is found.
func stretchOf(first, last int, exists func(day int) bool) (lo, hi int, ok bool) {
	const looks = 400 // a look each 25 years or so
	some := first
	for i := range looks + 1 {
		// The ends come first: mostly both have a value.
		some = last - (last-first)/looks*i
		if ok = exists(some); ok {
			break
		}
	}
	if !ok && !exists(first) {
		return 0, 0, false
	} else if !ok {
		some = first
	}
	lo, hi = first, last
	if !exists(first) {
		lo = first + sort.Search(some-first, func(i int) bool { return exists(first + i) })
	}
	if some != last {
		hi = some + sort.Search(last-some, func(i int) bool { return !exists(some + 1 + i) })
	}
	return lo, hi, true
}

// A dayBound is a comparison with a day.
type dayBound struct {
	op  rule.Op
	day int
}

// dayCompares compares the stored day with days.
func (s scope) dayCompares(m moment, bs ...dayBound) frag {
	var cs []comparison
	var texts []frag
	for _, b := range bs {
		switch {
		case !m.asText:
			cs = append(cs, comparison{b.op, s.date(b.day)})
		case b.op == rule.OpEq:
			texts = append(texts, s.textEquals(m.day.frag, dayText(b.day)))
		default:
			texts = append(texts, s.textCompares(m.day.frag, opText(b.op), dayText(b.day)))
		}
	}
	if m.asText {
		return and(texts...)
	}
	return s.compared(m.day, cs...)
}

// date is a day as an argument.
func (s scope) date(day int) frag {
	return hold(s.dateArg(time.Date(1970, 1, 1+day, 0, 0, 0, 0, time.UTC)), argDate)
}
