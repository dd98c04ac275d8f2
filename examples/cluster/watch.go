package main

import (
	"context"
	"time"

	"github.com/segmentrules/segment/cluster"
)

// watched is an Output that has the board hear each commit before whoever follows it does.
type watched struct {
	cluster.Output
	board *board
}

// Follow is that of [cluster.Output].
func (w watched) Follow(ctx context.Context, after map[int]uint64, tell func(int, cluster.Committed) error) error {
	return w.Output.Follow(ctx, after, func(partition int, k cluster.Committed) error {
		w.board.heard(partition, k, time.Now())
		return tell(partition, k)
	})
}

// look is how often the input is read to see how far the workers are behind.
const look = 250 * time.Millisecond

// watchInput reads the input of a partition until the context ends. After an error it reads on.
func watchInput(ctx context.Context, from cluster.Broker, partition int, b *board) {
	after := uint64(0)
	for ctx.Err() == nil {
		entries, err := from.Read(ctx, partition, after, 1_000)
		for _, e := range entries {
			after = e.Position
			b.entry(partition, e.Position, time.Now())
		}
		if err != nil || len(entries) == 0 {
			pause(ctx, look)
		}
	}
}
