package source

import (
	"strconv"
	"strings"

	"github.com/segmentrules/segment/internal/jsontext"
	"github.com/segmentrules/segment/interop/internal/build"
	"github.com/segmentrules/segment/rule"
)

// How the parts of a definition are read: constants, members, lists, words of a few.

// Matches holds if the text has a match of the pattern. A pattern that RE2 does not have,
// such as one that looks around, is a loss.
func (r *Reader) Matches(at *Node, x rule.Expr, pattern string, fold bool) rule.Condition {
	c := rule.Matches{X: x, Pattern: pattern, Fold: fold}
	if _, err := c.MarshalText(); err != nil || len(pattern) > rule.DefaultPattern {
		return r.Omit(at, NeedPattern, "the pattern %s", Shortened(pattern))
	}
	return c
}

// Texts is the texts of a list, or of one text; what is no text is an error.
func (r *Reader) Texts(n *Node) (texts []string) {
	for _, e := range n.List() {
		if v, ok := r.Constant(e); ok && v.Kind() == rule.KindText {
			texts = append(texts, v.Text())
		} else if ok {
			r.Fail(e, rule.ErrType, "a text is expected here")
		}
	}
	return texts
}

// Constants is the scalars of a list, or a scalar alone; anything else is an error.
func (r *Reader) Constants(n *Node) (vs []rule.Value) {
	for _, e := range n.List() {
		if v, ok := r.Constant(e); ok {
			vs = append(vs, v)
		}
	}
	return vs
}

// Number is a number, also one that is written as a text. Anything else is an error.
func (r *Reader) Number(n *Node) (v rule.Value, ok bool) {
	if n.Is(Number) || n.Is(Text) {
		if v = rule.ReadNumber(n.Text); v.Kind() == rule.KindNumber {
			return v, true
		}
	}
	r.Fail(n, rule.ErrType, "a number is expected here")
	return rule.Value{}, false
}

// Count is a whole number from 0 to 2^31-1, also one that is written as a text.
func (r *Reader) Count(n *Node) (k int, ok bool) {
	v, ok := r.Number(n)
	if !ok {
		return 0, false
	}
	i, ok := v.Int()
	if !ok || i < 0 || i > 1<<31-1 {
		r.Fail(n, rule.ErrValue, "a whole number of at least 0 is expected here, not %s", n.Text)
		return 0, false
	}
	return int(i), true
}

// Only reports the members of an object whose names are none of these: a member that is not
// known may change the meaning, so it is an error.
func (r *Reader) Only(n *Node, names ...string) {
	if !n.Is(Object) {
		return
	}
	for i, have := range n.Names {
		found := false
		for _, name := range names {
			found = found || name == have
		}
		if !found {
			r.Unknown(n.Items[i], "member", have, names...)
		}
	}
}

// Object reports what is no object, and is false then.
func (r *Reader) Object(n *Node, what string) bool {
	if n.Is(Object) {
		return true
	}
	r.Fail(n, rule.ErrType, "%s is expected here, an object", what)
	return false
}

// Elements is the elements of a list; none, and an error, of anything else.
func (r *Reader) Elements(n *Node, what string) []*Node {
	if n.Is(List) {
		return n.Items
	}
	r.Fail(n, rule.ErrType, "%s are expected here, a list", what)
	return nil
}

// Word is the text of a member that has one of a few values. An unknown one is an error.
func (r *Reader) Word(n *Node, what string, words ...string) (word string, ok bool) {
	for _, w := range words {
		if n.Is(Text) && n.Text == w {
			return w, true
		}
	}
	if !n.Is(Text) {
		r.Fail(n, rule.ErrType, "%s is expected here, one of %q", what, words)
		return "", false
	}
	r.Unknown(n, what, n.Text, words...)
	return "", false
}

// Shortened is a text for a message, in quotes and not too long.
func Shortened(text string) string {
	return strconv.Quote(strings.ToValidUTF8(jsontext.Shortened([]byte(text)), ""))
}

// SomeOf is the elements of a member that is a list of at least one.
func (r *Reader) SomeOf(n *Node, name string) []*Node {
	list := n.Want(name)
	es := r.Elements(list, name)
	if list.Is(List) && len(es) == 0 {
		r.Fail(list, rule.ErrValue, "%s must have at least one element", name)
	}
	return es
}

// OrNode is the node, or another where there is none, as the place of an error.
func OrNode(n, other *Node) *Node {
	if n == nil {
		return other
	}
	return n
}

// SameText is equality of systems that compare values as texts: a text that reads as a number
// or as true or false is also compared as that. A schema says which of them it is.
func (r *Reader) SameText(x rule.Expr, vs ...rule.Value) rule.Condition {
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
	return build.OneOf(x, all, false)
}

// InList is who is on a list, whose name stands at a node.
func (r *Reader) InList(at *Node, name string) rule.Condition {
	if r.title(at, "list", name) {
		return rule.InList(r.Named(at, name))
	}
	return nil
}

// InSegment is who is in a segment, whose name stands at a node.
func (r *Reader) InSegment(at *Node, name string) rule.Condition {
	if r.title(at, "segment", name) {
		return rule.InSegment(r.Named(at, name))
	}
	return nil
}

// title reports a name that no list and no segment can have, and is false then.
func (r *Reader) title(at *Node, of, name string) bool {
	ok := strings.TrimSpace(name) != "" && rule.CheckText(name) == nil
	if !ok {
		r.Fail(at, rule.ErrValue, "the name of a %s is expected here, not %s", of, at.Written())
	}
	return ok
}

// ValueOf is the value of an operator that needs one: an error if there is none.
func (r *Reader) ValueOf(n, value *Node) *Node {
	if value.Absent() {
		r.Fail(n, rule.ErrSyntax, "a value is expected")
		return nil
	}
	return value
}
