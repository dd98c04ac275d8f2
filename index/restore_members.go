package index

import (
	"math/bits"
	"slices"
	"time"

	"github.com/segmentrules/segment/index/internal/rowset"
	"github.com/segmentrules/segment/index/internal/rules"
	"github.com/segmentrules/segment/index/internal/size"
	"github.com/segmentrules/segment/index/internal/wire"
	"github.com/segmentrules/segment/rule"
)

// A rowReader reads sets of rows of contacts that exist.
type rowReader struct {
	r     *wire.Reader
	alive []uint64 // a bit for each row
	some  []uint16
	words []uint64
}

// wordsOfBlock is how many words have a bit for each row of a block.
const wordsOfBlock = 1 << 16 / 64

// newRowReader returns a reader of sets of the contacts that are alive.
func newRowReader(r *wire.Reader, alive []bool) *rowReader {
	x := &rowReader{r: r, alive: make([]uint64, (len(alive)>>16+1)*wordsOfBlock), words: make([]uint64, wordsOfBlock)}
	for row, is := range alive {
		x.alive[row>>6] |= uint64(size.Flag(is)) << (row & 63)
	}
	return x
}

// set reads one set.
func (x *rowReader) set() *rowset.Set {
	total := x.r.Count(len(x.alive)*64, "members")
	set, last := new(rowset.Set), -1
	for n := 0; n < total && x.r.OK(); {
		block := x.r.Count(len(x.alive)/wordsOfBlock-1, "is the number of a block")
		count := x.r.Count(1<<16, "rows in a block")
		if n += count; block <= last || count == 0 || n > total {
			x.r.Fail("blocks of members that are out of order, or do not add up")
			break
		}
		last = block
		if count > fewRows {
			x.many(set, block, count)
		} else {
			x.few(set, block, count)
		}
	}
	return set
}

// few reads a block whose rows are written one by one.
func (x *rowReader) few(set *rowset.Set, block, count int) {
	x.some = slices.Grow(x.some[:0], count)[:count]
	wire.ReadWords(x.r, x.some)
	for i, low := range x.some {
		// the lower half is written; the block is the upper
		row := uint32(block)<<16 | uint32(low)
		if i > 0 && x.some[i-1] >= low || x.alive[row>>6]>>(row&63)&1 == 0 {
			x.r.Fail("members out of order, or one that does not exist")
			return
		}
	}
	set.AppendRows(block, x.some)
}

// many reads a block that is written with a bit for each row.
func (x *rowReader) many(set *rowset.Set, block, count int) {
	wire.ReadWords(x.r, x.words)
	alive := x.alive[block*wordsOfBlock:]
	for i, w := range x.words {
		if count -= bits.OnesCount64(w); w&^alive[i] != 0 {
			x.r.Fail("a member that does not exist")
			return
		}
	}
	if count != 0 {
		x.r.Fail("more or fewer members than there should be")
		return
	}
	set.AppendWords(block, x.words)
}

// pending reads what is due at the clock, but was not done.
func (x *restorer) pending() {
	ix, r := x.ix, x.r
	if r.Bool() {
		sec, nsec := r.Varint(), int64(r.Count(999_999_999, "nanoseconds"))
		if sec < -1<<62 || sec > 1<<62 {
			r.Fail("an instant that no clock reaches")
		}
		ix.global = rules.Earliest{At: time.Unix(sec, nsec).In(ix.calendar), OK: true}
	}
	n := r.Count(len(ix.store.IDs), "contacts that are due")
	for len(ix.pending) < n && r.OK() {
		row := uint32(r.Count(len(ix.store.IDs)-1, "is the number of a row"))
		if i := len(ix.pending); i > 0 && ix.store.IDs[ix.pending[i-1]] <= ix.store.IDs[row] {
			r.Fail("contacts that are due, out of order")
		}
		if r.OK() && !ix.store.Alive[row] {
			r.Fail("a contact is due that does not exist")
		}
		ix.pending = append(ix.pending, row)
	}
	for n := r.Count(len(ix.rules.Globals), "conditions that have flipped"); len(ix.flipped) < n && r.OK(); {
		c := x.condition()
		if !r.OK() {
			return
		}
		// leaves have other ids now, and are found by what they say
		i := slices.IndexFunc(ix.rules.Globals, func(l rules.LeafID) bool { return rule.Equal(ix.rules.Leaves[l].Condition, c) })
		if i < 0 || slices.Contains(ix.flipped, ix.rules.Globals[i]) {
			r.Fail("a condition has flipped that no segment states, or twice")
			return
		}
		ix.flipped = append(ix.flipped, ix.rules.Globals[i])
	}
	if len(ix.flipped) > 0 && len(ix.pending) == 0 {
		r.Fail("a condition has flipped, and no contact is due")
	}
}
