package wire

import (
	"encoding/binary"
	"hash/crc32"
	"io"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/internal/codec"
)

// A Writer writes sections. The first error is kept, and ends all writing. It
// holds one frame in memory.
type Writer struct {
	out   io.Writer
	table *crc32.Table
	buf   []byte // the frame: room for its header, and the payload so far
	kind  byte
	open  bool
	sum   uint32
	err   error
}

// NewWriter returns a writer that begins the file with a preamble, which the
// checksums cover.
func NewWriter(out io.Writer, preamble []byte) *Writer {
	w := &Writer{out: out, table: castagnoli(), buf: make([]byte, headerSize, headerSize+maxPayload+sumSize)}
	w.sum = crc32.Checksum(preamble, w.table)
	_, w.err = out.Write(preamble)
	return w
}

// Err returns what went wrong.
func (w *Writer) Err() error { return w.err }

// Fail makes the writer end with an error.
func (w *Writer) Fail(err error) {
	if w.err == nil {
		w.err = err
	}
}

// Section ends the section before and begins one.
func (w *Writer) Section(kind byte) {
	if w.open {
		w.flush(true)
	}
	w.kind, w.open = kind, true
}

// Close ends the file, and returns what went wrong.
func (w *Writer) Close() error {
	w.Section(End)
	w.flush(true)
	return w.err
}

// flush writes the frame, and begins the next. An empty frame is written only as the last.
func (w *Writer) flush(last bool) {
	putHeader(w.buf, w.kind, last, len(w.buf)-headerSize, w.table)
	// the sum goes on from frame to frame, so that none can be left out or put elsewhere
	w.sum = crc32.Update(w.sum, w.table, w.buf)
	w.buf = binary.LittleEndian.AppendUint32(w.buf, w.sum)
	if w.err == nil {
		_, w.err = w.out.Write(w.buf)
	}
	// the header of the next frame is filled in when its length is known
	w.buf = w.buf[:headerSize]
}

// room makes sure that n more bytes fit the frame.
func (w *Writer) room(n int) {
	if len(w.buf)+n > headerSize+maxPayload {
		w.flush(false)
	}
}

// Begin returns the bytes so far, for at most n more to be appended in a row: what
// is appended is written by [Writer.End].
func (w *Writer) Begin(n int) []byte {
	w.room(n)
	return w.buf
}

// End takes what [Writer.Begin] returned, with more behind it.
func (w *Writer) End(b []byte) { w.buf = b }

// Byte writes one byte.
func (w *Writer) Byte(b byte) {
	w.room(1)
	w.buf = append(w.buf, b)
}

// Bool writes whether something is so.
func (w *Writer) Bool(b bool) {
	if b {
		w.Byte(1)
	} else {
		w.Byte(0)
	}
}

// Uvarint writes a number, in few bytes if it is small.
func (w *Writer) Uvarint(n uint64) {
	w.room(binary.MaxVarintLen64)
	w.buf = binary.AppendUvarint(w.buf, n)
}

// Count writes a number that is not negative.
func (w *Writer) Count(n int) { w.Uvarint(uint64(n)) }

// Varint writes a number, in few bytes if it is near zero.
func (w *Writer) Varint(n int64) {
	w.room(binary.MaxVarintLen64)
	w.buf = binary.AppendVarint(w.buf, n)
}

// Text writes a text and its length.
func (w *Writer) Text(s string) {
	w.Count(len(s))
	raw(w, s)
}

// Tail writes a text behind its length plus one: 0 is left for none.
func (w *Writer) Tail(s string) {
	// most texts are short, and take one byte for their length
	if len(s) < 0x7f && len(w.buf)+1+len(s) <= headerSize+maxPayload {
		w.buf = append(append(w.buf, byte(len(s)+1)), s...)
		return
	}
	w.Count(len(s) + 1)
	raw(w, s)
}

// Blob writes bytes and their length.
func (w *Writer) Blob(b []byte) {
	w.Count(len(b))
	raw(w, b)
}

// raw writes bytes, in as many frames as they need.
func raw[T string | []byte](w *Writer, b T) {
	for len(b) > 0 {
		w.room(1)
		n := min(len(b), headerSize+maxPayload-len(w.buf))
		w.buf = append(w.buf, b[:n]...)
		b = b[n:]
	}
}

// A word is an unsigned integer of fixed length.
type word interface {
	uint8 | uint16 | uint32 | uint64
}

// Words writes numbers of one length, without their count.
func Words[T word](w *Writer, vs []T) {
	size := sizeOf[T]()
	for len(vs) > 0 {
		w.room(size)
		// as many whole numbers as fit the frame
		n := min(len(vs), (headerSize+maxPayload-len(w.buf))/size)
		at := len(w.buf)
		w.buf = w.buf[:at+n*size]
		putWords(w.buf[at:], vs[:n])
		vs = vs[n:]
	}
}

// sizeOf is the number of bytes of a T.
func sizeOf[T word]() int {
	switch any(T(0)).(type) {
	case uint8:
		return 1
	case uint16:
		return 2
	case uint32:
		return 4
	}
	return 8
}

// putWords puts numbers into bytes, lowest byte first.
func putWords[T word](b []byte, vs []T) {
	switch vs := any(vs).(type) {
	case []uint8:
		copy(b, vs)
	case []uint16:
		for i, v := range vs {
			binary.LittleEndian.PutUint16(b[2*i:], v)
		}
	case []uint32:
		for i, v := range vs {
			binary.LittleEndian.PutUint32(b[4*i:], v)
		}
	case []uint64:
		for i, v := range vs {
			binary.LittleEndian.PutUint64(b[8*i:], v)
		}
	}
}

// Value writes a value exactly.
func (w *Writer) Value(v segment.Value) {
	// more than any scalar takes, which so lies in one frame
	w.room(64)
	switch t := codec.TagOf(v); t {
	case codec.TagText:
		w.Byte(byte(t))
		w.Text(v.Text())
	case codec.TagList:
		w.Byte(byte(t))
		w.Count(len(v.List()))
		for _, e := range v.List() {
			w.Value(e)
		}
	case codec.TagObject:
		w.Byte(byte(t))
		w.Count(len(v.Members()))
		for _, m := range v.Members() {
			w.Text(m.Name)
			w.Value(m.Value)
		}
	case codec.TagFraction:
		w.Byte(byte(t))
		w.Text(v.Rat().RatString())
	default:
		w.buf = codec.AppendScalar(w.buf, t, v)
	}
}
