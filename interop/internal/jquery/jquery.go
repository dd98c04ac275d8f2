package jquery

import (
	"strings"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/interop/internal/build"
	"github.com/segmentrules/segment/interop/internal/source"
	"github.com/segmentrules/segment/rule"
)

// jQuery QueryBuilder: groups {condition, not, rules} and rules {field, type, operator, value}.
// It says no meaning of a missing value: a negated test holds for one, as in its export to
// MongoDB, unless Options.SQLNull asks for SQL's. Values become what their type says; of days
// and instants texts that read as none stay texts. A group without rules holds for everyone.

// A reader reads one definition.
type reader struct{ *source.Reader }

// Read reads a definition of jQuery QueryBuilder; mistakes and losses gather in the reader.
func Read(from *source.Reader, n *source.Node) segment.Segment {
	r := &reader{from}
	c := r.jqueryGroup(n)
	if r.SQLNull && len(r.Errs) == 0 && c != nil {
		c = r.SQLTrue(n, c)
	}
	return segment.Segment{Condition: c}
}

// jqueryOps are the operators, each by the name that react-querybuilder has.
var jqueryOps = map[string]string{
	"equal": "=", "not_equal": "!=", "in": "in", "not_in": "notin", "less": "<", "less_or_equal": "<=", "greater": ">", "greater_or_equal": ">=",
	"between": "between", "not_between": "notbetween", "begins_with": "beginswith", "not_begins_with": "doesnotbeginwith", "contains": "contains",
	"not_contains": "doesnotcontain", "ends_with": "endswith", "not_ends_with": "doesnotendwith", "is_null": "null", "is_not_null": "notnull",
	"is_empty": "is_empty", "is_not_empty": "is_not_empty",
}

var jqueryNames = []string{"equal", "not_equal", "in", "not_in", "less", "less_or_equal", "greater", "greater_or_equal", "between", "not_between", "begins_with",
	"not_begins_with", "contains", "not_contains", "ends_with", "not_ends_with", "is_empty", "is_not_empty", "is_null", "is_not_null"}

func (r *reader) jqueryGroup(n *source.Node) rule.Condition {
	if !r.Object(n, "a group of rules") {
		return nil
	}
	if n.Get("rules") == nil {
		if empty := n.Get("empty"); empty.Is(source.Bool) && empty.Truth {
			return nil // a place that nobody has filled in
		}
		return r.jqueryRule(n)
	}
	r.Only(n, "condition", "rules", "not", "valid", "id", "data", "flags", "readonly", "empty")
	rules := r.Elements(n.Want("rules"), "the rules of a group")
	var cs []rule.Condition
	for _, e := range rules {
		if c := r.jqueryGroup(e); c != nil {
			cs = append(cs, c)
		}
	}
	var c rule.Condition
	switch op := n.Get("condition"); {
	case len(rules) == 0 && op.Absent():
		c = rule.Everyone{}
	case strings.EqualFold(op.Str(), "and"):
		c = build.All(cs...)
	case strings.EqualFold(op.Str(), "or"):
		c = build.AnyOf(cs...)
	default:
		at := op
		if at == nil {
			at = n
		}
		return r.Unknown(at, "condition", op.Str(), "AND", "OR")
	}
	if len(rules) == 0 {
		c = rule.Everyone{}
	}
	negated := n.Get("not")
	if !negated.Absent() && !negated.Is(source.Bool) {
		return r.Fail(negated, rule.ErrType, "true or false is expected here")
	}
	if negated.Is(source.Bool) && negated.Truth && len(rules) > 0 {
		return build.Not(c)
	}
	return c
}

func (r *reader) jqueryRule(n *source.Node) rule.Condition {
	r.Only(n, "id", "field", "type", "input", "operator", "value", "data", "flags", "readonly", "valid", "label", "optgroup")
	name := n.Get("field")
	if name.Absent() {
		name = n.Get("id")
	}
	if !name.Is(source.Text) {
		return r.Fail(n, rule.ErrSyntax, "a rule needs a field, a text")
	}
	x, ok := r.Field(name, name.Text)
	if !ok {
		return nil
	}
	op, ok := r.ByOperator(n.Get("operator"), jqueryOps, jqueryNames)
	if !ok {
		return nil
	}
	kind := n.Get("type")
	if !kind.Absent() {
		if _, ok = r.Word(kind, "type", "string", "integer", "double", "date", "time", "datetime", "boolean"); !ok {
			return nil
		}
	}
	switch op {
	case "is_empty":
		return build.Eq(x, rule.Text(""))
	case "is_not_empty":
		return build.Not(build.Eq(x, rule.Text("")))
	}
	return r.BuilderTest(source.BuilderTest{At: n, Op: op, X: x, Value: n.Get("value"),
		Scalar: func(n *source.Node) (rule.Value, bool) { return r.jqueryValue(n, kind.Str()) },
		Values: func(n *source.Node) ([]*source.Node, bool) { return source.CommaList(n), true }})
}

// jqueryValue is a constant as its type says.
func (r *reader) jqueryValue(n *source.Node, kind string) (v rule.Value, ok bool) {
	switch kind {
	case "integer", "double":
		return r.Number(n)
	case "boolean":
		switch text := strings.ToLower(n.Scalar()); text {
		case "true", "1":
			return rule.Bool(true), true
		case "false", "0":
			return rule.Bool(false), true
		}
		if !n.Is(source.Bool) {
			r.Fail(n, rule.ErrType, "true or false is expected here")
			return v, false
		}
	case "date", "datetime":
		if v, ok = r.Moment(strings.ReplaceAll(n.Str(), "/", "-")); ok {
			return v, true
		}
	}
	return r.Constant(n)
}
