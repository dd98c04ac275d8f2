package sqlgen_test

import (
	"math/rand"
	"slices"
	"testing"
	"time"

	"github.com/leanovate/gopter"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/segmenttest"
	"github.com/segmentrules/segment/sqlgen"
)

// TestNextWithinADay has rules whose part about the clock alone comes and goes
// while the statements of the day's beginning and end are the same.
func TestNextWithinADay(t *testing.T) {
	for rule, want := range map[string]string{
		`COUNT(purchase WHERE NOW BETWEEN 2026-03-01T05:00:00Z AND 2026-03-01T06:00:00Z) >= 1`:                 "2026-03-01T05:00:00Z",
		`ANY tags HAS (ELEMENT = "a" AND AGE(TODAY) BETWEEN 5 hours AND 6 hours)`:                              "2026-03-01T05:00:00Z",
		`ANY orders HAS (product = "X" AND (TODAY BETWEEN 5 AND 6 hours AGO OR due = TODAY))`:                  "2026-03-01T05:00:00Z",
		`ANY orders HAS (ANY parts HAS (n = 1 AND NOW BETWEEN 2026-03-01T05:00:00Z AND 2026-03-01T06:00:00Z))`: "2026-03-01T05:00:00Z",
		`ANY tags HAS (ELEMENT = "a" AND TODAY = 2026-03-01 IN ZONE "Asia/Tokyo")`:                             "",
		`ANY orders HAS (due = TODAY)`:                               "2026-03-02T00:00:00Z",
		`COUNT(purchase WHERE amount > 5) >= 1 AND birthday = TODAY`: "2026-03-02T00:00:00Z",
		`ANY orders HAS (product = "X" AND NOT (due < TODAY AND NOW BETWEEN 2026-03-01T20:00:00Z AND 2026-03-01T21:00:00Z))`: "2026-03-01T20:00:00Z",
	} {
		now := at("2026-03-01T00:00:00Z")
		q, err := sqlgen.Select(sqlgen.DialectPostgreSQL, crm(sqlgen.DialectPostgreSQL), segment.MustParse(rule), now)
		if err != nil {
			t.Fatal(err)
		}
		got := q.Next.UTC().Format(time.RFC3339Nano)
		if want != "" && got != want {
			t.Errorf("%s: %s, not %s", rule, got, want)
		}
		if want == "" && !q.Next.Equal(now) && q.Next.After(at("2026-03-01T15:00:00Z")) {
			t.Errorf("%s: %s is too late", rule, got)
		}
	}
}

// TestNextIsNeverLate compares with what each contact's own Next says.
func TestNextIsNeverLate(t *testing.T) {
	tables := crm(sqlgen.DialectPostgreSQL)
	tables.Fields = map[string]sqlgen.Column{"born": {Column: "born", Type: sqlgen.TypeDate}, "seen": {Column: "seen", Type: sqlgen.TypeTimestamp}, "due": {Column: "due", Type: sqlgen.TypeUnixMicro}}
	tables.Events[0].Props = nil
	p := gopter.DefaultGenParameters()
	steady := 0
	for seed := range int64(8) {
		p.Rng = rand.New(rand.NewSource(seed))
		crowd := segmenttest.Crowds(20, 40)(p).Result.(segmenttest.Crowd)
		for _, c := range crowd.Conditions {
			q, err := sqlgen.Select(sqlgen.DialectPostgreSQL, tables, c, crowd.At)
			if err != nil {
				t.Fatal(err)
			}
			if q.Next.Equal(crowd.At) {
				continue
			}
			steady++
			program, err := segment.Compile(c)
			if err != nil {
				t.Fatal(err)
			}
			for _, x := range crowd.Contacts {
				for list, joined := range x.Lists {
					if joined.After(crowd.At) {
						delete(x.Lists, list)
					}
				}
				log := x.Log
				x.Log = nil
				for _, e := range log {
					if !e.At.After(crowd.At) {
						x.Log = append(x.Log, e)
					}
				}
				for field, changes := range x.Changes {
					x.Changes[field] = slices.DeleteFunc(slices.Clone(changes), func(c segment.Change) bool { return c.At.After(crowd.At) })
				}
				n, changes := program.Next(x, crowd.At)
				if changes && (q.Next.IsZero() || n.Before(q.Next)) && program.Match(x, n.In(crowd.At.Location())) != program.Match(x, crowd.At) {
					t.Errorf("seed %d: %s: %s changes at %s, and Next is %s", seed, c, x.ID, n, q.Next)
				}
			}
		}
	}
	if steady < 50 {
		t.Errorf("only %d rules had a Next", steady)
	}
}
