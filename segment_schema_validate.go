package segment

import (
	"maps"
	"slices"
	"strings"
)

// Validate reports everything that is wrong with the schema itself, as
// [Errors] with a JSON Pointer each: calculated fields that cannot be read, do
// not check, take the name of a field or go in a circle ([ErrCycle], with the
// way round); aliases that stand for two events; kinds, zones and spans that do
// not exist; and what does not fit a field's kind. Its cost grows with the
// schema.
func (s *Schema) Validate() error {
	v := schemaValidator{schema: s}
	for _, path := range sortedKeys(s.Fields) {
		v.field(jsonPlace{"fields", path}, path, s.Fields[path], 0)
	}
	v.events()
	v.calculated()
	if _, ok := loadZone(s.Zone); s.Zone != "" && !ok {
		v.fail(jsonPlace{"zone"}, ErrUnknown, "unknown zone "+Text(s.Zone).String())
	}
	if s.WeekStartsOn > Sunday {
		v.fail(jsonPlace{"week_starts_on"}, ErrValue, "there is no such weekday")
	}
	if s.Retention != (Span{}) && (!s.Retention.valid() || s.Retention.N <= 0) {
		v.fail(jsonPlace{"retention"}, ErrValue, "the retention is no span of time")
	}
	v.names(jsonPlace{"lists"}, s.Lists)
	v.names(jsonPlace{"segments"}, s.Segments)
	return v.errs.errorOrNil()
}

type schemaValidator struct {
	schema *Schema
	errs   Errors
}

func (v *schemaValidator) fail(p jsonPlace, code Code, msg string) {
	if len(v.errs) < v.schema.Limits.withDefaults().Errors {
		v.errs = append(v.errs, &Error{Code: code, Msg: msg, Path: p.pointer()})
	}
}

func (v *schemaValidator) field(p jsonPlace, path string, f FieldType, depth int) {
	if slices.Contains(Field(path).Names(), "") {
		v.fail(p, ErrValue, "the path of a field has an empty name")
	}
	if depth > v.schema.Limits.withDefaults().Depth {
		v.fail(p, ErrLimit, "fields nest too deep")
		return
	}
	known := func(k Kind) bool { return k <= KindObject }
	list, object := f.Kind == KindList, f.Kind == KindObject
	texts := f.Kind == KindText || list && (f.Of == KindText || f.Of == KindNull)
	switch {
	case !known(f.Kind) || !known(f.Of):
		v.fail(p, ErrValue, "no field holds such a kind")
	case f.Of != KindNull && !list:
		v.fail(p.down("of"), ErrType, "only a list has a kind of element")
	case len(f.Elements) > 0 && !object && !(list && (f.Of == KindObject || f.Of == KindNull)):
		v.fail(p.down("elements"), ErrType, "only an object, or a list of objects, has fields")
	case f.Epoch > EpochMillis:
		v.fail(p.down("epoch"), ErrValue, "no such epoch")
	case f.Epoch != NoEpoch && f.Kind != KindTime:
		v.fail(p.down("epoch"), ErrType, "only a time is counted from 1970 on")
	case len(f.Values) > 0 && !texts:
		v.fail(p.down("values"), ErrType, "only a text, or a list of texts, has a list of values")
	case f.Fold && !texts && f.Kind != KindNull:
		v.fail(p.down("ignoring_case"), ErrType, "only a text, or a list of texts, has a case to ignore")
	}
	for _, name := range sortedKeys(f.Elements) {
		v.field(p.down("elements").down(name), name, f.Elements[name], depth+1)
	}
}

// events checks that every name and alias stands for one event.
func (v *schemaValidator) events() {
	stands := make(map[string]string) // alias, folded, to event
	for _, event := range sortedKeys(v.schema.Events) {
		p, t := jsonPlace{"events", event}, v.schema.Events[event]
		if event == "" || strings.HasSuffix(event, "*") {
			v.fail(p, ErrValue, "an event needs a name that does not end in *")
		}
		for _, alias := range t.Aliases {
			key := strings.ToLower(alias)
			other, taken := stands[key]
			_, name := v.schema.Events[alias]
			switch {
			case alias == "":
				v.fail(p.down("aliases"), ErrValue, "an alias is empty")
			case taken && other == event:
				v.fail(p.down("aliases"), ErrValue, "the alias `"+alias+"` stands twice")
			case taken:
				v.fail(p.down("aliases"), ErrValue, "the alias `"+alias+"` stands for `"+other+"` and for `"+event+"`")
			case name && alias != event:
				v.fail(p.down("aliases"), ErrValue, "the alias `"+alias+"` is the name of another event")
			}
			stands[key] = event
		}
		for _, path := range sortedKeys(t.Props) {
			v.field(p.down("props").down(path), path, t.Props[path], 0)
		}
	}
}

// calculated reads every calculated field, in order of their names.
func (v *schemaValidator) calculated() {
	r := newResolver(v.schema)
	for _, name := range slices.Sorted(maps.Keys(v.schema.Calculated)) {
		p := jsonPlace{"calculated", name}
		_, field := v.schema.Fields[string(Path(name))]
		switch {
		case name == "":
			v.fail(p, ErrValue, "a calculated field needs a name")
		case field:
			v.fail(p, ErrValue, "there is a field of this name, too")
		}
		before := len(r.errs)
		x := r.calculated(name)
		if len(r.errs) > before {
			continue
		}
		k := checker{schema: v.schema, most: DefaultErrors}
		k.expr(x.(Calculated).X, v.schema.contactScope(), nil)
		for _, e := range k.errs {
			e.Path = p.pointer()
		}
		v.errs = append(v.errs, k.errs...)
	}
	v.errs = append(v.errs, r.errs...)
}

// names checks that none is empty or comes twice.
func (v *schemaValidator) names(p jsonPlace, names []string) {
	seen := make(map[string]bool, len(names))
	for _, name := range names {
		if name == "" || seen[name] {
			v.fail(p, ErrValue, "a name is empty or comes twice: "+Text(name).String())
		}
		seen[name] = true
	}
}
