package segment

import (
	"iter"
	"reflect"
	"time"
	"unsafe"

	"github.com/segmentrules/segment/internal/structs"
	"github.com/segmentrules/segment/rule"
)

// Bind returns the struct that v points to as a contact, without copying or
// allocating: the contact is the same memory under another type. A [Program]
// reads its fields straight from there, by offsets it works out once per type.
//
// A field is named by its tag `segment:"name"`, else by its tag json, else as
// in Go. Unexported fields and those tagged "-" are left out, and the fields
// of an embedded struct without a tag are as if they stood in the outer one,
// which hides them. With the options omitempty and omitzero of that tag a field is
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
