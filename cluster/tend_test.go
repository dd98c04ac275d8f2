package cluster

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/cluster/internal/pause"
)

// A slow broker takes its time, as one over a network does, and counts.
type slow struct {
	*Fake
	call, image   time.Duration // what a call takes, and what it takes to put or get a snapshot
	reads, waits  atomic.Int64
	putting, most atomic.Int64 // snapshots at once
	mu            sync.Mutex
	broken        error // of Last and Commit
}

func (s *slow) Read(ctx context.Context, partition int, after uint64, most int) ([]Entry, error) {
	s.reads.Add(1)
	time.Sleep(s.call)
	return s.Fake.Read(ctx, partition, after, most)
}

func (s *slow) Wait(ctx context.Context, partition int, after uint64) error {
	s.waits.Add(1)
	return s.Fake.Wait(ctx, partition, after)
}

func (s *slow) Last(ctx context.Context, partition int) (Committed, error) {
	time.Sleep(s.call)
	if err := s.breakWith(nil, false); err != nil {
		return Committed{}, err
	}
	return s.Fake.Last(ctx, partition)
}

// breakWith sets what goes wrong, or returns it.
func (s *slow) breakWith(err error, set bool) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if set {
		s.broken = err
	}
	return s.broken
}

func (s *slow) Commit(ctx context.Context, partition int, expected uint64, commit []byte) (uint64, error) {
	time.Sleep(s.call)
	if err := s.breakWith(nil, false); err != nil {
		return 0, err
	}
	return s.Fake.Commit(ctx, partition, expected, commit)
}

func (s *slow) Snap(ctx context.Context, partition int, most uint64) ([]byte, error) {
	time.Sleep(s.image)
	return s.Fake.Snap(ctx, partition, most)
}

func (s *slow) PutSnap(ctx context.Context, partition int, upto uint64, snapshot []byte) error {
	if n := s.putting.Add(1); n > s.most.Load() {
		s.most.Store(n)
	}
	defer s.putting.Add(-1)
	if !pause.For(ctx, s.image) {
		return ctx.Err()
	}
	return s.Fake.PutSnap(ctx, partition, upto, snapshot)
}

// plain is a slow broker that is no Waiter.
type plain struct{ Broker }

// begin sends what an input begins with.
func begin(t *testing.T, f *Fake, partitions int) {
	t.Helper()
	for _, m := range []Message{
		{Kind: KindEpoch, Epoch: Epoch{1, partitions, segment.EnvironmentHere()}},
		{Kind: KindDefine, Segment: segment.Segment{ID: "pro", Condition: segment.MustParse(`plan = "pro"`)}},
	} {
		if _, err := f.Send(m, partitions, time.Now()); err != nil {
			t.Fatal(err)
		}
	}
}

// change sends a change of a contact.
func change(t *testing.T, f *Fake, partitions, n int) {
	t.Helper()
	u := segment.Update{Contact: fmt.Sprint("c", n%97), Set: map[string]segment.Value{"plan": segment.Text([]string{"pro", "free"}[n/97%2])}}
	if _, err := f.Send(Message{Kind: KindUpdates, Updates: []segment.Update{u}}, partitions, time.Now()); err != nil {
		t.Fatal(err)
	}
}

// start runs a runner until the returned function is called.
func start(t *testing.T, r *Runner) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error)
	go func() { done <- r.Run(ctx) }()
	return func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
}

// idle reports whether all partitions have come to the end of their input, with one of the
// runners.
func idle(rs ...*Runner) bool {
	n := 0
	for _, r := range rs {
		for _, s := range r.Status() {
			if s.Here && !s.Idle {
				return false
			}
			if s.Here {
				n++
			}
		}
	}
	return n > 0 && n == len(rs[0].Status())
}

// deaf are signs by which nobody says that it leaves.
type deaf struct{ *Fake }

func (deaf) Leave(context.Context, string) error { return nil }

// TestTakeover: of three members with 256 partitions one dies without a word. A broker answers
// each call within 5 ms, and gives a snapshot within 50. Within the lease and a second all
// partitions of the dead one go on.
func TestTakeover(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const partitions, lease = 256, 2 * time.Second
		b := &slow{Fake: NewFake(), call: 5 * time.Millisecond, image: 50 * time.Millisecond}
		begin(t, b.Fake, partitions)
		member := func(name string) *Runner {
			return &Runner{Broker: b, Signs: deaf{b.Fake}, Member: Member{Name: name}, Options: Options{Partitions: partitions, SnapshotEvery: 1}}
		}
		a, other, c := member("a"), member("b"), member("c")
		stopA, stopB, stopC := start(t, a), start(t, other), start(t, c)
		time.Sleep(10 * time.Second)
		for n := range 970 {
			change(t, b.Fake, partitions, n)
		}
		time.Sleep(time.Minute)
		stopC()
		died := time.Now()
		upto := make([]uint64, partitions)
		for p := range upto {
			var k Commit
			if all := b.Output(p); len(all) > 0 {
				if err := k.UnmarshalBinary(all[len(all)-1].Data); err != nil {
					t.Fatal(err)
				}
			}
			upto[p] = k.Upto
		}
		if _, err := b.Send(Message{Kind: KindTick}, partitions, time.Now()); err != nil {
			t.Fatal(err)
		}
		for !idle(a, other) {
			time.Sleep(10 * time.Millisecond)
			if time.Since(died) > time.Minute {
				t.Fatal("some partitions have nobody")
			}
		}
		took := time.Since(died)
		t.Logf("%v after a death all partitions go on", took)
		if took > lease+time.Second {
			t.Errorf("%v, want %v and a second at most", took, lease)
		}
		restored := 0
		for p, s := range a.Status() {
			if !s.Here {
				s = other.Status()[p]
			}
			if s.Position <= upto[p] {
				t.Errorf("partition %d has not gone on: %+v", p, s)
			}
			restored += int(s.Stats.Restored)
		}
		if restored < 20 {
			t.Errorf("%d snapshots were used", restored)
		}
		stopA()
		stopB()
	})
}

// TestSnapshotsBeside: while snapshots are put, which takes ten seconds each, partitions go on;
// no more are put at once than there may be, and in the end each partition has one.
func TestSnapshotsBeside(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const partitions = 8
		b, members := &slow{Fake: NewFake(), image: 10 * time.Second}, new(club)
		members.set("a")
		begin(t, b.Fake, partitions)
		r := &Runner{Broker: b, Signs: members, Member: Member{Name: "a"}, Options: Options{Partitions: partitions, SnapshotEvery: 10}}
		stop := start(t, r)
		late := time.Duration(0)
		for n := range 600 {
			change(t, b.Fake, partitions, n)
			time.Sleep(100 * time.Millisecond)
			for _, s := range r.Status() {
				late = max(late, s.Lag)
			}
		}
		if late > time.Second || b.most.Load() != 2 {
			t.Errorf("partitions were late by %v, and %d snapshots were put at once", late, b.most.Load())
		}
		for n := range 900 {
			change(t, b.Fake, partitions, n)
			time.Sleep(100 * time.Millisecond)
		}
		stop()
		for p := range partitions {
			if len(b.snaps[p]) == 0 {
				t.Errorf("partition %d has no snapshot", p)
			}
			checkOutput(t, b.Fake, p, replay(b.input, p, partitions, 0))
		}
	})
}

// TestIdle: what 256 partitions ask of a broker in which nothing happens, and how soon they
// hear that something does.
func TestIdle(t *testing.T) {
	for _, test := range []struct {
		name    string
		most    int64 // questions in a minute
		waiter  bool
		quickly time.Duration
	}{
		{"of one that knows when input comes", 256 * 30, true, 10 * time.Millisecond},
		{"of any other", 256 * 700, false, 120 * time.Millisecond},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b, members := &slow{Fake: NewFake()}, new(club)
				members.set("a")
				begin(t, b.Fake, 256)
				r := &Runner{Broker: b, Signs: members, Member: Member{Name: "a"}}
				if !test.waiter {
					r.Broker = plain{b}
				}
				stop := start(t, r)
				defer stop()
				time.Sleep(10 * time.Second)
				asked := b.reads.Load() + b.waits.Load()
				time.Sleep(time.Minute)
				if asked = b.reads.Load() + b.waits.Load() - asked; asked > test.most {
					t.Errorf("%d questions in a minute", asked)
				}
				t.Logf("%d questions in a minute", asked)
				change(t, b.Fake, 256, 1)
				time.Sleep(test.quickly)
				if s := r.Status()[Partition("c1", 256)]; !s.Idle || s.Revision != 1 {
					t.Errorf("after %v: %+v", test.quickly, s)
				}
			})
		})
	}
}

// TestErrorsAreToldOnce: an error that goes on for an hour, with other numbers each time, is
// told once by each partition; when all is well again and then it comes back, once more.
func TestErrorsAreToldOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const partitions = 4
		b, members := &slow{Fake: NewFake()}, new(club)
		members.set("a")
		begin(t, b.Fake, partitions)
		var mu sync.Mutex
		told := map[int]int{}
		r := &Runner{Broker: b, Signs: members, Member: Member{Name: "a"}, Options: Options{Partitions: partitions, CommitMessages: 1}, Report: func(p int, err error) {
			mu.Lock()
			defer mu.Unlock()
			told[p]++
		}}
		stop := start(t, r)
		defer stop()
		for round := 1; round <= 2; round++ {
			time.Sleep(time.Minute)
			if !idle(r) {
				t.Fatalf("%+v", r.Status())
			}
			for i := range 3600 {
				_ = b.breakWith(fmt.Errorf("dial 10.0.0.1:%d: refused", 1000+i), true)
				if i == 0 {
					begin(t, b.Fake, partitions)
				}
				time.Sleep(time.Second)
			}
			for p, s := range r.Status() {
				mu.Lock()
				if told[p] != round || s.Err == nil || s.Idle || time.Since(s.Since) < 50*time.Minute {
					t.Errorf("partition %d: told %d times; %+v", p, told[p], s)
				}
				mu.Unlock()
			}
			_ = b.breakWith(nil, true)
		}
		time.Sleep(10 * time.Second)
		if !idle(r) {
			t.Errorf("it has not come back: %+v", r.Status())
		}
	})
}

// stingy takes no snapshot.
type stingy struct{ *Fake }

func (stingy) PutSnap(context.Context, int, uint64, []byte) error { return errStingy }

var errStingy = errors.New("no room for snapshots")

// TestSnapshotsNotTaken: a broker that takes none is told of once, and the partition goes on
// without loading anew.
func TestSnapshotsNotTaken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, members, told := stingy{NewFake()}, new(club), 0
		members.set("a")
		begin(t, b.Fake, 1)
		r := &Runner{Broker: b, Signs: members, Member: Member{Name: "a"}, Options: Options{Partitions: 1, SnapshotEvery: 16}, Report: func(_ int, err error) {
			if told++; !errors.Is(err, errStingy) {
				t.Error(err)
			}
		}}
		stop := start(t, r)
		for n := range 100 {
			change(t, b.Fake, 1, n)
			time.Sleep(time.Second)
		}
		s := r.Status()[0]
		stop()
		if told != 1 || !s.Idle || s.Position != 102 || s.Stats.Loads != 1 || s.Stats.Unput < 4 {
			t.Errorf("told %d times, %+v", told, s)
		}
	})
}
