package column

import (
	"math"
	"math/bits"
	"slices"
	"unicode/utf8"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/index/internal/wire"
)

// Decode reads a table of at most so many rows. What cannot be is an error of
// the reader: a value that no field may have, a code without its value, a row
// too many, a name that stands twice.
func Decode(r *wire.Reader, rows int) *Table {
	t := New()
	t.rows = r.Count(rows, "rows with fields")
	for n := r.Count(math.MaxInt32, "columns"); len(t.columns) < n && r.OK(); {
		name := r.Name("name of a field")
		if _, ok := t.ids[name]; ok {
			r.Fail("the field %q stands twice", name)
		}
		d := decoder{r: r, rows: t.rows}
		d.column()
		t.columns[t.Column(name)] = &d.c
	}
	return t
}

// A decoder reads a column.
type decoder struct {
	r    *wire.Reader
	rows int
	c    columnData
}

// column reads one column: its dictionary, and then its blocks.
func (d *decoder) column() {
	d.c.dict = dictionary{full: d.r.Bool(), rows: d.rows}
	d.dictionary()
	blocks := d.r.Count((d.rows+BlockRows-1)/BlockRows, "blocks")
	for b := 0; b < blocks && d.r.OK(); b++ {
		s := d.strip(form(d.r.Byte()))
		if s != nil && d.r.OK() {
			d.check(s, d.rows-b*BlockRows)
			d.c.dict.strips += b2i(s.coded())
		}
		d.c.cells = append(d.c.cells, cell{strip: s})
	}
	if len(d.c.dict.values) > 0 && d.c.dict.strips == 0 {
		d.r.Fail("a dictionary that nothing uses")
	}
}

// b2i is 1 for true.
func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

// dictionary reads the values that codes stand for; code 0 is null and not written.
func (d *decoder) dictionary() {
	dict := &d.c.dict
	n := d.r.Count(math.MaxInt32, "values of a dictionary")
	if n == 0 {
		return
	}
	dict.values = make([]segment.Value, 1, 4)
	dict.texts, dict.others = map[string]uint32{}, map[key]uint32{}
	for code := uint32(1); code <= uint32(n) && d.r.OK(); code++ {
		v := d.r.Value()
		if _, has := dict.code(v); has {
			d.r.Fail("a value stands twice in a dictionary")
		}
		k, ok := keyOf(v)
		switch {
		case v.Kind() == segment.KindText:
			dict.texts[v.Text()] = code
			dict.held += int64(len(v.Text()))
		case ok:
			dict.others[k] = code
		default:
			d.r.Fail("a value that no dictionary holds")
		}
		dict.values = append(dict.values, v)
	}
}

// strip reads a strip, nil if there is none.
func (d *decoder) strip(f form) strip {
	if f == formNone {
		return nil
	}
	if f > formValues {
		d.r.Fail("a block of unknown form %d", f)
		return nil
	}
	n := d.r.Count(BlockRows/64, "rows, divided by 64") * 64
	// strips double, so that any other length was not written by this package
	if n == 0 || n&(n-1) != 0 {
		d.r.Fail("a block of %d rows", n)
		return nil
	}
	switch f {
	case formPlanes:
		return d.planes(n)
	case formCodes16:
		return decodeCodes[uint16](d, n)
	case formCodes32:
		return decodeCodes[uint32](d, n)
	case formInts8:
		return decodeInts[uint8](d, n)
	case formInts16:
		return decodeInts[uint16](d, n)
	case formInts32:
		return decodeInts[uint32](d, n)
	case formInts64:
		return decodeInts[uint64](d, n)
	case formTexts:
		return d.texts(n)
	}
	s := &values{data: make([]segment.Value, n)}
	for row := 0; row < n && d.r.OK(); row++ {
		if v := d.r.Value(); !v.IsNull() {
			s.data[row] = v
			s.held += heldBy(v)
			s.n++
		}
	}
	return s
}

// check holds a strip against what is true of all: some row is not null, and
// none behind the last.
func (d *decoder) check(s strip, rows int) {
	if s.count() == 0 {
		d.r.Fail("a block in which all is null")
	}
	for row := max(0, rows); row < s.rows(); row++ {
		if !s.get(d.c.dict.values, row).IsNull() {
			d.r.Fail("a value behind the last row")
			return
		}
	}
}

// planes reads codes of at most 8 bits, and counts those that are not 0.
func (d *decoder) planes(n int) strip {
	p := &planes{width: int(d.r.Byte())}
	if p.width < 1 || p.width > 8 {
		d.r.Fail("codes of %d bits", p.width)
		return nil
	}
	p.data = make([]uint64, n/64*p.width)
	wire.ReadWords(d.r, p.data)
	known := len(d.c.dict.values)
	for words := p.data; len(words) > 0; words = words[p.width:] {
		some, below, equal := uint64(0), uint64(0), ^uint64(0)
		// 64 codes are compared with the number of values at once, from the highest bit down:
		// below has those that are less, equal those that are the same so far.
		for i := p.width - 1; i >= 0; i-- {
			w, limit := words[i], -uint64(known>>i&1)
			some |= w
			below |= equal & limit &^ w
			equal &^= w ^ limit
		}
		p.n += bits.OnesCount64(some)
		if known>>p.width == 0 && ^below != 0 {
			d.r.Fail("a code that stands for nothing")
			return nil
		}
	}
	return p
}

// decodeCodes reads codes of 16 or 32 bits, each of which must stand for a value.
func decodeCodes[T uint16 | uint32](d *decoder, n int) strip {
	c := &codes[T]{data: make([]T, n)}
	wire.ReadWords(d.r, c.data)
	for _, code := range c.data {
		if code != 0 {
			c.n++
		}
		if int(code) >= max(1, len(d.c.dict.values)) {
			d.r.Fail("a code that stands for nothing")
			return nil
		}
	}
	return c
}

// decodeInts reads numbers of a class, and finds the least and the greatest: if these are
// values that a field may have, so are all between.
func decodeInts[T unsigned](d *decoder, n int) strip {
	s := &ints[T]{class: class(d.r.Byte()), unit: d.r.Varint(), base: d.r.Varint()}
	if s.class == classNone || s.class > classDuration || !slices.Contains(s.class.units(), s.unit) ||
		sizeOf[T]() == 8 && s.base != 0 {
		d.r.Fail("numbers of unknown class %d, in units of %d", s.class, s.unit)
		return nil
	}
	s.has, s.data = make(presence, n/64), make([]T, n)
	wire.ReadWords(d.r, []uint64(s.has))
	wire.ReadWords(d.r, s.data)
	s.min, s.max = math.MaxInt64, math.MinInt64
	for w, has := range s.has {
		s.n += bits.OnesCount64(has)
		for ; has != 0; has &= has - 1 {
			q := int64(uint64(s.data[w*64+bits.TrailingZeros64(has)]) + uint64(s.base))
			s.min, s.max = min(s.min, q), max(s.max, q)
		}
	}
	if s.n > 0 && !(s.sound(s.min) && s.sound(s.max)) {
		d.r.Fail("a number out of range")
	}
	return s
}

// sound reports whether so many units are a value that a field may have. What
// lies between two such is one.
func (s *ints[T]) sound(q int64) bool {
	x := q * s.unit
	least, greatest := s.class.domain()
	if x/s.unit != q || x < least || x > greatest {
		return false
	}
	v := s.class.decode(x)
	if y, _, _ := v.Date(); v.Kind() == segment.KindDate && (y < 0 || y > 9999) {
		return false
	}
	_, ok := s.class.encode(v)
	return ok
}

// texts reads texts, one after another, and makes room only as they come.
func (d *decoder) texts(n int) strip {
	size := d.r.Count(maxArena-1, "bytes of texts")
	t := &texts{at: make([]uint32, n), arena: make([]byte, 1, 1+min(size, 1<<21))}
	for row := 0; row < n && d.r.OK(); row++ {
		text, ok := d.r.Tail()
		if !ok {
			continue
		}
		if uint64(len(t.arena)+entrySize(len(text))) > maxArena || !utf8.Valid(text) {
			d.r.Fail("texts that are too long, or not UTF-8")
			return nil
		}
		t.at[row] = uint32(len(t.arena))
		t.arena = appendEntry(t.arena, text)
		t.n++
	}
	// the arena begins with a byte of nobody, so that 0 is no place of a text
	if t.live = len(t.arena) - 1; t.live != size {
		d.r.Fail("texts of %d bytes, and not %d", t.live, size)
	}
	return t
}

// Only reports whether all values are of the kind.
func (t *Table) Only(k segment.Kind) bool {
	for _, c := range t.columns {
		for _, at := range c.cells {
			if at.strip != nil && !only(at.strip, c.dict.values, k) {
				return false
			}
		}
	}
	return true
}

// only reports whether all values of a strip are of the kind.
func only(s strip, dict []segment.Value, k segment.Kind) bool {
	switch s := s.(type) {
	case *ints[uint8]:
		return s.class.kind() == k
	case *ints[uint16]:
		return s.class.kind() == k
	case *ints[uint32]:
		return s.class.kind() == k
	case *ints[uint64]:
		return s.class.kind() == k
	}
	for row := range s.rows() {
		if v := s.get(dict, row); !v.IsNull() && v.Kind() != k {
			return false
		}
	}
	return true
}
