package simdisk

import "slices"

// Names lists the files, without a step.
func (d *Disk) Names() (list []string) {
	for _, e := range d.seen {
		list = append(list, e.name)
	}
	return list
}

// Bytes returns what a file holds, which must not be changed; nil if there is none.
func (d *Disk) Bytes(name string) []byte {
	if i, ok := d.seen.find(name); ok {
		return d.seen[i].node.seen
	}
	return nil
}

// Put gives a file other bytes for good, as damage on the disk does; nil takes
// the file away.
func (d *Disk) Put(name string, b []byte) {
	d.seen, d.base = slices.Clone(d.seen), slices.Clone(d.base)
	if b == nil {
		d.seen.drop(name)
		d.base.drop(name)
		return
	}
	n := &node{seen: slices.Clip(b), base: slices.Clip(b)}
	d.seen.set(name, n)
	d.base.set(name, n)
}

// Flip flips one bit of a file for good. Bits are numbered from the lowest of the
// first byte.
func (d *Disk) Flip(name string, bit int) {
	b := slices.Clone(d.Bytes(name))
	b[bit/8] ^= 1 << (bit % 8)
	d.Put(name, b)
}
