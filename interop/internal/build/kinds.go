package build

import (
	"strings"

	"github.com/segmentrules/segment/rule"
	"github.com/segmentrules/segment/schema"
)

// Many systems write every constant as a text, and know the kind of a field from elsewhere.
// Where a schema says the kind of a field, a text beside it becomes a value of that kind.

// Fitted is a condition whose texts are of the kinds that the schema says.
func Fitted(scope schema.TypeScope, c rule.Condition) rule.Condition {
	f := fitter{scope}
	return f.condition(c)
}

// KindOf is the kind of a field, a property or an element that the schema lists.
func KindOf(scope schema.TypeScope, x rule.Expr) rule.Kind { return fitter{scope}.kindOf(x) }

// A fitter fits constants to the fields of one scope: of a contact, an event or an element.
type fitter struct{ scope schema.TypeScope }

func (f fitter) condition(c rule.Condition) rule.Condition {
	switch t := c.(type) {
	case rule.Compare:
		t.Left, t.Right = f.beside(t.Left, t.Right), f.beside(t.Right, t.Left)
		c = t
	case rule.Between:
		t.Lo, t.Hi = f.beside(t.Lo, t.X), f.beside(t.Hi, t.X)
		c = t
	case rule.In:
		t.Values = f.values(t.Values, f.kindOf(t.X))
		c = t
	case rule.Contains:
		if of := f.scope.TypeOf(t.X); of.Kind == rule.KindList {
			t.Values = f.values(t.Values, of.Of)
		}
		c = t
	case rule.HasBeen:
		t.Value = asKind(t.Value, f.kindOf(t.Field))
		c = t
	case rule.Each:
		t.C = fitter{f.scope.ElementScope(f.scope.TypeOf(t.X))}.condition(t.C)
		return t
	}
	return f.within().Rewrite(c)
}

// within goes down into the parts of a condition.
func (f fitter) within() rule.Rewriter {
	var w rule.Rewriter
	w.Condition = f.condition
	w.Events = func(e rule.Events) rule.Events {
		if e.Where != nil {
			e.Where = fitter{f.scope.EventScope(e.Names)}.condition(e.Where)
		}
		return e
	}
	w.Expr = func(e rule.Expr) rule.Expr { return w.RewriteExpr(e) }
	return w
}

// beside is an expression that stands beside x: a text is of the kind of x.
func (f fitter) beside(e, x rule.Expr) rule.Expr {
	if v, ok := e.(rule.Value); ok && v.Kind() == rule.KindText {
		return asKind(v, f.kindOf(x))
	}
	return e
}

func (f fitter) values(vs []rule.Value, kind rule.Kind) []rule.Value {
	fit := make([]rule.Value, len(vs))
	for i, v := range vs {
		fit[i] = asKind(v, kind)
	}
	return fit
}

// kindOf is what KindOf tells, also of the value of a metric.
func (f fitter) kindOf(x rule.Expr) rule.Kind {
	if m, ok := x.(rule.Metric); ok {
		switch {
		case m.Agg == rule.AggCount || m.Agg == rule.AggSum || m.Agg == rule.AggAvg || m.Agg == rule.AggDistinct:
			return rule.KindNumber
		case m.Prop != "":
			return fitter{f.scope.EventScope(m.Events.Names)}.kindOf(m.Prop)
		}
		return rule.KindTime
	}
	t := f.scope.TypeOf(x)
	if t.Epoch != schema.EpochNone {
		return rule.KindTime
	}
	return t.Kind
}

// asKind is a text as the value of a kind that it reads as; all else as it is.
func asKind(v rule.Value, kind rule.Kind) rule.Value {
	if v.Kind() != rule.KindText {
		return v
	}
	var read rule.Value
	switch kind {
	case rule.KindNumber:
		read = rule.ReadNumber(v.Text())
	case rule.KindTime, rule.KindDate:
		read = rule.ReadTime(v.Text())
	case rule.KindBool:
		if yes := strings.EqualFold(v.Text(), "true"); yes || strings.EqualFold(v.Text(), "false") {
			read = rule.Bool(yes)
		}
	}
	if read.IsNull() {
		return v
	}
	return read
}
