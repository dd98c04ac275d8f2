package pebbletest

import (
	"io"
	"slices"

	"github.com/cockroachdb/pebble/v2/vfs"

	"github.com/segmentrules/segment/durable/internal/disk"
)

// A dir is the directory of a store in Pebble's file system.
type dir struct{ fs *vfs.MemFS }

const root = "store"

func (d dir) at(name string) string { return d.fs.PathJoin(root, name) }

// List returns the names of the files, in order.
func (d dir) List() ([]string, error) {
	names, err := d.fs.List(root)
	slices.Sort(names)
	return names, err
}

// Create makes a file that must not exist yet.
func (d dir) Create(name string) (disk.File, error) {
	f, err := d.fs.Create(d.at(name), vfs.WriteCategoryUnspecified)
	return &file{f: f}, err
}

// Append opens a file that exists, to write at its end.
func (d dir) Append(name string) (disk.File, error) {
	f, err := d.fs.OpenReadWrite(d.at(name), vfs.WriteCategoryUnspecified)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	return &file{f, info.Size()}, nil
}

// Open opens a file to read.
func (d dir) Open(name string) (disk.Reader, error) {
	f, err := d.fs.Open(d.at(name))
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	return &reader{File: f, info: info}, err
}

// Rename gives a file another name.
func (d dir) Rename(from, to string) error { return d.fs.Rename(d.at(from), d.at(to)) }

// Remove removes a file.
func (d dir) Remove(name string) error { return d.fs.Remove(d.at(name)) }

// Sync makes lasting what was created, renamed and removed.
func (d dir) Sync() error {
	f, err := d.fs.OpenDir(root)
	if err != nil {
		return err
	}
	defer f.Close()
	return f.Sync()
}

// Lock takes no lock: a test has one process.
func (d dir) Lock(string, bool) (io.Closer, error) { return io.NopCloser(nil), nil }

// A file writes at its end.
type file struct {
	f   vfs.File
	end int64
}

func (f *file) Write(p []byte) (int, error) {
	n, err := f.f.WriteAt(p, f.end)
	f.end += int64(n)
	return n, err
}

func (f *file) Sync() error  { return f.f.Sync() }
func (f *file) Close() error { return f.f.Close() }

// A reader knows how long its file is.
type reader struct {
	vfs.File
	info   vfs.FileInfo
	closed bool
}

func (r *reader) Size() int64 { return r.info.Size() }

// Close may be called twice, which a file of Pebble's does not take.
func (r *reader) Close() error {
	if r.closed {
		return nil
	}
	r.closed = true
	return r.File.Close()
}
