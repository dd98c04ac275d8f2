package interop

import (
	"strings"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/rule"
)

// One rule of a react-querybuilder query: of a field, of the elements of a list, of an event,
// a list or a segment, or as rule text. See react.go.

func (r *reader) reactRule(n *node, element bool) rule.Condition {
	name, op := n.get("field"), n.get("operator")
	if name != nil && !name.is(isText) {
		return r.fail(name, rule.ErrType, "the name of a field is expected here, a text")
	}
	if name.str() == "~" || op.str() == "~" || n.get("value").str() == "~" {
		return nil
	}
	if !element && !r.reactListed(name.str()) {
		switch field := name.str(); {
		case field == "$rule":
			return r.reactText(n)
		case strings.HasPrefix(field, "event:"):
			return r.reactEvent(n, strings.TrimPrefix(field, "event:"))
		case (field == "list" || field == "segment") && (strings.EqualFold(op.str(), "in") || strings.EqualFold(op.str(), "notIn")):
			return r.reactMember(n, field)
		}
	}
	t := builderTest{at: n, value: n.get("value"), scalar: r.constant, values: r.reactValues}
	var ok bool
	if t.x, t.fold, ok = r.reactSide(n, element); !ok {
		return nil
	}
	if match := n.get("match"); !match.absent() {
		return r.reactMatch(n, match, t.x)
	}
	if t.op, ok = r.byOperator(op, reactOps, builderOps); !ok {
		return nil
	}
	switch source := n.get("valueSource"); {
	case source.absent() || source.str() == "" && source.is(isText) || source.str() == "value":
	case source.str() == "field":
		t.fields = func(n *node) (rule.Expr, bool) { return r.reactField(n, element) }
	default:
		return r.unknown(source, "valueSource", source.str(), "value", "field")
	}
	if t.fold && !r.reactLower(t.value, n.get("lhs")) {
		return r.reactNeverEqual(t)
	}
	return r.builderTest(t)
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
func (r *reader) reactValues(n *node) ([]*node, bool) {
	if n.is(isObject) {
		r.fail(n, rule.ErrType, "a list, or a text with commas, is expected here")
		return nil, false
	}
	return commaList(n), true
}

// reactField is the field, or the element, that a text names.
func (r *reader) reactField(n *node, element bool) (rule.Expr, bool) {
	switch {
	case !n.is(isText):
		r.fail(n, rule.ErrType, "the name of a field is expected here, a text")
		return nil, false
	case element && n.text == "":
		return rule.Elem{}, true
	}
	f := rule.Field(n.text)
	for _, name := range f.Names() {
		if name == "" {
			r.fail(n, rule.ErrValue, "%s is no path of a field", shortened(n.text))
			return nil, false
		}
	}
	r.named(n, n.text)
	return f, true
}

// reactSide is the left side of a rule: a field, or a function of one. fold says that letter
// case is ignored.
func (r *reader) reactSide(n *node, element bool) (x rule.Expr, fold, ok bool) {
	lhs := n.get("lhs")
	if lhs.absent() {
		field := n.get("field")
		if field == nil {
			r.fail(n, rule.ErrSyntax, "a rule needs a field")
			return nil, false, false
		}
		x, ok = r.reactField(field, element)
		return x, false, ok
	}
	switch kind := lhs.get("kind"); kind.str() {
	case "field":
		x, ok = r.reactField(lhs.get("field"), element)
		return x, false, ok
	case "function":
	default:
		r.unknown(kind, "kind of a left side", kind.str(), "field", "function")
		return nil, false, false
	}
	name, args := lhs.get("name"), r.elements(lhs.get("args"), "the arguments of a function")
	switch fn := strings.ToLower(name.str()); fn {
	case "lower", "upper":
		if len(args) == 1 && args[0].get("kind").str() == "field" {
			x, ok = r.reactField(args[0].get("field"), element)
			return x, true, ok
		}
		r.omit(n, needTextFuncs, "%s() of something else than a field", fn)
	case "trim", "ltrim", "rtrim", "concat", "substring", "substr", "replace", "left", "right", "length":
		r.omit(n, needTextFuncs, "the function %s()", fn)
	case "abs", "round", "floor", "ceil", "ceiling", "coalesce", "add", "subtract", "multiply", "divide":
		r.omit(n, needFunction, "the function %s()", fn)
	default:
		r.unknown(name, "function", name.str(), "lower", "upper", "trim", "concat", "substring", "abs", "round", "coalesce")
	}
	return nil, false, false
}

// reactLower reports whether all texts of a value are as lower() or upper() gives them: no
// other is ever equal to that.
func (r *reader) reactLower(value, lhs *node) bool {
	to := strings.ToLower
	if strings.EqualFold(lhs.get("name").str(), "upper") {
		to = strings.ToUpper
	}
	for _, n := range value.list() {
		if n.is(isText) && to(n.text) != n.text {
			return false
		}
	}
	return true
}

// reactNeverEqual is a test of lower() against a text that it never gives.
func (r *reader) reactNeverEqual(t builderTest) rule.Condition {
	switch _, negated := builderNegations[t.op]; {
	case t.op == "null" || t.op == "notnull":
		return r.builderTest(t)
	case strings.ContainsAny(t.op, "<>") || strings.Contains(t.op, "between") || strings.HasSuffix(t.op, "in"):
		return r.omit(t.at, needTextFuncs, "a comparison of lower() or upper() with other letters")
	case negated:
		return rule.Everyone{}
	}
	return nobody()
}

// reactMatch is a rule over the elements of a list, of which value has the query.
func (r *reader) reactMatch(n, match *node, list rule.Expr) rule.Condition {
	if !r.object(match, "how many elements match") {
		return nil
	}
	mode := match.get("mode")
	k, isShare := 0, false
	switch strings.ToLower(mode.str()) {
	case "all", "some", "none":
	case "atleast", "atmost", "exactly":
		v, ok := r.number(match.get("threshold"))
		if !ok {
			return nil
		}
		f := v.Float()
		if isShare = f > 0 && f < 1; !isShare {
			i, whole := v.Int()
			if !whole || i < 0 || i >= 1<<31-1 {
				return r.fail(match.get("threshold"), rule.ErrValue, "a whole number, or a share between 0 and 1, is expected here")
			}
			k = int(i)
		}
	default:
		return r.unknown(mode, "match mode", mode.str(), "all", "some", "none", "atLeast", "atMost", "exactly")
	}
	c := r.reactGroup(n.get("value"), true).c
	if isShare {
		return r.omit(n, needShare, "%s of the elements of a list match: a share", mode.str())
	}
	if c == nil {
		return nil
	}
	switch strings.ToLower(mode.str()) {
	case "all":
		return each(rule.QuantifierNone, list, not(c))
	case "some":
		return anElement(list, c)
	case "none":
		return each(rule.QuantifierNone, list, c)
	case "atleast":
		return atLeastElements(k, list, c)
	case "atmost":
		return not(atLeastElements(k+1, list, c))
	}
	if !r.writeOut(n, 2, c) {
		return nil
	}
	most := not(atLeastElements(k+1, list, c))
	if k == 0 {
		return most
	}
	return all(atLeastElements(k, list, c), most)
}

// reactText is a rule that is rule text.
func (r *reader) reactText(n *node) rule.Condition {
	op, value := n.get("operator"), n.get("value")
	if op != nil && op.str() != "is" {
		return r.unknown(op, "operator of $rule", op.str(), "is")
	}
	if !value.is(isText) {
		return r.fail(n, rule.ErrType, "the value of a $rule is rule text")
	}
	var c rule.Condition
	var err error
	if r.Schema != nil {
		c, err = r.Schema.Parse(value.text)
	} else {
		c, err = segment.Parse(value.text)
	}
	for _, e := range rule.ErrorsOf(err) {
		told := len(r.errs)
		r.fail(value, e.Code, "in the rule text at %d:%d: %s", e.Line, e.Column, e.Msg)
		if len(r.errs) > told {
			r.errs[told].Suggestion, r.errs[told].Fix = e.Suggestion, e.Fix
		}
	}
	if err != nil {
		return nil
	}
	return c
}

// reactMember is a rule about lists or segments.
func (r *reader) reactMember(n *node, field string) rule.Condition {
	var in []rule.Condition
	for _, e := range n.get("value").list() {
		if !e.is(isText) || e.text == "" {
			return r.fail(e, rule.ErrType, "the name of a %s is expected here, a text", field)
		}
		r.named(e, e.text)
		if field == "list" {
			in = append(in, rule.InList(e.text))
		} else {
			in = append(in, rule.InSegment(e.text))
		}
	}
	c := anyOf(in...)
	if strings.EqualFold(n.get("operator").str(), "notIn") {
		return not(c)
	}
	return c
}

// reactEvent is a rule about how often there was an event.
func (r *reader) reactEvent(n *node, name string) rule.Condition {
	value := n.get("value")
	if name == "" || !r.object(value, "how often there was an event") {
		if name == "" {
			r.fail(n.get("field"), rule.ErrValue, "the name of an event is expected behind event:")
		}
		return nil
	}
	r.only(value, "agg", "n", "window")
	if agg := value.get("agg"); agg != nil && agg.str() != "count" {
		return r.unknown(agg, "aggregate", agg.str(), "count")
	}
	k, ok := r.number(value.get("n"))
	if !ok {
		return nil
	}
	var w rule.Window
	if window := value.get("window"); !window.absent() {
		if !r.object(window, "a window") {
			return nil
		}
		r.only(window, "last", "unit")
		s, ok := r.span(window.get("last"), window.get("unit"), window.get("unit").str())
		if !ok {
			return nil
		}
		w = lastSpan(s)
	}
	op, ok := r.byOperator(n.get("operator"), reactOps, builderOps[:6])
	if !ok {
		return nil
	}
	r.named(n.get("field"), name)
	x := countOf(events(name, nil), w)
	if op == "!=" {
		return not(compare(x, rule.OpEq, k))
	}
	if _, ok := builderOrder[op]; !ok {
		return r.unknown(n.get("operator"), "operator of an event", op, builderOps[:6]...)
	}
	return compare(x, builderOrder[op], k)
}
