package segment

// A nesting is how deep the reading is, counted as [valid] counts: groups in
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
func (r *jsonReader) enter(v ref, l nesting) (ok bool) {
	r.nodes++
	switch {
	case r.full:
		return false
	case l.depth > r.l.Depth:
		r.fail(v, ErrLimit, "nesting deeper than %d levels", r.l.Depth)
		return false
	case r.nodes > maxReadFactor*r.l.Conditions:
		r.fail(v, ErrLimit, "more than %d conditions, or %d expressions", r.l.Conditions, operandFactor*r.l.Conditions)
		r.full = true
		return false
	}
	return true
}

// subjectKeys are the keys that make an object an expression.
func subjectKeys() []string {
	keys := []string{"field", "event", "events", "function", "element", "joined", "calculated"}
	return append(keys, all(Mod, arithKey)...)
}

// expr reads an expression; nil after an error.
func (r *jsonReader) expr(v ref, l nesting) Expr {
	if !r.is(v, '{') {
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
		"aggregate", "of", "property", "where", "window", "args", "as")
}

// objectExpr reads an expression that is an object by itself.
func (r *jsonReader) objectExpr(o *object, l nesting) Expr {
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
		return Text(s)
	}
	if v, ok := o.get("null"); ok {
		r.isTrue(v, "null")
		return Value{}
	}
	for _, m := range o.members {
		if isMarker(m.name) {
			o.get(m.name)
			value := r.constants.marked(m.name, m.value)
			r.report(m.value, r.constant(value))
			return value
		}
	}
	o.lose(exprKeys(), `expected an expression: one of "field", "event", "function", "span", "date", "time" and so on`)
	return nil
}

// signedSpan reads a span as a constant, which may be negative.
func (r *jsonReader) signedSpan(o *object, n ref) Expr {
	unit, ok := o.need("unit")
	if !ok {
		return nil
	}
	u := r.unit(unit)
	if !r.is(n, '-') {
		return r.spanOf(n, u)
	}
	v, ok := ParseNumber(r.raw(n))
	i, ok2 := v.Int()
	s := Span{i, u}
	if !ok || !ok2 || u != 0 && !s.valid() {
		r.fail(n, ErrValue, "expected a whole number, found %s", shortened([]byte(r.raw(n))))
	}
	return s
}

// operand reads the expression whose members an object has; nil after an error.
func (r *jsonReader) operand(o *object, l nesting) Expr {
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
		r.isTrue(v, "element")
		return Elem{}
	}
	if v, ok := o.get("joined"); ok {
		name, _ := r.name(v, "list name")
		return Joined(name)
	}
	if v, ok := o.get("calculated"); ok {
		c := Calculated{}
		c.Name, _ = r.name(v, "calculated field name")
		if x, ok := o.need("as"); ok {
			c.X = r.expr(x, l.deeper())
		}
		return c
	}
	for op := Add; op <= Mod; op++ {
		if v, ok := o.get(arithKey(op)); ok {
			return r.arith(op, v, l)
		}
	}
	return nil
}

// field reads a path, and brings it into the form that [Path] gives.
func (r *jsonReader) field(v ref) Expr {
	s, ok := r.name(v, "field name")
	if !ok {
		return Field("")
	}
	return Path(Field(s).Names()...)
}

func (r *jsonReader) call(o *object, v ref, l nesting) Expr {
	s, ok := r.string(v)
	if !ok {
		return nil
	}
	fn, ok := fnOf(word(s))
	if !ok {
		r.failWord(v, "function", s, all(FnUnixMilli, fnName))
	}
	c := Call{Fn: fn}
	if args, given := o.get("args"); given {
		if !r.is(args, '[') {
			r.wants(args, "a list of arguments")
			return nil
		}
		r.elements(args, func(e ref) bool {
			c.Args = append(c.Args, r.expr(e, l.deeper()))
			return !r.full
		})
	}
	if ok {
		r.report(o.ref, checkCall(c))
	}
	return c
}

// arith reads a list of operands, which an operator joins from the left.
func (r *jsonReader) arith(op ArithOp, v ref, l nesting) Expr {
	if !r.is(v, '[') {
		r.wants(v, "a list of operands")
		return nil
	}
	n := 0
	r.elements(v, func(ref) bool { n++; return n <= r.l.Conditions })
	if n < 2 {
		r.fail(v, ErrSyntax, "expected at least two operands, found %d", n)
		return nil
	}
	var e Expr
	i := 0
	r.elements(v, func(operand ref) bool {
		// The first of n operands lies n-1 operators deep.
		at := nesting{depth: l.depth + n - max(i, 1)}
		if x := r.expr(operand, at); i == 0 {
			e = x
		} else {
			e = Arith{op, e, x}
		}
		i++
		return !r.full
	})
	r.nodes += n - 2
	return e
}

// metric reads an aggregate over events: a count unless it says otherwise.
func (r *jsonReader) metric(o *object, l nesting) Expr {
	m := Metric{Events: r.events(o, l.deeper())}
	if v, ok := o.get("aggregate"); ok {
		if s, ok := r.string(v); ok {
			if m.Agg, ok = aggOf(word(s)); !ok {
				r.failWord(v, "aggregate", s, all(AggLast, aggName))
				o.lost = true
				return m
			}
		}
	}
	if v, ok := o.get("of", "property"); ok {
		if f, ok := r.field(v).(Field); ok {
			m.Prop = f
		}
	} else if needsProperty(m.Agg) {
		r.fail(o.ref, ErrSyntax, `missing key "of": %s needs a property of the event`, aggName(m.Agg))
	}
	if v, ok := o.get("window"); ok {
		m.Window = r.window(v, l.deeper())
	}
	return m
}

// events reads names, one or several, and what is asked of their properties.
func (r *jsonReader) events(o *object, l nesting) (e Events) {
	if v, ok := o.get("event"); ok {
		if s, ok := r.name(v, "event name"); ok {
			e.Names = []string{s}
		}
	} else if v, ok := o.need("events"); ok {
		if r.is(v, '[') {
			e.Names = r.strings(v, func(s string) *Error { return checkName(s, "event name") })
		} else {
			r.wants(v, "a list of names")
		}
	}
	if v, ok := o.get("where"); ok {
		e.Where = r.condition(v, l)
	}
	return e
}
