package tables

// The JSON form of Tables, read strictly: encoding/json takes "Contacts" for "contacts",
// and of two spellings of one key the last. So the keys are compared with those of the
// declaration first.

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/internal/textset"
	"github.com/segmentrules/segment/rule"
)

// Parse reads the JSON form of Tables: the fields by their names in lower
// case, as the tags say. Keys that are not known, in another case too, and keys given twice
// are errors, with their place and the nearest key. It does not say whether a
// dialect can do with them; see [Tables.Validate].
func Parse(text []byte) (Tables, error) {
	tree, err := segment.ParseJSON(text)
	if err != nil {
		return Tables{}, err
	}
	if errs := unknownKeys("", tree, reflect.TypeFor[Tables]()); len(errs) > 0 {
		return Tables{}, errs
	}
	var t Tables
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&t); err != nil {
		return Tables{}, segment.Errors{{Code: segment.ErrSyntax, Msg: err.Error()}}
	}
	return t, nil
}

// unknownKeys are the keys within a value that are none of the type it is read as.
func unknownKeys(place string, v segment.Value, t reflect.Type) (errs segment.Errors) {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch {
	case t == reflect.TypeFor[rule.Value]():
	case t.Kind() == reflect.Slice && v.Kind() == segment.KindList:
		for i, e := range v.List() {
			errs = append(errs, unknownKeys(fmt.Sprintf("%s/%d", place, i), e, t.Elem())...)
		}
	case t.Kind() == reflect.Map && v.Kind() == segment.KindObject:
		for _, m := range v.Members() {
			errs = append(errs, unknownKeys(place+"/"+escaped(m.Name), m.Value, t.Elem())...)
		}
	case t.Kind() == reflect.Struct && v.Kind() == segment.KindObject:
		known := keysOf(t)
		names := textset.SortedKeys(known)
		for _, m := range v.Members() {
			at := place + "/" + escaped(m.Name)
			if of, ok := known[m.Name]; ok {
				errs = append(errs, unknownKeys(at, m.Value, of)...)
				continue
			}
			errs = append(errs, &segment.Error{Code: segment.ErrSyntax, Path: at, Msg: fmt.Sprintf("there is no key %q here; there are %v", m.Name, names),
				Suggestion: textset.Nearest(m.Name, names...)})
		}
	}
	return errs
}

// keysOf are the JSON keys of a struct, with the types of their values.
func keysOf(t reflect.Type) map[string]reflect.Type {
	known := make(map[string]reflect.Type)
	for i := range t.NumField() {
		f := t.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if f.Anonymous && name == "" {
			for name, of := range keysOf(f.Type) {
				known[name] = of
			}
			continue
		}
		known[name] = f.Type
	}
	return known
}
