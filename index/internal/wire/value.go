package wire

import (
	"encoding/binary"
	"slices"
	"strings"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/internal/codec"
)

// A value of a field in a frame: as package codec has it.

// AppendValue appends a value to a text that is hashed: values that are equal,
// objects in whatever order, append the same.
func AppendValue(b []byte, v segment.Value) []byte {
	switch t := codec.TagOf(v); t {
	case codec.TagText:
		return AppendText(append(b, byte(t)), v.Text())
	case codec.TagList:
		b = binary.AppendUvarint(append(b, byte(t)), uint64(len(v.List())))
		for _, e := range v.List() {
			b = AppendValue(b, e)
		}
		return b
	case codec.TagObject:
		ms := sortedMembers(v.Members())
		b = binary.AppendUvarint(append(b, byte(t)), uint64(len(ms)))
		for _, m := range ms {
			b = AppendValue(AppendText(b, m.Name), m.Value)
		}
		return b
	case codec.TagFraction:
		return AppendText(append(b, byte(codec.TagJSON)), v.Rat().RatString()) // a mark that digests have had for long
	default:
		return codec.AppendScalar(b, t, v)
	}
}

// AppendText appends a text and its length.
func AppendText[T ~string | ~[]byte](b []byte, s T) []byte { return codec.AppendText(b, s) }

// Value reads a value that a field may have.
func (r *Reader) Value() segment.Value { return codec.ReadValue(r) }

// Uint64 reads a number of eight bytes.
func (r *Reader) Uint64() uint64 {
	if !r.more(8) {
		return 0
	}
	n := binary.LittleEndian.Uint64(r.left)
	r.left = r.left[8:]
	return n
}

// Instant writes an instant.
func (w *Writer) Instant(t time.Time) {
	w.Varint(t.Unix())
	w.Count(t.Nanosecond())
}

// Instant reads an instant of the years 0 to 9999, in UTC.
func (r *Reader) Instant() time.Time { return codec.ReadInstant(r) }

// sortedMembers returns members in order of their names.
func sortedMembers(ms []segment.Member) []segment.Member {
	ms = slices.Clone(ms)
	slices.SortFunc(ms, func(a, b segment.Member) int { return strings.Compare(a.Name, b.Name) })
	return ms
}
