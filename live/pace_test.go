package live

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/segmentrules/segment"
)

// slowPace says the same as a pacer, for one contact and segment: it goes through the instants
// one by one. Of is left out.
func slowPace(ds []segment.Diff, pace Pace, end time.Time) (told []Paced) {
	in := !ds[0].Entered
	var held []segment.Diff
	var until, quiet time.Time
	for at := ds[0].At; at.Before(end); at = at.Add(1) {
		// what is over at this instant is told before what happens at it
		check := func() {
			if len(held) > 0 && !at.Before(until) && !at.Before(quiet) {
				last := held[len(held)-1]
				if last.Entered != in {
					told = append(told, Paced{Diff: last, At: at, Of: len(held)})
					in, quiet = last.Entered, at.Add(pace.Cooldown)
				}
				held = nil
			}
		}
		check()
		for len(ds) > 0 && ds[0].At.Equal(at) {
			if len(held) == 0 {
				until = at.Add(pace.Window)
			}
			held, ds = append(held, ds[0]), ds[1:]
			check()
		}
	}
	return told
}

// What is told of each contact and segment is what the definition says, in order of when it is
// over; where everybody stands in the end is known; and who begins again at Resume misses
// nothing.
func TestPacer(t *testing.T) {
	start := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for seed := range uint64(400) {
		r := rand.New(rand.NewPCG(seed, 5))
		paces := []Pace{{}, {Window: 7}, {Cooldown: 9}, {Window: 5, Cooldown: 8}, {Window: 8, Cooldown: 5}}
		var ds []segment.Diff
		in := make(map[[2]string]bool)
		at := start
		for i := range 120 {
			at = at.Add(time.Duration(r.IntN(4)))
			key := [2]string{fmt.Sprint("c", r.IntN(3)), fmt.Sprint(r.IntN(len(paces)))}
			in[key] = !in[key]
			ds = append(ds, segment.Diff{Revision: uint64(i + 1), Contact: key[0], Segment: key[1], Entered: in[key], At: at})
		}
		paceOf := func(id string) Pace { return paces[id[0]-'0'] }
		run := func(ds []segment.Diff, from Resume) []Paced {
			p := newPacer(paceOf, from)
			for _, d := range ds {
				p.take(d)
				if r.IntN(3) == 0 && r.IntN(2) == 0 {
					p.pass(d.At) // as by the clock, which is never further than the next diff
				}
			}
			p.pass(at.Add(1000))
			if len(p.pairs)+len(p.queue) != 0 || p.resume().From != p.at {
				t.Fatalf("%d pairs are kept, %d in the queue", len(p.pairs), len(p.queue))
			}
			return p.out
		}
		out := run(ds, Resume{})
		if !slices.IsSortedFunc(out, func(a, b Paced) int { return a.At.Compare(b.At) }) {
			t.Fatal("not in order")
		}
		told := make(map[[2]string][]Paced)
		for _, p := range out {
			key := [2]string{p.Diff.Contact, p.Diff.Segment}
			p.Resume = Resume{}
			told[key] = append(told[key], p)
		}
		for key := range in {
			var of []segment.Diff
			for _, d := range ds {
				if d.Contact == key[0] && d.Segment == key[1] {
					of = append(of, d)
				}
			}
			want := slowPace(of, paceOf(key[1]), at.Add(500))
			if !slices.Equal(told[key], want) {
				t.Fatalf("seed %d, %v, pace %+v:\n%v\n%v, and should be\n%v", seed, key, paceOf(key[1]), of, told[key], want)
			}
			if n := len(want); in[key] && (n == 0 || !want[n-1].Diff.Entered) || !in[key] && n > 0 && want[n-1].Diff.Entered {
				t.Fatalf("seed %d: where %v stands is not told", seed, key)
			}
		}
		// a crash after some was told
		if len(out) > 1 {
			cut := out[r.IntN(len(out)-1)]
			i := slices.Index(out, cut)
			stands := make(map[[2]string]bool)
			for _, p := range out[:i+1] {
				stands[[2]string{p.Diff.Contact, p.Diff.Segment}] = p.Diff.Entered
			}
			for _, p := range run(ds[cut.Resume.From:], cut.Resume) {
				stands[[2]string{p.Diff.Contact, p.Diff.Segment}] = p.Diff.Entered
			}
			for key, is := range in {
				if stands[key] != is {
					t.Fatalf("seed %d: after a restart %v stands wrong", seed, key)
				}
			}
		}
	}
}
