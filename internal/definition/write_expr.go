package definition

import (
	"github.com/segmentrules/segment/internal/jsontext"
	"github.com/segmentrules/segment/rule"
)

// subject writes what stands left of an operator. What is an object by itself
// lends its members to the condition; a constant stands under "left".
func (w *Writer) subject(e rule.Expr) {
	switch e.(type) {
	case rule.Value, rule.Span:
		w.key("left")
		w.expr(e)
	default:
		w.operand(e)
	}
}

// expr writes an expression as a JSON value.
func (w *Writer) expr(e rule.Expr) {
	switch e := e.(type) {
	case rule.Value:
		w.constant(e)
	case rule.Span:
		w.B = append(w.B, '{')
		w.span("span", e)
		w.B = append(w.B, '}')
	default:
		w.B = append(w.B, '{')
		w.operand(e)
		w.B = append(w.B, '}')
	}
}

// constant writes a value where an expression may stand, so that an object
// cannot be taken for one.
func (w *Writer) constant(v rule.Value) {
	if v.Kind() != rule.KindObject {
		w.B = rule.AppendConstant(w.B, v)
		return
	}
	w.B = append(w.B, `{"object":`...)
	w.B = append(rule.AppendObject(w.B, v), '}')
}

// operand writes the members of an expression that is an object.
func (w *Writer) operand(e rule.Expr) {
	switch e := e.(type) {
	case rule.Field:
		w.text("field", string(e))
	case rule.Elem:
		w.flag("element")
	case rule.Joined:
		w.text("joined", string(e))
	case rule.Metric:
		w.events(e.Events)
		w.text("aggregate", rule.AggName(e.Agg))
		if e.Prop != "" {
			w.text("of", string(e.Prop))
			if fn, ok := rule.ReadingFn(e.As); ok {
				w.text("as", fnName(fn))
			}
		}
		w.window(e.Window)
	case rule.Call:
		w.text("function", fnName(e.Fn))
		if len(e.Args) > 0 {
			w.key("args")
			appendList(w, e.Args, w.expr)
		}
	case rule.Arith:
		w.key(arithKey(e.Op))
		appendList(w, []rule.Expr{e.Left, e.Right}, w.expr)
	case rule.Calculated:
		w.text("calculated", e.Name)
		w.key("as")
		w.expr(e.X)
	}
}

// events writes the names of events and what is asked of them.
func (w *Writer) events(e rule.Events) {
	if len(e.Names) == 1 {
		w.text("event", e.Names[0])
	} else {
		w.key("events")
		appendList(w, e.Names, func(s string) { w.B = jsontext.AppendQuoted(w.B, s) })
	}
	if e.Where != nil {
		w.key("where")
		w.Condition(e.Where)
	}
}

// window writes the window of events, which may be none.
func (w *Writer) window(window rule.Window) {
	if window.Kind == rule.WindowAll {
		return
	}
	w.key("window")
	w.windowObject(window)
}

func (w *Writer) windowObject(window rule.Window) {
	w.B = append(w.B, '{')
	switch window.Kind {
	case rule.WindowAll:
		w.flag("past")
	case rule.WindowLast:
		w.span("last", window.A)
	case rule.WindowOlder:
		w.span("older_than", window.A)
	case rule.WindowNext:
		w.span("next", window.A)
	case rule.WindowLater:
		w.span("later_than", window.A)
	case rule.WindowAgo:
		w.ago(window.A, window.B)
	case rule.WindowThis:
		w.text("this", periodName(window))
	case rule.WindowPrevious:
		w.text("previous", periodName(window))
	case rule.WindowFollowing:
		w.text("next", periodName(window))
	case rule.WindowSince:
		w.bound("since", window.From)
	case rule.WindowBefore:
		w.bound("before", window.To)
	case rule.WindowBetween:
		w.bound("from", window.From)
		w.bound("to", window.To)
	}
	if window.N != 0 {
		w.int("periods", window.N)
	}
	if window.StartsIn != 0 {
		w.text("starts_in", monthName(window.StartsIn))
	}
	if window.StartsOn != 0 {
		w.text("starts_on", weekdayName(window.StartsOn))
	}
	w.B = append(w.B, '}')
}

// ago writes two ages: as numbers of one unit, or as spans.
func (w *Writer) ago(a, b rule.Span) {
	w.key("ago")
	if a.Unit != b.Unit {
		appendList(w, []rule.Expr{a, b}, w.expr)
		return
	}
	appendList(w, []rule.Expr{rule.Int(a.N), rule.Int(b.N)}, w.expr)
	w.text("unit", unitName(a.Unit))
}

// bound writes an instant or date. A plain text is read as one there, so a
// text that is one says so.
func (w *Writer) bound(key string, e rule.Expr) {
	w.key(key)
	if v, ok := e.(rule.Value); ok && v.Kind() == rule.KindText {
		w.B = append(w.B, `{"text":`...)
		w.B = append(jsontext.AppendQuoted(w.B, v.Text()), '}')
		return
	}
	w.expr(e)
}
