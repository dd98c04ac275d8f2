package index

import "slices"

// A code is the programs of all roots, one behind another, so that going from
// root to root does not go all over memory. It grows in chunks, which forks of
// the rules share.
type code struct {
	chunks     [][]step
	heads      []head // by root
	counts     []count
	freeCounts []int32
	used       int // steps of roots that are
	wasted     int // and of those that were
}

// A head is where the program of a root begins, and what there is to know of it.
type head struct {
	chunk int32
	from  uint16
	flags uint8
}

const (
	isStored uint8 = 1 << iota // see root.stored
	hasRefs                    // it refers to other segments
)

// chunkSteps is the size of a chunk; a longer program has one of its own.
const chunkSteps = 1 << 12

// steps returns the program of a root, and those behind it.
func (c *code) steps(id rootID) []step {
	h := &c.heads[id]
	return c.chunks[h.chunk][h.from:]
}

// add puts the program of a root in its place.
func (c *code) add(id rootID, rt *root) {
	last := len(c.chunks) - 1
	if last < 0 || len(c.chunks[last])+len(rt.steps) > cap(c.chunks[last]) {
		c.chunks = append(c.chunks, make([]step, 0, max(chunkSteps, len(rt.steps))))
		last++
	}
	from := len(c.chunks[last])
	c.chunks[last] = append(c.chunks[last], rt.steps...)
	if int(id) >= len(c.heads) {
		c.heads = append(c.heads, make([]head, int(id)+1-len(c.heads))...)
	}
	h := head{chunk: int32(last), from: uint16(from)}
	if rt.stored {
		h.flags |= isStored
	}
	if len(rt.refs) > 0 {
		h.flags |= hasRefs
	}
	c.heads[id] = h
	c.used += len(rt.steps)
	rt.steps = c.chunks[last][from : from+len(rt.steps) : from+len(rt.steps)]
}

// drop lets go of the program of a root; wasteful is true once most of the memory
// is of such.
func (c *code) drop(rt *root) (wasteful bool) {
	c.used -= len(rt.steps)
	c.wasted += len(rt.steps)
	for _, i := range rt.counts {
		c.counts[i] = count{}
		c.freeCounts = append(c.freeCounts, i)
	}
	return c.wasted >= chunkSteps && c.wasted >= 2*c.used
}

// fork returns code that may grow by itself: the last chunk is copied, the others
// are full.
func (c *code) fork() code {
	f := code{chunks: slices.Clone(c.chunks), heads: slices.Clone(c.heads), counts: slices.Clone(c.counts),
		freeCounts: slices.Clone(c.freeCounts), used: c.used, wasted: c.wasted}
	if last := len(f.chunks) - 1; last >= 0 {
		own := make([]step, len(f.chunks[last]), cap(f.chunks[last]))
		copy(own, f.chunks[last])
		f.chunks[last] = own
	}
	return f
}
