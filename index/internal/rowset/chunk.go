package rowset

import "slices"

// A chunk is the rows of one block that are in a set, by their lower 16 bits. There is
// at least one.
type chunk struct {
	list  []uint16 // ascending; nil if there is a plane
	plane *plane
	n     int32
	block uint16 // the upper 16 bits
	own   bool   // whether list or plane belongs to this set alone
}

const (
	blockRows = 1 << 16
	// maxList is up to how many rows are a list: as a list they then take no more than a
	// plane does.
	maxList = 4096
	// backToList is at how many rows a plane becomes a list again. It is less, so that
	// a set whose size goes up and down about a limit does not change form each time.
	backToList = 3072
)

// contains reports whether a row is in.
func (c *chunk) contains(low uint16) bool {
	if c.plane != nil {
		return c.plane.has(low)
	}
	at := search(c.list, low)
	return at < len(c.list) && c.list[at] == low
}

// find reports whether a row is in, and where in the list it is, or is to be.
func (c *chunk) find(low uint16) (at int, in bool) {
	if c.plane != nil {
		return 0, c.plane.has(low)
	}
	at = search(c.list, low)
	return at, at < len(c.list) && c.list[at] == low
}

// insert adds a row that is not in, where find says.
func (c *chunk) insert(at int, low uint16) {
	// one more is too many for a list
	if c.plane == nil && c.n == maxList {
		c.plane, c.list, c.own = planeOf(c.list), nil, true
	}
	c.mine()
	c.n++
	if c.plane == nil {
		c.list = slices.Insert(c.list, at, low)
		return
	}
	// all rows of the block: the plane that all such chunks share
	if c.plane.set(low); c.n == blockRows {
		c.plane, c.own = &full, false
	}
}

// remove takes out a row that is in, where find says. It is not the last one.
func (c *chunk) remove(at int, low uint16) {
	c.mine()
	c.n--
	if c.plane == nil {
		c.list = slices.Delete(c.list, at, at+1)
		return
	}
	if c.plane.clear(low); c.n == backToList {
		c.list, c.plane = rowsOf(c.plane[:], int(c.n)), nil
	}
}

// mine makes what is to be written to the chunk's own.
func (c *chunk) mine() {
	switch {
	case c.own:
		return
	case c.plane != nil:
		c.plane = c.plane.clone()
	default:
		c.list = append(slices.Grow([]uint16(nil), len(c.list)+1), c.list...)
	}
	c.own = true
}

// same reports whether two chunks are one in memory.
func (c *chunk) same(o *chunk) bool {
	if c.plane != nil || o.plane != nil {
		return c.plane == o.plane
	}
	return len(c.list) == len(o.list) && &c.list[0] == &o.list[0]
}
