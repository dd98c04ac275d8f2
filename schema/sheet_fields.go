package schema

import (
	"slices"
	"strings"

	"github.com/segmentrules/segment/internal/textset"
	"github.com/segmentrules/segment/rule"
)

// Of each field and event of a schema a rule that tests it, and a note: which kind it is, which
// values it takes, which properties an event has. The rule is a tree that is printed, so names
// are quoted as the parser wants them.

// sheetFields are the lines about fields: the id, those listed, and those calculated.
func (s *Schema) sheetFields() []sheetLine {
	lines := []sheetLine{{`id = "c1"`, "text: the contact's id"}}
	for _, path := range textset.SortedKeys(s.Fields) {
		lines = fieldLines(lines, rule.Field(path), s.Fields[path], 0)
	}
	for _, name := range textset.SortedKeys(s.Calculated) {
		note := "calculated"
		if x := s.Calculated[name]; len(x) < sheetNote-20 && printable(x) {
			note += ": " + x
		}
		lines = append(lines, lineIf(len(lines) < sheetLines && shows(name), func() sheetLine {
			return sheetLine{sampleOf(rule.Path(name), s.calculatedType(name)).String(), note}
		}))
	}
	return lines
}

// fieldLines appends the line about a field; of an object whose fields are listed, those of each.
func fieldLines(lines []sheetLine, f rule.Field, t FieldType, depth int) []sheetLine {
	if t.Kind == rule.KindObject && len(t.Elements) > 0 && depth < 3 {
		for _, name := range textset.SortedKeys(t.Elements) {
			inner := rule.Path(slices.Concat(f.Names(), rule.Field(name).Names())...)
			lines = fieldLines(lines, inner, t.Elements[name], depth+1)
		}
		return lines
	}
	return append(lines, lineIf(shows(string(f)), func() sheetLine { return sheetLine{sampleOf(f, t).String(), t.said()} }))
}

// calculatedType is what a calculated field holds, as far as it is of one kind.
func (s *Schema) calculatedType(name string) FieldType {
	r := newResolver(s)
	c, ok := r.calculated(name).(rule.Calculated)
	if !ok || len(r.errs) > 0 {
		return FieldType{}
	}
	k := checker{schema: s, most: 1}
	ks := k.expr(c.X, s.ContactScope(), nil)
	for kind := rule.KindBool; kind <= rule.KindObject; kind++ {
		if ks == kindsOf(kind) {
			return FieldType{Kind: kind}
		}
	}
	return FieldType{}
}

// sampleOf is a rule about a field of this type.
func sampleOf(f rule.Field, t FieldType) rule.Condition {
	switch t.Kind {
	case rule.KindBool:
		return rule.Compare{Left: f, Op: rule.OpEq, Right: rule.Bool(true)}
	case rule.KindNumber:
		return rule.Compare{Left: f, Op: rule.OpGe, Right: rule.Int(10)}
	case rule.KindText:
		if v, ok := t.someText(); ok {
			return rule.Compare{Left: f, Op: rule.OpEq, Right: rule.Text(v)}
		}
	case rule.KindTime:
		return rule.When{X: f, Window: rule.Window{Kind: rule.WindowLast, A: rule.Span{N: 30, Unit: rule.UnitDay}}}
	case rule.KindDate:
		return rule.Compare{Left: f, Op: rule.OpGe, Right: rule.Date(2026, 1, 31)}
	case rule.KindDuration:
		return rule.Compare{Left: f, Op: rule.OpGt, Right: rule.Span{N: 30, Unit: rule.UnitDay}}
	case rule.KindList:
		return sampleOfList(f, t)
	}
	return rule.Not{C: rule.IsNull{X: f}}
}

// sampleOfList is a rule about a list: an element that it has, or how many.
func sampleOfList(f rule.Field, t FieldType) rule.Condition {
	some, ok := t.someText()
	switch {
	case t.Of == rule.KindText && ok:
		return rule.Contains{X: f, Values: []rule.Value{rule.Text(some)}}
	case t.Of == rule.KindNumber:
		return rule.Contains{X: f, Values: []rule.Value{rule.Int(10)}}
	}
	for _, name := range textset.SortedKeys(t.Elements) {
		if e := t.Elements[name]; shows(name) && len(e.Elements) == 0 && e.Kind != rule.KindList {
			return rule.Each{Quantifier: rule.QuantifierAny, X: f, C: sampleOf(rule.Field(name), e)}
		}
	}
	return rule.Compare{Left: rule.Call{Fn: rule.FnLength, Args: []rule.Expr{f}}, Op: rule.OpGe, Right: rule.Int(1)}
}

// someText is a text that the field takes; ok is false if there is none to show.
func (t FieldType) someText() (v string, ok bool) {
	for _, v := range t.Values {
		if shows(v) {
			return v, true
		}
	}
	return "some text", len(t.Values) == 0
}

// said is what the page says of a field: its kind, its values, whether it may be missing.
func (t FieldType) said() string {
	said := kindWord(t.Kind)
	switch {
	case t.Kind == rule.KindList && len(t.Elements) > 0:
		said = "list of objects: " + listing(typed(t.Elements))
	case t.Kind == rule.KindList && t.Of != rule.KindNull:
		said = "list, each a " + kindWord(t.Of)
	}
	if len(t.Values) > 0 {
		var values []string
		for _, v := range t.Values {
			quoted := unshown
			if shows(v) {
				quoted = rule.Text(v).String()
			}
			values = append(values, quoted)
		}
		said += ", one of " + listing(values)
	}
	if t.Fold {
		said += "; case does not matter"
	}
	if t.Required {
		said += "; never missing"
	}
	return said
}

// typed are names with their kinds.
func typed(fields map[string]FieldType) (out []string) {
	for _, name := range textset.SortedKeys(fields) {
		named := unshown
		if shows(name) {
			named = rule.Field(name).String() + " (" + kindWord(fields[name].Kind) + ")"
		}
		out = append(out, named)
	}
	return out
}

func kindWord(k rule.Kind) string {
	switch k {
	case rule.KindNull:
		return "any value"
	case rule.KindBool:
		return "TRUE or FALSE"
	case rule.KindTime:
		return "instant"
	}
	return k.String()
}

// sheetEvents are the lines about events.
func (s *Schema) sheetEvents() (lines []sheetLine) {
	for _, name := range textset.SortedKeys(s.Events) {
		lines = append(lines, lineIf(shows(name), func() sheetLine {
			t, note := s.Events[name], "no properties are listed"
			if len(t.Props) > 0 {
				note = listing(typed(t.Props))
			}
			if len(t.Aliases) > 0 {
				note += "; also called " + listing(t.Aliases)
			}
			test := rule.Compare{Left: rule.Metric{Events: rule.Events{Names: []string{name}}}, Op: rule.OpGe, Right: rule.Int(1)}
			return sheetLine{test.String(), note}
		}))
	}
	return lines
}

// eventText is the name of an event as rule text.
func eventText(name string) string {
	text := rule.Metric{Events: rule.Events{Names: []string{name}}}.String()
	return strings.TrimSuffix(strings.TrimPrefix(text, "COUNT("), ")")
}
