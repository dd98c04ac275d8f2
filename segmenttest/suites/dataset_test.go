package suites

import (
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/segmentrules/segment"
)

// load reads a data set, and compiles the rules of its segments.
func load(t *testing.T, name string) (*Dataset, map[string]*segment.Program) {
	t.Helper()
	d, err := Load(Dir(t), name)
	if err != nil {
		t.Fatal(err)
	}
	programs := make(map[string]*segment.Program)
	for _, s := range d.Segments {
		rule, err := ParseRule(s.Rule)
		if err != nil {
			t.Fatalf("%s: %v", s.ID, err)
		}
		c, err := rule.Condition(Cents)
		if err != nil {
			t.Fatalf("%s: %v", s.ID, err)
		}
		if programs[s.ID], err = segment.Compile(c); err != nil {
			t.Fatalf("%s: %v", s.ID, err)
		}
	}
	return d, programs
}

// TestMembers asks for the members of every segment at every instant of every
// data set.
func TestMembers(t *testing.T) {
	for _, name := range []string{"adventureworks", "cdnow", "chinook", "telco"} {
		t.Run(name, func(t *testing.T) {
			if testing.Short() && name == "cdnow" {
				t.Skip("the large data set, in -short mode")
			}
			d, programs := load(t, name)
			gate := make(chan bool, 2) // as many at once as there are cores to count on
			var wg sync.WaitGroup
			for _, s := range d.Segments {
				wg.Go(func() {
					gate <- true
					defer func() { <-gate }()
					checkMembers(t, d, s, programs[s.ID].Match)
				})
			}
			wg.Wait()
		})
	}
}

func checkMembers(t *testing.T, d *Dataset, s Expected, match func(segment.Contact, time.Time) bool) {
	var before []string
	for i, want := range s.Results {
		if i >= len(d.Instants) || !want.At.Equal(d.Instants[i]) {
			t.Errorf("%s: results are not those of the instants", s.ID)
		}
		ids := d.Members(match, want.At)
		if len(ids) != want.Count || Hash(ids) != want.SHA256 {
			t.Errorf("%s (%s) at %s: %d members, want %d; hash %s, want %s", s.ID, s.Words, want.At, len(ids), want.Count, Hash(ids), want.SHA256)
		}
		if list := s.Members[want.At.Format(time.RFC3339)]; s.Members != nil {
			if diff := cmp.Diff(list, ids, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("%s at %s: %s", s.ID, want.At, diff)
			}
		}
		if i > 0 && (missing(ids, before) != want.Entered || missing(before, ids) != want.Left) {
			t.Errorf("%s at %s: %d entered and %d left, want %d and %d", s.ID, want.At, missing(ids, before), missing(before, ids), want.Entered, want.Left)
		}
		before = ids
	}
}

// missing counts the ids of a that b, which is sorted, lacks.
func missing(a, b []string) (n int) {
	for _, id := range a {
		if _, ok := slices.BinarySearch(b, id); !ok {
			n++
		}
	}
	return n
}

// TestFlips watches membership continuously and compares every change.
func TestFlips(t *testing.T) {
	for _, name := range []string{"adventureworks", "cdnow", "chinook"} {
		t.Run(name, func(t *testing.T) {
			if testing.Short() && name == "cdnow" {
				t.Skip("the large data set, in -short mode")
			}
			d, programs := load(t, name)
			for _, s := range d.Segments {
				if d.Name == "cdnow" && s.ID != "c10" && s.ID != "c12" {
					continue // they take half a minute yet
				}
				if s.Flips != nil {
					checkFlips(t, s, d.Replay(programs[s.ID].Match, edges, s.Flips.Until))
				}
			}
		})
	}
}

// edges is a clock that knows nothing of the rule: every number of days that a
// rule of the data sets speaks of, after every event.
func edges(x segment.Contact, at time.Time) (next time.Time, ok bool) {
	for e := range x.Events("") {
		for _, days := range []time.Duration{15, 30, 45, 60, 90, 120, 180, 365} {
			if edge := e.At.Add(days * 24 * time.Hour); edge.After(at) && (!ok || edge.Before(next)) {
				next, ok = edge, true
			}
		}
	}
	return next, ok
}

func checkFlips(t *testing.T, s Expected, flips []Flip) {
	t.Helper()
	var lines []string
	entered, ever := 0, map[string]bool{}
	for _, f := range flips {
		lines = append(lines, f.String())
		if f.Change == "entered" {
			entered++
			ever[f.Contact] = true
		}
	}
	got := Flips{Until: s.Flips.Until, Entered: entered, Left: len(lines) - entered, EverIn: len(ever), SHA256: Hash(lines)}
	if diff := cmp.Diff(*s.Flips, got); diff != "" {
		slices.Sort(lines)
		t.Errorf("%s (%s): %s\nfirst: %s", s.ID, s.Words, diff, strings.Join(lines[:min(3, len(lines))], "; "))
	}
}
