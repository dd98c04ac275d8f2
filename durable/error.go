package durable

import (
	"errors"
	"fmt"
	"unicode/utf8"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/durable/internal/disk"
	"github.com/segmentrules/segment/durable/internal/journal"
)

// The errors that callers tell apart.
var (
	// ErrPoisoned says that a write or a sync has failed, and that nothing is written any
	// more. It comes with the first error, which names the file. The index can be read;
	// opening the store again recovers what is on the disk.
	ErrPoisoned = journal.ErrPoisoned

	// ErrReadOnly is the answer to writing in a store that was opened to read.
	ErrReadOnly = journal.ErrReadOnly

	// ErrClosed is the answer to everything after Close.
	ErrClosed = journal.ErrClosed

	// ErrLocked says that another process, or another Store of this one, has the directory.
	ErrLocked = disk.ErrLocked

	// ErrNoStore says that a directory that was to be read holds no store.
	ErrNoStore = journal.ErrNoStore

	// ErrRepeated says that a producer has sent a call of this number, or a later one,
	// before: it was applied then, and is not applied again.
	ErrRepeated = errors.New("durable: the producer has sent this call before")
)

// checkName refuses a name that the log cannot hold.
func checkName(name, what string) error {
	if name == "" || !utf8.ValidString(name) {
		return fmt.Errorf("durable: the name of a %s, %q, is empty or not UTF-8", what, name)
	}
	return nil
}

// A CorruptError says that a file is damaged, and where: what was on the disk for good has
// changed since. Nothing is repaired by itself; see [Options.OlderSnapshot] and [Verify].
type CorruptError = journal.CorruptError

// A VersionError says that a file was written by a later version of this package.
type VersionError = journal.VersionError

// A DivergedError says that a call that was made again came to something else than the log
// has: another version of the code, another zone database, a fault. Nothing has been
// changed.
type DivergedError struct {
	Record uint64 // its number in the log
	Call   string // what it was
	Was    string // what the log says
	Is     string // what came of it now
}

// Error says which call differs, and how.
func (e *DivergedError) Error() string {
	return fmt.Sprintf("durable: record %d, %s, came to something else when it was made again: %s, and the log has %s", e.Record, e.Call, e.Is, e.Was)
}

// An EnvironmentError says that calls of the log were made in another environment than that
// of this program, so that they might come to something else now. Open the store with what
// wrote it, and close it: then there is nothing to be made again.
type EnvironmentError struct{ Was, Is segment.Environment }

// Error says what differs.
func (e *EnvironmentError) Error() string {
	return "durable: the log was written in another environment: " + e.Was.Differs(e.Is) + " (Options.OtherEnvironment makes its calls again all the same)"
}

// A ResyncError says that diffs a consumer has not seen are no longer kept. What to do: read
// the members of the segments that matter, and go on from where they were read, with
// [Consumer.Reset].
type ResyncError struct {
	Consumer string // empty for a reader of the history
	From     uint64 // the revision behind which it is to go on
	Oldest   uint64 // the first revision that is still kept
}

// Error says what is missing, and what to do.
func (e *ResyncError) Error() string {
	if e.Consumer == "" {
		return fmt.Sprintf("durable: the diffs behind revision %d are asked for, and the oldest that is kept is %d", e.From, e.Oldest)
	}
	return fmt.Sprintf("durable: consumer %q has acknowledged revision %d, and the oldest diff that is kept is %d: read the members of its segments anew, and call Reset", e.Consumer, e.From, e.Oldest)
}
