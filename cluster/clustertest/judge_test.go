package clustertest

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/segmentrules/segment/cluster"
)

// worked has workers step over a fake broker until all is committed.
func worked(t *testing.T, f *cluster.Fake, o cluster.Options) {
	t.Helper()
	for p := range o.Partitions {
		w, err := cluster.NewWorker(f, p, o)
		for idle := false; !idle && err == nil; {
			idle, err = w.Step(t.Context())
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// sent is a broker with messages of a load, and a barrier at the end.
func sent(t *testing.T, f *cluster.Fake, l *Load, o cluster.Options, n int, begin bool) uint64 {
	t.Helper()
	var all []cluster.Message
	if begin {
		all = l.Begin()
	}
	now := time.Now()
	for range n {
		all = append(all, l.Next(now))
	}
	barrier, number := l.Barrier()
	for _, m := range append(all, barrier) {
		if err := Send(t.Context(), f, m, o.Partitions); err != nil {
			t.Fatal(err)
		}
	}
	return number
}

// keys is an input that keeps the keys of what is sent.
type keys []string

// Append is that of cluster.Input.
func (k *keys) Append(_ context.Context, _ int, key string, _ []byte) error {
	*k = append(*k, key)
	return nil
}

// TestSendKeys: two messages of nobody are not one message sent twice.
func TestSendKeys(t *testing.T) {
	var k keys
	for _, m := range []cluster.Message{{Kind: cluster.KindTick}, {Kind: cluster.KindTick}, Barrier(1), Barrier(2), Barrier(1)} {
		if err := Send(t.Context(), &k, m, 2); err != nil {
			t.Fatal(err)
		}
	}
	if k[0] != "" || k[1] != "" || k[2] == "" || k[2] == k[3] || k[2] != k[4] {
		t.Errorf("%q", k)
	}
}

// TestJudge: a cluster that is right is found right, twice, with what was told meanwhile.
func TestJudge(t *testing.T) {
	o := cluster.Options{Partitions: 4}
	f, l, j := cluster.NewFake(), NewLoad(1, 4), NewJudge(o)
	go j.Follow(t.Context(), f)
	for round := range 2 {
		n := sent(t, f, l, o, 500, round == 0)
		worked(t, f, o)
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		if err := j.Compare(ctx, f, n); err != nil {
			t.Fatal(err)
		}
	}
	if j.Diffs < 500 || j.Messages < 1_000 || j.Refused() == 0 || j.Skewed() {
		t.Errorf("%d diffs, %d messages, %d refused, skewed %v", j.Diffs, j.Messages, j.Refused(), j.Skewed())
	}
}

// TestJudgeFinds what is wrong: each change of what a right cluster tells is an error.
func TestJudgeFinds(t *testing.T) {
	o := cluster.Options{Partitions: 2, CommitDiffs: 50}
	f, l := cluster.NewFake(), NewLoad(2, 2)
	n := sent(t, f, l, o, 600, true)
	worked(t, f, o)
	for name, change := range map[string]func(p int, i int, c *cluster.Commit) (keep bool){
		"a commit is lost":     func(p, i int, _ *cluster.Commit) bool { return p != 1 || i != 3 },
		"the last one is lost": func(p, i int, _ *cluster.Commit) bool { return i < len(f.Output(p))-1 },
		"a diff is lost": func(p, i int, c *cluster.Commit) bool {
			if i == 2 {
				c.Diffs = c.Diffs[1:]
			}
			return true
		},
		"a contact is another": func(p, i int, c *cluster.Commit) bool {
			if i == 2 {
				c.Diffs[0].Contact = "somebody"
			}
			return true
		},
		"one is refused more": func(p, i int, c *cluster.Commit) bool {
			if p == 0 {
				c.Refused++
			}
			return true
		},
	} {
		j := NewJudge(o)
		for p := range 2 {
			for i, k := range f.Output(p) {
				var c cluster.Commit
				if err := c.UnmarshalBinary(k.Data); err != nil {
					t.Fatal(err)
				}
				if change(p, i, &c) {
					c.Chain = j.told[p].chain.Add(c.Diffs...)
					text, err := c.AppendBinary(nil)
					if err != nil {
						t.Fatal(err)
					}
					if err := j.hear(p, cluster.Committed{Position: k.Position, Data: text}); err != nil {
						t.Fatal(err)
					}
				}
			}
		}
		ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
		if err := j.Compare(ctx, f, n); err == nil {
			t.Errorf("%s: nothing was found", name)
		} else if name == "the last one is lost" && !strings.Contains(err.Error(), "has told up to") {
			t.Errorf("%s: %v", name, err)
		}
		cancel()
	}
}

// TestJudgeOfOne: what each partition tells is right by its own input, and one index tells
// something else, since a definition did not reach all.
func TestJudgeOfOne(t *testing.T) {
	o := cluster.Options{Partitions: 2}
	f, l := cluster.NewFake(), NewLoad(3, 2)
	for _, m := range l.Begin() {
		data, err := m.AppendBinary(nil)
		if err != nil {
			t.Fatal(err)
		}
		if m.Kind == cluster.KindDefine && m.Segment.ID == "pro" {
			f.Store(0, time.Now(), data)
			continue
		}
		if err := Send(t.Context(), f, m, 2); err != nil {
			t.Fatal(err)
		}
	}
	n := sent(t, f, l, o, 50, false)
	worked(t, f, o)
	j := NewJudge(o)
	go j.Follow(t.Context(), f)
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	if err := j.Compare(ctx, f, n); err == nil || !strings.Contains(err.Error(), "not broadcast alike") {
		t.Error(err)
	}
}
