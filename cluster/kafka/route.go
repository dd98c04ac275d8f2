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

// A route knows the leaders of partitions.
type route struct {
	cl *kgo.Client
	o  Options

	mu     sync.Mutex
	topics map[string]*leaders
	ids    map[string][16]byte // of the topics as they were first seen
}

// The leaders of a topic's partitions.
type leaders struct {
	id [16]byte // of the topic
	of []int32  // a node for each partition; below zero if there is none at present
}

// newRoute returns one that knows nothing yet.
func newRoute(cl *kgo.Client, o Options) *route {
	return &route{cl: cl, o: o, topics: make(map[string]*leaders), ids: make(map[string][16]byte)}
}

// find returns the leader of a partition, and the topic's id.
func (r *route) find(ctx context.Context, topic string, partition int) (node int32, id [16]byte, err error) {
	r.mu.Lock()
	known := r.topics[topic]
	r.mu.Unlock()
	if known == nil {
		if known, err = r.ask(ctx, topic); err == nil {
			err = r.learn(topic, known)
		}
		if err != nil {
			return 0, id, err
		}
	}
	if partition >= len(known.of) {
		return 0, id, kerr.UnknownTopicOrPartition
	}
	if node = known.of[partition]; node < 0 {
		return 0, id, kerr.LeaderNotAvailable
	}
	return node, known.id, nil
}

// learn keeps the leaders of a topic. Positions in a topic that was deleted and made anew mean
// nothing, so that one is not read.
func (r *route) learn(topic string, known *leaders) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if id, ok := r.ids[topic]; ok && id != known.id {
		return fmt.Errorf("it was deleted and made anew: %w: %w", ErrTruncated, kerr.InconsistentTopicID)
	}
	r.topics[topic], r.ids[topic] = known, known.id
	return nil
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

// passing reports whether an error may be gone with the next try.
func passing(err error) bool {
	var k *kerr.Error
	if errors.As(err, &k) {
		return k.Retriable && !errors.Is(err, kerr.CorruptMessage) && !errors.Is(err, ErrTruncated) || errors.Is(err, kerr.UnknownTopicID)
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
