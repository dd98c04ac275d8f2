package sqlgen

import (
	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/rule"
)

// What a rule asks of ANNIVERSARY(x) depends on the month and day of x, and on its year
// as far as the first anniversary is a year after x. So it is tried here, with Evaluate
// itself, for every day of a leap year: up to which year of x it holds. The database
// compares month and day as one number, and x with the end of that year.

// anniversaryTest writes a test of anniversaries of one stored day and what is constant;
// ok is false if it has no anniversaries of what is stored.
func (s scope) anniversaryTest(c segment.Condition) (f cond, ok bool) {
	var of rule.Expr // what has the anniversary
	several := false
	rule.Visitor{Expr: func(e rule.Expr) bool {
		rule.WalkExpr(e, func(e rule.Expr) {
			call, is := e.(rule.Call)
			if !is || call.Fn != rule.FnAnniversary || len(call.Args) == 0 || rule.IsConstant(call.Args[0]) {
				return
			}
			several = several || of != nil && !rule.EqualExpr(of, call.Args[0])
			of = call.Args[0]
		})
		return true
	}}.Visit(c)
	switch recurs := len(rule.Anniversaries(c)) > 0; {
	case of == nil && recurs && allConstant(c):
		return exactly(truth(segment.Evaluate(c, nil, s.now))), true
	case of == nil:
		return undecided(), recurs
	}
	x, stored := s.term(of)
	if x.asText {
		x = s.asWritten(x)
	}
	if several || !stored || !x.is(TypeDate) || len(rule.Anniversaries(c)) > 0 && !rule.Yearly(c) {
		return undecided(), true
	}
	switch c.(type) {
	case rule.Compare, rule.Between, rule.In, rule.When:
	default:
		return undecided(), true
	}
	test := func(day segment.Value) segment.Condition { return withDay(c, of, day) }
	if !allConstant(test(segment.Value{})) {
		return undecided(), true
	}
	return s.daysOfYear(x, func(day segment.Value) bool { return segment.Evaluate(test(day), nil, s.now) }), true
}

// allConstant reports whether nothing in a test hangs on the contact.
func allConstant(c segment.Condition) bool {
	return rule.Visitor{Expr: rule.IsConstant}.Visit(c)
}

// withDay is the test with the anniversaries of another day.
func withDay(c segment.Condition, of rule.Expr, day segment.Value) segment.Condition {
	var inner rule.Rewriter
	inner.Expr = func(e rule.Expr) rule.Expr {
		if call, ok := e.(rule.Call); ok && call.Fn == rule.FnAnniversary && len(call.Args) > 0 && rule.EqualExpr(call.Args[0], of) {
			call.Args = append([]rule.Expr{day}, call.Args[1:]...)
			return call
		}
		return inner.RewriteExpr(e)
	}
	return inner.Rewrite(c)
}

// The years between which the last year is looked for, up to which a test holds. Both
// have a 29 February.
const oldestYear, newestYear = 4, 9996

// A stretch is days of the year of which a test holds up to the same year.
type stretch struct{ first, last, until int } // the days as 100 * month + day

// daysOfYear writes for which days a test of their anniversaries holds.
func (s scope) daysOfYear(day term, holds func(segment.Value) bool) cond {
	var found []stretch
	adjacent := false
	for i := range 366 {
		_, m, d := segment.Date(2000, 1, 1+i).Date()
		leap := m == 2 && d == 29
		until, some := s.lastYear(leap, func(year int) bool { return holds(segment.Date(year, m, d)) })
		if !some {
			adjacent = false
			continue
		}
		n, last := int(m)*100+d, len(found)-1
		switch {
		case adjacent && (until == found[last].until || leap && until < found[last].until && found[last].until < until+4):
			found[last].last = n
		default:
			found = append(found, stretch{n, n, until})
		}
		adjacent = true
	}
	if len(found) == 1 && found[0] == (stretch{101, 1231, newestYear}) {
		return exactly(notNull(day.frag)) // every day that there is
	}
	number := cat("(", s.datePart(day.frag, rule.FnMonth), " * 100 + ", s.datePart(day.frag, rule.FnDay), ")")
	var parts []frag
	for len(found) > 0 {
		until, rest := found[0].until, found[:0:0]
		var ranges []frag
		for _, f := range found {
			if f.until != until {
				rest = append(rest, f)
				continue
			}
			ranges = append(ranges, cat(number, " BETWEEN ", integer(int64(f.first)), " AND ", integer(int64(f.last))))
		}
		part := or(ranges...)
		if until < newestYear {
			y := segment.Date(until+1, 1, 1)
			part = and(part, s.dayCompares(moment{day: day}, dayBound{rule.OpLt, int(y.AsLength().Sec / 86400)}))
		}
		parts, found = append(parts, part), rest
	}
	return exactly(or(parts...))
}

// lastYear is the last year of which a test holds; it holds of all before, and of none
// after. ok is false if it holds of no year. Only years with a 29 February are asked for
// if leap is set.
func (s scope) lastYear(leap bool, holds func(year int) bool) (last int, ok bool) {
	step := 1
	if leap {
		step = 4
	}
	exists := func(year int) bool { return !leap || year%100 != 0 || year%400 == 0 }
	if !holds(oldestYear) {
		return 0, false
	}
	// Mostly it is one of the last few years.
	lo, hi := oldestYear, newestYear+step
	for year := (s.now.Year() - 8) / 4 * 4; year <= s.now.Year()+8; year += step {
		if !exists(year) || year <= lo || year >= hi {
			continue
		}
		if !holds(year) {
			hi = year
			break
		}
		lo = year
	}
	for hi-lo > step {
		year := lo + (hi-lo)/(2*step)*step
		if !exists(year) { // 1900 says what 1896 does, or 1904
			year -= step
			if year <= lo {
				year += 2 * step
			}
			if year >= hi {
				break
			}
		}
		if holds(year) {
			lo = year
		} else {
			hi = year
		}
	}
	return min(lo, newestYear), true
}
