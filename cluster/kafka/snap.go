package kafka

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc64"
	"slices"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// A snapshot is longer than a record may be, so it is cut into chunks, and those of several
// writers may lie between each other. When all are written, a record in the list of the
// partition's snapshots says at which offsets. A snapshot that is not in the list, or whose
// chunks are not as the list says, is none.

const (
	// chunkBytes is how long a chunk is, and mostSnaps how many snapshots of a partition are
	// kept.
	chunkBytes = 512 << 10
	mostSnaps  = 3
)

// A listed snapshot is one as the list has it.
type listed struct {
	Version int     `json:"v"` // of the list
	Upto    uint64  `json:"upto"`
	Size    int     `json:"size"`
	Sum     uint64  `json:"sum"` // a checksum over all of it
	Chunks  []int64 `json:"chunks"`
	at      int64   // its own offset in the list
}

// listVersion is the version of the list that is written, and the only one that is read.
const listVersion = 1

// sumOf is the checksum of a snapshot.
func sumOf(b []byte) uint64 { return crc64.Checksum(b, crc64.MakeTable(crc64.ECMA)) }

// PutSnap is that of [cluster.Broker]. The three with the highest upto are kept of each
// partition.
func (e *Engine) PutSnap(ctx context.Context, partition int, upto uint64, snapshot []byte) error {
	if err := e.may(partition); err != nil {
		return err
	}
	l := listed{Version: listVersion, Upto: upto, Size: len(snapshot), Sum: sumOf(snapshot)}
	var chunks []*kgo.Record
	for c := range slices.Chunk(snapshot, chunkBytes) {
		chunks = append(chunks, &kgo.Record{Topic: e.o.topic(kindSnap), Partition: int32(partition), Value: bytes.Clone(c), Timestamp: time.Now()})
	}
	if err := e.produce(ctx, chunks...); err != nil {
		return err
	}
	for _, c := range chunks {
		l.Chunks = append(l.Chunks, c.Offset)
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

// list reads the list of a partition's snapshots, the highest upto first, and of equal ones the
// last. What it cannot read is passed over.
func (e *Engine) list(ctx context.Context, partition int) (all []listed, err error) {
	topic := e.o.topic(kindList)
	end, err := e.route.offset(ctx, topic, atEnd, true, partition)
	if err != nil {
		return nil, err
	}
	at, err := e.route.offset(ctx, topic, atStart, false, partition)
	if err != nil {
		return nil, err
	}
	for at < end {
		s, err := e.route.fetch(ctx, topic, partition, at, fetchBytes)
		if err != nil {
			return nil, err
		}
		for _, r := range s.records {
			var l listed
			if json.Unmarshal(r.Value, &l) == nil && l.Version == listVersion {
				l.at = r.Offset
				all = append(all, l)
			}
		}
		if s.next <= at {
			break
		}
		at = s.next
	}
	slices.SortFunc(all, func(a, b listed) int { return cmp.Or(cmp.Compare(b.Upto, a.Upto), cmp.Compare(b.at, a.at)) })
	return all, nil
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

// kept are those of a list that stay.
func kept(all []listed) []listed { return all[:min(len(all), mostSnaps)] }

// sweep lets go of what lies before all that is kept, in the list and of the chunks. Who knows
// an old list lets go of nothing that another keeps: what was not among the highest then is not
// later.
func (e *Engine) sweep(ctx context.Context, partition int) error {
	all, err := e.list(ctx, partition)
	if err != nil || len(all) <= mostSnaps {
		return err
	}
	list, chunk := int64(-1), int64(-1)
	for _, l := range kept(all) {
		if list < 0 || l.at < list {
			list = l.at
		}
		if len(l.Chunks) > 0 && (chunk < 0 || l.Chunks[0] < chunk) {
			chunk = l.Chunks[0]
		}
	}
	if err := e.delete(ctx, kindList, partition, list); err != nil || chunk < 0 {
		return err
	}
	return e.delete(ctx, kindSnap, partition, chunk)
}

// delete lets go of what lies before an offset. It is no error if that is gone already.
func (e *Engine) delete(ctx context.Context, kind string, partition int, before int64) error {
	ctx, cancel := context.WithTimeout(ctx, e.o.Patience)
	defer cancel()
	req := kmsg.NewPtrDeleteRecordsRequest()
	req.TimeoutMillis = int32(max(e.o.Patience/2, time.Second).Milliseconds())
	t := kmsg.NewDeleteRecordsRequestTopic()
	t.Topic = e.o.topic(kind)
	p := kmsg.NewDeleteRecordsRequestTopicPartition()
	p.Partition, p.Offset = int32(partition), before
	t.Partitions = append(t.Partitions, p)
	req.Topics = append(req.Topics, t)
	answer, err := e.cl.Request(ctx, req)
	if err != nil {
		return wrapped(err, t.Topic, partition)
	}
	for _, t := range answer.(*kmsg.DeleteRecordsResponse).Topics {
		for _, p := range t.Partitions {
			if err := kerr.ErrorForCode(p.ErrorCode); err != nil && !errors.Is(err, kerr.OffsetOutOfRange) {
				return wrapped(err, t.Topic, partition)
			}
		}
	}
	return nil
}
