package kafka

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
)

// A cluster has five topics. All have one partition for each of its own, but for the signs of
// life, which have one.

// topic returns the name of a topic: input, output, the bytes of snapshots, the list of
// snapshots, signs of life.
func (o Options) topic(kind string) string { return o.Name + "-" + kind }

// The kinds of topics.
const (
	kindIn    = "in"
	kindDiff  = "diff"
	kindSnap  = "snap"
	kindList  = "list"
	kindSigns = "signs"
)

// kinds are all of them.
var kinds = [...]string{kindIn, kindDiff, kindSnap, kindList, kindSigns}

// A setting is one of a topic.
type setting struct {
	key, value string
	bound      func(was, want int64) bool // for numbers that may be another, if they are good
	young      bool                       // not every broker knows it: see Setup
}

// settings returns those that a topic is made with, and must have.
func (o Options) settings(kind string) []setting {
	atLeast := func(was, want int64) bool { return was >= want }
	all := []setting{
		{key: "cleanup.policy", value: "delete"},
		{key: "retention.bytes", value: "-1"},
		{key: "retention.ms", value: "-1"},
		{key: "max.message.bytes", value: strconv.Itoa(mostBytes), bound: atLeast},
		{key: "min.insync.replicas", value: strconv.Itoa(min(o.Replicas, 2)), bound: atLeast},
		{key: "unclean.leader.election.enable", value: "false", young: true},
		{key: "message.timestamp.type", value: "CreateTime"},
	}
	switch kind {
	case kindIn:
		// who sends with a clock that is far ahead is refused; behind is no harm
		all = append(all, setting{key: "message.timestamp.after.max.ms", value: "60000", young: true,
			bound: func(was, want int64) bool { return was <= want }})
	case kindSigns:
		all[2].value, all[2].bound = "600000", atLeast
	}
	return all
}

// segmentBytes is how large the files are that Kafka deletes as a whole: what is let go of
// snapshots and of the input lies on the disk for as long.
const segmentBytes = 64 << 20

// Setup makes the topics of a cluster, and checks those that are there. It may be called again
// and by several processes at once; it changes nothing of a topic that is there. Errors: a
// [*TopicError] says what differs; those of Kafka.
//
// The settings that brokers before 3.6 do not know are left out for them: then a message with
// an instant far ahead is taken, which moves the clock of its partition there.
func Setup(ctx context.Context, o Options) error {
	o, err := o.filled()
	if err != nil {
		return err
	}
	cl, err := o.client()
	if err != nil {
		return err
	}
	defer cl.Close()
	ctx, cancel := context.WithTimeout(ctx, 2*o.Patience)
	defer cancel()
	for _, kind := range kinds {
		err := o.create(ctx, kadm.NewClient(cl), kind, true)
		if errors.Is(err, kerr.InvalidConfig) {
			err = o.create(ctx, kadm.NewClient(cl), kind, false)
		}
		if err != nil && !errors.Is(err, kerr.TopicAlreadyExists) {
			return fmt.Errorf("kafka: topic %s cannot be made: %w", o.topic(kind), err)
		}
	}
	return o.check(ctx, cl)
}

// create makes a topic, with or without the settings that not every broker knows.
func (o Options) create(ctx context.Context, admin *kadm.Client, kind string, young bool) error {
	size := strconv.Itoa(segmentBytes)
	with := map[string]*string{"segment.bytes": &size}
	for _, s := range o.settings(kind) {
		if young || !s.young {
			with[s.key] = &s.value
		}
	}
	_, err := admin.CreateTopic(ctx, int32(o.partitions(kind)), int16(o.Replicas), with, o.topic(kind))
	return err
}

// partitions returns how many partitions a topic has.
func (o Options) partitions(kind string) int {
	if kind == kindSigns {
		return 1
	}
	return o.Partitions
}

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
		if !errors.As(err, &missing) || missing.Was != "" || fails == 5 || !pause(ctx, backoff(fails)) {
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
