package segment

// subject writes what stands left of an operator. What is an object by itself
// lends its members to the condition; a constant stands under "left".
func (w *jsonWriter) subject(e Expr) {
	switch e.(type) {
	case Value, Span:
		w.key("left")
		w.expr(e)
	default:
		w.operand(e)
	}
}

// expr writes an expression as a JSON value.
func (w *jsonWriter) expr(e Expr) {
	switch e := e.(type) {
	case Value:
		w.constant(e)
	case Span:
		w.b = append(w.b, '{')
		w.span("span", e)
		w.b = append(w.b, '}')
	default:
		w.b = append(w.b, '{')
		w.operand(e)
		w.b = append(w.b, '}')
	}
}

// constant writes a value where an expression may stand, so that an object
// cannot be taken for one.
func (w *jsonWriter) constant(v Value) {
	if v.kind != KindObject {
		w.b = appendValue(w.b, v)
		return
	}
	w.b = append(w.b, `{"object":`...)
	w.b = append(appendObject(w.b, v), '}')
}

// operand writes the members of an expression that is an object.
func (w *jsonWriter) operand(e Expr) {
	switch e := e.(type) {
	case Field:
		w.text("field", string(e))
	case Elem:
		w.flag("element")
	case Joined:
		w.text("joined", string(e))
	case Metric:
		w.events(e.Events)
		w.text("aggregate", aggName(e.Agg))
		if e.Prop != "" {
			w.text("of", string(e.Prop))
		}
		w.window(e.Window)
	case Call:
		w.text("function", fnName(e.Fn))
		if len(e.Args) > 0 {
			w.key("args")
			appendList(w, e.Args, w.expr)
		}
	case Arith:
		w.key(arithKey(e.Op))
		appendList(w, []Expr{e.Left, e.Right}, w.expr)
	case Calculated:
		w.text("calculated", e.Name)
		w.key("as")
		w.expr(e.X)
	}
}

// events writes the names of events and what is asked of them.
func (w *jsonWriter) events(e Events) {
	if len(e.Names) == 1 {
		w.text("event", e.Names[0])
	} else {
		w.key("events")
		appendList(w, e.Names, func(s string) { w.b = appendQuoted(w.b, s) })
	}
	if e.Where != nil {
		w.key("where")
		w.condition(e.Where)
	}
}

// window writes the window of events, which may be none.
func (w *jsonWriter) window(window Window) {
	if window.Kind == WindowAll {
		return
	}
	w.key("window")
	w.windowObject(window)
}

func (w *jsonWriter) windowObject(window Window) {
	w.b = append(w.b, '{')
	switch window.Kind {
	case WindowAll:
		w.flag("past")
	case WindowLast:
		w.span("last", window.A)
	case WindowOlder:
		w.span("older_than", window.A)
	case WindowNext:
		w.span("next", window.A)
	case WindowLater:
		w.span("later_than", window.A)
	case WindowAgo:
		w.ago(window.A, window.B)
	case WindowThis:
		w.text("this", window.Unit.word())
	case WindowPrevious:
		w.text("previous", window.Unit.word())
	case WindowSince:
		w.bound("since", window.From)
	case WindowBefore:
		w.bound("before", window.To)
	case WindowBetween:
		w.bound("from", window.From)
		w.bound("to", window.To)
	}
	if window.StartsOn != 0 {
		w.text("starts_on", weekdayName(window.StartsOn))
	}
	w.b = append(w.b, '}')
}

// ago writes two ages: as numbers of one unit, or as spans.
func (w *jsonWriter) ago(a, b Span) {
	w.key("ago")
	if a.Unit != b.Unit {
		appendList(w, []Expr{a, b}, w.expr)
		return
	}
	appendList(w, []Expr{Int(a.N), Int(b.N)}, w.expr)
	w.text("unit", unitName(a.Unit))
}

// bound writes an instant or date. A plain text is read as one there, so a
// text that is one says so.
func (w *jsonWriter) bound(key string, e Expr) {
	w.key(key)
	if v, ok := e.(Value); ok && v.kind == KindText {
		w.b = append(w.b, `{"text":`...)
		w.b = append(appendQuoted(w.b, v.Text()), '}')
		return
	}
	w.expr(e)
}
