package simdisk

import (
	"errors"
	"io/fs"
	"math/rand/v2"
	"slices"
)

// A test lets the machine go down in some step, starts it again by Kill or Cut, and looks at
// what is left. All chance comes from the seed.

// ErrDown is the error of every operation between a crash and [Disk.Kill] or
// [Disk.Cut], and of files that were opened before.
var ErrDown = errors.New("simdisk: the machine is down")

// A Disk is a simulated disk with one directory. It is not safe for concurrent use.
type Disk struct {
	rng     *rand.Rand
	seen    names    // what a process sees
	base    names    // what is surely on the disk
	changes []change // what came after base, in order
	locks   []*held
	haunted bool
	ghosts  [][]byte // bytes of files that are gone: their blocks may be given to others

	steps   int
	crashAt int   // the step in which the machine goes down; 0 for none
	failAt  int   // the step that fails with failure; 0 for none
	failure error // see FailAt
	fullAt  int   // the step from which on there is no room; 0 for never
	down    bool
	life    int // how many restarts there were: files of earlier lives are dead
}

// A held is a lock that is held.
type held struct {
	disk   *Disk
	name   string
	shared bool
}

// New returns an empty disk.
func New(seed uint64) *Disk { return &Disk{rng: rand.New(rand.NewPCG(seed, 0x5d15c))} }

// Clone returns a copy that goes its own way from here, with a seed of its own.
// Nobody holds locks or files of the copy.
func (d *Disk) Clone(seed uint64) *Disk {
	c := New(seed)
	c.haunted, c.ghosts = d.haunted, slices.Clone(d.ghosts)
	copies := map[*node]*node{}
	of := func(n *node) *node {
		if n == nil {
			return nil
		}
		if copies[n] == nil {
			copies[n] = &node{slices.Clip(n.seen), slices.Clip(n.base), slices.Clone(n.pending), n.lost}
		}
		return copies[n]
	}
	for _, e := range d.seen {
		c.seen = append(c.seen, entry{e.name, of(e.node)})
	}
	for _, e := range d.base {
		c.base = append(c.base, entry{e.name, of(e.node)})
	}
	for _, ch := range d.changes {
		c.changes = append(c.changes, change{ch.to, of(ch.node), ch.from})
	}
	return c
}

// Haunt makes places of a file that were never written show what files had there
// that are gone, instead of zeros. Some old or fast file systems do this (ext4
// with data=writeback); most do not.
func (d *Disk) Haunt() { d.haunted = true }

// Steps is how many operations there have been.
func (d *Disk) Steps() int { return d.steps }

// CrashAt lets the machine go down in an operation, which may have been carried
// out or not. 0 is never.
func (d *Disk) CrashAt(step int) { d.crashAt = step }

// FailAt lets one operation fail with an error: a write after some of it, a sync
// after some of the data has been lost for good. 0 is never.
func (d *Disk) FailAt(step int, err error) { d.failAt, d.failure = step, err }

// Fill leaves no room from a step on: files cannot be made, and of a write there
// is a part. All else works. 0 is room again.
func (d *Disk) Fill(step int) { d.fullAt = step }

// full reports whether there is no room in the step that is being counted.
func (d *Disk) full() bool { return d.fullAt > 0 && d.steps >= d.fullAt }

// Down reports whether the machine has crashed.
func (d *Disk) Down() bool { return d.down }

// Kill ends the process: its locks are free and its files dead, and a new one sees
// all that was written.
func (d *Disk) Kill() {
	d.down, d.crashAt, d.failAt, d.locks = false, 0, 0, nil
	d.life++
}

// Cut cuts the power, and starts the machine again with what the disk has.
func (d *Disk) Cut() {
	d.Kill()
	d.base.survive(d.changes, d.rng)
	d.changes = d.changes[:0]
	for _, e := range d.base {
		e.node.restart(d.rng, d.ghost())
	}
	d.seen = append(d.seen[:0], d.base...)
}

// ghost is what a block that was never written shows: what a file that is gone had there,
// or nil for zeros.
func (d *Disk) ghost() []byte {
	n := len(d.ghosts)
	if !d.haunted || n == 0 {
		return nil
	}
	switch d.rng.IntN(4) {
	case 0:
		return nil
	case 1:
		return d.ghosts[d.rng.IntN(n)]
	}
	return d.ghosts[n-1] // what was freed last is often taken first
}

// bury remembers what the file of this name holds, as it is about to be gone.
func (d *Disk) bury(name string) {
	const most = 4
	if i, ok := d.seen.find(name); ok {
		if d.ghosts = append(d.ghosts, d.seen[i].node.seen); len(d.ghosts) > most {
			d.ghosts = slices.Delete(d.ghosts, 0, 1)
		}
	}
}

// An end is how a step ends.
type end int

const (
	done    end = iota
	failed      // with an error, and nothing or a part has been done
	crashed     // the machine is down, and it has been done or not
)

// step counts an operation, and says how it is to end.
func (d *Disk) step(life int) (end, error) {
	if d.down || life != d.life {
		return failed, ErrDown
	}
	d.steps++
	switch d.steps {
	case d.crashAt:
		d.down = true
		return crashed, ErrDown
	case d.failAt:
		return failed, d.failure
	}
	return done, nil
}

// does reports whether an operation that has no parts is carried out.
func (d *Disk) does(e end) bool { return e == done || e == crashed && d.rng.IntN(2) == 0 }

func broken(op, name string, err error) error { return &fs.PathError{Op: op, Path: name, Err: err} }
