package cluster

import (
	"context"
	"time"
)

// A Broker is what a worker asks of the system that keeps input and output. It may fail at
// any call, answer late, and be asked by several workers for one partition at once; what it
// says of the past may be old, but must once have been so.
type Broker interface {
	// Read returns input of a partition behind a position, at most so many entries, in
	// order and without a gap among those of the partition: its own and the broadcasts.
	// None means that nothing more is there yet; Read may wait a tenth of a second for
	// something to come before it says so. The error is [ErrPurged] if entries behind the
	// position are no longer kept.
	Read(ctx context.Context, partition int, after uint64, most int) ([]Entry, error)

	// Last returns the last commit of a partition; the zero Committed if there is none.
	Last(ctx context.Context, partition int) (Committed, error)

	// Commit appends to the output of a partition if its last commit has the position
	// expected, 0 for none, and returns the position of the new one. It decides and appends
	// in one step, whoever else asks. The error is [ErrFenced] if the place is taken and
	// nothing was appended; after every other error nobody knows whether it was, or will be.
	Commit(ctx context.Context, partition int, expected uint64, commit []byte) (position uint64, err error)

	// Snap returns the snapshot with the highest upto that is not above most; nil for none.
	Snap(ctx context.Context, partition int, most uint64) ([]byte, error)

	// PutSnap keeps a snapshot of the state up to a position of the input. Others may be
	// let go, the one with the highest upto last. It is called beside the other methods, also
	// of the same partition, and may be called long after the snapshot was made.
	PutSnap(ctx context.Context, partition int, upto uint64, snapshot []byte) error
}

// A Waiter is a [Broker] that knows when input comes. A [Runner] waits by it where a partition
// is idle, for some seconds at a time, and reads an idle partition of any other broker about
// ten times a second.
type Waiter interface {
	// Wait returns when input of a partition behind a position may be there to read, which
	// may be too early and must not be late, or when the context ends, and is nil then. After
	// an error the runner waits as if there were no Waiter.
	Wait(ctx context.Context, partition int, after uint64) error
}

// An Entry is a message of the input.
type Entry struct {
	Position uint64    // in the input, from 1 on, growing, with gaps where entries are of other partitions
	Stored   time.Time // when the broker has stored it; the same for every reader
	Data     []byte    // a [Message] as bytes
}

// A Committed is a commit in the output of a partition.
type Committed struct {
	Position uint64 // in the output, from 1 on, growing
	Data     []byte // a [Commit] as bytes
}
