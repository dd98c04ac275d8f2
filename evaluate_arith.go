package segment

import (
	"math/big"
	"time"
)

// arith is the meaning of arithmetic. A span beside a date or instant counts on
// the calendar; beside anything else it is a duration.
func (s scope) arith(a Arith) Value {
	left := s.value(a.Left)
	if d, ok := a.Right.(Span); ok && (a.Op == Add || a.Op == Sub) {
		if a.Op == Sub {
			d = d.negative()
		}
		if v, ok := s.shifted(left, d); ok {
			return v
		}
	}
	right := s.value(a.Right)
	if d, ok := a.Left.(Span); ok && a.Op == Add {
		if v, ok := s.shifted(right, d); ok {
			return v
		}
	}
	return s.calculate(a.Op, left, right)
}

// shifted moves a date or an instant by a span; ok is false if v is neither.
func (s scope) shifted(v Value, d Span) (moved Value, ok bool) {
	if v.kind == KindText {
		v = readTime(v.Text())
	}
	if v.kind == KindDate {
		if days, ok := d.ofDate(int64(v.n)); ok {
			return dateValue(days), true
		}
	}
	t, ok := s.instant(v)
	return Time(d.after(t)), ok
}

// calculate computes with two values.
func (s scope) calculate(op ArithOp, a, b Value) Value {
	switch {
	case a.kind == KindNumber && b.kind == KindNumber:
		return arithmetic(op, a, b)
	case a.kind == KindDuration && b.kind == KindDuration:
		return durations(op, a, b)
	case a.kind == KindDuration && b.kind == KindNumber && (op == Mul || op == Div):
		return scaled(op, a, b)
	case a.kind == KindNumber && b.kind == KindDuration && op == Mul:
		return scaled(op, b, a)
	case a.kind == KindDate && b.kind == KindDate && op == Sub:
		return inRange(span{sec: (int64(a.n) - int64(b.n)) * secondsPerDay}, KindDuration)
	}
	if b.kind == KindDuration && (op == Add || op == Sub) {
		return s.moved(op, a, b.span())
	}
	if a.kind == KindDuration && op == Add {
		return s.moved(op, b, a.span())
	}
	x, ok := s.instant(a)
	y, ok2 := s.instant(b)
	if op != Sub || !ok || !ok2 {
		return Value{}
	}
	return inRange(between(y, x), KindDuration)
}

// moved is an instant moved by a duration.
func (s scope) moved(op ArithOp, v Value, d span) Value {
	t, ok := s.instant(v)
	if !ok {
		return Value{}
	}
	if op == Sub {
		d = d.negative()
	}
	return inRange(between(time.Unix(0, 0), t).add(d), KindTime)
}

// durations computes with two durations.
func durations(op ArithOp, a, b Value) Value {
	switch op {
	case Add:
		return inRange(a.span().add(b.span()), KindDuration)
	case Sub:
		return inRange(a.span().sub(b.span()), KindDuration)
	case Div:
		if b.span() == (span{}) {
			return Value{}
		}
		return ratValue(new(big.Rat).Quo(a.span().rat(), b.span().rat()))
	}
	return Value{}
}

// scaled multiplies or divides a duration by a number.
func scaled(op ArithOp, d, n Value) Value {
	by := n.rat()
	if op == Div {
		if by.Sign() == 0 {
			return Value{}
		}
		by = new(big.Rat).Inv(by)
	}
	return spanValue(new(big.Rat).Mul(d.span().rat(), by), KindDuration)
}

// unixTime is the instant x/perSecond seconds after 1970, to the nanosecond.
func unixTime(x Value, perSecond int64) Value {
	r := x.rat()
	if r == nil {
		return Value{}
	}
	return spanValue(new(big.Rat).Quo(r, big.NewRat(perSecond, 1)), KindTime)
}

// spanValue is a number of seconds as a time or duration, rounded down to the
// nanosecond; missing if it is out of range.
func spanValue(seconds *big.Rat, kind Kind) Value {
	r := new(big.Rat).Mul(seconds, big.NewRat(1e9, 1))
	nsec, rest := new(big.Int).DivMod(r.Num(), r.Denom(), new(big.Int))
	sec, nsec := rest.DivMod(nsec, big.NewInt(1e9), new(big.Int))
	if !sec.IsInt64() {
		return Value{}
	}
	return inRange(span{sec.Int64(), nsec.Int64()}, kind)
}

// inRange is a time or duration, or missing past 20,000 years.
func inRange(d span, kind Kind) Value {
	d = d.normal()
	if d.sec > maxSeconds || d.sec < -maxSeconds {
		return Value{}
	}
	v := durationValue(d)
	v.kind = kind
	return v
}
