package nats

import (
	"context"
	"errors"
	"fmt"
	"hash/crc64"
	"slices"
	"strconv"

	natsgo "github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/segmentrules/segment/cluster/internal/pause"
)

// pieceSize is how much of a snapshot goes into one message, or half of what the server takes
// if that is less.
const pieceSize = 256 << 10

var snapTable = crc64.MakeTable(crc64.ECMA)

// errDamaged says that the pieces of a snapshot are not what was put.
var errDamaged = errors.New("nats: a snapshot is not complete")

// Snap is that of [cluster.Broker]. One that is damaged or not complete is passed over.
func (e *Engine) Snap(ctx context.Context, partition int, most uint64) (snapshot []byte, err error) {
	if err := e.valid(partition); err != nil {
		return nil, err
	}
	for range keepSnaps { // snapshots may be replaced while they are read
		list, err := e.snapList(ctx, partition)
		if err != nil {
			return nil, err
		}
		damaged := false
		for _, line := range list.Snaps {
			if line.Upto > most {
				continue
			}
			err := e.o.insist(ctx, func(context.Context) (err error) {
				snapshot, err = e.pieces(ctx, partition, line)
				return err
			})
			if err == nil {
				return snapshot, nil
			}
			if !errors.Is(err, errDamaged) {
				return nil, err
			}
			damaged = true
		}
		if !damaged {
			return nil, nil
		}
	}
	return nil, nil
}

// pieces reads the pieces of a snapshot.
func (e *Engine) pieces(ctx context.Context, partition int, line snapLine) ([]byte, error) {
	opening, cancel := context.WithTimeout(ctx, e.o.Timeout)
	defer cancel()
	f, err := open(opening, e.nc, e.js, e.o.snapStream(), 0, 8, e.o.snapSubject(partition, line.ID))
	if err != nil {
		return nil, err
	}
	defer f.close()
	if f.more != uint64(line.Pieces) {
		// Perhaps the consumer is at a server that lags behind: some more time for it.
		if !pause.For(ctx, again) {
			return nil, ctx.Err()
		}
	}
	data := make([]byte, 0, line.Bytes)
	for range line.Pieces {
		m, ok := f.take(ctx, e.o.Timeout)
		if !ok {
			return nil, f.missing(ctx)
		}
		data = append(data, m.msg.Data...)
	}
	if len(data) != line.Bytes || crc64.Checksum(data, snapTable) != line.Sum {
		return nil, errDamaged
	}
	return data, nil
}

// missing says why a piece has not come.
func (f *flow) missing(ctx context.Context) error {
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case f.err != nil || f.more > 0:
		return natsgo.ErrTimeout
	}
	return errDamaged
}

// PutSnap is that of [cluster.Broker]. The three with the highest upto are kept.
func (e *Engine) PutSnap(ctx context.Context, partition int, upto uint64, snapshot []byte) error {
	if err := e.valid(partition); err != nil {
		return err
	}
	list, err := e.snapList(ctx, partition)
	if err != nil {
		return err
	}
	if n := len(list.Snaps); n >= keepSnaps && list.Snaps[n-1].Upto > upto {
		return nil // it would be the first to go
	}
	line := snapLine{Upto: upto, ID: newID(), Bytes: len(snapshot), Sum: crc64.Checksum(snapshot, snapTable)}
	for piece := range slices.Chunk(snapshot, e.pieceSize()) {
		err := e.o.insist(ctx, func(ctx context.Context) error {
			m := natsgo.NewMsg(e.o.snapSubject(partition, line.ID))
			m.Data = piece
			m.Header.Set(jetstream.MsgIDHeader, line.ID+" "+strconv.Itoa(line.Pieces))
			_, err := e.publish(ctx, m, e.o.Timeout)
			return err
		})
		if err != nil {
			return fmt.Errorf("nats: putting a snapshot of partition %d: %w", partition, err)
		}
		line.Pieces++
	}
	err = e.o.insist(ctx, func(context.Context) error { return e.enter(ctx, partition, line) })
	if err != nil {
		return fmt.Errorf("nats: listing a snapshot of partition %d: %w", partition, err)
	}
	e.clear(ctx, partition)
	return nil
}

// pieceSize is how much goes into one message.
func (e *Engine) pieceSize() int {
	return max(1, min(pieceSize, int(e.nc.MaxPayload()/2)))
}
