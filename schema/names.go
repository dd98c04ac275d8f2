package schema

import (
	"maps"
	"slices"
	"strings"

	"github.com/segmentrules/segment/rule"
)

// A TypeScope is what a schema knows of the names at one place in a rule: of
// the contact, of an element within HAS, or of an event within WHERE.
type TypeScope struct {
	schema *Schema
	place  scopePlace
	fields map[string]FieldType
	open   bool      // other fields are allowed
	elem   FieldType // of the element
}

// A scopePlace says where in a rule an expression stands.
type scopePlace uint8

const (
	inContact scopePlace = iota // outside any HAS and WHERE
	inElement                   // in a HAS
	inEvent                     // in a WHERE
)

// noun is what a field is called at this place.
func (p scopePlace) noun() string { return [...]string{"field", "field of the element", "property"}[p] }

// ContactScope is the scope of a rule as it starts: fields are those of the contact.
func (s *Schema) ContactScope() TypeScope {
	return TypeScope{schema: s, fields: s.Fields, open: s.Open || len(s.Fields) == 0}
}

// ElementScope is the scope within HAS of a list.
func (ts TypeScope) ElementScope(list FieldType) TypeScope {
	elem := FieldType{Kind: list.Of, Fold: list.Fold, Coerce: list.Coerce, Values: list.Values, Elements: list.Elements, Required: true}
	if len(list.Elements) > 0 {
		elem.Kind = rule.KindObject
	}
	untold := (elem.Kind == rule.KindNull || elem.Kind == rule.KindObject) && len(elem.Elements) == 0
	return TypeScope{schema: ts.schema, place: inElement, fields: elem.Elements, open: untold || ts.schema.Open, elem: elem}
}

// EventScope is the scope within WHERE of events. A property that two of the
// events have in different ways may be anything.
func (ts TypeScope) EventScope(names []string) TypeScope {
	out := TypeScope{schema: ts.schema, place: inEvent, fields: make(map[string]FieldType), open: ts.schema.Open}
	for _, event := range ts.schema.eventsNamed(names) {
		props := ts.schema.Events[event].Props
		out.open = out.open || len(props) == 0
		for path, t := range props {
			if other, ok := out.fields[path]; ok && !sameType(other, t) {
				t = FieldType{}
			}
			out.fields[path] = t
		}
	}
	out.open = out.open || len(out.fields) == 0
	return out
}

func sameType(a, b FieldType) bool {
	return a.Kind == b.Kind && a.Of == b.Of && a.Fold == b.Fold && a.Epoch == b.Epoch && a.Coerce == b.Coerce && slices.Equal(a.Values, b.Values)
}

// eventsNamed returns the events of the schema that the names select, in order.
func (s *Schema) eventsNamed(names []string) (events []string) {
	for _, event := range slices.Sorted(maps.Keys(s.Events)) {
		if (rule.Events{Names: names}).Named(event) {
			events = append(events, event)
		}
	}
	return events
}

// eventOf is the event that a name or an alias stands for. Aliases may be
// written in any case, as event phrases are.
func (s *Schema) eventOf(name string) (event string, ok bool) {
	if _, ok := s.Events[name]; ok {
		return name, true
	}
	for _, event := range slices.Sorted(maps.Keys(s.Events)) {
		for _, alias := range s.Events[event].Aliases {
			if strings.EqualFold(alias, name) {
				return event, true
			}
		}
	}
	return "", false
}

// field returns the type of a field; ok is false if there is no such field. Of
// what the schema does not tell the type is zero: it may be anything.
func (ts TypeScope) field(f rule.Field) (t FieldType, ok bool) {
	if t, ok := lookup(ts.fields, f); ok {
		return t, true
	}
	if ts.place == inContact && f == "id" {
		return FieldType{Kind: rule.KindText, Required: true}, true
	}
	return FieldType{}, ts.open
}

// Listed returns the type of a field that the schema lists at this place; ok is false
// if it does not, and the type then unknown.
func (ts TypeScope) Listed(f rule.Field) (t FieldType, ok bool) { return lookup(ts.fields, f) }

// OfContact reports whether the scope is outside of any HAS and WHERE, where fields
// are those of the contact.
func (ts TypeScope) OfContact() bool { return ts.place == inContact }

// lookup finds a path among fields: by itself, as a field of an object that has
// elements, or as an object some of whose fields are listed.
func lookup(fields map[string]FieldType, f rule.Field) (t FieldType, ok bool) {
	if t, ok := fields[string(f)]; ok {
		return t, true
	}
	names := f.Names()
	for i := len(names) - 1; i > 0; i-- {
		parent, ok := fields[string(rule.Path(names[:i]...))]
		switch {
		case !ok:
			continue
		case len(parent.Elements) > 0 && parent.Kind != rule.KindList:
			return lookup(parent.Elements, rule.Path(names[i:]...))
		}
		return FieldType{}, parent.Kind == rule.KindObject || parent.Kind == rule.KindNull
	}
	for path := range fields {
		if strings.HasPrefix(path, string(f)+".") {
			return FieldType{Kind: rule.KindObject}, true
		}
	}
	return FieldType{}, false
}

// TypeOf is the type of an expression that is a field, or stands for one; zero
// for all others.
func (ts TypeScope) TypeOf(e rule.Expr) FieldType {
	switch e := e.(type) {
	case rule.Field:
		t, _ := ts.field(e)
		return t
	case rule.Elem:
		return ts.elem
	case rule.Calculated:
		return ts.TypeOf(e.X)
	case rule.Call:
		return FieldType{Fold: e.Fn == rule.FnCoalesce && slices.ContainsFunc(e.Args, func(arg rule.Expr) bool { return ts.TypeOf(arg).Fold })}
	case rule.Metric:
		if e.Agg >= rule.AggMin && e.Agg != rule.AggDistinct && e.Prop != "" {
			t, _ := ts.EventScope(e.Events.Names).field(e.Prop)
			t.Required = false
			return t
		}
	}
	return FieldType{}
}

// anniversaryOf is the field that `<Name>_Anniversary` is the anniversary of:
// Name, Name_Date or name_at, whichever the schema knows.
func (s *Schema) anniversaryOf(name string) (base string, ok bool) {
	stem, ok := strings.CutSuffix(name, "_Anniversary")
	if !ok || stem == "" {
		return "", false
	}
	for _, base := range [...]string{stem, stem + "_Date", strings.ToLower(stem) + "_at"} {
		_, field := s.Fields[base]
		_, calculated := s.Calculated[base]
		if field || calculated {
			return base, true
		}
	}
	return "", false
}
