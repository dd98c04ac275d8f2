package engines_test

import (
	"fmt"
	"math/rand"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/rule"
	"github.com/segmentrules/segment/sqlgen"
	"github.com/segmentrules/segment/sqlgen/engines"
)

// relatedKinds are rules about each kind of related row, which every database decides alone.
var relatedKinds = map[string][]string{
	"the company of a contact": {`company.size > 3`, `company.size != 3`, `company.name IN ("vip", "a")`, `company.revenue * 2 > age`, `company.since < TODAY - 100 days`, `company.active = TRUE`,
		`company.founded IN LAST 6 MONTHS`, `company.score >= 2.5`, `company.info.n = 5`, `company.info CONTAINS "vip"`, `company.name = name`, `company.size IS NULL`, `company.name IS BLANK`},
	"the country of the company": {`company.country = "vip"`, `company.country IS NULL`, `company.country != "a" AND company.size > 1`, `home IS SET`},
	"an attribute that is a row": {`plan = "vip"`, `plan IS NULL`, `level >= 2`, `born < 2025-09-01`, `trial IN LAST 6 MONTHS`, `level + 1 > age`, `plan = "VIP" IGNORING CASE`},
	"the newest of several rows": {`city = "a"`, `city IS NULL`, `city != "vip"`, `city IS SET AND company.size > 1`},
	"tags": {`tags CONTAINS "vip"`, `tags NOT CONTAINS "vip"`, `tags CONTAINS ANY OF ("a", "vip", "é")`, `tags CONTAINS ALL OF ("a", "vip")`, `tags CONTAINS "VIP" IGNORING CASE`, `ANY tags = "vip"`,
		`NO tags = "vip"`, `ALL tags HAS (ELEMENT > "a")`, `AT LEAST 2 tags HAVE (ELEMENT != "vip")`, `tags IS BLANK`, `tags IS NULL`, `tags IS SET`, `LENGTH(tags) >= 3`, `LENGTH(tags) != 2`, `LENGTH(tags) * 2 > age`,
		`tags = "vip"`, `tags IN ("vip", "a")`, `tags STARTS WITH "v"`, `NO tags HAS (ELEMENT CONTAINS "i")`, `tags CONTAINS 5`, `tags CONTAINS NULL`, `tags CONTAINS ALL OF ("a", NULL)`, `tags CONTAINS ALL OF ("vip", "VIP", "a") IGNORING CASE`, `ANY tags HAS (1 = 1)`, `ANY tags HAS (1 = 2)`},
	"lists of numbers and days": {`weights CONTAINS 5`, `ANY weights HAS (ELEMENT > 3)`, `ALL weights HAS (ELEMENT * 2 > 3)`, `ANY tagged HAS (ELEMENT IN LAST 3 MONTHS)`, `stars CONTAINS ALL OF (1, 2)`,
		`NO stars HAS (ELEMENT >= 4)`, `ANY rated HAS (ELEMENT < 2025-06-01)`, `rated CONTAINS 2025-06-01`, `ANY parts HAS (ELEMENT = 0.1)`, `LENGTH(parts) >= 2`, `ANY extras HAS (a = "vip")`},
	"lists of a company's rows": {`company.certificates CONTAINS "a"`, `LENGTH(company.certificates) = 1`, `company.certificates IS NULL AND company.size IS SET`},
	"child rows": {`ANY orders HAS (product = "vip" AND amount > 5)`, `ALL orders HAS (quantity > 1)`, `NO orders HAS (paid = FALSE)`, `AT LEAST 2 orders HAVE (amount >= 5)`, `orders IS NULL`, `orders IS BLANK`,
		`LENGTH(orders) >= 2`, `ANY orders HAS (placed IN LAST 3 MONTHS OR day < 2025-03-01)`, `ANY orders HAS (price > 2 AND note IS SET)`, `ANY orders HAS (amount IS NULL)`, `ALL orders HAS (product != "a")`,
		`ANY orders HAS (catalog.name = "vip")`, `ANY orders HAS (note CONTAINS "vip")`, `ANY orders HAS (NOT (amount > 5 AND quantity > 1))`, `AT LEAST 2 OF (LENGTH(orders) > 1, ANY orders HAS (paid = TRUE), age > 2)`},
	"beside events": {`company.info.n BETWEEN 2 AND 5 AND LAST(seen.amount) >= 2`, `company.size >= 0 AND COUNT(seen) >= 1`, `company.size >= 0 AND DID seen THEN bought WITHIN 100 days`,
		`COUNT(seen) + 2 > company.size`, `city IS SET AND SUM(bought.amount) >= 1`, `tags IS SET AND COUNT(seen) < 3`},
	"rows of child rows": {`ANY orders HAS (skus CONTAINS "vip")`, `ANY orders HAS (NO skus HAS (ELEMENT = "a"))`, `ALL orders HAS (ANY lines HAS (n > 1))`, `skus CONTAINS "vip"`,
		`ANY orders HAS (AT LEAST 2 lines HAVE (n >= 0))`, `NO orders HAS (ANY lines HAS (NOT stock CONTAINS "a"))`, `ANY orders HAS (skus IS NULL)`},
}

// TestRelatedKinds asks each rule of the shop, and its negation, at several instants.
func TestRelatedKinds(t *testing.T) {
	engines.All(t, func(t *testing.T, e engines.Engine) {
		g := gatherer{shopTables(dialectOf(e)), shopRows(rand.New(rand.NewSource(7)))}
		loadShop(t, e, g.rows)
		stored := g.contacts()
		for kind, rules := range relatedKinds {
			t.Run(kind, func(t *testing.T) {
				some := 0
				for i, text := range rules {
					c, at := segment.MustParse(text), time.Date(2025, time.Month(6+3*(i%3)), 15, 12, 0, 0, 0, time.UTC)
					n := tally{}
					if _, exact := n.one(t, e, g.tables, kind, c, at, stored); !exact {
						t.Errorf("%s: something is left to Go", text)
					}
					_, _ = n.one(t, e, g.tables, kind, rule.Not{C: c}, at, stored)
					if slices.ContainsFunc(stored, func(x segment.Record) bool { return segment.Evaluate(c, x, at) }) {
						some++
					}
				}
				if some < len(rules)/2 {
					t.Errorf("only %d of %d rules hold for anybody", some, len(rules))
				}
			})
		}
	})
}

// TestManyAttributes asks for as many attributes as a database joins, and for one more.
func TestManyAttributes(t *testing.T) {
	most := map[string]int{"sqlite": 63, "mariadb": 60, "duckdb": 39, "clickhouse": 39, "postgres": 99}
	engines.All(t, func(t *testing.T, e engines.Engine) {
		if e.Name() == "postgres" && testing.Short() {
			t.Skip("PostgreSQL plans a hundred joins for seconds")
		}
		people := []engines.Column{named("id", engines.Text)}
		attributes := []engines.Column{named("person", engines.Text), named("attribute", engines.Text), named("v", engines.Integer)}
		n := most[e.Name()]
		tables := sqlgen.Tables{Contacts: sqlgen.Relation{Table: "bearers"}, ID: column("id", sqlgen.TypeText, 0, 0), Fields: map[string]sqlgen.Column{}, Related: map[string]sqlgen.Related{}}
		var rows, cells [][]any
		var stored []segment.Record
		for p := range 3 {
			x := segment.Record{ID: fmt.Sprint("p", p), Fields: map[string]segment.Value{}}
			rows = append(rows, []any{x.ID})
			for i := range n + 1 {
				if (i+p)%7 > 0 || p == 0 {
					cells = append(cells, []any{x.ID, fmt.Sprint("a", i), int64(i)})
					x.Fields[fmt.Sprint("a", i)] = segment.Number(float64(i))
				}
			}
			stored = append(stored, x)
		}
		var parts []string
		for i := range n + 1 {
			name := fmt.Sprint("a", i)
			tables.Related[name] = sqlgen.Related{Relation: sqlgen.Relation{Table: "borne"}, Key: "person", Match: map[string]rule.Value{"attribute": segment.Text(name)}}
			tables.Fields[name] = sqlgen.Column{In: name, Column: "v", Type: sqlgen.TypeInteger}
			parts = append(parts, fmt.Sprintf("%s = %d", name, i))
		}
		create(t, e, "bearers", people)
		create(t, e, "borne", attributes)
		for _, err := range []error{e.Insert("bearers", people, rows), e.Insert("borne", attributes, cells)} {
			if err != nil {
				t.Fatal(err)
			}
		}
		for _, asked := range []int{n, n + 1} {
			c := segment.MustParse(strings.Join(parts[:asked], " AND "))
			if _, exact := (&tally{}).short(t, e, tables, fmt.Sprint(asked), c, time.Unix(0, 0).UTC(), stored); exact != (asked == n) {
				t.Errorf("%d attributes: decided by the database alone: %v", asked, exact)
			}
		}
		loadsAsStored(t, e, tables, "many", segmenttestCrowd(parts), stored)
	})
}
