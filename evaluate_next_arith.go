package segment

import (
	"math/big"
	"time"
)

// arithCourse is how the value of arithmetic goes on, as s.arith computes it.
func (s lookahead) arithCourse(a Arith) course {
	if d, ok := a.Right.(Span); ok && (a.Op == Add || a.Op == Sub) {
		if a.Op == Sub {
			d = d.negative()
		}
		if c, ok := s.movedBySpan(s.course(a.Left), d); ok {
			return c
		}
	}
	if d, ok := a.Left.(Span); ok && a.Op == Add {
		if c, ok := s.movedBySpan(s.course(a.Right), d); ok {
			return c
		}
	}
	return s.combined(a.Op, s.course(a.Left), s.course(a.Right))
}

// movedBySpan is a date or an instant moved on the calendar, as s.shifted is;
// ok is false if it is neither.
func (s lookahead) movedBySpan(c course, d Span) (moved course, ok bool) {
	v, ok := s.shifted(c.v, d)
	if !ok {
		return course{}, false
	}
	if v.kind == KindDate {
		if _, calendar := d.months(); calendar {
			c.far = c.far.strayingIfMoving(whole(monthStray))
			return c.with(v), true
		}
		moved = c.with(v)
		if c.isDay {
			moved.isDay, moved.of, moved.days = true, c.of, c.days+int32(int64(v.n)-int64(c.v.n))
		}
		return moved, true
	}
	i, _ := s.instantCourse(c)
	return s.shiftedCourse(i, d), true
}

// combined is how s.calculate(op, a, b) goes on.
func (s lookahead) combined(op ArithOp, a, b course) course {
	out := s.computed(op, a, b)
	if a.tick > 0 || b.tick > 0 {
		out.tick = max(out.tick, s.ahead(firstOf(a.stays(s.now), b.stays(s.now))))
	}
	return out
}

func (s lookahead) computed(op ArithOp, a, b course) course {
	v := s.calculate(op, a.v, b.v)
	if a.still() && b.still() {
		return steadyCourse(v, firstOf(a.stays(s.now), b.stays(s.now)))
	}
	switch {
	case !fits(op, a.v, b.v):
		return steadyCourse(Value{}, firstOf(a.kindStays(s.now), b.kindStays(s.now)))
	case op == Add || op == Sub:
		return s.sum(op, a, b, v)
	case op == Mul:
		return s.ofNumber(s.product(a, b), a.v, b.v)
	}
	q, ok := s.quotient(a, b)
	switch {
	case !ok:
		return steadyCourse(Value{}, b.leavesZero(s.now))
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

// sum is the course of a sum or difference.
func (s lookahead) sum(op ArithOp, a, b course, v Value) course {
	if op == Sub && a.sameDay(b) {
		return steadyCourse(v, never())
	}
	numbers := a.v.kind == KindNumber
	if !numbers && (a.v.kind != KindDate || b.v.kind != KindDate) {
		a, b = s.asTime(a), s.asTime(b)
	}
	total := new(big.Rat)
	if op == Sub {
		b = b.lines(line.negative)
		total.Sub(a.v.amount(), b.v.amount())
	} else {
		total.Add(a.v.amount(), b.v.amount())
	}
	plus := func(a, b line) line { return a.plus(b, s.now) }
	out := course{v: v, near: plus(a.near, b.near), far: plus(a.far, b.far)}
	if numbers || !v.IsNull() && out.near.calm() && out.far.calm() && small64(v) {
		return out
	}
	return s.ranged(out.with(ratValue(total)), v)
}

// asTime is a value beside an instant or a duration: dates and texts there are
// instants.
func (s lookahead) asTime(c course) course {
	if c.v.kind == KindDuration {
		return c
	}
	c, _ = s.instantCourse(c)
	return c
}

// ofNumber is a product or quotient, given as a number: a number, or a duration
// if one of the operands is.
func (s lookahead) ofNumber(raw course, a, b Value) course {
	switch {
	case raw.v.IsNull():
		return restless(Value{}) // digits without end
	case (a.kind == KindDuration) != (b.kind == KindDuration):
		return s.floored(raw, KindDuration)
	}
	return raw
}

// costOfFloor is what rounding a moving value costs, counted in looks.
const costOfFloor = 4

// floored is an instant or a duration, given by its exact seconds: they are
// rounded down to the nanosecond.
func (s lookahead) floored(raw course, kind Kind) course {
	if raw.v.IsNull() {
		return restless(Value{})
	}
	v := spanValue(raw.v.rat(), kind)
	out := s.ranged(raw, v)
	if v.IsNull() || out.still() {
		return out
	}
	s.pace.looks -= costOfFloor
	if raw.near.slow() || raw.far.slow() {
		from := v.seconds().rat()
		out.tick = s.ahead(s.inside(raw, from, new(big.Rat).Add(from, big.NewRat(1, 1e9))))
	}
	return out.lines(func(l line) line { return l.strayingIfMoving(nanoseconds(1)) }).ticking(out.tick)
}

// ahead is how far off an instant is, or as much of that as a Duration holds.
func (s lookahead) ahead(t time.Time) time.Duration { return between(s.now, t).duration() }

// inside is the instant until which a number stays in [from, to).
func (s lookahead) inside(c course, from, to *big.Rat) time.Time {
	fixed := func(r *big.Rat) course { return steadyCourse(ratValue(r), never()) }
	return firstOf(flips(c, Ge, fixed(from), s.now), flips(c, Lt, fixed(to), s.now))
}

// ranged is an instant or a duration v, given by its exact seconds: it is
// missing while these are out of range.
func (s lookahead) ranged(raw course, v Value) course {
	out := s.inside(raw, big.NewRat(-maxSeconds, 1), big.NewRat(maxSeconds+1, 1))
	if v.IsNull() {
		return steadyCourse(v, out)
	}
	raw.near.until, raw.far.until = firstOf(raw.near.until, out), firstOf(raw.far.until, out)
	return raw.with(v)
}

func small64(v Value) bool {
	sec := v.seconds().sec
	return sec < maxSeconds/4 && sec > -maxSeconds/4
}
