package segment

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// EvaluateExpr returns the value of an expression for the contact at the
// instant, null where it is missing. It is the definition of what an expression
// means, as [Evaluate] is of a condition; use [CompileExpr] where speed matters.
func EvaluateExpr(e Expr, x Contact, at time.Time) Value {
	return newScope(x, at).value(e)
}

// A Formula is a compiled expression: what a [Program] is to a condition. It is
// immutable to its users and may be used by many goroutines at once.
type Formula struct {
	p *Program
	x *expr
	e Expr
}

// CompileExpr compiles an expression, and reports everything that is wrong with
// it, as [Compile] does for a condition.
func CompileExpr(e Expr) (*Formula, error) {
	if err := valid(IsNull{X: e}, Limits{}); err != nil {
		return nil, err
	}
	p := &Program{c: IsNull{X: e}}
	p.pool.New = func() any { return new(scratch) }
	c := compiler{space: newSpace()}
	f := &Formula{p: p, x: c.expr(e), e: e}
	c.space.seal()
	p.space = c.space
	return f, nil
}

// Value returns what [EvaluateExpr] returns, for every contact and instant. Its
// cost grows with the events that the expression looks at.
func (f *Formula) Value(x Contact, at time.Time) Value {
	if !momentOf(at).isSane() {
		return EvaluateExpr(f.e, x, at)
	}
	frame := f.p.frame(x, at)
	frame.openContact()
	v := frame.value(f.x).kept()
	frame.release()
	return v
}

// kept is the value in memory of its own: one that was read may lie in memory
// that the next run of a program uses again.
func (v Value) kept() Value {
	switch v.kind {
	case KindText:
		return Text(strings.Clone(v.Text()))
	case KindVersion:
		w := Text(strings.Clone(v.Text()))
		w.kind = KindVersion
		return w
	case KindList:
		vs := slices.Clone(v.List())
		for i := range vs {
			vs[i] = vs[i].kept()
		}
		return List(vs...)
	case KindObject:
		ms := slices.Clone(v.Members())
		for i, m := range ms {
			ms[i] = Member{strings.Clone(m.Name), m.Value.kept()}
		}
		return Object(ms...)
	}
	return v
}

// Compare orders two values of one kind: numbers by mathematical value, texts
// by code point, times, dates and durations by time, false before true. ok is
// false for lists, objects and values of different kinds, and for what is
// missing. It does not read text as time, as comparisons in a rule do.
func (v Value) Compare(o Value) (n int, ok bool) {
	if v.kind != o.kind {
		return 0, false
	}
	switch v.kind {
	case KindNumber:
		return compareNumbers(v, o), true
	case KindText:
		return strings.Compare(v.Text(), o.Text()), true
	case KindTime, KindDuration:
		return v.span().compare(o.span()), true
	case KindDate:
		return cmp.Compare(int64(v.n), int64(o.n)), true
	case KindBool:
		return cmp.Compare(v.n, o.n), true
	}
	return 0, false
}
