package nats

import (
	"context"
	"errors"
	"fmt"
	"strings"

	natsgo "github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// A ConfigError says that a stream is not as [Setup] makes it, and what to do about it is for
// whoever runs the servers to decide. If the number of partitions differs, two clusters are
// about to share one stream.
type ConfigError struct {
	Stream     string
	What       string // such as replicas
	Want, Have string
}

// Error says what differs.
func (e *ConfigError) Error() string {
	return fmt.Sprintf("nats: stream %s has %s %s, and this cluster needs %s", e.Stream, e.What, e.Have, e.Want)
}

// A ServerError says that a server is older than this package asks for.
type ServerError struct{ Server, Version string }

// Error says which server, and which version would do.
func (e *ServerError) Error() string {
	return fmt.Sprintf("nats: server %s has version %q, and %d.%d is the least: before it a replicated stream that syncs always is slow", e.Server, e.Version, leastMajor, leastMinor)
}

// A PositionError says that a reader wants to go on behind a position that is none of the
// partition's output: the output is another than the one it has read before.
type PositionError struct {
	Partition int
	Position  uint64
}

// Error says which.
func (e *PositionError) Error() string {
	return fmt.Sprintf("nats: the output of partition %d has no commit at position %d: it is another output than the one read before", e.Partition, e.Position)
}

// ErrPartition is the answer to a partition that there is not.
var ErrPartition = errors.New("nats: there is no such partition")

// ErrMissing is part of the error of [Open] where a stream is missing: [Setup] was not called.
var ErrMissing = errors.New("nats: the stream is missing: call Setup once")

// transient reports whether a request may succeed a little later: while a leader is elected,
// a connection is made anew, an answer is late.
func transient(err error) bool {
	for _, is := range []error{natsgo.ErrTimeout, context.DeadlineExceeded, natsgo.ErrNoResponders, jetstream.ErrNoStreamResponse,
		natsgo.ErrReconnectBufExceeded, natsgo.ErrDisconnected, natsgo.ErrConnectionReconnecting, natsgo.ErrStaleConnection} {
		if errors.Is(err, is) {
			return true
		}
	}
	api := new(jetstream.APIError)
	return errors.As(err, &api) && (api.Code == 503 || api.ErrorCode == duplicateConflict)
}

// duplicateConflict is the code with which a server says that a message with this id is on its
// way already.
const duplicateConflict = 10158

// unanswered reports whether a message reached no server, so that it is nowhere.
func unanswered(err error) bool {
	return errors.Is(err, natsgo.ErrNoResponders) || errors.Is(err, jetstream.ErrNoStreamResponse)
}

// wrongPlace reports whether a message was refused because of the place that it asked for;
// busy, whether only for another message that is on its way to that place.
func wrongPlace(err error) (wrong, busy bool) {
	api := new(jetstream.APIError)
	if !errors.As(err, &api) {
		return false, false
	}
	busy = api.ErrorCode == jetstream.JSErrCodeStreamWrongLastSequenceConstant
	return busy || api.ErrorCode == jetstream.JSErrCodeStreamWrongLastSequence, busy
}

// newEnough reports whether a version is that of a server that will do.
func newEnough(version string) bool {
	var major, minor int
	_, err := fmt.Sscanf(strings.TrimPrefix(version, "v"), "%d.%d", &major, &minor)
	return err == nil && (major > leastMajor || major == leastMajor && minor >= leastMinor)
}

// The least version of a server.
const leastMajor, leastMinor = 2, 15
