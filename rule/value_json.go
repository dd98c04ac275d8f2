package rule

import (
	"math/big"
	"slices"
	"strconv"
	"strings"

	"github.com/segmentrules/segment/internal/jsontext"
)

// The JSON form of values is JSON itself, and for the kinds that JSON lacks an
// object of one member: {"$date": "2026-01-31"}, {"$time": "…"}, {"$duration":
// "1h30m"}, {"$version": "2.10"}, {"$fraction": "1/3"}. An object value whose
// only name begins with a dollar sign gets one more when it is written and loses
// one when it is read: {"$$date": "…"} is an object with the name $date. So plain
// JSON is what it is, an object {"date": "…"} too.
//
// Definitions have markers without the dollar sign, since their objects are
// expressions and not data; they read both (see [ValueReader]).

// MarshalJSON returns the value so that [Value.UnmarshalJSON] gives back an
// equal one of the same kind: a text that looks like a date stays a text, a
// number keeps every digit. Kinds that JSON lacks are objects of one name: $time
// (RFC 3339, in UTC), $date, $duration, $version, $fraction; an object value whose
// only name begins with $ gets one more. What no JSON can say is an error: an
// invalid value, a time outside of the years 0 to 9999, a text that is not UTF-8,
// nesting beyond the default limit.
func (v Value) MarshalJSON() ([]byte, error) {
	if v.kind != KindVersion {
		if err := CheckValue(v, Limits{}.WithDefaults()); err != nil {
			return nil, err
		}
	}
	return AppendValue(nil, v), nil
}

// UnmarshalJSON reads what [Value.MarshalJSON] writes, and so every plain JSON
// value as what it is, but for objects of one name that begins with $: those of
// the names above are values of these kinds, and of two dollar signs one is dropped.
// It refuses what [ParseJSON] refuses, and a text that its name does not fit.
func (v *Value) UnmarshalJSON(text []byte) error { return v.unmarshal(text, false) }

// ReadConstant reads a value as definitions write it: see [AppendConstant].
func ReadConstant(text []byte) (v Value, err error) {
	err = v.unmarshal(text, true)
	return v, err
}

func (v *Value) unmarshal(text []byte, bare bool) error {
	l := Limits{}.WithDefaults()
	json, fault := jsontext.NewSource(text, l.Bytes, maxValueNesting)
	if fault != nil {
		return FaultError(text, fault)
	}
	var errs Errors
	r := ValueReader{JSON: json, Bare: bare, Report: func(at jsontext.Ref, err *Error) bool {
		errs = append(errs, ErrorAt(text, at, err))
		return len(errs) < l.Errors
	}}
	read := r.Value(json.Root())
	if len(errs) > 0 {
		slices.SortStableFunc(errs, func(a, b *Error) int { return a.Offset - b.Offset })
		return errs
	}
	if read.kind == KindVersion {
		*v = read
		return nil
	}
	if err := CheckValue(read, l); err != nil {
		return err
	}
	*v = read
	return nil
}

// maxValueNesting is how deep the JSON of a value may nest. It leaves room for
// objects that are wrapped; what is too deep as a value is refused as one.
const maxValueNesting = 10*DefaultDepth + 10

// A ValueReader reads values where they stand in a checked JSON text: plain JSON
// as what it is, and the objects of one member that stand for a date, a time and
// so on.
type ValueReader struct {
	JSON   jsontext.Source
	Report func(at jsontext.Ref, err *Error) (more bool) // takes what is wrong; false ends the reading
	Bare   bool                                          // reads markers without a dollar sign too, as definitions have them
	ended  bool
}

func (r *ValueReader) fail(at jsontext.Ref, err *Error) { r.ended = r.ended || !r.Report(at, err) }

// Value reads a value. What is wrong is reported, and gives null.
func (r *ValueReader) Value(v jsontext.Ref) Value {
	switch c := r.JSON.Text[v.At]; c {
	case '{':
		return r.object(v)
	case '[':
		var vs []Value
		r.JSON.Elements(v, func(e jsontext.Ref) bool {
			vs = append(vs, r.Value(e))
			return !r.ended
		})
		return List(vs...)
	case '"':
		return Text(r.JSON.Unquoted(v))
	case 't', 'f':
		return Bool(c == 't')
	case 'n':
		return Value{}
	}
	n, ok := ParseNumber(r.JSON.Raw(v))
	if !ok {
		r.fail(v, Errorf(ErrValue, "number out of range: %s", jsontext.Shortened([]byte(r.JSON.Raw(v)))))
	}
	return n
}

// object reads an object: as what its only member stands for, or as it is.
func (r *ValueReader) object(v jsontext.Ref) Value {
	ms := r.distinct(v)
	if len(ms) != 1 {
		return r.plain(ms)
	}
	if name := ms[0].Name; r.Bare && IsMarker(name) || IsDollarMarker(name) {
		return r.Marked(name, ms[0].Value)
	} else if strings.HasPrefix(name, "$$") {
		ms[0].Name = name[1:]
	}
	return r.plain(ms)
}

// distinct returns the members of an object. A name that stands twice is reported
// and left out.
func (r *ValueReader) distinct(v jsontext.Ref) (ms []jsontext.Member) {
	r.JSON.Members(v, func(m jsontext.Member) bool {
		if m.Repeated {
			r.fail(m.Key, RepeatedKey(m.Name))
		} else {
			ms = append(ms, m)
		}
		return !r.ended
	})
	return ms
}

// RepeatedKey is the error of a name that stands twice in one object.
func RepeatedKey(name string) *Error {
	return Errorf(ErrSyntax, "duplicate key %q", jsontext.Shortened([]byte(name)))
}

// plain is an object as it stands.
func (r *ValueReader) plain(ms []jsontext.Member) Value {
	out := make([]Member, 0, len(ms))
	for _, m := range ms {
		out = append(out, Member{m.Name, r.Value(m.Value)})
		if r.ended {
			break
		}
	}
	return Object(out...)
}

// Marked reads what stands under a marker, with its dollar sign or without.
func (r *ValueReader) Marked(marker string, v jsontext.Ref) Value {
	marker = strings.TrimPrefix(marker, "$")
	want := byte('"')
	what := "a text"
	if marker == "object" {
		want, what = '{', "an object"
	}
	if !r.JSON.StartsWith(v, want) {
		r.fail(v, Errorf(ErrType, "expected %s, found %s", what, jsontext.KindName(r.JSON.Text[v.At])))
		return Value{}
	}
	if marker == "object" {
		return r.plain(r.distinct(v))
	}
	value, err := marked(marker, r.JSON.Unquoted(v))
	if err != nil {
		r.fail(v, err)
	}
	return value
}

// AppendValue appends a checked value in the form of [Value.MarshalJSON].
func AppendValue(b []byte, v Value) []byte { return valueWriter{}.append(b, v) }

// AppendConstant appends a checked value as definitions have it: with markers
// without a dollar sign, and {"object": …} around an object that looks like one.
// [ReadConstant] reads it back.
func AppendConstant(b []byte, v Value) []byte { return valueWriter{bare: true}.append(b, v) }

// AppendObject appends an object with its members as constants of a definition.
func AppendObject(b []byte, v Value) []byte {
	return valueWriter{bare: true}.members(b, v.Members(), "")
}

// A valueWriter writes values in one of the two forms.
type valueWriter struct{ bare bool }

func (w valueWriter) append(b []byte, v Value) []byte {
	switch v.kind {
	case KindBool:
		return strconv.AppendBool(b, v.Bool())
	case KindNumber:
		text := NumberText(v)
		if _, ok := ParseNumber(text); ok {
			return append(b, text...)
		}
		return w.marked(b, "fraction", v.Rat().String())
	case KindText:
		return jsontext.AppendQuoted(b, v.Text())
	case KindTime:
		return w.marked(b, "time", v.String())
	case KindDate:
		return w.marked(b, "date", v.String())
	case KindDuration:
		return w.marked(b, "duration", durationText(v.HeldLength()))
	case KindVersion:
		return w.marked(b, "version", v.Text())
	case KindList:
		return w.elements(b, v.List())
	case KindObject:
		return w.object(b, v.Members())
	}
	return append(b, "null"...)
}

func (w valueWriter) marked(b []byte, marker, text string) []byte {
	if b = append(b, `{"`...); !w.bare {
		b = append(b, '$')
	}
	b = append(append(b, marker...), `":`...)
	return append(jsontext.AppendQuoted(b, text), '}')
}

func (w valueWriter) elements(b []byte, vs []Value) []byte {
	b = append(b, '[')
	for i, v := range vs {
		if i > 0 {
			b = append(b, ',')
		}
		b = w.append(b, v)
	}
	return append(b, ']')
}

// object writes an object so that it is not taken for what a marker stands for.
func (w valueWriter) object(b []byte, ms []Member) []byte {
	dollar := len(ms) == 1 && strings.HasPrefix(ms[0].Name, "$")
	switch {
	case w.bare && (dollar || len(ms) == 1 && IsMarker(ms[0].Name)):
		return append(w.members(append(b, `{"object":`...), ms, ""), '}')
	case dollar:
		return w.members(b, ms, "$")
	}
	return w.members(b, ms, "")
}

// members writes the members of an object, with something before their names.
func (w valueWriter) members(b []byte, ms []Member, before string) []byte {
	b = append(b, '{')
	for i, m := range ms {
		if i > 0 {
			b = append(b, ',')
		}
		b = w.append(append(jsontext.AppendQuoted(b, before+m.Name), ':'), m.Value)
	}
	return append(b, '}')
}

// IsDollarMarker reports whether an object of this one member stands for a value
// in data, and in definitions too.
func IsDollarMarker(name string) bool {
	switch name {
	case "$date", "$time", "$duration", "$version", "$fraction":
		return true
	}
	return false
}

// IsMarker reports whether an object of this one member stands for a value in a
// definition.
func IsMarker(name string) bool {
	switch name {
	case "date", "time", "duration", "version", "fraction", "object":
		return true
	}
	return false
}

// marked reads the text under a marker; what is wrong with it is the error.
func marked(marker, text string) (Value, *Error) {
	switch marker {
	case "date":
		if v := ReadTime(text); v.kind == KindDate {
			return v, nil
		}
		return Value{}, Errorf(ErrValue, "%q is no date; expected 2026-01-31", text)
	case "time":
		if v := ReadTime(text); v.kind == KindTime && Writable(v) {
			return v, nil
		}
		return Value{}, Errorf(ErrValue, "%q is no instant; expected 2026-01-31T10:00:00Z", text)
	case "duration":
		if d, ok := ReadDuration(text); ok {
			return DurationValue(d), nil
		}
		return Value{}, Errorf(ErrValue, "%q is no duration; expected 1h30m", text)
	case "version":
		if IsVersion(text) {
			return Version(Text(text)), nil
		}
		return Value{}, Errorf(ErrValue, "%q is no version; expected 2.10.0", text)
	}
	if v, ok := readFraction(text); ok {
		return v, nil
	}
	return Value{}, Errorf(ErrValue, "%q is no fraction; expected 1/3", jsontext.Shortened([]byte(text)))
}

// readFraction reads n/d, both integers.
func readFraction(text string) (Value, bool) {
	n, d, ok := strings.Cut(text, "/")
	if !ok || !isInteger(strings.TrimPrefix(n, "-")) || !isInteger(d) || len(text) > maxRatBits {
		return Value{}, false
	}
	r, ok := new(big.Rat).SetString(text)
	if !ok {
		return Value{}, false
	}
	v := RatValue(r)
	return v, !v.IsNull()
}
