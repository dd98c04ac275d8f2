package engines_test

import (
	"fmt"
	"math/rand"
	"strings"
	"testing"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/rule"
	"github.com/segmentrules/segment/sqlgen"
	"github.com/segmentrules/segment/sqlgen/engines"
)

// Arithmetic with instants and days, whatever stands beside them: a number, a text that is
// no day, a span that leads beyond the calendar. What has no value is neither less nor more
// than anything.
func TestArithmeticOfMomentsWithAnything(t *testing.T) {
	operands := []string{"born", "seen", "t", "n", "5", "-1", `"x"`, `"2026-01-01"`, `"2026-01-01T10:00:00Z"`, "2026-01-01", "2026-01-31T10:00:00Z", "NOW", "TODAY", "TRUE",
		"3 days", "36 hours", "1 month", "30 years", "5000 years", "9990 years", "3600000 days", "250000000000 seconds", "(3 days * 2)", "DATE(seen)", "DATE(t)", "AGE(born)", "ANNIVERSARY(born)", "YEAR(born)", "UNIX(n)", "COALESCE(n, 1)", "AGE(seen)", "TIME(t)"}
	compared := []string{"3 days", "0 days", "30 years", "-10 years", "9000 years", "5", `"x"`, "2026-01-01", "2026-01-31T10:00:00Z", "NOW", "TODAY", "9999-12-31", "0001-01-01", `"2026-01-01"`}
	tests := []string{"<", "<=", ">", ">=", "=", "!="}
	rnd := rand.New(rand.NewSource(*seed))
	one := func(of []string) string { return of[rnd.Intn(len(of))] }
	sum := func(a string) string {
		if rnd.Intn(6) == 0 {
			return "-" + a
		}
		return fmt.Sprintf("%s %s %s", a, one([]string{"-", "-", "+", "*"}), one(operands))
	}
	rules := []string{"born - 5 < 3 days", `"x" - born > 3 days`, "-born > 3 days", "born + 9000 years < 2026-01-01", "born - 3000 years < 2026-01-01", "born + 9000 years - 9000 years > 1900-01-01",
		"born + 1 day <= 9999-12-31", "born - 3 days < 3 days", "3 days - born < 3 days", "seen - 3 days < 3 days", "seen + 3600000 days > NOW", "TRUE - seen != 3 days"}
	for len(rules) < 500+*long/4 {
		left := sum(one(operands))
		if rnd.Intn(3) == 0 {
			left = sum("(" + left + ")")
		}
		switch rnd.Intn(5) {
		case 0:
			left += " " + one([]string{"WITHIN LAST 3 years", "DURING THIS MONTH", "BETWEEN 3 days AND 9000 years", "BETWEEN 1900-01-01 AND 2026-02-01", "IN (3 days, 5, 2026-01-01)", "IS NULL", "IS SET", "OLDER THAN 1 day"})
		default:
			left += " " + one(tests) + " " + one(compared)
		}
		if _, err := segment.Parse(left); err == nil {
			rules = append(rules, left)
		}
	}
	engines.All(t, func(t *testing.T, e engines.Engine) {
		timestamp := map[string]string{"postgres": "timestamptz", "mariadb": "DATETIME(6)", "sqlite": "TEXT", "duckdb": "TIMESTAMP", "clickhouse": "DateTime64(6, 'UTC')"}[e.Name()]
		date, text, integer := map[string]string{"sqlite": "TEXT", "clickhouse": "Date32"}[e.Name()], "VARCHAR(40)", "BIGINT"
		if date == "" {
			date = "DATE"
		}
		if e.Name() == "clickhouse" {
			text, integer = "String", "Int64"
		}
		days := []string{"2026-01-01", "2026-01-28", "1990-02-28", "2000-02-29", "", "1969-12-31", "2026-02-01"}
		instants := []string{"2026-01-31 10:00:00.000000", "", "2026-01-01 00:00:00.000000", "1990-06-01 12:30:00.500000", "2026-02-01 00:00:00.000000", "2026-01-28 23:59:59.999999", ""}
		texts := []string{`"x"`, `"2026-01-01"`, `"2026-01-31T10:00:00Z"`, "", `"5"`, `"1990-02-30"`, `"2000-02-29"`}
		var born, seen [][2]string
		for i := range days {
			born = append(born, quotedCell(days[i]))
			seen = append(seen, quotedCell(instants[i]))
		}
		at := sqlgen.Column{Type: sqlgen.TypeTimestamp, Scale: 6}
		tables, stored := makeTable(t, e, madeColumn{"born", date, sqlgen.Column{Type: sqlgen.TypeDate}, born}, madeColumn{"seen", timestamp, at, seen},
			madeColumn{"t", text, sqlgen.Column{Type: sqlgen.TypeText}, same(texts...)}, madeColumn{"n", integer, sqlgen.Column{Type: sqlgen.TypeInteger}, same("5", "", "0", "-3", "5", "1000000", "2")})
		for i := range stored {
			if days[i] != "" {
				day, _ := time.Parse(time.DateOnly, days[i])
				stored[i].Fields["born"] = segment.Date(day.Date())
			}
			if instants[i] != "" {
				instant, _ := time.Parse("2006-01-02 15:04:05.000000", instants[i])
				stored[i].Fields["seen"] = segment.Time(instant)
			}
		}
		n := tally{}
		for i, r := range rules {
			now := []time.Time{time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC), time.Date(2026, 2, 1, 9, 30, 0, 0, berlin(t))}[i%2]
			c := segment.MustParse(r)
			n.tried++
			if _, exact := n.one(t, e, tables, "moments", c, now, stored); exact {
				n.exact++
			}
			n.one(t, e, tables, "moments", rule.Not{C: c}, now, stored)
			if n.differed > 5 {
				t.Fatal("too many differences")
			}
		}
		t.Logf("%d rules, %d of them decided by the database alone", n.tried, n.exact)
	})
}

func berlin(t *testing.T) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

// quotedCell is a text of SQL, or NULL, for a field that the test itself fills in.
func quotedCell(text string) [2]string {
	if text == "" {
		return [2]string{"NULL", ""}
	}
	return [2]string{"'" + text + "'", ""}
}

// What a WHERE asks of an event means the same wherever the aggregate stands: beside a
// text, a number, an instant or another aggregate.
func TestWhereMeansTheSameBesideAnything(t *testing.T) {
	wheres := []string{`tags != JSON '[1]'`, `tags = JSON '[1]'`, `n < 1e50`, `n > 1e-50`, `due > 2026-01-01`, `due WITHIN LAST 1 year`, `plan = "a"`, `plan > "2026"`, `n = 5`, `ANY tags = 1`, `NO tags HAS (ELEMENT > 2026-01-01)`, `plan IN ("a", "2026-01-05")`,
		`DATE(due) = 2026-01-05`, `due - 2026-01-01 < 30 days`}
	forms := []string{`LAST(buy.plan WHERE W) = "a"`, `LAST(buy.plan WHERE W) > 2026-01-01`, `LAST(buy.plan WHERE W) WITHIN LAST 1 year`, `LAST(buy.plan WHERE W) + 1 day > 2026-01-01`, `LAST(buy.n WHERE W) < 1e50`, `LAST(buy.n WHERE W) = 5`,
		`FIRST(buy.due WHERE W) < NOW`, `FIRST(buy.due WHERE W) IN (2026-01-05, "a")`, `LAST(buy WHERE W) > 2026-01-01`, `MAX(buy.n WHERE W) > 2026-01-01`, `SUM(buy.n WHERE W) > 1`, `COUNT(buy WHERE W) = 1`, `AGE(LAST(buy.due WHERE W)) > 3 days`,
		`LAST(buy.plan WHERE W) = "a" AND LAST(buy.plan WHERE W) > 2026-01-01`, `LAST(buy.plan WHERE W) > 2026-01-01 OR COUNT(buy WHERE W) >= 1`, `DATE(LAST(buy.due WHERE W)) = 2026-01-05`, `LAST(buy.due WHERE W) - 2026-01-01 > 1 day`}
	props := []string{`{"plan": "a", "n": 5, "tags": [2], "due": "2026-01-05"}`, `{"plan": "a", "n": 1, "tags": [1], "due": "2025-12-30T10:00:00Z"}`, `{"plan": "2026-01-05", "n": "5"}`, `{"plan": "b", "tags": null, "due": "2026-01-20T23:00:00Z", "n": 2.5}`, `{}`,
		`{"plan": 5, "n": true, "tags": "a", "due": 5}`}
	engines.All(t, func(t *testing.T, e engines.Engine) {
		l := layouts(dialectOf(e))[0]
		var contacts []segment.Record
		for i := range 2 * len(props) {
			x := segment.Record{ID: fmt.Sprintf("c%02d", i), Fields: map[string]segment.Value{}}
			for j := range i % 4 {
				x.Log = append(x.Log, segment.Event{Name: "buy", At: time.Date(2026, 1, 1+j, 10*j, 0, 0, 0, time.UTC), Props: segment.Document(props[(i*(j+1)+j)%len(props)])})
			}
			contacts = append(contacts, x)
		}
		stored, err := l.load(e, contacts)
		if err != nil {
			t.Fatal(err)
		}
		n := tally{}
		for i, w := range wheres {
			for j, form := range forms {
				if testing.Short() && (i+j)%3 > 0 && i > 2 || tooSlow(e, j) {
					continue
				}
				n.one(t, e, l.tables(), "where", segment.MustParse(strings.ReplaceAll(form, "W)", w+")")), time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC), stored)
				if n.differed > 5 {
					t.Fatal("too many differences")
				}
			}
		}
	})
}
