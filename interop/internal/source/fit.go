package source

import (
	"strings"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/interop/internal/build"
	"github.com/segmentrules/segment/rule"
)

// What does not fit the schema is told with its place in the definition that was read: readers
// say where each name stands.

// Checked is a condition as the schema has it, with what only the schema knows written out.
func (r *Reader) Checked(c rule.Condition) (rule.Condition, error) {
	s := r.Schema
	if s == nil {
		s = new(segment.Schema)
	}
	if r.Schema != nil && !rule.TooDeep(c) {
		c = build.Fitted(s.ContactScope(), c)
	}
	if err := s.Check(c); err != nil {
		return nil, r.placed(c, err)
	}
	return s.Resolve(c)
}

// Resolved is a condition as Import returns it with the same options.
func (o Options) Resolved(c rule.Condition) (rule.Condition, error) {
	s := o.Schema
	if s == nil {
		s = new(segment.Schema)
	}
	if err := s.Check(c); err != nil {
		return nil, err
	}
	return s.Resolve(c)
}

// placed gives the errors of a check the place, in the definition that was read, of the first
// node that names what they are about. Of several errors about one name each gets the next
// place.
func (r *Reader) placed(c rule.Condition, err error) error {
	used := map[string]int{}
	es := rule.ErrorsOf(err)
	for i, e := range es {
		name := r.nameIn(c, e)
		if name == "" {
			continue
		}
		at := r.origins[name]
		es[i] = r.located(at[min(used[name], len(at)-1)], e)
		used[name]++
	}
	return es.InOrder()
}

// nameIn is the name that an error is about: of those that the condition reads at which it
// is, the longest that its message has; or else one of the nearest condition around it that
// reads any, as of an element its list.
func (r *Reader) nameIn(c rule.Condition, e *rule.Error) (name string) {
	on := rule.ConditionsOn(c, e.TreePath())
	at := make([]rule.Condition, len(on))
	number := 0
	rule.EachCondition(c, func(_ *rule.Trail, c rule.Condition) {
		for i := range on {
			if on[i].Number == number {
				at[i] = c
			}
		}
		number++
	})
	for i := len(at) - 1; i >= 0 && name == ""; i-- {
		if at[i] != nil {
			name = r.nameOf(rule.Reads(at[i]), e.Msg)
		}
	}
	return name
}

// nameOf is the longest of the names that a message has, or else the first of them.
func (r *Reader) nameOf(reads rule.Inputs, msg string) (name string) {
	first := ""
	look := func(have string) {
		if len(r.origins[have]) == 0 {
			return
		}
		if first == "" {
			first = have
		}
		if strings.Contains(msg, have) && len(have) > len(name) {
			name = have
		}
	}
	for _, f := range reads.Fields {
		look(string(f))
	}
	for _, in := range reads.Events {
		look(in.Name)
		for _, p := range in.Props {
			look(string(p))
		}
	}
	for _, l := range append(reads.Lists, reads.Segments...) {
		look(l)
	}
	if name == "" {
		return first
	}
	return name
}

// Named keeps where a name stands in the definition, for errors about it: of a field or a
// property its path, of an event, a list or a segment its name.
func (r *Reader) Named(at *Node, name string) string {
	if at != nil {
		if r.origins == nil {
			r.origins = map[string][]*Node{}
		}
		r.origins[name] = append(r.origins[name], at)
	}
	return name
}

// Field is the field with a path such as "location.city", dots part names, which stands at a
// node. A path that no rule can have is an error, and not ok.
func (r *Reader) Field(at *Node, path string) (f rule.Field, ok bool) {
	f = build.Field(path)
	if rule.CheckText(path) != nil || strings.HasPrefix(path, ".") || strings.HasSuffix(path, ".") || strings.Contains(path, "..") || path == "" {
		r.Fail(at, rule.ErrValue, "%s is no path of a field", Shortened(path))
		return f, false
	}
	r.Named(at, string(f))
	return f, true
}

// Path is the field with these names, the topmost first, which stands at a node. Names that
// no rule can have are an error, and not ok.
func (r *Reader) Path(at *Node, names ...string) (f rule.Field, ok bool) {
	for _, name := range names {
		if name == "" || rule.CheckText(name) != nil {
			r.Fail(at, rule.ErrValue, "%s is no name of a field", Shortened(name))
			return f, false
		}
	}
	f = rule.Path(names...)
	r.Named(at, string(f))
	return f, true
}

// EventNamed selects the events with exactly this name, which stands at a node. A name that a
// rule would read as a prefix is an error, and not ok.
func (r *Reader) EventNamed(at *Node, name string, where rule.Condition) (e rule.Events, ok bool) {
	if name == "" || strings.HasSuffix(name, "*") || rule.CheckText(name) != nil {
		r.Fail(at, rule.ErrValue, "%s is no name of an event that a rule can have", Shortened(name))
		return e, false
	}
	return build.Events(r.Named(at, name), where), true
}
