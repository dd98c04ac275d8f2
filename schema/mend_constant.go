package schema

import (
	"strconv"
	"strings"

	"github.com/segmentrules/segment/internal/spelling"
	"github.com/segmentrules/segment/rule"
)

// Constants as they were probably meant: a name without quotes, a number in quotes, a day
// in another spelling, and a number of years beside an age.

// constant mends what an expression is compared with.
func (m mender) constant(of, e rule.Expr) rule.Expr {
	t := m.ts.TypeOf(of)
	if call, ok := of.(rule.Call); ok {
		if n, ok := spelling.Numbered(call.Fn, nameIn(e)); ok && !m.known(e) {
			return rule.Int(n)
		}
		if years, ok := yearsOfAge(call, e); ok {
			return years
		}
	}
	switch e := e.(type) {
	case rule.Value:
		return t.converted(e)
	case rule.Span:
		if t.Kind == rule.KindNumber && t.Epoch == EpochNone {
			return rule.Int(e.N)
		}
	case rule.Field:
		names := e.Names()
		if _, known := m.ts.field(e); known || m.ofContact(e) || len(names) != 1 || t.Kind == rule.KindTime || t.Kind == rule.KindDate {
			break
		}
		v := t.converted(rule.Text(names[0]))
		if near := alike(names[0], m.fields()); near != "" && len(names[0]) > 4 && (v.Kind() != rule.KindText || len(t.Values) == 0 || !t.Admits(v.Text())) {
			return rule.Field(near)
		}
		return v
	}
	return m.expr(e)
}

// yearsOfAge is the number behind AGE(birthday), of years: of other fields it may be days.
func yearsOfAge(call rule.Call, e rule.Expr) (rule.Span, bool) {
	v, isValue := e.(rule.Value)
	if call.Fn != rule.FnAge || len(call.Args) != 1 || !isValue {
		return rule.Span{}, false
	}
	f, _ := call.Args[0].(rule.Field)
	n, whole := v.Int()
	d := rule.Span{N: n, Unit: rule.UnitYear}
	return d, whole && n > 0 && n < 150 && strings.Contains(strings.ToLower(string(f)), "birth") && d.Valid()
}

// nameIn is a constant text, or a name that may be meant for one.
func nameIn(e rule.Expr) string {
	switch e := e.(type) {
	case rule.Field:
		return string(e)
	case rule.Value:
		if e.Kind() == rule.KindText {
			return e.Text()
		}
	}
	return ""
}

// known reports whether an expression is a field that the schema knows.
func (m mender) known(e rule.Expr) bool {
	f, ok := e.(rule.Field)
	if !ok {
		return false
	}
	_, known := m.ts.Listed(f)
	return known
}

// converted turns a constant into the kind of a field, where it says the same.
func (t FieldType) converted(v rule.Value) rule.Value {
	switch {
	case t.Epoch != EpochNone || v.IsNull():
	case t.Kind == rule.KindNumber && v.Kind() == rule.KindText:
		if n, ok := rule.ParseNumber(strings.TrimLeft(strings.TrimSpace(v.Text()), "$€£¥ +")); ok {
			return n
		}
	case (t.Kind == rule.KindTime || t.Kind == rule.KindDate) && v.Kind() == rule.KindText:
		if at := rule.ReadTime(v.Text()); !at.IsNull() {
			return at
		}
		day, _ := spelling.DayIn(v.Text())
		if t.Kind == rule.KindDate {
			day, _ = spelling.WithoutClock(day)
		}
		if at := rule.ReadTime(day); !at.IsNull() {
			return at
		}
	case t.Kind == rule.KindBool:
		switch strings.ToLower(strings.Trim(v.String(), `"`)) {
		case "1", "true", "yes", "y", "on":
			return rule.Bool(true)
		case "0", "false", "no", "n", "off":
			return rule.Bool(false)
		}
	case t.Kind == rule.KindText:
		return t.text(v)
	}
	return v
}

// text turns a constant into one of the texts that a field takes.
func (t FieldType) text(v rule.Value) rule.Value {
	switch v.Kind() {
	case rule.KindNumber:
		v = rule.Text(v.String())
	case rule.KindBool:
		yes := isTrue(v)
		v = rule.Text(strconv.FormatBool(yes))
		for _, word := range [...]string{"yes", "no"} {
			if len(t.Values) > 0 && !t.Admits(v.Text()) && t.Admits(word) && (word == "yes") == yes {
				v = rule.Text(word)
			}
		}
	}
	if v.Kind() == rule.KindText && !t.Admits(v.Text()) {
		if near := alike(v.Text(), t.Values); near != "" {
			return rule.Text(near)
		}
	}
	return v
}
