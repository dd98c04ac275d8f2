package segment

import (
	"math/big"
	"slices"
	"strconv"
	"strings"
	"time"
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
		if err := checkValue(v, Limits{}.withDefaults()); err != nil {
			return nil, err
		}
	}
	return appendValue(nil, v), nil
}

// UnmarshalJSON reads what [Value.MarshalJSON] writes, and so every plain JSON
// value as what it is. It refuses what [ParseJSON] refuses.
func (v *Value) UnmarshalJSON(text []byte) error {
	l := Limits{}.withDefaults()
	json, fault := newJSONText(text, l.Bytes, maxValueNesting)
	if fault != nil {
		return faultError(text, fault)
	}
	var errs Errors
	r := valueReader{json: json, report: func(at ref, err *Error) bool {
		errs = append(errs, errorAt(text, at, err))
		return len(errs) < l.Errors
	}}
	read := r.value(json.root())
	if len(errs) > 0 {
		slices.SortStableFunc(errs, func(a, b *Error) int { return a.Offset - b.Offset })
		return errs
	}
	if read.kind == KindVersion {
		*v = read
		return nil
	}
	if err := checkValue(read, l); err != nil {
		return err
	}
	*v = read
	return nil
}

// maxValueNesting is how deep the JSON of a value may nest. It leaves room for
// objects that are wrapped; what is too deep as a value is refused as one.
const maxValueNesting = 10*DefaultDepth + 10

// A valueReader reads values where they stand in a checked JSON text: plain JSON
// as what it is, and the objects of one member that stand for a date, a time and
// so on.
type valueReader struct {
	json   jsonText
	report func(at ref, err *Error) (more bool) // takes what is wrong; false ends the reading
	ended  bool
}

func (r *valueReader) fail(at ref, err *Error) { r.ended = r.ended || !r.report(at, err) }

func (r *valueReader) value(v ref) Value {
	switch c := r.json.text[v.at]; c {
	case '{':
		return r.object(v)
	case '[':
		var vs []Value
		r.json.elements(v, func(e ref) bool {
			vs = append(vs, r.value(e))
			return !r.ended
		})
		return List(vs...)
	case '"':
		return Text(r.json.unquoted(v))
	case 't', 'f':
		return Bool(c == 't')
	case 'n':
		return Value{}
	}
	n, ok := ParseNumber(r.json.raw(v))
	if !ok {
		r.fail(v, errorf(ErrValue, "number out of range: %s", shortened([]byte(r.json.raw(v)))))
	}
	return n
}

// object reads an object: as what its only member stands for, or as it is.
func (r *valueReader) object(v ref) Value {
	ms := r.distinct(v)
	if len(ms) == 1 && isMarker(ms[0].name) {
		return r.marked(ms[0].name, ms[0].value)
	}
	return r.plain(ms)
}

// distinct returns the members of an object. A name that stands twice is reported
// and left out.
func (r *valueReader) distinct(v ref) (ms []jsonMember) {
	r.json.members(v, func(m jsonMember) bool {
		if m.again {
			r.fail(m.key, repeatedKey(m.name))
		} else {
			ms = append(ms, m)
		}
		return !r.ended
	})
	return ms
}

// repeatedKey is the error of a name that stands twice in one object.
func repeatedKey(name string) *Error {
	return errorf(ErrSyntax, "duplicate key %q", shortened([]byte(name)))
}

// plain is an object as it stands.
func (r *valueReader) plain(ms []jsonMember) Value {
	out := make([]Member, 0, len(ms))
	for _, m := range ms {
		out = append(out, Member{m.name, r.value(m.value)})
		if r.ended {
			break
		}
	}
	return Object(out...)
}

// marked reads what stands under a marker.
func (r *valueReader) marked(marker string, v ref) Value {
	want := byte('"')
	what := "a text"
	if marker == "object" {
		want, what = '{', "an object"
	}
	if !r.json.is(v, want) {
		r.fail(v, errorf(ErrType, "expected %s, found %s", what, jsonKind(r.json.text[v.at])))
		return Value{}
	}
	if marker == "object" {
		return r.plain(r.distinct(v))
	}
	value, err := marked(marker, r.json.unquoted(v))
	if err != nil {
		r.fail(v, err)
	}
	return value
}

// appendValue writes a checked value.
func appendValue(b []byte, v Value) []byte {
	switch v.kind {
	case KindBool:
		return strconv.AppendBool(b, v.Bool())
	case KindNumber:
		return appendNumber(b, v)
	case KindText:
		return appendQuoted(b, v.Text())
	case KindTime:
		return appendMarked(b, "time", v.String())
	case KindDate:
		return appendMarked(b, "date", v.String())
	case KindDuration:
		return appendMarked(b, "duration", durationText(v.span()))
	case KindVersion:
		return appendMarked(b, "version", v.Text())
	case KindList:
		return appendElements(b, v.List())
	case KindObject:
		if ms := v.Members(); len(ms) == 1 && isMarker(ms[0].Name) {
			b = append(b, `{"object":`...)
			return append(appendObject(b, v), '}')
		}
		return appendObject(b, v)
	}
	return append(b, "null"...)
}

func appendMarked(b []byte, marker, text string) []byte {
	b = append(appendQuoted(append(b, '{'), marker), ':')
	return append(appendQuoted(b, text), '}')
}

func appendElements(b []byte, vs []Value) []byte {
	b = append(b, '[')
	for i, v := range vs {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendValue(b, v)
	}
	return append(b, ']')
}

func appendObject(b []byte, v Value) []byte {
	b = append(b, '{')
	for i, m := range v.Members() {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendValue(append(appendQuoted(b, m.Name), ':'), m.Value)
	}
	return append(b, '}')
}

// appendNumber writes a number: as one if it has a finite decimal.
func appendNumber(b []byte, v Value) []byte {
	text := numberText(v)
	if _, ok := ParseNumber(text); ok {
		return append(b, text...)
	}
	return appendMarked(b, "fraction", v.rat().String())
}

// isMarker reports whether an object of this one member stands for a value.
func isMarker(name string) bool {
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
		if v := readTime(text); v.kind == KindDate {
			return v, nil
		}
		return Value{}, errorf(ErrValue, "%q is no date; expected 2026-01-31", text)
	case "time":
		if v := readTime(text); v.kind == KindTime && writable(v) {
			return v, nil
		}
		return Value{}, errorf(ErrValue, "%q is no instant; expected 2026-01-31T10:00:00Z", text)
	case "duration":
		if d, ok := readDuration(text); ok {
			return durationValue(d), nil
		}
		return Value{}, errorf(ErrValue, "%q is no duration; expected 1h30m", text)
	case "version":
		if isVersion(text) {
			return version(Text(text)), nil
		}
		return Value{}, errorf(ErrValue, "%q is no version; expected 2.10.0", text)
	}
	if v, ok := readFraction(text); ok {
		return v, nil
	}
	return Value{}, errorf(ErrValue, "%q is no fraction; expected 1/3", shortened([]byte(text)))
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
	v := ratValue(r)
	return v, !v.IsNull()
}

// readDuration reads what [time.ParseDuration] reads, but of any length up to
// 20,000 years: numbers with units, from hours to nanoseconds.
func readDuration(text string) (d span, ok bool) {
	rest, negative := strings.CutPrefix(text, "-")
	if rest == "" || len(rest) > 100 {
		return span{}, false
	}
	total := new(big.Rat)
	for rest != "" {
		n := len(rest) - len(strings.TrimLeft(rest, "0123456789."))
		number := rest[:n]
		rest = rest[n:]
		unit, size := durationUnit(rest)
		rest = rest[len(unit):]
		value, ok := new(big.Rat).SetString(number)
		if !ok || size == 0 || number[0] == '.' || number[n-1] == '.' {
			return span{}, false
		}
		total.Add(total, value.Mul(value, big.NewRat(int64(size), int64(time.Second))))
	}
	if negative {
		total.Neg(total)
	}
	v := spanValue(total, KindDuration)
	return v.span(), !v.IsNull()
}

// durationUnit is the unit that a text starts with.
func durationUnit(s string) (unit string, size time.Duration) {
	switch {
	case strings.HasPrefix(s, "ns"):
		return "ns", time.Nanosecond
	case strings.HasPrefix(s, "us"):
		return "us", time.Microsecond
	case strings.HasPrefix(s, "µs"):
		return "µs", time.Microsecond
	case strings.HasPrefix(s, "ms"):
		return "ms", time.Millisecond
	case strings.HasPrefix(s, "s"):
		return "s", time.Second
	case strings.HasPrefix(s, "m"):
		return "m", time.Minute
	case strings.HasPrefix(s, "h"):
		return "h", time.Hour
	}
	return "", 0
}
