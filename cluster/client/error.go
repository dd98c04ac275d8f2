package client

import (
	"errors"
	"fmt"
	"slices"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/cluster"
)

// An UnsentError says that the context of a call has ended before all of the call was known
// to be in the input. Updates that are in neither list are in the input.
type UnsentError struct {
	// Unsent are updates of which nothing was sent. Publish them again if they are still wanted.
	Unsent []segment.Update

	// Pending are partitions to which a part was sent whose outcome is not known;
	// [cluster.Everyone] stands for a broadcast. The part is kept, and is sent again, under the
	// same number, before the next message of this producer to the partition, or by Flush. Do
	// not publish it again, or it may be there twice.
	Pending []int

	Err error // of the context, with the last error of the engine if there was one
}

// Error says what is not known to be sent.
func (e *UnsentError) Error() string {
	what := "nothing was sent"
	switch n := len(e.Unsent); {
	case len(e.Pending) > 0 && n > 0:
		what = fmt.Sprintf("%d updates were not sent, and what was sent to %s is of unknown outcome", n, partitionsText(e.Pending))
	case len(e.Pending) > 0:
		what = "what was sent to " + partitionsText(e.Pending) + " is of unknown outcome"
	case n > 0:
		what = fmt.Sprintf("%d updates were not sent", n)
	}
	return "client: " + what + ": " + e.Err.Error()
}

// Unwrap returns the error of the context.
func (e *UnsentError) Unwrap() error { return e.Err }

// partitionsText names partitions, the first few of many.
func partitionsText(all []int) string {
	const most = 8
	if slices.Contains(all, cluster.Everyone) {
		return "all partitions"
	}
	if len(all) > most {
		return fmt.Sprintf("%d partitions (%d, …)", len(all), all[0])
	}
	return fmt.Sprintf("partitions %d", all)
}

// A TooLargeError says that a message has more bytes than [Options.MaxMessage]. The updates of
// one call for one partition are one message.
type TooLargeError struct {
	Partition  int // or [cluster.Everyone]
	Size, Most int // bytes
}

// Error says how large the message is.
func (e *TooLargeError) Error() string {
	return fmt.Sprintf("client: the message to %s has %d bytes, and may have %d", partitionsText([]int{e.Partition}), e.Size, e.Most)
}

// errClosed says that a producer takes no more.
var errClosed = errors.New("client: the producer is closed")

// A GapError says that diffs of a partition are missing in what the engine has told: those
// between two revisions.
type GapError struct {
	Partition int
	Position  uint64 // of the commit behind the gap, in the output
	Last      uint64 // the revision of the last diff before the gap
	Next      uint64 // and of the first behind it
}

// Error says which diffs are missing.
func (e *GapError) Error() string {
	return fmt.Sprintf("client: partition %d has a gap: revision %d follows revision %d at position %d", e.Partition, e.Next, e.Last, e.Position)
}

// A ChangedError says that the output of a partition is not the one that was read before, or
// that the cursor is of another cluster: the revisions go back, or the checksum over all diffs
// is another than that of the worker.
type ChangedError struct {
	Partition int
	Position  uint64 // of the commit in which it shows
	What      string // is wrong
}

// Error says where it shows.
func (e *ChangedError) Error() string {
	return fmt.Sprintf("client: the past of partition %d is another than was read before: at position %d %s", e.Partition, e.Position, e.What)
}

// A ResyncError says that the engine no longer keeps commits behind the cursor. What the
// reader holds must be read anew: ask for the members of each segment with package query
// (Cluster.Members, which returns a cursor with them), take the members as they are, and
// subscribe from that cursor.
type ResyncError struct {
	From Cursor // behind which commits were asked for
	Err  error  // cluster.ErrPurged, with what the engine said
}

// Error says what is gone and what to do.
func (e *ResyncError) Error() string {
	return "client: commits behind the cursor are no longer kept (" + e.Err.Error() + "): read the members of each segment with query.Cluster.Members, and subscribe from the cursor that comes with them"
}

// Unwrap returns what the engine said.
func (e *ResyncError) Unwrap() error { return e.Err }
