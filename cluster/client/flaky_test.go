package client

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/segmentrules/segment/cluster"
)

var errFlaky = errors.New("the engine is not well")

// A flaky engine fails as engines do: messages arrive though their sender heard of an error,
// also much later and behind others; following ends at any place. It may be used by many
// goroutines at once.
type flaky struct {
	*cluster.Fake
	odds int // once in so many calls something goes wrong; 0 for never

	mu    sync.Mutex
	rand  *rand.Rand
	late  []func() // messages that are still under way
	under map[int]int
	most  int // messages under way to one partition at once
	tells int // after how many commits following fails; 0 for never
}

func newFlaky(seed uint64, odds int) *flaky {
	return &flaky{Fake: cluster.NewFake(), odds: odds, rand: rand.New(rand.NewPCG(seed, 16)), under: make(map[int]int)}
}

func (f *flaky) whim(n int) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.odds == 0 || f.rand.IntN(f.odds) > 0 {
		return -1
	}
	return f.rand.IntN(n)
}

// count counts those under way to a partition, by the name of their sender.
func (f *flaky) count(partition, n int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.under[partition] += n
	f.most = max(f.most, f.under[partition])
}

func (f *flaky) Append(ctx context.Context, partition int, key string, message []byte) error {
	f.count(partition, 1)
	defer f.count(partition, -1)
	switch f.whim(4) {
	case 0:
		return errFlaky
	case 1:
		_ = f.Fake.Append(ctx, partition, key, message)
		return errFlaky
	case 2:
		f.mu.Lock()
		defer f.mu.Unlock()
		message = append([]byte(nil), message...)
		f.late = append(f.late, func() { _ = f.Fake.Append(ctx, partition, key, message) })
		return errFlaky
	case 3:
		select { // it takes as long as the sender waits
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(50 * time.Millisecond):
		}
	}
	f.arrive(1)
	return f.Fake.Append(ctx, partition, key, message)
}

// arrive lets some of the messages arrive that are still under way, in any order.
func (f *flaky) arrive(n int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for ; n > 0 && len(f.late) > 0; n-- {
		i := f.rand.IntN(len(f.late))
		f.late[i]()
		f.late = append(f.late[:i], f.late[i+1:]...)
	}
}

func (f *flaky) Follow(ctx context.Context, after map[int]uint64, tell func(int, cluster.Committed) error) error {
	if f.whim(2) == 0 {
		return errFlaky
	}
	left := -1
	f.mu.Lock()
	if f.tells > 0 {
		left = f.rand.IntN(f.tells)
	}
	f.mu.Unlock()
	return f.Fake.Follow(ctx, after, func(p int, c cluster.Committed) error {
		if left--; left == -1 {
			return errFlaky
		}
		return tell(p, c)
	})
}

// accepted is what of the input of a partition is not dropped for its number, by the rule and
// not by a worker.
func (f *flaky) accepted(partition int) (out []cluster.Message) {
	entries, err := f.Read(context.Background(), partition, 0, 1<<30)
	if err != nil {
		panic(err)
	}
	type sender struct {
		name    string
		updates bool
	}
	last := make(map[sender]uint64)
	for _, e := range entries {
		var m cluster.Message
		if err := m.UnmarshalBinary(e.Data); err != nil {
			panic(err)
		}
		s := sender{m.Producer, m.Kind == cluster.KindUpdates}
		if m.Number <= last[s] {
			continue
		}
		last[s] = m.Number
		out = append(out, m)
	}
	return out
}
