package cluster

import (
	"errors"
	"reflect"
	"strings"
	"time"
	"unicode"
)

// What a member knows of its partitions, for a page that people look at, and when an error is
// news to them.

// A PartitionStatus is how a partition is doing.
type PartitionStatus struct {
	Partition int
	Owner     string // the member whose share it is; empty if nobody is known to live
	Here      bool   // it is worked on by this member; if not, the rest is not known

	Loaded   bool          // what is committed has been read
	Position uint64        // in the input, of the last message that is committed
	Revision uint64        // of the last diff that is committed
	Refused  uint64        // messages up to there that were refused and skipped
	Epoch    uint64        // that is in force there
	Idle     bool          // all that was there to read is committed
	Lag      time.Duration // if it is not idle, how long ago the broker has stored the message at Position
	Err      error         // the last error since the partition was well; nil if it is
	Since    time.Time     // when it was first seen
	Stats    Stats         // since this member has it
}

// news keeps what was told last, so that an error that goes on is told once.
type news struct{ last string }

// is reports whether an error is another than the last one. Nil, if all is well, forgets it.
func (n *news) is(err error) bool {
	was := n.last
	n.last = kindOf(err)
	return was != n.last
}

// kindOf is the same for errors that say the same at different instants, over different
// connections: its type and its words without numbers.
func kindOf(err error) string {
	if err == nil {
		return ""
	}
	words := strings.Map(func(r rune) rune {
		if unicode.IsDigit(r) {
			return -1
		}
		return r
	}, err.Error())
	return reflect.TypeOf(err).String() + " " + words
}

// lasting reports whether an error comes again until somebody does something about it.
func lasting(err error) bool {
	var (
		diverged   *DivergedError
		output     *OutputError
		panicked   *PanicError
		partitions *PartitionsError
		version    *VersionError
	)
	return errors.Is(err, ErrPurged) || errors.As(err, &diverged) || errors.As(err, &output) || errors.As(err, &panicked) ||
		errors.As(err, &partitions) || errors.As(err, &version)
}
