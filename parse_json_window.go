package segment

// window reads a window.
func (r *jsonReader) window(v ref, l nesting) (w Window) {
	o, ok := r.object(v, "a window")
	if !ok {
		return w
	}
	known := []string{"last", "ago", "older_than", "next", "later_than", "this", "previous", "since", "before", "from", "to", "unit", "starts_on", "past"}
	w, ok = r.windowOf(o, l)
	if !ok {
		o.lose(known, `expected a window: one of "last", "ago", "older_than", "this", "previous", "since", "before", "from" and "to"`)
	}
	if v, ok := o.get("starts_on"); ok {
		w.StartsOn = r.weekday(v)
		if w.Unit != Week {
			r.fail(v, ErrValue, "only a week starts on a day")
		}
	}
	o.done(known...)
	return w
}

func (r *jsonReader) windowOf(o *object, l nesting) (w Window, ok bool) {
	for _, length := range [...]struct {
		key  string
		kind WindowKind
	}{{"last", WindowLast}, {"older_than", WindowOlder}, {"next", WindowNext}, {"later_than", WindowLater}} {
		if n, ok := o.get(length.key); ok {
			return Window{Kind: length.kind, A: r.span(o, n)}, true
		}
	}
	if v, ok := o.get("ago"); ok {
		return r.ago(o, v), true
	}
	if v, ok := o.get("this"); ok {
		return Window{Kind: WindowThis, Unit: r.calendarUnit(v)}, true
	}
	if v, ok := o.get("previous"); ok {
		return Window{Kind: WindowPrevious, Unit: r.calendarUnit(v)}, true
	}
	if v, ok := o.get("since"); ok {
		return Window{Kind: WindowSince, From: r.time(v, l)}, true
	}
	if v, ok := o.get("before"); ok {
		return Window{Kind: WindowBefore, To: r.time(v, l)}, true
	}
	if o.has("from", "to") {
		w = Window{Kind: WindowBetween}
		if v, ok := o.need("from"); ok {
			w.From = r.time(v, l)
		}
		if v, ok := o.need("to"); ok {
			w.To = r.time(v, l)
		}
		return w, true
	}
	if v, ok := o.get("past"); ok {
		r.isTrue(v, "past")
		return Window{}, true
	}
	return Window{}, false
}

// ago reads two ages: numbers of the unit beside them, or spans.
func (r *jsonReader) ago(o *object, v ref) Window {
	w := Window{Kind: WindowAgo}
	if !r.is(v, '[') {
		r.wants(v, "a list of two ages")
		return w
	}
	var unit Unit
	u, shared := o.get("unit")
	if shared {
		unit = r.unit(u)
	}
	var ages []Span
	r.elements(v, func(e ref) bool {
		age := Span{}
		switch {
		case r.is(e, '{'):
			if o, ok := r.object(e, "an age"); ok {
				if n, ok := o.need("span"); ok {
					age = r.span(o, n)
				}
				o.done("span", "unit")
			}
		case !shared:
			r.fail(o.ref, ErrSyntax, `missing key "unit"`)
		default:
			age = r.spanOf(e, unit)
		}
		ages = append(ages, age)
		return len(ages) <= 2 && !r.full
	})
	if len(ages) != 2 {
		r.fail(v, ErrSyntax, "expected two ages")
		return w
	}
	w.A, w.B = ages[0], ages[1]
	return w
}

// calendarUnit reads the unit of a calendar window.
func (r *jsonReader) calendarUnit(v ref) Unit {
	u := r.unit(v)
	if u != 0 && u < Day {
		r.fail(v, ErrValue, "expected day, week, month, quarter or year")
	}
	return u
}

func (r *jsonReader) weekday(v ref) Weekday {
	s, ok := r.string(v)
	if !ok {
		return 0
	}
	d, ok := find(Sunday, weekdayName, word(s))
	if !ok || d == 0 {
		r.failWord(v, "weekday", s, all(Sunday, weekdayName))
	}
	return d
}

// time reads an expression where an instant or date is needed.
func (r *jsonReader) time(v ref, l nesting) Expr {
	if !r.is(v, '"') {
		return r.expr(v, l)
	}
	if !r.enter(v, l) {
		return nil
	}
	return r.timeText(v)
}
