package simdisk

import (
	"math/rand/v2"
	"slices"
)

// What a process sees of a file is always the newest. What is on the disk is older: the
// bytes of the last sync, and beside them the writes since, of which a cut takes what it
// likes.

// sector is what a disk writes as a whole.
const sector = 512

// A node is a file without its name. Files only grow, and slices are shared between seen,
// base and pending, so no byte of one is ever overwritten.
type node struct {
	seen    []byte  // what a process reads
	base    []byte  // what is surely on the disk
	pending []write // what came after base, in order
	lost    bool    // a sync failed: base and pending together may be less than what is seen
}

// A write is bytes at an offset.
type write struct {
	at   int
	data []byte
}

func (n *node) append(p []byte) {
	if len(p) == 0 {
		return
	}
	at := len(n.seen)
	n.seen = append(n.seen, p...)
	n.pending = append(n.pending, write{at, slices.Clip(n.seen[at:])})
}

// sync puts all that is pending on the disk.
func (n *node) sync() {
	if n.lost {
		vs := n.versions()
		n.base = vs[len(vs)-1]
	} else {
		n.base = slices.Clip(n.seen)
	}
	n.pending = n.pending[:0]
}

// giveUp is a sync that fails: what is not on the disk now never will be, though a process
// sees it until the power is cut.
func (n *node) giveUp(rng *rand.Rand, ghost []byte) {
	n.base, n.pending, n.lost = n.survivor(rng, ghost), n.pending[:0], true
}

// restart is the file after a cut.
func (n *node) restart(rng *rand.Rand, ghost []byte) {
	n.base = slices.Clip(n.survivor(rng, ghost))
	n.seen, n.pending, n.lost = n.base, n.pending[:0], false
}

// versions are the contents of the file on the disk, one for each number of pending
// writes that have reached it in order.
func (n *node) versions() [][]byte {
	vs := make([][]byte, 1, 1+len(n.pending))
	vs[0] = n.base
	for _, w := range n.pending {
		if !n.lost {
			vs = append(vs, slices.Clip(n.seen[:w.at+len(w.data)])) // the usual case, without a copy
			continue
		}
		last := vs[len(vs)-1]
		v := make([]byte, max(len(last), w.at+len(w.data)))
		copy(v, last)
		copy(v[w.at:], w.data)
		vs = append(vs, v)
	}
	return vs
}

// survivor is what a cut leaves. The ghost is of another file that is gone.
func (n *node) survivor(rng *rand.Rand, ghost []byte) []byte {
	if len(n.pending) == 0 {
		return n.base
	}
	vs := n.versions()
	switch rng.IntN(4) {
	case 0:
		return n.base
	case 1:
		return vs[len(vs)-1]
	case 2: // in order, and cut somewhere
		return cut(vs[1+rng.IntN(len(vs)-1)], len(n.base), rng)
	}
	return n.scattered(vs, ghost, rng)
}

// cut is a file that grew, cut at any byte behind what it was; its length is of that, or
// as if it were whole, with zeros.
func cut(v []byte, was int, rng *rand.Rand) []byte {
	at := was + rng.IntN(len(v)-was+1)
	if rng.IntN(2) == 0 {
		return slices.Clip(v[:at])
	}
	zeros := make([]byte, len(v))
	copy(zeros, v[:at])
	return zeros
}

// scattered is each sector for itself in any of the versions, and the length of any.
func (n *node) scattered(vs [][]byte, ghost []byte, rng *rand.Rand) []byte {
	size := len(vs[rng.IntN(len(vs))])
	same := min(n.pending[0].at, len(n.base))
	out := make([]byte, size)
	copy(out, n.base[:min(same, size)])
	for at := same / sector * sector; at < size; at += sector {
		end := min(at+sector, size)
		v := vs[rng.IntN(len(vs))]
		if at < len(v) {
			clear(out[at:end])
			copy(out[at:end], v[at:])
		} else if at < len(ghost) {
			copy(out[at:end], ghost[at:])
		}
	}
	return out
}
