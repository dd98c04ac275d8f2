package definition

import (
	"strconv"

	"github.com/segmentrules/segment/internal/check"
	"github.com/segmentrules/segment/internal/jsontext"
	"github.com/segmentrules/segment/rule"
)

// MarshalCondition returns the condition as definition JSON: [UnmarshalCondition]
// gives an equal tree. A tree that no rule text or JSON could have given (nil
// nodes, foreign types, values out of range, beyond the default limits) is an
// error that names every such place.
func MarshalCondition(c rule.Condition) ([]byte, error) {
	if err := check.Condition(c, rule.Limits{}); err != nil {
		return nil, err
	}
	w := Writer{}
	w.Condition(c)
	return w.B, nil
}

// WriteDefinition writes the id and name of a segment, where it has them, and
// beside them its condition.
func WriteDefinition(id, name string, c rule.Condition) ([]byte, error) {
	var errs rule.Errors
	for _, name := range [...]string{id, name} {
		if err := rule.CheckText(name); err != nil {
			errs = append(errs, err)
		}
	}
	if err := errs.ErrorOrNil(); err != nil {
		return nil, err
	}
	if err := check.Condition(c, rule.Limits{}); err != nil {
		return nil, err
	}
	w := Writer{B: []byte{'{'}}
	if id != "" {
		w.text("id", id)
	}
	if name != "" {
		w.text("name", name)
	}
	w.members(c, false)
	return append(w.B, '}'), nil
}

// A Writer appends JSON. A comma goes before every member but the first of
// an object, which is where the text ends in a brace.
type Writer struct{ B []byte }

func (w *Writer) key(name string) {
	if last := w.B[len(w.B)-1]; last != '{' {
		w.B = append(w.B, ',')
	}
	w.B = append(jsontext.AppendQuoted(w.B, name), ':')
}

func (w *Writer) text(key, s string) {
	w.key(key)
	w.B = jsontext.AppendQuoted(w.B, s)
}

func (w *Writer) flag(key string) {
	w.key(key)
	w.B = append(w.B, "true"...)
}

func (w *Writer) int(key string, i int64) {
	w.key(key)
	w.B = strconv.AppendInt(w.B, i, 10)
}

// Condition writes a condition as an object.
func (w *Writer) Condition(c rule.Condition) {
	w.B = append(w.B, '{')
	w.members(c, false)
	w.B = append(w.B, '}')
}

// appendList appends a JSON array, each element with f.
func appendList[T any](w *Writer, vs []T, f func(T)) {
	w.B = append(w.B, '[')
	for i, v := range vs {
		if i > 0 {
			w.B = append(w.B, ',')
		}
		f(v)
	}
	w.B = append(w.B, ']')
}

// members writes the members of a condition's object, or with not set those
// of its complement. A negation is a word of its own where there is one, and
// else the member "not", which is true, or is what is negated where another
// negation or a zone is in the way.
func (w *Writer) members(c rule.Condition, not bool) {
	switch c := c.(type) {
	case rule.Not:
		if not {
			w.key("not")
			w.Condition(c)
			return
		}
		w.members(c.C, true)
	case rule.Zoned:
		w.zoned(c, not)
	case rule.And:
		w.group("AND", c, not)
	case rule.Or:
		w.group("OR", c, not)
	case rule.Count:
		w.not(not)
		w.int(quantityKey(c.Quantity), int64(c.K))
		w.key("of")
		appendList(w, c.Of, w.Condition)
	case rule.Everyone:
		w.not(not)
		w.flag("everyone")
	case rule.InList:
		w.text("list", string(c))
		w.operator("in", not)
	case rule.InSegment:
		w.text("segment", string(c))
		w.operator("in", not)
	default:
		w.leaf(c, not)
	}
}

// not writes the negation as a member.
func (w *Writer) not(not bool) {
	if not {
		w.flag("not")
	}
}

// operator writes an operator that has a negation of its own.
func (w *Writer) operator(name string, not bool) {
	if not {
		name = "not_" + name
	}
	w.text("operator", name)
}

func (w *Writer) group(logic string, cs []rule.Condition, not bool) {
	if len(cs) == 0 { // a group of nothing has no form of its own: see [rule.Canonical]
		all := rule.Condition(rule.Everyone{})
		if logic == "OR" {
			all = rule.Not{C: all}
		}
		w.members(all, not)
		return
	}
	w.text("logic", logic)
	w.not(not)
	w.key("conditions")
	appendList(w, cs, w.Condition)
}

func (w *Writer) zoned(c rule.Zoned, not bool) {
	if not {
		w.key("not")
		w.Condition(c)
		return
	}
	if inner, ok := c.C.(rule.Zoned); ok {
		w.key("condition")
		w.Condition(inner)
	} else {
		w.members(c.C, false)
	}
	w.key("zone")
	w.expr(c.Zone)
}

// leaf writes a condition that has no conditions beside it.
func (w *Writer) leaf(c rule.Condition, not bool) {
	switch c := c.(type) {
	case rule.Compare:
		w.compare(c, not)
	case rule.Between:
		w.subject(c.X)
		w.operator("between", not)
		w.key("value")
		appendList(w, []rule.Expr{c.Lo, c.Hi}, w.ordered)
		w.fold(c.Fold)
	case rule.In:
		w.subject(c.X)
		w.operator("in", not)
		w.values(c.Values)
		w.fold(c.Fold)
	case rule.IsNull:
		w.subject(c.X)
		if not {
			w.text("operator", "is_set")
			return
		}
		w.text("operator", "is_not_set")
	case rule.IsBlank:
		w.subject(c.X)
		if not {
			w.text("operator", "is_not_blank")
			return
		}
		w.text("operator", "is_blank")
	case rule.Contains:
		w.contains(c, not)
	case rule.Like:
		w.subject(c.X)
		w.operator(at([]string{"starts_with", "ends_with"}, int(c.End)), not)
		w.texts(c.Values)
		w.fold(c.Fold)
	case rule.Matches:
		w.subject(c.X)
		w.operator("matches", not)
		w.text("value", c.Pattern)
		w.fold(c.Fold)
	case rule.InCIDR:
		w.subject(c.X)
		w.operator("in_cidr", not)
		w.texts(c.Nets)
	default:
		w.temporal(c, not)
	}
}

func (w *Writer) fold(fold bool) {
	if fold {
		w.flag("ignore_case")
	}
}

func (w *Writer) compare(c rule.Compare, not bool) {
	if c.Op == rule.OpEq {
		w.subject(c.Left)
		if not {
			w.text("operator", "not_equals")
		} else {
			w.text("operator", "equals")
		}
		w.key("value")
		if rule.IsNullLiteral(c.Right) {
			w.ordered(c.Right) // a plain null asks whether the field is missing
		} else {
			w.expr(c.Right)
		}
	} else {
		w.not(not)
		w.subject(c.Left)
		w.text("operator", at([]string{"", "less_than", "at_most", "greater_than", "at_least"}, int(c.Op)))
		w.key("value")
		w.ordered(c.Right)
	}
	w.fold(c.Fold)
}

// ordered writes what comes before or behind something. A plain null or an empty text would be
// a field of a form that nobody has filled in.
func (w *Writer) ordered(e rule.Expr) {
	v, ok := e.(rule.Value)
	switch {
	case ok && v.Kind() == rule.KindNull:
		w.B = append(w.B, `{"null":true}`...)
	case ok && v.Kind() == rule.KindText && v.Text() == "":
		w.B = append(w.B, `{"text":""}`...)
	default:
		w.expr(e)
	}
}

func (w *Writer) contains(c rule.Contains, not bool) {
	w.subject(c.X)
	switch {
	case c.Mode == rule.ContainsAll:
		w.operator("contains_all", not)
		w.values(c.Values)
	case len(c.Values) == 1 && c.Values[0].Kind() != rule.KindList:
		w.operator("contains", not)
		w.key("value")
		w.expr(c.Values[0])
	default:
		w.operator("contains_any", not)
		w.values(c.Values)
	}
	w.fold(c.Fold)
}

func (w *Writer) values(vs []rule.Value) {
	w.key("value")
	appendList(w, vs, func(v rule.Value) { w.B = rule.AppendConstant(w.B, v) })
}

// texts writes one text as itself, several as a list.
func (w *Writer) texts(ts []string) {
	w.key("value")
	if len(ts) == 1 {
		w.B = jsontext.AppendQuoted(w.B, ts[0])
		return
	}
	appendList(w, ts, func(s string) { w.B = jsontext.AppendQuoted(w.B, s) })
}

// temporal writes the conditions about elements, time and history.
func (w *Writer) temporal(c rule.Condition, not bool) {
	w.not(not)
	switch c := c.(type) {
	case rule.Each:
		w.subject(c.X)
		w.text("operator", quantifierName(c.Quantifier))
		if c.Quantifier == rule.QuantifierMin {
			w.int("value", int64(c.K))
		}
		w.key("has")
		w.Condition(c.C)
	case rule.When:
		w.when(c)
	case rule.Changed:
		w.subject(rule.Reading(c.Field, c.As))
		w.text("operator", "changed")
		w.window(c.Window)
	case rule.HasBeen:
		w.subject(rule.Reading(c.Field, c.As))
		w.text("operator", "has_been")
		w.key("value")
		w.expr(c.Value)
		w.span("for", c.For)
		w.fold(c.Fold)
	case rule.Sequence:
		w.key("sequence")
		appendList(w, c.Steps, w.step)
		w.window(c.Window)
	case rule.Regularity:
		w.events(c.Events)
		w.int("at_least", int64(c.K))
		w.span("of_last", rule.Span{N: int64(c.N), Unit: c.Unit})
	}
}

func (w *Writer) when(c rule.When) {
	w.subject(c.X)
	if word := windowWord(c.Window.Kind); word != "" {
		w.text("operator", word+unitName(c.Window.A.Unit))
		w.int("value", c.Window.A.N)
		return
	}
	w.text("operator", "during")
	w.key("value")
	w.windowObject(c.Window)
}

func (w *Writer) step(s rule.Step) {
	w.B = append(w.B, '{')
	w.events(s.Events)
	w.not(s.Not)
	if s.Within != (rule.Span{}) {
		w.span("within", s.Within)
	}
	w.B = append(w.B, '}')
}

// span writes a number under the key, and its unit.
func (w *Writer) span(key string, s rule.Span) {
	w.int(key, s.N)
	w.text("unit", unitName(s.Unit))
}
