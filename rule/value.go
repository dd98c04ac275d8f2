package rule

import (
	"math"
	"math/big"
	"slices"
	"strings"
	"time"
	"unsafe"

	"github.com/segmentrules/segment/internal/calendar"
)

// A value is three words: its kind, a number, and a pointer where the kind needs one (texts,
// lists, fractions). So values are passed and compared without an allocation.

// A Kind is the kind of a [Value].
type Kind uint8

// The kinds of value. KindInvalid marks input that is no value at all (a NaN,
// text that is not JSON): it evaluates as missing, and updates refuse it.
// KindVersion is what VERSION(x) gives; no field holds one.
const (
	KindNull Kind = iota
	KindBool
	KindNumber
	KindText
	KindTime
	KindDate
	KindDuration
	KindList
	KindObject
	KindVersion
	KindInvalid
)

// A Value is a field's value or a constant. The zero Value is null, which
// means missing. It is three words, and holds every scalar without an
// allocation; it is immutable, so values may be shared between goroutines.
//
// Numbers are exact: integers through the whole of int64 and uint64, other
// numbers as the decimal they are written as (0.1 is one tenth), and results
// of arithmetic as fractions. A time is an instant to the nanosecond, without
// a zone; a date is a calendar day.
type Value struct {
	_    [0]func() // no ==: numbers and texts compare with Equal
	kind Kind
	form Form
	nsec uint32 // of a time or duration, 0 to 999,999,999; how deep a list or object nests
	n    uint64 // bits of a number; seconds; days; length of a text or list
	p    unsafe.Pointer
}

// A Form is how a kind is held in a Value.
type Form uint8

const (
	FormInt   Form = iota // numbers: n is an int64; lists and objects: p is their slice
	FormUint              // a number above MaxInt64: n is a uint64
	FormFloat             // a number that is no int64 or uint64: n is the float64 with its shortest decimal
	FormRat               // any other number: p is a *big.Rat
)

// Bool returns a bool value.
func Bool(b bool) Value {
	if b {
		return Value{kind: KindBool, n: 1}
	}
	return Value{kind: KindBool}
}

// Int returns an integer as a number.
func Int(i int64) Value { return Value{kind: KindNumber, n: uint64(i)} }

// Uint returns an unsigned integer as a number.
func Uint(u uint64) Value {
	if u <= math.MaxInt64 {
		return Int(int64(u))
	}
	return Value{kind: KindNumber, form: FormUint, n: u}
}

// Number returns a number: the decimal that f prints as. NaN and the
// infinities give an invalid value.
func Number(f float64) Value {
	switch {
	case f != f || math.IsInf(f, 0):
		return Value{kind: KindInvalid}
	case f == math.Trunc(f) && f >= -1<<63 && f < 1<<63:
		return integralFloat(f)
	}
	return NormalFloat(f)
}

// Decimal returns the number that a text writes as JSON does ("12.50", "-1e3"), exactly;
// any other text gives an invalid value.
func Decimal(text string) Value {
	if v, ok := ParseNumber(text); ok {
		return v
	}
	return Value{kind: KindInvalid}
}

// Cents returns a number of hundredths, exactly: Cents(1250) is 12.5.
func Cents(n int64) Value {
	if n%100 == 0 {
		return Int(n / 100)
	}
	return RatValue(big.NewRat(n, 100))
}

// Text returns a text value.
func Text(s string) Value {
	return Value{kind: KindText, n: uint64(len(s)), p: unsafe.Pointer(unsafe.StringData(s))}
}

// Time returns an instant. Its zone is dropped.
func Time(t time.Time) Value {
	return Value{kind: KindTime, n: uint64(t.Unix()), nsec: uint32(t.Nanosecond())}
}

// Date returns a calendar day; a day beyond the month's end runs on into the
// next, as in [time.Date].
func Date(year int, month time.Month, day int) Value {
	return DateValue(calendar.DayNumber(year, month, day))
}

// Duration returns a duration.
func Duration(d time.Duration) Value {
	return DurationValue(calendar.Length{Sec: int64(d / time.Second), Nsec: int64(d % time.Second)})
}

// Invalid returns the value of input that is no value at all. See [KindInvalid].
func Invalid() Value { return Value{kind: KindInvalid} }

// InstantAt returns the instant that is some seconds after 1970 began in UTC.
func InstantAt(seconds int64) Value { return Value{kind: KindTime, n: uint64(seconds)} }

// List returns a list of values. The slice is kept: do not change it. Lists and
// objects that nest deeper than [MaxDepth] are invalid.
func List(vs ...Value) Value {
	depth := uint32(0)
	for i := range vs {
		depth = max(depth, vs[i].depth())
	}
	if depth >= MaxDepth {
		return Value{kind: KindInvalid}
	}
	return Value{kind: KindList, nsec: depth + 1, n: uint64(len(vs)), p: unsafe.Pointer(unsafe.SliceData(vs))}
}

// Object returns an object value with the given members. The slice is kept; no
// name may stand twice. For the depth see [List].
func Object(ms ...Member) Value {
	depth := uint32(0)
	for i := range ms {
		depth = max(depth, ms[i].Value.depth())
	}
	if depth >= MaxDepth {
		return Value{kind: KindInvalid}
	}
	return Value{kind: KindObject, nsec: depth + 1, n: uint64(len(ms)), p: unsafe.Pointer(unsafe.SliceData(ms))}
}

// depth is how deep lists and objects nest in a value: counted as they are made, so
// that whatever recurses over a value need not.
func (v Value) depth() uint32 {
	if v.kind == KindList || v.kind == KindObject {
		return v.nsec
	}
	return 0
}

// A Member is one name and value of an object.
type Member struct {
	Name  string
	Value Value
}

// DateValue returns the calendar day that is some days after 1 January 1970.
func DateValue(days int64) Value { return Value{kind: KindDate, n: uint64(days)} }

// Kind returns the value's kind.
func (v Value) Kind() Kind { return v.kind }

// Word returns the number by which a value is held, for code that compiles
// rules: of a bool 0 or 1; of an instant or a duration its seconds, of a date its
// days since 1970, both in two's complement; of a text or a list its length; of a
// number what its [Value.Form] says.
func (v Value) Word() uint64 { return v.n }

// Nanos returns the nanoseconds of an instant or a duration that come on top of
// its whole seconds.
func (v Value) Nanos() uint32 { return v.nsec }

// Form returns how a number is held, for code that compiles rules.
func (v Value) Form() Form { return v.form }

// IsNull reports whether the value is missing: null, or invalid.
func (v Value) IsNull() bool { return v.kind == KindNull || v.kind == KindInvalid }

// Bool returns the value of a bool, and false for all else.
func (v Value) Bool() bool { return v.kind == KindBool && v.n == 1 }

// Text returns the text of a text (or version), and "" for all else.
func (v Value) Text() string {
	if v.kind != KindText && v.kind != KindVersion {
		return ""
	}
	return unsafe.String((*byte)(v.p), int(v.n))
}

// Held returns kind, [Value.Form] and [Value.Word] at once. Unlike these it copies
// nothing, which counts in a loop that takes some ten nanoseconds a value.
func (v *Value) Held() (kind Kind, form Form, word uint64) { return v.kind, v.form, v.n }

// RawText is the text of a value that is known to be one.
func (v *Value) RawText() string { return unsafe.String((*byte)(v.p), int(v.n)) }

// Time returns the instant of a time, in UTC, and the zero time for all else.
func (v Value) Time() time.Time {
	if v.kind != KindTime {
		return time.Time{}
	}
	return time.Unix(int64(v.n), int64(v.nsec)).UTC()
}

// Date returns the year, month and day of a date, and zeros for all else.
func (v Value) Date() (year int, month time.Month, day int) {
	if v.kind != KindDate {
		return 0, 0, 0
	}
	return calendar.Civil(int64(v.n))
}

// Duration returns a duration, saturating at the ends of [time.Duration]; 0
// for all else.
func (v Value) Duration() time.Duration {
	if v.kind != KindDuration {
		return 0
	}
	return v.HeldLength().Duration()
}

// List returns the elements of a list, nil for all else. Do not change them.
func (v Value) List() []Value {
	if v.kind != KindList {
		return nil
	}
	return unsafe.Slice((*Value)(v.p), int(v.n))
}

// Members returns the members of an object, nil for all else. Do not change them.
func (v Value) Members() []Member {
	if v.kind != KindObject {
		return nil
	}
	return unsafe.Slice((*Member)(v.p), int(v.n))
}

// Member returns the member of an object with this name, null if there is none.
func (v Value) Member(name string) Value {
	for _, m := range v.Members() {
		if m.Name == name {
			return m.Value
		}
	}
	return Value{}
}

// At follows a path of names into nested objects; null where one is absent or
// no object.
func (v Value) At(names ...string) Value {
	for _, name := range names {
		v = v.Member(name)
	}
	return v
}

// Blank reports whether the value counts as empty for IS BLANK.
func (v Value) Blank() bool {
	switch v.kind {
	case KindNull, KindInvalid:
		return true
	case KindText:
		return strings.TrimSpace(v.Text()) == ""
	case KindList, KindObject:
		return v.n == 0
	}
	return false
}

// Words is the kind as a sentence names it, with its article: a number.
func (k Kind) Words() string {
	words := [...]string{"missing", "a yes or no", "a number", "a text", "an instant", "a date", "a duration", "a list",
		"an object", "a version", "missing"}
	return words[min(k, KindInvalid)]
}

// String returns the kind in one word, as a schema writes it.
func (k Kind) String() string {
	names := [...]string{"null", "bool", "number", "text", "time", "date", "duration", "list", "object", "version"}
	if int(k) < len(names) {
		return names[k]
	}
	return "invalid"
}

// Clone returns the value in memory of its own. One that a program has read may lie
// in memory that its next run uses again. The cost grows with the value.
func (v Value) Clone() Value {
	switch v.kind {
	case KindText:
		return Text(strings.Clone(v.Text()))
	case KindVersion:
		w := Text(strings.Clone(v.Text()))
		w.kind = KindVersion
		return w
	case KindList:
		vs := slices.Clone(v.List())
		for i := range vs {
			vs[i] = vs[i].Clone()
		}
		return List(vs...)
	case KindObject:
		ms := slices.Clone(v.Members())
		for i, m := range ms {
			ms[i] = Member{strings.Clone(m.Name), m.Value.Clone()}
		}
		return Object(ms...)
	}
	return v
}
