package contacts

import (
	"slices"
	"strings"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/rule"
)

// Needs is what some rules read of a contact.
type Needs struct {
	Layout   *segment.Layout // the fields by their topmost names
	Lists    bool
	Segments bool
	History  bool

	names    []string
	events   map[string]bool
	prefixes []string
}

// NeedsOf returns what the conditions read together.
func NeedsOf(cs ...segment.Condition) Needs {
	n := Needs{events: make(map[string]bool)}
	for _, c := range cs {
		in := rule.Reads(c)
		for _, f := range slices.Concat(in.Fields, in.History) {
			if name := f.Names()[0]; name != "id" && !slices.Contains(n.names, name) {
				n.names = append(n.names, name)
			}
		}
		for _, e := range in.Events {
			if prefix, ok := strings.CutSuffix(e.Name, "*"); ok {
				n.prefixes = append(n.prefixes, prefix)
			}
			n.events[e.Name] = true
		}
		n.Lists = n.Lists || len(in.Lists) > 0
		n.Segments = n.Segments || len(in.Segments) > 0
		n.History = n.History || len(in.History) > 0
	}
	n.Layout = segment.NewLayout(n.names...)
	return n
}

// Fields returns the topmost names of the fields that are read.
func (n *Needs) Fields() []string { return n.names }

// Events reports whether any event is read.
func (n *Needs) Events() bool { return len(n.events) > 0 }

// Event reports whether events with a name are read.
func (n *Needs) Event(name string) bool {
	return n.events[name] || slices.ContainsFunc(n.prefixes, func(p string) bool { return strings.HasPrefix(name, p) })
}
