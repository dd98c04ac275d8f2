package definition

import (
	"slices"

	"github.com/segmentrules/segment/internal/check"
	"github.com/segmentrules/segment/internal/jsontext"
	"github.com/segmentrules/segment/rule"
)

// leaf reads a condition about one expression: the subject, an operator and
// what the operator needs.
func (r *reader) leaf(o *object, l nesting) rule.Condition {
	if !r.enter(o.ref, l) {
		return nil
	}
	first := len(r.Sites)
	r.stand(o)
	x := r.subject(o, l)
	if has, ok := o.get("has"); ok {
		return r.each(o, x, has, l)
	}
	v, ok := o.get("operator")
	if !ok {
		if w, ok := o.get("window"); ok && !o.has("event", "events") { // {"joined": …, "window": …}
			return rule.When{X: x, Window: r.window(w, l)}
		}
		o.need("operator")
		o.lost = true
		return nil
	}
	s, ok := r.string(v)
	if !ok {
		return nil
	}
	op, ok := OperatorOf(s)
	if !ok {
		r.failWord(v, "operator", s, OperatorNames())
		o.lost = true
		return nil
	}
	if op.kind == opDid {
		return r.did(o, x, op.negated)
	}
	c := r.test(o, x, op, l)
	if op.negated {
		c = rule.Not{C: c}
		r.nodes++
		r.Sites = slices.Insert(r.Sites, first, site{at: o.ref.At, rule: -1})
	}
	return c
}

// subject reads what stands left of the operator.
func (r *reader) subject(o *object, l nesting) rule.Expr {
	if v, ok := o.get("left"); ok {
		return r.expr(v, l.operand())
	}
	return r.operand(o, l.operand())
}

// test reads what an operator needs, and makes the condition.
func (r *reader) test(o *object, x rule.Expr, op operator, l nesting) rule.Condition {
	switch op.kind {
	case opNull:
		return rule.IsNull{X: x}
	case opBlank:
		return rule.IsBlank{X: x}
	case opChanged:
		return r.changed(o, x, l)
	case opHasBeen:
		return r.hasBeen(o, x)
	}
	keys := []string{"value"}
	switch op.kind {
	case opBetween, opIn, opContainsAll, opLike, opCIDR: // those that may have several
		keys = append(keys, "values")
	}
	v, ok := o.need(keys...)
	if !ok {
		return nil
	}
	switch op.kind {
	case opCompare, opOrder, opTime:
		return r.compare(o, x, op, v, l)
	case opBetween:
		return r.between(o, x, v, l)
	case opIn:
		return rule.In{X: x, Values: r.values(v), Fold: r.fold(o)}
	case opContains:
		return r.containsOne(o, x, v)
	case opContainsAll:
		return rule.Contains{X: x, Mode: op.mode, Values: r.values(v), Fold: r.fold(o)}
	case opLike:
		return rule.Like{X: x, End: op.end, Values: r.strings(v, rule.CheckText), Fold: r.fold(o)}
	case opMatches:
		pattern, _ := r.string(v)
		r.report(v, check.Pattern(pattern, r.l))
		return rule.Matches{X: x, Pattern: pattern, Fold: r.fold(o)}
	case opCIDR:
		return rule.InCIDR{X: x, Nets: r.strings(v, check.Net)}
	case opDuring:
		return rule.When{X: x, Window: r.window(v, l)}
	}
	return r.within(o, x, op, v)
}

// did is a count of at least one, or of none.
func (r *reader) did(o *object, x rule.Expr, never bool) rule.Condition {
	if m, ok := x.(rule.Metric); x != nil && (!ok || m.Agg != rule.AggCount) {
		r.fail(o.first(o.ref, "operator"), rule.ErrSyntax, `this operator needs an "event"`)
	}
	r.nodes++
	if never {
		return rule.Compare{Left: x, Op: rule.OpEq, Right: rule.Int(0)}
	}
	return rule.Compare{Left: x, Op: rule.OpGe, Right: rule.Int(1)}
}

// fold reads whether text compares under case folding.
func (r *reader) fold(o *object) bool {
	v, ok := o.get("ignore_case")
	return ok && r.flag(v)
}

// compare reads the right side. Equal to a plain null asks whether the field is
// missing, as in rule text.
func (r *reader) compare(o *object, x rule.Expr, op operator, v jsontext.Ref, l nesting) rule.Condition {
	c := rule.Compare{Left: x, Op: op.op}
	switch {
	case op.kind == opTime:
		c.Right = r.time(v, l.operand())
	case op.op == rule.OpEq && r.StartsWith(v, 'n'):
		return rule.IsNull{X: x}
	case op.kind == opOrder:
		c.Right = r.ordered(v, l)
	default:
		c.Right = r.expr(v, l.operand())
	}
	c.Fold = r.fold(o)
	return c
}

// ordered reads what comes before or behind something. A plain null or an empty text is what a
// form sends that nobody has filled in, and is refused.
func (r *reader) ordered(v jsontext.Ref, l nesting) rule.Expr {
	found := "null"
	if r.StartsWith(v, '"') {
		if s, ok := r.string(v); ok && s == "" {
			found = "an empty text"
		} else {
			return r.expr(v, l.operand())
		}
	} else if !r.StartsWith(v, 'n') {
		return r.expr(v, l.operand())
	}
	r.fail(v, rule.ErrValue, "expected a value to compare with, such as a number, found %s", found)
	return nil
}

func (r *reader) between(o *object, x rule.Expr, v jsontext.Ref, l nesting) rule.Condition {
	if !r.StartsWith(v, '[') {
		r.wants(v, "a list of two values")
		return nil
	}
	var ends []rule.Expr
	r.Elements(v, func(e jsontext.Ref) bool {
		ends = append(ends, r.ordered(e, l))
		return len(ends) <= 2 && !r.full
	})
	if len(ends) != 2 {
		r.fail(v, rule.ErrSyntax, "expected two values, the least and the greatest")
		return nil
	}
	return rule.Between{X: x, Lo: ends[0], Hi: ends[1], Fold: r.fold(o)}
}

// containsOne reads one value to look for.
func (r *reader) containsOne(o *object, x rule.Expr, v jsontext.Ref) rule.Condition {
	if r.StartsWith(v, '[') {
		r.report(v, &rule.Error{Code: rule.ErrType, Msg: "expected one value, found a list", Suggestion: "contains_any"})
		return nil
	}
	value := r.expr(v, nesting{})
	r.nodes--
	constant, ok := value.(rule.Value)
	if !ok && value != nil {
		r.fail(v, rule.ErrType, "expected a value, found an expression")
	}
	return rule.Contains{X: x, Mode: rule.ContainsAny, Values: []rule.Value{constant}, Fold: r.fold(o)}
}

// within reads a length of time, whose unit is in the operator or beside the
// value.
func (r *reader) within(o *object, x rule.Expr, op operator, v jsontext.Ref) rule.Condition {
	w := rule.Window{Kind: op.window}
	if op.unit != 0 {
		w.A = r.spanOf(v, op.unit)
	} else {
		w.A = r.span(o, v)
	}
	return rule.When{X: x, Window: w}
}

func (r *reader) each(o *object, x rule.Expr, has jsontext.Ref, l nesting) rule.Condition {
	e := rule.Each{X: x}
	if v, ok := o.need("operator"); ok {
		if s, ok := r.string(v); ok {
			if e.Quantifier, ok = quantifierOf(word(s)); !ok {
				r.failWord(v, "operator", s, all(rule.QuantifierMin, quantifierName))
			}
		}
	}
	if e.Quantifier == rule.QuantifierMin {
		if v, ok := o.need("value"); ok {
			k, _ := r.int(v)
			e.K = int(k)
		}
	}
	outer := r.inElement
	r.inElement = true
	e.C = r.condition(has, l.deeper())
	r.inElement = outer
	return e
}

// fieldOf is the subject of an operator that only fields have.
func (r *reader) fieldOf(o *object, x rule.Expr) (f rule.Field, as rule.Kind) {
	f, as, ok := rule.FieldRead(x)
	if !ok && x != nil {
		r.fail(o.first(o.ref, "operator"), rule.ErrSyntax, `this operator needs a "field"`)
	}
	r.nodes-- // the field is part of the condition
	if as != rule.KindNull {
		r.nodes-- // and so is what reads it
	}
	return f, as
}

func (r *reader) changed(o *object, x rule.Expr, l nesting) rule.Condition {
	var c rule.Changed
	c.Field, c.As = r.fieldOf(o, x)
	if v, ok := o.get("window"); ok {
		c.Window = r.window(v, l)
	}
	return c
}

func (r *reader) hasBeen(o *object, x rule.Expr) rule.Condition {
	var c rule.HasBeen
	c.Field, c.As = r.fieldOf(o, x)
	if v, ok := o.need("value"); ok {
		if e, ok := r.expr(v, nesting{}).(rule.Value); ok {
			c.Value = e
		} else {
			r.fail(v, rule.ErrType, "expected a value, found an expression")
		}
		r.nodes--
	}
	if v, ok := o.need("for"); ok {
		c.For = r.span(o, v)
	}
	c.Fold = r.fold(o)
	return c
}

func (r *reader) regularity(o *object, l nesting) rule.Condition {
	if !r.enter(o.ref, l) {
		return nil
	}
	r.stand(o)
	c := rule.Regularity{Events: r.events(o, l.deeper())}
	if v, ok := o.need("at_least"); ok {
		k, _ := r.int(v)
		c.K = int(k)
	}
	v, _ := o.get("of_last")
	n := r.span(o, v)
	c.N, c.Unit = int(n.N), n.Unit
	if n.Unit != 0 {
		if k, ok := o.get("at_least"); ok && c.N > 0 && c.K > c.N {
			v = k // more than there are
		}
		r.report(v, check.Regularity(c))
	}
	return c
}

func (r *reader) sequence(o *object, v jsontext.Ref, l nesting) rule.Condition {
	if !r.StartsWith(v, '[') {
		r.wants(v, "a list of steps")
		return nil
	}
	var c rule.Sequence
	var places []jsontext.Ref
	r.Elements(v, func(e jsontext.Ref) bool {
		places = append(places, e)
		return len(places) <= r.l.Steps
	})
	r.report(v, check.Steps(len(places), r.l))
	for i, place := range places[:min(len(places), r.l.Steps)] {
		if o, ok := r.object(place, "a step"); ok {
			before := len(r.errs)
			s := r.step(o, l)
			if len(r.errs) == before {
				r.report(stepFault(o, place, s), check.Step(s, i, len(places)))
			}
			c.Steps = append(c.Steps, s)
		}
	}
	if w, ok := o.get("window"); ok {
		c.Window = r.window(w, l)
	}
	return c
}

// stepFault is the member of a step that does not fit where the step stands: its NOT, if
// it has one, or its time.
func stepFault(o *object, place jsontext.Ref, s rule.Step) jsontext.Ref {
	if s.Not {
		return o.first(place, "not")
	}
	return o.first(place, "within")
}

func (r *reader) step(o *object, l nesting) (s rule.Step) {
	s.Events = r.events(o, l.deeper())
	if v, ok := o.get("not"); ok {
		s.Not = r.flag(v)
	}
	if v, ok := o.get("within"); ok {
		s.Within = r.span(o, v)
	}
	o.done("event", "events", "where", "not", "within", "unit")
	return s
}
