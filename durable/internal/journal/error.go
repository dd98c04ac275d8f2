package journal

import (
	"errors"
	"fmt"
)

var (
	// ErrPoisoned says that a write or a sync has failed before, and that the journal
	// writes no more. It comes with the first error. Opening the store again reads
	// what is on the disk.
	ErrPoisoned = errors.New("journal: nothing is written any more after an error")

	// ErrReadOnly is the answer to writing in a store that was opened to read.
	ErrReadOnly = errors.New("journal: opened to read only")

	// ErrClosed is the answer to everything after Close.
	ErrClosed = errors.New("journal: closed")

	// ErrNotDurable says that a snapshot cannot be committed before the records up to
	// it are durable: flush, and commit again.
	ErrNotDurable = errors.New("journal: the records up to the snapshot are not durable yet")

	// ErrNoStore says that the directory holds no store, and that none was to be made.
	ErrNoStore = errors.New("journal: no store in this directory")

	// ErrTooLong is the answer to a record or a meta of more than [MaxRecord] bytes.
	ErrTooLong = errors.New("journal: a record is too long")
)

// A CorruptError says that something that was durable has been changed since:
// by the disk, or by somebody who removed, cut or exchanged a file.
type CorruptError struct {
	File   string // its name in the directory
	Offset int64  // where, in bytes from its start
	Why    string
}

// Error names the file and the place.
func (e *CorruptError) Error() string {
	return fmt.Sprintf("journal: %s is damaged at byte %d: %s", e.File, e.Offset, e.Why)
}

func corrupt(file string, offset int64, why string, args ...any) error {
	return &CorruptError{file, offset, fmt.Sprintf(why, args...)}
}

// A VersionError says that a file was written by a later version of this package.
type VersionError struct {
	File    string
	Version uint32 // what the file is of
}

// Error names the file and both versions.
func (e *VersionError) Error() string {
	return fmt.Sprintf("journal: %s is of version %d, and this program reads up to version %d: it takes a newer one", e.File, e.Version, version)
}

// version is what this package writes, and the newest that it reads.
const version = 1
