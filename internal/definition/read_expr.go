package definition

import (
	"github.com/segmentrules/segment/internal/check"
	"github.com/segmentrules/segment/internal/jsontext"
	"github.com/segmentrules/segment/rule"
)

// A nesting is how deep the reading is, counted as [check.Condition] counts: groups in
// groups and expressions in expressions. Of negations and zones directly in each
// other every second counts.
type nesting struct {
	depth int
	bare  bool
}

func (l nesting) deeper() nesting { return nesting{depth: l.depth + 1} }

func (l nesting) operand() nesting { return nesting{depth: l.depth} }

func (l nesting) under() nesting {
	if l.bare {
		return nesting{depth: l.depth + 1}
	}
	return nesting{depth: l.depth, bare: true}
}

// maxReadFactor is how many objects and constants are read for each condition
// allowed, groups and arithmetic among them, before it is plain that there are
// too many. The tree is counted exactly once it is there.
const maxReadFactor = 32

// enter counts a condition or an expression; ok is false if it is one too many.
func (r *reader) enter(v jsontext.Ref, l nesting) (ok bool) {
	r.nodes++
	switch {
	case r.full:
		return false
	case l.depth > r.l.Depth:
		r.fail(v, rule.ErrLimit, "nesting deeper than %d levels", r.l.Depth)
		return false
	case r.nodes > maxReadFactor*r.l.Conditions:
		r.fail(v, rule.ErrLimit, "more than %d conditions, or %d expressions", r.l.Conditions, check.OperandFactor*r.l.Conditions)
		r.full = true
		return false
	}
	return true
}

// subjectKeys are the keys that make an object an expression.
func subjectKeys() []string {
	keys := []string{"field", "event", "events", "function", "element", "joined", "calculated"}
	return append(keys, all(rule.ArithMod, arithKey)...)
}

// expr reads an expression; nil after an error.
func (r *reader) expr(v jsontext.Ref, l nesting) rule.Expr {
	if !r.StartsWith(v, '{') {
		if !r.enter(v, l) {
			return nil
		}
		value := r.value(v)
		r.report(v, r.constant(value))
		return value
	}
	o, ok := r.object(v, "an expression")
	if !ok {
		return nil
	}
	e := r.objectExpr(o, l)
	o.done(exprKeys()...)
	return e
}

// exprKeys are the keys that an expression by itself may have.
func exprKeys() []string {
	return append(subjectKeys(), "span", "unit", "date", "time", "duration", "fraction", "object", "text", "null",
		"$date", "$time", "$duration", "$fraction",
		"aggregate", "of", "property", "where", "window", "args", "as")
}

// objectExpr reads an expression that is an object by itself.
func (r *reader) objectExpr(o *object, l nesting) rule.Expr {
	if o.has(subjectKeys()...) {
		return r.operand(o, l)
	}
	if !r.enter(o.ref, l) {
		return nil
	}
	if n, ok := o.get("span"); ok {
		return r.signedSpan(o, n)
	}
	if v, ok := o.get("text"); ok {
		s, _ := r.string(v)
		return rule.Text(s)
	}
	if v, ok := o.get("null"); ok {
		r.isTrue(v, "null")
		return rule.Value{}
	}
	for _, m := range o.members {
		if rule.IsMarker(m.Name) || rule.IsDollarMarker(m.Name) {
			o.get(m.Name)
			value := r.constants.Marked(m.Name, m.Value)
			r.report(m.Value, r.constant(value))
			return value
		}
	}
	o.lose(exprKeys(), `expected an expression: one of "field", "event", "function", "span", "date", "time" and so on`)
	return nil
}

// signedSpan reads a span as a constant, which may be negative.
func (r *reader) signedSpan(o *object, n jsontext.Ref) rule.Expr {
	unit, ok := o.need("unit")
	if !ok {
		return nil
	}
	u := r.unit(unit)
	if !r.StartsWith(n, '-') {
		return r.spanOf(n, u)
	}
	v, ok := rule.ParseNumber(r.Raw(n))
	i, ok2 := v.Int()
	s := rule.Span{N: i, Unit: u}
	if !ok || !ok2 || u != 0 && !s.Valid() {
		r.fail(n, rule.ErrValue, "expected a whole number, found %s", jsontext.Shortened([]byte(r.Raw(n))))
	}
	return s
}

// operand reads the expression whose members an object has; nil after an error.
func (r *reader) operand(o *object, l nesting) rule.Expr {
	if !r.enter(o.ref, l) {
		return nil
	}
	if v, ok := o.get("field"); ok {
		return r.field(v)
	}
	if o.has("event", "events") {
		return r.metric(o, l)
	}
	if v, ok := o.get("function"); ok {
		return r.call(o, v, l)
	}
	if v, ok := o.get("element"); ok {
		if r.isTrue(v, "element"); !r.inElement && !r.anywhere && r.StartsWith(v, 't') {
			r.fail(v, rule.ErrSyntax, `"element" is the element of a list, and stands within "has"`)
		}
		return rule.Elem{}
	}
	if v, ok := o.get("joined"); ok {
		name, _ := r.name(v, "list name")
		return rule.Joined(name)
	}
	if v, ok := o.get("calculated"); ok {
		c := rule.Calculated{}
		c.Name, _ = r.name(v, "calculated field name")
		if x, ok := o.need("as"); ok {
			c.X = r.expr(x, l.deeper())
		}
		return c
	}
	for op := rule.ArithAdd; op <= rule.ArithMod; op++ {
		if v, ok := o.get(arithKey(op)); ok {
			return r.arith(op, v, l)
		}
	}
	return nil
}

// field reads a path, and brings it into the form that [rule.Path] gives.
func (r *reader) field(v jsontext.Ref) rule.Expr {
	s, ok := r.name(v, "field name")
	if !ok {
		return rule.Field("")
	}
	return rule.Path(rule.Field(s).Names()...)
}

func (r *reader) call(o *object, v jsontext.Ref, l nesting) rule.Expr {
	s, ok := r.string(v)
	if !ok {
		return nil
	}
	fn, ok := fnOf(word(s))
	if !ok {
		r.failWord(v, "function", s, all(rule.FnLast, fnName))
	}
	c := rule.Call{Fn: fn}
	if args, given := o.get("args"); given {
		if !r.StartsWith(args, '[') {
			r.wants(args, "a list of arguments")
			return nil
		}
		r.Elements(args, func(e jsontext.Ref) bool {
			c.Args = append(c.Args, r.expr(e, l.deeper()))
			return !r.full
		})
	}
	if ok {
		r.report(o.first(v, "args"), check.Call(c))
	}
	return c
}

// arith reads a list of operands, which an operator joins from the left.
func (r *reader) arith(op rule.ArithOp, v jsontext.Ref, l nesting) rule.Expr {
	if !r.StartsWith(v, '[') {
		r.wants(v, "a list of operands")
		return nil
	}
	n := 0
	r.Elements(v, func(jsontext.Ref) bool { n++; return n <= r.l.Conditions })
	if n < 2 {
		r.fail(v, rule.ErrSyntax, "expected at least two operands, found %d", n)
		return nil
	}
	var e rule.Expr
	i := 0
	r.Elements(v, func(operand jsontext.Ref) bool {
		// The first of n operands lies n-1 operators deep.
		at := nesting{depth: l.depth + n - max(i, 1)}
		if x := r.expr(operand, at); i == 0 {
			e = x
		} else {
			e = rule.Arith{Op: op, Left: e, Right: x}
		}
		i++
		return !r.full
	})
	r.nodes += n - 2
	return e
}

// metric reads an aggregate over events: a count unless it says otherwise.
func (r *reader) metric(o *object, l nesting) rule.Expr {
	m := rule.Metric{Events: r.events(o, l.deeper())}
	if v, ok := o.get("aggregate"); ok {
		if s, ok := r.string(v); ok {
			if m.Agg, ok = aggOf(word(s)); !ok {
				r.failWord(v, "aggregate", s, all(rule.AggLast, rule.AggName))
				o.lost = true
				return m
			}
		}
	}
	if v, ok := o.get("of", "property"); ok {
		if f, ok := r.field(v).(rule.Field); ok {
			m.Prop = f
		}
		m.As = r.reading(o)
	} else if check.NeedsProperty(m.Agg) {
		r.fail(o.first(o.ref, "aggregate"), rule.ErrSyntax, `missing key "of": %s needs a property of the event`, rule.AggName(m.Agg))
	}
	if v, ok := o.get("window"); ok {
		m.Window = r.window(v, l.deeper())
	}
	return m
}

// reading reads what the values of a property are read as.
func (r *reader) reading(o *object) (as rule.Kind) {
	v, ok := o.get("as")
	if !ok {
		return rule.KindNull
	}
	if s, ok := r.string(v); ok {
		fn, _ := fnOf(word(s))
		if as = rule.ReadingKind(fn); as == rule.KindNull {
			r.failWord(v, "way to read a property", s, []string{fnName(rule.FnTime), fnName(rule.FnNumber)})
		}
	}
	return as
}

// events reads names, one or several, and what is asked of their properties.
func (r *reader) events(o *object, l nesting) (e rule.Events) {
	if v, ok := o.get("event"); ok {
		if s, ok := r.name(v, "event name"); ok {
			e.Names = []string{s}
		}
	} else if v, ok := o.need("events"); ok {
		if r.StartsWith(v, '[') {
			e.Names = r.strings(v, func(s string) *rule.Error { return check.Name(s, "event name") })
		} else {
			r.wants(v, "a list of names")
		}
	}
	if v, ok := o.get("where"); ok {
		outer := r.inElement
		r.inElement = false
		e.Where = r.condition(v, l)
		r.inElement = outer
	}
	return e
}
