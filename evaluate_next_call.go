package segment

import (
	"math/big"
	"time"
)

// How the results of functions move. Most are whole numbers that stay for a while
// and then jump: MONTH(x) until the month ends. A trajectory says both: until when
// the number surely stays, and between which numbers it is after that.

// callTrajectory is how the value of a function moves.
func (s lookahead) callTrajectory(c Call) trajectory {
	switch {
	case c.Fn == FnNow:
		return s.nowTrajectory()
	case c.Fn == FnToday:
		return s.todayTrajectory()
	case len(c.Args) == 0:
		return constantUntil(Value{}, never())
	case c.Fn == FnAge:
		return s.combined(Sub, s.nowTrajectory(), s.trajectory(c.Args[0]))
	}
	x := s.trajectory(c.Args[0])
	if c.Fn.ofDay() {
		return s.datePartTrajectory(c.Fn, x)
	}
	switch v := s.apply(c, x.v); c.Fn {
	case FnUnix, FnUnixMilli:
		return s.unixTrajectory(c.Fn, v, x)
	case FnHour:
		return s.hourTrajectory(v, x)
	case FnHash:
		return s.hashTrajectory(v, c.Args)
	default:
		return constantUntil(v, x.kindStableUntil(s.now))
	}
}

// ofDay reports whether a function looks at a calendar day.
func (f Fn) ofDay() bool {
	switch f {
	case FnDate, FnAnniversary, FnYear, FnQuarter, FnMonth, FnDay, FnWeekday:
		return true
	}
	return false
}

// unixTrajectory is an instant that a number of seconds or milliseconds stands for.
func (s lookahead) unixTrajectory(f Fn, v Value, x trajectory) trajectory {
	if x.v.kind != KindNumber {
		return constantUntil(v, x.kindStableUntil(s.now))
	}
	k := big.NewRat(1, 1)
	if f == FnUnixMilli {
		k = big.NewRat(1, 1000)
	}
	raw := x.mapBounds(func(l linearBound) linearBound { return l.times(k, s.now) })
	return s.floored(raw.with(ratValue(k.Mul(k, x.v.rat()))), KindTime)
}

// hashTrajectory is a hash, which stays as long as all its arguments do.
func (s lookahead) hashTrajectory(v Value, args []Expr) trajectory {
	until := never()
	for _, a := range args {
		c := s.trajectory(a)
		if !c.near.still() && !c.far.still() {
			return unpredictable(v)
		}
		until = firstOf(until, c.stableUntil(s.now))
	}
	return constantUntil(v, until)
}

// hourTrajectory stays until the instant leaves its hour on the wall clock.
func (s lookahead) hourTrajectory(v Value, x trajectory) trajectory {
	i, ok := s.instantTrajectory(x)
	if !ok || x.near.still() && x.far.still() {
		return constantUntil(v, x.kindStableUntil(s.now))
	}
	t := i.v.Time().In(s.now.Location())
	from, to := dayAround(t)
	hour := floorDiv(t.Unix()+offset(t), 3600)*3600 - offset(t)
	part := constantUntil(v, s.within(i, laterOf(from, time.Unix(hour, 0)), firstOf(to, time.Unix(hour+3600, 0))))
	return part.between(0, 23, i.kindStableUntil(s.now))
}

// datePartTrajectory stays until the date leaves its year, quarter, month or day.
func (s lookahead) datePartTrajectory(f Fn, x trajectory) trajectory {
	d := s.dateTrajectory(x)
	switch {
	case d.v.IsNull():
		return constantUntil(Value{}, x.kindStableUntil(s.now))
	case f == FnDate:
		return d
	}
	v := s.datePart(f, int64(d.v.n))
	if f == FnAnniversary {
		return s.anniversaryTrajectory(v, d)
	}
	u := Day
	switch f {
	case FnYear:
		u = Year
	case FnQuarter:
		u = Quarter
	case FnMonth:
		u = Month
	}
	if d.far.still() && d.near.still() {
		return constantUntil(v, d.stableUntil(s.now))
	}
	part := constantUntil(v, s.leaves(d, u))
	switch until := d.kindStableUntil(s.now); f {
	case FnYear:
		// The only part that does not start again from 1: it grows as the date does.
		part.far = d.far.times(big.NewRat(1, meanYear), s.now).widened(whole(2))
	case FnQuarter:
		return part.between(1, 4, until)
	case FnMonth:
		return part.between(1, 12, until)
	case FnWeekday:
		return part.between(1, 7, until)
	case FnDay:
		if !d.isDay {
			return part.between(1, 31, until)
		}
		// It rises by one a day, give or take a change of offset, until the month ends.
		part.far = linearBound{slope: ratio{1, secondsPerDay}, less: whole(2), more: whole(2), until: s.leaves(d, Month)}
	}
	return part
}

// anniversaryTrajectory stays until the year ends, and always lies in the year of now.
func (s lookahead) anniversaryTrajectory(v Value, d trajectory) trajectory {
	c := constantUntil(v, firstOf(d.near.until, s.leaves(s.todayTrajectory(), Year)))
	year := span{sec: 366 * secondsPerDay}
	wall := span{s.now.Unix() + offset(s.now), int64(s.now.Nanosecond())}
	c.far = s.laggingBound(wall.sub(v.seconds()), year.negative(), year, s.offsets())
	c.far.until = d.kindStableUntil(s.now)
	return c
}

// leaves is the instant until which a date stays in its calendar unit.
func (s lookahead) leaves(d trajectory, u Unit) time.Time {
	if u == Day && d.near.still() {
		return d.stableUntil(s.now)
	}
	if d.isDay {
		// As long as the offset stays, the day only goes forward: the unit ends
		// when the next begins.
		next := startOfDay(startOfUnit(int64(d.v.n), u, 1, Monday)-int64(d.daysLater), s.now.Location())
		if _, end := zoneBounds(s.now.Add(d.dayAhead)); end.IsZero() || !end.Before(next) {
			return shift(s.now, between(s.now.Add(d.dayAhead), next))
		}
	}
	fixed := func(n int64) trajectory {
		return constantUntil(dateValue(startOfUnit(int64(d.v.n), u, n, Monday)), never())
	}
	return firstOf(flips(d, Ge, fixed(0), s.now), flips(d, Lt, fixed(1), s.now))
}
