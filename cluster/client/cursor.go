package client

import (
	"encoding/base64"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"slices"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/internal/codec"
)

// A Place says how far the output of one partition has been read. It may lie amid a commit.
type Place struct {
	// Position is that of the last commit of which all has been read, 0 before the first.
	Position uint64 `json:"position"`
	// Revision is that of the last diff that has been read, which may be in a commit behind
	// Position.
	Revision uint64 `json:"revision"`
	// Chain is the checksum over all diffs up to that one.
	Chain segment.Chain `json:"chain"`
}

// A Diff is a membership that has begun or ended, of a contact of a partition. Its Revision,
// Step and Definition are those of the partition.
type Diff struct {
	segment.Diff
	Partition int   `json:"partition"`
	Place     Place `json:"place"` // of the partition behind the diff: see [Cursor.Take]
}

// A Cursor says how far each partition has been read, by their numbers; a partition for which
// there is no place has not been read. The zero Cursor is before everything. It is a value
// that can be stored, as bytes, as text and in JSON: some 15 bytes for each partition.
type Cursor []Place

// Take moves the cursor behind a diff, so that a reader that begins there begins with the
// next of the partition.
func (c *Cursor) Take(d Diff) { c.set(d.Partition, d.Place) }

// Clone returns a copy.
func (c Cursor) Clone() Cursor { return slices.Clone(c) }

// set sets the place of a partition.
func (c *Cursor) set(partition int, at Place) {
	for len(*c) <= partition {
		*c = append(*c, Place{})
	}
	(*c)[partition] = at
}

const (
	cursorMagic   = "sk"
	cursorVersion = 1
	mostPlaces    = 1 << 20
)

// AppendBinary appends the cursor as bytes. There is no error.
func (c Cursor) AppendBinary(b []byte) ([]byte, error) {
	from := len(b)
	b = append(append(b, cursorMagic...), cursorVersion)
	b = binary.AppendUvarint(b, uint64(len(c)))
	for _, p := range c {
		b = binary.AppendUvarint(binary.AppendUvarint(b, p.Position), p.Revision)
		if p.Revision > 0 {
			b = binary.LittleEndian.AppendUint64(b, uint64(p.Chain))
		}
	}
	return binary.LittleEndian.AppendUint32(b, crc32.ChecksumIEEE(b[from:])), nil
}

// MarshalBinary returns the cursor as bytes. There is no error.
func (c Cursor) MarshalBinary() ([]byte, error) { return c.AppendBinary(nil) }

// UnmarshalBinary reads what MarshalBinary returns. Errors: bytes that are no cursor, or of a
// later version.
func (c *Cursor) UnmarshalBinary(b []byte) error {
	const sum = 4
	r := codec.NewReader(b[:max(0, len(b)-sum)], "a cursor")
	if string(r.Raw(len(cursorMagic))) != cursorMagic {
		r.Fail("it does not begin as one")
	}
	if v := r.Byte(); r.OK() && v != cursorVersion {
		r.Fail("it is of version %d, and this program knows version %d", v, cursorVersion)
	}
	var out Cursor
	for n := r.Count(mostPlaces, "partitions"); n > 0 && r.OK(); n-- {
		p := Place{Position: r.Uvarint(), Revision: r.Uvarint()}
		if p.Revision > 0 {
			p.Chain = segment.Chain(r.Uint64())
		}
		out = append(out, p)
	}
	if err := r.End(); err != nil {
		return err
	}
	if binary.LittleEndian.Uint32(b[len(b)-sum:]) != crc32.ChecksumIEEE(b[:len(b)-sum]) {
		return errCursor
	}
	*c = out
	return nil
}

// errCursor says that a stored cursor was changed.
var errCursor = errors.New("client: the checksum of the cursor is another")

// MarshalText returns the cursor as text of letters, digits, - and _; so it stands in JSON.
// There is no error.
func (c Cursor) MarshalText() ([]byte, error) {
	b, err := c.AppendBinary(nil)
	return base64.RawURLEncoding.AppendEncode(nil, b), err
}

// UnmarshalText reads what MarshalText returns. Errors are those of UnmarshalBinary.
func (c *Cursor) UnmarshalText(text []byte) error {
	b, err := base64.RawURLEncoding.AppendDecode(nil, text)
	if err != nil {
		return errors.New("client: a cursor as text has other characters than its own")
	}
	return c.UnmarshalBinary(b)
}
