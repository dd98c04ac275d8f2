package structs

import (
	"reflect"
	"unsafe"

	"github.com/segmentrules/segment/rule"
)

// An Access is the way from a struct's start to the value at a path. The zero
// Access leads nowhere.
type Access struct {
	hops  []uintptr    // offsets; behind each but the last a pointer is followed
	typ   reflect.Type // of what is found there; nil if the path leads nowhere
	form  Form
	omits []omission // what makes the value missing on the way
	rest  []string   // names that are looked up in the value found
}

// An omission is a field on the way that counts as missing where it is empty, or
// zero.
type omission struct {
	hops []uintptr
	typ  reflect.Type
	tag  tag
}

// AccessTo works out the way to a path in a struct, which is read by its fields
// whatever methods it has.
func AccessTo(t reflect.Type, names []string) Access {
	a := Access{hops: []uintptr{0}, typ: t}
	for i, name := range names {
		if a.follow(); a.typ.Kind() != reflect.Struct || i > 0 && FormOf(a.typ) != FormObject {
			a.rest = names[i:]
			break
		}
		index, ok := find(a.typ, name)
		if !ok {
			return Access{}
		}
		for _, f := range index {
			if a.typ.Kind() == reflect.Pointer { // an embedded one
				a.hops, a.typ = append(a.hops, 0), a.typ.Elem()
			}
			field := a.typ.Field(f)
			a.hops[len(a.hops)-1] += field.Offset
			if a.typ = field.Type; tagOf(field).omitEmpty || tagOf(field).omitZero {
				a.omits = append(a.omits, omission{append([]uintptr(nil), a.hops...), field.Type, tagOf(field)})
			}
		}
	}
	a.follow()
	if a.form = FormOf(a.typ); a.typ.Kind() == reflect.Pointer {
		a.form = FormAny // a pointer still, which is followed as it is read
	}
	return a
}

// follow goes through pointers.
func (a *Access) follow() {
	for a.typ.Kind() == reflect.Pointer && len(a.hops) < maxHops {
		a.hops, a.typ = append(a.hops, 0), a.typ.Elem()
	}
}

// Direct returns the kind of what is read by its kind alone from an offset of the
// struct, with no pointer on the way; ok is false of all else. Of what is omitted
// where it is empty or zero, omits is true.
func (a *Access) Direct() (kind reflect.Kind, form Form, at uintptr, omits, ok bool) {
	if a.typ == nil || len(a.hops) != 1 || len(a.rest) > 0 || len(a.omits) > 1 {
		return reflect.Invalid, FormNone, 0, false, false
	}
	return a.typ.Kind(), a.form, a.hops[0], len(a.omits) > 0, true
}

// Texts returns the list of texts that the way leads to; ok is false if it leads to
// something else.
func (a *Access) Texts(base unsafe.Pointer) (texts []string, ok bool) {
	if a.typ != reflect.TypeFor[[]string]() || len(a.rest) > 0 {
		return nil, false
	}
	if p := a.at(base); p != nil {
		texts = *(*[]string)(p)
	}
	return texts, true
}

// IsTexts reports whether the way leads to a []string.
func (a *Access) IsTexts() bool { return a.typ == reflect.TypeFor[[]string]() }

// at returns where the value is; nil if a pointer on the way is, or if it is
// omitted.
func (a *Access) at(base unsafe.Pointer) unsafe.Pointer {
	if a.typ == nil || base == nil {
		return nil
	}
	for i := range a.omits {
		o := &a.omits[i]
		if p := walk(o.hops, base); p == nil || o.tag.omits(reflect.NewAt(o.typ, p).Elem()) {
			return nil
		}
	}
	return walk(a.hops, base)
}

// walk follows pointers; nil if one of them is.
func walk(hops []uintptr, base unsafe.Pointer) unsafe.Pointer {
	last := len(hops) - 1
	for _, off := range hops[:last] {
		if base = *(*unsafe.Pointer)(unsafe.Add(base, off)); base == nil {
			return nil
		}
	}
	return unsafe.Add(base, hops[last])
}

// Value reads the value. What is read by its kind alone does not allocate.
func (a *Access) Value(base unsafe.Pointer) rule.Value {
	p := a.at(base)
	if p == nil {
		return rule.Value{}
	}
	v := read(a.typ, a.form, p)
	if len(a.rest) > 0 {
		return v.At(a.rest...)
	}
	return v
}

// omits reports whether the tag makes the value of a field missing.
func (t tag) omits(v reflect.Value) bool {
	return t.omitZero && isZero(v) || t.omitEmpty && isEmpty(v)
}

// isZero is what encoding/json takes as zero: by a method IsZero, or by itself.
func isZero(v reflect.Value) bool {
	if z, ok := interfaceOf[interface{ IsZero() bool }](v); ok {
		if v.Kind() == reflect.Pointer && v.IsNil() {
			return true
		}
		return guarded(true, z.IsZero)
	}
	return v.IsZero()
}

// isEmpty is what encoding/json takes as empty.
func isEmpty(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Array, reflect.Map, reflect.Slice, reflect.String:
		return v.Len() == 0
	case reflect.Struct:
		return false
	}
	return v.IsZero()
}
