package kafka

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// Single requests to the leaders of partitions: reading a stretch of a log, asking where logs
// begin and end. A consumer of franz-go reads one stream from one place on; what is read here
// begins anew at any position, and must be seen to the end.

// A route knows the leaders of partitions.
type route struct {
	cl *kgo.Client
	o  Options

	mu     sync.Mutex
	topics map[string]*leaders
}

// The leaders of a topic's partitions.
type leaders struct {
	id [16]byte // of the topic
	of []int32  // a node for each partition; below zero if there is none at present
}

// find returns the leader of a partition, and the topic's id.
func (r *route) find(ctx context.Context, topic string, partition int) (node int32, id [16]byte, err error) {
	r.mu.Lock()
	known := r.topics[topic]
	r.mu.Unlock()
	if known == nil {
		if known, err = r.ask(ctx, topic); err != nil {
			return 0, id, err
		}
		r.mu.Lock()
		r.topics[topic] = known
		r.mu.Unlock()
	}
	if partition >= len(known.of) {
		return 0, id, kerr.UnknownTopicOrPartition
	}
	if node = known.of[partition]; node < 0 {
		return 0, id, kerr.LeaderNotAvailable
	}
	return node, known.id, nil
}

// ask asks Kafka for the leaders of a topic.
func (r *route) ask(ctx context.Context, topic string) (*leaders, error) {
	req := kmsg.NewPtrMetadataRequest()
	t := kmsg.NewMetadataRequestTopic()
	t.Topic = kmsg.StringPtr(topic)
	req.Topics = append(req.Topics, t)
	got, err := r.cl.RequestCachedMetadata(ctx, req, time.Nanosecond) // not one from before the failure
	if err != nil {
		return nil, err
	}
	for _, t := range got.Topics {
		if t.Topic == nil || *t.Topic != topic {
			continue
		}
		if err := kerr.ErrorForCode(t.ErrorCode); err != nil {
			return nil, err
		}
		known := &leaders{t.TopicID, slices.Repeat([]int32{-1}, len(t.Partitions))}
		for _, p := range t.Partitions {
			if int(p.Partition) < len(known.of) && p.ErrorCode == 0 {
				known.of[p.Partition] = p.Leader
			}
		}
		return known, nil
	}
	return nil, kerr.UnknownTopicOrPartition
}

// forget forgets the leaders of a topic: one has moved.
func (r *route) forget(topic string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.topics, topic)
}

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
		if !pause(ctx, backoff(fails)) {
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

// passing reports whether an error may be gone with the next try.
func passing(err error) bool {
	var k *kerr.Error
	if errors.As(err, &k) {
		return k.Retriable && !errors.Is(err, kerr.CorruptMessage) || errors.Is(err, kerr.UnknownTopicID)
	}
	return err != nil && !errors.Is(err, context.Canceled) && !errors.Is(err, kgo.ErrClientClosed)
}

// wrapped says of which partition an error is; nil stays nil.
func wrapped(err error, topic string, partition int) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, kerr.UnknownTopicOrPartition), errors.Is(err, kerr.UnknownTopicID):
		return fmt.Errorf("%w: %w", &TopicError{Topic: topic, What: inPartitions}, err)
	}
	return fmt.Errorf("kafka: partition %d of topic %s: %w", partition, topic, err)
}

// pause waits, and reports whether the context goes on.
func pause(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}
