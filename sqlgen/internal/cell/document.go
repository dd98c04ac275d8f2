package cell

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/segmentrules/segment"
)

// With is an object with a member at a path, within objects that are made where
// there are none. A null takes the member away.
func With(object segment.Value, names []string, v segment.Value) segment.Value {
	var members []segment.Member
	var inner segment.Value
	place := -1
	if object.Kind() == segment.KindObject {
		members = slices.Clone(object.Members())
		place = slices.IndexFunc(members, func(m segment.Member) bool { return m.Name == names[0] })
	}
	if place >= 0 {
		inner = members[place].Value
	}
	if len(names) > 1 {
		if v.IsNull() && inner.Kind() != segment.KindObject {
			return object // there is nothing to take away
		}
		v = With(inner, names[1:], v)
	}
	switch {
	case place >= 0 && v.IsNull():
		members = slices.Delete(members, place, place+1)
	case place >= 0:
		members[place].Value = v
	case v.IsNull():
		return object
	default:
		members = append(members, segment.Member{Name: names[0], Value: v})
	}
	return segment.Object(members...)
}

// Marshal writes a value as JSON, where an instant and a day are texts.
func Marshal(v segment.Value) string {
	var b strings.Builder
	write(&b, v)
	return b.String()
}

func write(b *strings.Builder, v segment.Value) {
	switch v.Kind() {
	case segment.KindBool:
		b.WriteString(strconv.FormatBool(v.Bool()))
	case segment.KindNumber:
		b.WriteString(v.String())
	case segment.KindText:
		quote(b, v.Text())
	case segment.KindTime:
		quote(b, v.Time().UTC().Format(time.RFC3339Nano))
	case segment.KindDate:
		quote(b, v.String())
	case segment.KindList:
		b.WriteByte('[')
		for i, e := range v.List() {
			if i > 0 {
				b.WriteByte(',')
			}
			write(b, e)
		}
		b.WriteByte(']')
	case segment.KindObject:
		b.WriteByte('{')
		for i, m := range v.Members() {
			if i > 0 {
				b.WriteByte(',')
			}
			quote(b, m.Name)
			b.WriteByte(':')
			write(b, m.Value)
		}
		b.WriteByte('}')
	default:
		b.WriteString("null")
	}
}

func quote(b *strings.Builder, s string) {
	text, err := json.Marshal(s)
	if err != nil { // no text is refused
		return
	}
	b.Write(text)
}

// document is a text of JSON as a value. What [segment.JSON] refuses as a whole is
// read leniently: a number beyond those of a float is missing, and of a name that
// stands twice the last counts.
func document(text string) segment.Value {
	v := segment.JSON(text)
	if v.Kind() != segment.KindInvalid {
		return v
	}
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	var tree any
	if err := d.Decode(&tree); err != nil || d.More() {
		return segment.Value{}
	}
	return valueOf(tree)
}

func valueOf(tree any) segment.Value {
	switch x := tree.(type) {
	case bool:
		return segment.Bool(x)
	case string:
		return segment.Text(x)
	case json.Number:
		if v := segment.JSON(x); v.Kind() == segment.KindNumber {
			return v
		}
	case []any:
		list := make([]segment.Value, len(x))
		for i, e := range x {
			list[i] = valueOf(e)
		}
		return segment.List(list...)
	case map[string]any:
		members := make([]segment.Member, 0, len(x))
		for name, e := range x {
			members = append(members, segment.Member{Name: name, Value: valueOf(e)})
		}
		return segment.Object(members...)
	}
	return segment.Value{}
}

// Document is a cell with the JSON of an event's properties, read as leniently as a
// JSON value is.
func Document(x any) segment.Document {
	s, ok := String(x)
	if !ok {
		return nil
	}
	if d, err := segment.NewDocument([]byte(s)); err == nil {
		return d
	}
	if v := document(s); v.Kind() == segment.KindObject {
		return segment.Document(Marshal(v))
	}
	return nil
}
