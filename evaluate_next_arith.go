package segment

import (
	"math/big"
	"time"
)

// How the results of arithmetic move. A sum of two values moves by the sum of
// their slopes. A product with a constant moves by a multiple; of two values that
// move see evaluate_next_curve.go. The kinds are those of scope.calculate: where it
// gives nothing, the trajectory says until when that stays so.

// arithTrajectory is how the value of arithmetic moves, as s.arith computes it.
func (s lookahead) arithTrajectory(a Arith) trajectory {
	if d, ok := a.Right.(Span); ok && (a.Op == Add || a.Op == Sub) {
		if a.Op == Sub {
			d = d.negative()
		}
		if c, ok := s.movedBySpan(s.trajectory(a.Left), d); ok {
			return c
		}
	}
	if d, ok := a.Left.(Span); ok && a.Op == Add {
		if c, ok := s.movedBySpan(s.trajectory(a.Right), d); ok {
			return c
		}
	}
	return s.combined(a.Op, s.trajectory(a.Left), s.trajectory(a.Right))
}

// movedBySpan is a date or an instant moved on the calendar, as s.shifted is;
// ok is false if it is neither.
func (s lookahead) movedBySpan(c trajectory, d Span) (moved trajectory, ok bool) {
	v, ok := s.shifted(c.v, d)
	if !ok {
		return trajectory{}, false
	}
	if v.kind == KindDate {
		if _, calendar := d.months(); calendar {
			c.far = c.far.widenedIfMoving(whole(monthDeviation))
			return c.with(v), true
		}
		moved = c.with(v)
		if c.isDay {
			moved.isDay, moved.dayAhead, moved.daysLater = true, c.dayAhead, c.daysLater+int32(int64(v.n)-int64(c.v.n))
		}
		return moved, true
	}
	i, _ := s.instantTrajectory(c)
	return s.shiftedTrajectory(i, d), true
}

// combined is how s.calculate(op, a, b) moves.
func (s lookahead) combined(op ArithOp, a, b trajectory) trajectory {
	out := s.computed(op, a, b)
	if a.held > 0 || b.held > 0 {
		out.held = max(out.held, s.timeUntil(firstOf(a.stableUntil(s.now), b.stableUntil(s.now))))
	}
	return out
}

// computed is combined but for how long rounding holds the result.
func (s lookahead) computed(op ArithOp, a, b trajectory) trajectory {
	v := s.calculate(op, a.v, b.v)
	if a.still() && b.still() {
		return constantUntil(v, firstOf(a.stableUntil(s.now), b.stableUntil(s.now)))
	}
	switch {
	case !fits(op, a.v, b.v):
		return constantUntil(Value{}, firstOf(a.kindStableUntil(s.now), b.kindStableUntil(s.now)))
	case op == Add || op == Sub:
		return s.sum(op, a, b, v)
	case op == Mul:
		return s.ofNumber(s.product(a, b), a.v, b.v)
	}
	q, ok := s.quotient(a, b)
	switch {
	case !ok:
		return constantUntil(Value{}, b.leavesZero(s.now))
	case op == Mod:
		return s.remainder(a, b, q, v)
	}
	return s.ofNumber(q, a.v, b.v)
}

// fits reports whether s.calculate computes with these kinds at all.
func fits(op ArithOp, a, b Value) bool {
	dated := func(k Kind) bool { return k == KindTime || k == KindDate || k == KindText }
	number, length := a.kind == KindNumber, a.kind == KindDuration
	switch op {
	case Add:
		return number && b.kind == KindNumber || length && (b.kind == KindDuration || dated(b.kind)) || dated(a.kind) && b.kind == KindDuration
	case Sub:
		return number && b.kind == KindNumber || length && b.kind == KindDuration || dated(a.kind) && (b.kind == KindDuration || dated(b.kind))
	case Mul:
		return (number || length) && (b.kind == KindNumber || b.kind == KindDuration) && (number || b.kind == KindNumber)
	case Div:
		return (number || length) && b.kind == KindNumber || length && b.kind == KindDuration
	}
	return number && b.kind == KindNumber
}

// sum is the trajectory of a sum or difference, whose value now is v.
func (s lookahead) sum(op ArithOp, a, b trajectory, v Value) trajectory {
	if op == Sub && a.sameDay(b) {
		return constantUntil(v, never())
	}
	numbers := a.v.kind == KindNumber
	if !numbers && (a.v.kind != KindDate || b.v.kind != KindDate) {
		a, b = s.asTime(a), s.asTime(b)
	}
	total := new(big.Rat)
	if op == Sub {
		b = b.mapBounds(linearBound.negative)
		total.Sub(a.v.amount(), b.v.amount())
	} else {
		total.Add(a.v.amount(), b.v.amount())
	}
	plus := func(a, b linearBound) linearBound { return a.plus(b, s.now) }
	out := trajectory{v: v, near: plus(a.near, b.near), far: plus(a.far, b.far)}
	if numbers || !v.IsNull() && out.near.slowerThanTime() && out.far.slowerThanTime() && farFromLimits(v) {
		return out
	}
	return s.ranged(out.with(ratValue(total)), v)
}

// asTime is a value beside an instant or a duration: dates and texts there are
// instants.
func (s lookahead) asTime(c trajectory) trajectory {
	if c.v.kind == KindDuration {
		return c
	}
	c, _ = s.instantTrajectory(c)
	return c
}

// ofNumber is a product or quotient, given as a number: a number, or a duration
// if one of the operands is.
func (s lookahead) ofNumber(raw trajectory, a, b Value) trajectory {
	switch {
	case raw.v.IsNull():
		return unpredictable(Value{}) // too many digits to compute with
	case (a.kind == KindDuration) != (b.kind == KindDuration):
		return s.floored(raw, KindDuration)
	}
	return raw
}

// roundingSteps is what rounding a moving value costs, counted in steps.
const roundingSteps = 4

// floored is an instant or a duration, given by its exact seconds: they are
// rounded down to the nanosecond.
func (s lookahead) floored(raw trajectory, kind Kind) trajectory {
	if raw.v.IsNull() {
		return unpredictable(Value{})
	}
	v := spanValue(raw.v.rat(), kind)
	out := s.ranged(raw, v)
	if v.IsNull() || out.still() {
		return out
	}
	s.budget.steps -= roundingSteps
	if raw.near.slow() || raw.far.slow() {
		from := v.seconds().rat()
		out.held = s.timeUntil(s.inside(raw, from, new(big.Rat).Add(from, big.NewRat(1, 1e9))))
	}
	return out.mapBounds(func(l linearBound) linearBound { return l.widenedIfMoving(nanoseconds(1)) }).heldFor(out.held)
}

// timeUntil is how far off an instant is, or as much of that as a Duration holds.
func (s lookahead) timeUntil(t time.Time) time.Duration { return between(s.now, t).duration() }

// inside is the instant until which a number stays in [from, to).
func (s lookahead) inside(c trajectory, from, to *big.Rat) time.Time {
	fixed := func(r *big.Rat) trajectory { return constantUntil(ratValue(r), never()) }
	return firstOf(flips(c, Ge, fixed(from), s.now), flips(c, Lt, fixed(to), s.now))
}

// ranged is an instant or a duration v, given by its exact seconds: it is
// missing while these are out of range.
func (s lookahead) ranged(raw trajectory, v Value) trajectory {
	out := s.inside(raw, big.NewRat(-maxSeconds, 1), big.NewRat(maxSeconds+1, 1))
	if v.IsNull() {
		return constantUntil(v, out)
	}
	raw.near.until, raw.far.until = firstOf(raw.near.until, out), firstOf(raw.far.until, out)
	return raw.with(v)
}

// farFromLimits reports whether a time or duration is so far from maxSeconds that what
// moves no faster than time stays in range until the year 9999.
func farFromLimits(v Value) bool {
	sec := v.seconds().sec
	return sec < maxSeconds/4 && sec > -maxSeconds/4
}
