package react

import (
	"encoding/json"
	"slices"

	"github.com/segmentrules/segment/interop/internal/build"
	"github.com/segmentrules/segment/interop/internal/source"
	"github.com/segmentrules/segment/interop/internal/target"
	"github.com/segmentrules/segment/rule"
)

// Writing a condition as a query of react-querybuilder. A test is written as a rule of its
// own where that, read again, gives an equal test; all else as rule text, in a $rule. So
// nothing is lost, whatever the condition.

// Export writes a condition that fits the schema as a query of react-querybuilder.
func Export(o source.Options, c rule.Condition) (text []byte, losses []source.Loss, err error) {
	w := &reactWriter{o: o}
	w.o.SQLNull = false // a negation is written as such: the reader adds what SQL means
	if o.Tree == nil {
		return w.appendGroup(nil, nil, w.shape(c, nil), nil), nil, nil
	}
	root, err := source.Parse(o.Tree)
	if err != nil {
		return nil, nil, err
	}
	r := &reader{&source.Reader{Options: w.o, Text: o.Tree}}
	w.text = o.Tree
	tree := r.reactGroup(root, false)
	if tree.c == nil {
		tree.c = rule.Everyone{} // as Import has it
	}
	w.keep(w.resolve(tree))
	return w.merged(nil, c, w.tree), nil, nil
}

// A reactWriter writes one query.
type reactWriter struct {
	o    source.Options
	text []byte                  // of the tree that was given
	tree *reactNode              // its root, nil if none was
	ic   bool                    // combinators stand between rules
	same map[string][]*reactNode // its groups and rules, by the text of what they mean
}

// A reactShape is how a condition is written as a group.
type reactShape struct {
	op    string
	not   bool
	parts []rule.Condition
}

// shape is the group that a condition is; a test alone is a group of one. prev is the group in
// whose place it comes, or nil.
func (w *reactWriter) shape(c rule.Condition, prev *reactNode) reactShape {
	s := reactShape{op: "and", parts: []rule.Condition{c}}
	if prev != nil && (prev.op == "and" || prev.op == "or") {
		s.op = prev.op
	}
	if prev != nil && prev.at == nil { // there is nothing to say NOT at
		if op, parts := reactParts(c); op == prev.op {
			s.parts = parts
		}
		return s
	}
	inner := c
	if n, ok := c.(rule.Not); ok {
		inner = n.C
	}
	op, parts := reactParts(inner)
	_, negated := c.(rule.Not)
	switch {
	case c == rule.Condition(rule.Everyone{}):
		s.parts = nil
	case len(parts) == 0: // a test
		if negated && prev != nil && prev.not {
			s.not, s.parts = true, []rule.Condition{inner}
		}
	case op != s.op && prev != nil && prev.liveGroup():
		// the group around a group stays
	default:
		s = reactShape{op: op, not: negated, parts: parts}
	}
	return s
}

// liveGroup reports whether a group is all that is in this one.
func (t *reactNode) liveGroup() bool {
	live := 0
	for _, p := range t.parts {
		if p.c != nil {
			if live++; !p.group || p.at == nil {
				return false
			}
		}
	}
	return live == 1
}

// reactParts are the conditions of an AND or OR of several.
func reactParts(c rule.Condition) (op string, parts []rule.Condition) {
	switch c := c.(type) {
	case rule.And:
		if len(c) > 1 {
			return "and", c
		}
	case rule.Or:
		if len(c) > 1 {
			return "or", c
		}
	}
	return "", nil
}

// appendGroup appends a group: a new one, or in the place of prev, whose other members
// stay, one of which the rules are written already.
func (w *reactWriter) appendGroup(b []byte, prev *source.Node, s reactShape, items [][]byte) []byte {
	if prev == nil {
		for i, part := range s.parts {
			items = w.appendItem(items, i, s.op, w.part(part))
		}
	}
	var m target.Members
	if !w.ic {
		m.Text("combinator", s.op)
	}
	if s.not {
		m.Raw("not", []byte("true"))
	} else if prev.Get("not") != nil {
		m.Raw("not", []byte("false"))
	}
	m.List("rules", items)
	return w.object(b, prev, m, "disabled", "muted")
}

// object appends an object with these members, and those of prev whose names are neither
// among them nor dropped. What has a place in prev keeps it; one that is dropped and false
// changes nothing, and stays.
func (w *reactWriter) object(b []byte, prev *source.Node, fresh target.Members, dropped ...string) []byte {
	var all target.Members
	written := map[string]bool{}
	if prev != nil {
		for i, name := range prev.Names {
			at := slices.IndexFunc(fresh, func(m target.Member) bool { return m.Name == name })
			switch {
			case at >= 0:
				all = append(all, fresh[at])
			case !slices.Contains(dropped, name) || prev.Items[i].Is(source.Bool) && !prev.Items[i].Truth:
				all.Raw(name, w.raw(prev.Items[i]))
			}
			written[name] = true
		}
	}
	for _, m := range fresh {
		if !written[m.Name] {
			all = append(all, m)
		}
	}
	return all.Append(b)
}

// appendItem appends a rule or a group to those of a group, with the combinator before it
// where combinators stand between rules.
func (w *reactWriter) appendItem(items [][]byte, i int, op string, item []byte) [][]byte {
	if w.ic && i > 0 {
		items = append(items, []byte(`"`+op+`"`))
	}
	return append(items, item)
}

// part is a new group or rule.
func (w *reactWriter) part(c rule.Condition) []byte {
	if t := w.taken(c); t != nil {
		return w.raw(t.at)
	}
	inner := c
	if n, ok := c.(rule.Not); ok {
		inner = n.C
	}
	if _, parts := reactParts(inner); len(parts) > 0 || c == rule.Condition(rule.Everyone{}) {
		return w.appendGroup(nil, nil, w.shape(c, nil), nil)
	}
	return w.leaf(c, nil)
}

// leaf is a rule; prev is the one in whose place it comes, or nil.
func (w *reactWriter) leaf(c rule.Condition, prev *source.Node) []byte {
	var m target.Members
	if w.native(&m, c) {
		if text := w.object(nil, prev, m, reactMeaning...); w.saysSame(text, c) {
			return text
		}
	}
	m = nil
	m.Text("field", "$rule")
	m.Text("operator", "is")
	m.Text("value", c.String())
	return w.object(nil, prev, m, reactMeaning...)
}

// reactMeaning are the members of a rule that say what it means.
var reactMeaning = []string{"field", "operator", "value", "valueSource", "match", "lhs", "disabled", "muted"}

// saysSame reports whether a rule that is written means the condition.
func (w *reactWriter) saysSame(text []byte, c rule.Condition) bool {
	n, err := source.Parse(text)
	if err != nil {
		return false
	}
	r := &reader{&source.Reader{Options: w.o, Text: text}}
	again := r.reactRule(n, false)
	if len(r.Errs) > 0 || len(r.Losses) > 0 || again == nil {
		return false
	}
	return rule.Equal(w.fit(again), c)
}

// fit is a condition that was read as Import returns it.
func (w *reactWriter) fit(c rule.Condition) rule.Condition {
	if w.o.Schema == nil || c == nil {
		return c
	}
	c, err := w.o.Schema.Resolve(build.Fitted(w.o.Schema.ContactScope(), c))
	if err != nil {
		return nil
	}
	return c
}

// native writes the members of a rule; false if there is none for the condition.
func (w *reactWriter) native(m *target.Members, c rule.Condition) bool {
	negated := false
	if n, ok := c.(rule.Not); ok {
		negated, c = true, n.C
	}
	word := func(positive, negative string) string {
		if negated {
			return negative
		}
		return positive
	}
	switch c := c.(type) {
	case rule.InList:
		return reactTest(m, "list", word("in", "notIn"), "", string(c))
	case rule.InSegment:
		return reactTest(m, "segment", word("in", "notIn"), "", string(c))
	case rule.IsNull:
		f, ok := reactPath(c.X)
		return ok && reactTest(m, f, word("null", "notNull"), "", nil)
	case rule.Compare:
		return !c.Fold && reactCompare(m, c, negated)
	case rule.In:
		f, ok := reactPath(c.X)
		return ok && !c.Fold && reactTest(m, f, word("in", "notIn"), "", reactValues(c.Values))
	case rule.Between:
		f, ok := reactPath(c.X)
		lo, valueSource := reactOperand(c.Lo)
		hi, other := reactOperand(c.Hi)
		return ok && !c.Fold && valueSource == other && valueSource != "none" && reactTest(m, f, word("between", "notBetween"), valueSource, []any{lo, hi})
	case rule.Contains:
		f, ok := reactPath(c.X)
		return ok && !c.Fold && len(c.Values) == 1 && reactTest(m, f, word("contains", "doesNotContain"), "", reactValue(c.Values[0]))
	case rule.Like:
		f, ok := reactPath(c.X)
		op := word("beginsWith", "doesNotBeginWith")
		if c.End == rule.LikeSuffix {
			op = word("endsWith", "doesNotEndWith")
		}
		return ok && !c.Fold && len(c.Values) == 1 && reactTest(m, f, op, "", c.Values[0])
	}
	return false
}

var reactSigns = [...]string{rule.OpEq: "=", rule.OpLt: "<", rule.OpLe: "<=", rule.OpGt: ">", rule.OpGe: ">="}

func reactCompare(m *target.Members, c rule.Compare, negated bool) bool {
	op := reactSigns[c.Op]
	if negated {
		if c.Op != rule.OpEq {
			return false
		}
		op = "!="
	}
	if n, ok := c.Left.(rule.Metric); ok {
		k, constant := c.Right.(rule.Value)
		if !constant || n.Agg != rule.AggCount || len(n.Events.Names) != 1 || n.Events.Where != nil || k.Kind() != rule.KindNumber {
			return false
		}
		value := map[string]any{"agg": "count", "n": reactValue(k)}
		switch n.Window.Kind {
		case rule.WindowAll:
		case rule.WindowLast:
			value["window"] = map[string]any{"last": n.Window.A.N, "unit": n.Window.A.Unit.Word() + "s"}
		default:
			return false
		}
		return reactTest(m, "event:"+n.Events.Names[0], op, "", value)
	}
	f, ok := reactPath(c.Left)
	v, valueSource := reactOperand(c.Right)
	return ok && valueSource != "none" && reactTest(m, f, op, valueSource, v)
}

// reactPath is the name of a field, and of what a schema writes out for one.
func reactPath(x rule.Expr) (path string, ok bool) {
	switch x := x.(type) {
	case rule.Field:
		return string(x), true
	case rule.Calculated:
		return x.Name, true
	case rule.Call:
		if len(x.Args) == 1 && (x.Fn == rule.FnTime || x.Fn == rule.FnNumber || x.Fn == rule.FnUnix || x.Fn == rule.FnUnixMilli) {
			return reactPath(x.Args[0])
		}
	}
	return "", false
}

// reactOperand is a constant or a field as a value, and the valueSource of it: "none" for all
// else.
func reactOperand(x rule.Expr) (v any, valueSource string) {
	if c, ok := x.(rule.Value); ok {
		return reactValue(c), ""
	}
	if f, ok := reactPath(x); ok {
		return f, "field"
	}
	return nil, "none"
}

func reactValues(vs []rule.Value) (values []any) {
	for _, v := range vs {
		values = append(values, reactValue(v))
	}
	return values
}

// reactValue is a constant as JSON: instants and days as texts.
func reactValue(v rule.Value) any {
	text, err := v.MarshalJSON()
	if err != nil {
		return nil
	}
	if k := v.Kind(); k == rule.KindTime || k == rule.KindDate {
		var marked map[string]json.RawMessage
		if json.Unmarshal(text, &marked) == nil {
			for _, plain := range marked {
				text = plain
			}
		}
	}
	return json.RawMessage(text)
}

// taken is the group or rule of the tree that means the condition and is not written back
// yet; nil if there is none. It is then written, with all in it.
func (w *reactWriter) taken(c rule.Condition) *reactNode {
	if w.tree == nil {
		return nil
	}
	key := c.String()
	for i, t := range w.same[key] {
		if t.at != nil && t.free() && rule.Equal(t.c, c) {
			w.same[key] = slices.Delete(w.same[key], i, i+1)
			t.take()
			return t
		}
	}
	return nil
}

// raw is a value as it stands in the tree that was given.
func (w *reactWriter) raw(n *source.Node) []byte { return w.text[n.Ref.At:n.End] }

// rule has the members of a rule; it is false if the value is none that JSON can say.
func reactTest(ms *target.Members, field, op, valueSource string, value any) bool {
	text := source.AppendJSON(nil, value)
	if text == nil {
		return false
	}
	ms.Text("field", field)
	ms.Text("operator", op)
	if valueSource != "" {
		ms.Text("valueSource", valueSource)
	}
	ms.Raw("value", text)
	return true
}
