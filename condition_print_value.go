package segment

import (
	"math"
	"math/big"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// String returns the value as rule text: a number exactly, as an integer or a
// decimal, or as a fraction (n/d) if it has no finite decimal; a text as a
// JSON string; TRUE, FALSE, NULL (also for an invalid value); 2026-01-31; an
// instant as RFC 3339 in UTC; DURATION "1h30m0s"; JSON "[1, 2]" for lists and
// objects. Its cost grows with the size of the value.
func (v Value) String() string {
	switch v.kind {
	case KindBool:
		if v.Bool() {
			return "TRUE"
		}
		return "FALSE"
	case KindNumber:
		return numberText(v)
	case KindText:
		return string(appendQuoted(nil, v.Text()))
	case KindTime:
		return v.Time().Format(time.RFC3339Nano)
	case KindDate:
		y, m, d := v.Date()
		return time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
	case KindDuration:
		return `DURATION "` + durationText(v.span()) + `"`
	case KindList, KindObject:
		return "JSON " + string(appendQuoted(nil, string(appendJSONText(nil, v))))
	case KindVersion:
		return "VERSION(" + string(appendQuoted(nil, v.Text())) + ")"
	}
	return "NULL"
}

func numberText(v Value) string {
	switch v.form {
	case plain:
		return strconv.FormatInt(int64(v.n), 10)
	case formUint:
		return strconv.FormatUint(v.n, 10)
	case formFloat:
		return strconv.FormatFloat(math.Float64frombits(v.n), 'f', -1, 64)
	}
	return ratText(v.rat())
}

// maxPlainDigits is how long a decimal may be to be written without exponent:
// what ParseNumber reads, less a sign.
const maxPlainDigits = 999

// ratText writes a fraction as a decimal if it has one, and as (n/d) if not.
// A very long decimal gets an exponent, which ParseNumber bounds.
func ratText(r *big.Rat) string {
	places, finite := r.FloatPrec()
	if !finite {
		return "(" + r.String() + ")"
	}
	s := r.FloatString(places)
	if len(s) <= maxPlainDigits {
		return s
	}
	exp := min(places, maxExponent+1000)
	if places == 0 {
		digits := strings.TrimRight(s, "0")
		return digits + "e" + strconv.Itoa(len(s)-len(digits))
	}
	shifted := new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(exp)), nil))
	return shifted.Mul(shifted, r).FloatString(places-exp) + "e-" + strconv.Itoa(exp)
}

// durationText writes a duration as time.Duration does, but of any length.
func durationText(s span) string {
	sign := ""
	if s.sec < 0 {
		sign, s = "-", s.negative()
	}
	text := strconv.FormatInt(s.sec%60, 10)
	if s.nsec != 0 {
		nanos := strconv.FormatInt(1e9+s.nsec, 10)[1:]
		text += "." + strings.TrimRight(nanos, "0")
	}
	text += "s"
	if s.sec >= 60 {
		text = strconv.FormatInt(s.sec/60%60, 10) + "m" + text
	}
	if s.sec >= 3600 {
		text = strconv.FormatInt(s.sec/3600, 10) + "h" + text
	}
	return sign + text
}

// appendQuoted writes a JSON string. Bytes that are no UTF-8 become U+FFFD.
func appendQuoted(b []byte, s string) []byte {
	b = append(b, '"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b = append(b, '\\', byte(r))
		case r == '\n':
			b = append(b, `\n`...)
		case r == '\r':
			b = append(b, `\r`...)
		case r == '\t':
			b = append(b, `\t`...)
		case r < ' ' || r == 0x7f:
			const hex = "0123456789abcdef"
			b = append(b, `\u00`...)
			b = append(b, hex[r>>4], hex[r&15])
		default:
			b = utf8.AppendRune(b, r)
		}
	}
	return append(b, '"')
}

// appendJSONText writes a value as JSON. Kinds that JSON lacks are written as
// texts, and a number without finite decimal as the nearest float64.
func appendJSONText(b []byte, v Value) []byte {
	switch v.kind {
	case KindBool:
		return strconv.AppendBool(b, v.Bool())
	case KindNumber:
		s := numberText(v)
		if s[0] == '(' {
			s = strconv.FormatFloat(v.Float(), 'g', -1, 64)
		}
		return append(b, s...)
	case KindText, KindVersion:
		return appendQuoted(b, v.Text())
	case KindTime, KindDate:
		return appendQuoted(b, v.String())
	case KindDuration:
		return appendQuoted(b, durationText(v.span()))
	case KindList:
		b = append(b, '[')
		for i, e := range v.List() {
			if i > 0 {
				b = append(b, ", "...)
			}
			b = appendJSONText(b, e)
		}
		return append(b, ']')
	case KindObject:
		b = append(b, '{')
		for i, m := range v.Members() {
			if i > 0 {
				b = append(b, ", "...)
			}
			b = append(appendQuoted(b, m.Name), ": "...)
			b = appendJSONText(b, m.Value)
		}
		return append(b, '}')
	}
	return append(b, "null"...)
}
