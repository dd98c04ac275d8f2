package kafka

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"

	"github.com/segmentrules/segment/cluster"
)

// TestSetup: made once, checked after that, and what differs is named.
func TestSetup(t *testing.T) {
	fake := start(t)
	o := setup(t, fake, 4)
	if err := Setup(t.Context(), o); err != nil {
		t.Errorf("once more: %v", err)
	}
	if got := fake.TopicInfo(o.topic(kindDiff)); got == nil || *got.Configs["retention.ms"] != "-1" || *got.Configs["min.insync.replicas"] != "2" {
		t.Errorf("the output was made as %+v", got)
	}
	week, twice := "604800000", "compact"
	for name, tt := range map[string]struct {
		topic   string
		n       int32
		configs map[string]string
		what    string
		says    string
	}{
		"partitions": {kindIn, 5, nil, inPartitions, "two clusters of one name"},
		"signs":      {kindSigns, 2, nil, inPartitions, "has 2 partitions"},
		"retention":  {kindIn, 4, map[string]string{"retention.ms": week}, "retention.ms", "retention.ms=604800000, and must have -1"},
		"policy":     {kindDiff, 4, map[string]string{"retention.ms": "-1", "cleanup.policy": twice}, "cleanup.policy", "compact"},
		"replicas":   {kindSnap, 4, map[string]string{"retention.ms": "-1", "max.message.bytes": "9000000", "min.insync.replicas": "1"}, "min.insync.replicas", "must have 2"},
		"bytes":      {kindSnap, 4, map[string]string{"retention.ms": "-1", "min.insync.replicas": "3"}, "max.message.bytes", "must have 8388608"},
	} {
		t.Run(name, func(t *testing.T) {
			o := o
			o.Name += "-" + name
			if err := fake.CreateTopic(o.topic(tt.topic), tt.n, tt.configs); err != nil {
				t.Fatal(err)
			}
			var differs *TopicError
			err := Setup(t.Context(), o)
			if !errors.As(err, &differs) || differs.What != tt.what || differs.Topic != o.topic(tt.topic) || !strings.Contains(err.Error(), tt.says) {
				t.Errorf("Setup: %v", err)
			}
			if _, err := Open(t.Context(), o); !errors.As(err, &differs) {
				t.Errorf("Open: %v", err)
			}
		})
	}
}

// TestOpenRefuses what cannot work.
func TestOpenRefuses(t *testing.T) {
	fake := start(t)
	ok := Options{Brokers: fake.ListenAddrs(), Name: "nobody"}
	var missing *TopicError
	if _, err := Open(t.Context(), ok); !errors.As(err, &missing) || !strings.Contains(err.Error(), "Setup") {
		t.Errorf("no topics: %v", err)
	}
	for _, wrong := range []func(*Options){
		func(o *Options) { o.Brokers = nil },
		func(o *Options) { o.Name = "" },
		func(o *Options) { o.Name = "a b" },
		func(o *Options) { o.Name = strings.Repeat("a", 201) },
		func(o *Options) { o.Partitions = -1 },
		func(o *Options) { o.Replicas = -1 },
		func(o *Options) { o.Skew = -1 },
	} {
		o := ok
		wrong(&o)
		if err := Setup(t.Context(), o); err == nil {
			t.Errorf("Setup takes %+v", o)
		}
		if _, err := Open(t.Context(), o); err == nil {
			t.Errorf("Open takes %+v", o)
		}
	}
	ok.Brokers, ok.Patience = []string{"127.0.0.1:1"}, 200*time.Millisecond
	if _, err := Open(t.Context(), ok); err == nil {
		t.Error("nobody listens, and Open succeeds")
	}
}

// TestTooManyReplicas: what Kafka refuses is its error.
func TestTooManyReplicas(t *testing.T) {
	o := Options{Brokers: start(t).ListenAddrs(), Name: "wide", Partitions: 1, Replicas: 5}
	if err := Setup(t.Context(), o); !errors.Is(err, kerr.InvalidReplicationFactor) {
		t.Errorf("5 replicas on 3 brokers: %v", err)
	}
}

// calls are all calls of an engine.
func calls(ctx context.Context, e *Engine, partition int) map[string]error {
	_, read := e.Read(ctx, partition, 0, 1)
	_, last := e.Last(ctx, partition)
	_, commit := e.Commit(ctx, partition, 0, []byte("x"))
	_, snap := e.Snap(ctx, partition, 1)
	_, members := e.Members(ctx)
	_, trim := e.Trim(ctx)
	return map[string]error{"Read": read, "Last": last, "Commit": commit, "Snap": snap, "Members": members, "Trim": trim,
		"PutSnap": e.PutSnap(ctx, partition, 1, []byte("x")), "Append": e.Append(ctx, partition, "", []byte("x")),
		"Follow": e.Follow(ctx, map[int]uint64{partition: 0}, func(int, cluster.Committed) error { return errors.New("told") }),
		"Sign":   e.Sign(ctx, cluster.Member{Name: "a"}), "Leave": e.Leave(ctx, "a")}
}

// TestPartitionsAndClose: a partition that there is not, and an engine that is closed.
func TestPartitionsAndClose(t *testing.T) {
	o := setup(t, start(t), 2)
	e := open(t, o)
	for _, p := range []int{2, -2} {
		for name, err := range calls(t.Context(), e, p) {
			if all := name == "Members" || name == "Trim" || name == "Sign" || name == "Leave"; all != (err == nil) {
				t.Errorf("%s of partition %d: %v", name, p, err)
			}
		}
	}
	following := make(chan error)
	go func() {
		following <- e.Follow(context.Background(), map[int]uint64{0: 0}, nil)
	}()
	time.Sleep(50 * time.Millisecond)
	e.Close()
	e.Close()
	for name, err := range calls(t.Context(), e, 0) {
		if !errors.Is(err, ErrClosed) {
			t.Errorf("%s of a closed engine: %v", name, err)
		}
	}
	if err := e.Append(t.Context(), cluster.Everyone, "", nil); !errors.Is(err, ErrClosed) {
		t.Errorf("a broadcast of a closed engine: %v", err)
	}
	if err := <-following; !errors.Is(err, ErrClosed) {
		t.Errorf("Follow while the engine is closed: %v", err)
	}
}
