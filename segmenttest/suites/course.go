package suites

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/segmenttest"
)

// A Course is a way in which a data set happens to a [segmenttest.System]. All
// contacts that are known from the start come at the epoch, then all segments
// are defined, then the events arrive and the clock runs on to the end. A segment
// whose changes are not given is defined at the first instant at which results
// are: the birthdays of half a century before it are of no use.
type Course struct {
	// Late is how long after it was an event arrives; nil is at once. Those of a
	// contact at one instant arrive together, in order: the later to arrive is the
	// later.
	Late func() time.Duration
	// Stop is called at every instant at which results are given, once all of it
	// has happened, with its number. Without Stop the clock moves only with what
	// arrives, and then to the end in one step.
	Stop func(i int, at time.Time)
}

// End is when a data set is over: where the log of its changes ends, or at the
// last instant at which results are given.
func (d *Dataset) End() time.Time {
	end := d.Instants[len(d.Instants)-1]
	for _, s := range d.Segments {
		if s.Flips != nil && s.Flips.Until.After(end) {
			end = s.Flips.Until
		}
	}
	return end
}

// Happen lets a data set happen to a system, which must be new, and returns all
// changes of membership by segment, in the order in which the system told them.
func (d *Dataset) Happen(sys segmenttest.System, c Course) (map[string][]Flip, error) {
	flips := make(map[string][]Flip)
	take := func(diffs []segment.Diff, err error) error {
		for _, f := range diffs {
			change := map[bool]string{true: "entered", false: "left"}[f.Entered]
			flips[f.Segment] = append(flips[f.Segment], Flip{Segment: f.Segment, At: f.At, Contact: f.Contact, Change: change})
		}
		return err
	}
	if err := take(sys.Apply(d.known()...)); err != nil {
		return nil, err
	}
	define := func(logged bool, at time.Time) error {
		for _, s := range d.Segments {
			if (s.Flips != nil) != logged {
				continue
			}
			cond, err := s.Condition()
			if err == nil {
				err = take(sys.Define(segment.Segment{ID: s.ID, Condition: cond}, at))
			}
			if err != nil {
				return fmt.Errorf("%s: %w", s.ID, err)
			}
		}
		return nil
	}
	if err := define(true, Epoch); err != nil {
		return nil, err
	}
	arrivals, stops := d.arrivals(c)
	for _, at := range stops {
		if at.Equal(d.Instants[0]) {
			if err := define(false, at); err != nil {
				return nil, err
			}
		}
		if err := take(sys.Apply(arrivals[at]...)); err != nil {
			return nil, err
		}
		if c.Stop == nil && at.Before(d.End()) {
			continue
		}
		diffs, done := sys.Advance(at, 0)
		if !done {
			return nil, fmt.Errorf("Advance to %s without a limit is not done", at)
		}
		take(diffs, nil)
		if i := slices.IndexFunc(d.Instants, at.Equal); i >= 0 && c.Stop != nil {
			c.Stop(i, at)
		}
	}
	return flips, nil
}

// known returns the contacts that are known from the start.
func (d *Dataset) known() (us []segment.Update) {
	if !d.FromStart {
		return nil
	}
	for _, c := range d.Contacts {
		us = append(us, segment.Update{Contact: c.ID, At: Epoch, Set: c.Fields})
	}
	return us
}

// arrivals returns what arrives, by instant, and in order the instants at which
// something is to be done.
func (d *Dataset) arrivals(c Course) (arrivals map[time.Time][]segment.Update, stops []time.Time) {
	end := d.End()
	arrivals = make(map[time.Time][]segment.Update)
	for _, x := range d.Contacts {
		late := make(map[time.Time]time.Duration) // of the contact's events at an instant
		for _, e := range x.Log {
			at := e.At
			if c.Late != nil {
				if _, ok := late[e.At]; !ok {
					late[e.At] = c.Late()
				}
				at = at.Add(late[e.At])
			}
			if at.After(end) {
				at = end
			}
			arrivals[at] = append(arrivals[at], segment.Update{Contact: x.ID, At: at, Events: []segment.Event{e}})
		}
	}
	for at := range arrivals {
		stops = append(stops, at)
	}
	stops = append(stops, d.Instants[0])
	if c.Stop != nil {
		stops = append(stops, d.Instants[1:]...)
	}
	stops = append(stops, end)
	slices.SortFunc(stops, time.Time.Compare)
	return arrivals, slices.CompactFunc(stops, time.Time.Equal)
}

// Condition returns the segment's rule as a condition.
func (s Expected) Condition() (segment.Condition, error) {
	rule, err := ParseRule(s.Rule)
	if err != nil {
		return nil, err
	}
	return rule.Condition(Cents)
}

// ReadFlips reads the log of changes that some contacts of a data set must give,
// by segment, from the folder that [Dir] gives; nil is all contacts.
func ReadFlips(dir, name string, of func(contact string) bool) (map[string][]Flip, error) {
	r, err := os.Open(filepath.Join(dir, "visible", "expected", name+"_flips.ndjson.gz"))
	if err != nil {
		return nil, err
	}
	defer r.Close()
	z, err := gzip.NewReader(r)
	if err != nil {
		return nil, err
	}
	flips := make(map[string][]Flip)
	rows := bufio.NewScanner(z)
	for rows.Scan() {
		// Half a million lines are many to decode: look who it is first.
		_, rest, _ := strings.Cut(rows.Text(), `"contact":"`)
		if id, _, ok := strings.Cut(rest, `"`); ok && of != nil && !of(id) {
			continue
		}
		var f Flip
		if err := json.Unmarshal(rows.Bytes(), &f); err != nil {
			return nil, err
		}
		flips[f.Segment] = append(flips[f.Segment], f)
	}
	return flips, rows.Err()
}

// Lines returns the flips as sorted lines, which [Hash] takes.
func Lines(flips []Flip) (lines []string) {
	for _, f := range flips {
		lines = append(lines, f.String())
	}
	slices.Sort(lines)
	return lines
}

// Check says how the changes of a segment differ from what its data set sums
// up: nothing if they do not, or if it sums up none.
func (s Expected) Check(flips []Flip) string {
	if s.Flips == nil {
		return ""
	}
	entered, ever := 0, make(map[string]bool)
	for _, f := range flips {
		if f.Change == "entered" {
			entered++
			ever[f.Contact] = true
		}
	}
	got := Flips{Until: s.Flips.Until, Entered: entered, Left: len(flips) - entered, EverIn: len(ever), SHA256: Hash(Lines(flips))}
	if got == *s.Flips {
		return ""
	}
	return fmt.Sprintf("%s (%s): %+v, want %+v", s.ID, s.Words, got, *s.Flips)
}
