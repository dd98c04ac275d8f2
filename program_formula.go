package segment

import (
	"time"

	"github.com/segmentrules/segment/internal/check"
	"github.com/segmentrules/segment/rule"
)

// EvaluateExpr returns the value of an expression for the contact at the
// instant, null where it is missing. It is the definition of what an expression
// means, as [Evaluate] is of a condition; use [CompileExpr] where speed matters.
func EvaluateExpr(e rule.Expr, x Contact, at time.Time) Value {
	return newScope(x, at).value(e)
}

// A Formula is a compiled expression: what a [Program] is to a condition. It is
// immutable to its users and may be used by many goroutines at once.
type Formula struct {
	p *Program
	x *expr
	e rule.Expr
}

// CompileExpr compiles an expression, and reports everything that is wrong with
// it, as [Compile] does for a condition.
func CompileExpr(e rule.Expr) (*Formula, error) {
	if err := check.Condition(rule.IsNull{X: e}, Limits{}); err != nil {
		return nil, err
	}
	p := &Program{c: rule.IsNull{X: e}}
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
	v := frame.value(f.x).Clone()
	frame.release()
	return v
}
