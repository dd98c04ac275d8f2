package client

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/cluster"
	"github.com/segmentrules/segment/index"
	"github.com/segmentrules/segment/schema"
)

// numbered is an update that says the how manyth of its contact it is.
func numbered(contact string, n int) segment.Update {
	return segment.Update{Contact: contact, Set: map[string]segment.Value{"n": segment.Int(int64(n))}}
}

// checkNumbered looks whether every contact has had its updates once, in order, up to how many
// each was sent.
func checkNumbered(t *testing.T, f *flaky, partitions int, sent map[string]int) {
	t.Helper()
	got := make(map[string]int)
	for p := range partitions {
		for _, m := range f.accepted(p) {
			for _, u := range m.Updates {
				n, _ := u.Set["n"].Int()
				if got[u.Contact]++; int(n) != got[u.Contact] || cluster.Partition(u.Contact, partitions) != p {
					t.Fatalf("partition %d has update %d of %s where %d belongs", p, n, u.Contact, got[u.Contact])
				}
			}
		}
	}
	for contact, n := range sent {
		if got[contact] != n {
			t.Errorf("%s has %d updates of %d", contact, got[contact], n)
		}
	}
}

// TestProducerOnce: many goroutines publish while an engine fails in every way and contexts end
// at any moment; each update is in the input once, behind those that were published before.
func TestProducerOnce(t *testing.T) {
	for seed := range uint64(4) {
		const partitions, goroutines, calls = 4, 6, 120
		f := newFlaky(seed, 4)
		p, err := NewProducer(f, Options{Name: "shop", Partitions: partitions, Retry: 50 * time.Microsecond})
		if err != nil {
			t.Fatal(err)
		}
		var mu sync.Mutex
		sent, unfinished := make(map[string]int), 0
		var all sync.WaitGroup
		for g := range goroutines {
			all.Go(func() {
				r := rand.New(rand.NewPCG(seed, uint64(g)))
				n := make(map[string]int)
				for range calls {
					var us []segment.Update
					for i := range 1 + r.IntN(3) {
						contact := fmt.Sprint("c", g, "-", (i+r.IntN(5))%5)
						n[contact]++
						us = append(us, numbered(contact, n[contact]))
					}
					for len(us) > 0 {
						ctx, stop := context.WithTimeout(context.Background(), time.Duration(r.IntN(1000))*time.Microsecond)
						err := p.Publish(ctx, us...)
						stop()
						us = nil
						if unsent := new(UnsentError); errors.As(err, &unsent) {
							us = unsent.Unsent
							mu.Lock()
							unfinished += len(unsent.Pending)
							mu.Unlock()
							if !errors.Is(err, context.DeadlineExceeded) {
								t.Error(err)
							}
						} else if err != nil {
							t.Error(err)
						}
					}
				}
				mu.Lock()
				defer mu.Unlock()
				for contact, k := range n {
					sent[contact] = k
				}
			})
		}
		all.Wait()
		if err := p.Close(context.Background()); err != nil {
			t.Fatal(err)
		}
		f.arrive(1 << 20)
		checkNumbered(t, f, partitions, sent)
		if f.most > 1 {
			t.Errorf("%d messages of a producer under way to a partition at once", f.most)
		}
		if unfinished == 0 {
			t.Error("no message was left pending: nothing is tested")
		}
		if err := p.Publish(context.Background(), numbered("c", 1)); err == nil {
			t.Error("a closed producer takes updates")
		}
	}
}

// TestProducerBroadcasts: definitions, drops, epochs and ticks are there once and in order, in
// every partition.
func TestProducerBroadcasts(t *testing.T) {
	ctx := context.Background()
	f := newFlaky(1, 2)
	p, err := NewProducer(f, Options{Name: "admin", Partitions: 3, Retry: time.Microsecond})
	if err != nil {
		t.Fatal(err)
	}
	var want []string
	for i := range 30 {
		id := fmt.Sprint("s", i)
		for _, err := range []error{
			p.BeginEpoch(ctx, cluster.Epoch{Number: uint64(i) + 1, Environment: segment.EnvironmentHere()}),
			p.Define(ctx, segment.Segment{ID: id, Condition: segment.MustParse(`a = 1`)}),
			p.Tick(ctx), p.Drop(ctx, id),
		} {
			if err != nil {
				t.Fatal(err)
			}
		}
		want = append(want, fmt.Sprint(cluster.KindEpoch, "", i+1, 3), fmt.Sprint(cluster.KindDefine, id, 0, 0), fmt.Sprint(cluster.KindTick, "", 0, 0), fmt.Sprint(cluster.KindDrop, id, 0, 0))
	}
	f.arrive(1 << 20)
	for part := range 3 {
		var got []string
		for _, m := range f.accepted(part) {
			got = append(got, fmt.Sprint(m.Kind, m.Segment.ID, m.Epoch.Number, m.Epoch.Partitions))
		}
		if !slices.Equal(got, want) {
			t.Errorf("partition %d has %v", part, got)
		}
	}
	if m := p.Sent(); m.Producer != p.Name() || m.Broadcasts != 120 || len(m.Updates) != 0 {
		t.Errorf("sent: %+v", m)
	}
}

// A gateInput holds the messages to one partition until they are let go.
type gateInput struct {
	cluster.Input
	held int
	gate chan struct{}
}

func (g *gateInput) Append(ctx context.Context, partition int, key string, message []byte) error {
	if partition == g.held {
		select {
		case <-g.gate:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return g.Input.Append(ctx, partition, key, message)
}

// TestProducerAtOnce: a partition to which nothing goes does not hold up the others, and the
// error says what became of each part.
func TestProducerAtOnce(t *testing.T) {
	const partitions = 8
	f := newFlaky(1, 0)
	g := &gateInput{f, 0, make(chan struct{})}
	p, err := NewProducer(g, Options{Name: "shop", Partitions: partitions})
	if err != nil {
		t.Fatal(err)
	}
	contacts := make([]string, partitions)
	for i := 0; slices.Contains(contacts, ""); i++ {
		contacts[cluster.Partition(fmt.Sprint(i), partitions)] = fmt.Sprint(i)
	}
	publish := func(n int) *UnsentError {
		t.Helper()
		ctx, stop := context.WithTimeout(context.Background(), 50*time.Millisecond)
		defer stop()
		var us []segment.Update
		for _, c := range contacts {
			us = append(us, numbered(c, n))
		}
		var unsent *UnsentError
		if err := p.Publish(ctx, us...); !errors.As(err, &unsent) || !errors.Is(err, context.DeadlineExceeded) {
			t.Fatal(err)
		}
		return unsent
	}
	if e := publish(1); !slices.Equal(e.Pending, []int{0}) || e.Unsent != nil {
		t.Errorf("first: %v", e)
	}
	if e := publish(2); e.Pending != nil || len(e.Unsent) != 1 || e.Unsent[0].Contact != contacts[0] {
		t.Errorf("second: %v", e)
	}
	ended, stop := context.WithTimeout(context.Background(), time.Millisecond)
	defer stop()
	var unsent *UnsentError
	if err := p.Flush(ended); !errors.As(err, &unsent) || !slices.Equal(unsent.Pending, []int{0}) {
		t.Errorf("flushed: %v", err)
	}
	close(g.gate)
	if err := p.Flush(context.Background()); err != nil {
		t.Error(err)
	}
	if err := p.Publish(context.Background(), numbered(contacts[0], 2)); err != nil {
		t.Error(err)
	}
	sent := make(map[string]int)
	for _, c := range contacts {
		sent[c] = 2
	}
	checkNumbered(t, f, partitions, sent)
	if m := p.Sent(); len(m.Updates) != partitions || m.Updates[0] != 2 {
		t.Errorf("sent: %+v", m)
	}
}

// TestProducersOfOneName: two processes with the same Options do each other no harm.
func TestProducersOfOneName(t *testing.T) {
	f := newFlaky(1, 3)
	sent := make(map[string]int)
	for k := range 2 {
		p, err := NewProducer(f, Options{Name: "shop", Partitions: 1, Retry: time.Microsecond})
		if err != nil || !strings.HasPrefix(p.Name(), "shop.") {
			t.Fatal(p, err)
		}
		c := fmt.Sprint("c", k)
		for n := 1; n <= 50; n++ {
			if err := p.Publish(context.Background(), numbered(c, n)); err != nil {
				t.Fatal(err)
			}
		}
		sent[c] = 50
	}
	f.arrive(1 << 20)
	checkNumbered(t, f, 1, sent)
}

// TestRefused: what no worker could accept is refused before anything is sent, with the place.
func TestRefused(t *testing.T) {
	ctx := context.Background()
	f := newFlaky(1, 0)
	known := &segment.Schema{Fields: map[string]schema.FieldType{"age": {Kind: segment.KindNumber, Coerce: true}}}
	p, err := NewProducer(f, Options{Name: "shop", Partitions: 4, MaxMessage: 2_000,
		Index: index.Options{Schema: known, Strict: true, Retention: index.Retention{Newest: 10}, History: []string{}}})
	if err != nil {
		t.Fatal(err)
	}
	good := segment.Update{Contact: "ann", Set: map[string]segment.Value{"age": segment.Text("30")}}
	parse := segment.MustParse
	for what, refused := range map[string]error{
		"update 1: ":                  p.Publish(ctx, good, segment.Update{}),
		"/at":                         p.Publish(ctx, segment.Update{Contact: "ann", At: time.Now()}),
		"/retract":                    p.Publish(ctx, segment.Update{Contact: "ann", Retract: []string{"e"}}),
		"height":                      p.Publish(ctx, good, segment.Update{Contact: "bob", Set: map[string]segment.Value{"height": segment.Int(1)}}),
		"/contact":                    p.Publish(ctx, segment.Update{Contact: "a\xff"}),
		"may have 2000":               p.Publish(ctx, good, segment.Update{Contact: strings.Repeat("x", 3_000)}),
		"needs an id":                 p.Define(ctx, segment.Segment{Condition: parse("age > 1")}),
		"heigth":                      p.Define(ctx, segment.Segment{ID: "s", Condition: parse("heigth > 1")}),
		"history of":                  p.Define(ctx, segment.Segment{ID: "s", Condition: parse("age HAS BEEN 3 FOR 2 DAYS")}),
		"s → s":                       p.Define(ctx, segment.Segment{ID: "s", Condition: parse(`IN SEGMENT "s"`)}),
		"has no id":                   p.Drop(ctx, ""),
		"4":                           p.BeginEpoch(ctx, cluster.Epoch{Number: 1, Partitions: 5}),
		"number and partitions are 1": p.BeginEpoch(ctx, cluster.Epoch{}),
	} {
		if refused == nil || !strings.Contains(refused.Error(), what) || errors.As(refused, new(*UnsentError)) {
			t.Errorf("%s: %v", what, refused)
		}
	}
	for part := range 4 {
		if got := f.accepted(part); got != nil {
			t.Errorf("partition %d has %v", part, got)
		}
	}
	if err := p.Publish(ctx, good); err != nil {
		t.Error(err)
	}
	if err := p.Define(ctx, segment.Segment{ID: "s", Condition: parse(`age > 1 AND IN SEGMENT "other"`)}); err != nil {
		t.Error(err)
	}
	part := cluster.Partition("ann", 4)
	for _, m := range f.accepted(part) {
		if m.Kind == cluster.KindUpdates {
			if n, ok := m.Updates[0].Set["age"].Int(); !ok || n != 30 {
				t.Errorf("the age is %v, and not as the schema has it", m.Updates[0].Set["age"])
			}
		}
	}
	p.SetSchema(&segment.Schema{Fields: map[string]schema.FieldType{"height": {Kind: segment.KindNumber, Coerce: true}}})
	if p.Publish(ctx, good) == nil || p.Publish(ctx, segment.Update{Contact: "bob", Set: map[string]segment.Value{"height": segment.Int(1)}}) != nil {
		t.Error("the schema is not the one that was set")
	}
	for _, o := range []Options{{}, {Name: "\xff"}, {Name: "a", Partitions: -1}, {Name: "a", MaxMessage: -1}, {Name: "a", Retry: -1}} {
		if _, err := NewProducer(f, o); err == nil {
			t.Errorf("%+v make a producer", o)
		}
		if _, err := NewRelay(f, o); err == nil {
			t.Errorf("%+v make a relay", o)
		}
	}
	if _, err := NewProducer(nil, Options{Name: "a"}); err == nil {
		t.Error("a producer without an input")
	}
}
