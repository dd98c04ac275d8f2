package segment

import (
	"math"

	"github.com/segmentrules/segment/internal/calendar"
	"github.com/segmentrules/segment/rule"
)

// Expressions of a program. Fields and aggregates are looked up by number; what is
// computed calls the same functions as the definition, which are exact.

// An exprOp says how an expression gets its value.
type exprOp uint8

const (
	xConstant exprOp = iota
	xField
	xElem
	xJoined
	xLength // a span as a duration
	xMetric
	xCall
	xCoalesce
	xArith
)

// An expr is a compiled expression.
type expr struct {
	op     exprOp
	v      Value
	slot   int
	name   string
	span   rule.Span
	fn     rule.Fn
	leaps  bool // of ANNIVERSARY: forward, to 1 March
	arith  rule.ArithOp
	a, b   *expr
	args   []*expr // of COALESCE
	metric *metric
}

// expr compiles an expression. Null and foreign ones are missing.
func (c *compiler) expr(e rule.Expr) *expr {
	switch e := e.(type) {
	case Value:
		return &expr{v: e}
	case rule.Span:
		return &expr{op: xLength, span: e}
	case rule.Field:
		return &expr{op: xField, slot: c.space.slot(e)}
	case rule.Elem:
		return &expr{op: xElem}
	case rule.Joined:
		return &expr{op: xJoined, name: string(e)}
	case rule.Metric:
		return &expr{op: xMetric, metric: c.metric(e)}
	case rule.Arith:
		return &expr{op: xArith, arith: e.Op, a: c.expr(e.Left), b: c.expr(e.Right)}
	case rule.Calculated:
		return c.expr(e.X)
	case rule.Call:
		if e.Fn == rule.FnCoalesce {
			x := &expr{op: xCoalesce}
			for _, arg := range e.Args {
				x.args = append(x.args, c.expr(arg))
			}
			return x
		}
		x := &expr{op: xCall, fn: e.Fn, leaps: e.LeapsForward()}
		switch {
		case e.Fn == rule.FnNow || e.Fn == rule.FnToday:
			return x
		case len(e.Args) == 0 || e.Fn == rule.FnHash && len(e.Args) < 2:
			return &expr{}
		}
		x.a = c.expr(e.Args[0])
		if e.Fn == rule.FnHash {
			x.b = c.expr(e.Args[1])
		}
		return x
	}
	return &expr{}
}

// value works out an expression, as scope.value does.
func (f *frame) value(e *expr) Value {
	switch e.op {
	case xField:
		return f.field(e.slot)
	case xElem:
		return f.elem()
	case xJoined:
		if at, ok := f.s.x.List(e.name); ok && !at.After(f.s.now) {
			return Time(at)
		}
		return Value{}
	case xLength:
		return f.s.length(e.span)
	case xMetric:
		return f.aggregate(e.metric)
	case xCall:
		return f.call(e)
	case xCoalesce:
		for _, arg := range e.args {
			if v := f.value(arg); !v.IsNull() {
				return v
			}
		}
		return Value{}
	case xArith:
		return f.arith(e)
	}
	return e.v
}

// call is scope.call over values.
func (f *frame) call(e *expr) Value {
	switch e.fn {
	case rule.FnNow:
		return Time(f.s.now)
	case rule.FnToday:
		return Date(f.s.now.Date())
	}
	x := f.value(e.a)
	if x.Kind() == KindText && e.fn != rule.FnLength && e.fn != rule.FnVersion && e.fn != rule.FnHash && e.fn != rule.FnNumber {
		x = textTime(x.Text())
	}
	switch e.fn {
	case rule.FnHash:
		return hashOf(x, f.value(e.b))
	case rule.FnUnix:
		return unixValue(x)
	case rule.FnAnniversary:
		if d := f.s.date(x); !d.IsNull() {
			return f.s.anniversary(int64(d.Word()), e.leaps)
		}
		return Value{}
	}
	return f.s.apply(rule.Call{Fn: e.fn}, x)
}

// unixValue is unixTime of seconds; whole ones need no fraction.
func unixValue(x Value) Value {
	if sec, ok := x.Int(); ok {
		return rule.LengthValue(calendar.Length{Sec: sec}, KindTime)
	}
	return unixTime(x, 1)
}

// arith is scope.arith over values.
func (f *frame) arith(e *expr) Value {
	left := f.value(e.a)
	if d := e.b.span; e.b.op == xLength && e.arith <= rule.ArithSub {
		if e.arith == rule.ArithSub {
			d = d.Negative()
		}
		if v, ok := f.s.shifted(left, d); ok {
			return v
		}
	}
	right := f.value(e.b)
	if e.a.op == xLength && e.arith == rule.ArithAdd {
		if v, ok := f.s.shifted(right, e.a.span); ok {
			return v
		}
	}
	return f.s.calculate(e.arith, left, right)
}

// inUnixWindow reports whether a number of seconds since 1970 lies in a
// window. That of a float64 its whole seconds decide, unless a bound has the
// same ones.
func (f *frame) inUnixWindow(v Value, lo, hi moment) bool {
	if v.Kind() != KindNumber {
		return false
	}
	if v.Form() == rule.FormFloat {
		if x := math.Floor(math.Float64frombits(v.Word())); math.Abs(x) < calendar.MaxSeconds {
			if sec := int64(x); sec != lo.sec && sec != hi.sec {
				return lo.sec < sec && sec < hi.sec
			}
		}
	}
	t := unixValue(v)
	if t.Kind() != KindTime {
		return false
	}
	m := moment{int64(t.Word()), int64(t.Nanos())}
	return !m.less(lo) && m.less(hi)
}
