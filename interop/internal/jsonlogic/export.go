package jsonlogic

import (
	"fmt"
	"math"
	"unicode/utf16"

	"github.com/segmentrules/segment/interop/internal/source"
	"github.com/segmentrules/segment/interop/internal/target"
	"github.com/segmentrules/segment/rule"
)

// Writing a condition as JsonLogic. Where JavaScript takes null for 0 the field is asked to
// be there, too. The data is taken to have values of the kinds that the condition asks for: a
// text "3" is less than 5 there.

// Export writes a condition that fits the schema as a rule of JsonLogic.
func Export(o source.Options, c rule.Condition) ([]byte, []source.Loss, error) {
	w := &logicWriter{Writer: target.Writer{Options: o}}
	text := w.condition(nil, c)
	return text, w.Losses(c), nil
}

type logicWriter struct{ target.Writer }

// condition writes a condition; nil if nothing of it can be said.
func (w *logicWriter) condition(at *rule.Trail, c rule.Condition) []byte {
	switch c := c.(type) {
	case rule.Everyone:
		return []byte("true")
	case rule.And:
		return w.group(at, "and", c, "true")
	case rule.Or:
		return w.group(at, "or", c, "false")
	case rule.Not:
		return logicCall("!", w.condition(at.In(".C"), c.C))
	case rule.IsNull:
		return logicCall("===", w.variable(at, c, c.X), []byte("null"))
	case rule.Compare:
		return w.compare(at, c)
	case rule.Like:
		return w.like(at, c)
	}
	switch out := w.Spelt(at, c).(type) {
	case nil:
		return nil
	case rule.In:
		return w.in(at, out)
	case rule.Contains:
		return w.contains(at, out)
	case rule.Each:
		return w.each(at, out)
	case rule.And, rule.Or, rule.Not, rule.Everyone:
		return w.WrittenOut(at, out, w.condition)
	}
	return w.Unsayable(at, c)
}

// logicCall is an operation; nil if an argument is.
func logicCall(op string, args ...[]byte) []byte {
	for _, a := range args {
		if a == nil {
			return nil
		}
	}
	return target.Object(op, target.List(args))
}

func (w *logicWriter) group(at *rule.Trail, op string, cs []rule.Condition, none string) []byte {
	var parts [][]byte
	for i, c := range cs {
		if p := w.condition(at.At(i), c); p != nil {
			parts = append(parts, p)
		}
	}
	switch {
	case len(cs) == 0:
		return []byte(none)
	case len(parts) == 0:
		return nil
	case len(parts) == 1:
		return parts[0]
	}
	return target.Object(op, target.List(parts))
}

// variable writes a field or an element; nil, and told, for all else.
func (w *logicWriter) variable(at *rule.Trail, c rule.Condition, x rule.Expr) []byte {
	if _, constant := x.(rule.Value); constant {
		return w.Unsayable(at, c)
	}
	return w.value(at, c, x)
}

// value writes a field, an element or a constant; nil, and told, for all else.
func (w *logicWriter) value(at *rule.Trail, c rule.Condition, x rule.Expr) []byte {
	switch x := x.(type) {
	case rule.Elem:
		return []byte(`{"var":""}`)
	case rule.Field:
		for i, name := range x.Names() {
			if rule.Field(name) != rule.Path(name) || i > 0 && source.IsDigits(name) || source.IsDigits(name) {
				return w.Omit(at, source.NeedComputed, "the field %s, whose name has a dot or only digits: %s", x, c)
			}
		}
		return target.Object("var", source.AppendJSON(nil, string(x)))
	case rule.Value:
		switch x.Kind() {
		case rule.KindNumber:
			if f := x.Float(); math.Abs(f) > 1<<53 {
				return w.Omit(at, source.NeedExactInt, "%s", c)
			}
			if text := source.AppendJSON(nil, x); text[0] != '{' {
				return text
			}
		case rule.KindText, rule.KindBool:
			return source.AppendJSON(nil, x)
		}
	}
	return w.Unsayable(at, c)
}

var logicSigns = [...]string{rule.OpEq: "===", rule.OpLt: "<", rule.OpLe: "<=", rule.OpGt: ">", rule.OpGe: ">="}

func (w *logicWriter) compare(at *rule.Trail, c rule.Compare) []byte {
	if c.Fold {
		return w.Omit(at, source.NeedFold, "%s", c)
	}
	right, fixed := c.Right.(rule.Value)
	left, other := c.Left.(rule.Value)
	if fixed && right.IsNull() || other && left.IsNull() {
		return w.Unsayable(at, c)
	}
	for _, v := range []rule.Value{left, right} {
		if c.Op != rule.OpEq && v.Kind() == rule.KindText && jsNumber(v).Kind() == rule.KindNumber {
			return w.Omit(at, source.NeedCast, "an order among texts, of which JavaScript reads one as a number: %s", c)
		}
	}
	a, b := w.value(at, c, c.Left), []byte(nil)
	if a != nil {
		b = w.value(at, c, c.Right)
	}
	test := logicCall(logicSigns[c.Op], a, b)
	if test == nil || c.Op == rule.OpEq && (fixed || other) {
		return test
	}
	parts := [][]byte{}
	for _, side := range []struct {
		x    rule.Expr
		text []byte
	}{{c.Left, a}, {c.Right, b}} {
		if _, constant := side.x.(rule.Value); !constant {
			parts = append(parts, logicCall("!==", side.text, []byte("null")))
		}
	}
	return target.Object("and", target.List(append(parts, test)))
}

func (w *logicWriter) in(at *rule.Trail, c rule.In) []byte {
	if c.Fold {
		return w.Omit(at, source.NeedFold, "%s", c)
	}
	var values [][]byte
	for _, v := range c.Values {
		text := w.value(at, c, v)
		if text == nil {
			return nil
		}
		values = append(values, text)
	}
	return logicCall("in", w.variable(at, c, c.X), target.List(values))
}

func (w *logicWriter) contains(at *rule.Trail, c rule.Contains) []byte {
	if c.Fold {
		return w.Omit(at, source.NeedFold, "%s", c)
	}
	v := w.value(at, c, c.Values[0])
	if v == nil {
		return nil
	}
	return logicCall("in", v, w.variable(at, c, c.X))
}

// like is a comparison of the start or the end of a text.
func (w *logicWriter) like(at *rule.Trail, c rule.Like) []byte {
	if c.Fold {
		return w.Omit(at, source.NeedFold, "%s", c)
	}
	x := w.variable(at, c, c.X)
	if x == nil {
		return nil
	}
	there := logicCall("!==", x, []byte("null"))
	var either [][]byte
	for _, t := range c.Values {
		size := len(utf16.Encode([]rune(t)))
		cut := fmt.Sprintf(`{"substr":[%s,0,%d]}`, x, size)
		if c.End == rule.LikeSuffix {
			cut = fmt.Sprintf(`{"substr":[%s,%d]}`, x, -size)
		}
		if size == 0 {
			return w.Omit(at, source.NeedType, "whether a value is a text: %s", c)
		}
		either = append(either, logicCall("===", []byte(cut), source.AppendJSON(nil, t)))
	}
	test := either[0]
	if len(either) > 1 {
		test = target.Object("or", target.List(either))
	}
	return target.Object("and", target.List([][]byte{there, test}))
}

var logicQuantifiers = [...]string{rule.QuantifierAny: "some", rule.QuantifierAll: "all", rule.QuantifierNone: "none"}

// each is a condition on the elements of a list.
func (w *logicWriter) each(at *rule.Trail, c rule.Each) []byte {
	list := w.variable(at, c, c.X)
	if list == nil {
		return nil
	}
	inner := w.condition(at.In(".C"), c.C)
	if inner == nil {
		return nil
	}
	if c.Quantifier != rule.QuantifierMin {
		return logicCall(logicQuantifiers[c.Quantifier], list, inner)
	}
	one := []byte(`{"+":[1,{"var":"accumulator"}]}`)
	return logicCall(">=", logicCall("reduce", logicCall("filter", list, inner), one, []byte("0")), source.AppendJSON(nil, c.K))
}
