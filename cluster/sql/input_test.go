//go:build unix

package sql

import (
	"context"
	"errors"
	"fmt"
	"math"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/segmentrules/segment/cluster"
)

// readAll reads the input of a partition to its end.
func readAll(t testing.TB, e *Engine, p int) (all []cluster.Entry) {
	t.Helper()
	after := uint64(0)
	for {
		es, err := e.Read(context.Background(), p, after, 1000)
		must(t, err)
		if len(es) == 0 {
			return all
		}
		all, after = append(all, es...), es[len(es)-1].Position
	}
}

// TestManyAppend: many append at once, to all partitions too. Everything is there once, the
// instants do not go back, positions grow, and a broadcast lies behind what all partitions
// had and before what they have then.
func TestManyAppend(t *testing.T) {
	const partitions, senders, each = 4, 40, 25
	a := opened(t, Options{Partitions: partitions})
	engines := []*Engine{a, open(t, connect(t, a.pool.Config().ConnString()), a.o)}
	var all sync.WaitGroup
	for s := range senders {
		all.Go(func() {
			for i := range each {
				p := (s+i)%(partitions+1) - 1 // -1 is everyone
				if err := engines[s%2].Append(t.Context(), p, fmt.Sprint(s, " ", i), fmt.Append(nil, p, " ", s, " ", i)); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	a = open(t, a.pool, a.o) // which must ask
	broadcasts := map[string]cluster.Entry{}
	n := 0
	for p := range partitions {
		seen, last := map[string]bool{}, cluster.Entry{}
		behind := map[string]int{} // the last message of each sender
		for _, e := range readAll(t, a, p) {
			if e.Position <= last.Position || e.Stored.Before(last.Stored) || seen[string(e.Data)] {
				t.Errorf("partition %d: %v behind %v", p, e, last)
			}
			last, seen[string(e.Data)] = e, true
			var of, s, i int
			if _, err := fmt.Sscan(string(e.Data), &of, &s, &i); err != nil {
				t.Fatal(err)
			}
			if i < behind[fmt.Sprint(s)] {
				t.Errorf("partition %d: message %d of sender %d behind message %d", p, i, s, behind[fmt.Sprint(s)])
			}
			behind[fmt.Sprint(s)] = i
			if of != cluster.Everyone {
				n++
				continue
			}
			if p == 0 {
				broadcasts[string(e.Data)] = e
				n++
			} else if b := broadcasts[string(e.Data)]; b.Position != e.Position || !b.Stored.Equal(e.Stored) {
				t.Errorf("a broadcast is %v in partition 0 and %v in %d", b, e, p)
			}
		}
	}
	if n != senders*each {
		t.Errorf("%d messages of %d", n, senders*each)
	}
}

// TestTogether: while one transaction waits, what comes is appended by the next, together.
func TestTogether(t *testing.T) {
	e := opened(t, Options{})
	tx, err := e.pool.Begin(t.Context())
	must(t, err)
	_, err = tx.Exec(t.Context(), "SELECT FROM "+e.s+".input_head WHERE partition = 1 FOR UPDATE")
	must(t, err)
	var all sync.WaitGroup
	errs := make([]error, 500)
	begin := func(i int) {
		all.Go(func() {
			p, key := 1+i%3, ""
			switch {
			case i%100 == 50:
				p = cluster.Everyone
			case i >= 400:
				p, key = 2, fmt.Sprint("five have ", i/5)
			}
			errs[i] = e.Append(t.Context(), p, key, fmt.Append(nil, i))
		})
	}
	await := func(n int) { // so many wait behind the one that is under way
		for waiting := -1; waiting != n; time.Sleep(time.Millisecond) {
			e.waiting.mu.Lock()
			if e.waiting.busy {
				waiting = len(e.waiting.waiting)
			}
			e.waiting.mu.Unlock()
		}
	}
	begin(0) // to partition 1, which is locked
	await(0)
	for i := range len(errs) - 1 {
		begin(1 + i)
	}
	await(len(errs) - 1)
	short, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if err := e.Append(short, 0, "", []byte("impatient")); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("who waits no longer: %v", err)
	}
	must(t, tx.Rollback(t.Context()))
	all.Wait()
	must(t, errors.Join(errs...))
	if es := readAll(t, e, 0); len(es) != 6 || string(es[5].Data) != "impatient" { // nobody knew
		t.Errorf("%d messages in partition 0", len(es))
	}
	var transactions, messages int
	must(t, e.pool.QueryRow(t.Context(), "SELECT count(DISTINCT xmin::text), count(*) FROM "+e.s+".input").Scan(&transactions, &messages))
	if want := 396 + 20 + 1; messages != want || transactions > 20 { // without those to all, and with one of five that have a key
		t.Errorf("%d messages in %d transactions", messages, transactions)
	}
}

// TestKeys: a message is appended once for a partition and key, by whatever engine.
func TestKeys(t *testing.T) {
	a := opened(t, Options{})
	b := open(t, a.pool, a.o)
	long := string(make([]byte, 10_000)) + "\xff"
	for _, s := range []struct {
		e    *Engine
		p    int
		key  string
		text string
	}{{a, 0, "k", "1"}, {b, 0, "k", "again"}, {a, 1, "k", "2"}, {a, 0, "", "3"}, {a, 0, "", "4"}, {a, 0, long, "5"}, {b, 0, long, "again"},
		{b, cluster.Everyone, "k", "6"}, {a, cluster.Everyone, "k", "again"}, {a, cluster.Everyone, "", "7"}, {a, 0, "k", "again"}} {
		must(t, s.e.Append(t.Context(), s.p, s.key, []byte(s.text)))
	}
	for p, want := range []string{"134567", "267", "67"} {
		got := ""
		for _, e := range readAll(t, a, p) {
			got += string(e.Data)
		}
		if got != want {
			t.Errorf("partition %d has %q, want %q", p, got, want)
		}
	}
}

// TestInstants: they are those of the clock of the database, and do not go back when that
// does.
func TestInstants(t *testing.T) {
	e := opened(t, Options{})
	before := time.Now().Add(-time.Second)
	must(t, e.Append(t.Context(), 0, "", []byte("now")))
	if es := readAll(t, e, 0); es[0].Stored.Before(before) || es[0].Stored.After(time.Now().Add(time.Second)) || es[0].Stored.Location() != time.UTC {
		t.Errorf("stored at %v", es[0].Stored)
	}
	ahead := time.Now().Add(time.Hour).UnixNano()
	must(t, runText(t.Context(), e, fmt.Sprint("UPDATE {s}.input_head SET stored = ", ahead, " WHERE partition = 2")))
	must(t, e.Append(t.Context(), 2, "", []byte("not before")))
	must(t, e.Append(t.Context(), cluster.Everyone, "", []byte("nor in another")))
	must(t, e.Append(t.Context(), 1, "", []byte("nor then")))
	for p, n := range []int{2, 2, 2} {
		es := readAll(t, e, p)
		if len(es) != n || es[n-1].Stored.UnixNano() != ahead {
			t.Errorf("partition %d: %v", p, es)
		}
	}
}

// TestBadInput of the input.
func TestBadInput(t *testing.T) {
	e := opened(t, Options{})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, tt := range []struct {
		name string
		err  error
		want error
	}{
		{"no such partition", e.Append(t.Context(), 4, "", nil), ErrPartition},
		{"below zero", e.Append(t.Context(), -2, "", nil), ErrPartition},
		{"too long", e.Append(t.Context(), 0, "", make([]byte, MaxLength+1)), ErrTooLong},
		{"a context that has ended", e.Append(ctx, 0, "", nil), context.Canceled},
		{"read of no such partition", func() error { _, err := e.Read(t.Context(), 4, 0, 1); return err }(), ErrPartition},
		{"behind the end", func() error { _, err := e.Read(t.Context(), 0, 1, 1); return err }(), ErrWentBack},
		{"behind everything", func() error { _, err := e.Read(t.Context(), 0, math.MaxUint64, 1); return err }(), ErrWentBack},
		{"read when the context has ended", func() error { _, err := e.Read(ctx, 0, 0, 1); return err }(), context.Canceled},
	} {
		if !errors.Is(tt.err, tt.want) {
			t.Errorf("%s: %v", tt.name, tt.err)
		}
	}
	if es, err := e.Read(t.Context(), 0, 0, 0); err != nil || len(es) > 0 {
		t.Errorf("none are asked for: %v, %v", es, err)
	}
	e.Close()
	if err := e.Append(t.Context(), 0, "", nil); !errors.Is(err, ErrClosed) {
		t.Errorf("closed: %v", err)
	}
	e.Close()
}

// TestReadsAreBounded: not everything at once, if that is much.
func TestReadsAreBounded(t *testing.T) {
	e := opened(t, Options{})
	for range 5 {
		must(t, e.Append(t.Context(), 0, "", make([]byte, 3<<20)))
	}
	es, err := e.Read(t.Context(), 0, 0, 100)
	if err != nil || len(es) != 3 {
		t.Errorf("%d entries, %v", len(es), err)
	}
	if all := readAll(t, e, 0); len(all) != 5 {
		t.Errorf("%d entries", len(all))
	}
}

// counted is a pool that counts its queries.
type counted struct{ n atomic.Int64 }

func (c *counted) TraceQueryStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceQueryStartData) context.Context {
	c.n.Add(1)
	return ctx
}

func (c *counted) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}

// TestIdle: 256 partitions at rest cost some queries a second, and hear of a message all the
// same.
func TestIdle(t *testing.T) {
	const partitions = 256
	a := opened(t, Options{Partitions: partitions})
	c, n := a.pool.Config(), new(counted)
	c.ConnConfig.Tracer = n
	p, err := pgxpool.NewWithConfig(t.Context(), c)
	must(t, err)
	t.Cleanup(p.Close)
	e := open(t, p, a.o)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	done := make(chan error, 1)
	r := cluster.Runner{Broker: e, Signs: e, Input: e, Member: cluster.Member{Name: "one"}, Options: cluster.Options{Partitions: partitions}}
	go func() { done <- r.Run(ctx) }()
	told := make(chan uint64, partitions+10)
	after := map[int]uint64{}
	for p := range partitions {
		after[p] = 0
	}
	go func() {
		_ = e.Follow(ctx, after, func(p int, k cluster.Committed) error { told <- k.Position; return nil })
	}()
	must(t, a.Append(t.Context(), cluster.Everyone, "", []byte("poison, which is counted and committed")))
	for range partitions {
		<-told
	}
	time.Sleep(1500 * time.Millisecond)
	before := n.n.Load()
	time.Sleep(2 * time.Second)
	if per := (n.n.Load() - before) / 2; per > 20 {
		t.Errorf("%d queries a second", per)
	} else {
		t.Logf("%d queries a second", per)
	}
	sent := time.Now()
	must(t, a.Append(t.Context(), 77, "", []byte("more poison")))
	<-told
	t.Logf("a message to another engine is committed, and told, %v later", time.Since(sent))
	cancel()
	must(t, <-done)
}
