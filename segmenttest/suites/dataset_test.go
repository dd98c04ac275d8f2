package suites

import (
	"hash/crc32"
	"os"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/segmentrules/segment"
)

// load reads a data set, and compiles the rules of its segments: as they are
// written in texts, and where they are not there as the data set has them.
func load(t *testing.T, name string) (*Dataset, map[string]*segment.Program) {
	t.Helper()
	d, err := Load(Dir(t), name)
	if err != nil {
		t.Fatal(err)
	}
	programs := make(map[string]*segment.Program)
	for _, s := range d.Segments {
		c, err := segment.Parse(s.Text())
		if s.Text() == "" {
			c, err = s.Condition()
		}
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

// TestFlips watches membership continuously and compares every change. It looks
// when something happens to a contact, and else only when Program.Next says so.
//
// Where the environment says CI it watches all contacts, which takes a minute,
// and compares the sums; else one in so many, and compares their lines.
func TestFlips(t *testing.T) {
	share := uint32(12)
	switch {
	case testing.Short():
		share = 100
	case os.Getenv("CI") != "":
		share = 1
	}
	for _, name := range []string{"adventureworks", "cdnow", "chinook"} {
		t.Run(name, func(t *testing.T) {
			d, programs := load(t, name)
			if name == "chinook" || share == 1 {
				for _, s := range d.Segments {
					if s.Flips != nil {
						checkFlips(t, s, d.Replay(programs[s.ID].Match, programs[s.ID].Next, s.Flips.Until))
					}
				}
				return
			}
			checkSample(t, d, programs, func(id string) bool { return crc32.ChecksumIEEE([]byte(id))%share == 0 })
		})
	}
}

// checkSample watches some of the contacts.
func checkSample(t *testing.T, d *Dataset, programs map[string]*segment.Program, of func(id string) bool) {
	t.Helper()
	all := len(d.Contacts)
	d.Contacts = slices.DeleteFunc(d.Contacts, func(c segment.Record) bool { return !of(c.ID) })
	want, changes := readFlips(t, d.Name, of), 0
	for _, s := range d.Segments {
		if s.Flips == nil {
			continue
		}
		changes += len(want[s.ID])
		got := d.Replay(programs[s.ID].Match, programs[s.ID].Next, s.Flips.Until)
		if diff := cmp.Diff(Lines(want[s.ID]), Lines(got), cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s (%s): -want +got\n%s", s.ID, s.Words, diff)
		}
	}
	t.Logf("%d of %d contacts, %d changes", len(d.Contacts), all, changes)
	if changes == 0 {
		t.Error("nothing ever changes")
	}
}
