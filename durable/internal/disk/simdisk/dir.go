package simdisk

import (
	"io"
	"io/fs"
	"slices"
	"syscall"

	"github.com/segmentrules/segment/durable/internal/disk"
)

// The directory: its names, and what changes them. Each operation is a step, which may fail
// or be the one in which the machine goes down.

var _ disk.Dir = (*Disk)(nil)

// List implements [disk.Dir].
func (d *Disk) List() ([]string, error) {
	if _, err := d.step(d.life); err != nil {
		return nil, broken("list", ".", err)
	}
	list := make([]string, len(d.seen))
	for i, e := range d.seen {
		list[i] = e.name
	}
	return list, nil
}

// change carries out a change of names, as far as the end of the step has it.
func (d *Disk) change(op string, c change) error {
	end, err := d.step(d.life)
	if end == done && c.from == "" && d.full() {
		end, err = failed, syscall.ENOSPC
	}
	if d.does(end) {
		d.bury(c.to)
		if c.to == "" {
			d.bury(c.from)
		}
		d.seen.apply(c)
		d.changes = append(d.changes, c)
	}
	if err != nil {
		return broken(op, c.to+c.from, err)
	}
	return nil
}

// node finds a file.
func (d *Disk) node(op, name string) (*node, error) {
	i, ok := d.seen.find(name)
	if !ok {
		return nil, broken(op, name, fs.ErrNotExist)
	}
	return d.seen[i].node, nil
}

// Create implements [disk.Dir].
func (d *Disk) Create(name string) (disk.File, error) {
	if _, ok := d.seen.find(name); ok && !d.down {
		return nil, broken("create", name, fs.ErrExist)
	}
	n := new(node)
	if err := d.change("create", change{to: name, node: n}); err != nil {
		return nil, err
	}
	return &file{d, n, name, d.life}, nil
}

// Append implements [disk.Dir].
func (d *Disk) Append(name string) (disk.File, error) {
	if _, err := d.step(d.life); err != nil {
		return nil, broken("open", name, err)
	}
	n, err := d.node("open", name)
	if err != nil {
		return nil, err
	}
	return &file{d, n, name, d.life}, nil
}

// Open implements [disk.Dir].
func (d *Disk) Open(name string) (disk.Reader, error) {
	if _, err := d.step(d.life); err != nil {
		return nil, broken("open", name, err)
	}
	n, err := d.node("open", name)
	if err != nil {
		return nil, err
	}
	return &reader{file{d, n, name, d.life}, n.seen}, nil
}

// Rename implements [disk.Dir].
func (d *Disk) Rename(from, to string) error {
	n, err := d.node("rename", from)
	if err != nil && !d.down {
		return err
	}
	return d.change("rename", change{to, n, from})
}

// Remove implements [disk.Dir].
func (d *Disk) Remove(name string) error {
	if _, err := d.node("remove", name); err != nil && !d.down {
		return err
	}
	return d.change("remove", change{from: name})
}

// Sync implements [disk.Dir].
func (d *Disk) Sync() error {
	end, err := d.step(d.life)
	switch {
	case end == done:
		for _, c := range d.changes {
			d.base.apply(c)
		}
		d.changes = d.changes[:0]
	case end == failed && !d.down:
		// some may be on the disk now, and all are tried again
		d.base.survive(d.changes, d.rng)
	}
	if err != nil {
		return broken("sync", ".", err)
	}
	return nil
}

// Lock implements [disk.Dir].
func (d *Disk) Lock(name string, shared bool) (io.Closer, error) {
	if slices.ContainsFunc(d.locks, func(l *held) bool { return l.name == name && !(l.shared && shared) }) {
		return nil, broken("lock", name, disk.ErrLocked)
	}
	switch _, ok := d.seen.find(name); {
	case ok:
		if _, err := d.step(d.life); err != nil {
			return nil, broken("lock", name, err)
		}
	case shared:
		return nil, broken("lock", name, fs.ErrNotExist)
	default:
		if err := d.change("lock", change{to: name, node: new(node)}); err != nil {
			return nil, err
		}
	}
	l := &held{d, name, shared}
	d.locks = append(d.locks, l)
	return l, nil
}

// Close lets go of a lock.
func (l *held) Close() error {
	l.disk.locks = slices.DeleteFunc(l.disk.locks, func(o *held) bool { return o == l })
	return nil
}
