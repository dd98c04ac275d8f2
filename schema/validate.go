package schema

import (
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/segmentrules/segment/internal/calendar"
	"github.com/segmentrules/segment/internal/check"
	"github.com/segmentrules/segment/internal/textset"
	"github.com/segmentrules/segment/rule"
)

// Validate reports everything that is wrong with the schema itself, as
// [rule.Errors] with a JSON Pointer each: calculated fields that cannot be read, do
// not check, take the name of a field or go in a circle ([rule.ErrCycle], with the
// way round); aliases that stand for two events; kinds, zones and spans that do
// not exist; and what does not fit a field's kind. Its cost grows with the
// schema.
func (s *Schema) Validate() error {
	v := schemaValidator{schema: s}
	for _, path := range textset.SortedKeys(s.Fields) {
		v.field(jsonPlace{"fields", path}, path, s.Fields[path], 0)
	}
	v.events()
	v.calculated()
	if _, ok := calendar.Zone(s.Zone); s.Zone != "" && !ok {
		v.fail(jsonPlace{"zone"}, rule.ErrUnknown, "unknown zone "+rule.Text(s.Zone).String())
	}
	if s.WeekStartsOn > rule.WeekdaySunday {
		v.fail(jsonPlace{"week_starts_on"}, rule.ErrValue, "there is no such weekday")
	}
	if s.FiscalYearStarts < 0 || s.FiscalYearStarts > time.December {
		v.fail(jsonPlace{"fiscal_year_starts"}, rule.ErrValue, "there is no such month")
	}
	if s.LeapDay != "" && !check.IsLeapDay(rule.Text(s.LeapDay)) {
		v.fail(jsonPlace{"leap_day"}, rule.ErrValue, `29 February falls on "02-28" or "03-01" in other years`)
	}
	if s.Retention != (rule.Span{}) && (!s.Retention.Valid() || s.Retention.N <= 0) {
		v.fail(jsonPlace{"retention"}, rule.ErrValue, "the retention is no span of time")
	}
	v.names(jsonPlace{"lists"}, s.Lists)
	v.names(jsonPlace{"segments"}, s.Segments)
	return v.errs.ErrorOrNil()
}

type schemaValidator struct {
	schema *Schema
	errs   rule.Errors
}

func (v *schemaValidator) fail(p jsonPlace, code rule.Code, msg string) {
	if len(v.errs) < v.schema.Limits.WithDefaults().Errors {
		v.errs = append(v.errs, &rule.Error{Code: code, Msg: msg, Path: p.pointer()})
	}
}

func (v *schemaValidator) field(p jsonPlace, path string, f FieldType, depth int) {
	if slices.Contains(rule.Field(path).Names(), "") {
		v.fail(p, rule.ErrValue, "the path of a field has an empty name")
	}
	if depth > v.schema.Limits.WithDefaults().Depth {
		v.fail(p, rule.ErrLimit, "fields nest too deep")
		return
	}
	known := func(k rule.Kind) bool { return k <= rule.KindObject }
	list, object := f.Kind == rule.KindList, f.Kind == rule.KindObject
	texts := f.Kind == rule.KindText || list && (f.Of == rule.KindText || f.Of == rule.KindNull)
	switch {
	case !known(f.Kind) || !known(f.Of):
		v.fail(p, rule.ErrValue, "no field holds such a kind")
	case f.Of != rule.KindNull && !list:
		v.fail(p.down("of"), rule.ErrType, "only a list has a kind of element")
	case len(f.Elements) > 0 && !object && !(list && (f.Of == rule.KindObject || f.Of == rule.KindNull)):
		v.fail(p.down("elements"), rule.ErrType, "only an object, or a list of objects, has fields")
	case f.Epoch > EpochMillis:
		v.fail(p.down("epoch"), rule.ErrValue, "no such epoch")
	case f.Epoch != EpochNone && f.Kind != rule.KindTime:
		v.fail(p.down("epoch"), rule.ErrType, "only a time is counted from 1970 on")
	case f.Coerce && f.Kind != rule.KindNumber && !(list && f.Of == rule.KindNumber):
		v.fail(p.down("coerce"), rule.ErrType, "only a number, or a list of numbers, is read from text")
	case len(f.Values) > 0 && !texts:
		v.fail(p.down("values"), rule.ErrType, "only a text, or a list of texts, has a list of values")
	case f.Fold && !texts && f.Kind != rule.KindNull:
		v.fail(p.down("ignoring_case"), rule.ErrType, "only a text, or a list of texts, has a case to ignore")
	}
	for _, name := range textset.SortedKeys(f.Elements) {
		v.field(p.down("elements").down(name), name, f.Elements[name], depth+1)
	}
}

// events checks that every name and alias stands for one event.
func (v *schemaValidator) events() {
	stands := make(map[string]string) // alias, folded, to event
	for _, event := range textset.SortedKeys(v.schema.Events) {
		p, t := jsonPlace{"events", event}, v.schema.Events[event]
		if event == "" || strings.HasSuffix(event, "*") {
			v.fail(p, rule.ErrValue, "an event needs a name that does not end in *")
		}
		for _, alias := range t.Aliases {
			key := strings.ToLower(alias)
			other, taken := stands[key]
			_, name := v.schema.Events[alias]
			switch {
			case alias == "":
				v.fail(p.down("aliases"), rule.ErrValue, "an alias is empty")
			case taken && other == event:
				v.fail(p.down("aliases"), rule.ErrValue, "the alias `"+alias+"` stands twice")
			case taken:
				v.fail(p.down("aliases"), rule.ErrValue, "the alias `"+alias+"` stands for `"+other+"` and for `"+event+"`")
			case name && alias != event:
				v.fail(p.down("aliases"), rule.ErrValue, "the alias `"+alias+"` is the name of another event")
			}
			stands[key] = event
		}
		for _, path := range textset.SortedKeys(t.Props) {
			v.field(p.down("props").down(path), path, t.Props[path], 0)
		}
	}
}

// calculated reads every calculated field, in order of their names.
func (v *schemaValidator) calculated() {
	r := newResolver(v.schema)
	for _, name := range slices.Sorted(maps.Keys(v.schema.Calculated)) {
		p := jsonPlace{"calculated", name}
		_, field := v.schema.Fields[string(rule.Path(name))]
		switch {
		case name == "":
			v.fail(p, rule.ErrValue, "a calculated field needs a name")
		case field:
			v.fail(p, rule.ErrValue, "there is a field of this name, too")
		}
		before := len(r.errs)
		x := r.calculated(name)
		if len(r.errs) > before {
			continue
		}
		k := checker{schema: v.schema, most: rule.DefaultErrors}
		k.expr(x.(rule.Calculated).X, v.schema.ContactScope(), nil)
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
			v.fail(p, rule.ErrValue, "a name is empty or comes twice: "+rule.Text(name).String())
		}
		seen[name] = true
	}
}
