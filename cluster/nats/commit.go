package nats

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	natsgo "github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/nats-io/nuid"

	"github.com/segmentrules/segment/cluster"
	"github.com/segmentrules/segment/cluster/internal/pause"
)

// A commit is a message that asks for its place: the server appends it if the last message of
// its subject has the sequence that its header names. The header is stored with it, so that
// every commit names the one before it.
//
// A request whose answer is missing is made again, with the same header: at most one of the
// copies can be appended, for each asks for the same place, and a place is never free again.
// Which of them it was, ours or another worker's, is seen from an id in the header of what
// stands there. So a server that is lost, or a leader that is elected, costs a worker the wait
// and not its state.

// headerID names the id of a commit.
const headerID = "Segment-Commit"

// Last is that of [cluster.Broker]. The leader of the stream answers.
func (e *Engine) Last(ctx context.Context, partition int) (c cluster.Committed, err error) {
	if err := e.valid(partition); err != nil {
		return c, err
	}
	err = e.o.insist(ctx, func(ctx context.Context) error {
		m, err := e.diff.GetLastMsgForSubject(ctx, e.o.diffSubject(partition))
		if errors.Is(err, jetstream.ErrMsgNotFound) {
			return nil
		}
		if err == nil {
			c = cluster.Committed{Position: m.Sequence, Data: m.Data}
		}
		return err
	})
	return c, err
}

// Commit is that of [cluster.Broker]. Other errors than [cluster.ErrFenced] come behind
// Patience, or with the context; a commit that is larger than the server takes fails at once.
func (e *Engine) Commit(ctx context.Context, partition int, expected uint64, commit []byte) (position uint64, err error) {
	if err := e.valid(partition); err != nil {
		return 0, err
	}
	m := natsgo.NewMsg(e.o.diffSubject(partition))
	m.Data = commit
	m.Header.Set(jetstream.ExpectedLastSubjSeqHeader, strconv.FormatUint(expected, 10))
	m.Header.Set(jetstream.ExpectedStreamHeader, e.o.diffStream())
	m.Header.Set(headerID, nuid.Next())
	certain := true // that no copy of it is on its way
	from := time.Now()
	for n := 0; ; n++ {
		ack, err := e.publish(ctx, m, e.o.try(n))
		if err == nil {
			return ack.Sequence, nil
		}
		wrong, busy := wrongPlace(err)
		switch {
		case ctx.Err() != nil:
			return 0, ctx.Err()
		case wrong && !busy && certain:
			return 0, cluster.ErrFenced
		case wrong && !busy:
			if position, known, err := e.standing(ctx, m, expected); known {
				return position, err
			}
		case busy, unanswered(err): // another copy or commit is on its way; none is
		case transient(err):
			certain = false
		default:
			return 0, err
		}
		if time.Since(from) > e.o.Patience {
			return 0, fmt.Errorf("nats: a commit of partition %d has no outcome for %v: %w", partition, e.o.Patience, err)
		}
		if !pause.For(ctx, again) {
			return 0, ctx.Err()
		}
	}
}

// standing finds out who has the place behind expected: this commit, whose position it
// returns, or another, and then the error is ErrFenced. It may not be known yet, or never.
func (e *Engine) standing(ctx context.Context, m *natsgo.Msg, expected uint64) (position uint64, known bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, e.o.Timeout)
	defer cancel()
	there, err := e.diff.GetMsg(ctx, expected+1, jetstream.WithGetMsgSubject(m.Subject))
	switch {
	case err != nil:
		return 0, false, nil
	case there.Header.Get(headerID) == m.Header.Get(headerID):
		return there.Sequence, true, nil
	case there.Header.Get(jetstream.ExpectedLastSubjSeqHeader) != m.Header.Get(jetstream.ExpectedLastSubjSeqHeader):
		return 0, true, errTrimmed
	}
	return 0, true, cluster.ErrFenced
}

// errTrimmed says that nobody knows any more who had a place.
var errTrimmed = errors.New("nats: a commit has no outcome: what stands at its place is no longer kept")
