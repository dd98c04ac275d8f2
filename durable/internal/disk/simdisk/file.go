package simdisk

import (
	"io"
	"syscall"
)

// A file is one that was opened to write.
type file struct {
	disk *Disk
	node *node
	name string
	life int
}

// Write appends; of a write that fails or is interrupted, a beginning is there.
func (f *file) Write(p []byte) (int, error) {
	end, err := f.disk.step(f.life)
	if end == done && f.disk.full() {
		end, err = failed, syscall.ENOSPC
	}
	if err == nil {
		f.node.append(p)
		return len(p), nil
	}
	n := 0
	if end == crashed || !f.disk.down && f.life == f.disk.life {
		n = f.disk.rng.IntN(len(p) + 1)
		f.node.append(p[:n])
	}
	return n, broken("write", f.name, err)
}

func (f *file) Sync() error {
	end, err := f.disk.step(f.life)
	switch {
	case end == done:
		f.node.sync()
	case end == failed && !f.disk.down && f.life == f.disk.life:
		f.node.giveUp(f.disk.rng, f.disk.ghost())
	}
	if err != nil {
		return broken("sync", f.name, err)
	}
	return nil
}

// Close is no step: it makes nothing lasting.
func (f *file) Close() error { return nil }

// A reader is a file that was opened to read.
type reader struct {
	file
	bytes []byte
}

func (r *reader) Size() int64 { return int64(len(r.bytes)) }

func (r *reader) ReadAt(p []byte, off int64) (int, error) {
	if _, err := r.disk.step(r.life); err != nil {
		return 0, broken("read", r.name, err)
	}
	if off >= int64(len(r.bytes)) {
		return 0, io.EOF
	}
	n := copy(p, r.bytes[off:])
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}
