package rowset

// Two chunks of one block are joined by their forms: two lists by going over both, a
// list and a plane by looking up each row of the list, two planes word by word.

// chunk joins two chunks of one block.
func (j *joiner) chunk(p, q *chunk) {
	switch {
	case p.same(q):
		// the same rows on both sides: all of them, or for the other two none
		if j.op == opAnd || j.op == opOr {
			j.keep(j.a, p)
		}
	// one has all rows of the block, so that the other decides
	case p.n == blockRows || q.n == blockRows:
		j.whole(p, q)
	case p.plane == nil && q.plane == nil:
		j.lists(p, q)
	case p.plane != nil && q.plane != nil:
		j.planes(p, q)
	case j.op == opAnd || j.op == opAndNot && p.plane == nil:
		j.filter(p, q)
	case p.plane != nil:
		j.alter(p, p.plane.clone(), q.list)
	default:
		j.alter(q, q.plane.clone(), p.list)
	}
}

// whole joins chunks of which one has all rows of the block; they are not the same.
func (j *joiner) whole(p, q *chunk) {
	all := p.n == blockRows
	switch {
	case j.op == opAnd && all, j.op == opOr && !all:
		j.keep(j.b, q)
	case j.op == opAnd, j.op == opOr:
		j.keep(j.a, p)
	case j.op == opAndNot && !all:
	case p.plane != nil && q.plane != nil:
		j.planes(p, q)
	case all:
		j.alter(p, p.plane.clone(), q.list)
	default:
		j.alter(q, q.plane.clone(), p.list)
	}
}

// lists joins two lists, by way of a plane if there may be too many rows for a list.
func (j *joiner) lists(p, q *chunk) {
	if j.op != opAnd && j.op != opAndNot && p.n+q.n > maxList {
		j.alter(p, planeOf(p.list), q.list)
		return
	}
	var out []uint16
	n := 0
	switch j.op {
	case opAnd:
		out = make([]uint16, min(p.n, q.n))
		n = intersect(out, p.list, q.list)
	case opAndNot:
		out = make([]uint16, p.n)
		n = subtract(out, p.list, q.list)
	default:
		out = make([]uint16, p.n+q.n)
		n = unite(out, p.list, q.list, j.op == opOr)
	}
	j.list(p.block, out[:n])
}

// list adds the chunk of a list that was made for it. One that is much shorter than
// the room made for it goes to a smaller one.
func (j *joiner) list(block uint16, list []uint16) {
	if len(list) == 0 {
		return
	}
	if cap(list) > len(list)+len(list)/4+8 {
		list = append([]uint16(nil), list...)
	}
	j.add(chunk{list: list, n: int32(len(list)), block: block, own: true})
}

// filter takes of a list the rows that are in a plane, or those that are not.
func (j *joiner) filter(p, q *chunk) {
	if p.plane != nil {
		p, q = q, p
	}
	out, n, not := make([]uint16, p.n), 0, uint64(0)
	if j.op == opAndNot {
		not = 1
	}
	for _, low := range p.list {
		out[n] = low
		// written in any case, and kept if it passes: no branch to guess
		n += int(q.plane.bit(low) ^ not)
	}
	j.list(p.block, out[:n])
}

// alter goes from a plane with the rows of a chunk, and changes in it what a list says.
func (j *joiner) alter(c *chunk, out *plane, list []uint16) {
	n := int(c.n)
	for _, low := range list {
		had := out.bit(low)
		switch bit := uint64(1) << (low & 63); j.op {
		case opOr:
			out[low>>6] |= bit
			n += int(1 - had)
		case opXor:
			out[low>>6] ^= bit
			n += 1 - 2*int(had)
		default:
			out[low>>6] &^= bit
			n -= int(had)
		}
	}
	j.plane(c.block, out, n)
}

// planes joins two planes. One of which nothing was made serves for the next block.
func (j *joiner) planes(p, q *chunk) {
	out, n := j.spare, 0
	if out == nil {
		out = new(plane)
	}
	switch j.op {
	case opAnd:
		n = out.and(p.plane, q.plane)
	case opOr:
		n = out.or(p.plane, q.plane)
	case opXor:
		n = out.xor(p.plane, q.plane)
	default:
		n = out.andNot(p.plane, q.plane)
	}
	j.spare = nil
	j.plane(p.block, out, n)
}

// plane adds the chunk of a plane that was made for it, in the form that fits.
func (j *joiner) plane(block uint16, p *plane, n int) {
	c := chunk{plane: p, n: int32(n), block: block, own: true}
	switch {
	case n <= maxList:
		if j.spare = p; n == 0 {
			return
		}
		c.list, c.plane = rowsOf(p[:], n), nil
	case n == blockRows:
		j.spare, c.plane, c.own = p, &full, false
	}
	j.add(c)
}

// countAnd returns how many rows are in both chunks.
func (c *chunk) countAnd(o *chunk) (n int) {
	switch {
	case c.plane == nil && o.plane == nil:
		return countBoth(c.list, o.list)
	case c.n == blockRows:
		return int(o.n)
	case o.n == blockRows || c.same(o):
		return int(c.n)
	case c.plane != nil && o.plane != nil:
		return c.plane.countAnd(o.plane)
	case c.plane != nil:
		c, o = o, c
	}
	for _, low := range c.list {
		n += int(o.plane.bit(low))
	}
	return n
}
