package rule

import (
	"math"
	"math/big"
	"strconv"
	"strings"
	"time"

	"github.com/segmentrules/segment/internal/jsontext"
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
		return NumberText(v)
	case KindText:
		return string(jsontext.AppendQuoted(nil, v.Text()))
	case KindTime:
		return v.Time().Format(time.RFC3339Nano)
	case KindDate:
		y, m, d := v.Date()
		return time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
	case KindDuration:
		return `DURATION "` + durationText(v.HeldLength()) + `"`
	case KindList, KindObject:
		return "JSON " + string(jsontext.AppendQuoted(nil, string(appendJSONText(nil, v))))
	case KindVersion:
		return "VERSION(" + string(jsontext.AppendQuoted(nil, v.Text())) + ")"
	}
	return "NULL"
}

// NumberText returns a number as rule text writes it.
func NumberText(v Value) string {
	switch v.form {
	case FormInt:
		return strconv.FormatInt(int64(v.n), 10)
	case FormUint:
		return strconv.FormatUint(v.n, 10)
	case FormFloat:
		return strconv.FormatFloat(math.Float64frombits(v.n), 'f', -1, 64)
	}
	return ratText(v.Rat())
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
	exp := min(places, jsontext.MaxExponent+1000)
	if places == 0 {
		digits := strings.TrimRight(s, "0")
		return digits + "e" + strconv.Itoa(len(s)-len(digits))
	}
	shifted := new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(exp)), nil))
	return shifted.Mul(shifted, r).FloatString(places-exp) + "e-" + strconv.Itoa(exp)
}

// appendJSONText writes a value as JSON. Kinds that JSON lacks are written as
// texts, and a number without finite decimal as the nearest float64.
func appendJSONText(b []byte, v Value) []byte {
	switch v.kind {
	case KindBool:
		return strconv.AppendBool(b, v.Bool())
	case KindNumber:
		s := NumberText(v)
		if s[0] == '(' {
			s = strconv.FormatFloat(v.Float(), 'g', -1, 64)
		}
		return append(b, s...)
	case KindText, KindVersion:
		return jsontext.AppendQuoted(b, v.Text())
	case KindTime, KindDate:
		return jsontext.AppendQuoted(b, v.String())
	case KindDuration:
		return jsontext.AppendQuoted(b, durationText(v.HeldLength()))
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
			b = append(jsontext.AppendQuoted(b, m.Name), ": "...)
			b = appendJSONText(b, m.Value)
		}
		return append(b, '}')
	}
	return append(b, "null"...)
}
