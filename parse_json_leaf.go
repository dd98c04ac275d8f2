package segment

import "slices"

// leaf reads a condition about one expression: the subject, an operator and
// what the operator needs.
func (r *jsonReader) leaf(o *object, l nesting) Condition {
	if !r.enter(o.ref, l) {
		return nil
	}
	first := len(r.sites)
	r.stand(o)
	x := r.subject(o, l)
	if has, ok := o.get("has"); ok {
		return r.each(o, x, has, l)
	}
	v, ok := o.get("operator")
	if !ok {
		if w, ok := o.get("window"); ok && !o.has("event", "events") { // {"joined": …, "window": …}
			return When{x, r.window(w, l)}
		}
		o.need("operator")
		o.lost = true
		return nil
	}
	s, ok := r.string(v)
	if !ok {
		return nil
	}
	op, ok := operatorOf(s)
	if !ok {
		r.failWord(v, "operator", s, operatorNames())
		o.lost = true
		return nil
	}
	if op.kind == opDid {
		return r.did(o, x, op.negated)
	}
	c := r.test(o, x, op, l)
	if op.negated {
		c = Not{c}
		r.nodes++
		r.sites = slices.Insert(r.sites, first, site{at: o.ref.at, rule: -1})
	}
	return c
}

// subject reads what stands left of the operator.
func (r *jsonReader) subject(o *object, l nesting) Expr {
	if v, ok := o.get("left"); ok {
		return r.expr(v, l.operand())
	}
	return r.operand(o, l.operand())
}

// test reads what an operator needs, and makes the condition.
func (r *jsonReader) test(o *object, x Expr, op operator, l nesting) Condition {
	switch op.kind {
	case opNull:
		return IsNull{x}
	case opBlank:
		return IsBlank{x}
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
	case opCompare, opTime:
		return r.compare(o, x, op, v, l)
	case opBetween:
		return r.between(o, x, v, l)
	case opIn:
		return In{x, r.values(v), r.fold(o)}
	case opContains:
		return r.containsOne(o, x, v)
	case opContainsAll:
		return Contains{x, op.mode, r.values(v), r.fold(o)}
	case opLike:
		return Like{x, op.end, r.strings(v, checkText), r.fold(o)}
	case opMatches:
		pattern, _ := r.string(v)
		r.report(v, checkPattern(pattern, r.l))
		return Matches{x, pattern, r.fold(o)}
	case opCIDR:
		return InCIDR{x, r.strings(v, checkNet)}
	case opDuring:
		return When{x, r.window(v, l)}
	}
	return r.within(o, x, op, v)
}

// did is a count of at least one, or of none.
func (r *jsonReader) did(o *object, x Expr, never bool) Condition {
	if m, ok := x.(Metric); x != nil && (!ok || m.Agg != AggCount) {
		r.fail(o.ref, ErrSyntax, `this operator needs an "event"`)
	}
	r.nodes++
	if never {
		return Compare{Left: x, Op: Eq, Right: Int(0)}
	}
	return Compare{Left: x, Op: Ge, Right: Int(1)}
}

// fold reads whether text compares under case folding.
func (r *jsonReader) fold(o *object) bool {
	v, ok := o.get("ignore_case")
	return ok && r.flag(v)
}

// compare reads the right side. Equal to a plain null asks whether the field is
// missing, as in rule text.
func (r *jsonReader) compare(o *object, x Expr, op operator, v ref, l nesting) Condition {
	c := Compare{Left: x, Op: op.op}
	switch {
	case op.kind == opTime:
		c.Right = r.time(v, l.operand())
	case op.op == Eq && r.is(v, 'n'):
		return IsNull{x}
	default:
		c.Right = r.expr(v, l.operand())
	}
	c.Fold = r.fold(o)
	return c
}

func (r *jsonReader) between(o *object, x Expr, v ref, l nesting) Condition {
	if !r.is(v, '[') {
		r.wants(v, "a list of two values")
		return nil
	}
	var ends []Expr
	r.elements(v, func(e ref) bool {
		ends = append(ends, r.expr(e, l.operand()))
		return len(ends) <= 2 && !r.full
	})
	if len(ends) != 2 {
		r.fail(v, ErrSyntax, "expected two values, the least and the greatest")
		return nil
	}
	return Between{x, ends[0], ends[1], r.fold(o)}
}

// containsOne reads one value to look for.
func (r *jsonReader) containsOne(o *object, x Expr, v ref) Condition {
	if r.is(v, '[') {
		r.report(v, &Error{Code: ErrType, Msg: "expected one value, found a list", Suggestion: "contains_any"})
		return nil
	}
	value := r.expr(v, nesting{})
	r.nodes--
	constant, ok := value.(Value)
	if !ok && value != nil {
		r.fail(v, ErrType, "expected a value, found an expression")
	}
	return Contains{x, AnyOf, []Value{constant}, r.fold(o)}
}

// within reads a length of time, whose unit is in the operator or beside the
// value.
func (r *jsonReader) within(o *object, x Expr, op operator, v ref) Condition {
	w := Window{Kind: op.window}
	if op.unit != 0 {
		w.A = r.spanOf(v, op.unit)
	} else {
		w.A = r.span(o, v)
	}
	return When{x, w}
}

func (r *jsonReader) each(o *object, x Expr, has ref, l nesting) Condition {
	e := Each{X: x}
	if v, ok := o.need("operator"); ok {
		if s, ok := r.string(v); ok {
			if e.Quantifier, ok = quantifierOf(word(s)); !ok {
				r.failWord(v, "operator", s, all(AtLeastK, quantifierName))
			}
		}
	}
	if e.Quantifier == AtLeastK {
		if v, ok := o.need("value"); ok {
			k, _ := r.int(v)
			e.K = int(k)
		}
	}
	e.C = r.condition(has, l.deeper())
	return e
}

// fieldOf is the subject of an operator that only fields have.
func (r *jsonReader) fieldOf(o *object, x Expr) Field {
	f, ok := x.(Field)
	if !ok && x != nil {
		r.fail(o.ref, ErrSyntax, `this operator needs a "field"`)
	}
	r.nodes-- // the field is part of the condition
	return f
}

func (r *jsonReader) changed(o *object, x Expr, l nesting) Condition {
	c := Changed{Field: r.fieldOf(o, x)}
	if v, ok := o.get("window"); ok {
		c.Window = r.window(v, l)
	}
	return c
}

func (r *jsonReader) hasBeen(o *object, x Expr) Condition {
	c := HasBeen{Field: r.fieldOf(o, x)}
	if v, ok := o.need("value"); ok {
		if e, ok := r.expr(v, nesting{}).(Value); ok {
			c.Value = e
		} else {
			r.fail(v, ErrType, "expected a value, found an expression")
		}
		r.nodes--
	}
	if v, ok := o.need("for"); ok {
		c.For = r.span(o, v)
	}
	c.Fold = r.fold(o)
	return c
}

func (r *jsonReader) regularity(o *object, l nesting) Condition {
	if !r.enter(o.ref, l) {
		return nil
	}
	r.stand(o)
	c := Regularity{Events: r.events(o, l.deeper())}
	if v, ok := o.need("at_least"); ok {
		k, _ := r.int(v)
		c.K = int(k)
	}
	v, _ := o.get("of_last")
	n := r.span(o, v)
	c.N, c.Unit = int(n.N), n.Unit
	if n.Unit != 0 {
		r.report(v, checkRegularity(c))
	}
	return c
}

func (r *jsonReader) sequence(o *object, v ref, l nesting) Condition {
	if !r.is(v, '[') {
		r.wants(v, "a list of steps")
		return nil
	}
	var c Sequence
	var places []ref
	r.elements(v, func(e ref) bool {
		places = append(places, e)
		return len(places) <= r.l.Steps
	})
	r.report(v, checkSteps(len(places), r.l))
	for i, place := range places[:min(len(places), r.l.Steps)] {
		if o, ok := r.object(place, "a step"); ok {
			before := len(r.errs)
			s := r.step(o, l)
			if len(r.errs) == before {
				r.report(place, checkStep(s, i, len(places)))
			}
			c.Steps = append(c.Steps, s)
		}
	}
	if w, ok := o.get("window"); ok {
		c.Window = r.window(w, l)
	}
	return c
}

func (r *jsonReader) step(o *object, l nesting) (s Step) {
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
