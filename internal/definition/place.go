package definition

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

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

func (r *reader) place(e *rule.Error, c rule.Condition) {
	object, rx, rest := r.Root(), -1, e.Path
	for _, s := range rule.ConditionsOn(c, e.Path) {
		here := r.Sites[s.Number]
		rest = s.Rest
		if here.at != object.At {
			object, rx = r.objectAt(here.at), -1
		}
		if here.rule >= 0 {
			rx = here.rule
		}
	}
	at := r.refine(object, rest, rx >= 0)
	if rx >= 0 {
		text, _ := r.string(at)
		var inner rule.Error
		inner.Locate(text, rx)
		e.Msg = fmt.Sprintf("in the rule at %d:%d: %s", inner.Line, inner.Column, e.Msg)
	}
	e.Path = at.Pointer()
	e.LocateJSON(r.Text, at.At)
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

// refine is the member of a condition's object that the rest of a path stands
// for, or the object, if there is none.
func (r *reader) refine(v jsontext.Ref, rest string, rx bool) jsontext.Ref {
	if !r.StartsWith(v, '{') {
		return v
	}
	o, _ := r.object(v, "")
	if rx {
		return o.first(v, "rule")
	}
	step, rest := rule.CutStep(rest)
	switch step {
	case ".Left", ".X", ".Field":
		return o.first(v, append(subjectKeys(), "left")...)
	case ".Right", ".Value", ".Pattern":
		return o.first(v, "value")
	case ".Lo":
		return r.element(o.first(v, "value", "values"), 0)
	case ".Hi":
		return r.element(o.first(v, "value", "values"), 1)
	case ".Values", ".Nets":
		list := o.first(v, "values", "value")
		if i, err := strconv.Atoi(strings.Trim(rest, "[]")); err == nil {
			return r.element(list, i)
		}
		return list
	case ".Zone":
		return o.first(v, "zone")
	case ".Window":
		return o.first(v, "window", "value")
	case ".Steps":
		return o.first(v, "sequence")
	case ".Events":
		return o.first(v, "event", "events")
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
