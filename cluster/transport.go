package cluster

import "context"

// What producers, readers and members ask of the system that keeps input and output. An
// engine, such as package nats beside this one, has all of it and is a [Broker] too; they are
// apart because a producer needs no more than an [Input], and a reader no more than an
// [Output]. Like those of a Broker their methods may be called by several goroutines at once
// and may fail at any call.

// Everyone is in place of a partition where all are meant.
const Everyone = -1

// An Input is where messages are sent.
type Input interface {
	// Append appends a message to the input of a partition; with [Everyone] to that of all
	// partitions, and what is sent so is in one order for all of them, and has one instant.
	// If a key is given, an engine may drop a message whose key it has seen a short while
	// ago. After an error nobody knows whether the message was appended, or will be.
	Append(ctx context.Context, partition int, key string, message []byte) error
}

// An Output is where commits are read.
type Output interface {
	// Follow tells the commits of the partitions that are the keys of after, behind the
	// position that is given for each, 0 for the first: those of a partition in order and
	// without a gap, those that come later too. It calls tell by one goroutine at a time,
	// and goes on until the context ends, whose error it returns, or tell returns an error,
	// which it returns. After another error, such as a lost connection, it may be called
	// again. The error is [ErrPurged] if commits behind a position are no longer kept.
	Follow(ctx context.Context, after map[int]uint64, tell func(partition int, c Committed) error) error
}

// A Member is a process that takes its share of the partitions.
type Member struct {
	Name    string // unique among those that live
	Address string // where it answers questions, such as http://10.0.0.7:8080; may be empty
}

// Signs are signs of life. Each holds for some seconds, the lease, which is the engine's
// matter, by the engine's own clock. Nothing but the time to a takeover hangs on it.
type Signs interface {
	// Sign says that a member lives. It is said again well before the lease ends.
	Sign(ctx context.Context, m Member) error

	// Leave says that a member stops, so that others need not wait for its lease to end.
	Leave(ctx context.Context, name string) error

	// Members returns the members that live, in order of their names.
	Members(ctx context.Context) ([]Member, error)
}

// An Engine is all of it.
type Engine interface {
	Broker
	Input
	Output
	Signs
}
