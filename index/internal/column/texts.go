package column

import (
	"encoding/binary"
	"math"
	"math/bits"
	"slices"
	"unsafe"

	"github.com/segmentrules/segment"
)

// texts is a strip of texts end to end, each behind its length. Bytes are never
// changed once written, so that a text may be given out, and a view read on,
// without a copy; when half of them are garbage the rest moves to a new arena.
type texts struct {
	n     int
	live  int      // bytes of the arena that rows refer to
	at    []uint32 // where the row's text is in the arena, 0 if null
	arena []byte
}

// maxArena is what an offset can say.
const maxArena = math.MaxUint32

// smallArena is not worth compacting.
const smallArena = 1 << 12

// newTexts returns a strip of n rows with these values, nil if some are no
// texts or they are too long for it.
func newTexts(vs []segment.Value, n int) strip {
	size := uint64(1)
	for _, v := range vs {
		if v.IsNull() {
			continue
		}
		if v.Kind() != segment.KindText {
			return nil
		}
		if size += uint64(entrySize(len(v.Text()))); size > maxArena {
			return nil
		}
	}
	t := &texts{at: make([]uint32, n), arena: make([]byte, 1, size)}
	for r, v := range vs {
		if !v.IsNull() {
			t.append(r, v.Text())
			t.n++
		}
	}
	return t
}

// entrySize returns the bytes a text of this length takes.
func entrySize(n int) int {
	var b [binary.MaxVarintLen64]byte
	return n + binary.PutUvarint(b[:], uint64(n))
}

// append writes a text behind the others, and notes where it is.
func (t *texts) append(row int, text string) {
	t.at[row] = uint32(len(t.arena))
	t.live += entrySize(len(text))
	t.arena = appendEntry(t.arena, text)
}

// appendEntry appends a length and a text.
func appendEntry[T string | []byte](arena []byte, text T) []byte {
	return append(binary.AppendUvarint(arena, uint64(len(text))), text...)
}

// text returns the text at an offset.
func (t *texts) text(at uint32) string {
	b := t.arena[at:]
	n, head := uint64(b[0]), 1
	if n >= 0x80 {
		n, head = binary.Uvarint(b)
	}
	if n == 0 {
		return ""
	}
	b = b[head : head+int(n)]
	return unsafe.String(&b[0], len(b))
}

// get returns the text of a row, without a copy.
func (t *texts) get(_ []segment.Value, row int) segment.Value {
	if row >= len(t.at) || t.at[row] == 0 {
		return segment.Value{}
	}
	return segment.Text(t.text(t.at[row]))
}

// set gives a row a text. It fails for other values, and where there is no more room.
func (t *texts) set(_ *dictionary, row int, v segment.Value) bool {
	if v.Kind() != segment.KindText {
		return false
	}
	text := v.Text()
	if row >= len(t.at) {
		t.at = grown(t.at, room(row+1))
	}
	if at := t.at[row]; at != 0 {
		if t.text(at) == text {
			return true
		}
		t.clear(row)
	}
	if uint64(len(t.arena)+entrySize(len(text))) > maxArena {
		return false
	}
	t.append(row, text)
	t.n++
	return true
}

// clear makes a row null. Its text stays in the arena until half of that is such.
func (t *texts) clear(row int) {
	t.live -= entrySize(len(t.text(t.at[row])))
	t.at[row] = 0
	t.n--
	if len(t.arena) > smallArena && t.live < len(t.arena)/2 {
		t.compact()
	}
}

// compact moves the texts of rows to a new arena, with an eighth more room. Who holds texts
// of the old one keeps that.
func (t *texts) compact() {
	old := *t
	t.live, t.arena = 0, make([]byte, 1, old.live+old.live/8+1)
	for r, at := range old.at {
		if at != 0 {
			t.append(r, old.text(at))
		}
	}
}

func (t *texts) count() int         { return t.n }
func (t *texts) rows() int          { return len(t.at) }
func (t *texts) coded() bool        { return false }
func (t *texts) decides(*Test) bool { return false }

// clone shares the arena: what is appended lies past the end of the old one.
func (t *texts) clone() strip {
	c := *t
	c.at = slices.Clone(t.at)
	return &c
}

func (t *texts) bytes() int64 { return 64 + int64(cap(t.at))*4 + int64(cap(t.arena)) }

// ahead is how many texts are fetched from memory together.
const ahead = 64

// choose tests the texts one by one, some at a time: each is a wait for memory, and
// those of some together are not much longer than that of one.
func (t *texts) choose(s *Selector, in, out *Mask) {
	var rows [ahead]uint16
	n := 0
	test := func() {
		// One byte of each first: the processor waits for all of them at once, and finds them in
		// its cache when they are tested.
		touched := byte(0)
		for _, row := range rows[:n] {
			touched |= t.arena[t.at[row]]
		}
		for _, row := range rows[:n] {
			// The last term is always false: the texts must not seem unused above.
			if !s.test.Match(segment.Text(t.text(t.at[row]))) || touched == 0 && len(t.arena) == 0 {
				out[row>>6] &^= 1 << (row & 63)
			}
		}
		n = 0
	}
	null := s.nullMask()
	for w := range len(t.at) / 64 {
		m, at := in[w], (*[64]uint32)(t.at[w*64:])
		out[w] = m
		for ; m != 0; m &= m - 1 {
			i := bits.TrailingZeros64(m) & 63
			if at[i] == 0 {
				out[w] &= null | ^(1 << i)
				continue
			}
			rows[n] = uint16(w*64 + i)
			if n++; n == ahead {
				test()
			}
		}
	}
	test()
}
