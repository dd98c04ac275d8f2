package segment

import (
	"math/big"
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
	l.Depth *= 2 // an object in a list may be wrapped
	r, err := newJSONReader(text, l, nil)
	if err != nil {
		return err
	}
	read := r.value(r.root())
	if err := r.result(); err != nil {
		return err
	}
	if read.kind == KindVersion {
		*v = read
		return nil
	}
	if err := checkValue(read, Limits{}.withDefaults()); err != nil {
		return err
	}
	*v = read
	return nil
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
		w := jsonWriter{b}
		appendList(&w, v.List(), func(e Value) { w.b = appendValue(w.b, e) })
		return w.b
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

func appendObject(b []byte, v Value) []byte {
	w := jsonWriter{append(b, '{')}
	for _, m := range v.Members() {
		w.key(m.Name)
		w.b = appendValue(w.b, m.Value)
	}
	return append(w.b, '}')
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
