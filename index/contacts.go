package index

import (
	"iter"
	"slices"

	"github.com/RoaringBitmap/roaring/v2"
)

// A part is the contacts of a set that one index, or one shard, knows.
type part struct {
	rows *roaring.Bitmap
	ids  []string
	born []uint64 // of shards: when each contact came to be known, among all shards
}

func (ix *Index) contacts(rows *roaring.Bitmap) Contacts {
	return Contacts{parts: []part{{rows: rows, ids: ix.store.ids}}}
}

// Len returns how many contacts there are. It does not list them.
func (c Contacts) Len() (n int) {
	for _, p := range c.parts {
		n += int(p.rows.GetCardinality())
	}
	return n
}

// All yields the ids, in the order in which the contacts came to be known.
func (c Contacts) All() iter.Seq[string] {
	if len(c.parts) > 1 {
		return c.merged
	}
	return func(yield func(string) bool) {
		for _, p := range c.parts {
			for it := p.rows.Iterator(); it.HasNext(); {
				if !yield(p.ids[it.Next()]) {
					return
				}
			}
		}
	}
}

// merged yields the ids of all parts in one order.
func (c Contacts) merged(yield func(string) bool) {
	next := make([]roaring.IntPeekable, len(c.parts))
	for i, p := range c.parts {
		next[i] = p.rows.Iterator()
	}
	for {
		first, born := none, uint64(0)
		for i, it := range next {
			if it.HasNext() {
				if b := c.parts[i].born[it.PeekNext()]; first == none || b < born {
					first, born = i, b
				}
			}
		}
		if first == none || !yield(c.parts[first].ids[next[first].Next()]) {
			return
		}
	}
}

// And returns the contacts in both sets. Both must come from one index.
func (c Contacts) And(o Contacts) Contacts { return c.with(o, roaring.And) }

// Or returns the contacts in either set. Both must come from one index.
func (c Contacts) Or(o Contacts) Contacts { return c.with(o, roaring.Or) }

// AndNot returns the contacts in the set and not in the other. Both must come
// from one index.
func (c Contacts) AndNot(o Contacts) Contacts { return c.with(o, roaring.AndNot) }

func (c Contacts) with(o Contacts, op func(a, b *roaring.Bitmap) *roaring.Bitmap) Contacts {
	var out Contacts
	for i := range max(len(c.parts), len(o.parts)) {
		a, b := c.part(i), o.part(i)
		longer := a
		if len(b.ids) > len(a.ids) {
			longer = b
		}
		longer.rows = op(a.rows, b.rows)
		out.parts = append(out.parts, longer)
	}
	return out
}

func (c Contacts) part(i int) part {
	if i < len(c.parts) {
		return c.parts[i]
	}
	return part{rows: roaring.New()}
}

// Contains reports whether a contact is in the set. Its cost grows with the set.
func (c Contacts) Contains(id string) bool {
	parts := c.parts
	if n := len(parts); n > 1 {
		i := shardOf(id, n)
		parts = parts[i : i+1]
	}
	return slices.ContainsFunc(parts, func(p part) bool {
		for it := p.rows.Iterator(); it.HasNext(); {
			if p.ids[it.Next()] == id {
				return true
			}
		}
		return false
	})
}
