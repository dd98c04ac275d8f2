package kafka

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc64"
	"slices"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
)

// A snapshot is longer than a record may be, so it is cut into chunks, and those of several
// writers may lie between each other. When all are written, a record in the list of the
// partition's snapshots says at which offsets. A snapshot that is not in the list, or whose
// chunks are not as the list says, is none.

// chunkBytes is how long a chunk is, and chunksAhead how many are under way at once.
const (
	chunkBytes  = 512 << 10
	chunksAhead = 16
)

// sumOf is the checksum of a snapshot.
func sumOf(b []byte) uint64 { return crc64.Checksum(b, crc64.MakeTable(crc64.ECMA)) }

// PutSnap is that of [cluster.Broker]. The three with the highest upto are kept of each
// partition.
func (e *Engine) PutSnap(ctx context.Context, partition int, upto uint64, snapshot []byte) error {
	if err := e.may(partition); err != nil {
		return err
	}
	l := listed{Version: listVersion, Upto: upto, Size: len(snapshot), Sum: sumOf(snapshot)}
	for part := range slices.Chunk(snapshot, chunksAhead*chunkBytes) {
		var chunks []*kgo.Record
		for c := range slices.Chunk(part, chunkBytes) {
			chunks = append(chunks, &kgo.Record{Topic: e.o.topic(kindSnap), Partition: int32(partition), Value: bytes.Clone(c), Timestamp: time.Now()})
		}
		if err := e.produce(ctx, chunks...); err != nil {
			return err
		}
		for _, c := range chunks {
			l.Chunks = append(l.Chunks, c.Offset)
		}
	}
	text, err := json.Marshal(l)
	if err != nil {
		return fmt.Errorf("kafka: %w", err)
	}
	r := &kgo.Record{Topic: e.o.topic(kindList), Partition: int32(partition), Value: text, Timestamp: time.Now()}
	if err := e.produce(ctx, r); err != nil {
		return err
	}
	return e.sweep(ctx, partition)
}

// Snap is that of [cluster.Broker]. One that is damaged or incomplete is passed over.
func (e *Engine) Snap(ctx context.Context, partition int, most uint64) ([]byte, error) {
	if err := e.may(partition); err != nil {
		return nil, err
	}
	all, err := e.list(ctx, partition)
	if err != nil {
		return nil, err
	}
	for _, l := range all {
		if l.Upto > most {
			continue
		}
		if b, err := e.assemble(ctx, partition, l); err != nil || b != nil {
			return b, err
		}
	}
	return nil, nil
}

// assemble reads a snapshot; nil if it is not whole.
func (e *Engine) assemble(ctx context.Context, partition int, l listed) ([]byte, error) {
	b := []byte{}
	for left := l.Chunks; len(left) > 0; {
		s, err := e.route.fetch(ctx, e.o.topic(kindSnap), partition, left[0], 4*chunkBytes)
		if errors.Is(err, kerr.OffsetOutOfRange) {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		before := len(left)
		for _, r := range s.records {
			if len(left) > 0 && r.Offset == left[0] {
				b, left = append(b, r.Value...), left[1:]
			}
		}
		if len(left) == before || len(b) > l.Size {
			return nil, nil
		}
	}
	if len(b) != l.Size || sumOf(b) != l.Sum {
		return nil, nil
	}
	return b, nil
}
