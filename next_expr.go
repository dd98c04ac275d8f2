package segment

import (
	"math"
	"time"

	"github.com/segmentrules/segment/internal/calendar"
	"github.com/segmentrules/segment/internal/trajectory"
	"github.com/segmentrules/segment/rule"
)

// How dates, instants and spans move. An instant such as NOW - 30 days moves exactly
// as time does. A date stands still for a day and then jumps; a month has 28 to 31
// days. So of dates and calendar spans the near bound ends with the day or at a
// change of the zone's offset, and the far bound allows for the deviations below.

// The most that dates and calendar spans deviate from a straight line.
const (
	// dateDeviation: a date is behind an instant by up to a day, zones and skipped
	// days add another, and a date used as an instant a third.
	dateDeviation = 3*calendar.SecondsPerDay + 2*3600
	// monthDeviation: n months are longer or shorter than other n months by at most
	// three days, two leap days, and two changes of offset.
	monthDeviation = 12 * calendar.SecondsPerDay
	// offsetDeviation is more than any two offsets of one zone differ.
	offsetDeviation = 26 * 3600
)

// trajectory is how the value of an expression moves.
func (s lookahead) trajectory(e rule.Expr) trajectory.Trajectory {
	switch e := e.(type) {
	case rule.Span:
		return s.spanTrajectory(e)
	case rule.Joined:
		if at, ok := s.x.List(string(e)); ok && at.After(s.now) {
			return trajectory.ConstantUntil(Value{}, at)
		}
	case rule.Field:
		if c := s.sweep.cursor(string(e)); c != nil && !s.bound {
			return trajectory.ConstantUntil(c.tally.Value(), c.next)
		}
	case rule.Metric:
		s.scope = s.thisYear()
		return trajectory.ConstantUntil(s.metric(e), s.eventsStableUntil(e.Events, s.movingEdges(e.Window)))
	case rule.Call:
		return s.callTrajectory(e)
	case rule.Arith:
		return s.arithTrajectory(e)
	case rule.Calculated:
		return s.trajectory(e.X)
	}
	return trajectory.ConstantUntil(s.value(e), trajectory.Never())
}

// spanTrajectory is the length of a span that ends now.
func (s lookahead) spanTrajectory(d rule.Span) trajectory.Trajectory {
	c := trajectory.ConstantUntil(s.length(d), trajectory.Never())
	if _, calendar := d.Months(); !calendar || c.V.IsNull() {
		return c
	}
	c.Far = s.monthsBound(d, c.V.HeldLength())
	c.Near = s.nowTrajectory().Near.Plus(s.shiftedBound(s.now, d.Negative(), s.nowTrajectory()).Near.Negative(), s.now)
	return c
}

// monthsBound is how far the length of a calendar span may go from what it is now:
// no month is shorter than 28 days, or longer than 31.
func (s lookahead) monthsBound(d rule.Span, length calendar.Length) trajectory.Bound {
	n, _ := d.Months()
	shortest, longest := 28*n*calendar.SecondsPerDay-offsetDeviation, 31*n*calendar.SecondsPerDay+offsetDeviation
	if n < 0 {
		shortest, longest = 31*n*calendar.SecondsPerDay-offsetDeviation, 28*n*calendar.SecondsPerDay+offsetDeviation
	}
	return trajectory.Bound{Less: trajectory.Whole(max(0, min(monthDeviation, length.Sec-shortest))),
		More: trajectory.Whole(max(0, min(monthDeviation, longest-length.Sec))), Until: trajectory.Never()}
}

// nowTrajectory is that of NOW, which moves by one second a second.
func (s lookahead) nowTrajectory() trajectory.Trajectory {
	l := trajectory.Bound{Slope: trajectory.Whole(1), Until: trajectory.Never()}
	return trajectory.Trajectory{V: Time(s.now), Near: l, Far: l}
}

// todayTrajectory is that of TODAY.
func (s lookahead) todayTrajectory() trajectory.Trajectory {
	return s.dateTrajectory(s.nowTrajectory())
}

// dateTrajectory is the calendar day of a value, as s.date is.
func (s lookahead) dateTrajectory(c trajectory.Trajectory) trajectory.Trajectory {
	switch c.V.Kind() {
	case KindTime:
	case KindDate:
		return c // as it is: it may know of which instant it is the day
	default:
		return c.With(s.date(c.V))
	}
	far := c.Far.WidenedIfMoving(trajectory.Whole(dateDeviation))
	if c.Near.Still() {
		return trajectory.Trajectory{V: s.date(c.V), Near: c.Near, Far: far}
	}
	t := c.V.Time().In(s.now.Location())
	from, to := dayAround(t)
	if c.Near.AsTime() {
		d := trajectory.Trajectory{V: s.date(c.V), Near: trajectory.ConstantBound(trajectory.FirstOf(c.Near.Until, calendar.Shift(s.now, calendar.Between(t, to)))), Far: far}
		if ahead := s.timeUntil(t); trajectory.IsNever(c.Near.Until) && ahead.Abs() < math.MaxInt64 {
			// It stays behind the wall clock, by less than a day.
			d.IsDay, d.DayAhead = true, ahead
			clock, slack := t.Unix()+calendar.Offset(t)-d.V.AsLength().Sec, s.offsets()
			d.Far = trajectory.Bound{Slope: trajectory.Whole(1), Less: trajectory.Whole(calendar.SecondsPerDay - clock + slack), More: trajectory.Whole(clock + 1 + slack), Until: trajectory.Never()}
		}
		return d
	}
	return trajectory.Trajectory{V: s.date(c.V), Near: trajectory.ConstantBound(s.within(c, from, to)), Far: far}
}

// laggingBound is the far bound of a value that is behind one that moves as time
// does: by lag now, and always by between least and most, give or take slack
// seconds on either side.
func (s lookahead) laggingBound(lag, least, most calendar.Length, slack int64) trajectory.Bound {
	more, less := lag.Sub(least).Add(calendar.Length{Sec: slack}), most.Sub(lag).Add(calendar.Length{Sec: slack})
	return trajectory.Bound{Slope: trajectory.Whole(1), Less: trajectory.SpanRatio(less), More: trajectory.SpanRatio(more), Until: trajectory.Never()}
}

// offsets is by how much two offsets of the calendar's zone may differ.
func (s lookahead) offsets() int64 {
	if from, to := zoneBounds(s.now); from.IsZero() && to.IsZero() {
		return 0
	}
	return offsetDeviation
}

// within is the instant until which the instant c stays in [from, to).
func (s lookahead) within(c trajectory.Trajectory, from, to time.Time) time.Time {
	fixed := func(t time.Time) trajectory.Trajectory { return trajectory.ConstantUntil(Time(t), trajectory.Never()) }
	return trajectory.FirstOf(trajectory.Flips(c, rule.OpGe, fixed(from), s.now), trajectory.Flips(c, rule.OpLt, fixed(to), s.now))
}

// instantTrajectory is a value where an instant is needed, as s.instant is; ok is
// false where it is none.
func (s lookahead) instantTrajectory(c trajectory.Trajectory) (i trajectory.Trajectory, ok bool) {
	t, ok := s.instant(c.V)
	return s.beginning(c, t, 0), ok
}

// beginning is the trajectory of the first instant of a date, or of the date some
// days later: t now.
func (s lookahead) beginning(c trajectory.Trajectory, t time.Time, later int64) trajectory.Trajectory {
	switch {
	case c.V.Kind() == KindTime:
	case c.IsDay && int64(c.DaysLater)+later == 0:
		// The day has begun, and will be over in a day, unless clocks go back.
		c.Far = s.laggingBound(calendar.Between(t, s.now.Add(c.DayAhead)), calendar.Length{}, calendar.Length{Sec: calendar.SecondsPerDay, Nsec: -1}, s.offsets())
		c.Far.More = trajectory.SpanRatio(calendar.Between(t, s.now.Add(c.DayAhead)))
	case c.IsDay:
		ahead := calendar.Length{Sec: (int64(c.DaysLater) + later) * calendar.SecondsPerDay}
		c.Far = s.laggingBound(calendar.Between(t, s.now.Add(c.DayAhead)).Add(ahead), calendar.Length{}, calendar.Length{Sec: calendar.SecondsPerDay, Nsec: -1}, 2*s.offsets())
	default:
		c.Far = c.Far.WidenedIfMoving(trajectory.Whole(dateDeviation))
	}
	return c.With(Time(t))
}

// endTrajectory is the end of a window, as s.end is.
func (s lookahead) endTrajectory(c trajectory.Trajectory) (i trajectory.Trajectory, ok bool) {
	t, ok := s.end(c.V)
	return s.beginning(c, t, 1), ok
}

// shiftedTrajectory is an instant moved by a span on the calendar.
func (s lookahead) shiftedTrajectory(c trajectory.Trajectory, d rule.Span) trajectory.Trajectory {
	t, _ := s.instant(c.V)
	if _, calendar := d.Months(); !calendar || !d.Valid() || c.Near.Still() && c.Far.Still() {
		return c.With(Time(d.After(t)))
	}
	return s.shiftedBound(t, d, c)
}

// shiftedBound follows the wall clock: an instant moved by months moves as the
// instant itself does until the day ends, or the offset changes at either of them.
// Where the moved one falls into a gap, because clocks are put forward there, it
// stands still until the gap is over.
func (s lookahead) shiftedBound(t time.Time, d rule.Span, c trajectory.Trajectory) trajectory.Trajectory {
	moved := d.After(t)
	out := trajectory.Trajectory{V: Time(moved), Near: c.Near, Far: c.Far.WidenedIfMoving(trajectory.Whole(monthDeviation))}
	switch {
	case c.Near.Still():
		return out
	case !c.Near.AsTime():
		out.Near = trajectory.Bound{Unknown: true}
		return out
	}
	_, dayEnds := dayAround(t)
	left := calendar.Between(t, dayEnds)
	wall := t.Unix() + calendar.Offset(t) - calendar.DayOf(t)*calendar.SecondsPerDay
	months, _ := d.Months()
	wall += calendar.AddMonths(calendar.DayOf(t), months) * calendar.SecondsPerDay
	if waits := moved.Unix() + calendar.Offset(moved) - wall; waits > 0 {
		out.Near.Slope = trajectory.Ratio{}
		left = sooner(left, calendar.Length{Sec: waits, Nsec: -int64(t.Nanosecond())}.Normal())
	} else if _, end := zoneBounds(moved); !end.IsZero() {
		left = sooner(left, calendar.Between(moved, end))
	}
	out.Near.Until = trajectory.FirstOf(c.Near.Until, calendar.Shift(s.now, left))
	return out
}

// spanEnd is how the end of a window that lies a span from now moves: as time does,
// but by months it may stand still, and its day may lie elsewhere.
func (s lookahead) spanEnd(d rule.Span) trajectory.Trajectory {
	c := s.nowTrajectory()
	end := d.EndAfter(s.now)
	months, ok := d.Months()
	if !ok || !d.Valid() || months == 0 {
		return c.With(Time(end))
	}
	c.V, c.Far = Time(end), c.Far.WidenedIfMoving(trajectory.Whole(monthDeviation))
	if moves := d.Reaches(end.Add(1)); moves.After(s.now.Add(1)) {
		c.Near = trajectory.ConstantBound(moves)
		return c
	}
	_, until := dayAround(s.now)
	if _, change := zoneBounds(end); !change.IsZero() {
		until = trajectory.FirstOf(until, s.now.Add(change.Sub(end)))
	}
	c.Near.Until = until
	return c
}

// sooner is the shorter of two spans.
func sooner(a, b calendar.Length) calendar.Length {
	if a.Compare(b) < 0 {
		return a
	}
	return b
}

// dayAround returns the stretch around an instant in which the calendar day
// and the offset of the zone stay as they are: [from, to).
func dayAround(t time.Time) (from, to time.Time) {
	start := calendar.DayOf(t)*calendar.SecondsPerDay - calendar.Offset(t)
	from, to = time.Unix(start, 0).In(t.Location()), time.Unix(start+calendar.SecondsPerDay, 0).In(t.Location())
	a, b := zoneBounds(t)
	if !a.IsZero() {
		from = trajectory.LaterOf(from, a)
	}
	if !b.IsZero() {
		to = trajectory.FirstOf(to, b)
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
