package kafka

import (
	"context"
	"errors"
	"fmt"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/segmentrules/segment/cluster/internal/pause"
)

// Single requests to the leaders of partitions: reading a stretch of a log, asking where logs
// begin and end. A consumer of franz-go reads one stream from one place on; what is read here
// begins anew at any position, and must be seen to the end.

// A stretch is what was read of a log at once.
type stretch struct {
	records []*kgo.Record // of committed transactions, or of none
	next    int64         // all that is to be read before this offset was read
}

// fetch reads a stretch of a partition from an offset on: some bytes, or a little more. It has
// no records if there are none, or none but those of transactions that were aborted. The error
// is kerr.OffsetOutOfRange if the log begins behind the offset or ends before it.
func (r *route) fetch(ctx context.Context, topic string, partition int, from int64, bytes int32) (s stretch, err error) {
	ctx, cancel := context.WithTimeout(ctx, r.o.Patience)
	defer cancel()
	for fails := 1; ; fails++ {
		if s, err = r.fetchOnce(ctx, topic, partition, from, bytes); err == nil || !passing(err) {
			return s, wrapped(err, topic, partition)
		}
		r.forget(topic)
		if !pause.For(ctx, backoff(fails)) {
			return s, wrapped(errors.Join(err, ctx.Err()), topic, partition)
		}
	}
}

// fetchOnce is one try of fetch.
func (r *route) fetchOnce(ctx context.Context, topic string, partition int, from int64, bytes int32) (s stretch, err error) {
	node, id, err := r.find(ctx, topic, partition)
	if err != nil {
		return s, err
	}
	req := kmsg.NewPtrFetchRequest()
	req.MaxBytes, req.IsolationLevel = bytes, 1
	req.SessionEpoch = -1 // no session
	t := kmsg.NewFetchRequestTopic()
	t.Topic, t.TopicID = topic, id
	p := kmsg.NewFetchRequestTopicPartition()
	p.Partition, p.FetchOffset, p.PartitionMaxBytes = int32(partition), from, bytes
	t.Partitions = append(t.Partitions, p)
	req.Topics = append(req.Topics, t)
	answer, err := r.cl.Broker(int(node)).Request(ctx, req)
	if err != nil {
		return s, err
	}
	got := answer.(*kmsg.FetchResponse)
	if err := kerr.ErrorForCode(got.ErrorCode); err != nil {
		return s, err
	}
	if len(got.Topics) != 1 || len(got.Topics[0].Partitions) != 1 {
		return s, kerr.UnknownServerError
	}
	read, next := kgo.ProcessFetchPartition(kgo.ProcessFetchPartitionOpts{Offset: from, IsolationLevel: kgo.ReadCommitted(),
		Topic: topic, Partition: int32(partition)}, &got.Topics[0].Partitions[0], decompress, nil)
	return stretch{read.Records, next}, read.Err
}

// decompress undoes the compression of records.
var decompress = kgo.DefaultDecompressor()

// The places that offsets asks for.
const (
	atEnd   = -1
	atStart = -2
)

// offsets returns where partitions of a topic begin or end: with committed, where the first
// transaction begins that is open.
func (r *route) offsets(ctx context.Context, topic string, at int64, committed bool, partitions ...int) (map[int]int64, error) {
	req := kmsg.NewPtrListOffsetsRequest()
	req.ReplicaID = -1
	if committed {
		req.IsolationLevel = 1
	}
	t := kmsg.NewListOffsetsRequestTopic()
	t.Topic = topic
	for _, n := range partitions {
		p := kmsg.NewListOffsetsRequestTopicPartition()
		p.Partition, p.Timestamp = int32(n), at
		t.Partitions = append(t.Partitions, p)
	}
	req.Topics = append(req.Topics, t)
	ctx, cancel := context.WithTimeout(ctx, r.o.Patience)
	defer cancel()
	answer, err := r.cl.Request(ctx, req)
	if err != nil {
		return nil, fmt.Errorf("kafka: the offsets of topic %s: %w", topic, err)
	}
	out := make(map[int]int64)
	for _, t := range answer.(*kmsg.ListOffsetsResponse).Topics {
		for _, p := range t.Partitions {
			if err := kerr.ErrorForCode(p.ErrorCode); err != nil {
				return nil, wrapped(err, topic, int(p.Partition))
			}
			out[int(p.Partition)] = p.Offset
		}
	}
	if len(out) != len(partitions) {
		return nil, fmt.Errorf("kafka: the offsets of topic %s: %d of %d were answered", topic, len(out), len(partitions))
	}
	return out, nil
}

// offset is offsets for one partition.
func (r *route) offset(ctx context.Context, topic string, at int64, committed bool, partition int) (int64, error) {
	all, err := r.offsets(ctx, topic, at, committed, partition)
	return all[partition], err
}
