package campaigns

import (
	"regexp"
	"strings"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/interop/internal/build"
	"github.com/segmentrules/segment/interop/internal/source"
	"github.com/segmentrules/segment/rule"
)

// Parcelvoy's rules: {type, group, path, operator, value, children}; a list of them must all
// hold. A wrapper joins its children by and, or, none and xor, which is exactly one; one of
// the group event holds if there is an event of the name for which they hold.
//
// A path that leads nowhere has no values, and satisfies no test, negated or not. A path with
// [*] has several, of which any must satisfy it. Templates in dates are read as far as they
// count from now.

// ReadParcelvoy reads a definition of Parcelvoy; mistakes and losses gather in the reader.
func ReadParcelvoy(from *source.Reader, n *source.Node) (s segment.Segment) {
	r := &reader{from}
	if n.Is(source.List) {
		var cs []rule.Condition
		for _, one := range n.Items {
			cs = append(cs, r.parcelvoy(one, false))
		}
		s.Condition = build.All(cs...)
		return s
	}
	if inner := n.Get("rule"); inner.Is(source.Object) {
		s.ID, s.Name, n = n.Get("id").Scalar(), n.Get("name").Str(), inner
	}
	s.Condition = r.parcelvoy(n, false)
	return s
}

func (r *reader) parcelvoy(n *source.Node, ofEvent bool) rule.Condition {
	if !r.Object(n, "a rule") {
		return nil
	}
	r.Only(n, "type", "group", "path", "operator", "value", "children", "id", "uuid", "root_uuid", "parent_uuid", "frequency", "created_at", "updated_at")
	kind, ok := r.Word(n.Want("type"), "type", "wrapper", "string", "number", "boolean", "date", "array")
	switch group := n.Get("group").Str(); {
	case !ok:
		return nil
	case kind == "wrapper" && group == "event":
		name := n.Get("value")
		if name.Str() == "" {
			return r.Fail(n, rule.ErrSyntax, "a rule about an event has the event's name as its value")
		}
		if ofEvent {
			return r.Omit(n, source.NeedCorrelated, "the event %q beside a property of another", name.Text)
		}
		told := len(r.Losses)
		where := r.parcelvoyWrapper(n, true)
		if len(r.Losses) > told {
			return nil
		}
		return r.parcelvoyFrequency(n.Get("frequency"), build.Events(r.Named(name, name.Text), where))
	case kind == "wrapper":
		return r.parcelvoyWrapper(n, ofEvent)
	case group == "event" && !ofEvent:
		name := n.Get("value")
		if path := strings.TrimPrefix(n.Get("path").Str(), "$."); path == "name" && n.Get("operator").Str() == "=" && name.Str() != "" {
			return build.Did(build.Events(r.Named(name, name.Text), nil), rule.Window{})
		}
		return r.Omit(n, source.NeedCorrelated, "a property of any event")
	case ofEvent && group == "user":
		return r.Omit(n, source.NeedFieldInEv, "the user's %s beside properties of an event", n.Get("path").Str())
	}
	return r.parcelvoyLeaf(n, kind)
}

// parcelvoyFrequency is how often an event happened: {period, operator, count}; at least once
// if it says nothing.
func (r *reader) parcelvoyFrequency(n *source.Node, e rule.Events) rule.Condition {
	if n.Absent() {
		return build.Did(e, rule.Window{})
	}
	if !r.Object(n, "a frequency") {
		return nil
	}
	r.Only(n, "period", "operator", "count")
	var w rule.Window
	if p := n.Get("period"); !p.Absent() && r.Object(p, "a period") {
		r.Only(p, "type", "unit", "value", "start_date", "end_date")
		switch kind, _ := r.Word(p.Want("type"), "type", "rolling", "fixed"); kind {
		case "rolling":
			s, ok := r.Span(r.ValueOf(p, p.Get("value")), p, p.Get("unit").Str())
			if !ok {
				return nil
			}
			w = build.LastSpan(s)
		case "fixed":
			from, ok := r.MilliOrInstant(p.Get("start_date"))
			if w = build.Since(from); ok && !p.Get("end_date").Absent() {
				to, ok := r.MilliOrInstant(p.Get("end_date"))
				if w = build.Between(from, to); !ok {
					return nil
				}
			}
		}
	}
	op, ok := r.Word(n.Want("operator"), "operator", "=", "<", "<=", ">", ">=")
	k, ok2 := r.Count(n.Get("count"))
	if !ok || !ok2 {
		return nil
	}
	return build.Compare(build.CountOf(e, w), parcelvoyOps[op], rule.Int(int64(k)))
}

var parcelvoyOps = map[string]rule.Op{"=": rule.OpEq, "<": rule.OpLt, "<=": rule.OpLe, ">": rule.OpGt, ">=": rule.OpGe}

func (r *reader) parcelvoyWrapper(n *source.Node, ofEvent bool) rule.Condition {
	word, ok := r.Word(n.Want("operator"), "operator", "and", "or", "none", "xor")
	if !ok {
		return nil
	}
	var cs []rule.Condition
	told := len(r.Losses)
	for _, child := range n.Get("children").List() {
		cs = append(cs, r.parcelvoy(child, ofEvent))
	}
	switch word {
	case "or":
		return build.AnyOf(cs...)
	case "none":
		return build.Not(build.AnyOf(cs...))
	case "xor":
		if len(r.Losses) > told || len(r.Errs) > 0 || len(cs) == 0 {
			return nil
		}
		return rule.Count{Quantity: rule.QuantityExactly, K: 1, Of: cs}
	}
	return build.All(cs...)
}

// parcelvoyLeaf is a test of the values at a path.
func (r *reader) parcelvoyLeaf(n *source.Node, kind string) rule.Condition {
	path := n.Get("path")
	lists, x, ok := r.parcelvoyPath(path)
	if !ok {
		return nil
	}
	word := n.Get("operator").Str()
	if word == "" && kind == "boolean" {
		word = "="
	}
	negated := word == "is not set" || word == "empty"
	if negated { // every value is nothing
		word = map[string]string{"is not set": "is set", "empty": "not empty"}[word]
	}
	c := r.parcelvoyTest(n, kind, word, x)
	for i := len(lists) - 1; i >= 0; i-- {
		c = build.AnElement(lists[i], c)
	}
	if _, null := c.(rule.Not); negated && null && len(lists) == 0 && word == "is set" {
		return rule.IsNull{X: x}
	}
	if negated {
		return build.Not(c)
	}
	return c
}

func (r *reader) parcelvoyTest(n *source.Node, kind, word string, x rule.Expr) rule.Condition {
	value := n.Get("value")
	switch {
	case word == "is set":
		return build.IsSet(x)
	case word == "not empty" && kind == "array":
		return build.Compare(rule.Call{Fn: rule.FnLength, Args: []rule.Expr{x}}, rule.OpGe, rule.Int(1))
	case word == "not empty" && kind == "string":
		return rule.And{build.IsSet(x), build.Not(build.Eq(x, rule.Text("")))}
	case word == "!=" || word == "not contain" || word == "not start with":
		positive := map[string]string{"!=": "=", "not contain": "contains", "not start with": "starts with"}[word]
		if c := r.parcelvoyTest(n, kind, positive, x); c != nil {
			return rule.And{build.IsSet(x), build.Not(c)}
		}
		return nil
	case kind == "boolean" && word == "=":
		yes := !(value.Is(source.Bool) && !value.Truth || value.Str() == "false")
		return build.Eq(x, rule.Bool(yes))
	case kind == "array" && word == "contains":
		if v, ok := r.Constant(r.ValueOf(n, value)); ok {
			return build.AnElement(x, build.Eq(rule.Elem{}, v))
		}
		return nil
	case kind == "string" && (word == "contains" || word == "starts with" || word == "ends with" || word == "="):
		v := r.ValueOf(n, value)
		text := v.Scalar()
		if text == "" && !v.Is(source.Text) {
			return r.Fail(v, rule.ErrType, "a text is expected here")
		}
		if strings.Contains(text, "{{") {
			return r.Omit(v, source.NeedParameter, "the template %s", source.Shortened(text))
		}
		switch word {
		case "contains":
			return build.Contains(x, false, text)
		case "starts with":
			return build.StartsWith(x, false, text)
		case "ends with":
			return build.EndsWith(x, false, text)
		}
		return build.Eq(x, rule.Text(text))
	}
	op, is := parcelvoyOps[word]
	switch {
	case is && kind == "number":
		if v, ok := r.Number(r.ValueOf(n, value)); ok {
			return build.Compare(x, op, v)
		}
		return nil
	case is && kind == "date":
		if v := r.parcelvoyDate(r.ValueOf(n, value)); v != nil {
			return build.Compare(x, op, v)
		}
		return nil
	}
	at := n.Get("operator")
	if at == nil {
		at = n
	}
	return r.Unknown(at, "operator of "+kind, word, "=", "!=", "<", "<=", ">", ">=", "contains", "not contain", "starts with", "not start with", "ends with", "empty", "is set", "is not set")
}

var parcelvoyTemplate = regexp.MustCompile(`^\{\{\s*(?:(subDate|addDate)\s+["']?now["']?\s+["']?(\d{1,9})["']?\s+["'](\w+)["']|["']?now["']?)\s*\}\}$`)

// parcelvoyDate is an instant: RFC 3339, milliseconds since 1970, or a template that counts
// from now. nil, if it is none, which is told.
func (r *reader) parcelvoyDate(n *source.Node) rule.Expr {
	if m := parcelvoyTemplate.FindStringSubmatch(strings.TrimSpace(n.Str())); m != nil {
		if m[1] == "" {
			return build.Now()
		}
		s, ok := r.Span(&source.Node{Kind: source.Number, Text: m[2], Ref: n.Ref}, n, m[3])
		switch {
		case !ok:
			return nil
		case m[1] == "subDate":
			s = s.Negative()
		}
		return build.Shifted(build.Now(), s)
	}
	if strings.Contains(n.Str(), "{{") {
		r.Omit(n, source.NeedParameter, "the template %s", source.Shortened(n.Text))
		return nil
	}
	if v, ok := r.MilliOrInstant(n); ok {
		return v
	}
	return nil
}

var jsonPathPart = regexp.MustCompile(`^(?:\.?([\p{L}\p{N}_ -]+)|\[['"]([^'"\]]+)['"]\]|(\[\*\]|\.\*))`)

// parcelvoyPath reads a path such as $.orders[*].total: the lists on the way, each within the one
// before, and what is asked of their elements.
func (r *reader) parcelvoyPath(n *source.Node) (lists []rule.Expr, x rule.Expr, ok bool) {
	rest := strings.TrimPrefix(n.Str(), "$")
	var names []string
	for rest != "" && len(names) < source.MaxLevels {
		m := jsonPathPart.FindStringSubmatch(rest)
		if m == nil || m[3] != "" && len(names) == 0 {
			names = nil
			break
		}
		rest = rest[len(m[0]):]
		if m[3] != "" {
			f := rule.Path(names...)
			lists, names = append(lists, rule.Field(r.Named(n, string(f)))), nil
			if rest == "" {
				return lists, rule.Elem{}, true
			}
			continue
		}
		names = append(names, m[1]+m[2])
	}
	if len(names) == 0 || rest != "" {
		r.Fail(n, rule.ErrValue, "%s is no path that is read, such as $.orders[*].total", source.Shortened(n.Str()))
		return nil, nil, false
	}
	f := rule.Path(names...)
	return lists, rule.Field(r.Named(n, string(f))), true
}
