package suites

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/segmentrules/segment/segmenttest"
)

// TestReference lets the small data sets happen to the reference, in order of
// time, and compares the members at every instant and the whole log of changes.
func TestReference(t *testing.T) {
	for _, name := range []string{"chinook", "telco"} {
		t.Run(name, func(t *testing.T) {
			d, err := Load(Dir(t), name)
			if err != nil {
				t.Fatal(err)
			}
			sys := segmenttest.Reference()
			got, err := d.Happen(sys, Course{Stop: func(i int, at time.Time) {
				for _, s := range d.Segments {
					if ids := sys.Members(s.ID); len(ids) != s.Results[i].Count || Hash(ids) != s.Results[i].SHA256 {
						t.Errorf("%s at %s: %d members, want %d", s.ID, at, len(ids), s.Results[i].Count)
					}
				}
			}})
			if err != nil {
				t.Fatal(err)
			}
			if d.Segments[0].Flips == nil {
				return // telco stands still
			}
			want := readFlips(t, name, nil)
			for _, s := range d.Segments {
				checkFlips(t, s, got[s.ID])
				if diff := cmp.Diff(Lines(want[s.ID]), Lines(got[s.ID]), cmpopts.EquateEmpty()); diff != "" {
					t.Errorf("%s: %s", s.ID, diff)
				}
			}
		})
	}
}

func readFlips(t *testing.T, name string, of func(contact string) bool) map[string][]Flip {
	t.Helper()
	flips, err := ReadFlips(Dir(t), name, of)
	if err != nil {
		t.Fatal(err)
	}
	return flips
}

func checkFlips(t *testing.T, s Expected, flips []Flip) {
	t.Helper()
	if wrong := s.Check(flips); wrong != "" {
		t.Error(wrong)
	}
}
