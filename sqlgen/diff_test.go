package sqlgen_test

import (
	"strings"
	"testing"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/sqlgen"
)

// keptTables are tables of a host that lets Diff keep memberships.
func keptTables() sqlgen.Tables {
	at := sqlgen.Column{Column: "at", Type: sqlgen.TypeTimestamp, Scale: 6}
	return sqlgen.Tables{
		Contacts: sqlgen.Relation{Table: "contacts"},
		ID:       sqlgen.Column{Column: "id", Type: sqlgen.TypeText},
		Fields: map[string]sqlgen.Column{"plan": {Column: "plan", Type: sqlgen.TypeText}, "seen": {Column: "seen", Type: sqlgen.TypeTimestamp, Scale: 6},
			"ends": {Column: "ends", Type: sqlgen.TypeUnix}, "born": {Column: "born", Type: sqlgen.TypeDate}, "zone": {Column: "zone", Type: sqlgen.TypeText},
			"custom": {Column: "custom", Type: sqlgen.TypeJSON}},
		Events: []sqlgen.Events{{Relation: sqlgen.Relation{Table: "events"}, Contact: "contact", Names: "name", At: at, Order: "id", Document: "props"}},
		Lists:  &sqlgen.Lists{Relation: sqlgen.Relation{Table: "lists"}, Contact: "contact", List: "list", Joined: &at},
		History: &sqlgen.History{Relation: sqlgen.Relation{Table: "history"}, Contact: "contact", Field: "field", At: at,
			Value: sqlgen.Column{Column: "value", Type: sqlgen.TypeText}, Order: "id"},
		Segments: &sqlgen.Segments{Relation: sqlgen.Relation{Table: "members"}, Contact: "contact", Segment: "segment", Since: &at,
			Dues:  &sqlgen.Dues{Relation: sqlgen.Relation{Table: "dues"}, Contact: "contact", Segment: "segment", Due: at},
			Locks: &sqlgen.Locks{Relation: sqlgen.Relation{Table: "segments"}, Segment: "id"}},
	}
}

// What people write of time, the database says by itself when it changes; the rest is for Go.
func TestWhoSaysWhenContactsAreDue(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 3, 10, 12, 30, 0, 0, berlin)
	day := time.Date(2026, 3, 11, 0, 0, 0, 0, berlin)
	for _, c := range []struct {
		rule string
		next time.Time // for all contacts
		inGo bool
	}{
		{`plan = "a"`, time.Time{}, false},
		{`COUNT(o) >= 4 IN LAST 30 days AND COUNT(c) >= 2 IN LAST 30 days`, time.Time{}, false},
		{`LAST(o) OLDER THAN 21 days OR COUNT(o WHERE amount > 5) = 0`, time.Time{}, false},
		{`SUM(o.amount) > 10 BETWEEN 60 days AND 10 days AGO`, time.Time{}, false},
		{`SUM(o.amount) > 10 IN LAST 3 months`, time.Date(2026, 3, 27, 0, 0, 0, 0, berlin), false},
		{`seen WITHIN NEXT 3 days AND NOT seen MORE THAN 1 hour FROM NOW`, time.Time{}, false},
		{`AGE(seen) > 3 days`, time.Time{}, false},
		{`seen + 2 hours <= NOW - 1 day`, time.Time{}, false},
		{`NOW - LAST(o) > 10 days`, time.Time{}, false},
		{`LAST(o) > TODAY - 30 days`, day, false},
		{`DID o THEN NOT c WITHIN 24 hours IN LAST 30 days`, time.Time{}, false},
		{`DID o IN AT LEAST 2 OF LAST 4 weeks`, time.Time{}, false},
		{`JOINED LIST "vip" IN LAST 30 days`, time.Time{}, false},
		{`plan HAS BEEN "free" FOR AT LEAST 7 days`, time.Time{}, false},
		{`plan CHANGED IN LAST 30 days`, time.Time{}, false},
		{`COUNT(o) = 0 DURING THIS month`, time.Date(2026, 3, 29, 2, 0, 0, 0, berlin), false}, // when the clock changes
		{`COUNT(o) >= 1 SINCE NOW - 90 days`, time.Time{}, false},
		{`COUNT(o) >= 1 SINCE 2026-01-01`, time.Time{}, false},
		{`AGE(born) >= 18 years`, day, false},
		{`ANNIVERSARY(born) WITHIN NEXT 7 days`, day, false},
		{`MONTH(TODAY) = 5`, time.Date(2026, 5, 1, 0, 0, 0, 0, berlin), false},
		{`ends WITHIN NEXT 3 days`, time.Time{}, true},                // seconds, and dues are no seconds
		{`custom.ends WITHIN NEXT 3 days`, time.Time{}, true},         // a text, maybe
		{`COUNT(o) > 1 DURING TODAY IN ZONE zone`, time.Time{}, true}, // each contact's own calendar
		{`COUNT(o) >= 1 SINCE seen`, time.Time{}, false},
		{`COUNT(o) / AGE(seen) > 0.1`, time.Time{}, true},
	} {
		cond, err := segment.Parse(c.rule)
		if err != nil {
			t.Errorf("%s: %v", c.rule, err)
			continue
		}
		for _, d := range sqlgen.Dialects() {
			if d == sqlgen.DialectClickHouse {
				continue
			}
			got, err := sqlgen.Diff(d, keptTables(), segment.Segment{ID: "s", Condition: cond}, at)
			if err != nil {
				t.Errorf("%s, %s: %v", d, c.rule, err)
				continue
			}
			if !got.Next.Equal(c.next) || got.DuesInGo != c.inGo {
				t.Errorf("%s, %s: next %s, dues in Go %v", d, c.rule, got.Next, got.DuesInGo)
			}
		}
	}
}

// What cannot be kept is said, with its place.
func TestDiffRefuses(t *testing.T) {
	seg := segment.Segment{ID: "s", Condition: segment.MustParse(`plan = "a"`)}
	at := time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		what    string
		dialect sqlgen.Dialect
		mend    func(t *sqlgen.Tables, s *segment.Segment)
		want    string
	}{
		{"no table of memberships", sqlgen.DialectPostgreSQL, func(t *sqlgen.Tables, _ *segment.Segment) { t.Segments = nil }, "/segments"},
		{"a query", sqlgen.DialectSQLite, func(t *sqlgen.Tables, _ *segment.Segment) {
			*t.Segments = sqlgen.Segments{Relation: sqlgen.Relation{Query: "SELECT 1"}, Contact: "c", Segment: "s"}
		}, "/segments/query"},
		{"some rows of a table", sqlgen.DialectSQLite, func(t *sqlgen.Tables, _ *segment.Segment) {
			*t.Segments = sqlgen.Segments{Relation: sqlgen.Relation{Table: "m", Where: "{}.x = 1"}, Contact: "c", Segment: "s"}
		}, "/segments/where"},
		{"dues in a query", sqlgen.DialectSQLite, func(t *sqlgen.Tables, _ *segment.Segment) {
			t.Segments.Dues.Relation = sqlgen.Relation{Query: "SELECT 1"}
		}, "/segments/dues/query"},
		{"an expression that is written", sqlgen.DialectPostgreSQL, func(t *sqlgen.Tables, _ *segment.Segment) {
			t.Segments.Dues.Due = sqlgen.Column{Expr: "{}.at", Type: sqlgen.TypeTimestamp}
		}, "/segments/dues/due/expr"},
		{"a day as an instant", sqlgen.DialectPostgreSQL, func(t *sqlgen.Tables, _ *segment.Segment) {
			t.Segments.Since = &sqlgen.Column{Column: "since", Type: sqlgen.TypeDate}
		}, "/segments/since/type"},
		{"no locks", sqlgen.DialectMySQL, func(t *sqlgen.Tables, _ *segment.Segment) { t.Segments.Locks = nil }, "/segments/locks"},
		{"no id", sqlgen.DialectPostgreSQL, func(_ *sqlgen.Tables, s *segment.Segment) { s.ID = "" }, "id is empty"},
		{"an id with a NUL", sqlgen.DialectPostgreSQL, func(_ *sqlgen.Tables, s *segment.Segment) { s.ID = "a\x00" }, "does not hold"},
		{"no rule", sqlgen.DialectPostgreSQL, func(_ *sqlgen.Tables, s *segment.Segment) { s.Condition = nil }, ""},
		{"a dialect that is none", "oracle", func(*sqlgen.Tables, *segment.Segment) {}, "oracle"},
	} {
		tables, s := keptTables(), seg
		c.mend(&tables, &s)
		if _, err := sqlgen.Diff(c.dialect, tables, s, at); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", c.what, err)
		}
	}
	for _, c := range []sqlgen.Change{{}, changeOf(t, sqlgen.DialectClickHouse, seg, at)} {
		if _, err := sqlgen.Apply(t.Context(), nil, c); err == nil {
			t.Error("it was applied")
		}
	}
}

func changeOf(t *testing.T, d sqlgen.Dialect, seg segment.Segment, at time.Time, ids ...string) sqlgen.Change {
	t.Helper()
	c, err := sqlgen.DiffFor(d, keptTables(), seg, at, ids...)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// In ClickHouse too candidates are no difference: where there is a Rest there is no Find.
func TestNoFindOfCandidates(t *testing.T) {
	at := time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC)
	for _, d := range sqlgen.Dialects() {
		for rule, decided := range map[string]bool{`plan = "a"`: true, `plan = "a" AND HASH(id, "x") % 2 = 0`: false} {
			c := changeOf(t, d, segment.Segment{ID: "s", Condition: segment.MustParse(rule)}, at, "a")
			if got := c.Find.Text != ""; got != decided {
				t.Errorf("%s, %s: has a Find: %v", d, rule, got)
			}
		}
	}
}

// Neither the segment's id nor a contact's is ever in the text.
func TestNoIDIsText(t *testing.T) {
	const hostile = `'; DROP TABLE x; --"` + "`"
	seg := segment.Segment{ID: hostile, Condition: segment.MustParse(`COUNT(o) > 1 IN LAST 3 days`)}
	at := time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC)
	for _, d := range sqlgen.Dialects() {
		c := changeOf(t, d, seg, at, hostile, "b")
		all := c.Find.Text + c.Whole.Text + c.Query.Text
		for _, s := range c.Lock {
			all += s.Text
		}
		if strings.Contains(all, "DROP") {
			t.Errorf("%s: %s", d, all)
		}
	}
}
