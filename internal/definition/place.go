package definition

import (
	"fmt"
	"slices"

	"github.com/segmentrules/segment/internal/check"
	"github.com/segmentrules/segment/internal/jsontext"
	"github.com/segmentrules/segment/rule"
)

// A site is where a condition stands in a definition: the object it was read
// from, by its offset, and in the text of a rule the offset in it.
type site struct {
	at   int
	rule int // -1 if it was not read from rule text, or has no place of its own there
}

// stand records the object that the next condition of the tree is read from.
func (r *reader) stand(o *object) { r.Sites = append(r.Sites, site{at: o.ref.At, rule: -1}) }

// Placed gives errors about the tree that was read their places. The place of
// what is wrong in a rule is that of the rule's text; where in it stands in the
// message.
func (r *reader) Placed(err error, c rule.Condition) error {
	es := rule.ErrorsOf(err)
	if !slices.ContainsFunc(es, rule.Unlocated) {
		return err
	}
	for _, e := range es {
		if rule.Unlocated(e) {
			r.place(e, c)
		}
	}
	return es.InOrder()
}

// PointTo gives errors about a tree that was read from no text the JSON Pointers that
// lead to what is wrong in the definition of it, as [MarshalCondition] writes it. Where
// no definition can say the tree, since a node is nil or a constant out of range, there is
// no Path, and the message starts with the way in the tree as Go would write it; where it is
// only too large, with nothing.
func PointTo(err error, c rule.Condition, l rule.Limits) error {
	es := rule.ErrorsOf(err)
	if !slices.ContainsFunc(es, rule.Unlocated) {
		return err
	}
	again, r := rewritten(c, l.WithDefaults())
	for _, e := range es {
		switch {
		case !rule.Unlocated(e):
		case r != nil:
			at, _ := r.member(e, again)
			e.Path = at.Pointer()
		default:
			if e.Path != "" && e.Code != rule.ErrLimit {
				e.Msg = e.Path + ": " + e.Msg
			}
			e.Path = ""
		}
	}
	return err
}

// Pointers returns the JSON Pointers into the definition of a tree, as [MarshalCondition]
// writes it, to which ways in the tree lead, as [rule.Trail.Path] writes them; none if no
// definition says the tree. The cost of each grows with the tree.
func Pointers(c rule.Condition, paths []string, l rule.Limits) []string {
	again, r := rewritten(c, l.WithDefaults())
	if r == nil {
		return nil
	}
	out := make([]string, len(paths))
	for i, path := range paths {
		at, _ := r.memberOn(path, again)
		out[i] = at.Pointer()
	}
	return out
}

// rewritten is the tree as it is read from its definition, and the reader that has read
// it; nil if it has none that says the same.
func rewritten(c rule.Condition, l rule.Limits) (again rule.Condition, r *reader) {
	if check.Condition(c, l) != nil {
		return nil, nil
	}
	w := Writer{}
	w.Condition(c)
	r, err := newReader(w.B, l)
	if err != nil {
		return nil, nil
	}
	r.anywhere = true
	again = r.condition(r.Root(), nesting{})
	if r.result() != nil || again.String() != c.String() { // an empty AND is read as EVERYONE
		return nil, nil
	}
	return again, r
}

func (r *reader) place(e *rule.Error, c rule.Condition) {
	at, rx := r.member(e, c)
	if rx >= 0 {
		text, _ := r.string(at)
		var inner rule.Error
		inner.Locate(text, rx)
		e.Msg = fmt.Sprintf("in the rule at %d:%d: %s", inner.Line, inner.Column, e.Msg)
	}
	e.Path = at.Pointer()
	e.LocateJSON(r.Text, at.At)
}

// member is the member that an error about the tree is about, and the offset in it if
// that is the text of a rule, else -1.
func (r *reader) member(e *rule.Error, c rule.Condition) (at jsontext.Ref, inRule int) {
	return r.memberOn(e.TreePath(), c)
}

// memberOn is the member to which a way in the tree leads.
func (r *reader) memberOn(path string, c rule.Condition) (at jsontext.Ref, inRule int) {
	object, rx, rest := r.Root(), -1, path
	for _, s := range rule.ConditionsOn(c, path) {
		here := r.Sites[s.Number]
		rest = s.Rest
		if here.at != object.At {
			object, rx = r.objectAt(here.at), -1
		}
		if here.rule >= 0 {
			rx = here.rule
		}
	}
	return r.refine(object, rest, rx >= 0), rx
}

// objectAt is the object that starts at an offset.
func (r *reader) objectAt(at int) jsontext.Ref {
	v := r.Root()
	for v.At != at {
		down := v
		if r.StartsWith(v, '[') {
			r.Elements(v, func(e jsontext.Ref) bool {
				if e.At <= at {
					down = e
				}
				return e.At < at
			})
		} else {
			r.Members(v, func(m jsontext.Member) bool {
				if m.Value.At <= at {
					down = m.Value
				}
				return m.Value.At < at
			})
		}
		v = down
	}
	return v
}

// first is the first of these members that an object has, or else v.
func (o *object) first(v jsontext.Ref, names ...string) jsontext.Ref {
	if m, ok := o.get(names...); ok {
		return m
	}
	return v
}

// element is an element of a list, or what was to be the list.
func (r *reader) element(list jsontext.Ref, i int) jsontext.Ref {
	if !r.StartsWith(list, '[') {
		return list
	}
	found := list
	r.Elements(list, func(e jsontext.Ref) bool {
		if e.Index == i {
			found = e
		}
		return e.Index < i
	})
	return found
}
