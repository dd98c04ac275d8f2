package kafka

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/segmentrules/segment/cluster/internal/pause"
)

// check compares the topics with what they must be. They may not be known to all brokers for
// a moment after they were made.
func (o Options) check(ctx context.Context, cl *kgo.Client) error {
	admin := kadm.NewClient(cl)
	var names []string
	for _, kind := range kinds {
		names = append(names, o.topic(kind))
	}
	for fails := 1; ; fails++ {
		there, err := admin.ListTopics(ctx, names...)
		if err != nil {
			return fmt.Errorf("kafka: %w", err)
		}
		err = o.checkPartitions(there)
		var missing *TopicError
		if err == nil {
			break
		}
		if !errors.As(err, &missing) || missing.Was != "" || fails == 5 || !pause.For(ctx, backoff(fails)) {
			return err
		}
	}
	all, err := admin.DescribeTopicConfigs(ctx, names...)
	if err != nil {
		return fmt.Errorf("kafka: %w", err)
	}
	for _, kind := range kinds {
		c, err := all.On(o.topic(kind), nil)
		if err == nil {
			err = c.Err
		}
		if err != nil {
			return fmt.Errorf("kafka: the settings of topic %s: %w", o.topic(kind), err)
		}
		if err := o.checkSettings(kind, c); err != nil {
			return err
		}
	}
	return nil
}

// checkPartitions compares the numbers of partitions.
func (o Options) checkPartitions(there kadm.TopicDetails) error {
	for _, kind := range kinds {
		d, want := there[o.topic(kind)], o.partitions(kind)
		switch {
		case d.Err != nil && !errors.Is(d.Err, kerr.UnknownTopicOrPartition):
			return fmt.Errorf("kafka: topic %s: %w", o.topic(kind), d.Err)
		case len(d.Partitions) == 0:
			return &TopicError{Topic: o.topic(kind), What: inPartitions, Want: strconv.Itoa(want)}
		case len(d.Partitions) != want:
			return &TopicError{o.topic(kind), inPartitions, strconv.Itoa(len(d.Partitions)), strconv.Itoa(want)}
		}
	}
	return nil
}

// checkSettings compares the settings of a topic. One that the broker does not know is passed
// over.
func (o Options) checkSettings(kind string, c kadm.ResourceConfig) error {
	known := make(map[string]string)
	for _, k := range c.Configs {
		known[k.Key] = k.MaybeValue()
	}
	for _, s := range o.settings(kind) {
		was, ok := known[s.key]
		if !ok || was == s.value {
			continue
		}
		a, err1 := strconv.ParseInt(was, 10, 64)
		b, err2 := strconv.ParseInt(s.value, 10, 64)
		if s.bound == nil || err1 != nil || err2 != nil || !s.bound(a, b) {
			return &TopicError{o.topic(kind), s.key, was, s.value}
		}
	}
	return nil
}
