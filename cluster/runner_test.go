package cluster

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/segmentrules/segment"
)

// A club is members that come and go, as a test says.
type club struct {
	mu    sync.Mutex
	names []string
}

func (c *club) set(names ...string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.names = names
}

// Members is that of Signs.
func (c *club) Members(context.Context) (out []Member, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.names == nil {
		return nil, errors.New("nobody knows")
	}
	for _, name := range c.names {
		out = append(out, Member{Name: name})
	}
	return out, nil
}

// Sign and Leave change nothing: who lives is as the test says.
func (c *club) Sign(context.Context, Member) error  { return nil }
func (c *club) Leave(context.Context, string) error { return nil }

// TestRunners: runners share the partitions, one goes without a word, one comes, and time
// passes while nothing is sent: each partition tells what its input comes to. The clock is
// that of a bubble of testing/synctest.
func TestRunners(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const partitions = 8
		f, members := NewFake(), new(club)
		send := func(m Message) {
			t.Helper()
			if _, err := f.Send(m, partitions, time.Now()); err != nil {
				t.Fatal(err)
			}
		}
		var mu sync.Mutex
		failed := map[string]int{}
		start := func(name string) (stop func()) {
			ctx, cancel := context.WithCancel(context.Background())
			done := make(chan error)
			r := &Runner{Broker: f, Signs: members, Input: f, Member: Member{Name: name},
				Options: Options{Partitions: partitions, SnapshotEvery: 5, CommitMessages: 3},
				Report: func(_ int, err error) {
					mu.Lock()
					defer mu.Unlock()
					failed[err.Error()]++
				}}
			go func() { done <- r.Run(ctx) }()
			return func() {
				cancel()
				if err := <-done; err != nil {
					t.Error(err)
				}
			}
		}
		commits := func() (n int) {
			for p := range partitions {
				n += len(f.Output(p))
			}
			return n
		}
		send(Message{Kind: KindEpoch, Epoch: Epoch{1, partitions, segment.EnvironmentHere()}})
		send(Message{Kind: KindDefine, Segment: segment.Segment{ID: "busy", Condition: segment.MustParse(`COUNT(opened) >= 1 IN LAST 1 hour`)}})
		stopA, stopB := start("a"), start("b") // which nobody knows yet
		time.Sleep(3 * time.Second)
		if n := commits(); n > 0 {
			t.Errorf("%d commits, and nobody is known to live", n)
		}
		members.set("a", "b")
		n := 0
		shop := func() {
			for range 40 {
				n++
				send(Message{Kind: KindUpdates, Updates: []segment.Update{{Contact: fmt.Sprint("c", n%30),
					Events: []segment.Event{{ID: fmt.Sprint(n), Name: "opened", At: time.Now()}}}}})
				time.Sleep(time.Second)
			}
		}
		shop()
		members.set("b", "c")
		stopC := start("c")
		shop()
		stopB() // and is still thought to live
		shop()
		members.set("a", "c")
		shop()
		time.Sleep(2 * time.Hour) // all leave, by time alone
		stopA()
		stopC()
		told := 0
		for p := range partitions {
			h := replay(f.input, p, partitions, 10_000)
			if told += len(h.diffs); len(h.diffs) == 0 {
				t.Errorf("partition %d tells nothing", p)
			}
			checkOutput(t, f, p, h)
		}
		if told != 60 { // 30 contacts enter, and leave
			t.Errorf("%d diffs", told)
		}
		for err := range failed {
			if err != "nobody knows" && err != ErrFenced.Error() {
				t.Error(err)
			}
		}
	})
}

// TestRunnerRefuses what cannot work.
func TestRunnerRefuses(t *testing.T) {
	for _, r := range []*Runner{{}, {Broker: NewFake()}, {Broker: NewFake(), Signs: new(club)}, {Broker: NewFake(), Signs: new(club), Member: Member{Name: "a"}, Options: Options{Partitions: -1}}} {
		if err := r.Run(context.Background()); err == nil {
			t.Errorf("%+v runs", r)
		}
	}
}
