package schema

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/segmentrules/segment/internal/jsontext"
	"github.com/segmentrules/segment/internal/textset"
	"github.com/segmentrules/segment/rule"
)

// The schema against data: whether what comes in is what the rules are checked
// against. A rule about a field that nobody sets, since the data spells it
// otherwise, is right and never holds; this is where it is found.

// Data is what an update brings, as far as a schema speaks of it.
type Data struct {
	Set    map[string]rule.Value // fields by their topmost name; null removes
	Events []EventData
	Join   []string // lists
	Leave  []string // lists
}

// EventData is an event that an update brings.
type EventData struct {
	Name  string
	Props []byte // a JSON object, or nothing
}

// An Updater has data for a schema to check: segment.Update is one.
type Updater interface{ Data() Data }

// CheckUpdate reports all in which the data of an update does not fit the schema, as
// [rule.Errors] with the place in the update's JSON form as a JSON Pointer
// (/set/country, /events/0/props/amount) and the nearest right name:
//
//   - fields, events, properties and lists that the schema does not list, if it
//     lists any and is not Open; aliases of events, and calculated fields;
//   - a name with a dot: it is one name, and no path;
//   - a value of another kind. Text that reads as an instant or a date is one where the
//     schema says time or date; numeric text is a number where it says Coerce; the
//     numbers of an Epoch are times;
//   - a text that is none of Values, in lists too;
//   - null for a field that is Required.
//
// What is wrong whatever the schema says is not looked at: see segment.Update.Validate.
// Nil schemas refuse names with a dot alone. At most Limits.Errors errors are
// reported, in order of the fields' names, then of the events and lists. The cost
// grows with the update, and for every name that is not listed with the names there
// are; properties are read as values.
func (s *Schema) CheckUpdate(u Updater) error {
	if s == nil {
		s = &Schema{Open: true}
	}
	data := u.Data()
	c := dataCheck{schema: s, most: s.Limits.WithDefaults().Errors}
	for _, name := range textset.SortedKeys(data.Set) {
		c.set(name, data.Set[name])
	}
	for i := range data.Events {
		c.event(i, &data.Events[i])
	}
	c.lists("/join/", data.Join)
	c.lists("/leave/", data.Leave)
	return c.errs.ErrorOrNil()
}

// A dataCheck collects what does not fit.
type dataCheck struct {
	schema *Schema
	errs   rule.Errors
	most   int
}

func (c *dataCheck) fail(p *rule.Trail, code rule.Code, near, format string, args ...any) {
	if len(c.errs) >= c.most {
		return
	}
	err := rule.Errorf(code, format, args...)
	err.Path, err.Suggestion = p.Path(), near
	c.errs = append(c.errs, err)
}

// short is a name within a message.
func short(name string) string { return jsontext.Shortened([]byte(name)) }

// under is the trail of a member.
func under(p *rule.Trail, name string) *rule.Trail {
	return p.In("/" + jsontext.PointerEscaper.Replace(name))
}

// set checks a field of the contact.
func (c *dataCheck) set(name string, v rule.Value) {
	p := under((*rule.Trail)(nil).In("/set"), name)
	path := string(rule.Path(name))
	_, listed := c.schema.Fields[path]
	switch {
	case listed:
	case name == "id":
		c.value(v, FieldType{Kind: rule.KindText, Required: true}, nil, p)
		return
	case strings.Contains(name, "."):
		first, rest, _ := strings.Cut(name, ".")
		c.fail(p, rule.ErrValue, "", "%q is one name with a dot, and no path: set an object, {%q: {%q: …}}", short(name), short(first), short(rest))
		return
	}
	if _, ok := c.schema.Calculated[name]; ok && !listed {
		c.fail(p, rule.ErrUnknown, "", "`%s` is calculated, and cannot be set", name)
		return
	}
	c.member(name, v, fieldsThere{c.schema.Fields, c.schema.Open || len(c.schema.Fields) == 0, "field"}, p)
}

// fieldsThere are the fields that may be at a place.
type fieldsThere struct {
	fields map[string]FieldType // by path
	open   bool                 // others may be there
	noun   string
}

// member checks a member of an object, which is a field by itself, or holds fields
// that are listed by their paths.
func (c *dataCheck) member(name string, v rule.Value, at fieldsThere, p *rule.Trail) {
	t, within := typeAt(at.fields, name)
	_, listed := at.fields[string(rule.Path(name))]
	switch {
	case listed || len(within) > 0:
		c.value(v, t, within, p)
	case !at.open:
		c.unknown(name, at, p)
	}
}

// typeAt is the type of a member of an object whose fields are listed by their paths, and
// the fields of it. One of which only fields within are listed is an object.
func typeAt(fields map[string]FieldType, name string) (t FieldType, within map[string]FieldType) {
	path := string(rule.Path(name))
	t, listed := fields[path]
	within = maps.Clone(t.Elements)
	for other, inner := range fields {
		rest, ok := strings.CutPrefix(other, path+".")
		if !ok {
			continue
		}
		if within == nil {
			within = make(map[string]FieldType)
		}
		within[rest] = inner
	}
	if !listed && len(within) > 0 {
		t = FieldType{Kind: rule.KindObject, Elements: within}
	}
	return t, within
}

func (c *dataCheck) unknown(name string, at fieldsThere, p *rule.Trail) {
	var names []string
	for path := range at.fields {
		names = append(names, rule.Field(path).Names()[0])
	}
	c.fail(p, rule.ErrUnknown, textset.Nearest(name, names...), "unknown %s %q", at.noun, short(name))
}

// value checks a value against a type; within are fields of it that are listed apart.
func (c *dataCheck) value(v rule.Value, t FieldType, within map[string]FieldType, p *rule.Trail) {
	if v.IsNull() {
		if t.Required {
			c.fail(p, rule.ErrValue, "", "no contact lacks this field: the schema says that it is required")
		}
		return
	}
	if !t.holds(v) {
		hint := ""
		if !rule.ReadNumber(v.Text()).IsNull() && t.Kind == rule.KindNumber && v.Kind() == rule.KindText {
			hint = `; the schema may say "coerce": true`
		}
		c.fail(p, rule.ErrType, "", "expected %s, found %s%s", t.noun(), Quoted(v), hint)
		return
	}
	switch v.Kind() {
	case rule.KindText:
		c.text(v.Text(), t, p)
	case rule.KindList:
		elem := FieldType{Kind: t.Of, Fold: t.Fold, Coerce: t.Coerce, Values: t.Values, Elements: t.Elements}
		if len(elem.Elements) > 0 {
			elem.Kind = rule.KindObject
		}
		for i, e := range v.List() {
			if len(c.errs) >= c.most {
				return
			}
			c.value(e, elem, nil, p.In("/"+strconv.Itoa(i)))
		}
	case rule.KindObject:
		if within == nil {
			within = t.Elements
		}
		at := fieldsThere{within, len(t.Elements) == 0 || c.schema.Open, "field"}
		for _, m := range v.Members() {
			c.member(m.Name, m.Value, at, under(p, m.Name))
		}
	}
}

// text checks that a field takes a text.
func (c *dataCheck) text(text string, t FieldType, p *rule.Trail) {
	if t.Kind != rule.KindText && t.Kind != rule.KindNull || t.Admits(text) {
		return
	}
	c.fail(p, rule.ErrValue, textset.Nearest(text, t.Values...), "%s is none of the texts that this field takes", Quoted(rule.Text(text)))
}

// holds reports whether a field of the type may hold a value, as the rules read it.
func (t FieldType) holds(v rule.Value) bool {
	k := v.Kind()
	switch {
	case t.Kind == rule.KindNull:
		return true
	case t.Epoch != EpochNone:
		return k == rule.KindNumber
	case t.Kind == rule.KindTime || t.Kind == rule.KindDate:
		return temporal.has(k) || k == rule.KindText && !rule.ReadTime(v.Text()).IsNull()
	case t.Kind == rule.KindNumber && t.Coerce && k == rule.KindText:
		return !rule.ReadNumber(v.Text()).IsNull()
	}
	return k == t.Kind
}

// noun names what a field of the type holds.
func (t FieldType) noun() string {
	switch {
	case t.Epoch == EpochSeconds:
		return "seconds since 1970 as a number"
	case t.Epoch == EpochMillis:
		return "milliseconds since 1970 as a number"
	}
	return article(t.Kind)
}

// event checks the name and the properties of an event.
func (c *dataCheck) event(i int, e *EventData) {
	p := (*rule.Trail)(nil).In("/events/" + strconv.Itoa(i))
	t, ok := c.schema.Events[e.Name]
	if !ok {
		if name, alias := c.schema.eventOf(e.Name); alias {
			c.fail(p.In("/name"), rule.ErrUnknown, name, "%q is what rules may call the event %q", short(e.Name), name)
		} else if len(c.schema.Events) > 0 && !c.schema.Open {
			c.fail(p.In("/name"), rule.ErrUnknown, textset.Nearest(e.Name, textset.SortedKeys(c.schema.Events)...), "unknown event %q", short(e.Name))
		}
		return
	}
	if len(t.Props) == 0 || len(e.Props) == 0 {
		return
	}
	at := fieldsThere{t.Props, c.schema.Open, "property"}
	for _, m := range rule.JSON(e.Props).Members() {
		c.member(m.Name, m.Value, at, under(p.In("/props"), m.Name))
	}
}

// lists checks the names of lists.
func (c *dataCheck) lists(place string, names []string) {
	if len(c.schema.Lists) == 0 || c.schema.Open {
		return
	}
	for i, name := range names {
		if !slices.Contains(c.schema.Lists, name) {
			p := (*rule.Trail)(nil).In(place + strconv.Itoa(i))
			c.fail(p, rule.ErrUnknown, textset.Nearest(name, c.schema.Lists...), "unknown list %q", short(name))
		}
	}
}
