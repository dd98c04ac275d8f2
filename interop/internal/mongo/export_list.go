package mongo

import (
	"regexp"

	"github.com/segmentrules/segment/interop/internal/source"
	"github.com/segmentrules/segment/interop/internal/target"
	"github.com/segmentrules/segment/rule"
)

// Lists as MongoDB says them, by $elemMatch, and windows of time, by $expr over its dates: see
// export.go.

// contains is one value in a list, or one text in a text.
func (w *mongoWriter) contains(at *rule.Trail, c rule.Contains) []byte {
	v := c.Values[0]
	text, ok := mongoValue(v)
	f, isField := c.X.(rule.Field)
	if !ok || !isField {
		return w.Unsayable(at, c)
	}
	ops := []mongoOp{{"$eq", text}}
	if c.Fold && v.Kind() == rule.KindText {
		ops = exactly([]string{v.Text()})
	}
	element := w.tests(at, c, f, []mongoOp{{"$elemMatch", w.operators(ops, false)}}, false)
	if v.Kind() != rule.KindText || element == nil {
		return element
	}
	part := w.test(at, c, f, regexOps(regexp.QuoteMeta(v.Text()), c.Fold))
	if !w.mayBeList(f) {
		return part
	}
	return target.Object("$or", target.List([][]byte{part, element}))
}

// each is a condition on the elements of a list.
func (w *mongoWriter) each(at *rule.Trail, c rule.Each) []byte {
	f, ok := c.X.(rule.Field)
	if !ok || c.Quantifier == rule.QuantifierMin {
		return w.Unsayable(at, c)
	}
	var inner []byte
	c.C = plainElement(c.C)
	exact := c.C
	if c.Quantifier == rule.QuantifierAll {
		exact = rule.Not{C: c.C}
	}
	if inner = w.element(at.In(".C"), exact); inner == nil {
		return nil
	}
	matches := w.tests(at, c, f, []mongoOp{{"$elemMatch", inner}}, false)
	switch {
	case matches == nil:
		return nil
	case c.Quantifier == rule.QuantifierNone:
		return wrapped("$nor", matches)
	case c.Quantifier == rule.QuantifierAny:
		return matches
	}
	filled := w.tests(at, c, f, []mongoOp{{"$type", []byte(`"array"`)}}, false)
	empty := w.tests(at, c, f, []mongoOp{{"$size", []byte("0")}}, false)
	return target.Object("$and", target.List([][]byte{filled, wrapped("$nor", empty), wrapped("$nor", matches)}))
}

// plainElement is a condition without a double negation in front.
func plainElement(c rule.Condition) rule.Condition {
	if outer, ok := c.(rule.Not); ok {
		if inner, ok := outer.C.(rule.Not); ok {
			return plainElement(inner.C)
		}
	}
	return c
}

// element writes what an element satisfies: operators of the element itself, or a filter of
// its fields.
func (w *mongoWriter) element(at *rule.Trail, c rule.Condition) []byte {
	if speaksOfElement(c) {
		return w.elementOps(at, plainElement(c))
	}
	before := w.inside
	w.inside = true
	filter := w.filter(at, c)
	w.inside = before
	return filter
}

// speaksOfElement reports whether a condition asks for the element itself.
func speaksOfElement(c rule.Condition) bool {
	found := false
	var v rule.Visitor
	v.Expr = func(e rule.Expr) bool {
		if _, ok := e.(rule.Elem); ok {
			found = true
		}
		return v.VisitExpr(e)
	}
	v.Condition = func(c rule.Condition) bool {
		if each, ok := c.(rule.Each); ok {
			return v.Expr(each.X)
		}
		return v.Visit(c)
	}
	v.Condition(c)
	return found
}

// elementOps writes a test of the element itself, which {$elemMatch: …} has operators for.
func (w *mongoWriter) elementOps(at *rule.Trail, c rule.Condition) []byte {
	if n, ok := c.(rule.Not); ok {
		if ops := w.elementOps(at.In(".C"), n.C); ops != nil {
			return target.Object("$not", ops)
		}
		return nil
	}
	var ops []mongoOp
	switch c := c.(type) {
	case rule.Compare:
		v, ok := c.Right.(rule.Value)
		text, said := mongoValue(v)
		if _, elem := c.Left.(rule.Elem); elem && ok && said {
			ops = []mongoOp{{mongoSigns[c.Op], text}}
			if c.Fold && v.Kind() == rule.KindText {
				if ops = nil; c.Op == rule.OpEq {
					ops = exactly([]string{v.Text()})
				}
			}
		}
	case rule.In:
		var values [][]byte
		for _, v := range c.Values {
			if text, ok := mongoValue(v); ok {
				values = append(values, text)
			}
		}
		if len(values) == len(c.Values) && !c.Fold {
			ops = []mongoOp{{"$in", target.List(values)}}
		}
	case rule.Matches:
		ops = regexOps(c.Pattern, c.Fold)
	}
	if ops == nil {
		return w.Unsayable(at, rule.Each{X: rule.Field("list"), C: c})
	}
	return w.operators(ops, true)
}

// when is an instant in a window that rolls, or between constants.
func (w *mongoWriter) when(at *rule.Trail, c rule.When) []byte {
	f, ok := c.X.(rule.Field)
	if !ok || w.inside {
		return w.Unsayable(at, c)
	}
	if w.tests(at, c, f, nil, false) == nil { // a name that no path has
		return nil
	}
	x := source.AppendJSON(nil, "$"+string(f))
	var from, to []byte
	fromOp, toOp := "$gt", "$lte"
	ago := func(s rule.Span, op string) []byte { return w.moved(at, s, op) }
	const nowText = `"$$NOW"`
	switch win := c.Window; win.Kind {
	case rule.WindowLast:
		from, to = ago(win.A, "$dateSubtract"), []byte(nowText)
	case rule.WindowAgo:
		from, to = ago(win.B, "$dateSubtract"), ago(win.A, "$dateSubtract")
	case rule.WindowOlder:
		to = ago(win.A, "$dateSubtract")
	case rule.WindowNext:
		from, to = []byte(nowText), ago(win.A, "$dateAdd")
	case rule.WindowLater:
		from = ago(win.A, "$dateAdd")
	case rule.WindowAll:
		to = []byte(nowText)
	default:
		return w.Unsayable(at, c)
	}
	if from == nil { // so that what is no date is out
		from, fromOp = []byte(`{"$date":"0001-01-01T00:00:00Z"}`), "$gte"
	}
	conds := [][]byte{target.Object(fromOp, target.List([][]byte{x, from}))}
	if to != nil {
		conds = append(conds, target.Object(toOp, target.List([][]byte{x, to})))
	}
	return target.Object("$expr", target.Object("$and", target.List(conds)))
}

// moved is now, moved by a span.
func (w *mongoWriter) moved(at *rule.Trail, s rule.Span, op string) []byte {
	if _, months := s.Months(); months {
		w.Lose(at, source.Changed, source.NeedCalendar, "on the last days of a month a window of months may move back: "+s.String())
	}
	var m target.Members
	m.Raw("startDate", []byte(`"$$NOW"`))
	m.Text("unit", s.Unit.Word())
	m.Raw("amount", source.AppendJSON(nil, s.N))
	return target.Object(op, m.Append(nil))
}
