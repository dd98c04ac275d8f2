package segment

import (
	"math/big"
	"time"

	"github.com/segmentrules/segment/internal/calendar"
	"github.com/segmentrules/segment/internal/trajectory"
	"github.com/segmentrules/segment/rule"
)

// How the results of arithmetic move. A sum of two values moves by the sum of
// their slopes. A product with a constant moves by a multiple; of two values that
// move see next_curve.go. The kinds are those of scope.calculate: where it
// gives nothing, the trajectory says until when that stays so.

// arithTrajectory is how the value of arithmetic moves, as s.arith computes it.
func (s lookahead) arithTrajectory(a rule.Arith) trajectory.Trajectory {
	if d, ok := a.Right.(rule.Span); ok && (a.Op == rule.ArithAdd || a.Op == rule.ArithSub) {
		if a.Op == rule.ArithSub {
			d = d.Negative()
		}
		if c, ok := s.movedBySpan(s.trajectory(a.Left), d); ok {
			return c
		}
	}
	if d, ok := a.Left.(rule.Span); ok && a.Op == rule.ArithAdd {
		if c, ok := s.movedBySpan(s.trajectory(a.Right), d); ok {
			return c
		}
	}
	return s.combined(a.Op, s.trajectory(a.Left), s.trajectory(a.Right))
}

// movedBySpan is a date or an instant moved on the calendar, as s.shifted is;
// ok is false if it is neither.
func (s lookahead) movedBySpan(c trajectory.Trajectory, d rule.Span) (moved trajectory.Trajectory, ok bool) {
	v, ok := s.shifted(c.V, d)
	if !ok {
		return trajectory.Trajectory{}, false
	}
	if v.Kind() == KindDate {
		if _, calendar := d.Months(); calendar {
			c.Far = c.Far.WidenedIfMoving(trajectory.Whole(monthDeviation))
			return c.With(v), true
		}
		moved = c.With(v)
		if c.IsDay {
			moved.IsDay, moved.DayAhead, moved.DaysLater = true, c.DayAhead, c.DaysLater+int32(int64(v.Word())-int64(c.V.Word()))
		}
		return moved, true
	}
	i, _ := s.instantTrajectory(c)
	return s.shiftedTrajectory(i, d), true
}

// combined is how s.calculate(op, a, b) moves.
func (s lookahead) combined(op rule.ArithOp, a, b trajectory.Trajectory) trajectory.Trajectory {
	out := s.computed(op, a, b)
	if a.Held > 0 || b.Held > 0 {
		out.Held = max(out.Held, s.timeUntil(trajectory.FirstOf(a.StableUntil(s.now), b.StableUntil(s.now))))
	}
	return out
}

// computed is combined but for how long rounding holds the result.
func (s lookahead) computed(op rule.ArithOp, a, b trajectory.Trajectory) trajectory.Trajectory {
	v := s.calculate(op, a.V, b.V)
	if a.Still() && b.Still() {
		return trajectory.ConstantUntil(v, trajectory.FirstOf(a.StableUntil(s.now), b.StableUntil(s.now)))
	}
	switch {
	case !fits(op, a.V, b.V):
		return trajectory.ConstantUntil(Value{}, trajectory.FirstOf(a.KindStableUntil(s.now), b.KindStableUntil(s.now)))
	case op == rule.ArithAdd || op == rule.ArithSub:
		return s.sum(op, a, b, v)
	case op == rule.ArithMul:
		return s.ofNumber(s.product(a, b), a.V, b.V)
	}
	q, ok := s.quotient(a, b)
	switch {
	case !ok:
		return trajectory.ConstantUntil(Value{}, b.LeavesZero(s.now))
	case op == rule.ArithMod:
		return s.remainder(a, b, q, v)
	}
	return s.ofNumber(q, a.V, b.V)
}

// fits reports whether s.calculate computes with these kinds at all.
func fits(op rule.ArithOp, a, b Value) bool {
	dated := func(k Kind) bool { return k == KindTime || k == KindDate || k == KindText }
	number, length := a.Kind() == KindNumber, a.Kind() == KindDuration
	switch op {
	case rule.ArithAdd:
		return number && b.Kind() == KindNumber || length && (b.Kind() == KindDuration || dated(b.Kind())) || dated(a.Kind()) && b.Kind() == KindDuration
	case rule.ArithSub:
		return number && b.Kind() == KindNumber || length && b.Kind() == KindDuration || dated(a.Kind()) && (b.Kind() == KindDuration || dated(b.Kind()))
	case rule.ArithMul:
		return (number || length) && (b.Kind() == KindNumber || b.Kind() == KindDuration) && (number || b.Kind() == KindNumber)
	case rule.ArithDiv:
		return (number || length) && b.Kind() == KindNumber || length && b.Kind() == KindDuration
	}
	return number && b.Kind() == KindNumber
}

// sum is the trajectory of a sum or difference, whose value now is v.
func (s lookahead) sum(op rule.ArithOp, a, b trajectory.Trajectory, v Value) trajectory.Trajectory {
	if op == rule.ArithSub && a.SameDay(b) {
		return trajectory.ConstantUntil(v, trajectory.Never())
	}
	numbers := a.V.Kind() == KindNumber
	if !numbers && (a.V.Kind() != KindDate || b.V.Kind() != KindDate) {
		a, b = s.asTime(a), s.asTime(b)
	}
	total := new(big.Rat)
	if op == rule.ArithSub {
		b = b.MapBounds(trajectory.Bound.Negative)
		total.Sub(a.V.Amount(), b.V.Amount())
	} else {
		total.Add(a.V.Amount(), b.V.Amount())
	}
	plus := func(a, b trajectory.Bound) trajectory.Bound { return a.Plus(b, s.now) }
	out := trajectory.Trajectory{V: v, Near: plus(a.Near, b.Near), Far: plus(a.Far, b.Far)}
	if numbers || !v.IsNull() && out.Near.SlowerThanTime() && out.Far.SlowerThanTime() && farFromLimits(v) {
		return out
	}
	return s.ranged(out.With(rule.RatValue(total)), v)
}

// asTime is a value beside an instant or a duration: dates and texts there are
// instants.
func (s lookahead) asTime(c trajectory.Trajectory) trajectory.Trajectory {
	if c.V.Kind() == KindDuration {
		return c
	}
	c, _ = s.instantTrajectory(c)
	return c
}

// ofNumber is a product or quotient, given as a number: a number, or a duration
// if one of the operands is.
func (s lookahead) ofNumber(raw trajectory.Trajectory, a, b Value) trajectory.Trajectory {
	switch {
	case raw.V.IsNull():
		return trajectory.Unpredictable(Value{}) // too many digits to compute with
	case (a.Kind() == KindDuration) != (b.Kind() == KindDuration):
		return s.floored(raw, KindDuration)
	}
	return raw
}

// roundingSteps is what rounding a moving value costs, counted in steps.
const roundingSteps = 4

// floored is an instant or a duration, given by its exact seconds: they are
// rounded down to the nanosecond.
func (s lookahead) floored(raw trajectory.Trajectory, kind Kind) trajectory.Trajectory {
	if raw.V.IsNull() {
		return trajectory.Unpredictable(Value{})
	}
	v := rule.SecondsValue(raw.V.Rat(), kind)
	out := s.ranged(raw, v)
	if v.IsNull() || out.Still() {
		return out
	}
	s.budget.steps -= roundingSteps
	if raw.Near.Slow() || raw.Far.Slow() {
		from := v.AsLength().Rat()
		out.Held = s.timeUntil(s.inside(raw, from, new(big.Rat).Add(from, big.NewRat(1, 1e9))))
	}
	return out.MapBounds(func(l trajectory.Bound) trajectory.Bound { return l.WidenedIfMoving(trajectory.Nanoseconds(1)) }).HeldFor(out.Held)
}

// timeUntil is how far off an instant is, or as much of that as a Duration holds.
func (s lookahead) timeUntil(t time.Time) time.Duration { return calendar.Between(s.now, t).Duration() }

// inside is the instant until which a number stays in [from, to).
func (s lookahead) inside(c trajectory.Trajectory, from, to *big.Rat) time.Time {
	fixed := func(r *big.Rat) trajectory.Trajectory {
		return trajectory.ConstantUntil(rule.RatValue(r), trajectory.Never())
	}
	return trajectory.FirstOf(trajectory.Flips(c, rule.OpGe, fixed(from), s.now), trajectory.Flips(c, rule.OpLt, fixed(to), s.now))
}

// ranged is an instant or a duration v, given by its exact seconds: it is
// missing while these are out of range.
func (s lookahead) ranged(raw trajectory.Trajectory, v Value) trajectory.Trajectory {
	out := s.inside(raw, big.NewRat(-calendar.MaxSeconds, 1), big.NewRat(calendar.MaxSeconds+1, 1))
	if v.IsNull() {
		return trajectory.ConstantUntil(v, out)
	}
	raw.Near.Until, raw.Far.Until = trajectory.FirstOf(raw.Near.Until, out), trajectory.FirstOf(raw.Far.Until, out)
	return raw.With(v)
}

// farFromLimits reports whether a time or duration is so far from maxSeconds that what
// moves no faster than time stays in range until the year 9999.
func farFromLimits(v Value) bool {
	sec := v.AsLength().Sec
	return sec < calendar.MaxSeconds/4 && sec > -calendar.MaxSeconds/4
}
