package column

import (
	"slices"

	"github.com/segmentrules/segment/index/internal/wire"
)

// A form says how a strip is written.
type form byte

const (
	formNone form = iota
	formPlanes
	formCodes16
	formCodes32
	formInts8
	formInts16
	formInts32
	formInts64
	formTexts
	formValues
)

// Encode writes all of the view, each strip as it is: [Decode] reads it back at
// about the speed of the bytes.
func (v *View) Encode(w *wire.Writer) {
	w.Count(v.rows)
	w.Count(len(v.columns))
	for i, c := range v.columns {
		w.Text(v.names[i])
		c.encode(w)
	}
}

// encode writes a column: its dictionary, if a strip uses it, and its strips by block.
func (c *viewColumn) encode(w *wire.Writer) {
	dict := c.dict
	// values that only strips of the table, written to since then, have are left out
	if !slices.ContainsFunc(c.strips, func(s strip) bool { return s != nil && s.coded() }) {
		dict = nil
	}
	w.Bool(c.full)
	w.Count(max(0, len(dict)-1))
	// without code 0, which is null
	for _, v := range dict[min(1, len(dict)):] {
		w.Value(v)
	}
	w.Count(len(c.strips))
	for _, s := range c.strips {
		if s == nil {
			w.Byte(byte(formNone))
			continue
		}
		encodeStrip(w, s)
	}
}

// encodeStrip writes the form of a strip, for how many rows it has room, and its numbers as
// they lie in memory.
func encodeStrip(w *wire.Writer, s strip) {
	begin := func(f form) {
		w.Byte(byte(f))
		w.Count(s.rows() / 64)
	}
	switch s := s.(type) {
	case *planes:
		begin(formPlanes)
		w.Byte(byte(s.width))
		wire.Words(w, s.data)
	case *codes[uint16]:
		begin(formCodes16)
		wire.Words(w, s.data)
	case *codes[uint32]:
		begin(formCodes32)
		wire.Words(w, s.data)
	case *ints[uint8]:
		begin(formInts8)
		s.encode(w)
	case *ints[uint16]:
		begin(formInts16)
		s.encode(w)
	case *ints[uint32]:
		begin(formInts32)
		s.encode(w)
	case *ints[uint64]:
		begin(formInts64)
		s.encode(w)
	case *texts:
		begin(formTexts)
		s.encode(w)
	case *values:
		begin(formValues)
		for _, v := range s.data {
			w.Value(v)
		}
	}
}

// encode writes which rows have a value, and the number of units above the base for each.
func (s *ints[T]) encode(w *wire.Writer) {
	w.Byte(byte(s.class))
	w.Varint(s.unit)
	w.Varint(s.base)
	wire.Words(w, []uint64(s.has))
	wire.Words(w, s.data)
}

// encode writes how many bytes there are, and for each row 0 if it is null, else
// the length plus one and the text.
func (t *texts) encode(w *wire.Writer) {
	w.Count(t.live)
	for _, at := range t.at {
		if at == 0 {
			w.Byte(0)
			continue
		}
		w.Tail(t.text(at))
	}
}
