package structs

import (
	"reflect"
	"strings"
)

// maxHops bounds the pointers followed to one field, and the structs embedded in
// each other, which a type that points to itself would make endless.
const maxHops = 16

// A tag is what the tags of a struct's field say.
type tag struct {
	name      string // "" if the field has none of its own
	given     bool   // the name is that of the tag, not of the field
	skip      bool   // the field is left out
	omitEmpty bool   // what is empty is missing
	omitZero  bool   // what is zero is missing
}

// tagOf reads the tag `segment` of a field, and its tag json for what that does not
// say: the name. Options are those of the tag `segment` if the field has one.
func tagOf(f reflect.StructField) (t tag) {
	options, found := "", false
	for _, key := range [2]string{"segment", "json"} {
		text, ok := f.Tag.Lookup(key)
		if !ok || t.name != "" {
			continue
		}
		if text == "-" {
			return tag{skip: true}
		}
		name, rest, _ := strings.Cut(text, ",")
		if t.name = name; !found {
			options, found = rest, true
		}
	}
	for option := range strings.SplitSeq(options, ",") {
		t.omitEmpty = t.omitEmpty || option == "omitempty"
		t.omitZero = t.omitZero || option == "omitzero"
	}
	t.given = t.name != ""
	if !t.given && !isTransparent(f) {
		t.name = f.Name
	}
	return t
}

// isTransparent reports whether a field is an embedded struct whose fields are as
// if they stood in the outer one, if it has no name by a tag.
func isTransparent(f reflect.StructField) bool {
	t := f.Type
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if !f.Anonymous || t.Kind() != reflect.Struct {
		return false
	}
	form := FormOf(t)
	return form == FormObject || form == FormNone
}

// embedded returns the struct type whose fields stand in for a field's own.
func embedded(f reflect.StructField) (t reflect.Type, ok bool) {
	t = f.Type
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	tag := tagOf(f)
	return t, isTransparent(f) && tag.name == "" && !tag.skip
}
