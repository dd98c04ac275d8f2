//go:build unix

package sql

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/segmentrules/segment/cluster"
	"github.com/segmentrules/segment/cluster/clustertest"
)

// TestSnapshots: in chunks, the same again, at once by several, and one of which a part is
// gone.
func TestSnapshots(t *testing.T) {
	e := opened(t, Options{})
	sizes := []int{0, 1, chunkBytes, chunkBytes + 1, 5*chunkBytes - 1}
	for i, n := range sizes {
		must(t, e.PutSnap(t.Context(), 0, uint64(i), bytes.Repeat([]byte{byte(i)}, n)))
		s, err := e.Snap(t.Context(), 0, uint64(i))
		if err != nil || s == nil || len(s) != n || n > 0 && s[n-1] != byte(i) {
			t.Errorf("a snapshot of %d bytes has %d, %v", n, len(s), err)
		}
	}
	var all sync.WaitGroup
	for i := range 6 {
		all.Go(func() {
			if err := e.PutSnap(t.Context(), 0, uint64(10+i%2), []byte(fmt.Sprint("at ", 10+i%2))); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	get := func(most uint64) string {
		t.Helper()
		s, err := e.Snap(t.Context(), 0, most)
		must(t, err)
		return string(s)
	}
	if a, b := get(11), get(10); a != "at 11" || b != "at 10" {
		t.Errorf("%q, %q", a, b)
	}
	must(t, runText(t.Context(), e, "DELETE FROM {s}.chunk c USING {s}.snapshot s WHERE s.id = c.id AND s.upto = 11"))
	if s := get(math.MaxUint64); s != "at 10" {
		t.Errorf("without its chunk: %.20q", s)
	}
	var snaps, chunks int
	must(t, e.pool.QueryRow(t.Context(), "SELECT (SELECT count(*) FROM "+e.s+".snapshot), (SELECT count(*) FROM "+e.s+".chunk)").Scan(&snaps, &chunks))
	if snaps != 3 || chunks != 1+5 {
		t.Errorf("%d snapshots and %d chunks are kept", snaps, chunks)
	}
	must(t, e.PutSnap(t.Context(), 0, 3, []byte("late"))) // by who was thought dead
	if s := get(9); s == "late" {
		t.Error("an old snapshot takes the place of a new one")
	}
	_, err := e.Snap(t.Context(), 4, 0)
	if err2 := e.PutSnap(t.Context(), -1, 0, nil); !errors.Is(err, ErrPartition) || !errors.Is(err2, ErrPartition) {
		t.Errorf("no such partition: %v, %v", err, err2)
	}
	if err := e.PutSnap(t.Context(), 0, math.MaxUint64, nil); !errors.Is(err, ErrWentBack) {
		t.Errorf("up to everything: %v", err)
	}
}

// TestSigns: names that no table holds, addresses that change, and leases by the clock of the
// database.
func TestSigns(t *testing.T) {
	e := opened(t, Options{Lease: 300 * time.Millisecond})
	for _, m := range []cluster.Member{{}, {Name: "a\x00"}, {Name: "a", Address: "\xff"}, {Name: "\xff"}, {Name: "a", Address: "\x00"}} {
		if err := e.Sign(t.Context(), m); !errors.Is(err, ErrName) {
			t.Errorf("%q: %v", m, err)
		}
	}
	if err := e.Sign(t.Context(), cluster.Member{Name: strings.Repeat("a", 1001)}); !errors.Is(err, ErrTooLong) {
		t.Errorf("a long name: %v", err)
	}
	if err := e.Leave(t.Context(), ""); !errors.Is(err, ErrName) {
		t.Errorf("no name leaves: %v", err)
	}
	must(t, e.Leave(t.Context(), "who never was"))
	must(t, runText(t.Context(), e, "INSERT INTO {s}.sign VALUES ('long dead', '', {s}.clock() - 7200000000000), ('dead', '', {s}.clock() - 1000000000)"))
	must(t, e.Sign(t.Context(), cluster.Member{Name: "ü", Address: "http://old"}))
	must(t, e.Sign(t.Context(), cluster.Member{Name: "ü", Address: "http://new"}))
	if all, err := e.Members(t.Context()); err != nil || len(all) != 1 || all[0] != (cluster.Member{Name: "ü", Address: "http://new"}) {
		t.Errorf("%v, %v", all, err)
	}
	time.Sleep(350 * time.Millisecond)
	if all, err := e.Members(t.Context()); err != nil || len(all) != 0 {
		t.Errorf("behind the lease: %v, %v", all, err)
	}
	var rows int
	must(t, e.pool.QueryRow(t.Context(), "SELECT count(*) FROM "+e.s+".sign").Scan(&rows))
	if rows != 2 {
		t.Errorf("%d rows are kept", rows)
	}
}

// TestTrim: input goes as far as nobody needs it, and no further; the rest works on.
func TestTrim(t *testing.T) {
	e := opened(t, Options{Partitions: 3, Diffs: true})
	load, o := clustertest.NewLoad(3, 3), cluster.Options{Partitions: 3, SnapshotEvery: 20, CommitMessages: 15}
	send := func(n int) {
		t.Helper()
		for range n {
			must(t, clustertest.Send(t.Context(), e, load.Next(time.Now()), 3))
		}
	}
	for _, m := range load.Begin() {
		must(t, clustertest.Send(t.Context(), e, m, 3))
	}
	send(300)
	work := func(partitions ...int) {
		t.Helper()
		for _, p := range partitions {
			w, err := cluster.NewWorker(e, p, o)
			must(t, err)
			for idle := false; !idle; {
				if idle, err = w.Step(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	trim := func(with Trim) Trimmed {
		t.Helper()
		done, err := e.Trim(t.Context(), with)
		must(t, err)
		return done
	}
	if done := trim(Trim{}); done != (Trimmed{}) {
		t.Errorf("before anybody has worked: %+v", done)
	}
	work(0, 1)
	if done := trim(Trim{Input: time.Nanosecond}); done.Messages+done.Broadcasts+done.Commits > 0 || done.Held != 2 || done.Upto != 0 {
		t.Errorf("of messages ten minutes must be kept: %+v", done)
	}
	e.keep = 0
	done := trim(Trim{})
	if done.Messages < 50 || done.Broadcasts > 0 || done.Held != 2 || done.Commits > 0 {
		t.Errorf("while partition 2 needs all: %+v", done)
	}
	for p := range 2 {
		if _, err := e.Read(t.Context(), p, 0, 1); !errors.Is(err, cluster.ErrPurged) {
			t.Errorf("from the beginning: %v", err)
		}
	}
	work(2)
	if done = trim(Trim{}); done.Messages < 10 || done.Broadcasts < 8 || done.Upto == 0 {
		t.Errorf("when all have worked: %+v", done)
	}
	if again := trim(Trim{}); again.Messages+again.Broadcasts > 0 {
		t.Errorf("once more: %+v", again)
	}
	send(50)
	work(0, 1, 2) // from snapshots, and what is left
	trim(Trim{})
	must(t, runText(t.Context(), e, "DELETE FROM {s}.snapshot s WHERE upto > (SELECT min(upto) FROM {s}.snapshot m WHERE m.partition = s.partition)"))
	work(0, 1, 2) // from the oldest that is kept
	if done = trim(Trim{Commits: time.Nanosecond}); done.Commits < 20 {
		t.Errorf("commits: %+v", done)
	}
	work(0, 1, 2)
	var commits, diffs int
	must(t, e.pool.QueryRow(t.Context(), "SELECT (SELECT count(*) FROM "+e.s+".output), (SELECT count(*) FROM "+e.s+".diff)").Scan(&commits, &diffs))
	last := 0
	for p := range 3 {
		k, err := e.Last(t.Context(), p)
		must(t, err)
		var c cluster.Commit
		must(t, c.UnmarshalBinary(k.Data))
		last += len(c.Diffs)
		if err := e.Follow(t.Context(), map[int]uint64{p: k.Position - 2}, nil); !errors.Is(err, cluster.ErrPurged) {
			t.Errorf("who follows from before: %v", err)
		}
	}
	if commits != 3 || diffs != last {
		t.Errorf("%d commits and %d diffs are left, and the last have %d", commits, diffs, last)
	}
	must(t, runText(t.Context(), e, "INSERT INTO {s}.chunk VALUES (-1, 0, {s}.clock() - 7200000000000, ''), (-2, 0, {s}.clock(), '')"))
	if done = trim(Trim{}); done.Chunks != 1 {
		t.Errorf("chunks: %+v", done)
	}
	must(t, runText(t.Context(), e, "UPDATE {s}.output SET data = 'hello'"))
	if _, err := e.Trim(t.Context(), Trim{}); err == nil || errors.Is(err, ErrNoTables) {
		t.Errorf("commits that cannot be read: %v", err)
	}
}

// TestTrimmedIsKnown: a partition says exactly up to where its input was let go, its own and
// what all read.
func TestTrimmedIsKnown(t *testing.T) {
	e := opened(t, Options{Partitions: 2})
	e.keep = 0
	for _, p := range []int{cluster.Everyone, 1, 1, cluster.Everyone, 0} { // positions 1, 2, 3, 4, 5
		must(t, e.Append(t.Context(), p, "", []byte("m")))
	}
	for p, upto := range []uint64{4, 3} {
		commits(t, e, p, 9)
		must(t, e.PutSnap(t.Context(), p, upto, nil))
	}
	purged := func(want ...uint64) {
		t.Helper()
		for p := range want {
			for after := range uint64(5) {
				if _, err := e.Read(t.Context(), p, after, 1); errors.Is(err, cluster.ErrPurged) != (after < want[p]) {
					t.Errorf("partition %d behind %d, of which %d were let go: %v", p, after, want[p], err)
				}
			}
		}
	}
	if done, err := e.Trim(t.Context(), Trim{}); err != nil || done != (Trimmed{Messages: 2, Broadcasts: 1, Held: 1, Upto: 3}) {
		t.Errorf("%+v, %v", done, err)
	}
	purged(1, 3)
	must(t, runText(t.Context(), e, "UPDATE {s}.snapshot SET upto = 4"))
	if done, err := e.Trim(t.Context(), Trim{}); err != nil || done != (Trimmed{Broadcasts: 1, Upto: 4}) {
		t.Errorf("%+v, %v", done, err)
	}
	purged(4, 4)
}

// A stuck connection stops in the middle of a request, once it is told to.
type stuck struct {
	net.Conn
	when *atomic.Pointer[chan struct{}] // closed when it goes on
}

func (s *stuck) Write(b []byte) (int, error) {
	when := s.when.Load()
	if when == nil {
		return s.Conn.Write(b)
	}
	if _, err := s.Conn.Write(b[:len(b)-len(b)/4]); err != nil {
		return 0, err
	}
	<-*when
	n, err := s.Conn.Write(b[len(b)-len(b)/4:])
	return len(b) - len(b)/4 + n, err
}

// TestStoppedClient: a program that stops amid a request, which the server has most of, holds
// nothing that others need.
func TestStoppedClient(t *testing.T) {
	e := opened(t, Options{})
	c, when := e.pool.Config(), new(atomic.Pointer[chan struct{}])
	c.ConnConfig.DialFunc = func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := new(net.Dialer).DialContext(ctx, network, address)
		return &stuck{conn, when}, err
	}
	c.MaxConns = 1
	p, err := pgxpool.NewWithConfig(t.Context(), c)
	must(t, err)
	t.Cleanup(p.Close)
	asleep := open(t, p, e.o)
	must(t, asleep.Append(t.Context(), 0, "", []byte("warm")))
	if _, err := asleep.Commit(t.Context(), 0, 0, []byte("warm")); err != nil {
		t.Fatal(err)
	}
	time.Sleep(50 * time.Millisecond) // and has woken the others
	for name, call := range map[string]func(*Engine) error{
		"append": func(e *Engine) error {
			return e.Append(context.Background(), 0, "", bytes.Repeat([]byte("x"), 100_000))
		},
		"append to all": func(e *Engine) error {
			return e.Append(context.Background(), cluster.Everyone, "", bytes.Repeat([]byte("x"), 100_000))
		},
		"commit": func(e *Engine) error {
			last, err := e.Last(context.Background(), 0)
			if err == nil {
				_, err = e.Commit(context.Background(), 0, last.Position, bytes.Repeat([]byte("x"), 100_000))
			}
			return err
		},
	} {
		goOn := make(chan struct{})
		when.Store(&goOn)
		done := make(chan error, 1)
		go func() { done <- call(asleep) }()
		time.Sleep(50 * time.Millisecond)
		began := time.Now()
		for range 3 {
			must(t, e.Append(t.Context(), 0, "", []byte("y")))
			must(t, e.Append(t.Context(), cluster.Everyone, "", []byte("y")))
			last, err := e.Last(t.Context(), 0)
			must(t, err)
			_, err = e.Commit(t.Context(), 0, last.Position, []byte("y"))
			must(t, err)
		}
		if d := time.Since(began); d > 3*time.Second {
			t.Errorf("%s: others wait %v", name, d)
		}
		when.Store(nil)
		close(goOn)
		if err := <-done; err != nil && !(name == "commit" && errors.Is(err, cluster.ErrFenced)) {
			t.Errorf("%s goes on with %v", name, err)
		}
	}
}

// TestTimeout: a request that nobody answers ends, and nobody knows its outcome.
func TestTimeout(t *testing.T) {
	e := opened(t, Options{})
	short := open(t, e.pool, Options{Schema: e.o.Schema, Partitions: 4, Timeout: 200 * time.Millisecond})
	tx, err := e.pool.Begin(t.Context())
	must(t, err)
	defer tx.Rollback(t.Context())
	_, err = tx.Exec(t.Context(), "LOCK TABLE "+e.s+".input_head, "+e.s+".output_head, "+e.s+".sign, "+e.s+".snapshot, "+e.s+".output")
	must(t, err)
	for name, call := range map[string]func() error{
		"Append": func() error { return short.Append(t.Context(), 0, "", nil) },
		"Read":   func() error { _, err := short.Read(t.Context(), 0, 0, 1); return err },
		"Commit": func() error { _, err := short.Commit(t.Context(), 0, 0, nil); return err },
		"Last":   func() error { _, err := short.Last(t.Context(), 0); return err },
		"Snap":   func() error { _, err := short.Snap(t.Context(), 0, 1); return err },
		"Sign":   func() error { return short.Sign(t.Context(), cluster.Member{Name: "a"}) },
		"Follow": func() error { return short.Follow(t.Context(), map[int]uint64{0: 0}, nil) },
	} {
		began := time.Now()
		if err := call(); !errors.Is(err, context.DeadlineExceeded) || time.Since(began) > 5*time.Second {
			t.Errorf("%s: %v after %v", name, err, time.Since(began))
		}
	}
	var all sync.WaitGroup
	for range 4 { // who waits with the same key has the same outcome
		all.Go(func() {
			if err := short.Append(t.Context(), 0, "key", nil); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("one of several with one key: %v", err)
			}
		})
	}
	all.Wait()
}

// TestWentBack: an engine over a database that was put back to a state before says so.
func TestWentBack(t *testing.T) {
	e := opened(t, Options{Poll: 50 * time.Millisecond})
	for range 5 {
		must(t, e.Append(t.Context(), 0, "", []byte("x")))
	}
	if es, err := e.Read(t.Context(), 0, 5, 10); err != nil || len(es) > 0 {
		t.Fatal(es, err)
	}
	time.Sleep(150 * time.Millisecond) // the engine knows where the input ends
	must(t, runText(t.Context(), e, "DELETE FROM {s}.input WHERE position > 3; UPDATE {s}.input_head SET position = 3 WHERE partition = 0"))
	for end := time.Now().Add(5 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		_, err := e.Read(t.Context(), 0, 5, 10)
		if errors.Is(err, ErrWentBack) {
			break
		}
		if err != nil || time.Now().After(end) {
			t.Fatalf("%v", err)
		}
	}
}

// TestSynchronousCommit: what is answered is on the disk, also where the database is set not
// to wait for that; signs of life do not wait.
func TestSynchronousCommit(t *testing.T) {
	e := opened(t, Options{})
	p := connect(t, e.pool.Config().ConnString()+"&synchronous_commit=off")
	lazy := open(t, p, e.o)
	must(t, runText(t.Context(), e, `CREATE TABLE {s}.how (what text, how text);
		CREATE FUNCTION {s}.note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
			INSERT INTO {s}.how VALUES (TG_TABLE_NAME, current_setting('synchronous_commit')); RETURN NEW; END $$;
		CREATE TRIGGER note BEFORE INSERT ON {s}.input FOR EACH ROW EXECUTE FUNCTION {s}.note();
		CREATE TRIGGER note BEFORE INSERT ON {s}.broadcast FOR EACH ROW EXECUTE FUNCTION {s}.note();
		CREATE TRIGGER note BEFORE INSERT ON {s}.output FOR EACH ROW EXECUTE FUNCTION {s}.note();
		CREATE TRIGGER note BEFORE INSERT ON {s}.sign FOR EACH ROW EXECUTE FUNCTION {s}.note()`))
	must(t, lazy.Append(t.Context(), 0, "", nil))
	must(t, lazy.Append(t.Context(), cluster.Everyone, "", nil))
	_, err := lazy.Commit(t.Context(), 0, 0, nil)
	must(t, err)
	must(t, lazy.Sign(t.Context(), cluster.Member{Name: "a"}))
	var got string
	must(t, e.pool.QueryRow(t.Context(), "SELECT string_agg(what || ' ' || how, ', ' ORDER BY what) FROM "+e.s+".how").Scan(&got))
	if want := "broadcast on, input on, output on, sign off"; got != want {
		t.Errorf("%s; want %s", got, want)
	}
	var after string
	must(t, p.QueryRow(t.Context(), "SHOW synchronous_commit").Scan(&after))
	if after != "off" {
		t.Errorf("the connection is left with %s", after)
	}
}
