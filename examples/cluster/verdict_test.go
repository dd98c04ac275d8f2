package main

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/cluster"
	"github.com/segmentrules/segment/cluster/clustertest"
)

const testPartitions = 3

// atWork is a cluster in memory that has had a load, a barrier behind it, and has told all.
func atWork(t *testing.T) *cluster.Fake {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	fake := cluster.NewFake()
	c := config{partitions: testPartitions, contacts: 200, rate: 1_000, seed: 1}
	l, err := newLoad(c, fake, func() {}, func(_ int, err error) { t.Error(err) })
	if err != nil {
		t.Fatal(err)
	}
	if err := l.begin(ctx); err != nil {
		t.Fatal(err)
	}
	var work sync.WaitGroup
	defer work.Wait()
	defer cancel()
	work.Go(func() {
		r := cluster.Runner{Broker: fake, Signs: fake, Input: fake, Options: options(testPartitions), Member: cluster.Member{Name: "a"}}
		if err := r.Run(ctx); err != nil {
			t.Error(err)
		}
	})
	stop := make(chan struct{})
	time.AfterFunc(1500*time.Millisecond, func() { close(stop) })
	if err := l.run(ctx, stop); err != nil {
		t.Fatal(err)
	}
	if err := clustertest.Send(ctx, fake, clustertest.Barrier(1), testPartitions); err != nil {
		t.Fatal(err)
	}
	if v, b := judged(t, fake, fake); !v.good() || !v.oneIndex || v.diffs < 100 || v.messages < 1_000 || b.see(time.Now()).all.gaps != 0 {
		t.Fatalf("the verdict on what is as it should be is %+v", v)
	}
	return fake
}

// judged is the verdict on what an output tells.
func judged(t *testing.T, from cluster.Broker, out cluster.Output) (verdict, *board) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	b := newBoard(nil, []string{"a"}, testPartitions, time.Now())
	j := clustertest.NewJudge(options(testPartitions))
	go j.Follow(ctx, watched{out, b})
	v, err := compare(ctx, j, from, b)
	if err != nil {
		t.Fatal(err)
	}
	return v, b
}

// A liar is an output that tells one diff of partition 1 otherwise, and counts and sums up as
// if it were so: no gap can be seen.
type liar struct {
	cluster.Output
	lie func(ds []segment.Diff) []segment.Diff // of a commit that has some
}

// Follow is that of [cluster.Output].
func (l liar) Follow(ctx context.Context, after map[int]uint64, tell func(int, cluster.Committed) error) error {
	var chain segment.Chain
	var shift uint64
	done := false
	return l.Output.Follow(ctx, after, func(p int, k cluster.Committed) error {
		var c cluster.Commit
		if err := c.UnmarshalBinary(k.Data); err != nil || p != 1 {
			return tell(p, k)
		}
		first := c.Revision - uint64(len(c.Diffs)) + 1 + shift
		if n := uint64(len(c.Diffs)); n > 2 && !done && c.Done > 50 {
			c.Diffs, done = l.lie(slices.Clone(c.Diffs)), true
			shift += uint64(len(c.Diffs)) - n
			c.Revision += uint64(len(c.Diffs)) - n
		} else {
			c.Revision += shift
		}
		for i := range c.Diffs {
			c.Diffs[i].Revision = first + uint64(i)
			c.Diffs[i].Step += shift
		}
		chain = chain.Add(c.Diffs...)
		c.Done, c.Chain = c.Revision, chain
		data, err := c.AppendBinary(nil)
		if err != nil {
			return err
		}
		return tell(p, cluster.Committed{Position: k.Position, Data: data})
	})
}

// TestVerdict: one diff that is lost, told twice or altered is found at the end, though no
// gap is seen before.
func TestVerdict(t *testing.T) {
	fake := atWork(t)
	for what, lie := range map[string]func([]segment.Diff) []segment.Diff{
		"lost":    func(ds []segment.Diff) []segment.Diff { return ds[1:] },
		"doubled": func(ds []segment.Diff) []segment.Diff { return slices.Insert(ds, 1, ds[0]) },
		"wrong":   func(ds []segment.Diff) []segment.Diff { ds[1].Entered = !ds[1].Entered; return ds },
	} {
		v, b := judged(t, fake, liar{fake, lie})
		if b.see(time.Now()).all.gaps != 0 {
			t.Errorf("%s: the lie is seen before the end, which is not what is tested: %v", what, b.alarms())
		}
		if v.good() || !strings.HasPrefix(v.lines()[0], "NOT EQUAL: partition 1 ") {
			t.Errorf("%s: the verdict is %q", what, v.lines())
		}
	}
}
