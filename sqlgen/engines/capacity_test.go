package engines_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/sqlgen"
	"github.com/segmentrules/segment/sqlgen/engines"
)

// Databases refuse statements of some size. A rule that would need one more than that is
// answered all the same, with something left to Go.
func TestRulesAtAndBeyondTheCapacity(t *testing.T) {
	several := func(n int, operator, form string) string {
		parts := make([]string, n)
		for i := range parts {
			parts[i] = strings.ReplaceAll(form, "#", fmt.Sprint(i))
		}
		return strings.Join(parts, operator)
	}
	nested := func(n int) string { return strings.Repeat("ANY tree HAS (", n) + "x = 1" + strings.Repeat(")", n) }
	shapes := []struct {
		name string
		most map[string]int // the most that each engine takes
		rule func(n int) string
	}{
		{"aggregates", map[string]int{"sqlite": 63, "mariadb": 60, "duckdb": 39, "clickhouse": 39, "postgres": 99},
			func(n int) string { return several(n, " AND ", `COUNT(buy#) < 9 IN LAST 1# DAYS`) }},
		{"semi-joins", map[string]int{"sqlite": 500, "mariadb": 500, "duckdb": 60, "clickhouse": 100, "postgres": 200},
			func(n int) string { return several(n, " AND ", `DID buy (WHERE n != #)`) }},
		{"anti-joins", map[string]int{"sqlite": 500, "mariadb": 500, "duckdb": 60, "clickhouse": 100, "postgres": 200},
			func(n int) string { return several(n, " AND ", `NOT IN LIST "l#"`) }},
		{"elements of elements", map[string]int{"sqlite": 12, "mariadb": 12, "duckdb": 10, "clickhouse": 16, "postgres": 10}, nested},
	}
	tree := func(n int) segment.Value {
		text := `{"x": 1}`
		for range n - 1 {
			text = `{"tree": [` + text + `, 5]}`
		}
		return segment.JSON("[" + text + "]")
	}
	now := time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC)
	engines.All(t, func(t *testing.T, e engines.Engine) {
		l := layouts(dialectOf(e))[0]
		var contacts []segment.Record
		for i := range 12 {
			x := segment.Record{ID: fmt.Sprintf("c%02d", i), Fields: map[string]segment.Value{"tree": tree(i + 4)}, Lists: map[string]time.Time{fmt.Sprintf("l%d", 20*i): now.Add(-time.Hour)}}
			for j := range i % 3 {
				x.Log = append(x.Log, segment.Event{Name: "buy", At: now.Add(-time.Duration(i+j) * time.Hour),
					Props: segment.Document(fmt.Sprintf(`{"n": %d, "sku": "a"}`, []int{1000, 30, 70}[(i+j)%3]))})
			}
			contacts = append(contacts, x)
		}
		stored, err := l.load(e, contacts)
		if err != nil {
			t.Fatal(err)
		}
		for _, shape := range shapes {
			most := shape.most[e.Name()]
			if testing.Short() && most > 100 {
				continue
			}
			for _, n := range []int{most, most + 1} {
				c := segment.MustParse(shape.rule(n))
				began := time.Now()
				_, exact := (&tally{}).short(t, e, l.tables(), shape.name, c, now, stored)
				if exact != (n == most) {
					t.Errorf("%d %s: decided by the database alone: %v", n, shape.name, exact)
				}
				t.Logf("%d %s: %v", n, shape.name, time.Since(began).Round(time.Millisecond))
			}
		}
	})
}

// A rule of thousands of conditions is written at once, and what does not fit is left to Go.
func TestRuleOfThousandsOfConditions(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes a while")
	}
	e := engines.Need(t, "sqlite")
	l := layouts(dialectOf(e))[0]
	stored, err := l.load(e, crowdOf(*seed, 20, 1).Contacts)
	if err != nil {
		t.Fatal(err)
	}
	for _, form := range []string{`f#.x != "a#"`, `LAST(e.p WHERE n = #) != "x"`, `NEVER DID e (WHERE n = #)`} {
		var parts []string
		for i := range 1_000 {
			parts = append(parts, strings.ReplaceAll(form, "#", fmt.Sprint(i)))
		}
		c := segment.MustParse(strings.Join(parts, " AND "))
		began := time.Now()
		if _, err := sqlgen.Select(dialectOf(e), l.tables(), c, time.Now()); err != nil {
			t.Error(err)
		}
		t.Logf("%s: %v", form, time.Since(began).Round(time.Millisecond))
		(&tally{}).short(t, e, l.tables(), form, c, time.Now(), stored)
	}
}
