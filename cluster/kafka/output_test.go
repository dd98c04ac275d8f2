package kafka

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/segmentrules/segment/cluster"
)

// commit commits what must be taken.
func commit(t testing.TB, e *Engine, partition int, expected uint64, text string) uint64 {
	t.Helper()
	at, err := e.Commit(t.Context(), partition, expected, []byte(text))
	if err != nil || at <= expected {
		t.Fatalf("Commit behind %d: %d, %v", expected, at, err)
	}
	return at
}

// wantLast compares the last commit.
func wantLast(t testing.TB, e *Engine, partition int, position uint64, text string) {
	t.Helper()
	if c, err := e.Last(t.Context(), partition); err != nil || c.Position != position || string(c.Data) != text {
		t.Errorf("Last: %d %q, %v; want %d %q", c.Position, c.Data, err, position, text)
	}
}

// TestCommitLooks: the place decides, not who was asked last. A commit without a Last before it
// looks by itself, and who was fenced while the place stayed free goes on.
func TestCommitLooks(t *testing.T) {
	o := setup(t, start(t), 2)
	a, b := open(t, o), open(t, o)
	one := commit(t, a, 0, 0, "one")
	if _, err := b.Commit(t.Context(), 0, 0, []byte("no")); !errors.Is(err, cluster.ErrFenced) {
		t.Errorf("a place that is taken: %v", err)
	}
	two := commit(t, a, 0, one, "two") // b has looked meanwhile
	three := commit(t, b, 0, two, "three")
	four := commit(t, a, 0, three, "four")
	if _, err := a.Commit(t.Context(), 0, four+10, []byte("no")); !errors.Is(err, cluster.ErrFenced) {
		t.Errorf("a place that there is not yet: %v", err)
	}
	wantLast(t, b, 0, four, "four")
	wantLast(t, b, 1, 0, "")
}

// hold holds up the next request of a kind from when it arrives until it may go on.
func hold(fake *kfake.Cluster, key kmsg.Key, arrived, may chan struct{}) {
	first := true
	fake.ControlKey(int16(key), func(kmsg.Request) (kmsg.Response, error, bool) {
		if first {
			first = false
			close(arrived)
			fake.SleepControl(func() { <-may })
		}
		return nil, nil, false
	})
}

// late has a producer commit and holds it up at a request on its way, until somebody else has
// looked. It returns what the producer is told. What is told to followers is what the other one
// has committed: nothing of the late one is ever there.
func late(t *testing.T, at kmsg.Key) error {
	t.Helper()
	fake := start(t)
	o := setup(t, fake, 1)
	a, b := open(t, o), open(t, o)
	one := commit(t, a, 0, 0, "one")
	arrived, looked := make(chan struct{}), make(chan struct{})
	hold(fake, at, arrived, looked)
	answer := make(chan error)
	go func() {
		_, err := a.Commit(context.Background(), 0, one, []byte("late"))
		answer <- err
	}()
	<-arrived
	wantLast(t, b, 0, one, "one")
	two := commit(t, b, 0, one, "two")
	close(looked)
	err := <-answer
	wantLast(t, a, 0, two, "two")
	followed(t, b, "one", "two")
	return err
}

// TestLateEnd: a producer is to end its transaction, is held up on the way, and somebody else
// has looked when it arrives.
func TestLateEnd(t *testing.T) {
	if err := late(t, kmsg.EndTxn); err == nil || errors.Is(err, ErrNotCommitted) || errors.Is(err, cluster.ErrFenced) {
		t.Errorf("the late one: %v; it cannot know that nothing was committed", err)
	}
}

// TestLateProduce: the same, held up before its record is written. It looks again, and sees that
// the place is taken.
func TestLateProduce(t *testing.T) {
	if err := late(t, kmsg.Produce); !errors.Is(err, cluster.ErrFenced) {
		t.Errorf("the late one: %v", err)
	}
}

// followed compares the commits of partition 0 from the first to the last.
func followed(t testing.TB, e *Engine, want ...string) {
	t.Helper()
	var got []string
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	err := e.Follow(ctx, map[int]uint64{0: 0}, func(_ int, c cluster.Committed) error {
		if got = append(got, string(c.Data)); len(got) == len(want) {
			time.AfterFunc(200*time.Millisecond, cancel) // if more come, they come soon
		}
		return nil
	})
	if !errors.Is(err, context.Canceled) || fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("commits %q, want %q; %v", got, want, err)
	}
}

// TestUnknown: a transaction is committed, and the answers are lost until the client gives up.
// The error says that nobody knows; a commit at the same place sees that it is taken.
func TestUnknown(t *testing.T) {
	w := newWire(1)
	fake := start(t, w.option())
	o := setup(t, fake, 1)
	o.Patience = 2 * time.Second
	a := open(t, o)
	one := commit(t, a, 0, 0, "one")
	fake.ControlKey(int16(kmsg.EndTxn), func(kmsg.Request) (kmsg.Response, error, bool) {
		w.set(func() { w.lose = 1 })
		return nil, nil, false
	})
	_, err := a.Commit(t.Context(), 0, one, []byte("two"))
	if err == nil || errors.Is(err, cluster.ErrFenced) || errors.Is(err, ErrNotCommitted) {
		t.Errorf("a commit without an answer: %v", err)
	}
	w.set(func() { w.lose = 0 })
	if _, err := a.Commit(t.Context(), 0, one, []byte("again")); !errors.Is(err, cluster.ErrFenced) {
		t.Errorf("once more: %v", err)
	}
	if c, err := a.Last(t.Context(), 0); err != nil || string(c.Data) != "two" {
		t.Errorf("the last commit is %q, %v", c.Data, err)
	}
}

// TestNotCommitted: what fails before the end of its transaction is not there, and says so.
func TestNotCommitted(t *testing.T) {
	fake := start(t)
	o := setup(t, fake, 1)
	a := open(t, o)
	one := commit(t, a, 0, 0, "one")
	fake.Fault(kfake.Fault{Keys: []kmsg.Key{kmsg.Produce}, Err: kerr.InvalidRecord})
	if _, err := a.Commit(t.Context(), 0, one, []byte("no")); !errors.Is(err, ErrNotCommitted) || !errors.Is(err, kerr.InvalidRecord) {
		t.Errorf("refused by the broker: %v", err)
	}
	if _, err := a.Commit(t.Context(), 0, one, make([]byte, mostBytes)); !errors.Is(err, ErrNotCommitted) || !errors.Is(err, kerr.MessageTooLarge) {
		t.Errorf("too long: %v", err)
	}
	wantLast(t, a, 0, one, "one")
	commit(t, a, 0, one, "two")
}

// producer returns a transactional producer that is not one of an engine.
func producer(t testing.TB, o Options, txid string) *kgo.Client {
	t.Helper()
	o, err := o.filled()
	if err != nil {
		t.Fatal(err)
	}
	cl, err := o.client(kgo.TransactionalID(txid), kgo.TransactionTimeout(time.Minute))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(cl.Close)
	return cl
}

// begin begins a transaction with one record in an output.
func begin(t testing.TB, cl *kgo.Client, o Options, text string) {
	t.Helper()
	if err := cl.BeginTransaction(); err != nil {
		t.Fatal(err)
	}
	if err := cl.ProduceSync(t.Context(), &kgo.Record{Topic: o.topic(kindDiff), Value: []byte(text)}).FirstErr(); err != nil {
		t.Fatal(err)
	}
}

// TestOpenTransaction: behind a transaction that does not end nothing is known. Once it is
// ended, all is as before.
func TestOpenTransaction(t *testing.T) {
	o := setup(t, start(t), 1)
	o.Patience = 2 * time.Second
	a := open(t, o)
	one := commit(t, a, 0, 0, "one")
	cl := producer(t, o, "somebody")
	begin(t, cl, o, "left open")
	if _, err := a.Last(t.Context(), 0); !errors.Is(err, ErrOpen) {
		t.Errorf("Last: %v", err)
	}
	if _, err := a.Commit(t.Context(), 0, one, []byte("no")); !errors.Is(err, ErrOpen) || !errors.Is(err, ErrNotCommitted) {
		t.Errorf("Commit: %v", err)
	}
	if err := cl.EndTransaction(t.Context(), kgo.TryAbort); err != nil {
		t.Fatal(err)
	}
	wantLast(t, a, 0, one, "one")
}

// TestLastBehindAborted: the last commit is found, however much was aborted since.
func TestLastBehindAborted(t *testing.T) {
	o := setup(t, start(t), 1)
	a := open(t, o)
	cl := producer(t, o, "somebody")
	abort := func(n int) {
		for range n {
			begin(t, cl, o, "aborted")
			if err := cl.EndTransaction(t.Context(), kgo.TryAbort); err != nil {
				t.Fatal(err)
			}
		}
	}
	abort(3)
	wantLast(t, a, 0, 0, "")
	at := uint64(0)
	for _, n := range []int{0, 1, 7, 8, 70} {
		text := fmt.Sprint("before ", n)
		at = commit(t, a, 0, at, text)
		abort(n)
		wantLast(t, a, 0, at, text)
	}
}

// TestOutputPurged: an output that has lost its last commit is an error, not an empty one.
func TestOutputPurged(t *testing.T) {
	fake := start(t)
	o := setup(t, fake, 1)
	a := open(t, o)
	at := commit(t, a, 0, 0, "one")
	two := commit(t, a, 0, at, "two")
	if err := fake.DeleteRecords(o.topic(kindDiff), 0, int64(at)); err != nil {
		t.Fatal(err)
	}
	wantLast(t, a, 0, two, "two")
	if err := a.Follow(t.Context(), map[int]uint64{0: 0}, nil); !errors.Is(err, cluster.ErrPurged) {
		t.Errorf("Follow from the beginning: %v", err)
	}
	if err := a.Follow(t.Context(), map[int]uint64{0: 100}, nil); !errors.Is(err, ErrTruncated) {
		t.Errorf("Follow behind the end: %v", err)
	}
	if err := fake.DeleteRecords(o.topic(kindDiff), 0, -1); err != nil {
		t.Fatal(err)
	}
	if _, err := a.Last(t.Context(), 0); !errors.Is(err, cluster.ErrPurged) {
		t.Errorf("Last: %v", err)
	}
}

// TestTopicMadeAnew: a topic that is deleted and made anew while somebody reads is an error,
// whatever it has.
func TestTopicMadeAnew(t *testing.T) {
	fake := start(t)
	o := setup(t, fake, 1)
	o.Patience = 2 * time.Second
	a := open(t, o)
	commit(t, a, 0, 0, "one")
	wantLast(t, a, 0, 1, "one")
	for range 3 {
		if err := a.Append(t.Context(), 0, "", []byte("x")); err != nil {
			t.Fatal(err)
		}
	}
	readAll(t, a, 0, 0)
	heard, done := make(chan uint64, 10), make(chan error)
	go func() {
		done <- a.Follow(context.Background(), map[int]uint64{0: 0}, func(_ int, c cluster.Committed) error {
			heard <- c.Position
			return nil
		})
	}()
	<-heard
	for _, kind := range []string{kindDiff, kindIn} {
		if err := fake.DeleteTopic(o.topic(kind)); err != nil {
			t.Fatal(err)
		}
	}
	if err := Setup(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	b := open(t, o)
	for range 5 {
		if err := b.Append(t.Context(), 0, "", []byte("y")); err != nil {
			t.Fatal(err)
		}
	}
	time.Sleep(2 * freshFor)
	if es, err := a.Read(t.Context(), 0, 3, 10); !errors.Is(err, ErrTruncated) {
		t.Errorf("Read: %v, %v", es, err)
	}
	var missing *TopicError
	select {
	case err := <-done:
		if !errors.Is(err, ErrTruncated) && !errors.As(err, &missing) {
			t.Errorf("Follow: %v", err)
		}
	case <-heard:
		t.Error("Follow goes on")
	case <-time.After(20 * time.Second):
		t.Error("Follow waits")
	}
}

// TestBegunAnew: a client that has become the producer once more by itself, as franz-go does
// after some errors, does not know what lies between, and commits nothing.
func TestBegunAnew(t *testing.T) {
	o := setup(t, start(t), 1)
	a := open(t, o)
	one := commit(t, a, 0, 0, "one")
	s := &a.output[0]
	s.epoch--
	if _, err := a.Commit(t.Context(), 0, one, []byte("no")); !errors.Is(err, ErrNotCommitted) || s.cl != nil {
		t.Errorf("its epoch is another: %v", err)
	}
	wantLast(t, a, 0, one, "one")
	commit(t, a, 0, one, "two")
}
