package cell

// A cell is read in two steps: from the driver's Go type to a text or a number,
// and from that, by the form of the column, to a value.

import (
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/segmentrules/segment"
)

// A Form is how a statement asks for a value.
type Form uint8

// The forms.
const (
	Text    Form = iota
	Number       // an integer or an exact decimal, as a text or a number
	Float        // a float of 64 bits
	Bool         // true and false, or 1 and 0
	Instant      // microseconds since 1970, or a text: 2026-01-31 10:00:00.5 in UTC; also of a date and time without zone
	Day          // days since 1970, or a text: 2026-01-31
	Seconds      // an instant as a whole number of seconds since 1970
	Millis       // of milliseconds
	Micros       // of microseconds
	Nanos        // of nanoseconds
	JSON         // a text of JSON
	ISO          // an instant as a text: 2026-01-31T10:00:00.5Z
)

// Read is the value of a cell, null where it has none: NULL, or what does not
// read as the form, such as a float that is infinite. scale is for a Number that
// counts hundredths or the like: 1250 of the scale 2 is 12.5.
func Read(form Form, scale int, x any) segment.Value {
	if x = plain(x); x == nil {
		return segment.Value{}
	}
	v := read(form, scale, x)
	if v.Kind() == segment.KindInvalid {
		return segment.Value{}
	}
	return v
}

func read(form Form, scale int, x any) segment.Value {
	switch form {
	case Text:
		return segment.Text(text(x))
	case JSON:
		return document(text(x))
	case Number:
		return number(text(x), scale)
	case Float:
		return float(x)
	case Bool:
		return boolean(x)
	case Instant, ISO:
		return instant(x)
	case Day:
		return day(x)
	}
	n, err := strconv.ParseInt(text(x), 10, 64)
	if err != nil {
		return segment.Value{}
	}
	switch form {
	case Seconds:
		// Beyond that time.Time counts over, and the far future comes before all else.
		const furthest = 9_000_000_000_000_000_000
		return segment.Time(time.Unix(min(max(n, -furthest), furthest), 0))
	case Millis:
		return segment.Time(time.UnixMilli(n))
	case Micros:
		return segment.Time(time.UnixMicro(n))
	}
	return segment.Time(time.Unix(0, n))
}

// String is the text of a cell; ok is false of NULL.
func String(x any) (s string, ok bool) {
	if x = plain(x); x == nil {
		return "", false
	}
	return text(x), true
}

// plain is what a pointer points to, nil where that is nothing.
func plain(x any) any {
	switch x := x.(type) {
	case []byte:
		if x == nil {
			return nil
		}
		return x
	case nil, string, int64, float64, bool, time.Time:
		return x
	}
	v := reflect.ValueOf(x)
	for v.Kind() == reflect.Pointer {
		if v.IsNil() {
			return nil
		}
		if _, ok := v.Interface().(fmt.Stringer); ok {
			break // a *big.Int, say
		}
		v = v.Elem()
	}
	return v.Interface()
}

// layout is how an instant is written where a driver gives one as a time.Time.
const layout = "2006-01-02 15:04:05.999999999"

// text is a cell as its text.
func text(x any) string {
	switch x := x.(type) {
	case string:
		return x
	case []byte:
		return string(x)
	case int64:
		return strconv.FormatInt(x, 10)
	case float64:
		return strconv.FormatFloat(x, 'g', -1, 64)
	case float32:
		return strconv.FormatFloat(float64(x), 'g', -1, 64)
	case time.Time:
		return x.UTC().Format(layout)
	case fmt.Stringer:
		return x.String()
	}
	if k := reflect.ValueOf(x).Kind(); k == reflect.Map || k == reflect.Slice {
		if b, err := json.Marshal(x); err == nil {
			return string(b)
		}
	}
	return fmt.Sprint(x)
}

// number is an integer or decimal of a scale.
func number(s string, scale int) segment.Value {
	s = strings.TrimSpace(s)
	if scale > 0 {
		s += "e-" + strconv.Itoa(scale)
	}
	return segment.Decimal(s)
}

func float(x any) segment.Value {
	if f, ok := x.(float64); ok {
		return segment.Number(f)
	}
	f, err := strconv.ParseFloat(strings.TrimSpace(text(x)), 64)
	if err != nil {
		f = math.NaN()
	}
	return segment.Number(f)
}

func boolean(x any) segment.Value {
	switch strings.ToLower(text(x)) {
	case "1", "t", "true":
		return segment.Bool(true)
	case "0", "f", "false":
		return segment.Bool(false)
	}
	return segment.Value{}
}

func instant(x any) segment.Value {
	s := text(x)
	if n, err := strconv.ParseInt(s, 10, 64); err == nil {
		return segment.Time(time.UnixMicro(n))
	}
	if t, err := time.Parse(layout, strings.TrimSuffix(strings.Replace(s, "T", " ", 1), "Z")); err == nil {
		return segment.Time(t)
	}
	return segment.Value{}
}

func day(x any) segment.Value {
	s := text(x)
	if n, err := strconv.Atoi(s); err == nil {
		return segment.Date(1970, time.January, 1+n)
	}
	if len(s) > len(time.DateOnly) {
		s = s[:len(time.DateOnly)]
	}
	if t, err := time.Parse(time.DateOnly, s); err == nil {
		y, m, d := t.Date()
		return segment.Date(y, m, d)
	}
	return segment.Value{}
}
