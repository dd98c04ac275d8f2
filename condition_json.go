package segment

import "strconv"

// MarshalCondition returns the condition as definition JSON: [UnmarshalCondition]
// gives an equal tree. A tree that no rule text or JSON could have given (nil
// nodes, foreign types, values out of range, beyond the default limits) is an
// error that names every such place.
func MarshalCondition(c Condition) ([]byte, error) {
	if err := valid(c, Limits{}); err != nil {
		return nil, err
	}
	w := jsonWriter{}
	w.condition(c)
	return w.b, nil
}

// writeDefinition writes the id and name of a segment, where it has them, and
// beside them its condition.
func writeDefinition(id, name string, c Condition) ([]byte, error) {
	var errs Errors
	for _, name := range [...]string{id, name} {
		if err := checkText(name); err != nil {
			errs = append(errs, err)
		}
	}
	if err := errs.errorOrNil(); err != nil {
		return nil, err
	}
	if err := valid(c, Limits{}); err != nil {
		return nil, err
	}
	w := jsonWriter{b: []byte{'{'}}
	if id != "" {
		w.text("id", id)
	}
	if name != "" {
		w.text("name", name)
	}
	w.members(c, false)
	return append(w.b, '}'), nil
}

// A jsonWriter appends JSON. A comma goes before every member but the first of
// an object, which is where the text ends in a brace.
type jsonWriter struct{ b []byte }

func (w *jsonWriter) key(name string) {
	if last := w.b[len(w.b)-1]; last != '{' {
		w.b = append(w.b, ',')
	}
	w.b = append(appendQuoted(w.b, name), ':')
}

func (w *jsonWriter) text(key, s string) {
	w.key(key)
	w.b = appendQuoted(w.b, s)
}

func (w *jsonWriter) flag(key string) {
	w.key(key)
	w.b = append(w.b, "true"...)
}

func (w *jsonWriter) int(key string, i int64) {
	w.key(key)
	w.b = strconv.AppendInt(w.b, i, 10)
}

func (w *jsonWriter) condition(c Condition) {
	w.b = append(w.b, '{')
	w.members(c, false)
	w.b = append(w.b, '}')
}

// appendList appends a JSON array, each element with f.
func appendList[T any](w *jsonWriter, vs []T, f func(T)) {
	w.b = append(w.b, '[')
	for i, v := range vs {
		if i > 0 {
			w.b = append(w.b, ',')
		}
		f(v)
	}
	w.b = append(w.b, ']')
}

// members writes the members of a condition's object, or with not set those
// of its complement. A negation is a word of its own where there is one, and
// else the member "not", which is true, or is what is negated where another
// negation or a zone is in the way.
func (w *jsonWriter) members(c Condition, not bool) {
	switch c := c.(type) {
	case Not:
		if not {
			w.key("not")
			w.condition(c)
			return
		}
		w.members(c.C, true)
	case Zoned:
		w.zoned(c, not)
	case And:
		w.group("AND", c, not)
	case Or:
		w.group("OR", c, not)
	case Count:
		w.not(not)
		w.int(quantityKey(c.Quantity), int64(c.K))
		w.key("of")
		appendList(w, c.Of, w.condition)
	case Everyone:
		w.not(not)
		w.flag("everyone")
	case InList:
		w.text("list", string(c))
		w.operator("in", not)
	case InSegment:
		w.text("segment", string(c))
		w.operator("in", not)
	default:
		w.leaf(c, not)
	}
}

// not writes the negation as a member.
func (w *jsonWriter) not(not bool) {
	if not {
		w.flag("not")
	}
}

// operator writes an operator that has a negation of its own.
func (w *jsonWriter) operator(name string, not bool) {
	if not {
		name = "not_" + name
	}
	w.text("operator", name)
}

func (w *jsonWriter) group(logic string, cs []Condition, not bool) {
	if len(cs) == 0 { // a group of nothing has no form of its own
		w.not(not == (logic == "AND"))
		w.flag("everyone")
		return
	}
	w.text("logic", logic)
	w.not(not)
	w.key("conditions")
	appendList(w, cs, w.condition)
}

func (w *jsonWriter) zoned(c Zoned, not bool) {
	if not {
		w.key("not")
		w.condition(c)
		return
	}
	if inner, ok := c.C.(Zoned); ok {
		w.key("condition")
		w.condition(inner)
	} else {
		w.members(c.C, false)
	}
	w.key("zone")
	w.expr(c.Zone)
}

// leaf writes a condition that has no conditions beside it.
func (w *jsonWriter) leaf(c Condition, not bool) {
	switch c := c.(type) {
	case Compare:
		w.compare(c, not)
	case Between:
		w.subject(c.X)
		w.operator("between", not)
		w.key("value")
		appendList(w, []Expr{c.Lo, c.Hi}, w.expr)
		w.fold(c.Fold)
	case In:
		w.subject(c.X)
		w.operator("in", not)
		w.values(c.Values)
		w.fold(c.Fold)
	case IsNull:
		w.subject(c.X)
		if not {
			w.text("operator", "is_set")
			return
		}
		w.text("operator", "is_not_set")
	case IsBlank:
		w.subject(c.X)
		if not {
			w.text("operator", "is_not_blank")
			return
		}
		w.text("operator", "is_blank")
	case Contains:
		w.contains(c, not)
	case Like:
		w.subject(c.X)
		w.operator(at([]string{"starts_with", "ends_with"}, int(c.End)), not)
		w.texts(c.Values)
		w.fold(c.Fold)
	case Matches:
		w.subject(c.X)
		w.operator("matches", not)
		w.text("value", c.Pattern)
		w.fold(c.Fold)
	case InCIDR:
		w.subject(c.X)
		w.operator("in_cidr", not)
		w.texts(c.Nets)
	default:
		w.temporal(c, not)
	}
}

func (w *jsonWriter) fold(fold bool) {
	if fold {
		w.flag("ignore_case")
	}
}

func (w *jsonWriter) compare(c Compare, not bool) {
	if c.Op == Eq {
		w.subject(c.Left)
		if not {
			w.text("operator", "not_equals")
		} else {
			w.text("operator", "equals")
		}
		w.key("value")
		if v, ok := c.Right.(Value); ok && v.kind == KindNull {
			w.b = append(w.b, `{"null":true}`...) // a plain null asks whether the field is missing
		} else {
			w.expr(c.Right)
		}
	} else {
		w.not(not)
		w.subject(c.Left)
		w.text("operator", at([]string{"", "less_than", "at_most", "greater_than", "at_least"}, int(c.Op)))
		w.key("value")
		w.expr(c.Right)
	}
	w.fold(c.Fold)
}

func (w *jsonWriter) contains(c Contains, not bool) {
	w.subject(c.X)
	switch {
	case c.Mode == AllOf:
		w.operator("contains_all", not)
		w.values(c.Values)
	case len(c.Values) == 1 && c.Values[0].kind != KindList:
		w.operator("contains", not)
		w.key("value")
		w.expr(c.Values[0])
	default:
		w.operator("contains_any", not)
		w.values(c.Values)
	}
	w.fold(c.Fold)
}

func (w *jsonWriter) values(vs []Value) {
	w.key("value")
	appendList(w, vs, func(v Value) { w.b = appendValue(w.b, v) })
}

// texts writes one text as itself, several as a list.
func (w *jsonWriter) texts(ts []string) {
	w.key("value")
	if len(ts) == 1 {
		w.b = appendQuoted(w.b, ts[0])
		return
	}
	appendList(w, ts, func(s string) { w.b = appendQuoted(w.b, s) })
}

// temporal writes the conditions about elements, time and history.
func (w *jsonWriter) temporal(c Condition, not bool) {
	w.not(not)
	switch c := c.(type) {
	case Each:
		w.subject(c.X)
		w.text("operator", quantifierName(c.Quantifier))
		if c.Quantifier == AtLeastK {
			w.int("value", int64(c.K))
		}
		w.key("has")
		w.condition(c.C)
	case When:
		w.when(c)
	case Changed:
		w.text("field", string(c.Field))
		w.text("operator", "changed")
		w.window(c.Window)
	case HasBeen:
		w.text("field", string(c.Field))
		w.text("operator", "has_been")
		w.key("value")
		w.expr(c.Value)
		w.span("for", c.For)
		w.fold(c.Fold)
	case Sequence:
		w.key("sequence")
		appendList(w, c.Steps, w.step)
		w.window(c.Window)
	case Regularity:
		w.events(c.Events)
		w.int("at_least", int64(c.K))
		w.span("of_last", Span{int64(c.N), c.Unit})
	}
}

func (w *jsonWriter) when(c When) {
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

func (w *jsonWriter) step(s Step) {
	w.b = append(w.b, '{')
	w.events(s.Events)
	w.not(s.Not)
	if s.Within != (Span{}) {
		w.span("within", s.Within)
	}
	w.b = append(w.b, '}')
}

// span writes a number under the key, and its unit.
func (w *jsonWriter) span(key string, s Span) {
	w.int(key, s.N)
	w.text("unit", unitName(s.Unit))
}
