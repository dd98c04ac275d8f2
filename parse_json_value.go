package segment

// value reads a value: JSON as what it is, and the objects of one member that
// stand for a date, a time and so on.
func (r *jsonReader) value(v ref) Value {
	switch c := r.text[v.at]; c {
	case '{':
		o, _ := r.object(v, "an object")
		if len(o.members) == 1 && isMarker(o.members[0].name) {
			return r.marked(o.members[0].name, o.members[0].value)
		}
		return r.members(o)
	case '[':
		return r.list(v)
	default:
		return r.scalar(v)
	}
}

func (r *jsonReader) scalar(v ref) Value {
	switch c := r.text[v.at]; c {
	case '"':
		return Text(unquote(r.text[v.at:r.end(v)]))
	case 't', 'f':
		return Bool(c == 't')
	case 'n':
		return Value{}
	}
	n, ok := ParseNumber(r.raw(v))
	if !ok {
		r.fail(v, ErrValue, "number out of range: %s", shortened([]byte(r.raw(v))))
	}
	return n
}

func (r *jsonReader) list(v ref) Value {
	var vs []Value
	r.elements(v, func(e ref) bool {
		vs = append(vs, r.value(e))
		return !r.full
	})
	return List(vs...)
}

// members reads an object as it stands.
func (r *jsonReader) members(o *object) Value {
	ms := make([]Member, 0, len(o.members))
	for _, m := range o.members {
		ms = append(ms, Member{m.name, r.value(m.value)})
		if r.full {
			break
		}
	}
	return Object(ms...)
}

// marked reads what stands under a marker.
func (r *jsonReader) marked(marker string, v ref) Value {
	if marker == "object" {
		o, ok := r.object(v, "an object")
		if !ok {
			return Value{}
		}
		return r.members(o)
	}
	s, ok := r.string(v)
	if !ok {
		return Value{}
	}
	value, err := marked(marker, s)
	r.report(v, err)
	return value
}

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
	t := readTime(unquote(r.text[v.at:r.end(v)]))
	if t.IsNull() || !writable(t) {
		r.fail(v, ErrValue, "expected a date (2026-01-31) or an instant (2026-01-31T10:00:00Z)")
		return Value{}
	}
	return t
}
