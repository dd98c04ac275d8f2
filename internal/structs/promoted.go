package structs

import (
	"reflect"
	"slices"
	"sync"
)

// Which field a name means where structs are embedded in each other. It is the one that
// encoding/json takes, so that a contact has the same fields as its JSON: the nearest to
// the outer struct, and of several as near the one that has the name by a tag. Two that
// are left have no meaning.

// A column is a field of a struct, or of one embedded in it, by its name.
type column struct {
	tag      tag
	index    []int // the way to it
	typ      reflect.Type
	optional bool // a pointer is followed on the way, so that it may be missing
	twice    bool // another field as near has the name: neither is read
}

// columns are those of types that were asked for.
var columns sync.Map // of reflect.Type to []column

// An outer is a struct whose fields are those of the one asked for.
type outer struct {
	typ      reflect.Type
	index    []int
	optional bool
	twice    bool // it is embedded twice, and so each of its fields is there twice
}

// columnsOf returns the fields of a struct type and of the structs embedded in it, each
// name once: those that are nearest first. They are kept by type.
func columnsOf(t reflect.Type) []column {
	if known, ok := columns.Load(t); ok {
		return known.([]column)
	}
	var found []column
	seen := make(map[reflect.Type]bool)
	level := []outer{{typ: t}}
	for depth := 0; len(level) > 0 && depth <= maxHops; depth++ {
		nearer := len(found)
		var inner []outer
		for _, o := range level {
			seen[o.typ] = true
			found = o.fields(found, nearer)
		}
		for _, o := range level {
			inner = o.embedded(inner, seen)
		}
		level = inner
	}
	columns.Store(t, found)
	return found
}

// fields adds the fields of one struct that have a name of their own. Those before
// nearer hide them.
func (o outer) fields(found []column, nearer int) []column {
	for i := range o.typ.NumField() {
		f := o.typ.Field(i)
		tag := tagOf(f)
		if !f.IsExported() || tag.name == "" {
			continue
		}
		c := column{tag, append(slices.Clone(o.index), i), f.Type, o.optional, o.twice}
		at := slices.IndexFunc(found, func(c column) bool { return c.tag.name == tag.name })
		switch {
		case at < 0:
			found = append(found, c)
		case at < nearer || found[at].tag.given && !tag.given:
		case tag.given && !found[at].tag.given:
			found[at] = c
		default:
			found[at].twice = true
		}
	}
	return found
}

// embedded adds the structs embedded in one, but for those that stand nearer already.
func (o outer) embedded(inner []outer, seen map[reflect.Type]bool) []outer {
	for i := range o.typ.NumField() {
		t, ok := embedded(o.typ.Field(i))
		if !ok || seen[t] {
			continue
		}
		if at := slices.IndexFunc(inner, func(o outer) bool { return o.typ == t }); at >= 0 {
			inner[at].twice = true
			continue
		}
		pointed := o.typ.Field(i).Type.Kind() == reflect.Pointer
		inner = append(inner, outer{t, append(slices.Clone(o.index), i), o.optional || pointed, o.twice})
	}
	return inner
}

// find returns the way to the field with a name, in embedded structs too.
func find(t reflect.Type, name string) (index []int, ok bool) {
	for _, c := range columnsOf(t) {
		if c.tag.name == name {
			return c.index, !c.twice
		}
	}
	return nil, false
}
