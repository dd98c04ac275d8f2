//go:build unix

package sql

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/cluster"
	"github.com/segmentrules/segment/cluster/clustertest"
	"github.com/segmentrules/segment/cluster/internal/pause"
)

// The figures of the README, on a server that writes to the disk before it answers.

// bothWays runs a benchmark over tables of each kind.
func bothWays(b *testing.B, s *server, partitions int, f func(b *testing.B, e *Engine)) {
	for _, o := range []Options{{}, {Diffs: true}, {Members: true}, {Members: true, Diffs: true}} {
		o.Schema, o.Partitions = schema(b), partitions
		p := connect(b, s.url()+"&pool_max_conns=16")
		must(b, Setup(b.Context(), p, o))
		b.Run(fmt.Sprintf("members=%v,diffs=%v", o.Members, o.Diffs), func(b *testing.B) { f(b, open(b, p, o)) })
	}
}

// bare is an engine over tables of its own in a server.
func bare(b *testing.B, s *server, partitions int) *Engine {
	o := Options{Schema: schema(b), Partitions: partitions}
	p := connect(b, s.url()+"&pool_max_conns=16")
	must(b, Setup(b.Context(), p, o))
	return open(b, p, o)
}

// rate reports how many of a thing were done in a second.
func rate(b *testing.B, n int, what string) {
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), what+"/s")
}

// disk reports how many bytes tables take for each of so many things.
func disk(b *testing.B, e *Engine, n int, what string, tables ...string) {
	b.Helper()
	sum := 0
	for _, table := range tables {
		size := 0
		must(b, e.pool.QueryRow(b.Context(), "SELECT pg_total_relation_size($1)", e.s+"."+table).Scan(&size))
		sum += size
	}
	b.ReportMetric(float64(sum)/float64(n), "disk-B/"+what)
}

// BenchmarkAppend: messages of 120 bytes to 256 partitions, by so many goroutines.
func BenchmarkAppend(b *testing.B) {
	s := ownServer(b, true)
	message := []byte(strings.Repeat("m", 120))
	for _, senders := range []int{1, 16, 256, 2048} {
		for _, keyed := range []bool{false, true} {
			e := bare(b, s, 256)
			b.Run(fmt.Sprintf("senders=%d,keys=%v", senders, keyed), func(b *testing.B) {
				var n atomic.Int64
				var all sync.WaitGroup
				for range senders {
					all.Go(func() {
						for i := n.Add(1); i <= int64(b.N); i = n.Add(1) {
							key := ""
							if keyed {
								key = fmt.Sprint(b.N, " ", i)
							}
							if err := e.Append(b.Context(), int(i*7)%256, key, message); err != nil {
								b.Error(err)
							}
						}
					})
				}
				all.Wait()
				rate(b, b.N, "messages")
				rows := 0
				must(b, e.pool.QueryRow(b.Context(), "SELECT count(*) FROM "+e.s+".input").Scan(&rows))
				disk(b, e, rows, "message", "input")
			})
		}
	}
}

// BenchmarkBroadcast: messages to all of 256 partitions, one after the other.
func BenchmarkBroadcast(b *testing.B) {
	e := bare(b, ownServer(b, true), 256)
	for b.Loop() {
		must(b, e.Append(b.Context(), cluster.Everyone, "", []byte("m")))
	}
	rate(b, b.N, "messages")
}

// BenchmarkNotify: eight programs append, without notifications in their transactions and with
// them, which is not how the engine does it.
func BenchmarkNotify(b *testing.B) {
	s := ownServer(b, true)
	for _, within := range []bool{false, true} {
		e := bare(b, s, 256)
		if within {
			must(b, runText(b.Context(), e, `CREATE FUNCTION {s}.say() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_notify('x', ''); RETURN NULL; END $$;
				CREATE TRIGGER say AFTER INSERT ON {s}.input FOR EACH STATEMENT EXECUTE FUNCTION {s}.say()`))
		}
		b.Run(fmt.Sprintf("within=%v", within), func(b *testing.B) {
			var n atomic.Int64
			var all sync.WaitGroup
			for range 8 {
				e := open(b, e.pool, e.o)
				all.Go(func() {
					for i := n.Add(1); i <= int64(b.N); i = n.Add(1) {
						if err := e.Append(b.Context(), int(i*7)%256, "", []byte("m")); err != nil {
							b.Error(err)
						}
					}
				})
			}
			all.Wait()
			rate(b, b.N, "messages")
		})
	}
}

// BenchmarkCommit: commits of 100 diffs, by eight workers, each to its partition. Of the
// contacts, half are members before.
func BenchmarkCommit(b *testing.B) {
	const workers, diffs = 8, 100
	bothWays(b, ownServer(b, true), workers, func(b *testing.B, e *Engine) {
		var n atomic.Int64
		var all sync.WaitGroup
		for p := range workers {
			last, err := e.Last(b.Context(), p)
			must(b, err)
			var c cluster.Commit
			if last.Position > 0 {
				must(b, c.UnmarshalBinary(last.Data))
			}
			all.Go(func() {
				for n.Add(1) <= int64(b.N) {
					d := make([]segment.Diff, diffs)
					for i := range d {
						r := c.Revision + 1 + uint64(i)
						d[i] = segment.Diff{Revision: r, Step: r, Contact: fmt.Sprintf("contact-%d-%d", p, r*7919%50_000), Segment: fmt.Sprint("segment", r%20), Definition: 1, Entered: r/50_000%2 == 0, At: time.Unix(int64(r), 0)}
					}
					c.Revision, c.Diffs = c.Revision+diffs, d
					text, err := c.AppendBinary(nil)
					if err == nil {
						last.Position, err = e.Commit(b.Context(), p, last.Position, text)
					}
					if err != nil {
						b.Error(err)
						return
					}
				}
			})
		}
		all.Wait()
		rate(b, b.N, "commits")
		rate(b, b.N*diffs, "diffs")
		rows := 0
		must(b, e.pool.QueryRow(b.Context(), "SELECT $1 * sum(position) FROM "+e.s+".output_head", diffs).Scan(&rows))
		tables := []string{"output"}
		if e.o.Diffs {
			tables = append(tables, "diff")
		}
		disk(b, e, rows, "diff", tables...)
	})
}

// BenchmarkRead: a thousand messages at a time.
func BenchmarkRead(b *testing.B) {
	e := bare(b, ownServer(b, false), 4)
	var all sync.WaitGroup
	for i := range 20_000 {
		all.Go(func() { must(b, e.Append(b.Context(), i%4, "", make([]byte, 120))) })
	}
	all.Wait()
	for i := 0; b.Loop(); i++ {
		es, err := e.Read(b.Context(), i%4, uint64(i%4_000), 1000)
		if err != nil || len(es) != 1000 {
			b.Fatal(len(es), err)
		}
	}
	rate(b, b.N*1000, "messages")
}

// TestTakeover says how long the partitions of a worker that is killed go without a commit,
// SQL_TAKEOVERS times.
func TestTakeover(t *testing.T) {
	n, _ := strconv.Atoi(os.Getenv("SQL_TAKEOVERS"))
	if n == 0 {
		t.Skip("it is measured where SQL_TAKEOVERS says how often")
	}
	s := ownServer(t, true)
	k := &killed{server: s, schema: schema(t), proxy: newProxy(t, fmt.Sprintf("127.0.0.1:%d", s.port))}
	p := connect(t, s.url())
	must(t, Setup(t.Context(), p, killEngine(k.schema)))
	e := open(t, p, killEngine(k.schema))
	must(t, runText(t.Context(), e, "CREATE TABLE {s}.fault (worker text, partition int, error text)"))
	load := clustertest.NewLoad(1, killPartitions)
	for _, m := range load.Begin() {
		must(t, clustertest.Send(t.Context(), e, m, killPartitions))
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var mu sync.Mutex
	last := make([]time.Time, killPartitions)
	after := map[int]uint64{}
	for p := range killPartitions {
		after[p] = 0
	}
	go func() {
		_ = e.Follow(ctx, after, func(p int, _ cluster.Committed) error {
			mu.Lock()
			defer mu.Unlock()
			last[p] = time.Now()
			return nil
		})
	}()
	go func() {
		for ctx.Err() == nil {
			_ = clustertest.Send(ctx, e, load.Next(time.Now()), killPartitions)
			pause.For(ctx, 2*time.Millisecond)
		}
	}()
	crew := make([]*clustertest.Process, 3)
	start := func(i, n int) {
		name := fmt.Sprintf("worker-%d-%d", i, n)
		crew[i] = clustertest.Start(t, "worker", name, "SQL_URL="+s.url(), "SQL_SCHEMA="+k.schema, "WORKER="+name)
	}
	for i := range crew {
		start(i, 0)
	}
	var gaps []time.Duration
	for i := range n {
		pause.For(ctx, 4*time.Second)
		victim := crew[i%3]
		victim.Kill()
		began := time.Now()
		for left := killPartitions; left > 0; { // all have a commit since then
			left = 0
			mu.Lock()
			for _, at := range last {
				if at.Before(began) {
					left++
				}
			}
			mu.Unlock()
			if time.Since(began) > time.Minute {
				t.Fatal("nobody takes over")
			}
			pause.For(ctx, 5*time.Millisecond)
		}
		gaps = append(gaps, time.Since(began))
		start(i%3, i+1)
	}
	slices.Sort(gaps)
	t.Logf("%d takeovers: p50 %v, p99 %v, longest %v", n, gaps[n/2].Round(time.Millisecond), gaps[min(n-1, n*99/100)].Round(time.Millisecond), gaps[n-1].Round(time.Millisecond))
}
