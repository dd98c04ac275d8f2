package nats

import (
	"context"
	"fmt"
	"strconv"
	"time"

	natsgo "github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/segmentrules/segment/cluster"
	"github.com/segmentrules/segment/cluster/internal/pause"
)

// Append is that of [cluster.Input]. Keys are those of a partition, or of [cluster.Everyone],
// and are remembered for as long as Options.Window. A message with a key is sent again while
// its answer is missing, for as long as Patience; one without a key is sent again only if it
// surely was nowhere. Errors besides those of the servers: [ErrPartition], a message larger
// than the server takes.
func (e *Engine) Append(ctx context.Context, partition int, key string, message []byte) error {
	m := natsgo.NewMsg(e.o.inEveryone())
	if partition != cluster.Everyone {
		if err := e.valid(partition); err != nil {
			return err
		}
		m.Subject = e.o.inSubject(partition)
	}
	m.Data = message
	m.Header.Set(jetstream.ExpectedStreamHeader, e.o.inStream())
	if key != "" {
		m.Header.Set(jetstream.MsgIDHeader, strconv.Itoa(partition)+" "+key)
	}
	from := time.Now()
	for n := 0; ; n++ {
		wait := e.o.Timeout
		if key != "" {
			wait = e.o.try(n)
		}
		_, err := e.publish(ctx, m, wait)
		switch {
		case err == nil:
			return nil
		case ctx.Err() != nil:
			return ctx.Err()
		case unanswered(err) || key != "" && transient(err):
		case transient(err):
			return fmt.Errorf("nats: no answer for %v to a message without a key: %w", e.o.Timeout, err)
		default:
			return err
		}
		if time.Since(from) > e.o.Patience {
			return fmt.Errorf("nats: no answer for %v: %w", e.o.Patience, err)
		}
		if !pause.For(ctx, again) {
			return ctx.Err()
		}
	}
}
