package nats

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/segmentrules/segment/cluster"
)

// TestInput: a partition reads its own messages and the broadcasts in one order, from wherever
// it begins; a key drops the message that is sent again, in its partition alone.
func TestInput(t *testing.T) {
	e, ctx := openEngine(t, startServer(t), testOptions(3)), t.Context()
	for _, a := range []struct {
		p    int
		key  string
		text string
	}{{0, "", "a"}, {1, "k", "b"}, {cluster.Everyone, "k", "c"}, {0, "k", "d"}, {1, "k", "again"}, {cluster.Everyone, "k", "again"}, {1, "", "e"}, {1, "", "e"}} {
		if err := e.Append(ctx, a.p, a.key, []byte(a.text)); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		p     int
		after uint64
		n     int
		want  string
	}{{0, 0, 3, " 1:a 3:c 4:d"}, {1, 0, 4, " 2:b 3:c 5:e 6:e"}, {2, 0, 1, " 3:c"}, {1, 2, 3, " 3:c 5:e 6:e"}, {0, 3, 1, " 4:d"}, {0, 1, 2, " 3:c 4:d"}} {
		entries := readAll(t, e, c.p, c.after, c.n)
		if words(entries) != c.want {
			t.Errorf("partition %d behind %d: %s, want %s", c.p, c.after, words(entries), c.want)
		}
		for _, x := range entries {
			if d := time.Since(x.Stored); d < 0 || d > time.Minute {
				t.Errorf("position %d is stored at %v", x.Position, x.Stored)
			}
		}
	}
	if entries, err := e.Read(ctx, 2, 3, 10); len(entries) > 0 || err != nil {
		t.Errorf("behind the end: %v, %v", entries, err)
	}
	for _, p := range []int{-2, 3} {
		if err := e.Append(ctx, p, "", nil); err != ErrPartition {
			t.Errorf("partition %d: %v", p, err)
		}
	}
}

// TestCommits: a place is taken once, positions grow, and the last commit is the last.
func TestCommits(t *testing.T) {
	e, ctx := openEngine(t, startServer(t), testOptions(3)), t.Context()
	if c, err := e.Last(ctx, 1); c.Position != 0 || c.Data != nil || err != nil {
		t.Errorf("the last commit of none is %v, %v", c, err)
	}
	last := map[int]uint64{}
	for i := range 10 {
		for p := range 3 {
			position, err := e.Commit(ctx, p, last[p], fmt.Appendf(nil, "%d of %d", i, p))
			if err != nil || position <= last[p] {
				t.Fatalf("commit %d of %d at %d behind %d: %v", i, p, position, last[p], err)
			}
			for _, stale := range []uint64{last[p], 0, position + 1, position - 1} {
				if stale == position {
					continue
				}
				if _, err := e.Commit(ctx, p, stale, []byte("zombie")); err != cluster.ErrFenced {
					t.Errorf("a commit behind %d: %v", stale, err)
				}
			}
			last[p] = position
			if c, err := e.Last(ctx, p); c.Position != position || string(c.Data) != fmt.Sprintf("%d of %d", i, p) || err != nil {
				t.Errorf("the last commit is %v, %v", c, err)
			}
		}
	}
	if _, err := e.Commit(ctx, 0, last[0], make([]byte, 2<<20)); err == nil || err == cluster.ErrFenced {
		t.Errorf("a commit that is too large: %v", err)
	}
}

// TestFollow: commits of some partitions from given positions, those that come later too, and
// what is purged is told.
func TestFollow(t *testing.T) {
	e, ctx := openEngine(t, startServer(t), testOptions(4)), t.Context()
	last, second := map[int]uint64{}, map[int]uint64{}
	commit := func(p int, text string) {
		t.Helper()
		position, err := e.Commit(ctx, p, last[p], []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		last[p] = position
	}
	for i := range 5 {
		for p := range 4 {
			commit(p, fmt.Sprint(i))
			if i == 1 {
				second[p] = last[p]
			}
		}
	}
	told, enough := map[int]string{}, errors.New("enough")
	go func() {
		time.Sleep(200 * time.Millisecond)
		_, _ = e.Commit(ctx, 3, last[3], []byte("later"))
	}()
	err := e.Follow(ctx, map[int]uint64{0: 0, 2: second[2], 3: last[3]}, func(p int, c cluster.Committed) error {
		if told[p] += string(c.Data); string(c.Data) == "later" {
			return enough
		}
		return nil
	})
	if err != enough || fmt.Sprint(told) != "map[0:01234 2:234 3:later]" {
		t.Errorf("told %v, then %v", told, err)
	}
	for _, p := range []int{-1, 4} {
		if err := e.Follow(ctx, map[int]uint64{p: 0}, nil); err != ErrPartition {
			t.Errorf("partition %d: %v", p, err)
		}
	}
	short, cancel := context.WithTimeout(ctx, 200*time.Millisecond)
	defer cancel()
	if err := e.Follow(short, nil, nil); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("following nothing: %v", err)
	}
	var wrong *PositionError
	for _, position := range []uint64{second[1] + 1, 1000} {
		if err := e.Follow(ctx, map[int]uint64{1: position}, func(int, cluster.Committed) error { return nil }); !errors.As(err, &wrong) {
			t.Errorf("behind %d: %v", position, err)
		}
	}
	if err := e.TrimOutput(ctx, map[int]uint64{1: last[1] + 100, 2: second[2]}); err != nil {
		t.Fatal(err)
	}
	if c, err := e.Last(ctx, 1); c.Position != last[1] || err != nil {
		t.Errorf("the last commit of a trimmed partition is %v, %v", c, err)
	}
	if err := e.Follow(ctx, map[int]uint64{1: second[1]}, func(int, cluster.Committed) error { return nil }); err != cluster.ErrPurged {
		t.Errorf("what is purged: %v", err)
	}
	if err := e.Follow(ctx, map[int]uint64{2: second[2]}, func(_ int, c cluster.Committed) error { return enough }); err != enough {
		t.Errorf("what is just not purged: %v", err)
	}
}

// TestSnaps: the one asked for, the newest three, large ones in pieces, and no pieces left.
func TestSnaps(t *testing.T) {
	e, ctx := openEngine(t, startServer(t), testOptions(3)), t.Context()
	if s, err := e.Snap(ctx, 1, 100); s != nil || err != nil {
		t.Errorf("no snapshot is %v, %v", s, err)
	}
	large := bytes.Repeat([]byte("0123456789"), 100_000)
	for _, upto := range []uint64{10, 30, 20, 40, 5} {
		if err := e.PutSnap(ctx, 1, upto, append(fmt.Appendf(nil, "%d ", upto), large...)); err != nil {
			t.Fatal(err)
		}
	}
	if err := e.PutSnap(ctx, 1, 30, []byte("30 small")); err != nil {
		t.Fatal(err)
	}
	if err := e.PutSnap(ctx, 2, 7, nil); err != nil {
		t.Fatal(err)
	}
	for most, want := range map[uint64]string{100: "40 ", 40: "40 ", 39: "30 small", 29: "20 ", 19: "", 9: ""} {
		s, err := e.Snap(ctx, 1, most)
		if err != nil || want == "" && s != nil || want != "" && !bytes.HasPrefix(s, []byte(want)) {
			t.Errorf("the snapshot up to %d begins with %.10q, %v; want %q", most, s, err, want)
		}
		if want == "40 " && len(s) != len(large)+3 {
			t.Errorf("it has %d bytes", len(s))
		}
	}
	if s, err := e.Snap(ctx, 2, 7); s == nil || len(s) > 0 || err != nil {
		t.Errorf("an empty snapshot is %v, %v", s, err)
	}
	info, err := e.snap.Info(ctx)
	if err != nil || info.State.NumSubjects > 1+3+1 {
		t.Errorf("%d subjects, %v: pieces of what is let go are left", info.State.NumSubjects, err)
	}
}

// TestSigns: members come, leave, and die.
func TestSigns(t *testing.T) {
	s := startServer(t)
	o := testOptions(3)
	o.Lease = 400 * time.Millisecond
	a, b, ctx := openEngine(t, s, o), openEngine(t, s, o), t.Context()
	want := func(e *Engine, names string) {
		t.Helper()
		all, err := e.Members(ctx)
		got := ""
		for _, m := range all {
			got += m.Name + "=" + m.Address + " "
		}
		if err != nil || got != names {
			t.Errorf("members are %q, %v; want %q", got, err, names)
		}
	}
	sign := func(e *Engine, name string) {
		t.Helper()
		if err := e.Sign(ctx, cluster.Member{Name: name, Address: "at " + name}); err != nil {
			t.Fatal(err)
		}
	}
	want(a, "")
	sign(a, "a")
	want(a, "a=at a ")
	sign(b, "b")
	time.Sleep(50 * time.Millisecond)
	want(a, "a=at a b=at b ")
	want(b, "a=at a b=at b ")
	c := openEngine(t, s, o) // hears of both at once
	want(c, "a=at a b=at b ")
	if err := b.Leave(ctx, "b"); err != nil {
		t.Fatal(err)
	}
	time.Sleep(50 * time.Millisecond)
	want(c, "a=at a ")
	time.Sleep(o.Lease)
	want(a, "")
	want(c, "")
}
