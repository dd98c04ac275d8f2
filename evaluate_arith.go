package segment

import (
	"math/big"
	"time"

	"github.com/segmentrules/segment/internal/calendar"
	"github.com/segmentrules/segment/rule"
)

// arith is the meaning of arithmetic. A span beside a date or instant counts on
// the calendar; beside anything else it is a duration.
func (s scope) arith(a rule.Arith) Value {
	left := s.value(a.Left)
	if d, ok := a.Right.(rule.Span); ok && (a.Op == rule.ArithAdd || a.Op == rule.ArithSub) {
		if a.Op == rule.ArithSub {
			d = d.Negative()
		}
		if v, ok := s.shifted(left, d); ok {
			return v
		}
	}
	right := s.value(a.Right)
	if d, ok := a.Left.(rule.Span); ok && a.Op == rule.ArithAdd {
		if v, ok := s.shifted(right, d); ok {
			return v
		}
	}
	return s.calculate(a.Op, left, right)
}

// shifted moves a date or an instant by a span; ok is false if v is neither.
func (s scope) shifted(v Value, d rule.Span) (moved Value, ok bool) {
	if v.Kind() == KindText {
		v = rule.ReadTime(v.Text())
	}
	if v.Kind() == KindDate {
		if days, ok := d.OfDate(int64(v.Word())); ok {
			return rule.DateValue(days), true
		}
	}
	t, ok := s.instant(v)
	return Time(d.After(t)), ok
}

// calculate computes with two values.
func (s scope) calculate(op rule.ArithOp, a, b Value) Value {
	switch {
	case a.Kind() == KindNumber && b.Kind() == KindNumber:
		return rule.Arithmetic(op, a, b)
	case a.Kind() == KindDuration && b.Kind() == KindDuration:
		return durations(op, a, b)
	case a.Kind() == KindDuration && b.Kind() == KindNumber && (op == rule.ArithMul || op == rule.ArithDiv):
		return scaled(op, a, b)
	case a.Kind() == KindNumber && b.Kind() == KindDuration && op == rule.ArithMul:
		return scaled(op, b, a)
	case a.Kind() == KindDate && b.Kind() == KindDate && op == rule.ArithSub:
		return rule.LengthValue(calendar.Length{Sec: (int64(a.Word()) - int64(b.Word())) * calendar.SecondsPerDay}, KindDuration)
	}
	if b.Kind() == KindDuration && (op == rule.ArithAdd || op == rule.ArithSub) {
		return s.moved(op, a, b.HeldLength())
	}
	if a.Kind() == KindDuration && op == rule.ArithAdd {
		return s.moved(op, b, a.HeldLength())
	}
	x, ok := s.instant(a)
	y, ok2 := s.instant(b)
	if op != rule.ArithSub || !ok || !ok2 {
		return Value{}
	}
	return rule.LengthValue(calendar.Between(y, x), KindDuration)
}

// moved is an instant moved by a duration.
func (s scope) moved(op rule.ArithOp, v Value, d calendar.Length) Value {
	t, ok := s.instant(v)
	if !ok {
		return Value{}
	}
	if op == rule.ArithSub {
		d = d.Negative()
	}
	return rule.LengthValue(calendar.Between(time.Unix(0, 0), t).Add(d), KindTime)
}

// durations computes with two durations.
func durations(op rule.ArithOp, a, b Value) Value {
	switch op {
	case rule.ArithAdd:
		return rule.LengthValue(a.HeldLength().Add(b.HeldLength()), KindDuration)
	case rule.ArithSub:
		return rule.LengthValue(a.HeldLength().Sub(b.HeldLength()), KindDuration)
	case rule.ArithDiv:
		if b.HeldLength() == (calendar.Length{}) {
			return Value{}
		}
		return rule.RatValue(new(big.Rat).Quo(a.HeldLength().Rat(), b.HeldLength().Rat()))
	}
	return Value{}
}

// scaled multiplies or divides a duration by a number.
func scaled(op rule.ArithOp, d, n Value) Value {
	by := n.Rat()
	if op == rule.ArithDiv {
		if by.Sign() == 0 {
			return Value{}
		}
		by = new(big.Rat).Inv(by)
	}
	return rule.SecondsValue(new(big.Rat).Mul(d.HeldLength().Rat(), by), KindDuration)
}

// unixTime is the instant x/perSecond seconds after 1970, to the nanosecond.
func unixTime(x Value, perSecond int64) Value {
	r := x.Rat()
	if r == nil {
		return Value{}
	}
	return rule.SecondsValue(new(big.Rat).Quo(r, big.NewRat(perSecond, 1)), KindTime)
}
