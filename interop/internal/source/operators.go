package source

import (
	"strings"

	"github.com/segmentrules/segment/interop/internal/build"
	"github.com/segmentrules/segment/rule"
)

// The tests of query builders: what react-querybuilder calls an operator, in lower case, and
// other builders by names of their own.

// BuilderOps are the operators of query builders, as react-querybuilder spells them.
var BuilderOps = []string{"=", "!=", "<", "<=", ">", ">=", "contains", "beginsWith", "endsWith", "doesNotContain", "doesNotBeginWith", "doesNotEndWith",
	"null", "notNull", "in", "notIn", "between", "notBetween"}

// BuilderNegations are the operators that are the complement of another.
var BuilderNegations = map[string]string{"!=": "=", "doesnotcontain": "contains", "doesnotbeginwith": "beginswith", "doesnotendwith": "endswith",
	"notnull": "null", "notin": "in", "notbetween": "between"}

// BuilderOrder are the operators that compare.
var BuilderOrder = map[string]rule.Op{"=": rule.OpEq, "<": rule.OpLt, "<=": rule.OpLe, ">": rule.OpGt, ">=": rule.OpGe}

// A BuilderTest is one rule of a query builder.
type BuilderTest struct {
	Op     string // in lower case
	X      rule.Expr
	Value  *Node
	At     *Node                              // of the rule
	Fold   bool                               // letter case is ignored
	Fields func(n *Node) (rule.Expr, bool)    // if the values are names of fields: how they are read
	Values func(n *Node) (v []*Node, ok bool) // the list that a value of in and between is
	Scalar func(n *Node) (rule.Value, bool)   // how a constant is read
}

// BuilderTest is what the test says; nil where it is left out.
func (r *Reader) BuilderTest(t BuilderTest) rule.Condition {
	if positive, ok := BuilderNegations[t.Op]; ok {
		t.Op = positive
		return build.Not(r.BuilderTest(t))
	}
	switch t.Op {
	case "null":
		return rule.IsNull{X: t.X}
	case "=", "<", "<=", ">", ">=":
		return r.builderCompare(t, BuilderOrder[t.Op])
	case "in":
		return r.builderIn(t)
	case "between":
		return r.builderBetween(t)
	case "contains", "beginswith", "endswith":
		return r.builderText(t)
	}
	return nil
}

func (r *Reader) builderCompare(t BuilderTest, op rule.Op) rule.Condition {
	if t.Fields == nil && t.Value.Absent() {
		if op == rule.OpEq {
			return rule.IsNull{X: t.X}
		}
		return build.Nobody()
	}
	v, ok := r.builderOperand(t, t.Value)
	if !ok {
		return nil
	}
	if op != rule.OpEq {
		v = ordered(v)
	}
	return rule.Compare{Left: t.X, Op: op, Right: v, Fold: t.Fold}
}

// builderOperand is what a value stands for: a field or a constant.
func (r *Reader) builderOperand(t BuilderTest, n *Node) (rule.Expr, bool) {
	if t.Fields != nil {
		return t.Fields(n)
	}
	return t.Scalar(n)
}

// ordered is an operand of an ordering: a text that reads as a number is one there.
func ordered(x rule.Expr) rule.Expr {
	if v, ok := x.(rule.Value); ok && v.Kind() == rule.KindText {
		if n := rule.ReadNumber(v.Text()); n.Kind() == rule.KindNumber {
			return n
		}
	}
	return x
}

func (r *Reader) builderIn(t BuilderTest) rule.Condition {
	values, ok := t.Values(t.Value)
	if !ok || len(values) == 0 {
		return nil
	}
	var constants []rule.Value
	var equal []rule.Condition
	for _, n := range values {
		if n.Absent() && t.Fields == nil {
			constants = append(constants, rule.Value{})
			continue
		}
		v, ok := r.builderOperand(t, n)
		if !ok {
			return nil
		}
		if c, ok := v.(rule.Value); ok {
			constants = append(constants, c)
		} else {
			equal = append(equal, rule.Compare{Left: t.X, Right: v, Fold: t.Fold})
		}
	}
	if len(constants) > 0 {
		return rule.In{X: t.X, Values: constants, Fold: t.Fold}
	}
	return build.AnyOf(equal...)
}

func (r *Reader) builderBetween(t BuilderTest) rule.Condition {
	values, ok := t.Values(t.Value)
	if !ok || len(values) < 2 {
		return nil
	}
	if len(values) > 2 {
		return r.Fail(t.Value, rule.ErrValue, "two values are expected here, not %d", len(values))
	}
	lo, ok1 := r.builderOperand(t, values[0])
	hi, ok2 := r.builderOperand(t, values[1])
	if !ok1 || !ok2 {
		return nil
	}
	if a, b := ordered(lo), ordered(hi); rule.IsNumberLiteral(a) && rule.IsNumberLiteral(b) {
		lo, hi = a, b
		if rule.CompareNumbers(a.(rule.Value), b.(rule.Value)) > 0 {
			lo, hi = b, a // as all of its exports do, but for those to SQL
		}
	}
	return rule.Between{X: t.X, Lo: lo, Hi: hi, Fold: t.Fold}
}

func (r *Reader) builderText(t BuilderTest) rule.Condition {
	if t.Fields != nil {
		return r.Omit(t.At, NeedTextOfField, "a text test against the field %s", Shortened(t.Value.Str()))
	}
	v, ok := t.Scalar(t.Value)
	if !ok {
		return nil
	}
	text := v.Text()
	switch {
	case v.Kind() == rule.KindNumber:
		text = v.String()
	case v.Kind() != rule.KindText:
		return r.Fail(t.Value, rule.ErrType, "a text is expected here")
	}
	switch t.Op {
	case "beginswith":
		return build.StartsWith(t.X, t.Fold, text)
	case "endswith":
		return build.EndsWith(t.X, t.Fold, text)
	}
	return build.Contains(t.X, t.Fold, text)
}

// CommaList is the elements of a list, or the parts of a text between commas, without the
// blanks around them and without those that are empty; a comma behind a backslash is part of
// one. Any other value is a list of itself.
func CommaList(n *Node) []*Node {
	if !n.Is(Text) {
		return n.List()
	}
	var parts []*Node
	var part strings.Builder
	end := func() {
		if text := strings.TrimSpace(part.String()); text != "" {
			parts = append(parts, &Node{Kind: Text, Text: text, Ref: n.Ref})
		}
		part.Reset()
	}
	for i := 0; i < len(n.Text); i++ {
		switch b := n.Text[i]; {
		case b == ',':
			end()
		case b == '\\' && i+1 < len(n.Text) && n.Text[i+1] == ',':
			i++
			part.WriteByte(',')
		default:
			part.WriteByte(b)
		}
	}
	end()
	return parts
}

// ByOperator finds the operator that a text names, in any case and by a host's own name too.
func (r *Reader) ByOperator(n *Node, known map[string]string, names []string) (op string, ok bool) {
	if !n.Is(Text) {
		r.Fail(n, rule.ErrType, "an operator is expected here, a text")
		return "", false
	}
	text := n.Text
	if own, ok := r.Operators[text]; ok {
		text = own
	}
	if op, ok = known[strings.ToLower(text)]; !ok {
		r.Unknown(n, "operator", n.Text, names...)
	}
	return op, ok
}
