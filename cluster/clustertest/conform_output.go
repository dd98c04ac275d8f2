package clustertest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/segmentrules/segment/cluster"
)

// last asks for the last commit of a partition. An engine may fence others off when it is
// asked, so that a commit may follow only an answer to the same engine.
func (c *conformance) last(e cluster.Engine, p int) cluster.Committed {
	c.Helper()
	k, err := e.Last(c.Context(), p)
	if err != nil {
		c.Fatalf("Last of partition %d: %v", p, err)
	}
	return k
}

// must commits what must be taken.
func (c *conformance) must(e cluster.Engine, p int, expected uint64, text string) uint64 {
	c.Helper()
	position, err := e.Commit(c.Context(), p, expected, []byte(text))
	if err != nil {
		c.Fatalf("Commit to partition %d behind %d: %v", p, expected, err)
	}
	if position <= expected {
		c.Fatalf("Commit to partition %d behind %d has position %d", p, expected, position)
	}
	return position
}

// commit: what is committed is the last commit, for every engine.
func (c *conformance) commit() {
	a, b := c.open(), c.open()
	if k := c.last(a, 0); k.Position != 0 || k.Data != nil {
		c.Fatalf("nothing is committed, and Last returns %v", k)
	}
	at := uint64(0)
	for i := range 5 {
		at = c.must(a, 0, at, fmt.Sprint("commit ", i))
	}
	if k := c.last(b, 0); k.Position != at || string(k.Data) != "commit 4" {
		c.Errorf("Last returns %d %q, want %d", k.Position, k.Data, at)
	}
	if k := c.last(b, 1); k.Position != 0 {
		c.Errorf("the other partition has commit %d", k.Position)
	}
	big := bytes.Repeat([]byte("0123456789"), 20_000)
	at = c.must(b, 0, at, string(big))
	if k := c.last(a, 0); k.Position != at || !bytes.Equal(k.Data, big) {
		c.Errorf("a large commit comes back with %d bytes", len(k.Data))
	}
}

// commitIsFenced: a place that is taken is not taken again, and nothing is appended.
func (c *conformance) commitIsFenced() {
	a, b := c.open(), c.open()
	c.last(a, 2)
	first := c.must(a, 2, 0, "a1")
	if k := c.last(b, 2); k.Position != first {
		c.Fatalf("Last is %d, want %d", k.Position, first)
	}
	second := c.must(b, 2, first, "b1")
	for _, expected := range []uint64{first, 0} {
		if _, err := a.Commit(c.Context(), 2, expected, []byte("a2")); !errors.Is(err, cluster.ErrFenced) {
			c.Errorf("a commit behind %d, where %d is the last: %v", expected, second, err)
		}
	}
	if k := c.last(a, 2); k.Position != second || string(k.Data) != "b1" {
		c.Errorf("the last commit is %d %q", k.Position, k.Data)
	}
	if at := c.must(a, 2, second, "a3"); at <= second {
		c.Errorf("position %d behind %d", at, second)
	}
}

// commitsRace: of those who commit at one place at once one succeeds, and each that is told
// so is there.
func (c *conformance) commitsRace() {
	const racers, each = 3, 12
	var all sync.WaitGroup
	var mu sync.Mutex
	won := map[uint64]string{}
	for r := range racers {
		e := c.open()
		all.Go(func() {
			for n, end := 0, time.Now().Add(2*patience); n < each && time.Now().Before(end); {
				k, err := e.Last(c.Context(), 1)
				if err != nil {
					time.Sleep(5 * time.Millisecond)
					continue
				}
				text := fmt.Sprintf("%d of %d", n, r)
				at, err := e.Commit(c.Context(), 1, k.Position, []byte(text))
				if err != nil {
					time.Sleep(time.Duration(1+r) * 5 * time.Millisecond) // let another come first
					continue
				}
				mu.Lock()
				if other, ok := won[at]; ok {
					c.Errorf("%q and %q have both position %d", text, other, at)
				}
				won[at] = text
				mu.Unlock()
				n++
			}
		})
	}
	all.Wait()
	if len(won) != racers*each {
		c.Errorf("%d commits of %d", len(won), racers*each)
	}
	e := c.open()
	found := map[string]bool{}
	for _, k := range c.followed(e, map[int]uint64{1: 0}, len(won)) {
		found[string(k.Data)] = true
		if text, ok := won[k.Position]; ok && text != string(k.Data) {
			c.Errorf("position %d has %q, and %q was told so", k.Position, k.Data, text)
		}
	}
	for _, text := range won {
		if !found[text] {
			c.Errorf("%q is lost", text)
		}
	}
}

var errEnough = errors.New("enough")

// followed follows until so many commits have come.
func (c *conformance) followed(e cluster.Engine, after map[int]uint64, n int) (out []cluster.Committed) {
	c.Helper()
	ctx, cancel := context.WithTimeout(c.Context(), 2*patience)
	defer cancel()
	err := e.Follow(ctx, after, func(p int, k cluster.Committed) error {
		k.Data = bytes.Clone(k.Data)
		if out = append(out, k); len(out) >= n {
			return errEnough
		}
		return nil
	})
	if !errors.Is(err, errEnough) {
		c.Fatalf("Follow: %d commits of %d, %v", len(out), n, err)
	}
	return out
}

// follow: commits of all partitions come, in order, those made later too.
func (c *conformance) follow() {
	a, b := c.open(), c.open()
	at := make([]uint64, c.partitions)
	commit := func(p, i int) { at[p] = c.must(a, p, at[p], fmt.Sprintf("%d %d", p, i)) }
	for p := range c.partitions {
		c.last(a, p)
		commit(p, 0)
	}
	after := map[int]uint64{}
	for p := range c.partitions {
		after[p] = 0
	}
	told := make(chan string, 1_000)
	ctx, cancel := context.WithCancel(c.Context())
	defer cancel()
	go func() {
		_ = b.Follow(ctx, after, func(p int, k cluster.Committed) error {
			told <- fmt.Sprintf("%d: %s", p, k.Data)
			return nil
		})
	}()
	var got, want []string
	for i := range 6 {
		for p := range c.partitions {
			if i > 0 {
				commit(p, i)
			}
			want = append(want, fmt.Sprintf("%d: %d %d", p, p, i))
		}
		for end := time.After(patience); len(got) < len(want); {
			select {
			case s := <-told:
				got = append(got, s)
			case <-end:
				c.Fatalf("%d commits of %d: %q", len(got), len(want), got)
			}
		}
	}
	slices.SortStableFunc(got, func(a, b string) int { return int(a[0]) - int(b[0]) })
	slices.SortStableFunc(want, func(a, b string) int { return int(a[0]) - int(b[0]) })
	if !slices.Equal(got, want) {
		c.Errorf("told %q, want %q", got, want)
	}
}

// followFromTheMiddle: only what lies behind a position comes.
func (c *conformance) followFromTheMiddle() {
	a, b := c.open(), c.open()
	c.last(a, 0)
	var at []uint64
	last := uint64(0)
	for i := range 6 {
		last = c.must(a, 0, last, fmt.Sprint(i))
		at = append(at, last)
	}
	for i := range 5 {
		got := c.followed(b, map[int]uint64{0: at[i]}, 5-i)
		for n, k := range got {
			if string(k.Data) != fmt.Sprint(i+1+n) || k.Position != at[i+1+n] {
				c.Errorf("behind position %d: commit %d is %q at %d", at[i], n, k.Data, k.Position)
			}
		}
	}
}

// snap: the highest snapshot that is not above a position.
func (c *conformance) snap() {
	a, b := c.open(), c.open()
	if s, err := a.Snap(c.Context(), 0, ^uint64(0)); err != nil || s != nil {
		c.Fatalf("no snapshot was put, and Snap returns %d bytes, %v", len(s), err)
	}
	big := bytes.Repeat([]byte("snapshot"), 400_000)
	for _, s := range []struct {
		upto uint64
		text []byte
	}{{100, []byte("at 100")}, {20, []byte("at 20")}, {300, big}} {
		if err := a.PutSnap(c.Context(), 0, s.upto, s.text); err != nil {
			c.Fatal(err)
		}
	}
	for _, tt := range []struct {
		most uint64
		want []byte
		may  bool // it may have been let go
	}{{^uint64(0), big, false}, {300, big, false}, {299, []byte("at 100"), true}, {99, []byte("at 20"), true}, {19, nil, true}} {
		got, err := b.Snap(c.Context(), 0, tt.most)
		if err != nil || !bytes.Equal(got, tt.want) && !(tt.may && got == nil) {
			c.Errorf("up to %d: %d bytes, %v; want %d", tt.most, len(got), err, len(tt.want))
		}
	}
	if s, err := b.Snap(c.Context(), 1, ^uint64(0)); err != nil || s != nil {
		c.Errorf("the other partition has %d bytes, %v", len(s), err)
	}
	for i := range 8 {
		if err := b.PutSnap(c.Context(), 0, uint64(400+i), fmt.Append(nil, "at ", 400+i)); err != nil {
			c.Fatal(err)
		}
	}
	if s, err := a.Snap(c.Context(), 0, ^uint64(0)); err != nil || string(s) != "at 407" {
		c.Errorf("the newest is %q, %v", s, err)
	}
}
