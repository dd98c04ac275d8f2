package wire

import (
	"encoding/binary"
	"math"
	"math/big"
	"slices"
	"strings"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/internal/calendar"
	"github.com/segmentrules/segment/rule"
)

// A value of a field as bytes: a tag for its kind, then no more than the kind needs. The
// reader believes no length and no depth that it has not looked at.

// A tag says how a value is written.
type tag byte

const (
	tagNull tag = iota
	tagFalse
	tagTrue
	tagInt
	tagFloat
	tagText
	tagTime
	tagDate
	tagDuration
	tagList
	tagObject
	tagJSON     // what is none of these, as JSON: only in snapshots before version 3
	tagFraction // a number that is none of these: as 1/3
	tagLong     // a duration that no [time.Duration] holds: seconds and nanoseconds
)

// tagOf says how a value is to be written: in the shortest way that gives it back exactly.
func tagOf(v segment.Value) tag {
	switch v.Kind() {
	// no field has an invalid value
	case segment.KindNull, segment.KindInvalid:
		return tagNull
	case segment.KindBool:
		if v.Bool() {
			return tagTrue
		}
		return tagFalse
	case segment.KindNumber:
		if _, ok := v.Int(); ok {
			return tagInt
		}
		// other numbers, such as a third, are fractions
		if segment.Number(v.Float()).Equal(v) {
			return tagFloat
		}
		return tagFraction
	case segment.KindText:
		return tagText
	case segment.KindTime:
		return tagTime
	case segment.KindDate:
		return tagDate
	case segment.KindDuration:
		if segment.Duration(v.Duration()).Equal(v) {
			return tagDuration
		}
		return tagLong
	case segment.KindList:
		return tagList
	case segment.KindObject:
		return tagObject
	}
	return tagNull // a version, which no field has
}

// day is the seconds of a day.
const day = 24 * 60 * 60

// Instants and days that values may have: the years 0 to 9999.
const (
	minSecond = -62167219200
	maxSecond = 253402300799
)

// appendScalar appends a value that is neither a text nor made of others.
func appendScalar(b []byte, t tag, v segment.Value) []byte {
	b = append(b, byte(t))
	switch t {
	case tagInt:
		i, _ := v.Int()
		b = binary.AppendVarint(b, i)
	case tagFloat:
		b = binary.LittleEndian.AppendUint64(b, math.Float64bits(v.Float()))
	case tagTime:
		at := v.Time()
		b = binary.AppendVarint(b, at.Unix())
		b = binary.AppendUvarint(b, uint64(at.Nanosecond()))
	case tagDate:
		y, m, d := v.Date()
		b = binary.AppendVarint(b, time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix()/day)
	case tagDuration:
		b = binary.AppendVarint(b, int64(v.Duration()))
	case tagLong:
		d := v.AsLength()
		b = binary.AppendVarint(b, d.Sec)
		b = binary.AppendUvarint(b, uint64(d.Nsec))
	}
	return b
}

// AppendValue appends a value to a text that is hashed: values that are equal,
// objects in whatever order, append the same.
func AppendValue(b []byte, v segment.Value) []byte {
	switch t := tagOf(v); t {
	case tagText:
		return AppendText(append(b, byte(t)), v.Text())
	case tagList:
		b = binary.AppendUvarint(append(b, byte(t)), uint64(len(v.List())))
		for _, e := range v.List() {
			b = AppendValue(b, e)
		}
		return b
	case tagObject:
		ms := sortedMembers(v.Members())
		b = binary.AppendUvarint(append(b, byte(t)), uint64(len(ms)))
		for _, m := range ms {
			b = AppendValue(AppendText(b, m.Name), m.Value)
		}
		return b
	case tagFraction:
		return AppendText(append(b, byte(tagJSON)), v.Rat().RatString()) // a mark that digests have had for long
	default:
		return appendScalar(b, t, v)
	}
}

// AppendText appends a text and its length.
func AppendText[T ~string | ~[]byte](b []byte, s T) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

// Value reads a value that a field may have.
func (r *Reader) Value() segment.Value { return r.value(rule.DefaultDepth) }

// value reads a value with lists and objects in it that are at most so deep.
func (r *Reader) value(depth int) (v segment.Value) {
	switch t := tag(r.Byte()); t {
	case tagNull:
		return segment.Value{}
	case tagFalse, tagTrue:
		return segment.Bool(t == tagTrue)
	case tagInt:
		return segment.Int(r.Varint())
	case tagFloat:
		v = segment.Number(math.Float64frombits(r.Uint64()))
	case tagText:
		return segment.Text(r.Text())
	case tagTime:
		return segment.Time(r.Instant())
	case tagDate:
		days := r.Varint()
		if days < minSecond/day || days > maxSecond/day {
			r.Fail("a date outside of the years 0 to 9999")
		}
		return segment.Date(1970, time.January, int(1+days))
	case tagDuration:
		return segment.Duration(time.Duration(r.Varint()))
	case tagList:
		return r.list(depth)
	case tagObject:
		return r.object(depth)
	case tagJSON:
		v = r.asJSON()
	case tagFraction:
		return r.fraction()
	case tagLong:
		v = rule.LengthValue(calendar.Length{Sec: r.Varint(), Nsec: int64(r.Count(999_999_999, "nanoseconds"))}, segment.KindDuration)
		if v.IsNull() {
			r.Fail("a duration that is too long")
		}
	default:
		r.Fail("a value of unknown kind %d", t)
	}
	// JSON could say more than fields may hold
	if k := v.Kind(); r.OK() && (k == segment.KindInvalid || k == segment.KindVersion) {
		r.Fail("a value that no field may have")
	}
	return v
}

// asJSON reads a fraction or a long duration as snapshots before version 3 have it: a
// number, or an object of one member, {"fraction": "1/3"}, as constants of definitions.
func (r *Reader) asJSON() segment.Value {
	text := r.Blob(rule.DefaultBytes) // as long as the JSON of a value may be
	if !r.OK() {
		return segment.Value{}
	}
	v, err := rule.ReadConstant(text)
	if err != nil {
		r.Fail("a value: %v", err)
	}
	return v
}

// fraction reads a number that is written as 1/3.
func (r *Reader) fraction() segment.Value {
	text := string(r.Blob(1 << 16)) // more digits than any number may have
	// nothing else that a fraction may be read from, such as an exponent, of which a
	// short one stands for more digits than there is room for
	if strings.Trim(text, "-/0123456789") == "" {
		if q, ok := new(big.Rat).SetString(text); ok && q.RatString() == text {
			return rule.RatValue(q)
		}
	}
	r.Fail("a fraction that is none")
	return segment.Value{}
}

// Uint64 reads a number of eight bytes.
func (r *Reader) Uint64() uint64 {
	if !r.more(8) {
		return 0
	}
	n := binary.LittleEndian.Uint64(r.left)
	r.left = r.left[8:]
	return n
}

// list reads the elements of a list; room is made as they come.
func (r *Reader) list(depth int) segment.Value {
	n := r.Count(MaxText, "elements")
	if depth == 0 {
		r.Fail("lists in lists too deep")
	}
	var vs []segment.Value
	for i := 0; i < n && r.OK(); i++ {
		// one by one: the count may be forged, the elements must be there
		vs = append(vs, r.value(depth-1))
	}
	return segment.List(vs...)
}

// object reads the members of an object, of which no two may have one name.
func (r *Reader) object(depth int) segment.Value {
	n := r.Count(MaxText, "members")
	if depth == 0 {
		r.Fail("objects in objects too deep")
	}
	var ms []segment.Member
	seen := make(map[string]bool)
	for i := 0; i < n && r.OK(); i++ {
		m := segment.Member{Name: r.Text(), Value: r.value(depth - 1)}
		if seen[m.Name] {
			r.Fail("an object with the name %q twice", m.Name)
		}
		seen[m.Name] = true
		ms = append(ms, m)
	}
	return segment.Object(ms...)
}

// Instant writes an instant.
func (w *Writer) Instant(t time.Time) {
	w.Varint(t.Unix())
	w.Count(t.Nanosecond())
}

// Instant reads an instant of the years 0 to 9999, in UTC.
func (r *Reader) Instant() time.Time {
	sec := r.Varint()
	nsec := r.Count(999_999_999, "nanoseconds")
	if sec < minSecond || sec > maxSecond {
		r.Fail("an instant outside of the years 0 to 9999")
		sec = 0
	}
	return time.Unix(sec, int64(nsec)).UTC()
}

// sortedMembers returns members in order of their names.
func sortedMembers(ms []segment.Member) []segment.Member {
	ms = slices.Clone(ms)
	slices.SortFunc(ms, func(a, b segment.Member) int { return strings.Compare(a.Name, b.Name) })
	return ms
}
