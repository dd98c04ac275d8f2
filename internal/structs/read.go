package structs

import (
	"database/sql/driver"
	"encoding"
	"encoding/json"
	"math"
	"math/big"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
	"unsafe"

	"github.com/segmentrules/segment/rule"
)

// Values from memory: quickly where a kind alone says what is there, by reflection
// for all else. What cannot be read is invalid, and so missing: what contains itself
// (an order that points back to its customer) is missing where it does.

// Of returns the value that anything is.
func Of(v reflect.Value) rule.Value {
	if !v.IsValid() {
		return rule.Value{}
	}
	return reflected(v, nil)
}

// read returns the value of a type at a place.
func read(t reflect.Type, f Form, p unsafe.Pointer) rule.Value {
	switch f {
	case FormText:
		return rule.Text(*(*string)(p))
	case FormBool:
		return rule.Bool(*(*bool)(p))
	case FormTime:
		return timeOrNull(*(*time.Time)(p))
	case FormDuration:
		return rule.Duration(*(*time.Duration)(p))
	case FormValue:
		return *(*rule.Value)(p)
	}
	switch {
	case f == FormFloat && t.Kind() == reflect.Float64:
		return rule.Number(*(*float64)(p))
	case f == FormInt && (t.Kind() == reflect.Int64 || t.Kind() == reflect.Int && unsafe.Sizeof(0) == 8):
		return rule.Int(*(*int64)(p))
	}
	return reflected(reflect.NewAt(t, p).Elem(), nil)
}

func timeOrNull(t time.Time) rule.Value {
	if t.IsZero() {
		return rule.Value{}
	}
	return rule.Time(t)
}

// A visited is a pointer, slice or map that is being read.
type visited struct {
	typ reflect.Type
	at  unsafe.Pointer
}

// reflected returns any value; path is what it is within.
func reflected(v reflect.Value, path []visited) rule.Value {
	switch v.Kind() {
	case reflect.Pointer, reflect.Map, reflect.Slice:
		if v.IsNil() {
			return rule.Value{}
		}
		here := visited{v.Type(), v.UnsafePointer()}
		if len(path) > rule.DefaultDepth || slices.Contains(path, here) {
			return rule.Invalid()
		}
		path = append(path, here)
	case reflect.Interface:
		if v.IsNil() {
			return rule.Value{}
		}
	}
	if v.Kind() == reflect.Pointer {
		return reflected(v.Elem(), path)
	}
	switch f := FormOf(v.Type()); f {
	case FormBool:
		return rule.Bool(v.Bool())
	case FormInt:
		return rule.Int(v.Int())
	case FormUint:
		return rule.Uint(v.Uint())
	case FormFloat:
		if v.Kind() == reflect.Float32 {
			return float32Value(float32(v.Float()))
		}
		return rule.Number(v.Float())
	case FormText:
		return rule.Text(v.String())
	case FormDuration:
		return rule.Duration(time.Duration(v.Int()))
	case FormNumberText:
		return numberText(v.String())
	case FormList:
		vs := make([]rule.Value, v.Len())
		for i := range vs {
			vs[i] = reflected(v.Index(i), path)
		}
		return rule.List(vs...)
	case FormMap:
		return reflectedMap(v, path)
	case FormObject:
		return rule.Object(membersOf(v, path)...)
	case FormAny:
		if len(path) > rule.DefaultDepth {
			return rule.Invalid()
		}
		return reflected(v.Elem(), path)
	default:
		return ofForm(f, v, path)
	}
}

// ofForm reads what is not read by its kind.
func ofForm(f Form, v reflect.Value, path []visited) rule.Value {
	if v.Kind() == reflect.Struct && v.NumField() == 1 && v.Field(0).Kind() == reflect.Pointer && v.Field(0).IsNil() {
		return rule.Value{} // its methods are those of what it points to
	}
	if f == FormNull {
		if !v.Field(1).Bool() {
			return rule.Value{}
		}
		return reflected(v.Field(0), path)
	}
	p := placeOf(v)
	switch f {
	case FormValue:
		return *(*rule.Value)(p)
	case FormTime:
		return timeOrNull(*(*time.Time)(p))
	case FormUUID:
		return rule.Text(uuidText((*[16]byte)(p)))
	case FormBigInt:
		return rule.RatValue(new(big.Rat).SetInt((*big.Int)(p)))
	case FormBigFloat:
		x := (*big.Float)(p)
		if x.IsInf() || x.MantExp(nil) > maxExponent || x.MantExp(nil) < -maxExponent {
			return rule.Invalid()
		}
		return numberText(x.Text('g', -1))
	}
	host := reflect.NewAt(v.Type(), p).Interface()
	switch f {
	case FormJSON:
		if raw, ok := host.(*json.RawMessage); ok {
			return rule.JSON([]byte(*raw))
		}
		return guarded(rule.Invalid(), host.(valued).Value)
	case FormBigRat:
		return fractionOf(host)
	case FormDatabase:
		return databaseValue(host.(driver.Valuer), path)
	case FormMarshalText:
		text, ok := marshalled(host.(encoding.TextMarshaler).MarshalText)
		if !ok || text == "" {
			return rule.Value{}
		}
		return rule.Text(text)
	case FormMarshalJSON:
		text, _ := marshalled(host.(json.Marshaler).MarshalJSON)
		return rule.JSON(text)
	}
	return rule.Invalid()
}

// maxExponent is far beyond what a number may have: [rule.ParseNumber] says what is
// too large.
const maxExponent = 4_000

// placeOf returns where a value is, or where a copy of it is.
func placeOf(v reflect.Value) unsafe.Pointer {
	if v.CanAddr() {
		return v.Addr().UnsafePointer()
	}
	at := reflect.New(v.Type())
	at.Elem().Set(v)
	return at.UnsafePointer()
}

// interfaceOf returns a value, or a pointer to it, as an interface that it has.
func interfaceOf[I any](v reflect.Value) (i I, ok bool) {
	if !reflect.PointerTo(v.Type()).Implements(reflect.TypeFor[I]()) {
		return i, false
	}
	return reflect.NewAt(v.Type(), placeOf(v)).Interface().(I), true
}

// guarded calls a method of the host. One that panics, as those that a struct has
// from a nil pointer embedded in it do, has given otherwise.
func guarded[T any](otherwise T, f func() T) (result T) {
	defer func() {
		if recover() != nil {
			result = otherwise
		}
	}()
	return f()
}

// marshalled is what a method gives as a text; ok is false after an error.
func marshalled(f func() ([]byte, error)) (text string, ok bool) {
	bytes := guarded(nil, func() []byte {
		bytes, err := f()
		if err != nil {
			return nil
		}
		return append([]byte{}, bytes...)
	})
	return string(bytes), bytes != nil
}

// fractionOf is an exact fraction, copied since the host may change it.
func fractionOf(host any) rule.Value {
	r, ok := host.(*big.Rat)
	if !ok {
		r = guarded(nil, host.(fraction).Rat)
	}
	if r == nil {
		return rule.Value{}
	}
	return rule.RatValue(new(big.Rat).Set(r))
}

// databaseValue is what a type gives to a database. Bytes are the text they are, or
// the list or object that they are as JSON.
func databaseValue(host driver.Valuer, path []visited) rule.Value {
	v := guarded(nil, func() any {
		v, err := host.Value()
		if err != nil {
			return nil
		}
		return v
	})
	switch v := v.(type) {
	case nil:
		return rule.Value{}
	case []byte:
		if j := rule.JSON(v); rule.IsContainer(j) {
			return j
		}
		if !utf8.Valid(v) {
			return rule.Invalid()
		}
		return rule.Text(string(v))
	case driver.Valuer:
		if reflect.TypeOf(v) == reflect.TypeOf(host) {
			return rule.Invalid()
		}
	}
	if len(path) > rule.DefaultDepth {
		return rule.Invalid()
	}
	return reflected(reflect.ValueOf(v), append(path, visited{}))
}

// numberText is the number that a text writes; "" is missing.
func numberText(text string) rule.Value {
	if v, ok := rule.ParseNumber(text); ok {
		return v
	}
	if text == "" {
		return rule.Value{}
	}
	return rule.Invalid()
}

// float32Value is the decimal that the float32 prints as: 0.1 and not
// 0.10000000149011612.
func float32Value(f float32) rule.Value {
	d, err := strconv.ParseFloat(strconv.FormatFloat(float64(f), 'g', -1, 32), 64)
	if err != nil || math.IsNaN(d) || math.IsInf(d, 0) {
		return rule.Invalid()
	}
	return rule.Number(d)
}

// uuidText writes 16 bytes in groups of hexadecimal digits.
func uuidText(id *[16]byte) string {
	const digits = "0123456789abcdef"
	var text [36]byte
	at := 0
	for i, b := range id {
		if i == 4 || i == 6 || i == 8 || i == 10 {
			text[at] = '-'
			at++
		}
		text[at], text[at+1] = digits[b>>4], digits[b&15]
		at += 2
	}
	return string(text[:])
}

func reflectedMap(v reflect.Value, path []visited) rule.Value {
	keys := keyForm(v.Type().Key())
	ms := make([]rule.Member, 0, v.Len())
	for it := v.MapRange(); it.Next(); {
		name, ok := keyText(keys, it.Key())
		if !ok {
			continue
		}
		ms = append(ms, rule.Member{Name: name, Value: reflected(it.Value(), path)})
	}
	slices.SortFunc(ms, func(a, b rule.Member) int { return strings.Compare(a.Name, b.Name) })
	// keys that are different may have one text
	return rule.Object(slices.CompactFunc(ms, func(a, b rule.Member) bool { return a.Name == b.Name })...)
}

func keyText(f Form, key reflect.Value) (name string, ok bool) {
	switch f {
	case FormInt:
		return strconv.FormatInt(key.Int(), 10), true
	case FormUint:
		return strconv.FormatUint(key.Uint(), 10), true
	case FormMarshalText:
		m, ok := interfaceOf[encoding.TextMarshaler](key)
		if !ok {
			return "", false
		}
		return marshalled(m.MarshalText)
	}
	return key.String(), true
}

// MembersOf returns the members of the struct that v is or points to, whatever
// methods it has; none if v is none.
func MembersOf(v reflect.Value) []rule.Member {
	for v.Kind() == reflect.Pointer && !v.IsNil() {
		v = v.Elem()
	}
	if v.Kind() != reflect.Struct {
		return Of(v).Members()
	}
	return membersOf(v, nil)
}

// membersOf returns the members of a struct. Two fields of one name are none, and neither
// is a field that cannot be read, which no schema of the type has.
func membersOf(v reflect.Value, path []visited) []rule.Member {
	columns := columnsOf(v.Type())
	members := make([]rule.Member, 0, len(columns))
	for _, c := range columns {
		if c.twice || FormOf(c.typ) == FormNone {
			continue
		}
		field, within, ok := fieldAt(v, c.index, path)
		if ok && !c.tag.omits(field) {
			members = append(members, rule.Member{Name: c.tag.name, Value: reflected(field, within)})
		}
	}
	return members
}

// fieldAt returns a field by the way to it, and what it is within; ok is false if a
// pointer on the way is nil, or is being read already.
func fieldAt(v reflect.Value, index []int, path []visited) (field reflect.Value, within []visited, ok bool) {
	for _, i := range index {
		if v.Kind() == reflect.Pointer {
			here := visited{v.Type(), v.UnsafePointer()}
			if v.IsNil() || slices.Contains(path, here) {
				return v, path, false
			}
			v, path = v.Elem(), append(slices.Clip(path), here)
		}
		v = v.Field(i)
	}
	return v, path, true
}
