package index_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/index"
	"github.com/segmentrules/segment/rule"
)

// A segment that a rule names and that does not exist is told in one way, by Define,
// DryRun, Preview and a schema: with the place in the definition and the nearest id.
func TestUnknownSegmentSaysWhere(t *testing.T) {
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	ix := index.New(index.Options{})
	for _, s := range []segment.Segment{{ID: "active", Condition: rule.Everyone{}}, {ID: "s17", Name: "Big spenders", Condition: rule.Everyone{}}} {
		if _, err := ix.Define(s, at); err != nil {
			t.Fatal(err)
		}
	}
	withSchema := index.New(index.Options{Schema: &segment.Schema{Segments: []string{"active", "s17"}}})
	for _, tt := range []struct{ rule, path, says, suggestion string }{
		{`age > 1 AND NOT IN SEGMENT "activ"`, "/conditions/1/segment", `unknown segment "activ"`, `"active"`},
		{`IN SEGMENT "Active"`, "/segment", `unknown segment "Active"`, `"active"`},
		{`IN SEGMENT "Big spenders"`, "/segment", `unknown segment "Big spenders"`, `"s17"`},
		{`COUNT(buy WHERE IN SEGMENT "nobody") > 1`, "/where/segment", `unknown segment "nobody"`, ""},
	} {
		c := segment.MustParse(tt.rule)
		_, define := ix.Define(segment.Segment{ID: "new", Condition: c}, at)
		_, _, dry := ix.DryRun(segment.Segment{ID: "new", Condition: c}, at)
		_, preview := ix.Preview(c)
		_, count := ix.Count(c)
		for door, err := range map[string]error{"Define": define, "DryRun": dry, "Preview": preview, "Count": count} {
			var e *segment.Error
			if !errors.As(err, &e) || e.Code != segment.ErrUnknown || e.Path != tt.path || e.Msg != tt.says || e.Suggestion != tt.suggestion {
				t.Errorf("%s %s: %#v", door, tt.rule, e)
			}
		}
		if tt.suggestion != `"active"` {
			continue
		}
		_, err := withSchema.Preview(c)
		if e := (*segment.Error)(nil); !errors.As(err, &e) || e.Path != tt.path || e.Msg != tt.says || e.Suggestion != tt.suggestion {
			t.Errorf("schema, %s: %#v", tt.rule, e)
		}
	}
}

// What is asked for by its id and is not there has a code of its own.
func TestNotFoundIsNotABadRule(t *testing.T) {
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	ix := index.New(index.Options{})
	_, drop := ix.Drop("none", at)
	if _, err := ix.Define(segment.Segment{ID: "all", Condition: rule.Everyone{}}, at); err != nil {
		t.Fatal(err)
	}
	_, contact := ix.Explain("nobody", "all")
	if _, err := ix.Apply(segment.Update{Contact: "ann", At: at}); err != nil {
		t.Fatal(err)
	}
	_, unknown := ix.Explain("ann", "none")
	for _, err := range []error{drop, contact, unknown} {
		if !errors.Is(err, segment.ErrNotFound) || errors.Is(err, segment.ErrUnknown) {
			t.Errorf("%v", err)
		}
	}
}

// What does not fit the schema is said with the place in the definition, and without the
// names of Go.
func TestDefineSaysWhereInTheDefinition(t *testing.T) {
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	s := &segment.Schema{}
	if err := s.UnmarshalJSON([]byte(`{"fields":{"age":{"kind":"number"},"seen":{"kind":"time","epoch":"seconds"}}}`)); err != nil {
		t.Fatal(err)
	}
	ix := index.New(index.Options{Schema: s})
	for rule, want := range map[string]string{
		`age > 1 AND agee > 5`:             "/conditions/1/field: unknown field `agee`; did you mean `age`?",
		`NOT (age > 1 AND age = "x")`:      `/conditions/1/value: ` + "`age` is a number and \"x\" is a text: they never compare",
		`seen > 2026-01-01 AND sen IS SET`: "/conditions/1/field: unknown field `sen`; did you mean `seen`?",
		`MONTH(age) = 3`:                   "/args/0: `age` is a number; MONTH needs an instant or a date",
	} {
		_, err := ix.Define(segment.Segment{ID: "new", Condition: segment.MustParse(rule)}, at)
		if err == nil || err.Error() != want {
			t.Errorf("%s: %v, want %s", rule, err, want)
		}
	}
}

// A dry run tells what becomes of the segments that depend on the one defined, as Define
// does, also at a later instant and over several shards.
func TestDryRunTellsDependents(t *testing.T) {
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for _, ix := range []*index.Index{index.New(index.Options{}), index.New(index.Options{Shards: 3})} {
		for _, s := range []struct{ id, rule string }{
			{"big", `total > 10`}, {"big-new", `IN SEGMENT "big" AND joined WITHIN LAST 3 days`},
			{"rest", `NOT IN SEGMENT "big-new"`}, {"apart", `total > 1`},
		} {
			if _, err := ix.Define(segment.Segment{ID: s.id, Condition: segment.MustParse(s.rule)}, at); err != nil {
				t.Fatal(err)
			}
		}
		for i, total := range []int64{5, 15, 25} {
			u := segment.Update{Contact: string(rune('a' + i)), At: at, Set: map[string]segment.Value{
				"total": segment.Int(total), "joined": segment.Time(at.AddDate(0, 0, i-1))}}
			if _, err := ix.Apply(u); err != nil {
				t.Fatal(err)
			}
		}
		later := at.AddDate(0, 0, 3) // a has left the window by then, b only just
		wide := segment.Segment{ID: "big", Condition: segment.MustParse(`total > 20`)}
		got, err := outcomes(ix.DryRunAll(wide, at.Add(12*time.Hour)))
		want := "[{big [] [b]} {big-new [] [b]} {rest [b] []}]"
		if fmt.Sprint(got) != want || err != nil {
			t.Errorf("%v, want %s (%v)", got, want, err)
		}
		if got, err = outcomes(ix.DryRunAll(wide, later)); fmt.Sprint(got) != "[{big [] [b]}]" || err != nil {
			t.Errorf("later: %v (%v)", got, err)
		}
		if ds, err := ix.Define(wide, at.Add(12*time.Hour)); err != nil || len(ds) != 3 {
			t.Errorf("%v %v", ds, err)
		}
	}
}
