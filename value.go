package segment

import (
	"time"

	"github.com/segmentrules/segment/rule"
)

// A Value is a field's value or a constant. The zero Value is null, which
// means missing. It is three words, and holds every scalar without an
// allocation; it is immutable, so values may be shared between goroutines.
//
// Numbers are exact: integers through the whole of int64 and uint64, other
// numbers as the decimal they are written as (0.1 is one tenth), and results
// of arithmetic as fractions. A time is an instant to the nanosecond, without
// a zone; a date is a calendar day.
type Value = rule.Value

// A Member is a name and a value in an object.
type Member = rule.Member

// A Kind is the kind of a [Value].
type Kind = rule.Kind

// The kinds of value. KindInvalid marks input that is no value at all (a NaN,
// text that is not JSON): it evaluates as missing, and updates refuse it.
// KindVersion is what VERSION(x) gives; no field holds one.
const (
	KindNull     = rule.KindNull
	KindBool     = rule.KindBool
	KindNumber   = rule.KindNumber
	KindText     = rule.KindText
	KindTime     = rule.KindTime
	KindDate     = rule.KindDate
	KindDuration = rule.KindDuration
	KindList     = rule.KindList
	KindObject   = rule.KindObject
	KindVersion  = rule.KindVersion
	KindInvalid  = rule.KindInvalid
)

// Bool returns a bool value.
func Bool(b bool) Value { return rule.Bool(b) }

// Int returns an integer as a number.
func Int(i int64) Value { return rule.Int(i) }

// Uint returns an unsigned integer as a number.
func Uint(u uint64) Value { return rule.Uint(u) }

// Number returns a number: the decimal that f prints as. NaN and the
// infinities give an invalid value.
func Number(f float64) Value { return rule.Number(f) }

// Decimal returns the number that a text writes as JSON does ("12.50", "-1e3"),
// exactly: for amounts that a host keeps as text. Any other text gives an invalid
// value, which updates refuse.
func Decimal(text string) Value { return rule.Decimal(text) }

// Cents returns a number of hundredths, exactly: Cents(1250) is 12.5. For amounts that a
// host keeps in the smaller unit.
func Cents(n int64) Value { return rule.Cents(n) }

// Text returns a text value.
func Text(s string) Value { return rule.Text(s) }

// Time returns an instant. Its zone is dropped.
func Time(t time.Time) Value { return rule.Time(t) }

// Date returns a calendar day; a day beyond the month's end runs on into the
// next, as in [time.Date].
func Date(year int, month time.Month, day int) Value { return rule.Date(year, month, day) }

// Duration returns a duration.
func Duration(d time.Duration) Value { return rule.Duration(d) }

// List returns a list of values. The slice is kept: do not change it. Lists and
// objects that nest deeper than [rule.MaxDepth] are invalid.
func List(vs ...Value) Value { return rule.List(vs...) }

// Object returns an object value with the given members. The slice is kept; no
// name may stand twice. For the depth see [List].
func Object(ms ...Member) Value { return rule.Object(ms...) }

// JSON returns the value that a JSON text is: objects and arrays whole,
// numbers exact. Text that is not JSON gives an invalid value; [ParseJSON]
// says what is wrong with it.
func JSON[T ~string | ~[]byte](text T) Value { return rule.JSON(text) }

// ParseJSON reads a JSON text as a value. It refuses what JSON readers disagree
// about: duplicate names, invalid UTF-8, half a surrogate pair, numbers beyond
// float64, anything behind the value, and nesting or size beyond the default
// limits. An error is an [*Error] with the place. Its cost grows with the text.
func ParseJSON(text []byte) (Value, error) { return rule.ParseJSON(text) }
