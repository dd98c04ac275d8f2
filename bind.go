package segment

import (
	"fmt"
	"iter"
	"reflect"
	"time"
	"unsafe"

	"github.com/segmentrules/segment/internal/structs"
	"github.com/segmentrules/segment/rule"
	"github.com/segmentrules/segment/schema"
)

// Go structs as contacts, read where they are. What [Bind] reads in silence a [Binder]
// answers for, whose type is checked once. The same look at a type gives a [Schema],
// and at a struct the fields of an [Update]. How types are read, package structs knows.

// Bind returns the struct that v points to as a contact, without copying or
// allocating: the contact is the same memory under another type. A [Program]
// reads its fields straight from there, by offsets it works out once per type.
//
// A field is named by its tag `segment:"name"`, else by its tag json, else as
// in Go. Unexported fields and those tagged "-" are left out, and the fields
// of an embedded struct without a tag are as if they stood in the outer one. Of several
// fields of one name it is the one that encoding/json takes: the nearest to the outer
// struct, of those as near the one that has the name by a tag; two of those are missing. With the options omitempty and omitzero of that tag a field is
// missing where encoding/json leaves it out.
//
// Nested structs and maps are objects, slices and arrays lists; [Value] is itself,
// [Document] and [json.RawMessage] what their text says, json.Number and the numbers
// of math/big exact. A type that gives itself to a database (driver.Valuer, so
// sql.NullString and sql.Null[T]) is what it gives, another that has MarshalText
// the text. docs/bind.md has the table of all types. A nil pointer, slice, map or
// interface, what a database takes as NULL, and a zero [time.Time] are missing, and so
// are types that cannot be read (channels, functions, complex numbers, []byte):
// [NewBinder] finds these. Of a nil v everything is missing.
//
// If *T has the methods Events, List, Segment or History of [Contact], they are
// used; otherwise the contact has no events, lists, segments or history.
func Bind[T any](v *T) Contact { return (*bound[T])(unsafe.Pointer(v)) }

// A bound has the memory of its T, and is a Contact where T is none. So a
// pointer to a T is one to a bound.
type bound[T any] struct{ v T }

// memory is the type and place of the fields of a bound struct.
type memory struct {
	typ reflect.Type
	at  unsafe.Pointer
}

// A boundStruct is what all bound types are to a Program.
type boundStruct interface {
	memory() memory
	hasPast() bool
}

func (b *bound[T]) memory() memory { return memory{reflect.TypeFor[T](), unsafe.Pointer(b)} }

func (b *bound[T]) host() any { return (*T)(unsafe.Pointer(b)) }

// hasPast reports whether the struct has events or history of its own.
func (b *bound[T]) hasPast() bool {
	h := b.host()
	_, events := h.(interface {
		Events(string) iter.Seq[Event]
	})
	_, history := h.(interface {
		History(string) iter.Seq[Change]
	})
	return events || history
}

// Field returns the value at the path. See [Bind].
func (b *bound[T]) Field(path string) Value {
	a := structs.AccessTo(reflect.TypeFor[T](), rule.Field(path).Names())
	return a.Value(unsafe.Pointer(b))
}

// Events yields what the struct's own method yields. See [Contact].
func (b *bound[T]) Events(name string) iter.Seq[Event] {
	if h, ok := b.host().(interface {
		Events(string) iter.Seq[Event]
	}); ok && b != nil {
		return h.Events(name)
	}
	return func(func(Event) bool) {}
}

// List returns what the struct's own method returns. See [Contact].
func (b *bound[T]) List(name string) (joined time.Time, ok bool) {
	if h, ok := b.host().(interface {
		List(string) (time.Time, bool)
	}); ok && b != nil {
		return h.List(name)
	}
	return time.Time{}, false
}

// Segment reports what the struct's own method reports. See [Contact].
func (b *bound[T]) Segment(id string) bool {
	h, ok := b.host().(interface{ Segment(string) bool })
	return ok && b != nil && h.Segment(id)
}

// History yields what the struct's own method yields. See [Contact].
func (b *bound[T]) History(path string) iter.Seq[Change] {
	if h, ok := b.host().(interface {
		History(string) iter.Seq[Change]
	}); ok && b != nil {
		return h.History(path)
	}
	return func(func(Change) bool) {}
}

// A Binder makes contacts of structs of one type, of which every field can be read.
// It is immutable, and may be used by many goroutines.
type Binder[T any] struct{ schema *Schema }

// NewBinder looks at a struct type once. It fails if the type, or one that its
// fields lead to, cannot be read as a value (a channel, []byte, a struct of which no
// field is exported and that has none of the methods that [Bind] knows), and if a name
// means two fields, of which [Bind] reads neither: with an [*Error] for each, whose Path is the way to the field
// as a JSON Pointer (/address/geo). Its cost grows with the type.
func NewBinder[T any]() (*Binder[T], error) {
	s, errs := schemaOf(reflect.TypeFor[T]())
	if err := errs.ErrorOrNil(); err != nil {
		return nil, fmt.Errorf("%s cannot be bound: %w", reflect.TypeFor[T](), err)
	}
	return &Binder[T]{s}, nil
}

// Bind returns the struct that v points to as a contact, as the function [Bind] does.
func (b *Binder[T]) Bind(v *T) Contact { return Bind(v) }

// Check reports what a condition asks of fields that the type does not have, with
// the nearest that it has, and comparisons with kinds that its fields never are, as
// [schema.Schema.Check] does with the schema of the type. Events, lists and segments
// may have any name.
func (b *Binder[T]) Check(c Condition) error { return b.schema.Check(c) }

// SchemaOf returns what a struct type says of contacts: the fields by their names, the
// kind of each, and whether it may be missing. Types that cannot be read are left out;
// [NewBinder] names them. A field whose type may hold anything ([Value], any,
// json.RawMessage) may be anything. The schema is the caller's, who may add events,
// lists and calculated fields to it.
func SchemaOf[T any]() *Schema {
	s, _ := schemaOf(reflect.TypeFor[T]())
	return s
}

func schemaOf(t reflect.Type) (*Schema, Errors) {
	fields, errs := structs.FieldsOf(t)
	return &Schema{Fields: fieldTypes(fields)}, errs
}

// fieldTypes are the fields of a struct as a schema has them, by their paths.
func fieldTypes(fields []structs.Field) map[string]schema.FieldType {
	if len(fields) == 0 {
		return nil
	}
	out := make(map[string]schema.FieldType, len(fields))
	for _, f := range fields {
		out[string(rule.Path(f.Name))] = schema.FieldType{Kind: f.Kind, Of: f.Of, Required: !f.Optional, Elements: fieldTypes(f.Fields)}
	}
	return out
}

// SetOf returns the fields of the struct that v points to, as [Update.Set] takes
// them: every field that [Bind] reads, by its name, so that a contact that is set so
// has the fields of the struct. What is missing in the struct is null, which removes the
// field. Types that cannot be read are left out; [NewBinder] names them. Of a nil v
// there is nothing.
//
// The values are copies. What no update may hold (NaN) is refused as the update is
// applied, with its place.
func SetOf[T any](v *T) map[string]Value {
	if v == nil {
		return nil
	}
	fields, _ := structs.FieldsOf(reflect.TypeFor[T]())
	set := make(map[string]Value, len(fields))
	for _, f := range fields {
		set[f.Name] = Value{}
	}
	for _, m := range structs.MembersOf(reflect.ValueOf(v)) {
		if _, known := set[m.Name]; known || len(fields) == 0 {
			set[m.Name] = m.Value.Clone()
		}
	}
	return set
}
