package sqlgen_test

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/rule"
	"github.com/segmentrules/segment/sqlgen"
)

var rewrite = flag.Bool("rewrite", false, "rewrite the golden files and the table in docs from the code")

func at(text string) time.Time {
	t, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		panic(err)
	}
	return t
}

// crm is a layout with a column of each type.
func crm(d sqlgen.Dialect) sqlgen.Tables {
	money := sqlgen.Column{Column: "amount", Type: sqlgen.TypeDecimal, Digits: 12, Scale: 2}
	if d == sqlgen.DialectSQLite {
		money = sqlgen.Column{Column: "amount_cents", Type: sqlgen.TypeInteger, Digits: 10, Scale: 2}
	}
	stamp := sqlgen.Column{Column: "at", Type: sqlgen.TypeTimestamp, Scale: 6}
	col := func(name string, t sqlgen.Type) sqlgen.Column { return sqlgen.Column{Column: name, Type: t} }
	seen := col("last_seen", sqlgen.TypeTimestamp)
	seen.Scale = 6
	return sqlgen.Tables{
		Contacts: sqlgen.Relation{Schema: "crm", Table: "contacts"},
		ID:       col("id", sqlgen.TypeText),
		Fields: map[string]sqlgen.Column{
			"country": col("country", sqlgen.TypeText), "email": col("email", sqlgen.TypeText), "billing_country": col("billing_country", sqlgen.TypeText),
			"age": col("age", sqlgen.TypeInteger), "score": col("score", sqlgen.TypeFloat), "vip": col("vip", sqlgen.TypeBool),
			"last_seen": seen, "created_at": col("created", sqlgen.TypeUnixMilli), "birthday": col("birthday", sqlgen.TypeDate),
			"name": {Expr: "{}.first_name || ' ' || {}.last_name", Type: sqlgen.TypeText},
		},
		Document: "custom",
		Events: []sqlgen.Events{
			{Relation: sqlgen.Relation{Table: "events"}, Contact: "contact_id", Names: "name", At: stamp, Order: "seq",
				Props: map[string]sqlgen.Column{"amount": money, "sku": col("sku", sqlgen.TypeText)}, Document: "props"},
		},
		Lists:    &sqlgen.Lists{Relation: sqlgen.Relation{Table: "list_members"}, Contact: "contact_id", List: "list", Joined: &stamp},
		Segments: &sqlgen.Segments{Relation: sqlgen.Relation{Table: "memberships"}, Contact: "contact_id", Segment: "segment"},
		History: &sqlgen.History{Relation: sqlgen.Relation{Table: "changes"}, Contact: "contact_id", Field: "field", At: stamp,
			Value: col("value", sqlgen.TypeJSON), Order: "seq"},
	}
}

// TestStatements keeps the statements of some rules in a file, so that a change
// of what is written is seen.
func TestStatements(t *testing.T) {
	rules := []string{
		`country IN ("US", "CA") AND COUNT(opened) >= 5 IN LAST 30 DAYS`,
		`(country = "US" OR vip = TRUE) AND last_seen > 30 days ago AND age > 17.5`,
		`NOT (email ENDS WITH "@example.com" OR birthday IS NULL)`,
		`NEVER DID purchase AND JOINED LIST "trial" IN LAST 14 DAYS`,
		`SUM(purchase.amount) > 500 IN LAST 90 DAYS AND LAST(purchase.sku) = "X"`,
		`DID cart_add THEN NOT purchase WITHIN 24 hours`,
		`ANNIVERSARY(birthday) WITHIN NEXT 7 days`,
		`ANY orders HAS (product = "X" AND amount > 10)`,
		`COUNT(clicked) / COUNT(opened) >= 0.2`,
		`plan = "pro" AND status HAS BEEN "running" FOR AT LEAST 7 days AND NOT IN SEGMENT "lost"`,
		`email MATCHES "^[a-z]+@" AND country = "US"`,
	}
	now := at("2026-03-31T10:00:00Z")
	var b strings.Builder
	for _, d := range sqlgen.Dialects() {
		for _, rule := range rules {
			q, err := sqlgen.Select(d, crm(d), segment.MustParse(rule), now)
			if err != nil {
				t.Fatalf("%s: %s: %v", d, rule, err)
			}
			fmt.Fprintf(&b, "-- %s: %s\n%s\n", d, rule, q.Text)
			for i, a := range q.Args {
				fmt.Fprintf(&b, "--   %d: %v\n", i+1, a)
			}
			if q.Rest != nil {
				fmt.Fprintf(&b, "--   rest: %s\n", q.Rest)
			}
			b.WriteString("\n")
		}
	}
	golden(t, filepath.Join("testdata", "statements.sql"), b.String())
}

func golden(t *testing.T, file, got string) {
	t.Helper()
	if *rewrite {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n")); d != "" {
		t.Errorf("%s (-want +got; go test ./sqlgen -rewrite writes it anew):\n%s", file, d)
	}
}

// TestNoRuleTextInSQL puts hostile texts into every place of a rule that takes
// one: the statement is that of a harmless text, and the text an argument.
func TestNoRuleTextInSQL(t *testing.T) {
	hostile := []string{`'`, `"`, "`", `\`, `\'`, "a\x00b", "--", "/* ", "*/", ";", "{{", "}}", ":name", "?", "??", "$1", "$$", "@p", "{p1:String}", "%s", "\n", "\u2028",
		`'; DROP TABLE contacts; --`, `" OR 1=1 --`, "') OR TRUE --", "]", "x'41'", "\\u0000", "é'"}
	text := func(s string) segment.Value { return segment.Text(s) }
	places := map[string]func(s string) segment.Condition{
		"equal":      func(s string) segment.Condition { return rule.Compare{Left: rule.Field("email"), Right: text(s)} },
		"equal JSON": func(s string) segment.Condition { return rule.Compare{Left: rule.Field("plan"), Right: text(s)} },
		"in": func(s string) segment.Condition {
			return rule.In{X: rule.Field("email"), Values: []segment.Value{text(s), text("b")}}
		},
		"contains": func(s string) segment.Condition {
			return rule.Contains{X: rule.Field("email"), Values: []segment.Value{text(s)}}
		},
		"starts": func(s string) segment.Condition { return rule.Like{X: rule.Field("email"), Values: []string{s}} },
		"ends": func(s string) segment.Condition {
			return rule.Like{X: rule.Field("email"), End: rule.LikeSuffix, Values: []string{s}}
		},
		"list":    func(s string) segment.Condition { return rule.InList(s) },
		"joined":  func(s string) segment.Condition { return rule.When{X: rule.Joined(s), Window: rule.Window{}} },
		"segment": func(s string) segment.Condition { return rule.InSegment(s) },
		"event":   func(s string) segment.Condition { return counted(rule.Events{Names: []string{s}}) },
		"several": func(s string) segment.Condition { return counted(rule.Events{Names: []string{s, "b"}}) },
		"prefix":  func(s string) segment.Condition { return counted(rule.Events{Names: []string{s + "*"}}) },
		"where": func(s string) segment.Condition {
			return counted(rule.Events{Names: []string{"a"}, Where: rule.Compare{Left: rule.Field("sku"), Right: text(s)}})
		},
		"where JSON": func(s string) segment.Condition {
			return counted(rule.Events{Names: []string{"a"}, Where: rule.Compare{Left: rule.Path(s), Right: text("x")}})
		},
		"field": func(s string) segment.Condition { return rule.Compare{Left: rule.Path(s), Right: text("x")} },
		"path": func(s string) segment.Condition {
			return rule.Compare{Left: rule.Path("plan", s), Right: text("x")}
		},
		"element": func(s string) segment.Condition {
			return rule.Each{X: rule.Field("tags"), C: rule.Compare{Left: rule.Elem{}, Right: text(s)}}
		},
		"member": func(s string) segment.Condition {
			return rule.Each{X: rule.Field("orders"), C: rule.Compare{Left: rule.Path(s), Right: text("x")}}
		},
		"has been": func(s string) segment.Condition {
			return rule.HasBeen{Field: rule.Path(s), Value: text("x"), For: rule.Span{N: 1, Unit: rule.UnitDay}}
		},
		"was": func(s string) segment.Condition {
			return rule.HasBeen{Field: "plan", Value: text(s), For: rule.Span{N: 1, Unit: rule.UnitDay}}
		},
		"changed": func(s string) segment.Condition { return rule.Changed{Field: rule.Path(s)} },
		"last": func(s string) segment.Condition {
			return rule.Compare{Left: rule.Metric{Agg: rule.AggLast, Events: rule.Events{Names: []string{s}}, Prop: "sku"}, Right: text(s)}
		},
		"calculated": func(s string) segment.Condition {
			return rule.Compare{Left: rule.Calculated{Name: s, X: rule.Field("email")}, Right: text(s)}
		},
		"ignore case": func(s string) segment.Condition {
			return rule.Compare{Left: rule.Field("email"), Right: text(s), Fold: true}
		},
	}
	now := at("2026-03-31T10:00:00Z")
	for name, place := range places {
		for _, d := range sqlgen.Dialects() {
			harmless, err := sqlgen.Select(d, crm(d), place("zz"), now)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			for _, h := range hostile {
				q, err := sqlgen.Select(d, crm(d), place(h), now)
				if err != nil {
					t.Errorf("%s: %s, %q: %v", d, name, h, err)
					continue
				}
				// A text that the dialect cannot hold or fold is decided otherwise: then
				// the statement is another one, and still has nothing of it.
				marked := h + "zq" + h
				m, err := sqlgen.Select(d, crm(d), place(marked), now)
				if err != nil || strings.Contains(m.Text, "zq") {
					t.Errorf("%s: %s: %q is in the statement: %v\n%s", d, name, marked, err, m.Text)
				}
				known := name == "ignore case" || strings.ContainsAny(h, "\x00\"\\") || strings.Contains(name, "path") ||
					d == sqlgen.DialectMySQL && (strings.ContainsAny(h, "/\né\u2028") || strings.HasPrefix(h, "-")) && (name == "field" || name == "member" || name == "where JSON")
				if q.Text != harmless.Text && !known {
					t.Errorf("%s: %s: %q changes the statement\n%s\n%s", d, name, h, harmless.Text, q.Text)
				}
			}
		}
	}
}

func counted(sel rule.Events) segment.Condition {
	return rule.Compare{Left: rule.Metric{Events: sel}, Op: rule.OpGe, Right: segment.Int(2)}
}

func TestSelectRefuses(t *testing.T) {
	now := at("2026-03-31T10:00:00Z")
	closed := crm(sqlgen.DialectPostgreSQL)
	closed.Document, closed.Lists, closed.Segments, closed.History = "", nil, nil, nil
	closed.Events = []sqlgen.Events{{Relation: sqlgen.Relation{Table: "opens"}, Contact: "contact_id", Name: "opened", At: sqlgen.Column{Column: "at", Type: sqlgen.TypeTimestamp}}}
	for rule, want := range map[string]string{
		`contry = "US"`:                     "country",
		`COUNT(openend) > 1`:                "opened",
		`IN LIST "x"`:                       "lists",
		`IN SEGMENT "x"`:                    "segments",
		`plan CHANGED IN LAST 3 DAYS`:       "",
		`country CHANGED IN LAST 3 DAYS`:    "history",
		`COUNT(opened WHERE sku = "x") > 1`: "sku",
	} {
		_, err := sqlgen.Select(sqlgen.DialectPostgreSQL, closed, segment.MustParse(rule), now)
		var all segment.Errors
		if !errors.As(err, &all) || !errors.Is(err, segment.ErrUnknown) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v; want an unknown name, and %q", rule, err, want)
		}
	}
	if _, err := sqlgen.Select("oracle", closed, rule.Everyone{}, now); !errors.Is(err, segment.ErrUnknown) {
		t.Errorf("an unknown dialect: %v", err)
	}
	if _, err := sqlgen.Select(sqlgen.DialectSQLite, crm(sqlgen.DialectSQLite), nil, now); err == nil {
		t.Error("a nil condition is accepted")
	}
	many := rule.Or{}
	for i := range 40_000 {
		many = append(many, rule.Compare{Left: rule.Field("age"), Op: rule.OpGt, Right: segment.Int(int64(i))})
	}
	if _, err := sqlgen.Select(sqlgen.DialectSQLite, crm(sqlgen.DialectSQLite), rule.Or(many[:9000]), now); err != nil {
		t.Errorf("9,000 conditions: %v", err)
	}
}

// TestFilter finishes what the database cannot decide.
func TestFilter(t *testing.T) {
	c := segment.MustParse(`country = "US" AND email MATCHES "^[a-c]+@"`)
	q, err := sqlgen.Select(sqlgen.DialectPostgreSQL, crm(sqlgen.DialectPostgreSQL), c, at("2026-03-31T10:00:00Z"))
	if err != nil {
		t.Fatal(err)
	}
	if q.Rest == nil || q.Rest.String() != `email MATCHES "^[a-c]+@"` {
		t.Fatalf("the rest is %v", q.Rest)
	}
	rows := func(yield func(string, segment.Contact) bool) {
		for _, email := range []string{"abc@x.com", "xyz@x.com", "cab@x.com"} {
			if !yield(email, &segment.Record{ID: email, Fields: map[string]segment.Value{"email": segment.Text(email)}}) {
				return
			}
		}
	}
	if got := slices.Collect(q.Filter(rows)); !slices.Equal(got, []string{"abc@x.com", "cab@x.com"}) {
		t.Errorf("got %v", got)
	}
	for id := range q.Filter(rows) { // it stops when asked to
		if id != "abc@x.com" {
			t.Errorf("went on to %s", id)
		}
		break
	}
}

func TestNext(t *testing.T) {
	now := at("2026-03-31T10:00:00Z")
	for rule, want := range map[string]string{
		`country = "US"`:                                       "",
		`last_seen WITHIN LAST 7 days`:                         "2026-03-31T10:00:00Z",
		`last_seen DURING THIS MONTH`:                          "2026-04-01T00:00:00Z",
		`last_seen >= TODAY - 30 days`:                         "2026-04-01T00:00:00Z",
		`birthday = TODAY`:                                     "2026-04-01T00:00:00Z",
		`MONTH(TODAY) IN (11, 12) AND country = "US"`:          "2026-11-01T00:00:00Z",
		`HOUR(NOW) >= 18 OR vip = TRUE`:                        "2026-03-31T18:00:00Z",
		`last_seen DURING TODAY IN ZONE "America/New_York"`:    "2026-04-01T04:00:00Z",
		`COUNT(opened) >= 5 IN LAST 30 DAYS AND country = "U"`: "2026-03-31T10:00:00Z",
		`YEAR(NOW) = 2000`:                                     "",
		`email MATCHES "[a-c]+x" AND NOT vip = TRUE`:           "",
	} {
		q, err := sqlgen.Select(sqlgen.DialectPostgreSQL, crm(sqlgen.DialectPostgreSQL), segment.MustParse(rule), now)
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		if !q.Next.IsZero() {
			got = q.Next.UTC().Format(time.RFC3339Nano)
		}
		if got != want {
			t.Errorf("%s: next is %q, want %q", rule, got, want)
		}
	}
}

// TestControlCharactersOfTheHost has a character in a name, and in SQL of the host, that
// statements use in the making.
func TestControlCharactersOfTheHost(t *testing.T) {
	tables := sqlgen.Tables{Contacts: sqlgen.Relation{Table: "people"}, ID: sqlgen.Column{Column: "id", Type: sqlgen.TypeText},
		Fields: map[string]sqlgen.Column{"n": {Column: "n\x01", Type: sqlgen.TypeInteger}, "x": {Expr: "{}.x || '\x01\x02'", Type: sqlgen.TypeText}},
		Events: []sqlgen.Events{{Relation: sqlgen.Relation{Table: "events"}, Contact: "contact", Names: "name", At: sqlgen.Column{Column: "ts", Type: sqlgen.TypeTimestamp}}}}
	for _, d := range sqlgen.Dialects() {
		q, err := sqlgen.Select(d, tables, segment.MustParse(`n > 3 AND x = "y" AND (COUNT(a) > 2 IN LAST 3 DAYS OR DID b)`), time.Unix(0, 0).UTC())
		if err != nil || !strings.Contains(q.Text, "n\x01") || !strings.Contains(q.Text, "'\x01\x02'") || strings.Count(q.Text, "\x01") != strings.Count(q.Text, "n\x01")+strings.Count(q.Text, "\x01\x02") {
			t.Errorf("%s: %v %q", d, err, q.Text)
		}
	}
}
