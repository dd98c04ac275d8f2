package index

import (
	"iter"
	"slices"

	"github.com/RoaringBitmap/roaring/v2"
)

// A part is the contacts of a set that one index, or one shard, knows.
type part struct {
	rows *roaring.Bitmap
	who
}

// A who says by row who the contacts are. It does not change for those that were
// in some set when it was made, whatever becomes of them.
type who struct {
	ids     []string
	births  []birth
	ordered bool // whether the contacts were created in the order of their rows
}

func (ix *Index) contacts(rows *roaring.Bitmap) Contacts {
	return Contacts{parts: []part{{rows: rows, who: ix.store.known()}}}
}

// Len returns how many contacts there are. It does not list them.
func (c Contacts) Len() (n int) {
	for _, p := range c.parts {
		n += int(p.rows.GetCardinality())
	}
	return n
}

// All yields the ids, in the order in which the contacts came to be known; one
// that was deleted and came again is known since then. Once rows of deleted
// contacts have gone to others, it sorts the contacts first.
func (c Contacts) All() iter.Seq[string] {
	return func(yield func(string) bool) {
		var all []cursor
		for i := range c.parts {
			if at := c.parts[i].cursor(); at.next() {
				all = append(all, at)
			}
		}
		for len(all) > 0 {
			first := 0
			for i := 1; i < len(all); i++ {
				if all[i].birth().compare(all[first].birth()) < 0 {
					first = i
				}
			}
			at := &all[first]
			if !yield(at.ids[at.row]) {
				return
			}
			if !at.next() {
				all = slices.Delete(all, first, first+1)
			}
		}
	}
}

// A cursor goes over the contacts of a part in the order of their births.
type cursor struct {
	*part
	row    uint32
	rows   roaring.IntPeekable
	sorted []uint32 // instead of rows, if these are not in order
}

func (p *part) cursor() cursor {
	c := cursor{part: p}
	if p.ordered {
		c.rows = p.rows.Iterator()
		return c
	}
	c.sorted = p.rows.ToArray()
	slices.SortFunc(c.sorted, func(a, b uint32) int { return p.births[a].compare(p.births[b]) })
	return c
}

func (c *cursor) birth() birth { return c.births[c.row] }

// next goes to the next contact, and reports whether there is one.
func (c *cursor) next() bool {
	if c.rows != nil && c.rows.HasNext() {
		c.row = c.rows.Next()
		return true
	}
	if len(c.sorted) == 0 {
		return false
	}
	c.row, c.sorted = c.sorted[0], c.sorted[1:]
	return true
}

// first returns the ids of those known longest, at most n. Its cost grows with
// the set.
func (c Contacts) first(n int) (ids []string) {
	type one struct {
		birth
		id string
	}
	if n <= 0 {
		return nil
	}
	var some []one
	for i := range c.parts {
		p := &c.parts[i]
		for it, k := p.rows.Iterator(), 0; it.HasNext() && (k < n || !p.ordered); k++ {
			row := it.Next()
			b := p.births[row]
			if len(some) == n && b.compare(some[n-1].birth) >= 0 {
				continue
			}
			at, _ := slices.BinarySearchFunc(some, b, func(o one, b birth) int { return o.compare(b) })
			some = slices.Insert(some[:min(len(some), n-1)], at, one{b, p.ids[row]})
		}
	}
	for _, o := range some {
		ids = append(ids, o.id)
	}
	return ids
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
