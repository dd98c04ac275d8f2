package segment

import "time"

// The most that dates and calendar spans stray from a straight line.
const (
	// dateStray: a date is behind an instant by up to a day, zones and skipped
	// days add another, and a date used as an instant a third.
	dateStray = 3 * secondsPerDay
	// monthStray: n months are longer or shorter than other n months by at most
	// three days, two leap days, and two changes of offset.
	monthStray = 12 * secondsPerDay
	// meanYear is the length of a Gregorian year, in seconds, from which the
	// calendar never strays by two years.
	meanYear = 31_556_952
)

// at is the scope at another instant, with the same calendar.
func (s scope) at(t time.Time) scope {
	s.now = t.In(s.now.Location())
	return s
}

// course is how the value of an expression goes on.
func (s scope) course(e Expr) course {
	switch e := e.(type) {
	case Span:
		return s.spanCourse(e)
	case Joined:
		if at, ok := s.x.List(string(e)); ok && at.After(s.now) {
			return steadyCourse(Value{}, at)
		}
	case Metric:
		return steadyCourse(s.metric(e), s.eventsSteady(e.Events, s.fences(e.Window)))
	case Call:
		return s.callCourse(e)
	case Arith:
		return s.arithCourse(e)
	case Calculated:
		return s.course(e.X)
	}
	return steadyCourse(s.value(e), never())
}

// spanCourse is the length of a span that ends now.
func (s scope) spanCourse(d Span) course {
	c := steadyCourse(s.length(d), never())
	if _, calendar := d.months(); !calendar || c.v.IsNull() {
		return c
	}
	c.far = line{fuzz: whole(monthStray), until: never()}
	c.near = s.nowCourse().near.plus(s.shiftedLine(s.now, d.negative(), s.nowCourse()).near.negative())
	return c
}

func (s scope) nowCourse() course {
	l := line{slope: whole(1), until: never()}
	return course{v: Time(s.now), near: l, far: l}
}

func (s scope) todayCourse() course { return s.dateCourse(s.nowCourse()) }

// dateCourse is the calendar day of a value, as s.date is.
func (s scope) dateCourse(c course) course {
	switch c.v.kind {
	case KindTime:
	case KindDate:
		return c // as it is: it may know of which instant it is the day
	default:
		return c.with(s.date(c.v))
	}
	far := c.far.strayingIfMoving(whole(dateStray))
	if c.near.still() {
		return course{v: s.date(c.v), near: c.near, far: far}
	}
	t := c.v.Time().In(s.now.Location())
	from, to := dayAround(t)
	if !c.near.bent && c.near.slope == whole(1) && c.near.fuzz.zero() { // it moves as time does
		d := course{v: s.date(c.v), near: flat(firstOf(c.near.until, shift(s.now, between(t, to)))), far: far}
		if isNever(c.near.until) {
			d.of = t
		}
		return d
	}
	return course{v: s.date(c.v), near: flat(s.within(c, from, to)), far: far}
}

// within is the instant until which the instant c stays in [from, to).
func (s scope) within(c course, from, to time.Time) time.Time {
	fixed := func(t time.Time) course { return steadyCourse(Time(t), never()) }
	return firstOf(flips(c, Ge, fixed(from), s.now), flips(c, Lt, fixed(to), s.now))
}

// instantCourse is a value where an instant is needed, as s.instant is; ok is
// false where it is none.
func (s scope) instantCourse(c course) (i course, ok bool) {
	t, ok := s.instant(c.v)
	if c.v.kind != KindTime {
		c.far = c.far.strayingIfMoving(whole(dateStray))
	}
	return c.with(Time(t)), ok
}

// endCourse is the end of a window, as s.end is.
func (s scope) endCourse(c course) (i course, ok bool) {
	t, ok := s.end(c.v)
	if c.v.kind != KindTime {
		c.far = c.far.strayingIfMoving(whole(dateStray))
	}
	return c.with(Time(t)), ok
}

// shiftedCourse is an instant moved by a span on the calendar.
func (s scope) shiftedCourse(c course, d Span) course {
	t, _ := s.instant(c.v)
	if _, calendar := d.months(); !calendar || !d.valid() || c.near.still() && c.far.still() {
		return c.with(Time(d.after(t)))
	}
	return s.shiftedLine(t, d, c)
}

// shiftedLine follows the wall clock: what lies months before an instant moves
// as the instant does until the day ends, the offset changes, or it itself
// meets a change of offset, whose gap it has to wait out.
func (s scope) shiftedLine(t time.Time, d Span, c course) course {
	moved := d.after(t)
	out := course{v: Time(moved), near: c.near, far: c.far.strayingIfMoving(whole(monthStray))}
	switch {
	case c.near.still():
		return out
	case c.near.bent || c.near.slope != whole(1) || !c.near.fuzz.zero():
		out.near = line{bent: true}
		return out
	}
	_, dayEnds := dayAround(t)
	left := between(t, dayEnds)
	wall := t.Unix() + offset(t) - dayOf(t)*secondsPerDay
	months, _ := d.months()
	wall += addMonths(dayOf(t), months) * secondsPerDay
	if waits := moved.Unix() + offset(moved) - wall; waits > 0 {
		out.near.slope = ratio{}
		left = sooner(left, span{waits, -int64(t.Nanosecond())}.normal())
	} else if _, end := zoneBounds(moved); !end.IsZero() {
		left = sooner(left, between(moved, end))
	}
	out.near.until = firstOf(c.near.until, shift(s.now, left))
	return out
}

func sooner(a, b span) span {
	if a.compare(b) < 0 {
		return a
	}
	return b
}

// dayAround returns the stretch around an instant in which the calendar day
// and the offset of the zone stay as they are: [from, to).
func dayAround(t time.Time) (from, to time.Time) {
	start := dayOf(t)*secondsPerDay - offset(t)
	from, to = time.Unix(start, 0).In(t.Location()), time.Unix(start+secondsPerDay, 0).In(t.Location())
	a, b := zoneBounds(t)
	if !a.IsZero() {
		from = laterOf(from, a)
	}
	if !b.IsZero() {
		to = firstOf(to, b)
	}
	return from, to
}

// zoneBounds is t.ZoneBounds() without its mistake: past the transitions that
// the zone database lists, Go 1.26 takes every year for one of 365 days, and
// lets the last day of a leap year lie after the end of its own stretch.
func zoneBounds(t time.Time) (from, to time.Time) {
	from, to = t.ZoneBounds()
	if !to.IsZero() && !to.After(t) {
		_, to = to.Add(24 * time.Hour).ZoneBounds()
	}
	return from, to
}

// callCourse is how the value of a function goes on.
func (s scope) callCourse(c Call) course {
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
	v := s.apply(c, x.v)
	switch c.Fn {
	case FnUnix:
		return x.lines(func(l line) line { return l.straying(nanoseconds(1)) }).with(v).ifStill(x)
	case FnUnixMilli:
		return x.lines(func(l line) line { return l.times(ratio{1, 1000}).straying(nanoseconds(1)) }).with(v).ifStill(x)
	case FnHour:
		return s.hourCourse(v, x)
	case FnLength, FnVersion, FnHash:
		return s.fixedParts(v, c.Args)
	}
	return s.datePartCourse(c.Fn, v, x)
}

// ifStill takes the fuzz off a course made of one that stands still.
func (c course) ifStill(x course) course {
	if x.near.still() {
		c.near = x.near
	}
	if x.far.still() {
		c.far = x.far
	}
	return c
}

// fixedParts is a value that stays as long as all that it is made of.
func (s scope) fixedParts(v Value, args []Expr) course {
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
func (s scope) hourCourse(v Value, x course) course {
	i, ok := s.instantCourse(x)
	if !ok || x.near.still() {
		return steadyCourse(v, x.near.until)
	}
	t := i.v.Time().In(s.now.Location())
	from, to := dayAround(t)
	hour := floorDiv(t.Unix()+offset(t), 3600)*3600 - offset(t)
	return steadyCourse(v, s.within(i, laterOf(from, time.Unix(hour, 0)), firstOf(to, time.Unix(hour+3600, 0))))
}

// datePartCourse stays until the date leaves its year, quarter, month or day.
func (s scope) datePartCourse(f Fn, v Value, x course) course {
	d := s.dateCourse(x)
	switch {
	case d.v.IsNull():
		return steadyCourse(Value{}, x.near.until)
	case f == FnDate:
		return d
	case f == FnAnniversary:
		return steadyCourse(v, firstOf(d.near.until, s.leaves(s.todayCourse(), Year)))
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
	part := steadyCourse(v, s.leaves(d, u))
	switch {
	case f == FnYear && !d.far.still():
		// The only part that does not come round again: it moves as the date does.
		part.far = d.far.times(ratio{1, meanYear}).straying(whole(2))
	case f == FnDay && !d.of.IsZero():
		// It rises by one a day, give or take a change of offset, until the month ends.
		part.far = line{slope: ratio{1, secondsPerDay}, fuzz: whole(2), until: s.leaves(d, Month)}
	}
	return part
}

// leaves is the instant until which a date stays in its calendar unit.
func (s scope) leaves(d course, u Unit) time.Time {
	if u == Day && d.near.still() {
		return d.stays(s.now)
	}
	if !d.of.IsZero() {
		// As long as the offset stays, the day only goes forward: the unit ends
		// when the next begins.
		next := startOfDay(startOfUnit(int64(d.v.n), u, 1, Monday), s.now.Location())
		if _, end := zoneBounds(d.of); end.IsZero() || !end.Before(next) {
			return shift(s.now, between(d.of, next))
		}
	}
	fixed := func(n int64) course { return steadyCourse(dateValue(startOfUnit(int64(d.v.n), u, n, Monday)), never()) }
	return firstOf(flips(d, Ge, fixed(0), s.now), flips(d, Lt, fixed(1), s.now))
}
