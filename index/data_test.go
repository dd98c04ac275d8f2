package index_test

import (
	"hash/crc32"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/index"
	"github.com/segmentrules/segment/segmenttest"
	"github.com/segmentrules/segment/segmenttest/suites"
)

// A sample is a data set, or the part of one with some of its contacts.
type sample struct {
	*suites.Dataset
	whole bool
	log   map[string][]suites.Flip // the changes that it must give, by segment
}

// dataSets calls f with every data set: with all of it in the long run, with most
// where the environment says CI, else with one in so many contacts and without
// the segments for which there is no log of changes.
func dataSets(t *testing.T, f func(*testing.T, sample)) {
	t.Helper()
	dir := suites.Dir(t)
	for _, name := range []string{"telco", "chinook", "adventureworks", "cdnow"} {
		t.Run(name, func(t *testing.T) {
			share := map[string]uint32{"telco": 1, "chinook": 1, "adventureworks": 24, "cdnow": 200}[name]
			switch {
			case testing.Short():
				share *= 5
			case *long > 0:
				share = 1
			case os.Getenv("CI") != "":
				share = map[string]uint32{"telco": 1, "chinook": 1, "adventureworks": 1, "cdnow": 24}[name]
			}
			d, err := suites.Load(dir, name)
			if err != nil {
				t.Fatal(err)
			}
			s := sample{Dataset: d, whole: share == 1}
			in := func(id string) bool { return s.whole || crc32.ChecksumIEEE([]byte(id))%share == 0 }
			d.Contacts = slices.DeleteFunc(d.Contacts, func(c segment.Record) bool { return !in(c.ID) })
			if !s.whole {
				d.Segments = slices.DeleteFunc(d.Segments, func(e suites.Expected) bool { return e.Flips == nil })
			}
			if name != "telco" { // which stands still
				if s.log, err = suites.ReadFlips(dir, name, in); err != nil {
					t.Fatal(err)
				}
			}
			f(t, s)
		})
	}
}

// happen lets a data set happen to a system and returns the changes.
func happen(t *testing.T, d sample, sys segmenttest.System, c suites.Course) map[string][]suites.Flip {
	t.Helper()
	got, err := d.Happen(sys, c)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// sameFlips compares the changes with the log, line for line, and of a whole data
// set as summed up.
func (d sample) sameFlips(t *testing.T, got map[string][]suites.Flip) {
	t.Helper()
	for _, s := range d.Segments {
		if s.Flips == nil {
			continue
		}
		if wrong := s.Check(got[s.ID]); d.whole && wrong != "" {
			t.Error(wrong)
		}
		want, got := suites.Lines(d.log[s.ID]), suites.Lines(got[s.ID])
		if slices.Equal(want, got) {
			continue
		}
		t.Errorf("%s: %d changes, want %d; the first that differ: %s", s.ID, len(got), len(want), firstDifference(want, got))
	}
}

func firstDifference(want, got []string) string {
	i := 0
	for i < len(want) && i < len(got) && want[i] == got[i] {
		i++
	}
	return cmp.Diff(want[i:min(i+3, len(want))], got[i:min(i+3, len(got))])
}

// checkMembers compares the members at the i-th instant of results: with the
// log, and of a whole data set with the results.
func (d sample) checkMembers(t *testing.T, sys system, i int) {
	t.Helper()
	for _, s := range d.Segments {
		want, ids := s.Results[i], sys.Members(s.ID)
		if d.whole && (len(ids) != want.Count || suites.Hash(ids) != want.SHA256) {
			t.Errorf("%s at %s: %d members, want %d", s.ID, want.At, len(ids), want.Count)
		}
		if in := members(d.log[s.ID], want.At); s.Flips != nil && !slices.Equal(in, ids) {
			t.Errorf("%s at %s: %d members, the log makes %d", s.ID, want.At, len(ids), len(in))
		}
		if n := sys.Index.Members(s.ID).Len(); n != len(ids) {
			t.Errorf("%s at %s: Len is %d of %d", s.ID, want.At, n, len(ids))
		}
		cond, err := s.Condition()
		if err != nil {
			t.Fatal(err)
		}
		p, err := sys.Preview(cond)
		if err != nil {
			t.Fatal(err)
		}
		if found := slices.Sorted(p.Contacts().All()); p.Count != len(ids) || !slices.Equal(found, ids) {
			t.Errorf("%s at %s: the preview counts %d and finds %d, there are %d members", s.ID, want.At, p.Count, len(found), len(ids))
		}
	}
}

// members returns who has entered and not left up to an instant, sorted.
func members(log []suites.Flip, at time.Time) []string {
	in := make(map[string]int)
	for _, f := range log {
		switch {
		case f.At.After(at):
		case f.Change == "entered":
			in[f.Contact]++
		default:
			in[f.Contact]--
		}
	}
	maps.DeleteFunc(in, func(_ string, n int) bool { return n == 0 })
	return slices.Sorted(maps.Keys(in))
}

// TestDataSetsWithStops lets every data set happen with the clock at each
// instant for which results are given: the members there are those, and the
// changes are those of the log.
func TestDataSetsWithStops(t *testing.T) {
	t.Parallel()
	dataSets(t, func(t *testing.T, d sample) {
		sys, stops := newSystem(), 0
		d.sameFlips(t, happen(t, d, sys, suites.Course{Stop: func(i int, at time.Time) {
			stops++
			d.checkMembers(t, sys, i)
		}}))
		if stops != len(d.Instants) {
			t.Errorf("stopped at %d of %d instants", stops, len(d.Instants))
		}
	})
}

// TestDataSetsInOneRun lets the clock move only with what happens.
func TestDataSetsInOneRun(t *testing.T) {
	t.Parallel()
	dataSets(t, func(t *testing.T, d sample) {
		d.sameFlips(t, happen(t, d, newSystem(), suites.Course{}))
	})
}

// A restarter is a system that is written to a snapshot now and then, and goes
// on as what was restored from it.
type restarter struct {
	segmenttest.System
	r        *rand.Rand
	restarts int
}

func (s *restarter) Apply(us ...segment.Update) ([]segment.Diff, error) {
	if s.r.IntN(1<<min(s.restarts+1, 12)) == 0 {
		s.restarts++
		again, err := s.System.(segmenttest.Restarter).Restart()
		if err != nil {
			return nil, err
		}
		s.System = again
	}
	return s.System.Apply(us...)
}

// TestDataSetsInOtherWays has the same logs from shards, from a host of its own
// with a matcher and its Next, and from an index that is restored at random
// points.
func TestDataSetsInOtherWays(t *testing.T) {
	t.Parallel()
	dataSets(t, func(t *testing.T, d sample) {
		opts := index.Options{Location: time.UTC}
		for _, way := range []struct {
			name string
			sys  segmenttest.System
		}{
			{"sharded", newSharded(3, opts)},
			{"matcher", newHost()},
			{"restored", &restarter{System: newSystem(), r: rand.New(rand.NewPCG(8, 8))}},
			{"sharded and restored", &restarter{System: newSharded(2, opts), r: rand.New(rand.NewPCG(9, 9))}},
		} {
			t.Run(way.name, func(t *testing.T) {
				d.sameFlips(t, happen(t, d, way.sys, suites.Course{}))
				if s, ok := way.sys.(*restarter); ok && d.log != nil && s.restarts < 3 {
					t.Errorf("restarted %d times only", s.restarts)
				}
			})
		}
	})
}

// TestDataSetsOutOfOrder lets every event arrive up to seven days late: the
// members at the end are those that the log leaves in.
func TestDataSetsOutOfOrder(t *testing.T) {
	t.Parallel()
	dataSets(t, func(t *testing.T, d sample) {
		r := rand.New(rand.NewPCG(7, 7))
		sys := newSystem()
		happen(t, d, sys, suites.Course{Late: func() time.Duration { return time.Duration(r.Int64N(int64(7 * 24 * time.Hour))) }})
		for _, s := range d.Segments {
			if s.Flips == nil {
				continue
			}
			if ids, in := sys.Members(s.ID), members(d.log[s.ID], d.End()); !slices.Equal(ids, in) {
				t.Errorf("%s: %d members at the end, want %d", s.ID, len(ids), len(in))
			}
		}
	})
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
