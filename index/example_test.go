package index_test

import (
	"fmt"
	"slices"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/index"
)

// An index keeps the contacts. It says who enters and who leaves when something
// happens, and when nothing does but time passes.
func ExampleIndex() {
	now := time.Date(2026, time.March, 1, 9, 0, 0, 0, time.UTC)
	tell := func(diffs []segment.Diff) {
		for _, d := range diffs {
			fmt.Println(d.At.Format("2 Jan 15:04"), d.Contact, map[bool]string{true: "entered", false: "left"}[d.Entered], d.Segment)
		}
	}

	ix := index.New(index.Options{})
	diffs, err := ix.Define(segment.Segment{
		ID: "active", Condition: segment.MustParse(`country IN ("US", "CA") AND COUNT(opened) >= 2 IN LAST 30 DAYS`),
	}, now)
	if err != nil {
		fmt.Println(err)
		return
	}
	tell(diffs)

	opened := func(id string, at time.Time) segment.Event { return segment.Event{ID: id, Name: "opened", At: at} }
	diffs, err = ix.Apply(
		segment.Update{Contact: "ann", At: now, Set: map[string]segment.Value{"country": segment.Text("CA")},
			Events: []segment.Event{opened("o1", now.AddDate(0, 0, -3))}},
		segment.Update{Contact: "ann", At: now.Add(time.Hour), Events: []segment.Event{opened("o2", now.Add(time.Hour))}},
	)
	if err != nil {
		fmt.Println(err)
		return
	}
	tell(diffs)

	due, _ := ix.Due() // set a timer for it
	diffs, _ = ix.Advance(due, 0)
	tell(diffs)
	// Output:
	// 1 Mar 10:00 ann entered active
	// 28 Mar 09:00 ann left active
}

// A preview says who would be in before there is a segment, part by part.
func ExampleIndex_Preview() {
	now := time.Date(2026, time.March, 1, 9, 0, 0, 0, time.UTC)
	ix := index.New(index.Options{})
	for i, country := range []string{"US", "US", "CA", "FR", ""} {
		u := segment.Update{Contact: fmt.Sprint("c", i), At: now, Set: map[string]segment.Value{"spent": segment.Int(int64(100 * i))}}
		if country != "" {
			u.Set["country"] = segment.Text(country)
		}
		if _, err := ix.Apply(u); err != nil {
			fmt.Println(err)
			return
		}
	}
	p, err := ix.Preview(segment.MustParse(`country != "FR" AND spent >= 100`))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%d of %d, %d of them only because something is missing: %v\n", p.Count, p.Of, p.Missing, p.Sample)
	for _, part := range p.Parts {
		fmt.Printf("%d hold %s, %d are left\n", part.Count, part.Condition, part.Left)
	}
	// Output:
	// 3 of 5, 1 of them only because something is missing: [c1 c2 c4]
	// 4 hold country != "FR", 4 are left
	// 4 hold spent >= 100, 3 are left
}

// A matcher keeps nothing: the host has the contacts and their memberships in a
// database, and asks what a change does, and when to look at a contact again.
func ExampleMatcher() {
	m, err := index.NewMatcher(
		segment.Segment{ID: "north", Condition: segment.MustParse(`country IN ("CA", "US")`)},
		segment.Segment{ID: "lapsed", Condition: segment.MustParse(`last_order OLDER THAN 90 days`)},
	)
	if err != nil {
		fmt.Println(err)
		return
	}
	now := time.Date(2026, time.March, 1, 9, 0, 0, 0, time.UTC)
	before := segment.Record{ID: "ann", Fields: map[string]segment.Value{
		"country": segment.Text("FR"), "last_order": segment.Time(now.AddDate(0, 0, -80))}}
	after := segment.Record{ID: "ann", Fields: map[string]segment.Value{
		"country": segment.Text("CA"), "last_order": before.Fields["last_order"]}}
	for d := range m.Diff("ann", before, after, now) {
		fmt.Println("at once:", d.Segment, d.Entered)
	}

	next, _ := m.Next(after, now) // kept beside the contact, in a column with an index
	fmt.Println("look again:", next.Format(time.DateTime))
	fmt.Println("then in:", slices.Sorted(m.Match(after, next)))
	// Output:
	// at once: north true
	// look again: 2026-03-11 09:00:00
	// then in: [lapsed north]
}
