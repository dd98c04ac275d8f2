package klaviyo

import (
	"strings"

	"github.com/segmentrules/segment/interop/internal/build"
	"github.com/segmentrules/segment/interop/internal/source"
	"github.com/segmentrules/segment/rule"
)

// Klaviyo's filters: a type, an operator, and what they need. The same filters test properties
// of profiles, of events and of custom objects.

// klaviyoNumbers are the comparisons of numbers, klaviyoTexts the tests of texts; the negated
// ones of texts stand beside them.
var (
	klaviyoNumbers = []string{"equals", "not-equals", "greater-than", "greater-than-or-equal", "less-than", "less-than-or-equal", "between"}
	klaviyoTexts   = []string{"equals", "not-equals", "contains", "not-contains", "starts-with", "not-starts-with", "ends-with", "not-ends-with",
		"regex", "nregex", "in", "not-in", "phone-country-code-in", "phone-country-code-not-in"}
	klaviyoLists = []string{"contains", "not-contains", "contains-all", "not-contains-all", "contains-any", "not-contains-any",
		"contains-substring", "not-contains-substring", "contains-starts-with", "not-contains-starts-with", "contains-ends-with", "not-contains-ends-with",
		"length-equals", "length-greater-than", "length-greater-than-or-equal", "length-less-than", "length-less-than-or-equal", "is-empty", "not-empty"}
)

// klaviyoFilter is a filter of a property; nil if there is none, after an error.
func (r *reader) klaviyoFilter(f rule.Field, n *source.Node) rule.Condition {
	if !r.Object(n, "a filter") || f == "" {
		return nil
	}
	kind, ok := r.Word(n.Want("type"), "type of filter", "string", "string-array", "numeric", "integer", "boolean", "existence", "date", "list")
	if !ok {
		return nil
	}
	switch kind {
	case "string", "string-array":
		r.Only(n, "type", "operator", "value")
		return r.klaviyoText(f, n)
	case "numeric", "integer":
		return r.klaviyoNumeric(f, n)
	case "boolean":
		r.Only(n, "type", "operator", "value")
		op, ok := r.Word(n.Want("operator"), "operator", "equals", "not-equals")
		if !n.Get("value").Is(source.Bool) {
			return r.Fail(n.Want("value"), rule.ErrType, "true or false is expected here")
		}
		if is := build.Eq(f, rule.Bool(n.Get("value").Truth)); op == "equals" || !ok {
			return is
		}
		return build.Known(build.Not(build.Eq(f, rule.Bool(n.Get("value").Truth))), f)
	case "existence":
		r.Only(n, "type", "operator")
		op, ok := r.Word(n.Want("operator"), "operator", "is-set", "not-set")
		if !ok {
			return nil
		}
		if op == "not-set" {
			return rule.IsNull{X: f}
		}
		return build.IsSet(f)
	case "date":
		return r.klaviyoDate(f, n)
	}
	return r.klaviyoList(f, n)
}

func (r *reader) klaviyoText(f rule.Field, n *source.Node) rule.Condition {
	op, ok := r.Word(n.Want("operator"), "operator", klaviyoTexts...)
	if !ok {
		return nil
	}
	v := n.Get("value")
	if v.Absent() && (op == "equals" || op == "not-equals") {
		if op == "equals" {
			return rule.IsNull{X: f}
		}
		return build.IsSet(f)
	}
	if v.Absent() {
		return r.Fail(source.OrNode(v, n), rule.ErrType, "a text is expected here")
	}
	if v.Is(source.List) != strings.HasSuffix(op, "in") {
		return r.Fail(v, rule.ErrType, "%s takes %s", op, map[bool]string{true: "one text", false: "a list of texts"}[v.Is(source.List)])
	}
	texts := r.Texts(v)
	if len(texts) == 0 && v.Kind != source.List {
		return nil
	}
	var c rule.Condition
	positive := strings.TrimPrefix(strings.Replace(op, "-not-in", "-in", 1), "not-")
	switch positive {
	case "contains":
		c = build.Contains(f, false, texts...)
	case "starts-with":
		c = build.StartsWith(f, false, texts...)
	case "ends-with":
		c = build.EndsWith(f, false, texts...)
	case "regex", "nregex":
		c = r.Matches(v, f, texts[0], false)
	case "phone-country-code-in":
		c = r.klaviyoPhone(f, v, texts)
	default:
		c = build.OneOf(f, build.TextValues(texts), false)
	}
	if op == positive && op != "nregex" {
		return c
	}
	return build.Known(build.Not(c), f)
}

// klaviyoPhone is whether a number begins with one of some calling codes. Codes of countries
// cannot be said: several countries have the code 1.
func (r *reader) klaviyoPhone(f rule.Field, at *source.Node, codes []string) rule.Condition {
	var prefixes []string
	for _, code := range codes {
		digits := strings.TrimPrefix(code, "+")
		if digits == "" || strings.Trim(digits, "0123456789") != "" {
			return r.Omit(at, source.NeedPhone, "telephone numbers of the country %s", source.Shortened(code))
		}
		prefixes = append(prefixes, "+"+digits)
	}
	return build.StartsWith(f, false, prefixes...)
}

// klaviyoNumber is the operator of a filter of numbers, and the number beside it: missing for
// "between".
func (r *reader) klaviyoNumber(n *source.Node) (op string, v rule.Value, ok bool) {
	if !r.Object(n, "a filter of numbers") {
		return "", v, false
	}
	if _, ok = r.Word(n.Want("type"), "type of filter", "numeric", "integer"); !ok {
		return "", v, false
	}
	if op, ok = r.Word(n.Want("operator"), "operator", klaviyoNumbers...); !ok || op == "between" {
		r.Only(n, "type", "operator", "start", "end")
		return op, v, ok
	}
	r.Only(n, "type", "operator", "value")
	v, ok = r.Number(n.Want("value"))
	return op, v, ok
}

func (r *reader) klaviyoNumeric(x rule.Expr, n *source.Node) rule.Condition {
	op, v, ok := r.klaviyoNumber(n)
	if !ok {
		return nil
	}
	_, counted := x.(rule.Metric)
	switch op {
	case "between":
		lo, low := r.Number(n.Want("start"))
		hi, high := r.Number(n.Want("end"))
		if !low || !high {
			return nil
		}
		return rule.Between{X: x, Lo: lo, Hi: hi}
	case "not-equals":
		if counted {
			return build.Not(build.Eq(x, v))
		}
		return build.Known(build.Not(build.Eq(x, v)), x)
	case "greater-than":
		return build.Compare(x, rule.OpGt, v)
	case "greater-than-or-equal":
		return build.Compare(x, rule.OpGe, v)
	case "less-than":
		return build.Compare(x, rule.OpLt, v)
	case "less-than-or-equal":
		return build.Compare(x, rule.OpLe, v)
	}
	return build.Eq(x, v)
}

func (r *reader) klaviyoList(f rule.Field, n *source.Node) rule.Condition {
	op, ok := r.Word(n.Want("operator"), "operator", klaviyoLists...)
	if !ok {
		return nil
	}
	v := n.Get("value")
	length := rule.Call{Fn: rule.FnLength, Args: []rule.Expr{f}}
	if op == "is-empty" || op == "not-empty" {
		r.Only(n, "type", "operator")
		return map[string]rule.Condition{"is-empty": build.Eq(length, rule.Int(0)), "not-empty": build.Compare(length, rule.OpGt, rule.Int(0))}[op]
	}
	r.Only(n, "type", "operator", "value")
	if compared, ok := strings.CutPrefix(op, "length-"); ok {
		k, ok := r.Number(source.OrNode(v, n))
		if !ok {
			return nil
		}
		ops := map[string]rule.Op{"greater-than": rule.OpGt, "greater-than-or-equal": rule.OpGe, "less-than": rule.OpLt, "less-than-or-equal": rule.OpLe}
		return build.Compare(length, ops[compared], k)
	}
	if v.Absent() {
		return r.Fail(source.OrNode(v, n), rule.ErrType, "a text, or a list of them, is expected here")
	}
	values := r.Constants(v)
	if len(values) == 0 {
		return r.Fail(v, rule.ErrValue, "%s needs at least one value", op)
	}
	var texts []string
	for _, v := range values {
		texts = append(texts, v.Text())
	}
	if strings.Contains(op, "with") || strings.Contains(op, "substring") {
		if texts = r.Texts(v); len(texts) == 0 {
			return nil
		}
	}
	var c rule.Condition
	positive := strings.TrimPrefix(op, "not-")
	switch positive {
	case "contains-all":
		c = rule.Contains{X: f, Mode: rule.ContainsAll, Values: values}
	case "contains-substring":
		c = build.AnElement(f, build.Contains(rule.Elem{}, false, texts...))
	case "contains-starts-with":
		c = build.AnElement(f, build.StartsWith(rule.Elem{}, false, texts...))
	case "contains-ends-with":
		c = build.AnElement(f, build.EndsWith(rule.Elem{}, false, texts...))
	default:
		c = build.AnElement(f, build.OneOf(rule.Elem{}, values, false))
	}
	if op == positive {
		return c
	}
	return build.Known(build.Not(c), f)
}
