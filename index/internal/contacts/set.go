package contacts

import (
	"iter"
	"slices"
	"time"

	"github.com/segmentrules/segment/index/internal/rowset"
)

// Sets of contacts that are given to hosts. A set is rows and the roster that says who they
// are; with shards it has a part for each. Two sets of one generation are combined by rows.
// If rows of deleted contacts went to others between the times at which two sets were made,
// they are combined by ids, which costs more.

// A part is the contacts of a set that one index, or one shard, knows.
type part struct {
	members *rowset.Set // rows
	Roster
}

// A Roster says by row who the contacts are. It does not change for those that were
// in some set when it was made, whatever becomes of them.
type Roster struct {
	IDs       []string
	creations []Creation
	ordered   bool // whether the contacts were created in the order of their rows
	rows      Directory
	// Within one generation a row is one contact, and a contact has one row. What was
	// put together of several has none.
	generation uint64
	made       uint64 // of one generation, the greater is the later
	mixed      bool
}

// A Set is an immutable set of contacts. It may be used by many goroutines.
type Set struct{ parts []part } // none, or one for each shard

// SetOf is the set of the contacts in some rows.
func SetOf(rows *rowset.Set, known Roster) Set {
	return Set{[]part{{members: rows, Roster: known}}}
}

// Beside is the set with the contacts of one more shard.
func (c Set) Beside(shard Set) Set {
	return Set{append(slices.Clip(c.parts), shard.part(0))}
}

// Size is how many contacts there are. It does not list them.
func (c Set) Size() (n int) {
	for _, p := range c.parts {
		n += p.members.Len()
	}
	return n
}

// All yields the ids, in the order in which the contacts were created.
func (c Set) All() iter.Seq[string] {
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
				if all[i].creation().Compare(all[first].creation()) < 0 {
					first = i
				}
			}
			at := &all[first]
			if !yield(at.IDs[at.row]) {
				return
			}
			if !at.next() {
				all = slices.Delete(all, first, first+1)
			}
		}
	}
}

// A cursor goes over the contacts of a part in the order of their creations.
type cursor struct {
	*part
	row    uint32
	inRow  *rowset.Cursor
	sorted []uint32 // instead, if creations are not in order of rows
}

// cursor stands before the first contact. Rows must be sorted if they are not in order.
func (p *part) cursor() cursor {
	c := cursor{part: p}
	if p.ordered {
		c.inRow = p.members.Cursor()
		return c
	}
	c.sorted = p.members.Rows()
	slices.SortFunc(c.sorted, func(a, b uint32) int { return p.creations[a].Compare(p.creations[b]) })
	return c
}

// creation is that of the contact at which the cursor stands.
func (c *cursor) creation() Creation { return c.creations[c.row] }

// next goes to the next contact, and reports whether there is one.
func (c *cursor) next() bool {
	if c.inRow != nil && c.inRow.OK() {
		c.row = c.inRow.Row()
		c.inRow.Next()
		return true
	}
	if len(c.sorted) == 0 {
		return false
	}
	c.row, c.sorted = c.sorted[0], c.sorted[1:]
	return true
}

// First returns the ids of those known longest, at most n. Its cost grows with
// the set.
func (c Set) First(n int) (ids []string) {
	type one struct {
		Creation
		id string
	}
	if n <= 0 {
		return nil
	}
	var some []one
	for i := range c.parts {
		p := &c.parts[i]
		k := 0
		for row := range p.members.All() {
			if k == n && p.ordered {
				break
			}
			k++
			b := p.creations[row]
			if len(some) == n && b.Compare(some[n-1].Creation) >= 0 {
				continue
			}
			at, _ := slices.BinarySearchFunc(some, b, func(o one, b Creation) int { return o.Compare(b) })
			some = slices.Insert(some[:min(len(some), n-1)], at, one{b, p.IDs[row]})
		}
	}
	for _, o := range some {
		ids = append(ids, o.id)
	}
	return ids
}

// And is the contacts in both sets. Both must come from one index.
func (c Set) And(o Set) Set { return c.with(o, part.and) }

// Or is the contacts in either set.
func (c Set) Or(o Set) Set { return c.with(o, part.or) }

// AndNot is the contacts in the set and not in the other.
func (c Set) AndNot(o Set) Set { return c.with(o, part.andNot) }

// with combines two sets shard by shard. Both must come from one index.
func (c Set) with(o Set, op func(p, o part) part) (out Set) {
	for i := range max(len(c.parts), len(o.parts)) {
		out.parts = append(out.parts, op(c.part(i), o.part(i)))
	}
	return out
}

// part is the contacts of one shard, which may be none.
func (c Set) part(i int) part {
	if i < len(c.parts) {
		return c.parts[i]
	}
	return part{members: new(rowset.Set), Roster: Roster{ordered: true}}
}

// Has reports whether a contact is in the set, in constant time.
func (c Set) Has(id string) bool {
	switch n := len(c.parts); n {
	case 0:
		return false
	case 1:
		return c.parts[0].has(id)
	default:
		return c.parts[ShardOf(id, n)].has(id)
	}
}

// Created returns when a contact of the set was created, in UTC, in constant time; ok is false
// if it is not in the set.
func (c Set) Created(id string) (at time.Time, ok bool) {
	if len(c.parts) == 0 {
		return at, false
	}
	p := c.parts[0]
	if n := len(c.parts); n > 1 {
		p = c.parts[ShardOf(id, n)]
	}
	row, ok := p.rows.find(p.IDs, id, p.members.Contains)
	if !ok {
		return at, false
	}
	return p.creations[row].Time(), true
}

// has reports whether the contact with the id is in the part.
func (p part) has(id string) bool {
	_, ok := p.rows.find(p.IDs, id, p.members.Contains)
	return ok
}
