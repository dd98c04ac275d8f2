package wire

import (
	"encoding/binary"
	"errors"
	"hash/crc32"
	"io"
	"unicode/utf8"

	"github.com/segmentrules/segment/internal/codec"
)

// A Reader reads what a [Writer] has written. The first error is kept; from then
// on it reads zeros, so that whoever counts must look at Err. It holds one frame
// in memory.
type Reader struct {
	in    io.Reader
	table *crc32.Table
	frame []byte // as read: payload and checksum
	left  []byte // what is left of the payload
	head  [headerSize]byte
	kind  byte
	last  bool
	sum   uint32
	at    int64 // where the frame began
	next  int64
	long  []byte // a blob that lies across frames
	err   error
}

// NewReader returns a reader of a file behind its preamble.
func NewReader(in io.Reader, preamble []byte) *Reader {
	r := &Reader{in: in, table: castagnoli(), last: true, next: int64(len(preamble))}
	r.sum = crc32.Checksum(preamble, r.table)
	return r
}

// Err returns what was wrong first.
func (r *Reader) Err() error { return r.err }

// OK reports whether nothing was wrong so far.
func (r *Reader) OK() bool { return r.err == nil }

// Fail notes that what was read cannot be.
func (r *Reader) Fail(format string, args ...any) {
	r.failWith(corrupt(r.at, format, args...))
}

// failWith keeps an error, if it is the first, and leaves nothing to be read.
func (r *Reader) failWith(err error) {
	if r.err == nil {
		r.err = err
	}
	r.left = nil
}

// Section goes to the next section, which must be of the kind; all of the one
// before must have been read.
func (r *Reader) Section(kind byte) {
	// what nobody has read says that writer and reader do not agree on what a section holds
	if r.err == nil && (len(r.left) > 0 || !r.last) {
		r.Fail("section %d is longer than what it says", r.kind)
	}
	if r.err == nil {
		r.kind = kind
		r.load()
	}
}

// Close reads the end of the file, and returns what was wrong.
func (r *Reader) Close() error {
	r.Section(End)
	var one [1]byte
	if r.err != nil {
		return r.err
	}
	// Section has loaded the frame of the end, which says nothing
	if len(r.left) > 0 {
		r.Fail("the end is not empty")
	}
	// nothing may follow the end
	switch n, err := io.ReadFull(r.in, one[:]); {
	case n > 0:
		r.Fail("bytes behind the end")
	case !errors.Is(err, io.EOF):
		r.failWith(err)
	}
	return r.err
}

// load reads a frame of the section.
func (r *Reader) load() {
	r.at, r.left = r.next, nil
	if !r.fill(r.head[:]) {
		return
	}
	h := r.head[:]
	// the header is checked by itself, since its length is believed before the payload is read
	if crc32.Checksum(h[:6], r.table) != binary.LittleEndian.Uint32(h[6:]) {
		r.Fail("the checksum of a frame's header does not fit")
		return
	}
	size := binary.LittleEndian.Uint32(h[2:])
	switch {
	case h[0] != r.kind:
		r.Fail("section %d where section %d is expected", h[0], r.kind)
	case h[1] > 1 || size > maxPayload || size == 0 && h[1] == 0:
		r.Fail("a frame of %d bytes, marked %d", size, h[1])
	}
	if r.err != nil {
		return
	}
	// one buffer for all frames, made when one is known to be sound, and larger when it must be
	if int(size)+sumSize > len(r.frame) {
		r.frame = make([]byte, min(max(int(size)+sumSize, 4*len(r.frame)), maxPayload+sumSize))
	}
	frame := r.frame[:size+sumSize]
	if !r.fill(frame) {
		return
	}
	r.sum = crc32.Update(crc32.Update(r.sum, r.table, h), r.table, frame[:size])
	if r.sum != binary.LittleEndian.Uint32(frame[size:]) {
		r.Fail("the checksum of a frame does not fit")
		return
	}
	r.last, r.left = h[1] == 1, frame[:size]
}

// fill reads exactly so many bytes, and reports whether they were there.
func (r *Reader) fill(b []byte) bool {
	n, err := io.ReadFull(r.in, b)
	r.next += int64(n)
	switch {
	case err == nil:
		return true
	case errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF):
		r.failWith(corrupt(r.next, "it ends too soon"))
	default:
		r.failWith(err)
	}
	return false
}

// more makes sure that there are n bytes of payload, which lie in one frame.
func (r *Reader) more(n int) bool {
	if len(r.left) >= n {
		return true
	}
	if r.err != nil {
		return false
	}
	// The next frame comes when all of this one is read: a writer begins one where a number
	// would not fit, and never divides it.
	if len(r.left) == 0 && !r.last {
		r.load()
	}
	if len(r.left) < n && r.err == nil {
		r.Fail("section %d ends too soon", r.kind)
	}
	return r.err == nil
}

// Byte reads one byte.
func (r *Reader) Byte() byte {
	if !r.more(1) {
		return 0
	}
	b := r.left[0]
	r.left = r.left[1:]
	return b
}

// Bool reads whether something is so.
func (r *Reader) Bool() bool {
	b := r.Byte()
	// one way only to write a thing: what is read and written again has the same bytes
	if b > 1 {
		r.Fail("%d is neither yes nor no", b)
	}
	return b == 1
}

// Uvarint reads a number.
func (r *Reader) Uvarint() uint64 {
	// most numbers are below 128, one byte, and read without a call
	if len(r.left) > 0 && r.left[0] < 0x80 {
		n := r.left[0]
		r.left = r.left[1:]
		return uint64(n)
	}
	if !r.more(1) {
		return 0
	}
	n, size := binary.Uvarint(r.left)
	if size <= 0 {
		r.Fail("a number that is none")
		return 0
	}
	r.left = r.left[size:]
	return n
}

// Varint reads a number.
func (r *Reader) Varint() int64 {
	n := r.Uvarint()
	// zigzag: 0, -1, 1, -2 and so on were written as 0, 1, 2, 3
	return int64(n>>1) ^ -int64(n&1)
}

// Count reads a number that may be most at most.
func (r *Reader) Count(most int, what string) int {
	n := r.Uvarint()
	// compared before it becomes an int, which might be negative then
	if most < 0 || n > uint64(most) {
		r.Fail("%d %s, where at most %d may be", n, what, most)
		return 0
	}
	return int(n)
}

// Blob reads bytes, good until the next call; allocating grows with what there
// is to read, not with the length that is said.
func (r *Reader) Blob(most int) []byte {
	n := r.Count(most, "bytes")
	return r.raw(n)
}

// Tail reads what [Writer.Tail] writes, good until the next call; ok is false
// for none.
func (r *Reader) Tail() (text []byte, ok bool) {
	n := r.Count(MaxText, "bytes")
	if n == 0 {
		return nil, false
	}
	return r.raw(n - 1), r.err == nil
}

// raw reads n bytes, good until the next call: in place, or put together if they lie in
// several frames.
func (r *Reader) raw(n int) []byte {
	if n <= len(r.left) {
		b := r.left[:n]
		r.left = r.left[n:]
		return b
	}
	r.long = r.long[:0]
	// what is there is appended part by part, so that a length that was forged makes no room
	for n > 0 && r.more(1) {
		part := min(n, len(r.left))
		r.long = append(r.long, r.left[:part]...)
		r.left = r.left[part:]
		n -= part
	}
	if r.err != nil {
		return nil
	}
	return r.long
}

// MaxText bounds every text: no update can bring a longer one.
const MaxText = codec.MaxText

// Text reads a text, which must be UTF-8.
func (r *Reader) Text() string {
	b := r.Blob(MaxText)
	if !utf8.Valid(b) {
		r.Fail("a text that is not UTF-8")
		return ""
	}
	return string(b)
}

// Name reads a text that is not empty.
func (r *Reader) Name(what string) string {
	s := r.Text()
	if s == "" {
		r.Fail("the %s is empty", what)
	}
	return s
}

// ReadWords reads numbers of one length.
func ReadWords[T word](r *Reader, vs []T) {
	size := sizeOf[T]()
	for len(vs) > 0 && r.more(size) {
		// as many as lie whole in this frame
		n := min(len(vs), len(r.left)/size)
		getWords(r.left, vs[:n])
		r.left = r.left[n*size:]
		vs = vs[n:]
	}
}

// getWords takes numbers out of bytes, lowest byte first.
func getWords[T word](b []byte, vs []T) {
	switch vs := any(vs).(type) {
	case []uint8:
		copy(vs, b)
	case []uint16:
		for i := range vs {
			vs[i] = binary.LittleEndian.Uint16(b[2*i:])
		}
	case []uint32:
		for i := range vs {
			vs[i] = binary.LittleEndian.Uint32(b[4*i:])
		}
	case []uint64:
		for i := range vs {
			vs[i] = binary.LittleEndian.Uint64(b[8*i:])
		}
	}
}
