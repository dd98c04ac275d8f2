package index_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/segmenttest"
)

// Twins are an index and the reference, of which the same is asked.
type twins struct {
	t         *testing.T
	index     system
	reference segmenttest.System
}

func newTwins(t *testing.T) twins { return twins{t, newSystem(), segmenttest.Reference()} }

func (w twins) same(what string, got, want []segment.Diff, err, wantErr error) {
	w.t.Helper()
	if (err == nil) != (wantErr == nil) || !slices.Equal(got, want) {
		w.t.Fatalf("%s:\n got %v, %v\nwant %v, %v", what, got, err, want, wantErr)
	}
}

func (w twins) define(id string, c segment.Condition, at time.Time) {
	w.t.Helper()
	got, err := w.index.Define(segment.Segment{ID: id, Condition: c}, at)
	want, wantErr := w.reference.Define(segment.Segment{ID: id, Condition: c}, at)
	w.same("define "+id, got, want, err, wantErr)
}

func (w twins) drop(id string, at time.Time) {
	w.t.Helper()
	got, err := w.index.Drop(id, at)
	want, wantErr := w.reference.Drop(id, at)
	w.same("drop "+id, got, want, err, wantErr)
}

func (w twins) apply(us ...segment.Update) {
	w.t.Helper()
	got, err := w.index.Apply(us...)
	want, wantErr := w.reference.Apply(us...)
	w.same(fmt.Sprint("apply ", us), got, want, err, wantErr)
}

func (w twins) advance(to time.Time) {
	w.t.Helper()
	got, _ := w.index.Advance(to, 0)
	want, _ := w.reference.Advance(to, 0)
	w.same(fmt.Sprint("advance to ", to), got, want, nil, nil)
}

// Every contact has an id, though no update says so: what reads it and the clock
// moves for all of them, whatever else is known.
func TestIDAndClock(t *testing.T) {
	start := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for _, rule := range []string{
		`HASH(id, "salt") % 32 < DAY(TODAY)`,
		`HASH(id, "salt") % 32 + visits < DAY(TODAY)`,
		`LENGTH(id) = DAY(TODAY)`,
		`id OLDER THAN 3 days`,
		`id = TODAY`,
		`MONTH(id) = MONTH(TODAY) AND DAY(id) = DAY(TODAY)`,
		`DAY(TODAY) > LENGTH(id)`,
	} {
		for _, more := range []int{0, 70} { // with few, timers are set by whole segments
			for _, late := range []bool{false, true} {
				w := newTwins(t)
				if !late {
					w.define("s", segment.MustParse(rule), start)
				}
				for i := range more {
					w.define(fmt.Sprint("t", i), segment.MustParse(fmt.Sprintf("last OLDER THAN %d days", i+1)), start)
				}
				for i := range 10 {
					w.apply(segment.Update{Contact: fmt.Sprint("c", i), At: start})
				}
				w.apply(segment.Update{Contact: "2026-01-05", At: start, Set: map[string]segment.Value{"visits": segment.Int(2)}})
				if late {
					w.define("s", segment.MustParse(rule), start)
				}
				for day := range 12 {
					w.advance(start.AddDate(0, 0, day+1))
				}
			}
		}
	}
}
