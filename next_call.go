package segment

import (
	"math/big"
	"slices"
	"time"

	"github.com/segmentrules/segment/internal/calendar"
	"github.com/segmentrules/segment/internal/trajectory"
	"github.com/segmentrules/segment/rule"
)

// How the results of functions move. Most are whole numbers that stay for a while
// and then jump: MONTH(x) until the month ends. A trajectory says both: until when
// the number surely stays, and between which numbers it is after that.

// callTrajectory is how the value of a function moves.
func (s lookahead) callTrajectory(c rule.Call) trajectory.Trajectory {
	switch {
	case c.Fn == rule.FnNow:
		return s.nowTrajectory()
	case c.Fn == rule.FnToday:
		return s.todayTrajectory()
	case c.Fn == rule.FnCoalesce:
		return s.coalesceTrajectory(c.Args)
	case len(c.Args) == 0:
		return trajectory.ConstantUntil(Value{}, trajectory.Never())
	case c.Fn == rule.FnAge:
		return s.combined(rule.ArithSub, s.nowTrajectory(), s.trajectory(c.Args[0]))
	}
	inner := s
	if c.Fn != rule.FnDate {
		inner.scope = s.thisYear()
	}
	x := inner.trajectory(c.Args[0])
	if c.Fn == rule.FnAnniversary {
		return s.anniversaryTrajectory(c, x)
	}
	if as := rule.ReadingKind(c.Fn); as != KindNull && x.V.Kind() != KindText && !rule.ReadAs(x.V, as).IsNull() {
		return x // what is of the kind already moves as it does
	}
	if looksAtDay(c.Fn) {
		return s.datePartTrajectory(c.Fn, x)
	}
	switch v := s.apply(c, x.V); c.Fn {
	case rule.FnUnix, rule.FnUnixMilli:
		return s.unixTrajectory(c.Fn, v, x)
	case rule.FnHour:
		return s.hourTrajectory(v, x)
	case rule.FnHash:
		return s.hashTrajectory(v, c.Args)
	default:
		return trajectory.ConstantUntil(v, x.KindStableUntil(s.now))
	}
}

// coalesceTrajectory is that of the first argument which is not missing, as long as those
// before it stay missing.
func (s lookahead) coalesceTrajectory(args []rule.Expr) trajectory.Trajectory {
	s.scope = s.thisYear()
	missing := trajectory.Never() // until when those before surely are
	for _, arg := range args {
		x := s.trajectory(arg)
		if !x.V.IsNull() {
			return x.EndingBy(missing, s.now)
		}
		missing = trajectory.FirstOf(missing, x.KindStableUntil(s.now))
	}
	return trajectory.ConstantUntil(Value{}, missing)
}

// unixTrajectory is an instant that a number of seconds or milliseconds stands for.
func (s lookahead) unixTrajectory(f rule.Fn, v Value, x trajectory.Trajectory) trajectory.Trajectory {
	if x.V.Kind() != KindNumber {
		return trajectory.ConstantUntil(v, x.KindStableUntil(s.now))
	}
	k := big.NewRat(1, 1)
	if f == rule.FnUnixMilli {
		k = big.NewRat(1, 1000)
	}
	raw := x.MapBounds(func(l trajectory.Bound) trajectory.Bound { return l.Times(k, s.now) })
	return s.floored(raw.With(rule.RatValue(k.Mul(k, x.V.Rat()))), KindTime)
}

// hashTrajectory is a hash, which stays as long as all its arguments do.
func (s lookahead) hashTrajectory(v Value, args []rule.Expr) trajectory.Trajectory {
	until := trajectory.Never()
	for _, a := range args {
		c := s.trajectory(a)
		if !c.Near.Still() && !c.Far.Still() {
			return trajectory.Unpredictable(v)
		}
		until = trajectory.FirstOf(until, c.StableUntil(s.now))
	}
	return trajectory.ConstantUntil(v, until)
}

// hourTrajectory stays until the instant leaves its hour on the wall clock.
func (s lookahead) hourTrajectory(v Value, x trajectory.Trajectory) trajectory.Trajectory {
	i, ok := s.instantTrajectory(x)
	if !ok || x.Near.Still() && x.Far.Still() {
		return trajectory.ConstantUntil(v, x.KindStableUntil(s.now))
	}
	t := i.V.Time().In(s.now.Location())
	from, to := dayAround(t)
	hour := calendar.FloorDiv(t.Unix()+calendar.Offset(t), 3600)*3600 - calendar.Offset(t)
	part := trajectory.ConstantUntil(v, s.within(i, trajectory.LaterOf(from, time.Unix(hour, 0)), trajectory.FirstOf(to, time.Unix(hour+3600, 0))))
	return part.Between(0, 23, i.KindStableUntil(s.now))
}

// datePartTrajectory stays until the date leaves its year, quarter, month or day.
func (s lookahead) datePartTrajectory(f rule.Fn, x trajectory.Trajectory) trajectory.Trajectory {
	d := s.dateTrajectory(x)
	switch {
	case d.V.IsNull():
		return trajectory.ConstantUntil(Value{}, x.KindStableUntil(s.now))
	case f == rule.FnDate:
		return d
	}
	v := s.datePart(f, int64(d.V.Word()))
	u := rule.UnitDay
	switch f {
	case rule.FnYear:
		u = rule.UnitYear
	case rule.FnQuarter:
		u = rule.UnitQuarter
	case rule.FnMonth:
		u = rule.UnitMonth
	}
	if d.Far.Still() && d.Near.Still() {
		return trajectory.ConstantUntil(v, d.StableUntil(s.now))
	}
	part := trajectory.ConstantUntil(v, s.leaves(d, u))
	switch until := d.KindStableUntil(s.now); f {
	case rule.FnYear:
		// The only part that does not start again from 1: it grows as the date does.
		part.Far = d.Far.Times(big.NewRat(1, meanYear), s.now).Widened(trajectory.Whole(2))
	case rule.FnQuarter:
		return part.Between(1, 4, until)
	case rule.FnMonth:
		return part.Between(1, 12, until)
	case rule.FnWeekday:
		return part.Between(1, 7, until)
	case rule.FnDay:
		if !d.IsDay {
			return part.Between(1, 31, until)
		}
		// It rises by one a day, give or take a change of offset, until the month ends.
		part.Far = trajectory.Bound{Slope: trajectory.Ratio{Num: 1, Den: calendar.SecondsPerDay}, Less: trajectory.Whole(2), More: trajectory.Whole(2), Until: s.leaves(d, rule.UnitMonth)}
	}
	return part
}

// anniversaryTrajectory stays until the year ends, and then lies in the year of now. That
// of one year stays as the date does.
func (s lookahead) anniversaryTrajectory(call rule.Call, x trajectory.Trajectory) trajectory.Trajectory {
	d := s.dateTrajectory(x)
	if d.V.IsNull() {
		return trajectory.ConstantUntil(Value{}, x.KindStableUntil(s.now))
	}
	v := s.anniversary(int64(d.V.Word()), call.LeapsForward())
	fixed := d.Still() && trajectory.IsNever(d.Near.Until)
	switch {
	case s.recurs:
		return trajectory.ConstantUntil(v, d.StableUntil(s.now))
	case v.IsNull() && !fixed:
		return trajectory.ConstantUntil(v, trajectory.FirstOf(d.StableUntil(s.now), s.leaves(s.todayTrajectory(), rule.UnitYear)))
	case v.IsNull():
		year, _, _ := calendar.Civil(int64(d.V.Word()))
		return trajectory.ConstantUntil(v, calendar.StartOfDay(calendar.DayNumber(year+1, time.January, 1), s.now.Location()))
	}
	c := trajectory.ConstantUntil(v, trajectory.FirstOf(d.Near.Until, s.leaves(s.todayTrajectory(), rule.UnitYear)))
	if !fixed {
		return c
	}
	year := calendar.Length{Sec: 366 * calendar.SecondsPerDay}
	wall := calendar.Length{Sec: s.now.Unix() + calendar.Offset(s.now), Nsec: int64(s.now.Nanosecond())}
	c.Far = s.laggingBound(wall.Sub(v.AsLength()), year.Negative(), year, s.offsets())
	c.Far.Until = d.KindStableUntil(s.now)
	return c
}

// leaves is the instant until which a date stays in its calendar unit.
func (s lookahead) leaves(d trajectory.Trajectory, u rule.Unit) time.Time {
	if u == rule.UnitDay && d.Near.Still() {
		return d.StableUntil(s.now)
	}
	if d.IsDay {
		// As long as the offset stays, the day only goes forward: the unit ends when
		// the wall clock comes to the next. Where it has gone back over midnight, that
		// is the second time, which is not the start of that day.
		t, day := s.now.Add(d.DayAhead), rule.StartOfUnit(int64(d.V.Word()), u, 1, rule.WeekdayMonday)-int64(d.DaysLater)
		next := time.Unix(day*calendar.SecondsPerDay-calendar.Offset(t), 0)
		if _, end := zoneBounds(t); end.IsZero() || !end.Before(next) {
			return calendar.Shift(s.now, calendar.Between(t, next))
		}
	}
	fixed := func(n int64) trajectory.Trajectory {
		return trajectory.ConstantUntil(rule.DateValue(rule.StartOfUnit(int64(d.V.Word()), u, n, rule.WeekdayMonday)), trajectory.Never())
	}
	return trajectory.FirstOf(trajectory.Flips(d, rule.OpGe, fixed(0), s.now), trajectory.Flips(d, rule.OpLt, fixed(1), s.now))
}

// looksAtDay reports whether a function looks at the calendar day of its argument.
func looksAtDay(f rule.Fn) bool {
	switch f {
	case rule.FnDate, rule.FnAnniversary, rule.FnYear, rule.FnQuarter, rule.FnMonth, rule.FnDay, rule.FnWeekday:
		return true
	}
	return false
}

// unseenDays is for how long no other year than those that [scope.years] gives can come to
// hold. The days of others lie more than a year and a half from what they are compared
// with, which goes on as time does; THIS YEAR goes on by a year at once.
func unseenDays(c Condition) int {
	if when, ok := c.(rule.When); ok && when.Window.Unit == rule.UnitYear {
		return 150
	}
	return 400
}

// recurringSteps is how many steps a look at a test with anniversaries counts as: it looks at
// several years. So one that stays as it is, as ANNIVERSARY(x) DURING THIS YEAR does, is
// looked at for a few decades and takes milliseconds.
const recurringSteps = 100

// recurringUntil is holdsUntil of a test with anniversaries that recur. Each year is
// looked at on its own, and its days stand still: the test holds as long as that of one
// of the years does, and does not hold until the first of them comes to.
func (s lookahead) recurringUntil(c Condition, as []rule.Call) (holds bool, until time.Time) {
	until = trajectory.Never()
	years := s.years(c, as)
	s.budget.steps -= recurringSteps
	for _, year := range years {
		in := s
		in.scope = s.inYear(year)
		switch t := in.leafStep(c); {
		case !in.test(c):
			if !holds {
				until = trajectory.FirstOf(until, t)
			}
		case !holds:
			holds, until = true, t
		default:
			until = trajectory.LaterOf(until, t)
		}
	}
	if steady := rule.Yearly(c); !steady {
		until = trajectory.FirstOf(until, s.leaves(s.todayTrajectory(), rule.UnitYear))
	} else if !holds && !trajectory.IsNever(until) {
		until = trajectory.FirstOf(until, s.now.AddDate(0, 0, unseenDays(c)))
	}
	for _, a := range as { // its own date may move
		switch x := s.trajectory(a.Args[0]); {
		case !x.Still(): // ANNIVERSARY(TODAY), which is never there, is not worth many looks
			s.budget.steps -= recurringSteps
			until = trajectory.FirstOf(until, s.dateTrajectory(x).StableUntil(s.now))
		case s.date(x.V).IsNull():
			until = trajectory.FirstOf(until, x.KindStableUntil(s.now))
		default:
			until = trajectory.FirstOf(until, x.StableUntil(s.now))
		}
	}
	if in, ok := c.(rule.In); ok && slices.ContainsFunc(in.Values, Value.IsNull) { // whether there is one this year
		x := s.trajectory(in.X)
		holds, until = holds || x.V.IsNull(), trajectory.FirstOf(until, x.KindStableUntil(s.now))
	}
	return holds, until
}
