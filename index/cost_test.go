package index_test

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/index"
)

var rewriteCosts = flag.Bool("rewrite", false, "write into testdata/costs.txt what the stories cost")

// costStories are what happens to ann, step by step, under the segments that
// costSegments defines. What each step costs is in testdata/costs.txt.
var costStories = []struct {
	name string
	step func(at time.Time) segment.Update
}{
	{"a field nobody reads", set("shoe", segment.Int(44))},
	{"the same value again", set("plan", segment.Text("free"))},
	{"a number that passes no threshold", set("spent", segment.Int(7))},
	{"a number that passes two", set("spent", segment.Int(150))},
	{"an equality behind a guard that is closed", set("plan", segment.Text("pro"))},
	{"the guard opens", set("country", segment.Text("DE"))},
	{"an event", func(at time.Time) segment.Update {
		return segment.Update{Events: []segment.Event{{ID: "e1", Name: "opened", At: at}}}
	}},
	{"the same event again", func(at time.Time) segment.Update {
		return segment.Update{Events: []segment.Event{{ID: "e1", Name: "opened", At: at}}}
	}},
	{"an event nobody reads", func(at time.Time) segment.Update {
		return segment.Update{Events: []segment.Event{{ID: "e2", Name: "yawned", At: at}}}
	}},
	{"on a list", func(time.Time) segment.Update { return segment.Update{Join: []string{"vip"}} }},
	{"all of it back", func(time.Time) segment.Update {
		return segment.Update{Retract: []string{"e1"}, Leave: []string{"vip"}, Set: map[string]segment.Value{"spent": segment.Int(1), "plan": segment.Text("free"), "country": segment.Text("FR")}}
	}},
}

func set(name string, v segment.Value) func(time.Time) segment.Update {
	return func(time.Time) segment.Update {
		return segment.Update{Set: map[string]segment.Value{name: v}}
	}
}

var costSegments = []string{
	`spent > 10`, `spent > 100 AND plan = "free"`, `spent BETWEEN 5 AND 8 OR country = "US"`,
	`plan = "pro" AND country = "DE"`, `plan = "pro" AND country = "US" AND spent > 1000`,
	`COUNT(opened) >= 1 IN LAST 7 DAYS`, `COUNT(opened) >= 3 IN LAST 7 DAYS`, `IN LIST "vip"`, `IN SEGMENT "s3" AND IN LIST "vip"`,
}

// costs tells the stories to an index with so many unrelated segments and
// contacts, and returns a line for each.
func costs(t *testing.T, segments, contacts int) string {
	t.Helper()
	ix := index.New(index.Options{})
	at := now
	for i := range contacts {
		u := segment.Update{Contact: fmt.Sprint("other ", i), At: at, Set: map[string]segment.Value{"spent": segment.Int(int64(i)), "other": segment.Int(int64(i))}}
		if _, err := ix.Apply(u); err != nil {
			t.Fatal(err)
		}
	}
	define := func(id, text string) {
		if _, err := ix.Define(segment.Segment{ID: id, Condition: segment.MustParse(text)}, at); err != nil {
			t.Fatal(err)
		}
	}
	for i := range segments {
		define(fmt.Sprint("other ", i), fmt.Sprintf(`other > %d AND COUNT(other) = 0 IN LAST %d DAYS`, i, i+1))
	}
	for i, text := range costSegments {
		define(fmt.Sprint("s", i), text)
	}
	var b strings.Builder
	before := ix.Stats()
	note := func(name string, diffs []segment.Diff, err error) {
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		s := ix.Stats()
		fmt.Fprintf(&b, "%-45s %d diffs, %d flips, %d guards, %d examined, %d woken\n", name, len(diffs),
			s.Flips-before.Flips, s.Guards-before.Guards, s.Examined-before.Examined, s.Woken-before.Woken)
		before = s
	}
	apply := func(name string, u segment.Update) {
		u.Contact, u.At = "ann", at
		diffs, err := ix.Apply(u)
		note(name, diffs, err)
	}
	apply("a contact comes", segment.Update{Set: map[string]segment.Value{"plan": segment.Text("free"), "spent": segment.Int(6), "country": segment.Text("FR")}})
	for _, s := range costStories {
		at = at.Add(time.Hour)
		apply(s.name, s.step(at))
	}
	apply("an event to be forgotten", segment.Update{Events: []segment.Event{{ID: "e9", Name: "opened", At: at}}})
	diffs, _ := ix.Advance(at.AddDate(0, 0, 6), 0)
	note("six days of nothing", diffs, nil)
	diffs, _ = ix.Advance(at.AddDate(0, 0, 8), 0)
	note("two days more, and it is forgotten", diffs, nil)
	diffs, _ = ix.Advance(at.AddDate(1, 0, 0), 0)
	note("a year of nothing", diffs, nil)
	at = ix.Now()
	apply("on the list again", segment.Update{Join: []string{"vip"}})
	apply("the contact goes", segment.Update{Delete: true})
	return b.String()
}

// TestCostsArePinned: what flips is what costs. A change of this file is a
// change of what the index costs: go test ./index -run Costs -rewrite.
func TestCostsArePinned(t *testing.T) {
	got := costs(t, 0, 0)
	if *rewriteCosts {
		if err := os.WriteFile("testdata/costs.txt", []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile("testdata/costs.txt")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

// TestCostsFollowFlips: with ten and two hundred times as many segments and
// contacts that have nothing to do with it, a change costs the same.
func TestCostsFollowFlips(t *testing.T) {
	for _, n := range []struct{ segments, contacts int }{{10, 10}, {100, 10}, {10, 100}, {200, 200}} {
		if testing.Short() && n.segments > 100 {
			continue
		}
		if diff := cmp.Diff(costs(t, 1, 1), costs(t, n.segments, n.contacts)); diff != "" {
			t.Errorf("with %d segments and %d contacts: -with one of each +with those\n%s", n.segments, n.contacts, diff)
		}
	}
}
