package zone

import (
	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/index/internal/wire"
)

const (
	maxOffset  = 48 * 60 * 60 // seconds; the zones of the database stay below 27 hours
	maxOffsets = 250          // different ones; a file of the database has 256 at most
	maxChanges = 2 * 60_000
)

// Write writes the zone. It makes the writer fail for offsets that no clock has.
func (z Zone) Write(w *wire.Writer) {
	w.Blob([]byte(z.Name)) // of any bytes: a host may call a zone what it likes
	w.Varint(int64(z.First))
	w.Count(len(z.Changes))
	seen := make(map[int]bool)
	at, offset := int64(0), z.First
	for _, c := range z.Changes {
		w.Varint(c.At - at)
		w.Varint(int64(c.Offset - offset))
		at, offset = c.At, c.Offset
		seen[offset] = true
	}
	seen[z.First] = true
	if z.far(seen) || len(z.Changes) > maxChanges {
		w.Fail(&segment.Error{Code: segment.ErrLimit, Msg: "a calendar whose offsets from UTC are more than two days, or too many, cannot be kept: " + z.Name})
	}
}

// far reports whether there are too many offsets, or one that is too large.
func (z Zone) far(seen map[int]bool) bool {
	for o := range seen {
		if o < -maxOffset || o > maxOffset {
			return true
		}
	}
	return len(seen) > maxOffsets
}

// Read reads a zone.
func Read(r *wire.Reader) (z Zone) {
	z.Name = string(r.Blob(wire.MaxText))
	z.First = offset(r, 0)
	seen := map[int]bool{z.First: true}
	at, now := int64(0), z.First
	for i, n := 0, r.Count(maxChanges, "changes of an offset"); i < n && r.OK(); i++ {
		later, was := r.Varint(), now
		now = offset(r, now)
		if at += later; i > 0 && later <= 0 || now == was || at < second(1) || at >= second(lastYear) {
			r.Fail("changes of an offset that are none, or out of order")
		}
		seen[now] = true
		z.Changes = append(z.Changes, Change{at, now})
	}
	if z.far(seen) {
		r.Fail("a zone with too many offsets")
	}
	return z
}

// offset reads an offset as the difference from another.
func offset(r *wire.Reader, from int) int {
	d := r.Varint()
	if o := int64(from) + d; d >= -2*maxOffset && d <= 2*maxOffset && o >= -maxOffset && o <= maxOffset {
		return int(o)
	}
	r.Fail("an offset from UTC that no clock has")
	return 0
}
