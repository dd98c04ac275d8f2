package rules

import (
	"fmt"
	"reflect"
	"testing"
	"unsafe"

	"github.com/segmentrules/segment"
)

// TestForkSharesNothingThatChanges goes through all that rules hold in place: what a
// fork shares with the rules it came from must be of a kind that never changes.
func TestForkSharesNothingThatChanges(t *testing.T) {
	r := New()
	for i, text := range []string{
		`n > 5 AND n < 9 AND NOT n = 3`, `plan IN ("a", "b", "c", "d", "e", "f", "g")`, `tags CONTAINS "x" OR tags CONTAINS ALL OF ("x", "y")`,
		`signup OLDER THAN 3 days`, `n IS NULL`, `name STARTS WITH "a"`, `born >= TODAY()`, `COUNT(opened) >= 3 IN LAST 4 days`,
		"COUNT(`shop.*`) > 2", `IN LIST "vip" AND IN SEGMENT "s0"`, `AT LEAST 2 OF (n > 1, n > 2, n > 3)`, `DAY(TODAY) = 3`,
		`SUM(bought.price) > 30 IN LAST 2 days`, `n > 77`, `m = 78`,
	} {
		c, err := segment.Parse(text)
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		r.Add(segment.Segment{ID: fmt.Sprint("s", i), Condition: c})
	}
	r.Drop(r.PlanOf["s14"])
	r.Drop(r.PlanOf["s13"])
	f := r.Fork()
	shared := map[reflect.Type]bool{ // never changed in place
		reflect.TypeFor[*Leaf](): true, reflect.TypeFor[*Plan](): true, reflect.TypeFor[Subject](): true, reflect.TypeFor[count](): true,
		reflect.TypeFor[*Attribute](): true, // copied when it is to change: below
		reflect.TypeFor[string]():     true, reflect.TypeFor[*lazyProgram](): true, reflect.TypeFor[segment.Value](): true,
	}
	for i := range f.FanOuts {
		f.ownFanOuts(LeafID(i))
	}
	apart(t, "rules", reflect.ValueOf(r).Elem(), reflect.ValueOf(f).Elem(), shared)
	for id, a := range r.Attributes {
		if a == nil {
			continue
		}
		own := f.ownAttribute(AttributeID(id))
		if own == a || own.refs != a.refs || !reflect.DeepEqual(own.LeafIndex, a.LeafIndex) {
			t.Errorf("the copy of %s is another", a.key)
		}
		apart(t, a.key, reflect.ValueOf(&a.LeafIndex).Elem(), reflect.ValueOf(&own.LeafIndex).Elem(), shared)
	}
}

// apart reports slices and maps that two values have in common.
func apart(t *testing.T, path string, a, b reflect.Value, shared map[reflect.Type]bool) {
	if shared[a.Type()] {
		return
	}
	switch a.Kind() {
	case reflect.Pointer:
		if !a.IsNil() && !b.IsNil() {
			if a.Pointer() == b.Pointer() {
				t.Errorf("%s is one thing in both", path)
				return
			}
			apart(t, path, a.Elem(), b.Elem(), shared)
		}
	case reflect.Map:
		if a.Len() > 0 && a.Pointer() == b.Pointer() {
			t.Errorf("%s is one map in both", path)
			return
		}
		for it := a.MapRange(); it.Next(); {
			if v := b.MapIndex(it.Key()); v.IsValid() {
				apart(t, fmt.Sprintf("%s[%v]", path, it.Key()), it.Value(), v, shared)
			}
		}
	case reflect.Slice:
		if a.Cap() > 0 && b.Cap() > 0 && unsafe.Pointer(a.Pointer()) == unsafe.Pointer(b.Pointer()) {
			t.Errorf("%s is one array in both", path)
			return
		}
		for i := range min(a.Len(), b.Len()) {
			apart(t, fmt.Sprintf("%s[%d]", path, i), a.Index(i), b.Index(i), shared)
		}
	case reflect.Struct:
		for i := range a.NumField() {
			apart(t, path+"."+a.Type().Field(i).Name, a.Field(i), b.Field(i), shared)
		}
	case reflect.Array:
		for i := range a.Len() {
			apart(t, fmt.Sprintf("%s[%d]", path, i), a.Index(i), b.Index(i), shared)
		}
	}
}
