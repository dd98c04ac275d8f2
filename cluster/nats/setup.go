package nats

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	natsgo "github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/segmentrules/segment/cluster/internal/pause"
)

// Three streams are all that is kept. What they must be is written once, as the configuration
// with which they are made; streams that are there already are compared with it.

// metaPartitions is under which name a stream notes the number of partitions.
const metaPartitions = "segment.partitions"

// streams are the configurations of the three streams.
func (o Options) streams() []jetstream.StreamConfig {
	base := jetstream.StreamConfig{
		Retention: jetstream.LimitsPolicy, Discard: jetstream.DiscardNew, Storage: jetstream.FileStorage, Replicas: o.Replicas,
		MaxMsgs: -1, MaxBytes: -1, MaxMsgsPerSubject: -1, Duplicates: o.Window,
		Metadata: map[string]string{metaPartitions: strconv.Itoa(o.Partitions)},
	}
	in, diff, snap := base, base, base
	in.Name, in.Subjects, in.DenyDelete = o.inStream(), []string{o.Name + ".in.>"}, true
	in.Description = "calls: messages of package cluster"
	diff.Name, diff.Subjects, diff.DenyDelete = o.diffStream(), []string{o.Name + ".diff.>"}, true
	diff.Description = "commits of package cluster; the last of every subject is needed for ever"
	snap.Name, snap.Subjects, snap.AllowRollup = o.snapStream(), []string{o.Name + ".snap.>"}, true
	snap.Description = "snapshots of package cluster"
	return []jetstream.StreamConfig{in, diff, snap}
}

// Setup makes the streams of a cluster where there are none, and checks those that are there.
// It may be called any number of times, and by several processes at once; it changes nothing
// that exists. Errors: a [*ServerError], a [*ConfigError], those of the servers.
func Setup(ctx context.Context, nc *natsgo.Conn, o Options) error {
	o, err := o.filled()
	if err != nil {
		return err
	}
	js, err := dial(ctx, nc, o)
	if err != nil {
		return err
	}
	for _, want := range o.streams() {
		err := o.insist(ctx, func(ctx context.Context) error {
			s, err := js.Stream(ctx, want.Name)
			if errors.Is(err, jetstream.ErrStreamNotFound) {
				s, err = js.CreateStream(ctx, want)
			}
			if errors.Is(err, jetstream.ErrStreamNameAlreadyInUse) {
				s, err = js.Stream(ctx, want.Name) // another process was faster, with another configuration
			}
			if err != nil {
				return err
			}
			return check(want, s.CachedInfo().Config)
		})
		if err != nil {
			return fmt.Errorf("nats: making stream %s: %w", want.Name, err)
		}
	}
	return nil
}

// dial waits for the connection, and looks at the server that it leads to.
func dial(ctx context.Context, nc *natsgo.Conn, o Options) (jetstream.JetStream, error) {
	err := o.insist(ctx, func(context.Context) error {
		if nc.IsConnected() {
			return nil
		}
		return natsgo.ErrDisconnected
	})
	if err != nil {
		return nil, err
	}
	if version := nc.ConnectedServerVersion(); !newEnough(version) {
		return nil, &ServerError{Server: nc.ConnectedServerName(), Version: version}
	}
	return jetstream.New(nc, jetstream.WithDefaultTimeout(o.Timeout))
}

// check compares a stream with what it must be.
func check(want, have jetstream.StreamConfig) error {
	limit := func(n int64) string { return strconv.FormatInt(max(n, -1), 10) }
	for _, c := range []struct{ what, want, have string }{
		{"partitions", want.Metadata[metaPartitions], have.Metadata[metaPartitions]},
		{"subjects", strings.Join(want.Subjects, " "), strings.Join(have.Subjects, " ")},
		{"replicas", strconv.Itoa(want.Replicas), strconv.Itoa(have.Replicas)},
		{"retention", want.Retention.String(), have.Retention.String()},
		{"discard", want.Discard.String(), have.Discard.String()},
		{"storage", want.Storage.String(), have.Storage.String()},
		{"max_age", "0s", have.MaxAge.String()},
		{"max_msgs", limit(want.MaxMsgs), limit(have.MaxMsgs)},
		{"max_msgs_per_subject", limit(want.MaxMsgsPerSubject), limit(have.MaxMsgsPerSubject)},
		{"deny_delete", strconv.FormatBool(want.DenyDelete), strconv.FormatBool(have.DenyDelete)},
		{"allow_rollup_hdrs", strconv.FormatBool(want.AllowRollup), strconv.FormatBool(have.AllowRollup)},
		{"allow_direct", "false", strconv.FormatBool(have.AllowDirect)},
		{"no_ack", "false", strconv.FormatBool(have.NoAck)},
		{"sealed", "false", strconv.FormatBool(have.Sealed)},
		{"persist_mode", jetstream.DefaultPersistMode.String(), have.PersistMode.String()},
		{"a mirror, sources or a transform of subjects", "false", strconv.FormatBool(have.Mirror != nil || len(have.Sources) > 0 || have.SubjectTransform != nil)},
	} {
		if c.want != c.have {
			return &ConfigError{Stream: want.Name, What: c.what, Want: orNone(c.want), Have: orNone(c.have)}
		}
	}
	return nil
}

// orNone is a text, or a word for none.
func orNone(s string) string {
	if s == "" {
		return "none"
	}
	return s
}

// insist makes a request, and makes it again while its errors are [transient], for as long as
// Patience. The request must do no harm if it is made twice.
func (o Options) insist(ctx context.Context, request func(context.Context) error) error {
	from := time.Now()
	for n := 0; ; n++ {
		try, cancel := context.WithTimeout(ctx, o.try(n))
		err := request(try)
		cancel()
		switch {
		case err == nil:
			return nil
		case ctx.Err() != nil:
			return ctx.Err()
		case !transient(err):
			return err
		case time.Since(from) > o.Patience:
			return fmt.Errorf("nats: no answer for %v: %w", o.Patience, err)
		}
		if !pause.For(ctx, again) {
			return ctx.Err()
		}
	}
}

// try is how long the try of a number, from 0 on, waits: a quarter of the timeout for the first
// four, half of it for the next eight, then all of it. Requests that come while nobody leads
// are not answered at all, and the sooner one is made again the sooner the next leader has it.
func (o Options) try(n int) time.Duration {
	switch {
	case n < 4:
		return o.Timeout / 4
	case n < 12:
		return o.Timeout / 2
	}
	return o.Timeout
}

// lookUp returns the three streams, which must be there.
func (o Options) lookUp(ctx context.Context, js jetstream.JetStream) ([]jetstream.Stream, error) {
	var found []jetstream.Stream
	for _, want := range o.streams() {
		err := o.insist(ctx, func(ctx context.Context) error {
			s, err := js.Stream(ctx, want.Name)
			if err != nil {
				return err
			}
			found = append(found, s)
			return check(want, s.CachedInfo().Config)
		})
		if errors.Is(err, jetstream.ErrStreamNotFound) {
			err = ErrMissing
		}
		if err != nil {
			return nil, fmt.Errorf("nats: stream %s: %w", want.Name, err)
		}
	}
	return slices.Clip(found), nil
}
