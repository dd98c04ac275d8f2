//go:build unix

package sql

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/cluster"
	"github.com/segmentrules/segment/cluster/clustertest"
	"github.com/segmentrules/segment/cluster/internal/pause"
)

// commits makes so many commits without diffs.
func commits(t testing.TB, e *Engine, p int, upto ...uint64) {
	t.Helper()
	last, err := e.Last(context.Background(), p)
	must(t, err)
	for _, n := range upto {
		b, err := cluster.Commit{Upto: n}.AppendBinary(nil)
		must(t, err)
		last.Position, err = e.Commit(context.Background(), p, last.Position, b)
		must(t, err)
	}
}

// TestTables: the tables of members and diffs are those of the commits and of the index, also
// when segments are defined anew and dropped.
func TestTables(t *testing.T) {
	e := opened(t, Options{Partitions: 3, Members: true, Diffs: true})
	load, o := clustertest.NewLoad(7, 3), cluster.Options{Partitions: 3, CommitDiffs: 30, CommitMessages: 40, SnapshotEvery: -1}
	for _, m := range load.Begin() {
		must(t, clustertest.Send(t.Context(), e, m, 3))
	}
	n := 0
	for range 4 {
		for range 250 {
			must(t, clustertest.Send(t.Context(), e, load.Next(time.Now()), 3))
		}
		n += checkMembers(t, e, o)
		checkDiffs(t, e)
	}
	if n < 100 {
		t.Errorf("%d members", n)
	}
	segments := func() (n int) {
		must(t, e.pool.QueryRow(t.Context(), "SELECT count(DISTINCT segment) FROM "+e.s+".member").Scan(&n))
		return n
	}
	if segments() < 2 {
		t.Errorf("members of %d segments", segments())
	}
	for n := range 3 { // those that others refer to cannot go first
		for i, id := range []string{"core", "pro", "busy", "quiet", "fans", "spenders", "listed", "first"} {
			must(t, clustertest.Send(t.Context(), e, cluster.Message{Kind: cluster.KindDrop, Producer: "end", Number: uint64(8*n + i + 1), Segment: segment.Segment{ID: id}}, 3))
		}
	}
	if left := checkMembers(t, e, o); left > 0 || segments() > 0 {
		t.Errorf("%d members when all segments are dropped", left)
	}
	checkDiffs(t, e)
}

// diff is one at a second of 2026.
func diff(revision uint64, s, contact string, entered bool) segment.Diff {
	return segment.Diff{Revision: revision, Step: revision, Contact: contact, Segment: s, Definition: 1, Entered: entered, At: time.Date(2026, 1, 1, 0, 0, int(revision), 123456789, time.UTC)}
}

// TestOddRows: who enters and leaves in one commit, and ids that no text of a database holds.
func TestOddRows(t *testing.T) {
	e := opened(t, Options{Members: true, Diffs: true})
	long := strings.Repeat("ü", 5_000)
	zero, fff := "a\x00b", text("a\x00b")
	at := uint64(0)
	put := func(diffs ...segment.Diff) {
		t.Helper()
		b, err := cluster.Commit{Revision: diffs[len(diffs)-1].Revision, Diffs: diffs}.AppendBinary(nil)
		must(t, err)
		at, err = e.Commit(t.Context(), 0, at, b)
		must(t, err)
	}
	want := func(all map[place]int64) {
		t.Helper()
		if got := members(t, e); !maps.Equal(got, all) {
			t.Errorf("members %v, want %v", got, all)
		}
	}
	second := func(n int) int64 { return time.Date(2026, 1, 1, 0, 0, n, 123456789, time.UTC).UnixNano() }
	put(diff(1, "s", "ann", true), diff(2, "s", "bob", true), diff(3, "s", "bob", false), diff(4, "s", "bob", true), diff(5, "s", "eve", true), diff(6, "s", "eve", false))
	want(map[place]int64{{"s", "ann"}: second(1), {"s", "bob"}: second(4)})
	put(diff(7, "s", "ann", false), diff(8, "s", "ann", true), diff(9, "s", "bob", false))
	want(map[place]int64{{"s", "ann"}: second(8)})
	put(diff(10, long, zero, true), diff(11, "s", long, true), diff(12, "s", "ann", false))
	if fff == zero || len(text(long)) > 200 || text(long) == text(long+"x") || text("ann") != "ann" {
		t.Errorf("stand-ins %q, %q", fff, text(long))
	}
	want(map[place]int64{{text(long), fff}: second(10), {"s", text(long)}: second(11)})
	put(diff(13, long, zero, false), diff(14, "s", long, false))
	want(map[place]int64{})
	checkDiffs(t, e)
}

// TestBadCommits: nothing comes of them.
func TestBadCommits(t *testing.T) {
	bare, e := opened(t, Options{}), opened(t, Options{Members: true})
	for _, tt := range []struct {
		name     string
		e        *Engine
		p        int
		expected uint64
		data     []byte
		want     error
	}{
		{"no such partition", bare, 4, 0, nil, ErrPartition},
		{"below zero", bare, -1, 0, nil, ErrPartition},
		{"behind everything", bare, 0, math.MaxUint64, nil, cluster.ErrFenced},
		{"ahead", bare, 0, 1, nil, cluster.ErrFenced},
		{"too long", bare, 0, 0, make([]byte, MaxLength+1), ErrTooLong},
		{"no commit, and rows are to be kept", e, 0, 0, []byte("hello"), nil},
		{"half of one", e, 0, 0, []byte("sc\x01\x01"), nil},
		{"one of a later version", e, 0, 0, []byte("sc\x02"), nil},
	} {
		at, err := tt.e.Commit(t.Context(), tt.p, tt.expected, tt.data)
		if err == nil || at != 0 || tt.want != nil && !errors.Is(err, tt.want) {
			t.Errorf("%s: %d, %v", tt.name, at, err)
		}
		if last, err := tt.e.Last(t.Context(), 0); err != nil || last.Position != 0 {
			t.Errorf("%s: the last commit is %v, %v", tt.name, last, err)
		}
	}
	if at, err := bare.Commit(t.Context(), 0, 0, nil); at != 1 || err != nil {
		t.Errorf("an empty commit, without rows: %d, %v", at, err)
	}
	if _, err := bare.Last(t.Context(), 4); !errors.Is(err, ErrPartition) {
		t.Errorf("the last commit of no such partition: %v", err)
	}
}

// TestFollowErrors: what is not there is not passed over.
func TestFollowErrors(t *testing.T) {
	e := opened(t, Options{})
	for p := range 3 {
		commits(t, e, p, 1, 2, 3, 4)
	}
	must(t, runText(t.Context(), e, "DELETE FROM {s}.output WHERE partition = 1 AND position = 3"))
	must(t, runText(t.Context(), e, "DELETE FROM {s}.output WHERE partition = 2 AND position <= 3; UPDATE {s}.output_head SET purged = 3 WHERE partition = 2"))
	mine := errors.New("mine")
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	for _, tt := range []struct {
		name  string
		ctx   context.Context
		after map[int]uint64
		told  int
		want  error
	}{
		{"no such partition", t.Context(), map[int]uint64{0: 0, 4: 0}, 0, ErrPartition},
		{"ahead of the end", t.Context(), map[int]uint64{0: 5}, 0, ErrWentBack},
		{"ahead of everything", t.Context(), map[int]uint64{0: math.MaxUint64}, 0, ErrWentBack},
		{"let go", t.Context(), map[int]uint64{0: 4, 2: 2}, 0, cluster.ErrPurged},
		{"tell has an error", t.Context(), map[int]uint64{0: 1, 2: 3}, 2, mine},
		{"a context that has ended", ended, map[int]uint64{0: 0}, 0, context.Canceled},
		{"a missing row", t.Context(), map[int]uint64{1: 0}, 2, nil},
	} {
		n := 0
		err := e.Follow(tt.ctx, tt.after, func(int, cluster.Committed) error {
			if n++; tt.want == mine && n == 2 {
				return mine
			}
			return nil
		})
		if err == nil || n != tt.told || tt.want != nil && !errors.Is(err, tt.want) || tt.want == nil && !strings.Contains(err.Error(), "one is missing") {
			t.Errorf("%s: %d told, %v", tt.name, n, err)
		}
	}
	after := make(chan error, 1)
	go func() {
		after <- e.Follow(t.Context(), map[int]uint64{}, func(int, cluster.Committed) error { return nil })
	}()
	time.Sleep(20 * time.Millisecond)
	e.Close()
	if err := <-after; !errors.Is(err, ErrClosed) {
		t.Errorf("an engine that is closed meanwhile: %v", err)
	}
}

// TestFollowMuch: more than is asked for at once, of many partitions, each once and in order,
// though the connections are cut meanwhile: then it returns, and is called again.
func TestFollowMuch(t *testing.T) {
	const partitions, each = 70, 40
	e := opened(t, Options{Partitions: partitions, Poll: 100 * time.Millisecond})
	reader := open(t, connect(t, e.pool.Config().ConnString()+"&application_name="+e.o.Schema), e.o)
	cut, stop := context.WithCancel(t.Context())
	defer stop()
	go func() {
		for pause.For(cut, 50*time.Millisecond) {
			_, _ = e.pool.Exec(cut, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1", e.o.Schema)
		}
	}()
	go func() {
		for i := range each {
			for p := range partitions {
				b, _ := cluster.Commit{Upto: uint64(i)}.AppendBinary(nil)
				if _, err := e.Commit(t.Context(), p, uint64(i), b); err != nil {
					t.Error(err)
				}
			}
		}
	}()
	after, left, returned := map[int]uint64{}, partitions*each, 0
	for p := range partitions {
		after[p] = 0
	}
	for left > 0 {
		err := reader.Follow(t.Context(), after, func(p int, c cluster.Committed) error {
			if c.Position != after[p]+1 {
				return fmt.Errorf("commit %d of partition %d behind %d", c.Position, p, after[p])
			}
			after[p] = c.Position
			if left--; left == 0 {
				return errAll
			}
			return nil
		})
		if returned++; t.Context().Err() != nil || strings.Contains(err.Error(), "behind") {
			t.Fatal(err)
		}
	}
	t.Logf("it has returned %d times", returned)
	stop()
	// and one that waits hears of what comes later
	later := make(chan int, 1)
	go func() {
		for { // the connections of the pool may have been cut at the end
			err := reader.Follow(t.Context(), after, func(p int, _ cluster.Committed) error {
				later <- p
				return errAll
			})
			if errors.Is(err, errAll) || t.Context().Err() != nil {
				return
			}
		}
	}()
	time.Sleep(300 * time.Millisecond)
	commits(t, e, 3, 1)
	if p := <-later; p != 3 {
		t.Errorf("partition %d", p)
	}
}
