package segment

import (
	"fmt"
	"reflect"

	"github.com/segmentrules/segment/internal/structs"
	"github.com/segmentrules/segment/rule"
	"github.com/segmentrules/segment/schema"
)

// Go structs as contacts, checked by their type once: what [Bind] reads in silence a
// [Binder] answers for. The same look at a type gives a [Schema], and at a struct
// the fields of an [Update].

// A Binder makes contacts of structs of one type, of which every field can be read.
// It is immutable, and may be used by many goroutines.
type Binder[T any] struct{ schema *Schema }

// NewBinder looks at a struct type once. It fails if the type, or one that its
// fields lead to, cannot be read as a value (a channel, []byte, a struct of which no
// field is exported and that has none of the methods that [Bind] knows), and if two
// fields have one name: with an [*Error] for each, whose Path is the way to the field
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
