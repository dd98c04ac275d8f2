package structs

import (
	"reflect"
	"slices"
	"strings"

	"github.com/segmentrules/segment/internal/jsontext"
	"github.com/segmentrules/segment/rule"
)

// A struct type as a tree of fields: for a schema, and to find what in it cannot be
// read before a contact is.

// A Field is a field of a struct as a type: what it holds by the look of it.
type Field struct {
	Name     string // one name, not a path
	Kind     rule.Kind
	Of       rule.Kind // of a list: the kind of its elements; KindNull if it may be any
	Optional bool      // it may be missing
	Fields   []Field   // of an object, or a list of objects; nil if any may be there

	unreadable bool
}

// FieldsOf returns the fields of a struct type that can be read, in order of their
// names, and all that is wrong with it: each with a path as a JSON Pointer. A type that stands
// within itself is told once, and may be anything there.
func FieldsOf(t reflect.Type) (fields []Field, errs rule.Errors) {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	w := walker{}
	if t.Kind() != reflect.Struct {
		if t.Kind() != reflect.Map || FormOf(t) != FormMap {
			w.fail(nil, "a contact is a struct, and %s is none", t)
		}
		return nil, w.errs
	}
	fields = w.fields(t, nil)
	return fields, w.errs
}

// A walker goes through types.
type walker struct {
	errs  rule.Errors
	above []reflect.Type // the structs that it is in
}

func (w *walker) fail(p *rule.Trail, format string, args ...any) {
	if len(w.errs) < rule.DefaultErrors {
		err := rule.Errorf(rule.ErrType, format, args...)
		err.Path = p.Path()
		w.errs = append(w.errs, err)
	}
}

// fields returns the fields of a struct and of those embedded in it.
func (w *walker) fields(t reflect.Type, p *rule.Trail) []Field {
	if slices.Contains(w.above, t) || len(w.above) > rule.DefaultDepth {
		return nil
	}
	w.above = append(w.above, t)
	defer func() { w.above = w.above[:len(w.above)-1] }()
	var out []Field
	for _, c := range columnsOf(t) {
		name := c.tag.name
		at := p.In("/" + jsontext.PointerEscaper.Replace(name))
		if c.twice {
			w.fail(at, "two fields of %s have the name %q", t, name)
			continue
		}
		field := w.field(c.typ, at)
		field.Name = name
		field.Optional = field.Optional || c.optional || c.tag.omitEmpty || c.tag.omitZero
		if !field.unreadable {
			out = append(out, field)
		}
	}
	slices.SortFunc(out, func(a, b Field) int { return strings.Compare(a.Name, b.Name) })
	return out
}

// field says what a type holds.
func (w *walker) field(t reflect.Type, p *rule.Trail) (f Field) {
	for n := 0; t.Kind() == reflect.Pointer && n < maxHops; n++ {
		t, f.Optional = t.Elem(), true
	}
	switch form := FormOf(t); form {
	case FormNone:
		w.fail(p, "%s cannot be read as a value: give it MarshalText, or leave it out with the tag segment:\"-\"", t)
		f.unreadable = true
	case FormBool:
		f.Kind = rule.KindBool
	case FormInt, FormUint, FormFloat:
		f.Kind = rule.KindNumber
	case FormNumberText, FormBigRat, FormBigInt, FormBigFloat:
		f.Kind, f.Optional = rule.KindNumber, f.Optional || form == FormNumberText
	case FormText, FormUUID:
		f.Kind = rule.KindText
	case FormMarshalText:
		f.Kind, f.Optional = rule.KindText, true
	case FormTime:
		f.Kind, f.Optional = rule.KindTime, true
	case FormDuration:
		f.Kind = rule.KindDuration
	case FormList:
		elem := w.field(t.Elem(), p.In("/0"))
		f.Kind, f.Of, f.Fields = rule.KindList, elem.Kind, elem.Fields
		f.Optional = f.Optional || t.Kind() == reflect.Slice
		if elem.Kind == rule.KindList {
			f.Fields = nil
		}
	case FormMap:
		w.field(t.Elem(), p.In("/*"))
		f.Kind, f.Optional = rule.KindObject, true
	case FormObject:
		f.Kind, f.Fields = rule.KindObject, w.fields(t, p)
	case FormNull:
		f = w.field(t.Field(0).Type, p)
		f.Optional = true
	default: // what may hold anything
		f.Optional = true
	}
	return f
}
