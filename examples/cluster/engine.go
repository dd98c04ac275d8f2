package main

import (
	"context"
	"time"

	natsgo "github.com/nats-io/nats.go"

	"github.com/segmentrules/segment/cluster/nats"
)

// A link is an engine with its connection to the brokers.
type link struct {
	*nats.Engine
	conn *natsgo.Conn
}

// connect connects to the brokers, whichever of them live, and makes the streams if there are
// none yet.
func connect(ctx context.Context, servers string, partitions int) (*link, error) {
	conn, err := natsgo.Connect(servers, natsgo.MaxReconnects(-1), natsgo.ReconnectWait(100*time.Millisecond), natsgo.RetryOnFailedConnect(true))
	if err != nil {
		return nil, err
	}
	o := nats.Options{Name: "example", Partitions: partitions}
	if err := nats.Setup(ctx, conn, o); err != nil {
		conn.Close()
		return nil, err
	}
	e, err := nats.Open(ctx, conn, o)
	if err != nil {
		conn.Close()
		return nil, err
	}
	return &link{e, conn}, nil
}

// close lets go of the connection.
func (l *link) close() {
	l.Close()
	l.conn.Close()
}
