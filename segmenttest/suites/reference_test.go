package suites

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/segmentrules/segment"
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
			got := watch(t, d, segmenttest.Reference())
			if d.Segments[0].Flips == nil {
				return // telco stands still
			}
			want := readFlips(t, name, func(string) bool { return true })
			for _, s := range d.Segments {
				checkFlips(t, s, got[s.ID])
				if diff := cmp.Diff(lines(want[s.ID]), lines(got[s.ID]), cmpopts.EquateEmpty()); diff != "" {
					t.Errorf("%s: %s", s.ID, diff)
				}
			}
		})
	}
}

// watch lets a data set happen to a system: all contacts at the epoch, then
// the segments, then the events. It checks the members at every instant, and
// returns all changes by segment.
func watch(t *testing.T, d *Dataset, sys segmenttest.System) map[string][]Flip {
	t.Helper()
	flips := make(map[string][]Flip)
	take := func(diffs []segment.Diff, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range diffs {
			change := map[bool]string{true: "entered", false: "left"}[f.Entered]
			flips[f.Segment] = append(flips[f.Segment], Flip{Segment: f.Segment, At: f.At, Contact: f.Contact, Change: change})
		}
	}
	var known []segment.Update
	events := make(map[time.Time][]segment.Update)
	for _, c := range d.Contacts {
		known = append(known, segment.Update{Contact: c.ID, At: Epoch, Set: c.Fields})
		for _, e := range c.Log {
			events[e.At] = append(events[e.At], segment.Update{Contact: c.ID, At: e.At, Events: []segment.Event{e}})
		}
	}
	take(sys.Apply(known...))
	for _, s := range d.Segments {
		c, err := condition(s)
		if err != nil {
			t.Fatal(err)
		}
		take(sys.Define(segment.Segment{ID: s.ID, Condition: c}, Epoch))
	}
	stops := slices.Concat(slices.Collect(maps.Keys(events)), d.Instants)
	if f := d.Segments[0].Flips; f != nil {
		stops = append(stops, f.Until)
	}
	slices.SortFunc(stops, time.Time.Compare)
	for _, at := range slices.CompactFunc(stops, time.Time.Equal) {
		take(sys.Apply(events[at]...))
		diffs, _ := sys.Advance(at, 0)
		take(diffs, nil)
		if i := slices.IndexFunc(d.Instants, at.Equal); i >= 0 {
			for _, s := range d.Segments {
				if ids := sys.Members(s.ID); len(ids) != s.Results[i].Count || Hash(ids) != s.Results[i].SHA256 {
					t.Errorf("%s at %s: %d members, want %d", s.ID, at, len(ids), s.Results[i].Count)
				}
			}
		}
	}
	return flips
}

// readFlips reads the log of changes of some contacts of a data set, by segment.
func readFlips(t *testing.T, name string, of func(contact string) bool) map[string][]Flip {
	t.Helper()
	r, err := os.Open(filepath.Join(Dir(t), "visible", "expected", name+"_flips.ndjson.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	z, err := gzip.NewReader(r)
	if err != nil {
		t.Fatal(err)
	}
	flips := make(map[string][]Flip)
	rows := bufio.NewScanner(z)
	for rows.Scan() {
		// Half a million lines are many to decode: look who it is first.
		_, rest, _ := strings.Cut(rows.Text(), `"contact":"`)
		if id, _, ok := strings.Cut(rest, `"`); ok && !of(id) {
			continue
		}
		var f Flip
		if err := json.Unmarshal(rows.Bytes(), &f); err != nil {
			t.Fatal(err)
		}
		flips[f.Segment] = append(flips[f.Segment], f)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return flips
}

// lines are the flips as sorted lines.
func lines(flips []Flip) (out []string) {
	for _, f := range flips {
		out = append(out, f.String())
	}
	slices.Sort(out)
	return out
}
