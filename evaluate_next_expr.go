package segment

import (
	"math"
	"time"
)

// The most that dates and calendar spans stray from a straight line.
const (
	// dateStray: a date is behind an instant by up to a day, zones and skipped
	// days add another, and a date used as an instant a third.
	dateStray = 3*secondsPerDay + 2*3600
	// monthStray: n months are longer or shorter than other n months by at most
	// three days, two leap days, and two changes of offset.
	monthStray = 12 * secondsPerDay
	// meanYear is the length of a Gregorian year, in seconds, from which the
	// calendar never strays by two years.
	meanYear = 31_556_952
	// offsetStray is more than any two offsets of one zone differ.
	offsetStray = 26 * 3600
)

// course is how the value of an expression goes on.
func (s lookahead) course(e Expr) course {
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
func (s lookahead) spanCourse(d Span) course {
	c := steadyCourse(s.length(d), never())
	if _, calendar := d.months(); !calendar || c.v.IsNull() {
		return c
	}
	c.far = s.monthsLine(d, c.v.span())
	c.near = s.nowCourse().near.plus(s.shiftedLine(s.now, d.negative(), s.nowCourse()).near.negative(), s.now)
	return c
}

// monthsLine is how far the length of a calendar span strays from what it is:
// no month is shorter than 28 days, or longer than 31.
func (s lookahead) monthsLine(d Span, length span) line {
	n, _ := d.months()
	shortest, longest := 28*n*secondsPerDay-offsetStray, 31*n*secondsPerDay+offsetStray
	if n < 0 {
		shortest, longest = 31*n*secondsPerDay-offsetStray, 28*n*secondsPerDay+offsetStray
	}
	return line{less: whole(max(0, min(monthStray, length.sec-shortest))),
		more: whole(max(0, min(monthStray, longest-length.sec))), until: never()}
}

func (s lookahead) nowCourse() course {
	l := line{slope: whole(1), until: never()}
	return course{v: Time(s.now), near: l, far: l}
}

func (s lookahead) todayCourse() course { return s.dateCourse(s.nowCourse()) }

// dateCourse is the calendar day of a value, as s.date is.
func (s lookahead) dateCourse(c course) course {
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
	if c.near.asTime() {
		d := course{v: s.date(c.v), near: flat(firstOf(c.near.until, shift(s.now, between(t, to)))), far: far}
		if ahead := s.ahead(t); isNever(c.near.until) && ahead.Abs() < math.MaxInt64 {
			// It stays behind the wall clock, by less than a day.
			d.isDay, d.of = true, ahead
			clock, room := t.Unix()+offset(t)-d.v.seconds().sec, s.offsets()
			d.far = line{slope: whole(1), less: whole(secondsPerDay - clock + room), more: whole(clock + 1 + room), until: never()}
		}
		return d
	}
	return course{v: s.date(c.v), near: flat(s.within(c, from, to)), far: far}
}

// lagging is the far line of a value that is behind one that moves as time
// does: by lag now, and always between least and most, give or take room
// seconds on either side.
func (s lookahead) lagging(lag, least, most span, room int64) line {
	more, less := lag.sub(least).add(span{sec: room}), most.sub(lag).add(span{sec: room})
	return line{slope: whole(1), less: spanRatio(less), more: spanRatio(more), until: never()}
}

// offsets is by how much two offsets of the calendar's zone may differ.
func (s lookahead) offsets() int64 {
	if from, to := zoneBounds(s.now); from.IsZero() && to.IsZero() {
		return 0
	}
	return offsetStray
}

// within is the instant until which the instant c stays in [from, to).
func (s lookahead) within(c course, from, to time.Time) time.Time {
	fixed := func(t time.Time) course { return steadyCourse(Time(t), never()) }
	return firstOf(flips(c, Ge, fixed(from), s.now), flips(c, Lt, fixed(to), s.now))
}

// instantCourse is a value where an instant is needed, as s.instant is; ok is
// false where it is none.
func (s lookahead) instantCourse(c course) (i course, ok bool) {
	t, ok := s.instant(c.v)
	return s.beginning(c, t, 0), ok
}

// beginning is the course of the first instant of a date, or of the date some
// days later: t now.
func (s lookahead) beginning(c course, t time.Time, later int64) course {
	switch {
	case c.v.kind == KindTime:
	case c.isDay && int64(c.days)+later == 0:
		// The day has begun, and will be over in a day, unless clocks go back.
		c.far = s.lagging(between(t, s.now.Add(c.of)), span{}, span{secondsPerDay, -1}, s.offsets())
		c.far.more = spanRatio(between(t, s.now.Add(c.of)))
	case c.isDay:
		ahead := span{sec: (int64(c.days) + later) * secondsPerDay}
		c.far = s.lagging(between(t, s.now.Add(c.of)).add(ahead), span{}, span{secondsPerDay, -1}, 2*s.offsets())
	default:
		c.far = c.far.strayingIfMoving(whole(dateStray))
	}
	return c.with(Time(t))
}

// endCourse is the end of a window, as s.end is.
func (s lookahead) endCourse(c course) (i course, ok bool) {
	t, ok := s.end(c.v)
	return s.beginning(c, t, 1), ok
}

// shiftedCourse is an instant moved by a span on the calendar.
func (s lookahead) shiftedCourse(c course, d Span) course {
	t, _ := s.instant(c.v)
	if _, calendar := d.months(); !calendar || !d.valid() || c.near.still() && c.far.still() {
		return c.with(Time(d.after(t)))
	}
	return s.shiftedLine(t, d, c)
}

// shiftedLine follows the wall clock: what lies months before an instant moves
// as the instant does until the day ends, the offset changes, or it itself
// meets a change of offset, whose gap it has to wait out.
func (s lookahead) shiftedLine(t time.Time, d Span, c course) course {
	moved := d.after(t)
	out := course{v: Time(moved), near: c.near, far: c.far.strayingIfMoving(whole(monthStray))}
	switch {
	case c.near.still():
		return out
	case !c.near.asTime():
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
	if t.Location() == time.UTC {
		return time.Time{}, time.Time{}
	}
	from, to = t.ZoneBounds()
	if !to.IsZero() && !to.After(t) {
		_, to = to.Add(24 * time.Hour).ZoneBounds()
	}
	return from, to
}
