package rule

import (
	"math/big"
	"slices"
	"strconv"
	"strings"

	"github.com/segmentrules/segment/internal/jsontext"
)

// The JSON form of values is JSON itself, and for the kinds that JSON lacks an
// object of one member: {"date": "2026-01-31"}, {"time": "…"}, {"duration":
// "1h30m"}, {"version": "2.10"}, {"fraction": "1/3"}. An object value that
// looks like one of these is wrapped: {"object": {"date": "…"}}.

// MarshalJSON returns the value so that [Value.UnmarshalJSON] gives back an
// equal one of the same kind: a text that looks like a date stays a text, a
// number keeps every digit. What no JSON can say is an error: an invalid value,
// a time outside of the years 0 to 9999, a text that is not UTF-8, nesting
// beyond the default limit.
func (v Value) MarshalJSON() ([]byte, error) {
	if v.kind != KindVersion {
		if err := CheckValue(v, Limits{}.WithDefaults()); err != nil {
			return nil, err
		}
	}
	return AppendValue(nil, v), nil
}

// UnmarshalJSON reads what [Value.MarshalJSON] writes, and so every plain JSON
// value as what it is. It refuses what [ParseJSON] refuses.
func (v *Value) UnmarshalJSON(text []byte) error {
	l := Limits{}.WithDefaults()
	json, fault := jsontext.NewSource(text, l.Bytes, maxValueNesting)
	if fault != nil {
		return FaultError(text, fault)
	}
	var errs Errors
	r := ValueReader{JSON: json, Report: func(at jsontext.Ref, err *Error) bool {
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
	if len(ms) == 1 && IsMarker(ms[0].Name) {
		return r.Marked(ms[0].Name, ms[0].Value)
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

// Marked reads what stands under a marker.
func (r *ValueReader) Marked(marker string, v jsontext.Ref) Value {
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

// AppendValue writes a checked value.
func AppendValue(b []byte, v Value) []byte {
	switch v.kind {
	case KindBool:
		return strconv.AppendBool(b, v.Bool())
	case KindNumber:
		return appendNumber(b, v)
	case KindText:
		return jsontext.AppendQuoted(b, v.Text())
	case KindTime:
		return appendMarked(b, "time", v.String())
	case KindDate:
		return appendMarked(b, "date", v.String())
	case KindDuration:
		return appendMarked(b, "duration", durationText(v.HeldLength()))
	case KindVersion:
		return appendMarked(b, "version", v.Text())
	case KindList:
		return appendElements(b, v.List())
	case KindObject:
		if ms := v.Members(); len(ms) == 1 && IsMarker(ms[0].Name) {
			b = append(b, `{"object":`...)
			return append(AppendObject(b, v), '}')
		}
		return AppendObject(b, v)
	}
	return append(b, "null"...)
}

func appendMarked(b []byte, marker, text string) []byte {
	b = append(jsontext.AppendQuoted(append(b, '{'), marker), ':')
	return append(jsontext.AppendQuoted(b, text), '}')
}

func appendElements(b []byte, vs []Value) []byte {
	b = append(b, '[')
	for i, v := range vs {
		if i > 0 {
			b = append(b, ',')
		}
		b = AppendValue(b, v)
	}
	return append(b, ']')
}

// AppendObject appends an object as JSON that [Value.UnmarshalJSON] reads back.
func AppendObject(b []byte, v Value) []byte {
	b = append(b, '{')
	for i, m := range v.Members() {
		if i > 0 {
			b = append(b, ',')
		}
		b = AppendValue(append(jsontext.AppendQuoted(b, m.Name), ':'), m.Value)
	}
	return append(b, '}')
}

// appendNumber writes a number: as one if it has a finite decimal.
func appendNumber(b []byte, v Value) []byte {
	text := NumberText(v)
	if _, ok := ParseNumber(text); ok {
		return append(b, text...)
	}
	return appendMarked(b, "fraction", v.Rat().String())
}

// IsMarker reports whether an object of this one member stands for a value.
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
