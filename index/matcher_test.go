package index_test

import (
	"fmt"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/leanovate/gopter"
	"github.com/leanovate/gopter/prop"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/index"
	"github.com/segmentrules/segment/segmenttest"
)

// byEvaluate is the definition of what a matcher says.
func byEvaluate(segs []segment.Segment, x segment.Contact, at time.Time) (ids []string) {
	for _, s := range segs {
		if segment.Evaluate(s.Condition, x, at) {
			ids = append(ids, s.ID)
		}
	}
	slices.Sort(ids)
	return ids
}

func ids(m *index.Matcher, x segment.Contact, at time.Time) []string {
	return slices.Sorted(m.Match(x, at))
}

// A pair is two contacts and some segments at an instant.
type pair struct {
	segs   []segment.Segment
	x, y   segment.Record
	at     time.Time
	before []string
}

func pairs() gopter.Gen {
	return func(p *gopter.GenParameters) *gopter.GenResult {
		var q pair
		for i := range 1 + p.Rng.Intn(12) {
			c := segmenttest.Cases()(p).Result.(segmenttest.Case)
			q.segs = append(q.segs, segment.Segment{ID: fmt.Sprint("m", i), Condition: c.Condition})
			q.at = c.At
			if q.y = c.Contact; i == 0 {
				q.x = c.Contact
			}
		}
		return gopter.NewGenResult(q, gopter.NoShrinker)
	}
}

func TestMatcherLaw(t *testing.T) {
	params := gopter.DefaultTestParametersWithSeed(1)
	params.MinSuccessfulTests = 150
	if os.Getenv("CI") != "" && !testing.Short() {
		params.MinSuccessfulTests = 800
	}
	result := prop.ForAll(func(q pair) string { return brokenMatcher(q) }, pairs()).Check(params)
	if !result.Passed() {
		t.Errorf("after %d: %v %v %v %s", result.Succeeded, result.Status, result.Labels, result.Error, result.ErrorStack)
	}
}

func brokenMatcher(q pair) string {
	m, err := index.NewMatcher(q.segs...)
	if err != nil {
		return err.Error()
	}
	was, is := byEvaluate(q.segs, &q.x, q.at), byEvaluate(q.segs, &q.y, q.at)
	for _, side := range []struct {
		x    *segment.Record
		want []string
	}{{&q.x, was}, {&q.y, is}} {
		if d := cmp.Diff(side.want, ids(m, side.x, q.at)); d != "" {
			return "match: " + d + fmt.Sprint(q.segs)
		}
		if next, ok := m.Next(side.x, q.at); ok {
			before := next.Add(-1)
			if d := cmp.Diff(side.want, byEvaluate(q.segs, side.x, before)); d != "" {
				return "next is late: " + d + fmt.Sprint(q.segs)
			}
		} else if later := q.at.AddDate(3, 1, 1); cmp.Diff(side.want, byEvaluate(q.segs, side.x, later)) != "" {
			return "next is never, and yet" + fmt.Sprint(q.segs)
		}
	}
	var want []string
	for _, id := range was {
		if !slices.Contains(is, id) {
			want = append(want, "-"+id)
		}
	}
	for _, id := range is {
		if !slices.Contains(was, id) {
			want = append(want, "+"+id)
		}
	}
	var got []string
	for d := range m.Diff("c", &q.x, &q.y, q.at) {
		got = append(got, map[bool]string{true: "+", false: "-"}[d.Entered]+d.Segment)
	}
	slices.Sort(want)
	slices.Sort(got)
	if d := cmp.Diff(want, got); d != "" {
		return "diff: " + d + fmt.Sprint(q.segs)
	}
	// The same set reached in another way, and the first one unchanged by it.
	half := len(q.segs) / 2
	var dropped []string
	for _, s := range q.segs[half:] {
		dropped = append(dropped, s.ID)
	}
	less := m.Without(dropped...)
	if d := cmp.Diff(byEvaluate(q.segs[:half], &q.y, q.at), ids(less, &q.y, q.at)); d != "" {
		return "without: " + d
	}
	again, err := less.With(q.segs[half:]...)
	if err != nil {
		return err.Error()
	}
	if d := cmp.Diff(is, ids(again, &q.y, q.at)); d != "" {
		return "with: " + d
	}
	if d := cmp.Diff(is, ids(m, &q.y, q.at)); d != "" {
		return "the first one changed: " + d
	}
	return ""
}

// Of several conditions that flip at once the cause is the first by kind, and not
// by the order in which the matcher came to know them.
func TestMatcherCauseIsTheFirst(t *testing.T) {
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	after := segment.Record{
		ID: "c", Fields: map[string]segment.Value{"x": segment.Int(1), "y": segment.Int(1)},
		Log: []segment.Event{{ID: "1", Name: "opened", At: at}}, Lists: map[string]time.Time{"l": at},
	}
	for _, first := range []string{`COUNT(opened) > 0`, `x = 1`, `IN LIST "l"`, `x + y > 1`} {
		for rule, want := range map[string]segment.Cause{
			`COUNT(opened) > 0 AND x = 1`:                           segment.CauseData,
			`IN LIST "l" AND COUNT(opened) > 0`:                     segment.CauseEvent,
			`IN LIST "l" AND COUNT(opened) > 0 AND x + y > 1`:       segment.CauseData,
			`IN SEGMENT "first" AND IN LIST "l"`:                    segment.CauseList,
			`AT LEAST 2 OF (IN SEGMENT "first", COUNT(opened) > 0)`: segment.CauseEvent,
		} {
			m, err := index.NewMatcher(
				segment.Segment{ID: "first", Condition: segment.MustParse(first)},
				segment.Segment{ID: "s", Condition: segment.MustParse(rule)},
			)
			if err != nil {
				t.Fatal(err)
			}
			for d := range m.Diff("c", &segment.Record{ID: "c"}, &after, at) {
				if d.Segment == "s" && d.Cause != want {
					t.Errorf("%s, behind %s: the cause is %v, want %v", rule, first, d.Cause, want)
				}
			}
		}
	}
}

// A fragile contact panics when it is asked for its segments too often.
type fragile struct {
	segment.Record
	left *int
}

func (f fragile) Segment(string) bool {
	if *f.left--; *f.left < 0 {
		panic("the host's database is gone")
	}
	return true
}

// TestMatcherSurvivesItsHost: a contact that panics in the middle of a question
// leaves nothing behind for the next one.
func TestMatcherSurvivesItsHost(t *testing.T) {
	var segs []segment.Segment
	for i := range 40 {
		segs = append(segs, segment.Segment{ID: fmt.Sprint("s", i), Condition: segment.MustParse(fmt.Sprintf(`a > %d AND IN SEGMENT "of the host"`, i))})
	}
	m, err := index.NewMatcher(segs...)
	if err != nil {
		t.Fatal(err)
	}
	record := func(a int64) segment.Record {
		return segment.Record{ID: "ann", Fields: map[string]segment.Value{"a": segment.Int(a)}, Segments: []string{"of the host"}}
	}
	panicked := 0
	for n := range 50 {
		func() {
			defer func() {
				if recover() != nil {
					panicked++
				}
			}()
			left := n
			for range m.Diff("ann", record(0), fragile{record(30), &left}, now) {
			}
		}()
		for range 3 { // whichever half of the scratch memory is used again
			diffs := 0
			for range m.Diff("ann", record(0), record(30), now) {
				diffs++
			}
			if diffs != 30 {
				t.Fatalf("%d diffs, want 30", diffs)
			}
		}
	}
	if panicked == 0 {
		t.Error("nothing panicked")
	}
}
