package segment

import (
	"math/big"
	"time"
)

// callCourse is how the value of a function goes on.
func (s lookahead) callCourse(c Call) course {
	switch {
	case c.Fn == FnNow:
		return s.nowCourse()
	case c.Fn == FnToday:
		return s.todayCourse()
	case len(c.Args) == 0:
		return steadyCourse(Value{}, never())
	case c.Fn == FnAge:
		return s.combined(Sub, s.nowCourse(), s.course(c.Args[0]))
	}
	x := s.course(c.Args[0])
	if c.Fn.ofDay() {
		return s.datePartCourse(c.Fn, x)
	}
	switch v := s.apply(c, x.v); c.Fn {
	case FnUnix, FnUnixMilli:
		return s.unixCourse(c.Fn, v, x)
	case FnHour:
		return s.hourCourse(v, x)
	case FnHash:
		return s.fixedParts(v, c.Args)
	default:
		return steadyCourse(v, x.kindStays(s.now))
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

// unixCourse is an instant that a number of seconds or milliseconds stands for.
func (s lookahead) unixCourse(f Fn, v Value, x course) course {
	if x.v.kind != KindNumber {
		return steadyCourse(v, x.kindStays(s.now))
	}
	k := big.NewRat(1, 1)
	if f == FnUnixMilli {
		k = big.NewRat(1, 1000)
	}
	raw := x.lines(func(l line) line { return l.times(k, s.now) })
	return s.floored(raw.with(ratValue(k.Mul(k, x.v.rat()))), KindTime)
}

// fixedParts is a hash, which stays as long as all that it is made of.
func (s lookahead) fixedParts(v Value, args []Expr) course {
	until := never()
	for _, a := range args {
		c := s.course(a)
		if !c.near.still() && !c.far.still() {
			return restless(v)
		}
		until = firstOf(until, c.stays(s.now))
	}
	return steadyCourse(v, until)
}

// hourCourse stays until the instant leaves its hour on the wall clock.
func (s lookahead) hourCourse(v Value, x course) course {
	i, ok := s.instantCourse(x)
	if !ok || x.near.still() && x.far.still() {
		return steadyCourse(v, x.kindStays(s.now))
	}
	t := i.v.Time().In(s.now.Location())
	from, to := dayAround(t)
	hour := floorDiv(t.Unix()+offset(t), 3600)*3600 - offset(t)
	part := steadyCourse(v, s.within(i, laterOf(from, time.Unix(hour, 0)), firstOf(to, time.Unix(hour+3600, 0))))
	return part.between(0, 23, i.kindStays(s.now))
}

// datePartCourse stays until the date leaves its year, quarter, month or day.
func (s lookahead) datePartCourse(f Fn, x course) course {
	d := s.dateCourse(x)
	switch {
	case d.v.IsNull():
		return steadyCourse(Value{}, x.kindStays(s.now))
	case f == FnDate:
		return d
	}
	v := s.datePart(f, int64(d.v.n))
	if f == FnAnniversary {
		return s.anniversaryCourse(v, d)
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
		return steadyCourse(v, d.stays(s.now))
	}
	part := steadyCourse(v, s.leaves(d, u))
	switch until := d.kindStays(s.now); f {
	case FnYear:
		// The only part that does not come round again: it moves as the date does.
		part.far = d.far.times(big.NewRat(1, meanYear), s.now).straying(whole(2))
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
		part.far = line{slope: ratio{1, secondsPerDay}, less: whole(2), more: whole(2), until: s.leaves(d, Month)}
	}
	return part
}

// anniversaryCourse stays until the year ends, and always lies in it.
func (s lookahead) anniversaryCourse(v Value, d course) course {
	c := steadyCourse(v, firstOf(d.near.until, s.leaves(s.todayCourse(), Year)))
	year := span{sec: 366 * secondsPerDay}
	wall := span{s.now.Unix() + offset(s.now), int64(s.now.Nanosecond())}
	c.far = s.lagging(wall.sub(v.seconds()), year.negative(), year, s.offsets())
	c.far.until = d.kindStays(s.now)
	return c
}

// leaves is the instant until which a date stays in its calendar unit.
func (s lookahead) leaves(d course, u Unit) time.Time {
	if u == Day && d.near.still() {
		return d.stays(s.now)
	}
	if d.isDay {
		// As long as the offset stays, the day only goes forward: the unit ends
		// when the next begins.
		next := startOfDay(startOfUnit(int64(d.v.n), u, 1, Monday)-int64(d.days), s.now.Location())
		if _, end := zoneBounds(s.now.Add(d.of)); end.IsZero() || !end.Before(next) {
			return shift(s.now, between(s.now.Add(d.of), next))
		}
	}
	fixed := func(n int64) course { return steadyCourse(dateValue(startOfUnit(int64(d.v.n), u, n, Monday)), never()) }
	return firstOf(flips(d, Ge, fixed(0), s.now), flips(d, Lt, fixed(1), s.now))
}
