package segment

import (
	"encoding/json"
	"iter"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
	"unsafe"

	"github.com/segmentrules/segment/rule"
)

// Bind returns the struct that v points to as a contact, without copying or
// allocating: the contact is the same memory under another type. A [Program]
// reads its fields straight from there, by offsets it works out once per type.
//
// A field is named by its tag `segment:"name"`, else by its tag json, else as
// in Go. Unexported fields and those tagged "-" are left out, and the fields
// of an embedded struct without a tag are as if they stood in the outer one,
// which hides them. Nested structs and maps with text keys are objects, slices
// and arrays lists; [Value] is itself, [Document] and [json.RawMessage] what
// their text says. A nil pointer, slice, map or interface and a zero
// [time.Time] are missing, as are kinds with no meaning here (channels,
// functions, complex numbers, []byte). Of a nil v everything is missing.
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
	a := accessTo(reflect.TypeFor[T](), rule.Field(path).Names())
	return a.value(unsafe.Pointer(b))
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

// An access is the way from a struct's start to the value at a path.
type access struct {
	hops []uintptr    // offsets; behind each but the last a pointer is followed
	typ  reflect.Type // of what is found there; nil if the path leads nowhere
	rest []string     // names that are looked up in the value found
}

// maxHops bounds the pointers followed to one field, which a type that points
// to itself would make endless.
const maxHops = 16

// accessTo works out the way to a path.
func accessTo(t reflect.Type, names []string) access {
	a := access{hops: []uintptr{0}, typ: t}
	for i, name := range names {
		if a.follow(); a.typ.Kind() != reflect.Struct || isScalar(a.typ) {
			a.rest = names[i:]
			break
		}
		index, ok := structField(a.typ, name, 0)
		if !ok {
			return access{}
		}
		for _, f := range index {
			a.follow()
			field := a.typ.Field(f)
			a.hops[len(a.hops)-1] += field.Offset
			a.typ = field.Type
		}
	}
	a.follow()
	return a
}

// follow goes through pointers.
func (a *access) follow() {
	for a.typ.Kind() == reflect.Pointer && len(a.hops) < maxHops {
		a.hops, a.typ = append(a.hops, 0), a.typ.Elem()
	}
}

// isScalar reports whether a struct type is one value and not an object.
func isScalar(t reflect.Type) bool {
	return t == reflect.TypeFor[time.Time]() || t == reflect.TypeFor[Value]()
}

// structField finds the field with a name, in embedded structs too.
func structField(t reflect.Type, name string, depth int) (index []int, ok bool) {
	for i := range t.NumField() {
		if f := t.Field(i); memberName(f) == name && f.IsExported() {
			return []int{i}, true
		}
	}
	for i := range t.NumField() {
		inner, ok := embedded(t.Field(i))
		if !ok || depth > maxHops {
			continue
		}
		if index, ok := structField(inner, name, depth+1); ok {
			return append([]int{i}, index...), true
		}
	}
	return nil, false
}

// embedded returns the struct type whose fields stand in for a field's own.
func embedded(f reflect.StructField) (t reflect.Type, ok bool) {
	t = f.Type
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return t, f.Anonymous && memberName(f) == "" && t.Kind() == reflect.Struct
}

// memberName is the name of a struct's field, "" if it has none of its own.
func memberName(f reflect.StructField) string {
	for _, key := range [2]string{"segment", "json"} {
		name, _, _ := strings.Cut(f.Tag.Get(key), ",")
		if name == "-" {
			return ""
		}
		if name != "" {
			return name
		}
	}
	if f.Anonymous {
		t := f.Type
		if t.Kind() == reflect.Pointer {
			t = t.Elem()
		}
		if t.Kind() == reflect.Struct && !isScalar(t) {
			return ""
		}
	}
	return f.Name
}

// at returns where the value is; nil if a pointer on the way is.
func (a *access) at(base unsafe.Pointer) unsafe.Pointer {
	if a.typ == nil || base == nil {
		return nil
	}
	last := len(a.hops) - 1
	for _, off := range a.hops[:last] {
		if base = *(*unsafe.Pointer)(unsafe.Add(base, off)); base == nil {
			return nil
		}
	}
	return unsafe.Add(base, a.hops[last])
}

// value reads the value. Scalars do not allocate.
func (a *access) value(base unsafe.Pointer) Value {
	p := a.at(base)
	if p == nil {
		return Value{}
	}
	v := read(a.typ, p)
	if len(a.rest) > 0 {
		return v.At(a.rest...)
	}
	return v
}

// read returns the value of a type at a place.
func read(t reflect.Type, p unsafe.Pointer) Value {
	switch t.Kind() {
	case reflect.String:
		return Text(*(*string)(p))
	case reflect.Float64:
		return Number(*(*float64)(p))
	case reflect.Bool:
		return Bool(*(*bool)(p))
	case reflect.Int, reflect.Int64:
		if t == reflect.TypeFor[time.Duration]() {
			return Duration(*(*time.Duration)(p))
		}
		return Int(*(*int64)(p))
	case reflect.Struct:
		switch t {
		case reflect.TypeFor[time.Time]():
			return timeOrNull(*(*time.Time)(p))
		case reflect.TypeFor[Value]():
			return *(*Value)(p)
		}
	}
	return reflected(reflect.NewAt(t, p).Elem(), nil)
}

func timeOrNull(t time.Time) Value {
	if t.IsZero() {
		return Value{}
	}
	return Time(t)
}

// A visited is a pointer, slice or map that is being read.
type visited struct {
	typ reflect.Type
	at  unsafe.Pointer
}

// reflected returns any value. What contains itself (an order that points back
// to its customer) is missing where it does; path is what v is within.
func reflected(v reflect.Value, path []visited) Value {
	switch v.Kind() {
	case reflect.Pointer, reflect.Map, reflect.Slice:
		here := visited{v.Type(), v.UnsafePointer()}
		if len(path) > rule.DefaultDepth || slices.Contains(path, here) {
			return rule.Invalid()
		}
		path = append(path, here)
	}
	switch v.Kind() {
	case reflect.Bool:
		return Bool(v.Bool())
	case reflect.String:
		if v.Type() == reflect.TypeFor[json.Number]() {
			n, _ := rule.ParseNumber(v.String())
			return n
		}
		return Text(v.String())
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		if v.Type() == reflect.TypeFor[time.Duration]() {
			return Duration(time.Duration(v.Int()))
		}
		return Int(v.Int())
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		return Uint(v.Uint())
	case reflect.Float32:
		return float32Value(float32(v.Float()))
	case reflect.Float64:
		return Number(v.Float())
	case reflect.Pointer, reflect.Interface:
		if v.IsNil() {
			return Value{}
		}
		return reflected(v.Elem(), path)
	case reflect.Slice, reflect.Array:
		return reflectedList(v, path)
	case reflect.Map:
		return reflectedMap(v, path)
	case reflect.Struct:
		return reflectedStruct(v, path)
	}
	return rule.Invalid()
}

// float32Value is the decimal that the float32 prints as: 0.1 and not
// 0.10000000149011612.
func float32Value(f float32) Value {
	var buf [32]byte
	text := strconv.AppendFloat(buf[:0], float64(f), 'g', -1, 32)
	d, err := strconv.ParseFloat(unsafe.String(&text[0], len(text)), 64)
	if err != nil {
		return rule.Invalid() // NaN and the infinities parse; nothing else fails
	}
	return Number(d)
}

func reflectedList(v reflect.Value, path []visited) Value {
	switch t := v.Type(); {
	case v.Kind() == reflect.Slice && v.IsNil():
		return Value{}
	case t == reflect.TypeFor[Document]() || t == reflect.TypeFor[json.RawMessage]():
		return JSON(v.Bytes())
	case t.Elem().Kind() == reflect.Uint8:
		return rule.Invalid()
	}
	vs := make([]Value, v.Len())
	for i := range vs {
		vs[i] = reflected(v.Index(i), path)
	}
	return List(vs...)
}

func reflectedMap(v reflect.Value, path []visited) Value {
	if v.IsNil() {
		return Value{}
	}
	if v.Type().Key().Kind() != reflect.String {
		return rule.Invalid()
	}
	ms := make([]Member, 0, v.Len())
	for it := v.MapRange(); it.Next(); {
		ms = append(ms, Member{Name: it.Key().String(), Value: reflected(it.Value(), path)})
	}
	slices.SortFunc(ms, func(a, b Member) int { return strings.Compare(a.Name, b.Name) })
	return Object(ms...)
}

func reflectedStruct(v reflect.Value, path []visited) Value {
	switch t := v.Type(); t {
	case reflect.TypeFor[time.Time]():
		return timeOrNull(v.Interface().(time.Time))
	case reflect.TypeFor[Value]():
		return v.Interface().(Value)
	}
	var ms []Member
	appendMembers(&ms, v, path)
	return Object(ms...)
}

// appendMembers appends the members of a struct; the outer ones come first, so
// that they hide those of embedded structs.
func appendMembers(ms *[]Member, v reflect.Value, path []visited) {
	t := v.Type()
	for i := range t.NumField() {
		f := t.Field(i)
		name := memberName(f)
		if !f.IsExported() || name == "" || slices.ContainsFunc(*ms, func(m Member) bool { return m.Name == name }) {
			continue
		}
		*ms = append(*ms, Member{Name: name, Value: reflected(v.Field(i), path)})
	}
	for i := range t.NumField() {
		if _, ok := embedded(t.Field(i)); !ok || len(path) > rule.DefaultDepth {
			continue
		}
		inner := v.Field(i)
		if inner.Kind() == reflect.Pointer {
			here := visited{inner.Type(), inner.UnsafePointer()}
			if inner.IsNil() || slices.Contains(path, here) {
				continue
			}
			inner, path = inner.Elem(), append(path, here)
		}
		appendMembers(ms, inner, path)
	}
}
