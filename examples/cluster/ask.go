package main

import (
	"context"
	"errors"
	"time"

	"github.com/segmentrules/segment/cluster"
	"github.com/segmentrules/segment/cluster/query"
	"github.com/segmentrules/segment/rule"
)

// How many members segments have is asked while workers are killed: the workers answer, each
// for its partitions, and an answer of some partitions only says so.

const (
	askEvery = 200 * time.Millisecond // one segment
	askFor   = time.Second            // then the answer is of those partitions that have answered
)

// askSizes asks for one segment after the other, until the context ends.
func askSizes(ctx context.Context, members cluster.Signs, partitions int, b *board) error {
	c, err := query.New(members, query.Options{Partitions: partitions})
	if err != nil {
		return err
	}
	for n := 0; ctx.Err() == nil; n++ {
		id := templates[n%len(templates)].id
		limited, cancel := context.WithTimeout(ctx, askFor)
		size, at, err := c.Count(limited, rule.InSegment(id))
		cancel()
		if incomplete := new(query.IncompleteError); err == nil || errors.As(err, &incomplete) {
			b.counted(id, size, partitions-len(at))
		}
		pause(ctx, askEvery)
	}
	return nil
}
