package column

import (
	"math/bits"
	"slices"

	"github.com/segmentrules/segment"
)

// planes is a strip of dictionary codes of at most 8 bits, 64 rows at a time:
// a word with the lowest bit of each code, a word with the next bit, and so on.
// A test of 64 rows is then a few operations on words, and a column of three
// values takes two bits a row. See BitWeaving (Li and Patel, 2013).
type planes struct {
	width int
	n     int
	data  []uint64
}

// newPlanes returns a strip of codes of so many bits, of which count are not 0.
func newPlanes(all []uint32, width, count int) *planes {
	p := &planes{width: width, n: count, data: make([]uint64, len(all)/64*width)}
	for r, code := range all {
		if code != 0 {
			p.put(r, code)
		}
	}
	return p
}

// code returns the code of a row within the strip.
func (p *planes) code(row int) (code uint32) {
	for i, w := range p.data[row>>6*p.width:][:p.width] {
		code |= uint32(w>>(row&63)&1) << i
	}
	return code
}

// put gives a row a code, a bit in each plane.
func (p *planes) put(row int, code uint32) {
	words := p.data[row>>6*p.width:][:p.width]
	for i := range words {
		words[i] = words[i]&^(1<<(row&63)) | uint64(code>>i&1)<<(row&63)
	}
}

// get returns the value that the code of a row stands for.
func (p *planes) get(dict []segment.Value, row int) segment.Value {
	if row >= p.rows() {
		return segment.Value{}
	}
	return dict[p.code(row)]
}

// set gives a row the code of a value. It fails if the code needs more planes.
func (p *planes) set(d *dictionary, row int, v segment.Value) bool {
	code, ok := d.intern(v)
	if !ok || bits.Len32(code) > p.width {
		return false
	}
	if row >= p.rows() {
		p.data = grown(p.data, room(row+1)/64*p.width)
	}
	if p.code(row) == 0 {
		p.n++
	}
	p.put(row, code)
	return true
}

// clear gives a row code 0, which stands for null.
func (p *planes) clear(row int) {
	p.n--
	p.put(row, 0)
}

func (p *planes) count() int         { return p.n }
func (p *planes) rows() int          { return len(p.data) / p.width * 64 }
func (p *planes) coded() bool        { return true }
func (p *planes) decides(*Test) bool { return true }
func (p *planes) clone() strip       { return &planes{p.width, p.n, slices.Clone(p.data)} }
func (p *planes) bytes() int64       { return 48 + int64(cap(p.data))*8 }

// choose runs a diagram over 64 rows at once, or asks for their codes if few are asked about.
func (p *planes) choose(s *Selector, in, out *Mask) {
	var d *diagram
	few := 1 // rows for which the diagram is quicker than their codes
	for w := range len(p.data) / p.width {
		m := in[w]
		if bits.OnesCount64(m) < few {
			out[w] = each(m, func(i int) bool { return s.verdict(p.code(w*64 + i)) })
			continue
		}
		if d == nil {
			if d = s.diagram(p.width); len(d.nodes) > manyNodes {
				few = sparse
			}
		}
		out[w] = m & d.run(p.data[w*p.width:][:p.width])
	}
}

// manyNodes of a diagram take as long as some codes, found and looked up.
const manyNodes = 24

// A diagram decides 64 codes at once from their planes: a binary decision
// diagram of the passing codes, its nodes in an order in which every node comes
// after those it refers to. Nodes 0 and 1 are no and yes.
//
// Where only one code passes, or all but one do, it is shorter to compare.
type diagram struct {
	nodes  []node
	root   uint8
	single bool
	flip   [8]uint64 // of a single code: ones for the planes where it has 0
	invert uint64
	at     [256]uint64 // the nodes' results for the rows at hand
}

// A node is hi where the bit of this plane is set, and lo elsewhere. There are
// at most 1+2+4+8+16+32+64 of them and, as equal ones are one, 2 of the last
// plane: they fit a byte.
type node struct{ plane, lo, hi uint8 }

// newDiagram returns the diagram of the codes of this width that pass.
func newDiagram(width int, passing func(code uint32) bool) *diagram {
	var yes, no []uint32
	for code := range uint32(1) << width {
		if passing(code) {
			yes = append(yes, code)
		} else {
			no = append(no, code)
		}
	}
	switch {
	case len(yes) == 1:
		return singleCode(yes[0], 0)
	case len(no) == 1:
		return singleCode(no[0], ^uint64(0))
	}
	d := &diagram{}
	d.at[1] = ^uint64(0)
	known := map[node]uint8{}
	var build func(plane int, prefix uint32) uint8
	build = func(plane int, prefix uint32) uint8 {
		if plane < 0 {
			if passing(prefix) {
				return 1
			}
			return 0
		}
		n := node{uint8(plane), build(plane-1, prefix), build(plane-1, prefix|1<<plane)}
		// the bit makes no difference
		if n.lo == n.hi {
			return n.lo
		}
		// the same question was asked on another way: one node answers both
		if at, ok := known[n]; ok {
			return at
		}
		// children first, so that run finds their results ready
		d.nodes = append(d.nodes, n)
		known[n] = uint8(len(d.nodes) + 1)
		return known[n]
	}
	d.root = build(width-1, 0)
	return d
}

// singleCode is the diagram for which one code passes, or with invert all but one do.
func singleCode(code uint32, invert uint64) *diagram {
	d := &diagram{single: true, invert: invert}
	for i := range d.flip {
		d.flip[i] = uint64(code>>i&1) - 1
	}
	return d
}

// run returns which of 64 rows pass.
func (d *diagram) run(words []uint64) uint64 {
	if d.single {
		m := ^uint64(0)
		for i, w := range words {
			// all ones where every bit of the code is right
			m &= w ^ d.flip[i&7]
		}
		return m ^ d.invert
	}
	at := &d.at
	for i, n := range d.nodes {
		w := words[n.plane]
		// for each of the 64 rows: hi where its bit is 1, else lo
		lo := at[n.lo]
		at[uint8(i+2)] = lo ^ w&(lo^at[n.hi])
	}
	return at[d.root]
}
