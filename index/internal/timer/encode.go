package timer

import (
	"math"
	"slices"

	"github.com/segmentrules/segment/index/internal/wire"
)

// Freeze returns a copy for [Heap.Encode], which may be read while this heap
// goes on. It takes 16 bytes a row with an instant.
func (h *Heap) Freeze() *Heap { return &Heap{entries: slices.Clone(h.entries)} }

// Encode writes the instants, in the order in which the heap has them.
func (h *Heap) Encode(w *wire.Writer) {
	w.Count(len(h.entries))
	for _, t := range h.entries {
		w.Varint(t.seconds)
		w.Count(int(t.nanos))
		w.Count(int(t.row))
	}
}

// Decode reads what [Heap.Encode] writes, for so many rows. Instants out of the
// order of a heap, a row twice, and one that may have none are errors of the
// reader.
func Decode(r *wire.Reader, rows int, may func(row uint32) bool) *Heap {
	h := &Heap{}
	n := r.Count(rows, "timers")
	for i := 0; i < n && r.OK(); i++ {
		t := timer{seconds: r.Varint(), nanos: int32(r.Count(999_999_999, "nanoseconds")), row: uint32(r.Count(rows-1, "is the number of a row"))}
		if t.seconds < -1<<62 || t.seconds > math.MaxInt64>>1 || i > 0 && t.before(h.entries[(i-1)/4]) {
			r.Fail("timers out of order")
		}
		if r.OK() && !may(t.row) {
			r.Fail("a timer of a contact that does not exist")
		}
		h.entries = append(h.entries, t)
	}
	h.places = make([]uint32, rows)
	for i, t := range h.entries {
		if int(t.row) < rows && h.places[t.row] != 0 {
			r.Fail("two timers for one row")
		}
		if r.OK() {
			h.places[t.row] = uint32(i + 1)
		}
	}
	return h
}
