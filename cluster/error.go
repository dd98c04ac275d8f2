package cluster

import (
	"errors"
	"fmt"

	"github.com/segmentrules/segment"
)

// The errors that a [Broker] returns and a [Worker] tells apart.
var (
	// ErrFenced is the answer to a commit at a place that is taken: somebody else has
	// committed since. The worker loads anew.
	ErrFenced = errors.New("cluster: another worker has committed since")

	// ErrPurged is the answer to reading input that is no longer kept. A partition with
	// neither its input nor a snapshot cannot be loaded.
	ErrPurged = errors.New("cluster: the input is no longer kept from there on")
)

// An EnvironmentError says that the input of a partition is to be read by programs of
// another environment from some message on. The worker has stepped down: what it held is
// committed, and a snapshot is put.
type EnvironmentError struct {
	Partition int
	Epoch     uint64              // the number of the epoch that is in force
	Wanted    segment.Environment // that it asks for
	Here      segment.Environment // of this program
}

// Error says what differs.
func (e *EnvironmentError) Error() string {
	return fmt.Sprintf("cluster: partition %d is in epoch %d, which another environment than this one reads: %s", e.Partition, e.Epoch, e.Wanted.Differs(e.Here))
}

// A VersionError says that a message, a commit or a snapshot was written by a later version
// of this package. It is not skipped, for workers of that version do not skip it.
type VersionError struct {
	What           string // that was read
	Version, Known int
}

// Error says which version was found.
func (e *VersionError) Error() string {
	return fmt.Sprintf("cluster: %s of version %d, and this program knows versions up to %d", e.What, e.Version, e.Known)
}

// A DivergedError says that the input, read again, came to something else than is committed:
// other options, another version of the code, a message that was lost, a fault. Nothing was
// committed.
type DivergedError struct {
	Partition int
	Position  uint64 // of the message in the input
	Was, Is   string // what is committed, and what came of it now
}

// Error says where, and what differs.
func (e *DivergedError) Error() string {
	return fmt.Sprintf("cluster: partition %d came to something else at position %d when its input was read again: %s, and committed is %s", e.Partition, e.Position, e.Is, e.Was)
}

// A PartitionsError says that the input is for another number of partitions than the worker
// was told of. The number never changes.
type PartitionsError struct{ Input, Here int }

// Error says both numbers.
func (e *PartitionsError) Error() string {
	return fmt.Sprintf("cluster: the input is for %d partitions, and the worker was told of %d", e.Input, e.Here)
}

// An OrderError says that the broker has given a message that does not come behind the one
// before it: nothing was made of it.
type OrderError struct {
	Partition        int
	Before, Position uint64 // in the input
}

// Error says both positions.
func (e *OrderError) Error() string {
	return fmt.Sprintf("cluster: partition %d was given the message at position %d behind that at position %d", e.Partition, e.Position, e.Before)
}

// An OutputError says that the last entry of the output of a partition is no commit: somebody
// else writes to it. Nothing was committed.
type OutputError struct {
	Partition int
	Position  uint64 // in the output
	Err       error  // what is wrong with it
}

// Error says where, and what is wrong.
func (e *OutputError) Error() string {
	return fmt.Sprintf("cluster: what stands at position %d of the output of partition %d is no commit: %v", e.Position, e.Partition, e.Err)
}

// Unwrap returns what is wrong.
func (e *OutputError) Unwrap() error { return e.Err }

// A PanicError says that a step of a worker has panicked, which is a fault of this module or
// of what the options call. Nothing was committed; other partitions are not touched.
type PanicError struct {
	Partition int
	Value     any
	Stack     []byte
}

// Error says what the panic was about.
func (e *PanicError) Error() string {
	return fmt.Sprintf("cluster: partition %d: panic: %v", e.Partition, e.Value)
}
