package tables

// What may be wrong with Tables is told before a statement is written: each error
// with its place, as a JSON Pointer into the JSON form. params.go has what is
// checked of parameters and paths.

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/rule"
	"github.com/segmentrules/segment/schema"
)

// Validate reports everything that is wrong with the tables for a dialect: names
// that are missing, types it does not know or has not got, queries and columns
// given twice over. Each error has its place as a JSON Pointer.
func (t Tables) Validate(d Dialect) error {
	c := check{dialect: d, params: t.Params, used: make(map[string]bool)}
	if !slices.Contains(Dialects(), d) {
		c.report("", segment.ErrUnknown, "there is no dialect %q; there are %v", d, Dialects())
		return c.errs
	}
	c.relation("/contacts", t.Contacts)
	c.column("/id", t.ID, TypeText, TypeInteger, TypeUUID)
	if t.ID.EmptyIsMissing {
		c.report("/id/empty_is_missing", segment.ErrValue, "no contact is without an id")
	}
	for _, f := range slices.Sorted(maps.Keys(t.Fields)) {
		c.id(f, t)
		c.field("/fields/"+escaped(f), t, "", f, t.Fields)
	}
	c.related(t)
	c.optional("/document", t.Document)
	for i, e := range t.Events {
		c.events(fmt.Sprintf("/events/%d", i), e)
	}
	if l := t.Lists; l != nil {
		c.relation("/lists", l.Relation)
		c.name("/lists/contact", l.Contact)
		c.name("/lists/list", l.List)
		if l.Joined != nil {
			c.column("/lists/joined", *l.Joined, InstantTypes()...)
		}
	}
	if g := t.Segments; g != nil {
		c.relation("/segments", g.Relation)
		c.name("/segments/contact", g.Contact)
		c.name("/segments/segment", g.Segment)
		c.kept(*g)
	}
	if h := t.History; h != nil {
		c.relation("/history", h.Relation)
		c.name("/history/contact", h.Contact)
		c.name("/history/field", h.Field)
		c.column("/history/at", h.At, InstantTypes()...)
		c.column("/history/value", h.Value)
		c.optional("/history/order", h.Order)
	}
	c.paths("/fields/", t.Fields)
	c.parameters()
	if len(c.errs) > 0 {
		return c.errs
	}
	return nil
}

// A check collects what is wrong.
type check struct {
	dialect Dialect
	params  map[string]rule.Value
	used    map[string]bool // parameters that the host's SQL names
	errs    segment.Errors
}

func (c *check) report(place string, code segment.Code, format string, args ...any) {
	c.errs = append(c.errs, &segment.Error{Code: code, Path: place, Msg: fmt.Sprintf(format, args...)})
}

// id refuses another place for the field id: to a rule it is the contact's id.
func (c *check) id(f string, t Tables) {
	names := rule.Field(f).Names()
	own := t.Fields[f]
	same := own.Column == t.ID.Column && own.Expr == t.ID.Expr && len(own.Path) == 0 && own.In == "" && len(own.Members) == 0
	if names[0] == "id" && (len(names) > 1 || !same) {
		c.report("/fields/"+escaped(f), segment.ErrValue, "the field id is the contact's id, as /id says, and has no place of its own")
	}
}

func (c *check) events(place string, e Events) {
	c.relation(place, e.Relation)
	c.name(place+"/contact", e.Contact)
	if (e.Name == "") == (e.Names == "") {
		c.report(place, segment.ErrValue, "events have either a name, or a column with their names")
	}
	c.optional(place+"/names", e.Names)
	if len(e.Holds) > 0 && e.Names == "" {
		c.report(place+"/holds", segment.ErrValue, "a table says which events it holds if a column has the name of each: there is none in names")
	}
	for i, h := range e.Holds {
		if h == "" {
			c.report(fmt.Sprintf("%s/holds/%d", place, i), segment.ErrValue, "the name of an event is missing")
		}
	}
	c.column(place+"/at", e.At, InstantTypes()...)
	for _, p := range slices.Sorted(maps.Keys(e.Props)) {
		c.column(place+"/props/"+escaped(p), e.Props[p])
	}
	c.paths(place+"/props/", e.Props)
	c.optional(place+"/document", e.Document)
	c.optional(place+"/order", e.Order)
	c.optional(place+"/id", e.ID)
}

func (c *check) relation(place string, r Relation) {
	switch {
	case (r.Table == "") == (r.Query == ""):
		c.report(place, segment.ErrValue, "there must be either a table or a query")
	case r.Query != "" && r.Schema != "":
		c.report(place+"/schema", segment.ErrValue, "a query has no schema")
	}
	c.optional(place+"/table", r.Table)
	c.optional(place+"/schema", r.Schema)
	c.sql(place+"/query", r.Query)
	c.sql(place+"/where", r.Where)
}

// name checks the name of a column that must be there.
func (c *check) name(place, name string) {
	if name == "" {
		c.report(place, segment.ErrValue, "the name of a column is missing")
	}
	c.optional(place, name)
}

// optional checks a name that may be missing.
func (c *check) optional(place, name string) {
	const longest = 128
	if strings.ContainsRune(name, 0) || len(name) > longest {
		c.report(place, segment.ErrValue, "a name has up to %d bytes, and no NUL", longest)
	}
}

// column checks a column, which must have one of the allowed types; none allows
// all.
func (c *check) column(place string, col Column, allowed ...Type) {
	c.notRelated(place, col)
	c.sql(place+"/expr", col.Expr)
	c.optional(place+"/column", col.Column)
	if (col.Column == "") == (col.Expr == "") {
		c.report(place, segment.ErrValue, "there must be either a column or an expression")
	}
	switch {
	case !slices.Contains(Types(), col.Type):
		c.report(place+"/type", segment.ErrUnknown, "there is no type %q; there are %v", col.Type, Types())
	case len(allowed) > 0 && (!slices.Contains(allowed, col.Type) || len(col.Path) > 0):
		c.report(place+"/type", segment.ErrType, "the column here must be one of %v", allowed)
	case len(col.Path) > 0 && !slices.Contains([]Type{TypeJSON, TypeInteger, TypeDecimal}, col.Type):
		c.report(place+"/type", segment.ErrType, "a path within JSON has the type json, or integer or decimal where all numbers there have no more digits than said")
	case !c.has(col.Type):
		c.report(place+"/type", segment.ErrType, "%s has no type %s: %s", c.dialect, col.Type, instead[col.Type])
	case len(col.Values) > 0 && col.Type != TypeEnum:
		c.report(place+"/values", segment.ErrType, "values are the labels of an enum, and this is of the type %s", col.Type)
	case col.EmptyIsMissing && (col.Type == TypeJSON || len(col.Path) > 0):
		c.report(place+"/empty_is_missing", segment.ErrType, "within JSON a value is missing that is not there, or null")
	case col.Type == TypeDecimal && c.dialect == DialectSQLite && len(col.Path) == 0:
		c.report(place+"/type", segment.ErrType, "sqlite has no exact decimals: hold an integer with a scale, or a float")
	}
	if slices.Contains(InstantTypes(), col.Type) && col.Scale > 9 {
		c.report(place+"/scale", segment.ErrValue, "the fraction of a second has 9 digits at most")
		return
	}
	if col.List && col.Type != TypeJSON {
		c.report(place+"/list", segment.ErrType, "only a value in JSON can be a list")
	}
	if col.Digits < 0 || col.Digits > 65 || col.Scale < 0 || col.Scale > max(col.MostDigits(), 9) {
		c.report(place, segment.ErrValue, "digits are 0 to 65, and the scale no more than they are")
	}
}

// instead is what takes the place of a type in databases that have it not.
var instead = map[Type]string{
	TypeUUID: "hold a text", TypeEnum: "hold a text", TypeCIText: "hold a text, and compare IGNORING CASE", TypeTextArray: "hold a list in JSON",
}

// has reports whether the database of the dialect has a type.
func (c *check) has(t Type) bool {
	switch t {
	case TypeUUID, TypeEnum:
		return c.dialect != DialectSQLite
	case TypeCIText:
		return c.dialect == DialectPostgreSQL
	case TypeTextArray:
		return c.dialect != DialectSQLite && c.dialect != DialectMySQL
	}
	return true
}

// InstantTypes returns the types that an instant may have.
func InstantTypes() []Type {
	return []Type{TypeTimestamp, TypeDatetime, TypeISOTimestamp, TypeUnix, TypeUnixMilli, TypeUnixMicro, TypeUnixNano}
}

// Types returns all types.
func Types() []Type {
	return []Type{TypeText, TypeInteger, TypeDecimal, TypeFloat, TypeBool, TypeTimestamp, TypeDate, TypeUnix, TypeUnixMilli, TypeUnixMicro, TypeUnixNano, TypeJSON,
		TypeDatetime, TypeISOTimestamp, TypeUUID, TypeEnum, TypeCIText, TypeTextArray}
}

// escaped is a name within a JSON Pointer.
func escaped(name string) string { return strings.NewReplacer("~", "~0", "/", "~1").Replace(name) }

// Schema is what rules may name, for [segment.Schema.Parse] and Check: the
// fields, events and properties that have a place. Events are told if each table has
// one Name, or says which it Holds, name by name: a prefix there may be any event.
// Kinds are not told.
func (t Tables) Schema() segment.Schema {
	s := segment.Schema{}
	if t.Document == "" {
		s.Fields = map[string]schema.FieldType{"id": {}}
		for f, c := range t.Fields {
			s.Fields[f] = typeOf(c)
		}
	}
	s.Events = t.eventTypes()
	return s
}
