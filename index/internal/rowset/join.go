package rowset

// An op says how two sets are joined.
type op uint8

const (
	opAnd op = iota
	opOr
	opXor
	opAndNot
)

// And returns the rows that are in both sets. Like the other joins it leaves its
// operands as they are, goes over both tables, and works only on blocks of which both
// have rows.
func And(a, b *Set) *Set { return join(opAnd, a, b) }

// Or returns the rows that are in either set.
func Or(a, b *Set) *Set { return join(opOr, a, b) }

// Xor returns the rows that are in one of the sets, but not in both.
func Xor(a, b *Set) *Set { return join(opXor, a, b) }

// AndNot returns the rows of a that are not in b.
func AndNot(a, b *Set) *Set { return join(opAndNot, a, b) }

// CountAnd returns how many rows are in both sets, without making a set of them.
func CountAnd(a, b *Set) (n int) {
	x, y := a.table(), b.table()
	for len(x) > 0 && len(y) > 0 {
		switch p, q := &x[0], &y[0]; {
		case p.block < q.block:
			x = x[1:]
		case p.block > q.block:
			y = y[1:]
		default:
			n += p.countAnd(q)
			x, y = x[1:], y[1:]
		}
	}
	return n
}

// A joiner makes a set of two others.
type joiner struct {
	op    op
	a, b  *Set
	out   []chunk
	n     int
	spare *plane // of which nothing was made yet
}

// join goes over two tables side by side, as one merges sorted lists.
func join(o op, a, b *Set) *Set {
	x, y := a.table(), b.table()
	j := joiner{op: o, a: a, b: b}
	if room := j.room(len(x), len(y)); room > 0 {
		j.out = make([]chunk, 0, room)
	}
	for len(x) > 0 && len(y) > 0 {
		switch p, q := &x[0], &y[0]; {
		case p.block < q.block:
			j.onlyLeft(p)
			x = x[1:]
		case p.block > q.block:
			j.onlyRight(q)
			y = y[1:]
		default:
			j.chunk(p, q)
			x, y = x[1:], y[1:]
		}
	}
	for i := range x {
		j.onlyLeft(&x[i])
	}
	for i := range y {
		j.onlyRight(&y[i])
	}
	return j.set()
}

// room is how many chunks to make room for.
func (j *joiner) room(a, b int) int {
	switch j.op {
	case opAnd:
		return min(a, b)
	case opAndNot:
		return a
	default:
		return max(a, b)
	}
}

// onlyLeft takes a chunk of a, of whose block b has no rows.
func (j *joiner) onlyLeft(c *chunk) {
	if j.op != opAnd {
		j.keep(j.a, c)
	}
}

// onlyRight takes a chunk of b, of whose block a has no rows.
func (j *joiner) onlyRight(c *chunk) {
	if j.op == opOr || j.op == opXor {
		j.keep(j.b, c)
	}
}

// keep takes over a chunk that a set keeps too.
func (j *joiner) keep(of *Set, c *chunk) {
	of.share()
	k := *c
	k.own = false
	j.add(k)
}

// add appends a chunk to the set that is made.
func (j *joiner) add(c chunk) {
	j.out = append(j.out, c)
	j.n += int(c.n)
}

// set is what was made.
func (j *joiner) set() *Set {
	s := &Set{n: j.n}
	if j.n == 0 {
		return s
	}
	// few rows lie in the set itself, whatever table they came in
	if s.chunks = j.out; j.n <= maxFew {
		s.gather()
	}
	return s
}
