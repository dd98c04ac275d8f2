package codec

import (
	"encoding/binary"
	"math"
	"time"

	"github.com/segmentrules/segment/rule"
)

// A value of a field as bytes: a tag for its kind, then no more than the kind needs.

// A Tag says how a value is written.
type Tag byte

// The tags.
const (
	TagNull Tag = iota
	TagFalse
	TagTrue
	TagInt
	TagFloat
	TagText
	TagTime
	TagDate
	TagDuration
	TagList
	TagObject
	TagJSON     // what is none of these, as JSON: only in snapshots before version 3
	TagFraction // a number that is none of these: as 1/3
	TagLong     // a duration that no [time.Duration] holds: seconds and nanoseconds
)

// TagOf says how a value is to be written: in the shortest way that gives it back exactly.
func TagOf(v rule.Value) Tag {
	switch v.Kind() {
	// no field has an invalid value
	case rule.KindNull, rule.KindInvalid:
		return TagNull
	case rule.KindBool:
		if v.Bool() {
			return TagTrue
		}
		return TagFalse
	case rule.KindNumber:
		if _, ok := v.Int(); ok {
			return TagInt
		}
		// other numbers, such as a third, are fractions
		if rule.Number(v.Float()).Equal(v) {
			return TagFloat
		}
		return TagFraction
	case rule.KindText:
		return TagText
	case rule.KindTime:
		return TagTime
	case rule.KindDate:
		return TagDate
	case rule.KindDuration:
		if rule.Duration(v.Duration()).Equal(v) {
			return TagDuration
		}
		return TagLong
	case rule.KindList:
		return TagList
	case rule.KindObject:
		return TagObject
	}
	return TagNull // a version, which no field has
}

// day is the seconds of a day.
const day = 24 * 60 * 60

// Instants and days that values may have: the years 0 to 9999.
const (
	minSecond = -62167219200
	maxSecond = 253402300799
)

// AppendScalar appends a value that is neither a text nor made of others.
func AppendScalar(b []byte, t Tag, v rule.Value) []byte {
	b = append(b, byte(t))
	switch t {
	case TagInt:
		i, _ := v.Int()
		b = binary.AppendVarint(b, i)
	case TagFloat:
		b = binary.LittleEndian.AppendUint64(b, math.Float64bits(v.Float()))
	case TagTime:
		b = AppendInstant(b, v.Time())
	case TagDate:
		y, m, d := v.Date()
		b = binary.AppendVarint(b, time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix()/day)
	case TagDuration:
		b = binary.AppendVarint(b, int64(v.Duration()))
	case TagLong:
		d := v.AsLength()
		b = binary.AppendVarint(b, d.Sec)
		b = binary.AppendUvarint(b, uint64(d.Nsec))
	}
	return b
}

// AppendValue appends a value exactly: objects with their members in the order they have.
func AppendValue(b []byte, v rule.Value) []byte {
	switch t := TagOf(v); t {
	case TagText:
		return AppendText(append(b, byte(t)), v.Text())
	case TagList:
		b = binary.AppendUvarint(append(b, byte(t)), uint64(len(v.List())))
		for _, e := range v.List() {
			b = AppendValue(b, e)
		}
		return b
	case TagObject:
		b = binary.AppendUvarint(append(b, byte(t)), uint64(len(v.Members())))
		for _, m := range v.Members() {
			b = AppendValue(AppendText(b, m.Name), m.Value)
		}
		return b
	case TagFraction:
		return AppendText(append(b, byte(t)), v.Rat().RatString())
	default:
		return AppendScalar(b, t, v)
	}
}

// HasInstant reports whether an instant is one that can be written: of the years 0 to 9999
// in UTC.
func HasInstant(t time.Time) bool {
	s := t.Unix()
	return s >= minSecond && s <= maxSecond
}

// AppendInstant appends an instant of the years 0 to 9999, to the nanosecond.
func AppendInstant(b []byte, t time.Time) []byte {
	return binary.AppendUvarint(binary.AppendVarint(b, t.Unix()), uint64(t.Nanosecond()))
}

// AppendText appends a text and its length.
func AppendText[T ~string | ~[]byte](b []byte, s T) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}
