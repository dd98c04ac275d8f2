package interop

import (
	"strconv"
	"strings"

	"github.com/segmentrules/segment/internal/jsontext"
	"github.com/segmentrules/segment/rule"
)

// Tests of one expression against constants, as all importers build them; and how the parts
// of a definition are read.

// eq holds if the expression equals the constant.
func eq(x rule.Expr, v rule.Value) rule.Condition { return rule.Compare{Left: x, Right: v} }

// compare holds if left and right stand in this order.
func compare(left rule.Expr, op rule.Op, right rule.Expr) rule.Condition {
	return rule.Compare{Left: left, Op: op, Right: right}
}

// oneOf holds if the expression equals one of the constants: for nobody if there is none.
func oneOf(x rule.Expr, vs []rule.Value, fold bool) rule.Condition {
	switch len(vs) {
	case 0:
		return nobody()
	case 1:
		if vs[0].Kind() != rule.KindNull {
			return rule.Compare{Left: x, Right: vs[0], Fold: fold}
		}
	}
	return rule.In{X: x, Values: vs, Fold: fold}
}

// nobody holds for no contact.
func nobody() rule.Condition { return rule.Not{C: rule.Everyone{}} }

// contains holds if the text has one of these in it, or the list has one as an element; for
// nobody if there is none.
func contains(x rule.Expr, fold bool, texts ...string) rule.Condition {
	if len(texts) == 0 {
		return nobody()
	}
	c := rule.Contains{X: x, Fold: fold}
	for _, t := range texts {
		c.Values = append(c.Values, rule.Text(t))
	}
	return c
}

// startsWith holds if the text starts with one of these, endsWith if it ends with one.
func startsWith(x rule.Expr, fold bool, texts ...string) rule.Condition {
	return like(x, rule.LikePrefix, fold, texts)
}

func endsWith(x rule.Expr, fold bool, texts ...string) rule.Condition {
	return like(x, rule.LikeSuffix, fold, texts)
}

func like(x rule.Expr, end rule.LikeEnd, fold bool, texts []string) rule.Condition {
	if len(texts) == 0 {
		return nobody()
	}
	return rule.Like{X: x, End: end, Values: texts, Fold: fold}
}

// matches holds if the text has a match of the pattern. A pattern that RE2 does not have,
// such as one that looks around, is a loss.
func (r *reader) matches(at *node, x rule.Expr, pattern string, fold bool) rule.Condition {
	c := rule.Matches{X: x, Pattern: pattern, Fold: fold}
	if _, err := c.MarshalText(); err != nil || len(pattern) > rule.DefaultPattern {
		return r.omit(at, needPattern, "the pattern %s", shortened(pattern))
	}
	return c
}

// isBlankText holds if there is no value, or an empty text.
func isBlankText(x rule.Expr) rule.Condition {
	return rule.Or{rule.IsNull{X: x}, eq(x, rule.Text(""))}
}

// known adds to a condition that every one of the expressions has a value: what SQL makes of
// a negation.
func known(c rule.Condition, xs ...rule.Expr) rule.Condition {
	if c == nil {
		return nil
	}
	cs := []rule.Condition{c}
	for _, x := range xs {
		cs = append(cs, isSet(x))
	}
	return all(cs...)
}

// orMissing adds those who have no value.
func orMissing(c rule.Condition, x rule.Expr) rule.Condition {
	if c == nil {
		return nil
	}
	return rule.Or{c, rule.IsNull{X: x}}
}

// anElement holds if the condition, which speaks of ELEMENT, holds for an element of the list.
func anElement(list rule.Expr, c rule.Condition) rule.Condition {
	return each(rule.QuantifierAny, list, c)
}

// each binds the elements of a list; nil of nil.
func each(q rule.Quantifier, list rule.Expr, c rule.Condition) rule.Condition {
	if c == nil {
		return nil
	}
	return rule.Each{Quantifier: q, X: list, C: c}
}

// atLeastElements holds if the condition holds for at least k elements: for everybody if k
// is 0.
func atLeastElements(k int, list rule.Expr, c rule.Condition) rule.Condition {
	switch {
	case c == nil:
		return nil
	case k <= 0:
		return rule.Everyone{}
	}
	return rule.Each{Quantifier: rule.QuantifierMin, K: k, X: list, C: c}
}

// texts is the texts of a list, or of one text; what is no text is an error.
func (r *reader) texts(n *node) (texts []string) {
	for _, e := range n.list() {
		if v, ok := r.constant(e); ok && v.Kind() == rule.KindText {
			texts = append(texts, v.Text())
		} else if ok {
			r.fail(e, rule.ErrType, "a text is expected here")
		}
	}
	return texts
}

// constants is the scalars of a list, or a scalar alone; anything else is an error.
func (r *reader) constants(n *node) (vs []rule.Value) {
	for _, e := range n.list() {
		if v, ok := r.constant(e); ok {
			vs = append(vs, v)
		}
	}
	return vs
}

// number is a number, also one that is written as a text. Anything else is an error.
func (r *reader) number(n *node) (v rule.Value, ok bool) {
	if n.is(isNumber) || n.is(isText) {
		if v = rule.ReadNumber(n.text); v.Kind() == rule.KindNumber {
			return v, true
		}
	}
	r.fail(n, rule.ErrType, "a number is expected here")
	return rule.Value{}, false
}

// count is a whole number from 0 to 2^31-1, also one that is written as a text.
func (r *reader) count(n *node) (k int, ok bool) {
	v, ok := r.number(n)
	if !ok {
		return 0, false
	}
	i, ok := v.Int()
	if !ok || i < 0 || i > 1<<31-1 {
		r.fail(n, rule.ErrValue, "a whole number of at least 0 is expected here, not %s", n.text)
		return 0, false
	}
	return int(i), true
}

// only reports the members of an object whose names are none of these: a member that is not
// known may change the meaning, so it is an error.
func (r *reader) only(n *node, names ...string) {
	if !n.is(isObject) {
		return
	}
	for i, have := range n.names {
		found := false
		for _, name := range names {
			found = found || name == have
		}
		if !found {
			r.unknown(n.items[i], "member", have, names...)
		}
	}
}

// object reports what is no object, and is false then.
func (r *reader) object(n *node, what string) bool {
	if n.is(isObject) {
		return true
	}
	r.fail(n, rule.ErrType, "%s is expected here, an object", what)
	return false
}

// elements is the elements of a list; none, and an error, of anything else.
func (r *reader) elements(n *node, what string) []*node {
	if n.is(isList) {
		return n.items
	}
	r.fail(n, rule.ErrType, "%s are expected here, a list", what)
	return nil
}

// word is the text of a member that has one of a few values. An unknown one is an error.
func (r *reader) word(n *node, what string, words ...string) (word string, ok bool) {
	for _, w := range words {
		if n.is(isText) && n.text == w {
			return w, true
		}
	}
	if !n.is(isText) {
		r.fail(n, rule.ErrType, "%s is expected here, one of %q", what, words)
		return "", false
	}
	r.unknown(n, what, n.text, words...)
	return "", false
}

// shortened is a text for a message, in quotes and not too long.
func shortened(text string) string {
	return strconv.Quote(strings.ToValidUTF8(jsontext.Shortened([]byte(text)), ""))
}

// someOf is the elements of a member that is a list of at least one.
func (r *reader) someOf(n *node, name string) []*node {
	list := n.want(name)
	es := r.elements(list, name)
	if list.is(isList) && len(es) == 0 {
		r.fail(list, rule.ErrValue, "%s must have at least one element", name)
	}
	return es
}

// orNode is the node, or another where there is none, as the place of an error.
func orNode(n, other *node) *node {
	if n == nil {
		return other
	}
	return n
}

// orEveryone is a condition, or the one that holds for everybody.
func orEveryone(c rule.Condition) rule.Condition {
	if c == nil {
		return rule.Everyone{}
	}
	return c
}

// textValues is texts as values.
func textValues(texts []string) (vs []rule.Value) {
	for _, t := range texts {
		vs = append(vs, rule.Text(t))
	}
	return vs
}

// sameText is equality of systems that compare values as texts: a text that reads as a number
// or as true or false is also compared as that. A schema says which of them it is.
func (r *reader) sameText(x rule.Expr, vs ...rule.Value) rule.Condition {
	var all []rule.Value
	for _, v := range vs {
		all = append(all, v)
		if v.Kind() != rule.KindText || r.Schema != nil {
			continue
		}
		if k, ok := rule.ParseNumber(v.Text()); ok && rule.NumberText(k) == v.Text() {
			all = append(all, k)
		}
		if t := strings.ToLower(v.Text()); t == "true" || t == "false" {
			all = append(all, rule.Bool(t == "true"))
		}
	}
	return oneOf(x, all, false)
}

// inList is who is on a list, inSegment who is in a segment, whose name stands at a node.
func (r *reader) inList(at *node, name string) rule.Condition {
	if r.title(at, "list", name) {
		return rule.InList(r.named(at, name))
	}
	return nil
}

func (r *reader) inSegment(at *node, name string) rule.Condition {
	if r.title(at, "segment", name) {
		return rule.InSegment(r.named(at, name))
	}
	return nil
}

// title reports a name that no list and no segment can have, and is false then.
func (r *reader) title(at *node, of, name string) bool {
	ok := strings.TrimSpace(name) != "" && rule.CheckText(name) == nil
	if !ok {
		r.fail(at, rule.ErrValue, "the name of a %s is expected here, not %s", of, at.written())
	}
	return ok
}
