package sqlgen

import (
	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/rule"
)

// ANNIVERSARY(x) depends on the month and day of x alone, and on the year of the
// calendar. So what a rule asks of it is tried here for every day of a leap
// year, and the database compares month and day as one number.

// anniversary finds the stored day whose anniversary an expression is.
func (s scope) anniversary(e rule.Expr) (day frag, ok bool) {
	c, ok := plain(e).(rule.Call)
	if !ok || c.Fn != rule.FnAnniversary || len(c.Args) != 1 {
		return frag{}, false
	}
	x, ok := s.term(c.Args[0])
	if !ok || !x.is(TypeDate) {
		return frag{}, false
	}
	return x.frag, true
}

// compareAnniversary writes a comparison of an anniversary, such as
// `ANNIVERSARY(birthday) = TODAY`.
func (s scope) compareAnniversary(e rule.Expr, op rule.Op, v segment.Value) (c cond, ok bool) {
	day, ok := s.anniversary(e)
	if !ok {
		return cond{}, false
	}
	return s.daysOfYear(day, func(x rule.Expr) segment.Condition {
		return rule.Compare{Left: x, Op: op, Right: v}
	}), true
}

// anniversaryWithin writes that an anniversary lies in a window.
func (s scope) anniversaryWithin(w rule.When) (c cond, ok bool) {
	day, ok := s.anniversary(w.X)
	if !ok {
		return cond{}, false
	}
	if _, _, ok := s.bounds(w.Window); !ok {
		return undecided(), true
	}
	return s.daysOfYear(day, func(x rule.Expr) segment.Condition {
		return rule.When{X: x, Window: w.Window}
	}), true
}

// daysOfYear writes for which months and days a test of the anniversary holds,
// as ranges of the number 100 * month + day.
func (s scope) daysOfYear(day frag, test func(rule.Expr) segment.Condition) cond {
	const leapYear = 2000
	number := cat("(", s.datePart(day, rule.FnMonth), " * 100 + ", s.datePart(day, rule.FnDay), ")")
	var ranges []frag
	first, last, all := 0, 0, true // the range that is being read, 0 if none
	end := func() {
		if first > 0 {
			ranges = append(ranges, cat(number, " BETWEEN ", integer(int64(first)), " AND ", integer(int64(last))))
		}
		first = 0
	}
	for i := range 366 {
		y, m, d := segment.Date(leapYear, 1, 1+i).Date()
		x := rule.Call{Fn: rule.FnAnniversary, Args: []rule.Expr{segment.Date(y, m, d)}}
		if !segment.Evaluate(test(x), nil, s.now) {
			end()
			all = false
			continue
		}
		last = int(m)*100 + d
		if first == 0 {
			first = last
		}
	}
	end()
	if all {
		return exactly(notNull(day)) // every day that there is
	}
	return exactly(or(ranges...))
}
