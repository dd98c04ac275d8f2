package rules

import "slices"

// A programs is the programs of all plans, one behind another, so that going from
// plan to plan does not go all over memory. It grows in chunks, which forks of
// the rules share.
type programs struct {
	chunks     [][]step
	heads      []programHead // by plan
	counts     []count
	freeCounts []int32
	used       int // steps of plans that are
	wasted     int // and of those that were
}

// A programHead is where the program of a plan begins, and what there is to know of it.
type programHead struct {
	chunk int32
	from  uint16
	flags uint8
}

const (
	FlagStored uint8 = 1 << iota // see Plan.stored
	FlagRefers                   // it refers to other segments
)

// chunkSteps is the size of a chunk, but for the first few, which are smaller; a longer
// program has one of its own.
const chunkSteps = 1 << 12

// steps returns the program of a plan, and those behind it.
func (c *programs) steps(id PlanID) []step {
	h := &c.heads[id]
	return c.chunks[h.chunk][h.from:]
}

// add puts the program of a plan in its place.
func (c *programs) add(id PlanID, plan *Plan) {
	last := len(c.chunks) - 1
	// a program lies in one chunk, and a chunk never moves
	if last < 0 || len(c.chunks[last])+len(plan.steps) > cap(c.chunks[last]) {
		c.chunks = append(c.chunks, make([]step, 0, max(min(chunkSteps, 64<<(2*last+2)), len(plan.steps))))
		last++
	}
	from := len(c.chunks[last])
	c.chunks[last] = append(c.chunks[last], plan.steps...)
	if int(id) >= len(c.heads) {
		c.heads = append(c.heads, make([]programHead, int(id)+1-len(c.heads))...)
	}
	h := programHead{chunk: int32(last), from: uint16(from)}
	if plan.stored {
		h.flags |= FlagStored
	}
	if len(plan.Refs) > 0 {
		h.flags |= FlagRefers
	}
	c.heads[id] = h
	c.used += len(plan.steps)
	// the plan has its steps where they lie now, and cannot append to them
	plan.steps = c.chunks[last][from : from+len(plan.steps) : from+len(plan.steps)]
}

// drop lets go of the program of a plan; wasteful is true once most of the memory
// is of such.
func (c *programs) drop(plan *Plan) (wasteful bool) {
	c.used -= len(plan.steps)
	c.wasted += len(plan.steps)
	for _, i := range plan.counts {
		c.counts[i] = count{}
		c.freeCounts = append(c.freeCounts, i)
	}
	return c.wasted >= chunkSteps && c.wasted >= 2*c.used
}

// fork returns code that may grow by itself: the last chunk is copied, the others
// are full.
func (c *programs) fork() programs {
	f := programs{chunks: slices.Clone(c.chunks), heads: slices.Clone(c.heads), counts: slices.Clone(c.counts),
		freeCounts: slices.Clone(c.freeCounts), used: c.used, wasted: c.wasted}
	if last := len(f.chunks) - 1; last >= 0 {
		own := make([]step, len(f.chunks[last]), cap(f.chunks[last]))
		copy(own, f.chunks[last])
		f.chunks[last] = own
	}
	return f
}
