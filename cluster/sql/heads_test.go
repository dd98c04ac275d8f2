//go:build unix

package sql

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/segmentrules/segment/cluster"
)

// TestHeads: what a query says that began before a message was appended is not believed of
// its partition.
func TestHeads(t *testing.T) {
	h, now := newHeads(3), time.Now()
	if h.nothing(0, 0, now.Add(-time.Hour)) {
		t.Error("nothing was asked for yet")
	}
	h.learn([]int64{5, 6, 7}, []int64{1, 0, 0}, now, h.turns())
	if !h.nothing(0, 5, now.Add(-time.Second)) || h.nothing(0, 4, now.Add(-time.Second)) || h.nothing(0, 6, now.Add(-time.Second)) {
		t.Error("the head is 5")
	}
	if h.nothing(0, 5, now.Add(time.Second)) {
		t.Error("what was heard is old")
	}
	turns := h.turns() // a query begins,
	h.forget(1, 1)     // and a message is appended
	h.learn([]int64{5, 6, 7}, []int64{1, 0, 0}, now, turns)
	if h.nothing(1, 6, now.Add(-time.Second)) || !h.nothing(2, 7, now.Add(-time.Second)) {
		t.Error("the head of partition 1 alone is not known")
	}
	turns = h.turns()
	h.forget()
	h.learn([]int64{5, 6, 7}, []int64{1, 0, 0}, now, turns)
	for p, at := range []int64{5, 6, 7} {
		if h.nothing(p, at, now.Add(-time.Second)) {
			t.Errorf("the head of partition %d is not known", p)
		}
	}
	h.learn([]int64{8, 8, 8}, []int64{1, 0, 0}, now, h.turns())
	if !h.nothing(1, 8, now.Add(-time.Second)) {
		t.Error("the head is 8")
	}
	_, changed := h.moved([]followed{{0, 1}, {1, 0}}, now.Add(-time.Second))
	h.learn([]int64{9, 9, 9}, []int64{1, 0, 0}, now, h.turns())
	select {
	case <-changed:
		t.Error("no output has moved")
	default:
	}
	h.learn([]int64{9, 9, 9}, []int64{1, 1, 0}, now, h.turns())
	<-changed
	if moved, _ := h.moved([]followed{{0, 1}, {1, 0}, {2, 0}}, now.Add(-time.Second)); len(moved) != 1 || moved[0] != 1 {
		t.Errorf("moved: %v", moved)
	}
	h.fail()
	if moved, _ := h.moved([]followed{{0, 1}, {1, 1}}, now.Add(-time.Second)); len(moved) != 2 || h.nothing(1, 9, now.Add(-time.Second)) {
		t.Errorf("nothing is known, and moved are %v", moved)
	}
}

// TestAppendedIsRead: who has appended finds the message, though the engine knew just before
// that there was nothing more.
func TestAppendedIsRead(t *testing.T) {
	e := opened(t, Options{})
	after := make([]uint64, 4)
	read := func(p int) (n int) {
		t.Helper()
		es, err := e.Read(t.Context(), p, after[p], 100)
		must(t, err)
		for _, e := range es {
			after[p] = e.Position
		}
		return len(es)
	}
	for i := range 40 {
		for p := range 4 {
			read(p)
		}
		if i%8 < 4 {
			time.Sleep(4 * wakeEvery) // the engine has looked meanwhile
		}
		p := i%4 - 1
		must(t, e.Append(t.Context(), p, "", []byte("m")))
		for of := range 4 {
			if n := read(of); (n == 1) != (p == of || p == cluster.Everyone) {
				t.Errorf("message %d, to %d: %d are read of partition %d", i, p, n, of)
			}
		}
	}
}

// TestStale: an engine that cannot look for news does not go on saying that there are none.
func TestStale(t *testing.T) {
	a := opened(t, Options{Poll: 50 * time.Millisecond})
	b := open(t, a.pool, a.o)
	readAll(t, b, 1)
	tx, err := a.pool.Begin(t.Context())
	must(t, err)
	defer tx.Rollback(t.Context())
	_, err = tx.Exec(t.Context(), "LOCK TABLE "+a.s+".output_head") // which it looks at as well
	must(t, err)
	must(t, a.Append(t.Context(), 1, "", []byte("m")))
	for end := time.Now().Add(10 * time.Second); len(readAll(t, b, 1)) == 0; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("it is not heard of")
		}
	}
}

// TestWoken: who looks every half a minute alone hears of what another process does at once,
// and again when the connection with which it listens was lost.
func TestWoken(t *testing.T) {
	a := opened(t, Options{})
	p := connect(t, a.pool.Config().ConnString()+"&application_name="+a.o.Schema)
	b := open(t, p, Options{Schema: a.o.Schema, Partitions: 4, Poll: 30 * time.Second})
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	told := make(chan int, 10)
	go func() {
		at := map[int]uint64{0: 0, 1: 0}
		for ctx.Err() == nil { // it returns when its connections are cut
			_ = b.Follow(ctx, at, func(p int, k cluster.Committed) error {
				at[p] = k.Position
				told <- p
				return nil
			})
		}
	}()
	for p := range 2 {
		for i := range uint64(3) {
			time.Sleep(20 * time.Millisecond)
			began := time.Now()
			commits(t, a, p, i)
			must(t, a.Append(t.Context(), p, "", []byte("m")))
			for n := 0; ; {
				es, err := b.Read(t.Context(), p, i, 10)
				if n += len(es); err == nil && n > 0 {
					break
				}
				if time.Sleep(time.Millisecond); time.Since(began) > 10*time.Second {
					t.Fatal("a message is not heard of")
				}
			}
			select {
			case got := <-told:
				if got != p {
					t.Errorf("partition %d is told", got)
				}
			case <-time.After(10 * time.Second):
				t.Fatal("a commit is not heard of")
			}
		}
		if _, err := a.pool.Exec(t.Context(), "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1", a.o.Schema); err != nil {
			t.Fatal(err)
		}
	}
}

// TestWait: who waits for input is woken by what another process appends to its partition, and
// not by what goes to others; at rest it waits as long as its context.
func TestWait(t *testing.T) {
	a := opened(t, Options{})
	b := open(t, connect(t, a.pool.Config().ConnString()), a.o)
	for i := range uint64(5) {
		must(t, a.Append(t.Context(), 1, "", []byte("m")))
		for end := time.Now().Add(10 * time.Second); ; {
			must(t, b.Wait(t.Context(), 1, i))
			if es, err := b.Read(t.Context(), 1, i, 1); err != nil || time.Now().After(end) {
				t.Fatal(err, "or nothing comes")
			} else if len(es) > 0 {
				break
			}
		}
	}
	const long, short = time.Second, 900 * time.Millisecond
	rest := func(e *Engine, p int, after uint64) time.Duration {
		t.Helper()
		ctx, cancel := context.WithTimeout(t.Context(), long)
		defer cancel()
		began := time.Now()
		must(t, e.Wait(ctx, p, after))
		return time.Since(began)
	}
	rest(b, 1, 5) // it hears of the last one
	if d := rest(b, 1, 5); d < long {
		t.Errorf("nothing is there, and it waits %v", d)
	}
	if d := rest(b, 1, 4); d > short {
		t.Errorf("something is there, and it waits %v", d)
	}
	if d := rest(b, 1, 9); d < unsurePoll || d > short {
		t.Errorf("behind the end, which only Read can say, it waits %v", d)
	}
	for i, p := range []int{2, 1, cluster.Everyone} { // behind positions 5, 5 and 6 of partition 1
		after := uint64(max(5, 4+i))
		woken := make(chan time.Duration, 1)
		go func() { woken <- rest(b, 1, after) }()
		time.Sleep(50 * time.Millisecond)
		must(t, a.Append(t.Context(), p, "", []byte("m")))
		if d := <-woken; (d < short) != (p != 2) {
			t.Errorf("a message to %d, and who waits for partition 1 is woken after %v", p, d)
		}
	}
	if err := b.Wait(t.Context(), 4, 0); !errors.Is(err, ErrPartition) {
		t.Errorf("no such partition: %v", err)
	}
	closed := make(chan error, 1)
	go func() { closed <- b.Wait(t.Context(), 0, 7) }()
	time.Sleep(50 * time.Millisecond)
	b.Close()
	if err := <-closed; err != nil && !errors.Is(err, ErrClosed) {
		t.Errorf("closed: %v", err)
	}
	if err := b.Wait(t.Context(), 3, 7); !errors.Is(err, ErrClosed) {
		t.Errorf("closed: %v", err)
	}
}
