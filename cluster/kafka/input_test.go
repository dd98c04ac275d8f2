package kafka

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/cluster"
)

// send appends messages.
func send(t testing.TB, e *Engine, partition int, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if err := e.Append(t.Context(), partition, "", []byte(text)); err != nil {
			t.Fatal(err)
		}
	}
}

// wantInput compares what a partition has behind a position.
func wantInput(t testing.TB, e *Engine, partition int, after uint64, want ...string) (got []cluster.Entry) {
	t.Helper()
	var texts []string
	for _, entry := range readAll(t, e, partition, after) {
		got, texts = append(got, entry), append(texts, string(entry.Data))
	}
	if fmt.Sprint(texts) != fmt.Sprint(want) {
		t.Errorf("partition %d has %q behind %d, want %q", partition, texts, after, want)
	}
	return got
}

// TestBroadcastInstant: a broadcast is not before what was sent before it, and has one instant
// everywhere.
func TestBroadcastInstant(t *testing.T) {
	o := setup(t, start(t), 4)
	a := open(t, o)
	var all sync.WaitGroup
	stop := make(chan struct{})
	for p := range 4 {
		all.Go(func() {
			for i := 0; ; i++ {
				select {
				case <-stop:
					return
				default:
					_ = a.Append(context.Background(), p, "", []byte("update")) // of those that are there the instants count
				}
			}
		})
	}
	for i := range 20 {
		send(t, a, cluster.Everyone, fmt.Sprint("all ", i))
	}
	close(stop)
	all.Wait()
	instants := map[string]time.Time{}
	for p := range 4 {
		var latest time.Time
		n, before := 0, 0
		for _, entry := range readAll(t, a, p, 0) {
			n++
			if text := string(entry.Data); text != "update" {
				if at, ok := instants[text]; ok && !at.Equal(entry.Stored) {
					t.Errorf("%q is at %v and at %v", text, at, entry.Stored)
				}
				instants[text], before = entry.Stored, before+1
				if entry.Stored.Before(latest) {
					t.Errorf("%q is at %v, and before it is a message at %v", text, entry.Stored, latest)
				}
			}
			latest = later(latest, entry.Stored)
		}
		if before != 20 || n == before {
			t.Errorf("partition %d has %d messages, %d of them broadcast", p, n, before)
		}
	}
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// TestSlowBroadcast: a broadcast that takes so long that its instant is no longer ahead is
// aborted and made again, further ahead; nobody sees the first.
func TestSlowBroadcast(t *testing.T) {
	w := newWire(1)
	fake := start(t, w.option())
	o := setup(t, fake, 3)
	a := open(t, o)
	send(t, a, cluster.Everyone, "first")
	var produced atomic.Int64
	fake.ControlKey(int16(kmsg.Produce), func(kmsg.Request) (kmsg.Response, error, bool) {
		if produced.Add(1) == 1 {
			fake.SleepControl(func() { time.Sleep(firstAhead + 20*time.Millisecond) })
		}
		return nil, nil, false
	})
	send(t, a, cluster.Everyone, "second")
	for p := range 3 {
		es := wantInput(t, a, p, 0, "first", "second")
		if len(es) == 2 && es[1].Position < es[0].Position+4 { // two marks, and the aborted one
			t.Errorf("partition %d: %d behind %d: nothing was aborted", p, es[1].Position, es[0].Position)
		}
	}
}

// TestBroadcastLeftOpen: a broadcast that fails amid its transaction leaves nothing behind that
// nobody can read on behind.
func TestBroadcastLeftOpen(t *testing.T) {
	fake := start(t)
	o := setup(t, fake, 3)
	a := open(t, o)
	send(t, a, cluster.Everyone, "first")
	fake.Fault(kfake.Fault{Keys: []kmsg.Key{kmsg.Produce}, Topic: o.topic(kindIn), Partitions: []int32{1}, Err: kerr.InvalidRecord})
	err := a.Append(t.Context(), cluster.Everyone, "", []byte("second"))
	if !errors.Is(err, ErrNotCommitted) || !errors.Is(err, kerr.InvalidRecord) {
		t.Errorf("a record was refused: %v", err)
	}
	for p := range 3 {
		send(t, a, p, "update")
		wantInput(t, a, p, 0, "first", "update")
	}
	send(t, a, cluster.Everyone, "third")
	wantInput(t, a, 2, 0, "first", "update", "third")
}

// TestBroadcastAfterDeath: one that has died amid a broadcast holds readers up until the next
// broadcast, or until Kafka aborts it.
func TestBroadcastAfterDeath(t *testing.T) {
	o := setup(t, start(t), 2)
	a := open(t, o)
	dead := producer(t, o, o.Name+"-broadcast")
	if err := dead.BeginTransaction(); err != nil {
		t.Fatal(err)
	}
	if err := dead.ProduceSync(t.Context(), &kgo.Record{Topic: o.topic(kindIn), Partition: 1, Value: []byte("half of it")}).FirstErr(); err != nil {
		t.Fatal(err)
	}
	send(t, a, 1, "update")
	wantInput(t, a, 1, 0)
	send(t, a, cluster.Everyone, "all")
	wantInput(t, a, 0, 0, "all")
	wantInput(t, a, 1, 0, "update", "all")
}

// TestReadPurged: input that is gone, and a position that is not there.
func TestReadPurged(t *testing.T) {
	fake := start(t)
	o := setup(t, fake, 2)
	a := open(t, o)
	send(t, a, 0, "1", "2", "3", "4", "5")
	if err := fake.DeleteRecords(o.topic(kindIn), 0, 3); err != nil {
		t.Fatal(err)
	}
	time.Sleep(2 * freshFor)
	for after, want := range map[uint64]error{0: cluster.ErrPurged, 2: cluster.ErrPurged, 3: nil, 4: nil, 5: nil, 6: ErrTruncated, 600: ErrTruncated} {
		es, err := a.Read(t.Context(), 0, after, 10)
		if !errors.Is(err, want) || want == nil && len(es) != int(5-after) {
			t.Errorf("behind %d: %v, %v; want %v", after, es, err, want)
		}
	}
	if err := fake.DeleteRecords(o.topic(kindIn), 0, -1); err != nil {
		t.Fatal(err)
	}
	if _, err := a.Read(t.Context(), 0, 4, 10); !errors.Is(err, cluster.ErrPurged) {
		t.Errorf("all is gone: %v", err)
	}
	wantInput(t, a, 0, 5)
	wantInput(t, a, 1, 0)
}

// TestNotACall: bytes that are no message, and a message for another partition, are counted and
// skipped; a worker that was told of another number of partitions does not begin.
func TestNotACall(t *testing.T) {
	o := setup(t, start(t), 3)
	a := open(t, o)
	message := func(m cluster.Message) string {
		b, err := m.AppendBinary(nil)
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	send(t, a, cluster.Everyone, message(cluster.Message{Kind: cluster.KindEpoch, Epoch: cluster.Epoch{Number: 1, Partitions: 3, Environment: segment.EnvironmentHere()}}))
	send(t, a, 1, "not a call", "", message(cluster.Message{Kind: cluster.KindUpdates, Updates: []segment.Update{{Contact: "ann", Join: []string{"x"}}}}))
	own := (cluster.Partition("ann", 3) + 1) % 3
	send(t, a, own, message(cluster.Message{Kind: cluster.KindUpdates, Updates: []segment.Update{{Contact: "ann", Join: []string{"x"}}}}))
	time.Sleep(2 * freshFor)
	work := func(partition, partitions int) (*cluster.Worker, error) {
		w, err := cluster.NewWorker(a, partition, cluster.Options{Partitions: partitions})
		if err != nil {
			t.Fatal(err)
		}
		for idle := false; !idle && err == nil; {
			idle, err = w.Step(t.Context())
		}
		return w, err
	}
	want := map[int]uint64{1: 2}
	if cluster.Partition("ann", 3) != 1 {
		want[1]++
	}
	want[own]++
	for p := range 3 {
		if w, err := work(p, 3); err != nil || w.Told().Refused != want[p] {
			t.Errorf("partition %d: %d refused, want %d; %v", p, w.Told().Refused, want[p], err)
		}
	}
	b := open(t, setup(t, start(t), 2)) // a stream of its own: nothing is committed yet
	send(t, b, cluster.Everyone, message(cluster.Message{Kind: cluster.KindEpoch, Epoch: cluster.Epoch{Number: 1, Partitions: 3, Environment: segment.EnvironmentHere()}}))
	time.Sleep(2 * freshFor)
	w, err := cluster.NewWorker(b, 0, cluster.Options{Partitions: 2})
	for idle := false; !idle && err == nil; {
		idle, err = w.Step(t.Context())
	}
	var other *cluster.PartitionsError
	if !errors.As(err, &other) {
		t.Errorf("an input for 3 partitions, read by a worker that was told of 2: %v", err)
	}
}

// TestIdle: many partitions without anything to read cost few requests.
func TestIdle(t *testing.T) {
	fake := start(t)
	o := setup(t, fake, 256)
	a := open(t, o)
	send(t, a, cluster.Everyone, "all")
	after := make([]uint64, o.Partitions)
	time.Sleep(2 * freshFor)
	for p := range after {
		es, err := a.Read(t.Context(), p, 0, 10)
		if err != nil || len(es) != 1 {
			t.Fatalf("partition %d has %v, %v", p, es, err)
		}
		after[p] = es[0].Position
	}
	var requests atomic.Int64
	fake.Control(func(kmsg.Request) (kmsg.Response, error, bool) {
		requests.Add(1)
		return nil, nil, false
	})
	var all sync.WaitGroup
	end := time.Now().Add(time.Second)
	for p := range after {
		all.Go(func() {
			for time.Now().Before(end) {
				if es, err := a.Read(t.Context(), p, after[p], 100); err != nil || len(es) > 0 {
					t.Errorf("partition %d: %v, %v", p, es, err)
				}
				time.Sleep(50 * time.Millisecond)
			}
		})
	}
	all.Wait()
	if n := requests.Load(); n > 1000 { // 50 a second to each of three brokers, and some more
		t.Errorf("%d requests in a second", n)
	} else {
		t.Logf("%d requests in a second", n)
	}
}
