package segment

// arithCourse is how the value of arithmetic goes on, as s.arith computes it.
func (s scope) arithCourse(a Arith) course {
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
func (s scope) movedBySpan(c course, d Span) (moved course, ok bool) {
	v, ok := s.shifted(c.v, d)
	if !ok {
		return course{}, false
	}
	if v.kind == KindDate {
		if _, calendar := d.months(); calendar {
			c.far = c.far.strayingIfMoving(whole(monthStray))
		}
		return c.with(v), true
	}
	i, _ := s.instantCourse(c)
	return s.shiftedCourse(i, d), true
}

// combined is how s.calculate(op, a, b) goes on.
func (s scope) combined(op ArithOp, a, b course) course {
	v := s.calculate(op, a.v, b.v)
	out := course{v: v}
	both := func(near, far func(a, b line) line) course {
		out.near, out.far = near(a.near, b.near), far(a.far, b.far)
		return out
	}
	dates := a.v.kind == KindDate && b.v.kind == KindDate
	switch {
	case v.IsNull() && (op != Div && op != Mod || b.v.amount().Sign() != 0):
		return both(stillBoth, stillBoth) // the kinds do not fit, or one is missing
	case op == Div || op == Mod || op == Mul:
		f := s.scaling(op, a.v, b.v)
		return both(f, f)
	case !dates && (a.v.kind != KindNumber):
		a, b = s.asTime(a), s.asTime(b)
	}
	if op == Sub {
		b = b.lines(line.negative)
	}
	return both(line.plus, line.plus)
}

// stillBoth is the line of a value that does not move before either line ends.
func stillBoth(a, b line) line { return flat(firstOf(a.until, b.until)) }

// asTime is a value beside an instant or a duration: dates and texts there are
// instants.
func (s scope) asTime(c course) course {
	if c.v.kind == KindDuration {
		return c
	}
	c, _ = s.instantCourse(c)
	return c
}

// scaling returns how the lines of a product or quotient come from those of
// its operands. Only one of them may move, and not the divisor.
func (s scope) scaling(op ArithOp, av, bv Value) func(a, b line) line {
	// A duration that is multiplied or divided is rounded down to the nanosecond.
	round := ratio{}
	if (av.kind == KindDuration) != (bv.kind == KindDuration) {
		round = nanoseconds(1)
	}
	return func(a, b line) line {
		until := firstOf(a.until, b.until)
		var out line
		switch {
		case a.still() && b.still():
			return flat(until)
		case op == Mul && a.still():
			out = b.timesValue(av)
		case op == Mul && b.still():
			out = a.timesValue(bv)
		case op == Div && b.still():
			k := bv.amount()
			if k.Sign() == 0 {
				return flat(until)
			}
			out = a.timesValue(ratValue(k.Inv(k)))
		default:
			return line{bent: true}
		}
		out.until = until
		return out.straying(round)
	}
}

// timesValue is the line multiplied by a constant number or duration.
func (l line) timesValue(v Value) line {
	k, ok := ratioOf(v.amount())
	l = l.times(k)
	l.bent = l.bent || !ok
	return l
}
