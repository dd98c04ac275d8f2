package nats

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

// TestSetup: it may be called again; what differs is named, and two clusters do not come to
// share a stream.
func TestSetup(t *testing.T) {
	s := startServer(t)
	nc, ctx, o := connect(t, s.ClientURL()), t.Context(), testOptions(8)
	if _, err := Open(ctx, nc, o); !errors.Is(err, ErrMissing) {
		t.Errorf("before Setup: %v", err)
	}
	for range 2 {
		if err := Setup(ctx, nc, o); err != nil {
			t.Fatal(err)
		}
	}
	js, err := jetstream.New(nc)
	if err != nil {
		t.Fatal(err)
	}
	o, _ = o.filled()
	for i, c := range []struct {
		what   string
		change func(*jetstream.StreamConfig)
	}{
		{"partitions", func(c *jetstream.StreamConfig) { c.Metadata = map[string]string{metaPartitions: "16"} }},
		{"partitions", func(c *jetstream.StreamConfig) { c.Metadata = nil }},
		{"max_age", func(c *jetstream.StreamConfig) { c.MaxAge = time.Hour }},
		{"max_msgs", func(c *jetstream.StreamConfig) { c.MaxMsgs = 1000 }},
		{"max_msgs_per_subject", func(c *jetstream.StreamConfig) { c.MaxMsgsPerSubject = 1000 }},
		{"discard", func(c *jetstream.StreamConfig) { c.Discard = jetstream.DiscardOld }},
		{"retention", func(c *jetstream.StreamConfig) { c.Retention = jetstream.InterestPolicy }},
		{"storage", func(c *jetstream.StreamConfig) { c.Storage = jetstream.MemoryStorage }},
		{"subjects", func(c *jetstream.StreamConfig) { c.Subjects = append(c.Subjects, "more") }},
		{"deny_delete", func(c *jetstream.StreamConfig) { c.DenyDelete = false }},
		{"allow_direct", func(c *jetstream.StreamConfig) { c.AllowDirect = true }},
		{"no_ack", func(c *jetstream.StreamConfig) { c.NoAck = true }},
		{"allow_rollup_hdrs", func(c *jetstream.StreamConfig) { c.AllowRollup = true }},
	} {
		other := o
		other.Name = fmt.Sprint("other", i)
		config := other.streams()[1]
		c.change(&config)
		if config.Subjects[len(config.Subjects)-1] == "more" {
			config.Subjects[1] = fmt.Sprint("more", i)
		}
		if _, err := js.CreateStream(ctx, config); err != nil {
			t.Fatalf("%s: %v", c.what, err)
		}
		var named *ConfigError
		if err := Setup(ctx, nc, other); !errors.As(err, &named) || named.What != c.what || named.Stream != other.diffStream() {
			t.Errorf("%s: %v", c.what, err)
		}
	}
	other := o
	for what, change := range map[string]func(){"replicas": func() { other.Replicas = 3 }, "partitions": func() { other.Replicas, other.Partitions = 1, 9 }} {
		other = o
		change()
		var named *ConfigError
		if _, err := Open(ctx, nc, other); !errors.As(err, &named) || named.What != what {
			t.Errorf("another number of %s: %v", what, err)
		}
	}
	for _, bad := range []Options{{Name: "a.b"}, {Name: strings.Repeat("x", 65)}, {Partitions: -1}, {Replicas: -1}, {Buffer: -2}, {Lease: -1}, {Patience: -1}} {
		if err := Setup(ctx, nc, bad); err == nil {
			t.Errorf("%+v is taken", bad)
		}
	}
}

// TestOldServer: a server that says that it is too old is named.
func TestOldServer(t *testing.T) {
	for version, want := range map[string]bool{"2.15.0": true, "2.15.3-RC.1": true, "v2.16.1": true, "3.0": true, "2.14.9": false, "1.20.0": false, "": false, "new": false} {
		if newEnough(version) != want {
			t.Errorf("version %q", version)
		}
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				fmt.Fprintf(c, "INFO {\"server_id\":\"x\",\"server_name\":\"old\",\"version\":\"2.11.4\",\"headers\":true,\"max_payload\":1048576,\"proto\":1}\r\n")
				for in := bufio.NewScanner(c); in.Scan(); {
					if in.Text() == "PING" {
						fmt.Fprint(c, "PONG\r\n")
					}
				}
			}()
		}
	}()
	nc := connect(t, "nats://"+l.Addr().String())
	var old *ServerError
	if err := Setup(t.Context(), nc, testOptions(2)); !errors.As(err, &old) || old.Server != "old" || old.Version != "2.11.4" {
		t.Errorf("Setup: %v", err)
	}
	if _, err := Open(t.Context(), nc, testOptions(2)); !errors.As(err, &old) {
		t.Errorf("Open: %v", err)
	}
}

// TestNoServer: without a server calls end behind Patience, or with their context.
func TestNoServer(t *testing.T) {
	nc, err := Connect("nats://127.0.0.1:1")
	if err != nil {
		t.Fatal(err)
	}
	defer nc.Close()
	o := testOptions(2)
	o.Patience = 300 * time.Millisecond
	if err := Setup(t.Context(), nc, o); err == nil || errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("Setup: %v", err)
	}
	o.Patience = time.Minute
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	if _, err := Open(ctx, nc, o); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("Open: %v", err)
	}
}
