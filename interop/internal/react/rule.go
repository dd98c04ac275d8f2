package react

import (
	"strings"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/interop/internal/build"
	"github.com/segmentrules/segment/interop/internal/source"
	"github.com/segmentrules/segment/rule"
)

// One rule of a react-querybuilder query: of a field, of the elements of a list, of an event,
// a list or a segment, or as rule text. See react.go.

func (r *reader) reactRule(n *source.Node, element bool) rule.Condition {
	name, op := n.Get("field"), n.Get("operator")
	if name != nil && !name.Is(source.Text) {
		return r.Fail(name, rule.ErrType, "the name of a field is expected here, a text")
	}
	if name.Str() == "~" || op.Str() == "~" || n.Get("value").Str() == "~" {
		return nil
	}
	if !element && !r.reactListed(name.Str()) {
		switch field := name.Str(); {
		case field == "$rule":
			return r.reactText(n)
		case strings.HasPrefix(field, "event:"):
			return r.reactEvent(n, strings.TrimPrefix(field, "event:"))
		case (field == "list" || field == "segment") && (strings.EqualFold(op.Str(), "in") || strings.EqualFold(op.Str(), "notIn")):
			return r.reactMember(n, field)
		}
	}
	t := source.BuilderTest{At: n, Value: n.Get("value"), Scalar: r.Constant, Values: r.reactValues}
	var ok bool
	if t.X, t.Fold, ok = r.reactSide(n, element); !ok {
		return nil
	}
	if match := n.Get("match"); !match.Absent() {
		return r.reactMatch(n, match, t.X)
	}
	if t.Op, ok = r.ByOperator(op, reactOps, source.BuilderOps); !ok {
		return nil
	}
	switch from := n.Get("valueSource"); {
	case from.Absent() || from.Str() == "" && from.Is(source.Text) || from.Str() == "value":
	case from.Str() == "field":
		t.Fields = func(n *source.Node) (rule.Expr, bool) { return r.reactField(n, element) }
	default:
		return r.Unknown(from, "valueSource", from.Str(), "value", "field")
	}
	if t.Fold && !r.reactLower(t.Value, n.Get("lhs")) {
		return r.reactNeverEqual(t)
	}
	return r.BuilderTest(t)
}

// reactListed reports whether the schema lists a field of this name.
func (r *reader) reactListed(name string) bool {
	if r.Schema == nil {
		return false
	}
	_, ok := r.Schema.Fields[name]
	return ok
}

// reactValues is the list that a value of in and between is.
func (r *reader) reactValues(n *source.Node) ([]*source.Node, bool) {
	if n.Is(source.Object) {
		r.Fail(n, rule.ErrType, "a list, or a text with commas, is expected here")
		return nil, false
	}
	return source.CommaList(n), true
}

// reactField is the field, or the element, that a text names.
func (r *reader) reactField(n *source.Node, element bool) (rule.Expr, bool) {
	switch {
	case !n.Is(source.Text):
		r.Fail(n, rule.ErrType, "the name of a field is expected here, a text")
		return nil, false
	case element && n.Text == "":
		return rule.Elem{}, true
	}
	f := rule.Field(n.Text)
	for _, name := range f.Names() {
		if name == "" {
			r.Fail(n, rule.ErrValue, "%s is no path of a field", source.Shortened(n.Text))
			return nil, false
		}
	}
	r.Named(n, n.Text)
	return f, true
}

// reactSide is the left side of a rule: a field, or a function of one. fold says that letter
// case is ignored.
func (r *reader) reactSide(n *source.Node, element bool) (x rule.Expr, fold, ok bool) {
	lhs := n.Get("lhs")
	if lhs.Absent() {
		field := n.Get("field")
		if field == nil {
			r.Fail(n, rule.ErrSyntax, "a rule needs a field")
			return nil, false, false
		}
		x, ok = r.reactField(field, element)
		return x, false, ok
	}
	switch kind := lhs.Get("kind"); kind.Str() {
	case "field":
		x, ok = r.reactField(lhs.Get("field"), element)
		return x, false, ok
	case "function":
	default:
		r.Unknown(kind, "kind of a left side", kind.Str(), "field", "function")
		return nil, false, false
	}
	name, args := lhs.Get("name"), r.Elements(lhs.Get("args"), "the arguments of a function")
	switch fn := strings.ToLower(name.Str()); fn {
	case "lower", "upper":
		if len(args) == 1 && args[0].Get("kind").Str() == "field" {
			x, ok = r.reactField(args[0].Get("field"), element)
			return x, true, ok
		}
		r.Omit(n, source.NeedTextFuncs, "%s() of something else than a field", fn)
	case "trim", "ltrim", "rtrim", "concat", "substring", "substr", "replace", "left", "right", "length":
		r.Omit(n, source.NeedTextFuncs, "the function %s()", fn)
	case "abs", "round", "floor", "ceil", "ceiling", "coalesce", "add", "subtract", "multiply", "divide":
		r.Omit(n, source.NeedFunction, "the function %s()", fn)
	default:
		r.Unknown(name, "function", name.Str(), "lower", "upper", "trim", "concat", "substring", "abs", "round", "coalesce")
	}
	return nil, false, false
}

// reactLower reports whether all texts of a value are as lower() or upper() gives them: no
// other is ever equal to that.
func (r *reader) reactLower(value, lhs *source.Node) bool {
	to := strings.ToLower
	if strings.EqualFold(lhs.Get("name").Str(), "upper") {
		to = strings.ToUpper
	}
	for _, n := range value.List() {
		if n.Is(source.Text) && to(n.Text) != n.Text {
			return false
		}
	}
	return true
}

// reactNeverEqual is a test of lower() against a text that it never gives.
func (r *reader) reactNeverEqual(t source.BuilderTest) rule.Condition {
	switch _, negated := source.BuilderNegations[t.Op]; {
	case t.Op == "null" || t.Op == "notnull":
		return r.BuilderTest(t)
	case strings.ContainsAny(t.Op, "<>") || strings.Contains(t.Op, "between") || strings.HasSuffix(t.Op, "in"):
		return r.Omit(t.At, source.NeedTextFuncs, "a comparison of lower() or upper() with other letters")
	case negated:
		return rule.Everyone{}
	}
	return build.Nobody()
}

// reactMatch is a rule over the elements of a list, of which value has the query.
func (r *reader) reactMatch(n, match *source.Node, list rule.Expr) rule.Condition {
	if !r.Object(match, "how many elements match") {
		return nil
	}
	mode := match.Get("mode")
	k, isShare := 0, false
	switch strings.ToLower(mode.Str()) {
	case "all", "some", "none":
	case "atleast", "atmost", "exactly":
		v, ok := r.Number(match.Get("threshold"))
		if !ok {
			return nil
		}
		f := v.Float()
		if isShare = f > 0 && f < 1; !isShare {
			i, whole := v.Int()
			if !whole || i < 0 || i >= 1<<31-1 {
				return r.Fail(match.Get("threshold"), rule.ErrValue, "a whole number, or a share between 0 and 1, is expected here")
			}
			k = int(i)
		}
	default:
		return r.Unknown(mode, "match mode", mode.Str(), "all", "some", "none", "atLeast", "atMost", "exactly")
	}
	c := r.reactGroup(n.Get("value"), true).c
	if isShare {
		return r.Omit(n, source.NeedShare, "%s of the elements of a list match: a share", mode.Str())
	}
	if c == nil {
		return nil
	}
	switch strings.ToLower(mode.Str()) {
	case "all":
		return build.Each(rule.QuantifierNone, list, build.Not(c))
	case "some":
		return build.AnElement(list, c)
	case "none":
		return build.Each(rule.QuantifierNone, list, c)
	case "atleast":
		return build.AtLeastElements(k, list, c)
	case "atmost":
		return build.Not(build.AtLeastElements(k+1, list, c))
	}
	if !r.WriteOut(n, 2, c) {
		return nil
	}
	most := build.Not(build.AtLeastElements(k+1, list, c))
	if k == 0 {
		return most
	}
	return build.All(build.AtLeastElements(k, list, c), most)
}

// reactText is a rule that is rule text.
func (r *reader) reactText(n *source.Node) rule.Condition {
	op, value := n.Get("operator"), n.Get("value")
	if op != nil && op.Str() != "is" {
		return r.Unknown(op, "operator of $rule", op.Str(), "is")
	}
	if !value.Is(source.Text) {
		return r.Fail(n, rule.ErrType, "the value of a $rule is rule text")
	}
	var c rule.Condition
	var err error
	if r.Schema != nil {
		c, err = r.Schema.Parse(value.Text)
	} else {
		c, err = segment.Parse(value.Text)
	}
	for _, e := range rule.ErrorsOf(err) {
		told := len(r.Errs)
		r.Fail(value, e.Code, "in the rule text at %d:%d: %s", e.Line, e.Column, e.Msg)
		if len(r.Errs) > told {
			r.Errs[told].Suggestion, r.Errs[told].Fix = e.Suggestion, e.Fix
		}
	}
	if err != nil {
		return nil
	}
	return c
}

// reactMember is a rule about lists or segments.
func (r *reader) reactMember(n *source.Node, field string) rule.Condition {
	var in []rule.Condition
	for _, e := range n.Get("value").List() {
		if !e.Is(source.Text) || e.Text == "" {
			return r.Fail(e, rule.ErrType, "the name of a %s is expected here, a text", field)
		}
		r.Named(e, e.Text)
		if field == "list" {
			in = append(in, rule.InList(e.Text))
		} else {
			in = append(in, rule.InSegment(e.Text))
		}
	}
	c := build.AnyOf(in...)
	if strings.EqualFold(n.Get("operator").Str(), "notIn") {
		return build.Not(c)
	}
	return c
}

// reactEvent is a rule about how often there was an event.
func (r *reader) reactEvent(n *source.Node, name string) rule.Condition {
	value := n.Get("value")
	if name == "" || !r.Object(value, "how often there was an event") {
		if name == "" {
			r.Fail(n.Get("field"), rule.ErrValue, "the name of an event is expected behind event:")
		}
		return nil
	}
	r.Only(value, "agg", "n", "window")
	if agg := value.Get("agg"); agg != nil && agg.Str() != "count" {
		return r.Unknown(agg, "aggregate", agg.Str(), "count")
	}
	k, ok := r.Number(value.Get("n"))
	if !ok {
		return nil
	}
	var w rule.Window
	if window := value.Get("window"); !window.Absent() {
		if !r.Object(window, "a window") {
			return nil
		}
		r.Only(window, "last", "unit")
		s, ok := r.Span(window.Get("last"), window.Get("unit"), window.Get("unit").Str())
		if !ok {
			return nil
		}
		w = build.LastSpan(s)
	}
	op, ok := r.ByOperator(n.Get("operator"), reactOps, source.BuilderOps[:6])
	if !ok {
		return nil
	}
	r.Named(n.Get("field"), name)
	x := build.CountOf(build.Events(name, nil), w)
	if op == "!=" {
		return build.Not(build.Compare(x, rule.OpEq, k))
	}
	if _, ok := source.BuilderOrder[op]; !ok {
		return r.Unknown(n.Get("operator"), "operator of an event", op, source.BuilderOps[:6]...)
	}
	return build.Compare(x, source.BuilderOrder[op], k)
}
