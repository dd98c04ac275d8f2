package sqlgen_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/rule"
	"github.com/segmentrules/segment/sqlgen"
)

// readers are rules, one for each way to read rows of a contact.
var readers = []string{
	`country = "US"`, `DID opened`, `NEVER DID opened`, `vip = TRUE OR DID opened`, `COUNT(opened) >= 5`, `COUNT(opened) < 5 IN LAST 3 DAYS`,
	`COUNT(opened) >= 5 OR SUM(purchase.amount) > 7`, `AVG(purchase.amount) > 7 AND MAX(purchase.amount) < 100`, `DISTINCT(purchase.sku) >= 2`,
	`FIRST(purchase) OLDER THAN 3 days`, `LAST(purchase.sku) = "X"`, `NOT LAST(purchase.sku) = "X"`, `country = "US" AND LAST(purchase.sku) = "X"`,
	`DID opened THEN clicked WITHIN 2 hours THEN purchase`, `DID opened THEN NOT clicked WITHIN 7 days`, `DID opened THEN clicked THEN NOT purchase WITHIN 7 days`,
	`NOT (DID opened THEN NOT clicked WITHIN 7 days)`, `DID opened IN AT LEAST 3 OF LAST 4 WEEKS`, `vip = TRUE OR DID opened IN AT LEAST 3 OF LAST 4 WEEKS`,
	`IN LIST "a"`, `NOT IN LIST "a"`, `IN LIST "a" OR IN LIST "b" OR IN SEGMENT "s"`, `JOINED LIST "a" IN LAST 14 DAYS`, `IN SEGMENT "s"`, `plan CHANGED IN LAST 3 DAYS`,
	`status HAS BEEN "running" FOR AT LEAST 7 days`, `AT LEAST 2 OF (DID opened, IN LIST "a", vip = TRUE)`, `ANY orders HAS (amount > 10)`, `email MATCHES "^[a-z]+@" AND DID opened`,
}

// TestForLimitsEveryPart counts: each table that a statement reads is limited by the
// contact's id.
func TestForLimitsEveryPart(t *testing.T) {
	const id = "c'\"zz"
	now := at("2026-03-31T10:00:00Z")
	for _, d := range sqlgen.Dialects() {
		for _, r := range readers {
			q, err := sqlgen.Select(d, crm(d), segment.MustParse(r), now)
			if err != nil {
				t.Fatalf("%s: %s: %v", d, r, err)
			}
			for _, ids := range [][]string{{id}, {id, "b", id}} {
				few, err := q.For(ids...)
				if err != nil {
					t.Fatalf("%s: %s: %v", d, r, err)
				}
				if strings.Contains(few.Text, "zz") || q.Rest == nil != (few.Rest == nil) || !few.Next.Equal(q.Next) {
					t.Errorf("%s: %s: rest %v, next %s\n%s", d, r, few.Rest, few.Next, few.Text)
				}
				tables := 0
				for _, table := range []string{"contacts", "events", "list_members", "memberships", "changes"} {
					tables += strings.Count(few.Text, `"`+table+`"`) + strings.Count(few.Text, "`"+table+"`")
				}
				limits := 0
				for _, a := range few.Args {
					if s, isText := a.(string); isText && strings.Contains(s, "zz") {
						limits++
					}
				}
				// Where there are many ids, the later steps of a sequence have the contact of the first.
				if joined := strings.Count(few.Text, " JOIN ") + strings.Count(few.Text, "NOT EXISTS"); limits < tables && (len(ids) == 1 || limits+joined < tables) {
					t.Errorf("%s: %s: %d tables are read, and %d limited\n%s\n%q", d, r, tables, limits, few.Text, few.Args)
				}
			}
		}
	}
}

func TestForOfNoContacts(t *testing.T) {
	now := at("2026-03-31T10:00:00Z")
	for _, d := range sqlgen.Dialects() {
		for _, r := range readers {
			numbered := crm(d)
			numbered.ID.Type = sqlgen.TypeInteger
			q, err := sqlgen.Select(d, numbered, segment.MustParse(r), now)
			if err != nil {
				t.Fatalf("%s: %s: %v", d, r, err)
			}
			for _, ids := range [][]string{nil, {"", "x", "07", "+7", "1.0", " 7", "-0", "99999999999999999999"}} {
				none, err := q.For(ids...)
				if err != nil || len(none.Args) > 0 || !strings.Contains(none.Text, "WHERE FALSE") {
					t.Errorf("%s: %s: for %q: %v\n%s\n%q", d, r, ids, err, none.Text, none.Args)
				}
			}
		}
	}
}

func TestForTwice(t *testing.T) {
	q, err := sqlgen.Select(sqlgen.DialectPostgreSQL, crm(sqlgen.DialectPostgreSQL), segment.MustParse(`DID opened`), at("2026-03-31T10:00:00Z"))
	if err != nil {
		t.Fatal(err)
	}
	few, err := q.For("c", "a", "b", "a")
	if err != nil {
		t.Fatal(err)
	}
	both, err := few.For("b", "d")
	if err != nil {
		t.Fatal(err)
	}
	if alone, err := q.For("b"); err != nil || both.Text != alone.Text || !slices.Equal(both.Args, alone.Args) {
		t.Errorf("%v\n%s %q\n%s %q", err, both.Text, both.Args, alone.Text, alone.Args)
	}
}

func TestForRefuses(t *testing.T) {
	if _, err := (sqlgen.Query{Text: "SELECT 1"}).For("a"); !errors.Is(err, segment.ErrValue) {
		t.Errorf("a query by hand: %v", err)
	}
	var odd []string // ids that no JSON array carries
	for i := range 40_000 {
		odd = append(odd, "\x00"+strings.Repeat("z", i%7)+string(rune('一'+i%20_000))+string(rune('a'+i/20_000)))
	}
	for _, d := range sqlgen.Dialects() {
		q, err := sqlgen.Select(d, crm(d), segment.MustParse(`DID opened`), at("2026-03-31T10:00:00Z"))
		if err != nil {
			t.Fatal(err)
		}
		few, err := q.For(odd...)
		if d == sqlgen.DialectPostgreSQL { // which has none of them
			if err != nil || !strings.Contains(few.Text, "WHERE FALSE") {
				t.Errorf("%s: %v\n%.200s", d, err, few.Text)
			}
		} else if !errors.Is(err, segment.ErrLimit) {
			t.Errorf("%s: %v", d, err)
		}
	}
}

// TestStepThatMustNotFollow is about a statement that did not end: NOT IN of pairs is
// looked up in a table of hashes only if the database expects that it fits into
// memory, and else gone through for each event.
func TestStepThatMustNotFollow(t *testing.T) {
	now := at("2026-03-31T10:00:00Z")
	for _, d := range sqlgen.Dialects() {
		for _, r := range []string{`DID opened THEN NOT clicked WITHIN 7 days`, `country = "US" AND DID opened THEN clicked THEN NOT purchase WITHIN 7 days IN LAST 30 DAYS`,
			`vip = TRUE OR DID opened THEN NOT clicked WITHIN 7 days`} {
			q, err := sqlgen.Select(d, crm(d), segment.MustParse(r), now)
			if err != nil {
				t.Fatal(err)
			}
			if pairs := strings.Contains(q.Text, ") NOT IN ("); pairs != (d == sqlgen.DialectClickHouse) || q.Rest != nil {
				t.Errorf("%s: %s\n%s", d, r, q.Text)
			}
		}
	}
}

// TestWithinOR: an IN that PostgreSQL makes no join of needs memory for all its rows,
// or is gone through for each contact.
func TestWithinOR(t *testing.T) {
	for _, r := range readers {
		for _, c := range []segment.Condition{rule.Or{segment.MustParse(r), segment.MustParse(`age > 99`)}, rule.Not{C: rule.And{segment.MustParse(r), segment.MustParse(`age > 99`)}},
			rule.Count{Quantity: rule.QuantityExactly, K: 1, Of: []segment.Condition{segment.MustParse(r), segment.MustParse(`age > 99`)}}} {
			q, err := sqlgen.Select(sqlgen.DialectPostgreSQL, crm(sqlgen.DialectPostgreSQL), c, at("2026-03-31T10:00:00Z"))
			if err != nil {
				t.Fatal(err)
			}
			if strings.Contains(q.Text, `"c"."id" IN (SELECT`) {
				t.Errorf("%s\n%s", c, q.Text)
			}
		}
	}
}

// TestNoMoreHistoryThanAsked: of a window all steps, and the units of a regularity, are
// bounded by its first instant; where a step must follow in time, by that too.
func TestNoMoreHistoryThanAsked(t *testing.T) {
	now := at("2026-03-31T10:00:00Z")
	for r, want := range map[string]map[string]int{
		`DID opened THEN clicked THEN purchase IN LAST 30 DAYS`:                              {"2026-03-01T10:00:00Z": 3},
		`DID opened THEN NOT clicked WITHIN 7 days IN LAST 30 DAYS`:                          {"2026-03-01T10:00:00Z": 2},
		`DID opened IN AT LEAST 3 OF LAST 4 WEEKS`:                                           {"2026-03-03T10:00:00Z": 2},
		`DID opened IN AT LEAST 3 OF LAST 4 MONTHS`:                                          {"2025-11-30T23:59:59.999999Z": 2},
		`DID opened THEN clicked WITHIN 2 days THEN purchase WITHIN 1 day BEFORE 2026-02-01`: {"2026-02-01T00:00:00Z": 1, "2026-02-03T00:00:00Z": 1, "2026-02-04T00:00:00Z": 1},
		`DID opened THEN clicked THEN purchase WITHIN 1 day BEFORE 2026-02-01`:               {"2026-02-01T00:00:00Z": 1, "2026-02-02T00:00:00Z": 0},
	} {
		for _, d := range sqlgen.Dialects() {
			q, err := sqlgen.Select(d, crm(d), segment.MustParse(r), now)
			if err != nil {
				t.Fatalf("%s: %v", r, err)
			}
			if d == sqlgen.DialectClickHouse && strings.Contains(r, "NOT") {
				continue // the chain is written twice
			}
			for instant, n := range want {
				got := 0
				for _, a := range q.Args {
					if a == at(instant) || a == any(at(instant).Format("2006-01-02 15:04:05.000000")) {
						got++
					}
				}
				if got != n {
					t.Errorf("%s: %s: %d bounds of %s, want %d\n%s\n%v", d, r, got, instant, n, q.Text, q.Args)
				}
			}
		}
	}
}

// TestNarrowedSequences: where another condition leaves few contacts, PostgreSQL reads
// the events of those.
func TestNarrowedSequences(t *testing.T) {
	for _, r := range []string{`DID opened THEN NOT clicked WITHIN 7 days`, `DID opened IN AT LEAST 3 OF LAST 4 WEEKS`, `status HAS BEEN "running" FOR AT LEAST 7 days`, `LAST(purchase.sku) = "X"`} {
		q, err := sqlgen.Select(sqlgen.DialectPostgreSQL, crm(sqlgen.DialectPostgreSQL), segment.MustParse(`country = "JP" AND `+r), at("2026-03-31T10:00:00Z"))
		if err != nil {
			t.Fatal(err)
		}
		if n := strings.Count(q.Text, `"c"."country"`); n != 4 { // each comparison is of two
			t.Errorf("%s: the country is read %d times\n%s", r, n, q.Text)
		}
	}
}
