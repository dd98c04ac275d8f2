package index

import (
	"iter"
	"slices"

	"github.com/segmentrules/segment/index/internal/rowset"
)

// A part is the contacts of a set that one index, or one shard, knows.
type part struct {
	members *rowset.Set // rows
	who
}

// A who says by row who the contacts are. It does not change for those that were
// in some set when it was made, whatever becomes of them.
type who struct {
	ids     []string
	births  []birth
	ordered bool // whether the contacts were created in the order of their rows
	rows    directory
	// Within one generation a row is one contact, and a contact has one row. What was
	// put together of several has none.
	generation uint64
	made       uint64 // of one generation, the greater is the later
	mixed      bool
}

// A contactSet is an immutable set of contacts. It may be used by many goroutines.
type contactSet struct{ parts []part } // none, or one for each shard

// setOf is the set of the contacts in some rows.
func setOf(rows *rowset.Set, known who) contactSet {
	return contactSet{[]part{{members: rows, who: known}}}
}

// beside is the set with the contacts of one more shard.
func (c contactSet) beside(shard contactSet) contactSet {
	return contactSet{append(slices.Clip(c.parts), shard.part(0))}
}

// size is how many contacts there are. It does not list them.
func (c contactSet) size() (n int) {
	for _, p := range c.parts {
		n += p.members.Len()
	}
	return n
}

// all yields the ids, in the order in which the contacts were created.
func (c contactSet) all() iter.Seq[string] {
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
	inRow  *rowset.Cursor
	sorted []uint32 // instead, if births are not in order of rows
}

func (p *part) cursor() cursor {
	c := cursor{part: p}
	if p.ordered {
		c.inRow = p.members.Cursor()
		return c
	}
	c.sorted = p.members.Rows()
	slices.SortFunc(c.sorted, func(a, b uint32) int { return p.births[a].compare(p.births[b]) })
	return c
}

func (c *cursor) birth() birth { return c.births[c.row] }

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

// first returns the ids of those known longest, at most n. Its cost grows with
// the set.
func (c contactSet) first(n int) (ids []string) {
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
		k := 0
		for row := range p.members.All() {
			if k == n && p.ordered {
				break
			}
			k++
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

// and is the contacts in both sets. Both must come from one index.
func (c contactSet) and(o contactSet) contactSet { return c.with(o, part.and) }

// or is the contacts in either set.
func (c contactSet) or(o contactSet) contactSet { return c.with(o, part.or) }

// andNot is the contacts in the set and not in the other.
func (c contactSet) andNot(o contactSet) contactSet { return c.with(o, part.andNot) }

// with combines two sets shard by shard. Both must come from one index.
func (c contactSet) with(o contactSet, op func(p, o part) part) (out contactSet) {
	for i := range max(len(c.parts), len(o.parts)) {
		out.parts = append(out.parts, op(c.part(i), o.part(i)))
	}
	return out
}

func (c contactSet) part(i int) part {
	if i < len(c.parts) {
		return c.parts[i]
	}
	return part{members: new(rowset.Set), who: who{ordered: true}}
}

// has reports whether a contact is in the set, in constant time.
func (c contactSet) has(id string) bool {
	switch n := len(c.parts); n {
	case 0:
		return false
	case 1:
		return c.parts[0].has(id)
	default:
		return c.parts[shardOf(id, n)].has(id)
	}
}

func (p part) has(id string) bool {
	_, ok := p.rows.find(p.ids, id, p.members.Contains)
	return ok
}
