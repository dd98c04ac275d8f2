package codec

import (
	"math"
	"math/big"
	"strings"
	"time"

	"github.com/segmentrules/segment/internal/calendar"
	"github.com/segmentrules/segment/rule"
)

// Values are read in the same way from bytes and from a stream of frames: no length and no
// depth is believed that has not been looked at.

// A Source is what values are read from. After an error it gives zeros, and OK is false.
type Source interface {
	Byte() byte
	Varint() int64
	Uint64() uint64
	Count(most int, what string) int // a number up to a bound
	Text() string
	Blob(most int) []byte
	Instant() time.Time
	OK() bool
	Fail(format string, args ...any)
}

// MaxText is how long a text may be, and how many elements a list may have.
const MaxText = 1 << 30

// ReadValue reads a value that a field may have.
func ReadValue(r Source) rule.Value { return value(r, rule.DefaultDepth) }

// value reads a value with lists and objects in it that are at most so deep.
func value(r Source, depth int) (v rule.Value) {
	switch t := Tag(r.Byte()); t {
	case TagNull:
		return rule.Value{}
	case TagFalse, TagTrue:
		return rule.Bool(t == TagTrue)
	case TagInt:
		return rule.Int(r.Varint())
	case TagFloat:
		v = rule.Number(math.Float64frombits(r.Uint64()))
	case TagText:
		return rule.Text(r.Text())
	case TagTime:
		return rule.Time(r.Instant())
	case TagDate:
		days := r.Varint()
		if days < minSecond/day || days > maxSecond/day {
			r.Fail("a date outside of the years 0 to 9999")
		}
		return rule.Date(1970, time.January, int(1+days))
	case TagDuration:
		return rule.Duration(time.Duration(r.Varint()))
	case TagList:
		return list(r, depth)
	case TagObject:
		return object(r, depth)
	case TagJSON:
		v = asJSON(r)
	case TagFraction:
		return fraction(r)
	case TagLong:
		v = rule.LengthValue(calendar.Length{Sec: r.Varint(), Nsec: int64(r.Count(999_999_999, "nanoseconds"))}, rule.KindDuration)
		if v.IsNull() {
			r.Fail("a duration that is too long")
		}
	default:
		r.Fail("a value of unknown kind %d", t)
	}
	// JSON could say more than fields may hold
	if k := v.Kind(); r.OK() && (k == rule.KindInvalid || k == rule.KindVersion) {
		r.Fail("a value that no field may have")
	}
	return v
}

// asJSON reads a fraction or a long duration as snapshots before version 3 have it: a
// number, or an object of one member, {"fraction": "1/3"}, as constants of definitions.
func asJSON(r Source) rule.Value {
	text := r.Blob(rule.DefaultBytes) // as long as the JSON of a value may be
	if !r.OK() {
		return rule.Value{}
	}
	v, err := rule.ReadConstant(text)
	if err != nil {
		r.Fail("a value: %v", err)
	}
	return v
}

// fraction reads a number that is written as 1/3.
func fraction(r Source) rule.Value {
	text := string(r.Blob(1 << 16)) // more digits than any number may have
	// nothing else that a fraction may be read from, such as an exponent, of which a
	// short one stands for more digits than there is room for
	if strings.Trim(text, "-/0123456789") == "" {
		if q, ok := new(big.Rat).SetString(text); ok && q.RatString() == text {
			return rule.RatValue(q)
		}
	}
	r.Fail("a fraction that is none")
	return rule.Value{}
}

// list reads the elements of a list; room is made as they come.
func list(r Source, depth int) rule.Value {
	n := r.Count(MaxText, "elements")
	if depth == 0 {
		r.Fail("lists in lists too deep")
	}
	var vs []rule.Value
	for i := 0; i < n && r.OK(); i++ {
		// one by one: the count may be forged, the elements must be there
		vs = append(vs, value(r, depth-1))
	}
	return rule.List(vs...)
}

// object reads the members of an object, of which no two may have one name.
func object(r Source, depth int) rule.Value {
	n := r.Count(MaxText, "members")
	if depth == 0 {
		r.Fail("objects in objects too deep")
	}
	var ms []rule.Member
	seen := make(map[string]bool)
	for i := 0; i < n && r.OK(); i++ {
		m := rule.Member{Name: r.Text(), Value: value(r, depth-1)}
		if seen[m.Name] {
			r.Fail("an object with the name %q twice", m.Name)
		}
		seen[m.Name] = true
		ms = append(ms, m)
	}
	return rule.Object(ms...)
}

// ReadInstant reads an instant of the years 0 to 9999, in UTC.
func ReadInstant(r interface {
	Varint() int64
	Count(most int, what string) int
	Fail(format string, args ...any)
}) time.Time {
	sec := r.Varint()
	nsec := r.Count(999_999_999, "nanoseconds")
	if sec < minSecond || sec > maxSecond {
		r.Fail("an instant outside of the years 0 to 9999")
		sec = 0
	}
	return time.Unix(sec, int64(nsec)).UTC()
}
