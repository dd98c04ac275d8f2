package segment

// value reads a constant.
func (r *jsonReader) value(v ref) Value { return r.constants.value(v) }

// values reads a list of constants.
func (r *jsonReader) values(v ref) (vs []Value) {
	if !r.is(v, '[') {
		r.wants(v, "a list of values")
		return nil
	}
	r.elements(v, func(e ref) bool {
		value := r.value(e)
		r.report(e, r.constant(value))
		vs = append(vs, value)
		return !r.full && r.room(v, len(vs))
	})
	r.report(v, notEmpty(len(vs), r))
	return vs
}

// constant checks a constant that was read without an error.
func (r *jsonReader) constant(v Value) *Error {
	if v.kind < KindList || len(r.errs) > 0 {
		return nil // what was read is in range
	}
	return checkValue(v, r.l)
}

// span reads a number and the unit beside it.
func (r *jsonReader) span(o *object, n ref) Span {
	unit, ok := o.need("unit")
	if !ok {
		return Span{}
	}
	return r.spanOf(n, r.unit(unit))
}

// spanOf reads a number of units.
func (r *jsonReader) spanOf(n ref, u Unit) Span {
	i, ok := r.int(n)
	if !ok || u == 0 {
		return Span{}
	}
	s := Span{i, u}
	r.report(n, checkSpan(s))
	return s
}

func (r *jsonReader) unit(v ref) Unit {
	s, ok := r.string(v)
	if !ok {
		return 0
	}
	u, ok := unitNamed(s)
	if !ok {
		r.failWord(v, "unit", s, units())
	}
	return u
}

// units is the name of every unit.
func units() (names []string) {
	for u := Second; u <= Year; u++ {
		names = append(names, unitName(u))
	}
	return names
}

// text value of a place that needs an instant or a date: a plain text is read
// as one.
func (r *jsonReader) timeText(v ref) Value {
	t := readTime(r.unquoted(v))
	if t.IsNull() || !writable(t) {
		r.fail(v, ErrValue, "expected a date (2026-01-31) or an instant (2026-01-31T10:00:00Z)")
		return Value{}
	}
	return t
}
