package main

import (
	"strings"
	"testing"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/cluster"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// A script is a partition whose commits are made up.
type script struct {
	t *testing.T
	c cluster.Commit
	k cluster.Committed
}

// next is a commit of so many diffs that reads the input up to a position. It can be spoilt.
func (s *script) next(diffs int, upto uint64, spoil func(*cluster.Commit)) cluster.Committed {
	s.t.Helper()
	s.c.Diffs, s.c.Upto = nil, upto
	for range diffs {
		s.c.Revision++
		s.c.Diffs = append(s.c.Diffs, segment.Diff{Revision: s.c.Revision, Contact: "c", Segment: "s", At: noon})
	}
	s.c.Done, s.c.Chain = s.c.Revision, s.c.Chain.Add(s.c.Diffs...)
	said := s.c
	if spoil != nil {
		spoil(&said)
	}
	data, err := said.AppendBinary(nil)
	if err != nil {
		s.t.Fatal(err)
	}
	s.k = cluster.Committed{Position: s.k.Position + 1, Data: data}
	return s.k
}

// texts are the events of a board.
func texts(b *board) string {
	var all []string
	for _, e := range b.see(noon).events {
		all = append(all, e.String())
	}
	return strings.Join(all, "\n")
}

// TestTakeover: a worker is killed, another takes its partition over, and the first is back;
// what the dead one has said before is read late, and changes nothing.
func TestTakeover(t *testing.T) {
	b := newBoard([]string{"n1"}, []string{"a", "b"}, 2, noon)
	b.begin(noon)
	at := func(ms int) time.Time { return noon.Add(time.Duration(ms) * time.Millisecond) }
	b.committed("a", 0, 1, at(10))
	b.committed("b", 1, 1, at(20))
	b.change("b", dead, at(1000), at(6000))
	if s := b.see(at(2000)); !s.parts[1].lost || s.parts[1].lostFor != time.Second || s.parts[0].lost || s.has("b") != 0 {
		t.Errorf("behind the kill the rows are %+v", s.parts)
	}
	b.committed("a", 1, 3, at(3400))
	b.committed("b", 1, 2, at(3500)) // it was said before the kill
	b.change("b", starting, at(6000), time.Time{})
	b.change("b", running, at(6100), time.Time{})
	b.committed("b", 1, 4, at(7000))
	want := "worker b killed; it had partition 1\npartition 1 taken over by a after 2.4 s\nworker b is back\npartition 1 moved to b"
	if got := texts(b); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if s := b.see(at(7000)); s.parts[1].owner != "b" || s.parts[1].lost || s.has("b") != 1 {
		t.Errorf("at the end the rows are %+v", s.parts)
	}
}

// TestLag: what is in the input and not committed, in whatever order both are heard.
func TestLag(t *testing.T) {
	b := newBoard(nil, []string{"a"}, 1, noon)
	b.begin(noon)
	p := &script{t: t}
	b.entry(0, 3, noon)
	b.entry(0, 5, noon)
	b.heard(0, p.next(2, 7, nil), noon.Add(time.Second))
	b.entry(0, 7, noon.Add(time.Second)) // it was committed before it was read here
	b.entry(0, 9, noon.Add(time.Second))
	s := b.see(noon.Add(2 * time.Second))
	if r := s.parts[0]; r.entries != 4 || r.lag != 1 || r.diffs != 2 || r.gaps != 0 || r.rate != 1 || r.messages != 1.5 {
		t.Errorf("the row is %+v", r)
	}
}

// TestGaps: a commit that is missing, one that comes twice, a diff that is altered, and what
// is no commit are seen at once.
func TestGaps(t *testing.T) {
	for what, spoilt := range map[string]func(p *script) cluster.Committed{
		"missing":                     func(p *script) cluster.Committed { p.next(3, 5, nil); return p.next(1, 6, nil) },
		"missing before an empty one": func(p *script) cluster.Committed { p.next(3, 5, nil); return p.next(0, 6, nil) },
		"twice":                       func(p *script) cluster.Committed { return p.k },
		"altered": func(p *script) cluster.Committed {
			return p.next(1, 5, func(c *cluster.Commit) { c.Diffs[0].Contact = "d" })
		},
		"no commit": func(p *script) cluster.Committed { return cluster.Committed{Position: 9, Data: []byte("x")} },
	} {
		b := newBoard(nil, []string{"a"}, 1, noon)
		p := &script{t: t}
		b.heard(0, p.next(2, 4, nil), noon)
		if n := b.see(noon).all.gaps; n != 0 {
			t.Fatalf("%s: %d gaps before there is one", what, n)
		}
		b.heard(0, spoilt(p), noon)
		if n := b.see(noon).all.gaps; n != 1 || len(b.alarms()) != 1 {
			t.Errorf("%s: %d gaps and alarms %q", what, n, b.alarms())
		}
	}
}

// TestPause: how long partitions have paused is said once all go on.
func TestPause(t *testing.T) {
	b := newBoard([]string{"n1"}, []string{"a"}, 2, noon)
	b.begin(noon)
	parts := []*script{{t: t}, {t: t}}
	hear := func(p, ms int) {
		b.heard(p, parts[p].next(1, uint64(ms), nil), noon.Add(time.Duration(ms)*time.Millisecond))
	}
	hear(0, 900)
	hear(1, 900)
	b.change("n1", dead, noon.Add(time.Second), noon.Add(5*time.Second))
	hear(0, 1100)
	hear(0, 4200)
	if got := texts(b); strings.Contains(got, "pause") {
		t.Errorf("partition 1 pauses, and it is said: %s", got)
	}
	hear(1, 5100)
	hear(0, 5200)
	if got, want := texts(b), "broker n1 killed\nall partitions go on; the longest pause of one was 4.2 s"; got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}
