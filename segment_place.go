package segment

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Errors of the tree of a definition get their places here: the reader has noted
// the object that each condition was read from, a path leads to the condition,
// and the last step of the path to the member of its object.

// unlocated reports whether an error is about the tree, and not yet placed: a
// path of the schema, which starts with a slash, is about something else.
func unlocated(e *Error) bool { return e.Line == 0 && !strings.HasPrefix(e.Path, "/") }

func inOrder(es Errors) error {
	slices.SortStableFunc(es, func(a, b *Error) int { return a.Offset - b.Offset })
	return es.errorOrNil()
}

// A site is where a condition stands in a definition: the object it was read
// from, by its offset, and in the text of a rule the offset in it.
type site struct {
	at   int
	rule int // -1 if it was not read from rule text, or has no place of its own there
}

// stand records the object that the next condition of the tree is read from.
func (r *jsonReader) stand(o *object) { r.sites = append(r.sites, site{at: o.ref.at, rule: -1}) }

// placed gives errors about the tree that was read their places. The place of
// what is wrong in a rule is that of the rule's text; where in it stands in the
// message.
func (r *jsonReader) placed(err error, c Condition) error {
	es := errorsOf(err)
	if !slices.ContainsFunc(es, unlocated) {
		return err
	}
	for _, e := range es {
		if unlocated(e) {
			r.place(e, c)
		}
	}
	return inOrder(es)
}

func (r *jsonReader) place(e *Error, c Condition) {
	object, rule, rest := r.root(), -1, e.Path
	for _, s := range conditionsOn(c, e.Path) {
		here := r.sites[s.number]
		rest = s.rest
		if here.at != object.at {
			object, rule = r.objectAt(here.at), -1
		}
		if here.rule >= 0 {
			rule = here.rule
		}
	}
	at := r.refine(object, rest, rule >= 0)
	if rule >= 0 {
		text, _ := r.string(at)
		var inner Error
		inner.locate(text, rule)
		e.Msg = fmt.Sprintf("in the rule at %d:%d: %s", inner.Line, inner.Column, e.Msg)
	}
	e.Path, e.Offset = at.pointer(), at.at
	e.Line, e.Column, e.source = placeOf(r.text, at.at)
}

// objectAt is the object that starts at an offset.
func (r *jsonReader) objectAt(at int) ref {
	v := r.root()
	for v.at != at {
		down := v
		if r.is(v, '[') {
			r.elements(v, func(e ref) bool {
				if e.at <= at {
					down = e
				}
				return e.at < at
			})
		} else {
			r.members(v, func(m jsonMember) bool {
				if m.value.at <= at {
					down = m.value
				}
				return m.value.at < at
			})
		}
		v = down
	}
	return v
}

// refine is the member of a condition's object that the rest of a path stands
// for, or the object, if there is none.
func (r *jsonReader) refine(v ref, rest string, rule bool) ref {
	if !r.is(v, '{') {
		return v
	}
	o, _ := r.object(v, "")
	if rule {
		return o.first(v, "rule")
	}
	step, rest := cutStep(rest)
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
func (o *object) first(v ref, names ...string) ref {
	if m, ok := o.get(names...); ok {
		return m
	}
	return v
}

// element is an element of a list, or what was to be the list.
func (r *jsonReader) element(list ref, i int) ref {
	if !r.is(list, '[') {
		return list
	}
	found := list
	r.elements(list, func(e ref) bool {
		if e.i == i {
			found = e
		}
		return e.i < i
	})
	return found
}
