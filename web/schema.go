package web

import (
	"net/http"
	"slices"
	"strings"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/httpapi"
	"github.com/segmentrules/segment/internal/textset"
	"github.com/segmentrules/segment/rule"
	"github.com/segmentrules/segment/schema"
)

// What a rule can be about: the fields, events, lists and segments that the page offers. The
// schema says which there are; where it says nothing, or allows others, those that contacts
// have are offered too.

// A vocabulary is what GET /app/schema returns.
type vocabulary struct {
	Fields   []fieldWord   `json:"fields"`
	Events   []eventWord   `json:"events"`
	Lists    []string      `json:"lists"`
	Segments []segmentWord `json:"segments"`
}

// A fieldWord is a field: values are those it takes most.
type fieldWord struct {
	Name   string   `json:"name"`
	Label  string   `json:"label"`
	Kind   string   `json:"kind"`
	Values []string `json:"values"`
}

type eventWord struct {
	Name       string     `json:"name"`
	Label      string     `json:"label"`
	Properties []propWord `json:"properties"`
}

type propWord struct {
	Name string `json:"name"`
	Kind string `json:"kind"`
}

type segmentWord struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

func (a *app) schema(r *httpapi.Request) error {
	seen, err := a.look(r.HTTP().Context())
	if err != nil {
		return err
	}
	s := r.Schema()
	out := vocabulary{fieldsOf(s, seen), eventsOf(s, seen), listsOf(s, seen), []segmentWord{}}
	for _, d := range a.host.Defined() {
		out.Segments = append(out.Segments, segmentWord{d.ID, d.Name})
	}
	return r.Reply(http.StatusOK, out)
}

// fieldsOf are the fields by path, those within objects in place of the objects.
func fieldsOf(s *segment.Schema, seen *found) []fieldWord {
	all := make(map[string]fieldWord)
	add := func(path string, kind segment.Kind, values []string) {
		if len(values) == 0 {
			values = seen.fields[path].common()
		}
		all[path] = fieldWord{path, label(path), kindWord(kind), values}
	}
	var within func(path string, t schema.FieldType)
	within = func(path string, t schema.FieldType) {
		if t.Kind != segment.KindObject || len(t.Elements) == 0 {
			add(path, t.Kind, t.Values)
			return
		}
		for name, e := range t.Elements {
			within(string(rule.Path(append(rule.Field(path).Names(), name)...)), e)
		}
	}
	if s.Open || len(s.Fields) == 0 {
		for path, f := range seen.fields {
			add(path, f.kind, nil)
		}
	}
	for path, t := range s.Fields {
		within(path, t)
	}
	for name := range s.Calculated {
		add(name, calculatedKind(s, name), nil)
	}
	words := []fieldWord{}
	for _, path := range textset.SortedKeys(all) {
		words = append(words, all[path])
	}
	return words
}

// calculatedKind is the kind of a calculated field that stands for a field, else any.
func calculatedKind(s *segment.Schema, name string) segment.Kind {
	return s.ContactScope().TypeOf(rule.Field(name)).Kind
}

// eventsOf are the events by name.
func eventsOf(s *segment.Schema, seen *found) []eventWord {
	all := make(map[string]map[string]segment.Kind)
	if s.Open || len(s.Events) == 0 {
		for name, props := range seen.events {
			all[name] = props
		}
	}
	for name, t := range s.Events {
		props := make(map[string]segment.Kind)
		for p, pt := range t.Props {
			props[p] = pt.Kind
		}
		if len(t.Props) == 0 {
			props = seen.events[name]
		}
		all[name] = props
	}
	words := []eventWord{}
	for _, name := range textset.SortedKeys(all) {
		w := eventWord{name, label(string(rule.Path(name))), []propWord{}}
		for _, p := range textset.SortedKeys(all[name]) {
			w.Properties = append(w.Properties, propWord{p, kindWord(all[name][p])})
		}
		words = append(words, w)
	}
	return words
}

// listsOf are the names of the lists.
func listsOf(s *segment.Schema, seen *found) []string {
	all := make(map[string]bool)
	if s.Open || len(s.Lists) == 0 {
		for name := range seen.lists {
			all[name] = true
		}
	}
	for _, name := range s.Lists {
		all[name] = true
	}
	return listed(textset.SortedKeys(all))
}

// kindWord is a kind as the page knows it.
func kindWord(k segment.Kind) string {
	switch k {
	case segment.KindNull:
		return "any"
	case segment.KindVersion:
		return "text"
	}
	return k.String()
}

// label is the name of a field in words, as a page shows them: custom.shoe_size is
// "Custom / Shoe size".
func label(name string) string {
	parts := rule.Field(name).Names()
	for i, p := range parts {
		p = strings.TrimSpace(strings.ReplaceAll(p, "_", " "))
		if p != "" {
			p = strings.ToUpper(p[:1]) + p[1:]
		}
		parts[i] = p
	}
	return strings.Join(slices.DeleteFunc(parts, func(p string) bool { return p == "" }), " / ")
}
