package segment

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// A placed is a condition and where it was read. Trees have no positions, so
// that they are plain values; what is wrong with a tree as a whole is found when
// the text is gone from it. Then, and only then, the text is read once more with
// every condition wrapped into one of these, and the error's path leads to its
// place. No such tree leaves this package, or is looked at in another way.
type placed struct {
	Condition
	json *ref   // in a definition; nil if it was read from rule text
	text string // the rule text
	at   int    // in the rule text
}

// unplaced is the condition itself.
func unplaced(c Condition) Condition {
	if p, ok := c.(placed); ok {
		return unplaced(p.Condition)
	}
	return c
}

// A whereabouts is where a path leads in a tree of placed conditions: the innermost
// place in the definition, that in the text of a rule, and what remained of the
// path behind the last of them.
type whereabouts struct {
	json *ref
	rule *placed
	rest string
}

// follow goes down a path such as [1].C.Left, as far as it leads.
func follow(c Condition, path string) (f whereabouts) {
	f.rest = path
	node := reflect.ValueOf(&c).Elem()
	for {
		for node.Kind() == reflect.Interface && !node.IsNil() {
			node = node.Elem()
			p, ok := node.Interface().(placed)
			if !ok {
				break
			}
			if p.json != nil {
				f = whereabouts{json: p.json, rest: path}
			} else {
				f.rule, f.rest = &p, path
			}
			node = node.FieldByName("Condition")
		}
		var step string
		if step, path = cutStep(path); step == "" {
			return f
		}
		if node = below(node, step); !node.IsValid() {
			return f
		}
	}
}

// cutStep cuts the first step, .Name or [1], from a path.
func cutStep(path string) (step, rest string) {
	if path == "" {
		return "", ""
	}
	end := strings.IndexAny(path[1:], ".[")
	if end < 0 {
		return path, ""
	}
	return path[:end+1], path[end+1:]
}

// below is the part of a node that a step leads to; the zero Value if it has
// none.
func below(node reflect.Value, step string) reflect.Value {
	if name, ok := strings.CutPrefix(step, "."); ok {
		if node.Kind() == reflect.Struct {
			return node.FieldByName(name)
		}
		return reflect.Value{}
	}
	i, err := strconv.Atoi(strings.Trim(step, "[]"))
	if err == nil && node.Kind() == reflect.Slice && i < node.Len() {
		return node.Index(i)
	}
	return reflect.Value{}
}

// placeInText gives errors about the tree of a rule text their places. Those
// that have one already keep it.
func placeInText(err error, text string, l Limits, v vocabulary) error {
	es := errorsOf(err)
	if !slices.ContainsFunc(es, unlocated) {
		return err
	}
	p, failed := newParser(text, l, v)
	if failed != nil {
		return err
	}
	p.placing = true
	tree := p.rule()
	for _, e := range es {
		if !unlocated(e) {
			continue
		}
		at := 0
		if f := follow(tree, e.Path); f.rule != nil {
			at = f.rule.at
		}
		e.locate(text, at)
		e.Path = ""
	}
	return inOrder(es)
}

// unlocated reports whether an error is about the tree, and not yet placed: a
// path of the schema, which starts with a slash, is about something else.
func unlocated(e *Error) bool { return e.Line == 0 && !strings.HasPrefix(e.Path, "/") }

func inOrder(es Errors) error {
	slices.SortStableFunc(es, func(a, b *Error) int { return a.Offset - b.Offset })
	return es.errorOrNil()
}

// placeInJSON gives errors about the tree of a definition their places. The
// place of what is wrong in a rule is that of the rule's text; where in it stands in
// the message.
func placeInJSON(err error, text []byte, l Limits, read func(*jsonReader) Condition) error {
	es := errorsOf(err)
	placing := func(rule string) (Condition, error) {
		p, err := newParser(rule, l, nil)
		if err != nil {
			return nil, err
		}
		p.placing = true
		return p.rule(), nil
	}
	r, failed := newJSONReader(text, l, placing)
	if failed != nil || !slices.ContainsFunc(es, unlocated) {
		return err
	}
	r.placing = true
	tree := read(r)
	for _, e := range es {
		if !unlocated(e) {
			continue
		}
		f := follow(tree, e.Path)
		at := r.root()
		if f.json != nil {
			at = r.refine(*f.json, f.rest, f.rule != nil)
		}
		if f.rule != nil {
			var inner Error
			inner.locate(f.rule.text, f.rule.at)
			e.Msg = fmt.Sprintf("in the rule at %d:%d: %s", inner.Line, inner.Column, e.Msg)
		}
		e.Path, e.Offset = at.pointer(), at.at
		e.Line, e.Column, e.source = placeOf(text, at.at)
	}
	return inOrder(es)
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
	for step == ".C" {
		step, rest = cutStep(rest)
	}
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
