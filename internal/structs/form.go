package structs

import (
	"database/sql/driver"
	"encoding"
	"encoding/json"
	"math/big"
	"reflect"
	"time"

	"github.com/segmentrules/segment/rule"
)

// What a Go type is read as. Types that are values by themselves are known by name
// (time.Time, big.Rat), others by the methods with which they give themselves to a
// database or to JSON; only what has neither is read by its kind.

// A Form is what a type is read as.
type Form uint8

// The forms.
const (
	FormNone        Form = iota // nothing: channels, functions, complex numbers, []byte, structs of which no field is exported
	FormBool                    // by its kind, as all up to FormObject
	FormInt                     // a number
	FormUint                    // a number
	FormFloat                   // a number
	FormText                    // a text
	FormList                    // a slice or array
	FormMap                     // an object
	FormObject                  // a struct
	FormAny                     // an interface: what it holds
	FormValue                   // rule.Value: itself
	FormTime                    // time.Time and types made of it alone: an instant
	FormDuration                // time.Duration
	FormNumberText              // json.Number
	FormJSON                    // a JSON text: json.RawMessage, and what has a method Value() rule.Value
	FormBigInt                  // big.Int
	FormBigRat                  // big.Rat, and what has a method Rat() *big.Rat
	FormBigFloat                // big.Float: the shortest decimal
	FormUUID                    // [16]byte: its text
	FormNull                    // sql.Null[T]: as T
	FormDatabase                // driver.Valuer: what it gives to a database
	FormMarshalText             // encoding.TextMarshaler: its text
	FormMarshalJSON             // json.Marshaler: what its JSON says
)

// A valued is a document: its type is not known here.
type valued interface{ Value() rule.Value }

// A fraction is a decimal of another library.
type fraction interface{ Rat() *big.Rat }

// FormOf returns what a type is read as. A pointer is read as what it points to.
func FormOf(t reflect.Type) Form {
	for n := 0; t.Kind() == reflect.Pointer && n < maxHops; n++ {
		t = t.Elem()
	}
	if f, ok := named(t); ok {
		return f
	}
	if f, ok := byMethod(t); ok {
		return f
	}
	return byKind(t)
}

// named are the types that are known by name.
func named(t reflect.Type) (f Form, ok bool) {
	switch t {
	case reflect.TypeFor[rule.Value]():
		return FormValue, true
	case reflect.TypeFor[time.Time]():
		return FormTime, true
	case reflect.TypeFor[time.Duration]():
		return FormDuration, true
	case reflect.TypeFor[json.Number]():
		return FormNumberText, true
	case reflect.TypeFor[json.RawMessage]():
		return FormJSON, true
	case reflect.TypeFor[big.Int]():
		return FormBigInt, true
	case reflect.TypeFor[big.Rat]():
		return FormBigRat, true
	case reflect.TypeFor[big.Float]():
		return FormBigFloat, true
	}
	return FormNone, false
}

// byMethod is what a type is by its methods, or those of a pointer to it.
func byMethod(t reflect.Type) (f Form, ok bool) {
	if t.PkgPath() == "" && t.Kind() != reflect.Struct || t.Kind() == reflect.Interface {
		return FormNone, false // no name, no methods; but a struct has those of what it embeds
	}
	p := reflect.PointerTo(t)
	switch {
	case p.NumMethod() == 0:
		return FormNone, false
	case p.Implements(reflect.TypeFor[valued]()):
		return FormJSON, true
	case p.Implements(reflect.TypeFor[fraction]()):
		return FormBigRat, true
	case isNull(t):
		return FormNull, true
	case p.Implements(reflect.TypeFor[driver.Valuer]()):
		return FormDatabase, true
	case embedsTime(t):
		return FormTime, true
	case holdsTime(t):
		return FormNone, false // its methods are those of the time in it
	case p.Implements(reflect.TypeFor[encoding.TextMarshaler]()):
		return FormMarshalText, true
	case p.Implements(reflect.TypeFor[json.Marshaler]()) && !hasExported(t):
		return FormMarshalJSON, true
	}
	return FormNone, false
}

// isNull reports whether a type is a value that may be missing, as database/sql and
// its like have it: sql.NullString, sql.Null of another, uuid.NullUUID. It is a struct
// of two fields, the value and Valid.
func isNull(t reflect.Type) bool {
	if t.Kind() != reflect.Struct || t.NumField() != 2 || !reflect.PointerTo(t).Implements(reflect.TypeFor[driver.Valuer]()) {
		return false
	}
	v, valid := t.Field(0), t.Field(1)
	return v.IsExported() && valid.Name == "Valid" && valid.Type.Kind() == reflect.Bool
}

// embedsTime reports whether a struct is a time.Time and nothing else.
func embedsTime(t reflect.Type) bool { return holdsTime(t) && t.NumField() == 1 }

// holdsTime reports whether a struct embeds a time.Time.
func holdsTime(t reflect.Type) bool {
	if t.Kind() != reflect.Struct {
		return false
	}
	for i := range t.NumField() {
		if f := t.Field(i); f.Anonymous && f.Type == reflect.TypeFor[time.Time]() {
			return true
		}
	}
	return false
}

// hasExported reports whether a type is a struct with a field that is exported.
func hasExported(t reflect.Type) bool {
	if t.Kind() != reflect.Struct {
		return false
	}
	for i := range t.NumField() {
		if f := t.Field(i); f.IsExported() || f.Anonymous {
			return true
		}
	}
	return t.NumField() == 0
}

func byKind(t reflect.Type) Form {
	switch t.Kind() {
	case reflect.Bool:
		return FormBool
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return FormInt
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		return FormUint
	case reflect.Float32, reflect.Float64:
		return FormFloat
	case reflect.String:
		return FormText
	case reflect.Interface:
		return FormAny
	case reflect.Array:
		if t.Elem().Kind() == reflect.Uint8 && FormOf(t.Elem()) == FormUint {
			if t.Len() == 16 {
				return FormUUID
			}
			return FormNone
		}
		return FormList
	case reflect.Slice:
		if t.Elem().Kind() == reflect.Uint8 && FormOf(t.Elem()) == FormUint {
			return FormNone
		}
		return FormList
	case reflect.Map:
		if keyForm(t.Key()) == FormNone {
			return FormNone
		}
		return FormMap
	case reflect.Struct:
		if t.ConvertibleTo(reflect.TypeFor[time.Time]()) {
			return FormTime
		}
		if hasExported(t) {
			return FormObject
		}
	}
	return FormNone
}

// keyForm is what the keys of a map are read as: texts, whole numbers as they are
// written, and what gives its text.
func keyForm(t reflect.Type) Form {
	switch f := FormOf(t); f {
	case FormText, FormInt, FormUint, FormMarshalText:
		if t.Kind() != reflect.Pointer {
			return f
		}
	}
	return FormNone
}
