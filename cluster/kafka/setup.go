package kafka

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kerr"
)

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
