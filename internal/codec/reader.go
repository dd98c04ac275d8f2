package codec

import (
	"encoding/binary"
	"time"
	"unicode/utf8"

	"github.com/segmentrules/segment/rule"
)

// A Reader reads from bytes. The first error is kept, and after it everything is zero.
type Reader struct {
	what string // that is read, for errors
	all  int    // bytes
	left []byte
	err  error
}

// NewReader returns a reader of bytes, which are called what in errors.
func NewReader(b []byte, what string) *Reader { return &Reader{what: what, all: len(b), left: b} }

// OK reports whether nothing was wrong so far.
func (r *Reader) OK() bool { return r.err == nil }

// Err returns what was wrong first.
func (r *Reader) Err() error { return r.err }

// End returns what was wrong first; bytes that nobody has read are wrong, too.
func (r *Reader) End() error {
	if r.err == nil && len(r.left) > 0 {
		r.Fail("%d bytes behind the end", len(r.left))
	}
	return r.err
}

// Fail notes that what was read cannot be.
func (r *Reader) Fail(format string, args ...any) {
	if r.err == nil {
		err := rule.Errorf(rule.ErrValue, format, args...)
		err.Msg = r.what + " as bytes, at byte " + rule.Int(int64(r.all-len(r.left))).String() + ": " + err.Msg
		r.err = err
	}
	r.left = nil
}

// take returns the next n bytes.
func (r *Reader) take(n int) []byte {
	if n > len(r.left) {
		r.Fail("it is cut off")
		return nil
	}
	b := r.left[:n]
	r.left = r.left[n:]
	return b
}

// Byte reads one byte.
func (r *Reader) Byte() byte {
	if b := r.take(1); b != nil {
		return b[0]
	}
	return 0
}

// Uvarint reads a number.
func (r *Reader) Uvarint() uint64 {
	if r.err != nil {
		return 0
	}
	n, size := binary.Uvarint(r.left)
	switch {
	case size == 0:
		r.Fail("it is cut off")
		return 0
	case size < 0 || size > 1 && r.left[size-1] == 0:
		r.Fail("a number that is none")
		return 0
	}
	r.left = r.left[size:]
	return n
}

// Varint reads a number that may be negative.
func (r *Reader) Varint() int64 {
	n := r.Uvarint()
	return int64(n>>1) ^ -int64(n&1)
}

// Uint64 reads a number of eight bytes.
func (r *Reader) Uint64() uint64 {
	if b := r.take(8); b != nil {
		return binary.LittleEndian.Uint64(b)
	}
	return 0
}

// Count reads a number that may be most at most.
func (r *Reader) Count(most int, what string) int {
	n := r.Uvarint()
	if most < 0 || n > uint64(most) {
		r.Fail("%d %s, where at most %d may be", n, what, most)
		return 0
	}
	return int(n)
}

// Blob reads bytes, which are those that are read and no copy.
func (r *Reader) Blob(most int) []byte { return r.take(r.Count(most, "bytes")) }

// Raw reads bytes of a length that is known, which are those that are read and no copy.
func (r *Reader) Raw(n int) []byte {
	if n < 0 {
		n = len(r.left) + 1
	}
	return r.take(n)
}

// Rest returns what has not been read, and reads it.
func (r *Reader) Rest() []byte { return r.take(len(r.left)) }

// Text reads a text, which must be UTF-8.
func (r *Reader) Text() string {
	b := r.Blob(MaxText)
	if !utf8.Valid(b) {
		r.Fail("a text that is not UTF-8")
		return ""
	}
	return string(b)
}

// Instant reads an instant of the years 0 to 9999, in UTC.
func (r *Reader) Instant() time.Time { return ReadInstant(r) }
