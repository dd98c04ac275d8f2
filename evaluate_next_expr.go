package segment

import (
	"math"
	"time"
)

// How dates, instants and spans move. An instant such as NOW - 30 days moves exactly
// as time does. A date stands still for a day and then jumps; a month has 28 to 31
// days. So of dates and calendar spans the near bound ends with the day or at a
// change of the zone's offset, and the far bound allows for the deviations below.

// The most that dates and calendar spans deviate from a straight line.
const (
	// dateDeviation: a date is behind an instant by up to a day, zones and skipped
	// days add another, and a date used as an instant a third.
	dateDeviation = 3*secondsPerDay + 2*3600
	// monthDeviation: n months are longer or shorter than other n months by at most
	// three days, two leap days, and two changes of offset.
	monthDeviation = 12 * secondsPerDay
	// meanYear is the length of a Gregorian year, in seconds, from which the
	// calendar never deviates by two years.
	meanYear = 31_556_952
	// offsetDeviation is more than any two offsets of one zone differ.
	offsetDeviation = 26 * 3600
)

// trajectory is how the value of an expression moves.
func (s lookahead) trajectory(e Expr) trajectory {
	switch e := e.(type) {
	case Span:
		return s.spanTrajectory(e)
	case Joined:
		if at, ok := s.x.List(string(e)); ok && at.After(s.now) {
			return constantUntil(Value{}, at)
		}
	case Metric:
		return constantUntil(s.metric(e), s.eventsStableUntil(e.Events, s.movingEdges(e.Window)))
	case Call:
		return s.callTrajectory(e)
	case Arith:
		return s.arithTrajectory(e)
	case Calculated:
		return s.trajectory(e.X)
	}
	return constantUntil(s.value(e), never())
}

// spanTrajectory is the length of a span that ends now.
func (s lookahead) spanTrajectory(d Span) trajectory {
	c := constantUntil(s.length(d), never())
	if _, calendar := d.months(); !calendar || c.v.IsNull() {
		return c
	}
	c.far = s.monthsBound(d, c.v.span())
	c.near = s.nowTrajectory().near.plus(s.shiftedBound(s.now, d.negative(), s.nowTrajectory()).near.negative(), s.now)
	return c
}

// monthsBound is how far the length of a calendar span may go from what it is now:
// no month is shorter than 28 days, or longer than 31.
func (s lookahead) monthsBound(d Span, length span) linearBound {
	n, _ := d.months()
	shortest, longest := 28*n*secondsPerDay-offsetDeviation, 31*n*secondsPerDay+offsetDeviation
	if n < 0 {
		shortest, longest = 31*n*secondsPerDay-offsetDeviation, 28*n*secondsPerDay+offsetDeviation
	}
	return linearBound{less: whole(max(0, min(monthDeviation, length.sec-shortest))),
		more: whole(max(0, min(monthDeviation, longest-length.sec))), until: never()}
}

// nowTrajectory is that of NOW, which moves by one second a second.
func (s lookahead) nowTrajectory() trajectory {
	l := linearBound{slope: whole(1), until: never()}
	return trajectory{v: Time(s.now), near: l, far: l}
}

// todayTrajectory is that of TODAY.
func (s lookahead) todayTrajectory() trajectory { return s.dateTrajectory(s.nowTrajectory()) }

// dateTrajectory is the calendar day of a value, as s.date is.
func (s lookahead) dateTrajectory(c trajectory) trajectory {
	switch c.v.kind {
	case KindTime:
	case KindDate:
		return c // as it is: it may know of which instant it is the day
	default:
		return c.with(s.date(c.v))
	}
	far := c.far.widenedIfMoving(whole(dateDeviation))
	if c.near.still() {
		return trajectory{v: s.date(c.v), near: c.near, far: far}
	}
	t := c.v.Time().In(s.now.Location())
	from, to := dayAround(t)
	if c.near.asTime() {
		d := trajectory{v: s.date(c.v), near: constantBound(firstOf(c.near.until, shift(s.now, between(t, to)))), far: far}
		if ahead := s.timeUntil(t); isNever(c.near.until) && ahead.Abs() < math.MaxInt64 {
			// It stays behind the wall clock, by less than a day.
			d.isDay, d.dayAhead = true, ahead
			clock, slack := t.Unix()+offset(t)-d.v.seconds().sec, s.offsets()
			d.far = linearBound{slope: whole(1), less: whole(secondsPerDay - clock + slack), more: whole(clock + 1 + slack), until: never()}
		}
		return d
	}
	return trajectory{v: s.date(c.v), near: constantBound(s.within(c, from, to)), far: far}
}

// laggingBound is the far bound of a value that is behind one that moves as time
// does: by lag now, and always by between least and most, give or take slack
// seconds on either side.
func (s lookahead) laggingBound(lag, least, most span, slack int64) linearBound {
	more, less := lag.sub(least).add(span{sec: slack}), most.sub(lag).add(span{sec: slack})
	return linearBound{slope: whole(1), less: spanRatio(less), more: spanRatio(more), until: never()}
}

// offsets is by how much two offsets of the calendar's zone may differ.
func (s lookahead) offsets() int64 {
	if from, to := zoneBounds(s.now); from.IsZero() && to.IsZero() {
		return 0
	}
	return offsetDeviation
}

// within is the instant until which the instant c stays in [from, to).
func (s lookahead) within(c trajectory, from, to time.Time) time.Time {
	fixed := func(t time.Time) trajectory { return constantUntil(Time(t), never()) }
	return firstOf(flips(c, Ge, fixed(from), s.now), flips(c, Lt, fixed(to), s.now))
}

// instantTrajectory is a value where an instant is needed, as s.instant is; ok is
// false where it is none.
func (s lookahead) instantTrajectory(c trajectory) (i trajectory, ok bool) {
	t, ok := s.instant(c.v)
	return s.beginning(c, t, 0), ok
}

// beginning is the trajectory of the first instant of a date, or of the date some
// days later: t now.
func (s lookahead) beginning(c trajectory, t time.Time, later int64) trajectory {
	switch {
	case c.v.kind == KindTime:
	case c.isDay && int64(c.daysLater)+later == 0:
		// The day has begun, and will be over in a day, unless clocks go back.
		c.far = s.laggingBound(between(t, s.now.Add(c.dayAhead)), span{}, span{secondsPerDay, -1}, s.offsets())
		c.far.more = spanRatio(between(t, s.now.Add(c.dayAhead)))
	case c.isDay:
		ahead := span{sec: (int64(c.daysLater) + later) * secondsPerDay}
		c.far = s.laggingBound(between(t, s.now.Add(c.dayAhead)).add(ahead), span{}, span{secondsPerDay, -1}, 2*s.offsets())
	default:
		c.far = c.far.widenedIfMoving(whole(dateDeviation))
	}
	return c.with(Time(t))
}

// endTrajectory is the end of a window, as s.end is.
func (s lookahead) endTrajectory(c trajectory) (i trajectory, ok bool) {
	t, ok := s.end(c.v)
	return s.beginning(c, t, 1), ok
}

// shiftedTrajectory is an instant moved by a span on the calendar.
func (s lookahead) shiftedTrajectory(c trajectory, d Span) trajectory {
	t, _ := s.instant(c.v)
	if _, calendar := d.months(); !calendar || !d.valid() || c.near.still() && c.far.still() {
		return c.with(Time(d.after(t)))
	}
	return s.shiftedBound(t, d, c)
}

// shiftedBound follows the wall clock: an instant moved by months moves as the
// instant itself does until the day ends, or the offset changes at either of them.
// Where the moved one falls into a gap, because clocks are put forward there, it
// stands still until the gap is over.
func (s lookahead) shiftedBound(t time.Time, d Span, c trajectory) trajectory {
	moved := d.after(t)
	out := trajectory{v: Time(moved), near: c.near, far: c.far.widenedIfMoving(whole(monthDeviation))}
	switch {
	case c.near.still():
		return out
	case !c.near.asTime():
		out.near = linearBound{unknown: true}
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

// sooner is the shorter of two spans.
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
