package clustertest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/segmentrules/segment/cluster"
)

// What is asked of an input: messages come in one order, the same for every reader, however
// they are read, and what is broadcast comes to all partitions alike.

// A conformance is one test of an engine.
type conformance struct {
	*testing.T
	partitions int
	another    func(*testing.T) cluster.Engine
}

func (c *conformance) open() cluster.Engine {
	c.Helper()
	return c.another(c.T)
}

// patience is how long what must come may take.
const patience = 20 * time.Second

func (c *conformance) append(e cluster.Engine, partition int, key, text string) {
	c.Helper()
	if err := e.Append(c.Context(), partition, key, []byte(text)); err != nil {
		c.Fatalf("Append: %v", err)
	}
}

// entries reads until so many entries have come, and looks whether more do.
func (c *conformance) entries(e cluster.Engine, p int, after uint64, n, most int) (all []cluster.Entry) {
	c.Helper()
	for end := time.Now().Add(patience); time.Now().Before(end); {
		es, err := e.Read(c.Context(), p, after, most)
		if err != nil {
			c.Fatalf("Read of partition %d behind %d: %v", p, after, err)
		}
		if len(es) > most {
			c.Fatalf("Read returns %d entries, and at most %d were asked for", len(es), most)
		}
		for _, e := range es {
			if e.Position <= after {
				c.Fatalf("Read of partition %d behind %d returns position %d", p, after, e.Position)
			}
			after = e.Position
		}
		all = append(all, es...)
		if len(es) == 0 && len(all) >= n {
			return all
		}
	}
	c.Fatalf("Read of partition %d: %d entries, want %d", p, len(all), n)
	return nil
}

func textsOf(es []cluster.Entry) (out []string) {
	for _, e := range es {
		out = append(out, string(e.Data))
	}
	return out
}

// read: a partition has its own messages and the broadcasts, in order, the same for all.
func (c *conformance) read() {
	a, b := c.open(), c.open()
	if es, err := a.Read(c.Context(), 0, 0, 10); err != nil || len(es) != 0 {
		c.Fatalf("nothing was sent, and Read returns %v, %v", es, err)
	}
	before := time.Now()
	c.append(a, 0, "1", "one")
	c.append(a, 1, "2", "two")
	c.append(b, cluster.Everyone, "3", "three")
	c.append(b, 0, "", "four")
	c.append(a, 0, "", "four")
	var first []cluster.Entry
	for p, want := range [][]string{{"one", "three", "four", "four"}, {"two", "three"}, {"three"}} {
		es := c.entries(a, p, 0, len(want), 100)
		if got := textsOf(es); !slices.Equal(got, want) {
			c.Errorf("partition %d has %q, want %q", p, got, want)
		}
		again := c.entries(b, p, 0, len(want), 100)
		if !slices.EqualFunc(es, again, equal) {
			c.Errorf("partition %d is read as %v, and as %v", p, es, again)
		}
		for _, e := range es {
			if e.Position == 0 || e.Stored.Before(before.Add(-time.Minute)) || e.Stored.After(time.Now().Add(time.Minute)) {
				c.Errorf("position %d, stored at %v", e.Position, e.Stored)
			}
		}
		if p == 0 {
			first = es
		}
	}
	if got := textsOf(c.entries(b, 0, first[1].Position, 2, 100)); !slices.Equal(got, []string{"four", "four"}) {
		c.Errorf("behind position %d: %q", first[1].Position, got)
	}
	c.append(a, 0, "", "five")
	if got := textsOf(c.entries(a, 0, first[3].Position, 1, 100)); !slices.Equal(got, []string{"five"}) {
		c.Errorf("behind position %d: %q", first[3].Position, got)
	}
	if got := textsOf(c.entries(a, 0, 0, 5, 2)); len(got) != 5 {
		c.Errorf("read once more from the beginning: %q", got)
	}
}

func equal(a, b cluster.Entry) bool {
	return a.Position == b.Position && a.Stored.Equal(b.Stored) && bytes.Equal(a.Data, b.Data)
}

// readInParts: however many are asked for at a time, while more are sent.
func (c *conformance) readInParts() {
	a, b := c.open(), c.open()
	const n = 300
	var sent sync.WaitGroup
	sent.Go(func() {
		for i := range n {
			p := 1
			if i%7 == 0 {
				p = cluster.Everyone
			}
			if err := a.Append(c.Context(), p, "", fmt.Append(nil, i)); err != nil {
				c.Errorf("Append: %v", err)
				return
			}
		}
	})
	defer sent.Wait()
	var got []string
	after, end := uint64(0), time.Now().Add(2*patience)
	for i := 0; len(got) < n && time.Now().Before(end); i++ {
		es, err := b.Read(c.Context(), 1, after, 1+i%13)
		if err != nil {
			c.Fatal(err)
		}
		for _, e := range es {
			after = e.Position
		}
		got = append(got, textsOf(es)...)
	}
	for i, s := range got {
		if s != fmt.Sprint(i) {
			c.Fatalf("message %d is %s", i, s)
		}
	}
	if len(got) != n {
		c.Errorf("%d messages of %d", len(got), n)
	}
}

// broadcastInOneOrder: several send to all at once, and all partitions have it in one order,
// with one instant.
func (c *conformance) broadcastInOneOrder() {
	var all sync.WaitGroup
	const senders, each = 3, 8
	for s := range senders {
		e := c.open()
		all.Go(func() {
			for i := range each {
				m := Barrier(uint64(1 + s*100 + i))
				if err := Send(c.Context(), e, m, c.partitions); err != nil {
					c.Errorf("sender %d: %v", s, err)
				}
			}
		})
	}
	all.Wait()
	e := c.open()
	var want []cluster.Entry
	for p := range c.partitions {
		got := c.entries(e, p, 0, senders*each, 1000)
		if p == 0 {
			want = got
		}
		if !slices.EqualFunc(got, want, func(a, b cluster.Entry) bool { return bytes.Equal(a.Data, b.Data) && a.Stored.Equal(b.Stored) }) {
			c.Errorf("partition %d has the broadcasts in another order, or at other instants, than partition 0", p)
		}
	}
}

// large: messages of 300 kB come back as they are, and an empty one too.
func (c *conformance) large() {
	e := c.open()
	texts := []string{"", string(bytes.Repeat([]byte{0, 1, 0xff, '\n'}, 75_000)), "small"}
	for _, text := range texts {
		c.append(e, 2, "", text)
	}
	if got := textsOf(c.entries(e, 2, 0, 3, 100)); !slices.Equal(got, texts) {
		c.Errorf("%d messages, lengths of the first: %d", len(got), len(got[0]))
	}
}

// contextsEnd: calls return when their context has ended.
func (c *conformance) contextsEnd() {
	e := c.open()
	ctx, cancel := context.WithCancel(c.Context())
	done := make(chan error, 1)
	go func() {
		done <- e.Follow(ctx, map[int]uint64{0: 0}, func(int, cluster.Committed) error { return nil })
	}()
	time.Sleep(100 * time.Millisecond)
	cancel()
	select {
	case err := <-done:
		if !errors.Is(err, context.Canceled) {
			c.Errorf("Follow returns %v", err)
		}
	case <-time.After(patience):
		c.Error("Follow goes on when its context has ended")
	}
	for name, call := range map[string]func() error{
		"Append":  func() error { return e.Append(ctx, 0, "", []byte("x")) },
		"Commit":  func() error { _, err := e.Commit(ctx, 0, 0, []byte("x")); return err },
		"Last":    func() error { _, err := e.Last(ctx, 0); return err },
		"Members": func() error { _, err := e.Members(ctx); return err },
	} {
		if err := call(); err == nil {
			c.Errorf("%s returns no error when its context has ended", name)
		}
	}
}
