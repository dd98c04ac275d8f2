package disk

import (
	"errors"
	"io"
)

// ErrLocked says that another process, or another opening in this one, holds
// the lock of the directory.
var ErrLocked = errors.New("in use by another opening of the same directory")

// A Dir is a directory. Names are of files directly in it. Every error names
// the file that it is about. It may be used by several goroutines at once.
type Dir interface {
	// List returns the names of the files, in order.
	List() ([]string, error)

	// Create makes a file that must not exist yet. That it is there lasts only
	// after Sync of the directory.
	Create(name string) (File, error)

	// Append opens a file that exists, to write at its end.
	Append(name string) (File, error)

	// Open opens a file to read.
	Open(name string) (Reader, error)

	// Rename gives a file another name; a file that had that name is gone.
	// Lasting only after Sync of the directory, but never half done: what has the
	// new name is one file or the other.
	Rename(from, to string) error

	// Remove removes a file. It may come back at a power cut before Sync of the directory.
	Remove(name string) error

	// Sync makes lasting what Create, Rename and Remove did.
	Sync() error

	// Lock takes the lock that is the file of this name, and returns what lets go
	// of it; the error is [ErrLocked] if another has it. It does not wait. A shared
	// lock goes with other shared ones; it needs the file to exist and writes
	// nothing, so it works in a directory that cannot be written. Without shared,
	// the file is made if need be.
	Lock(name string, shared bool) (io.Closer, error)
}

// A File is a file that is being written. One goroutine uses it at a time.
type File interface {
	// Write appends. After an error some beginning of p may have been written.
	io.Writer

	// Sync makes lasting all that was written. After an error nobody knows what
	// lasts. Another Sync that succeeds says nothing about what was written before,
	// not even in a process that starts later and reads it: systems keep in their
	// cache what they could not write, and take it for written.
	Sync() error

	io.Closer
}

// A Reader is a file that is being read, as long as it was when it was opened.
type Reader interface {
	io.ReaderAt
	Size() int64
	io.Closer
}
