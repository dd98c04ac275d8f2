package index_test

import (
	"math/rand/v2"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/segmentrules/segment/segmenttest"
	"github.com/segmentrules/segment/segmenttest/suites"
)

// dataSets calls f with every data set and the log of changes it must give.
func dataSets(t *testing.T, f func(*testing.T, *suites.Dataset, map[string][]suites.Flip)) {
	t.Helper()
	dir := suites.Dir(t)
	for _, name := range []string{"telco", "chinook", "adventureworks", "cdnow"} {
		t.Run(name, func(t *testing.T) {
			if testing.Short() && name == "cdnow" {
				t.Skip("the large data set, in -short mode")
			}
			d, err := suites.Load(dir, name)
			if err != nil {
				t.Fatal(err)
			}
			var want map[string][]suites.Flip
			if name != "telco" { // which stands still
				if want, err = suites.ReadFlips(dir, name, nil); err != nil {
					t.Fatal(err)
				}
			}
			f(t, d, want)
		})
	}
}

// happen lets a data set happen to a system and returns the changes.
func happen(t *testing.T, d *suites.Dataset, sys segmenttest.System, c suites.Course) map[string][]suites.Flip {
	t.Helper()
	got, err := d.Happen(sys, c)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// sameFlips compares the changes with the log, line for line and as summed up.
func sameFlips(t *testing.T, d *suites.Dataset, want, got map[string][]suites.Flip) {
	t.Helper()
	for _, s := range d.Segments {
		if s.Flips == nil {
			continue
		}
		if wrong := s.Check(got[s.ID]); wrong != "" {
			t.Error(wrong)
			if diff := cmp.Diff(suites.Lines(want[s.ID]), suites.Lines(got[s.ID]), cmpopts.EquateEmpty()); len(diff) < 2000 {
				t.Error(diff)
			}
		}
		if !slices.Equal(suites.Lines(want[s.ID]), suites.Lines(got[s.ID])) {
			t.Errorf("%s: the lines are not those of the log", s.ID)
		}
	}
}

// TestDataSetsWithStops lets every data set happen with the clock at each
// instant for which results are given: the members there are those, and the
// changes are those of the log.
func TestDataSetsWithStops(t *testing.T) {
	dataSets(t, func(t *testing.T, d *suites.Dataset, want map[string][]suites.Flip) {
		sys := newSystem()
		stops := 0
		got := happen(t, d, sys, suites.Course{Stop: func(i int, at time.Time) {
			stops++
			checkMembers(t, d, sys, i)
		}})
		if stops != len(d.Instants) {
			t.Errorf("stopped at %d of %d instants", stops, len(d.Instants))
		}
		sameFlips(t, d, want, got)
	})
}

func checkMembers(t *testing.T, d *suites.Dataset, sys system, i int) {
	t.Helper()
	for _, s := range d.Segments {
		want := s.Results[i]
		ids := sys.Members(s.ID)
		if len(ids) != want.Count || suites.Hash(ids) != want.SHA256 {
			t.Errorf("%s at %s: %d members, want %d", s.ID, want.At, len(ids), want.Count)
		}
		if n := sys.Index.Members(s.ID).Len(); n != want.Count {
			t.Errorf("%s at %s: Len is %d, want %d", s.ID, want.At, n, want.Count)
		}
		cond, err := s.Condition()
		if err != nil {
			t.Fatal(err)
		}
		if n, err := sys.Count(cond); err != nil || n != want.Count {
			t.Errorf("%s at %s: the preview counts %d (%v), want %d", s.ID, want.At, n, err, want.Count)
		}
	}
}

// TestDataSetsInOneRun lets the clock move only with what happens.
func TestDataSetsInOneRun(t *testing.T) {
	dataSets(t, func(t *testing.T, d *suites.Dataset, want map[string][]suites.Flip) {
		sameFlips(t, d, want, happen(t, d, newSystem(), suites.Course{}))
	})
}

// TestDataSetsOutOfOrder lets every event arrive up to seven days late: the
// members at the end are those that the log leaves in.
func TestDataSetsOutOfOrder(t *testing.T) {
	dataSets(t, func(t *testing.T, d *suites.Dataset, want map[string][]suites.Flip) {
		r := rand.New(rand.NewPCG(7, 7))
		sys := newSystem()
		got := happen(t, d, sys, suites.Course{Late: func() time.Duration { return time.Duration(r.Int64N(int64(7 * 24 * time.Hour))) }})
		for _, s := range d.Segments {
			in := left(got[s.ID])
			if s.Flips != nil {
				in = left(want[s.ID])
			}
			if ids := sys.Members(s.ID); !slices.Equal(ids, in) {
				t.Errorf("%s: %d members at the end, want %d", s.ID, len(ids), len(in))
			}
		}
	})
}

// left returns who entered and did not leave, sorted.
func left(flips []suites.Flip) []string {
	flips = slices.Clone(flips)
	slices.SortStableFunc(flips, func(a, b suites.Flip) int { return a.At.Compare(b.At) })
	in := make(map[string]bool)
	for _, f := range flips {
		in[f.Contact] = f.Change == "entered"
	}
	var ids []string
	for id, is := range in {
		if is {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids
}

// TestSuiteStories tells every story of the suites. One says "" where it means
// no value.
func TestSuiteStories(t *testing.T) {
	stories, err := suites.Stories(filepath.Join(suites.Dir(t), "visible", "suites"))
	if err != nil {
		t.Fatal(err)
	}
	total := 0
	for _, s := range stories {
		checked, wrong, err := s.Tell(newSystem(), suites.Policy{EmptyIsUnset: s.ID == "dittofeed-39"})
		if err != nil {
			t.Error(err)
		}
		for _, w := range wrong {
			t.Errorf("%s (%s) %s", s.ID, s.Title, w)
		}
		total += checked
	}
	if len(stories) < 30 || total < 111 {
		t.Errorf("%d stories with %d checks, want at least 30 with 111", len(stories), total)
	}
}
