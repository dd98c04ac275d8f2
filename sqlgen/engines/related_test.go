package engines_test

import (
	"fmt"
	"iter"
	"maps"
	"math/rand"
	"strings"
	"testing"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/rule"
	"github.com/segmentrules/segment/sqlgen/engines"
)

func keysOf[V any](m map[string]V) iter.Seq[string] { return maps.Keys(m) }

// A shopRule writes random rules about the shop, whatever the types of what it compares.
type shopRule struct{ *rand.Rand }

func (r shopRule) of(texts ...string) string { return texts[r.Intn(len(texts))] }

func (r shopRule) field() string {
	return r.of("age", "name", "company.name", "company.size", "company.revenue", "company.since", "company.active", "company.founded", "company.score", "company.info",
		"company.info.a", "company.info.n", "company.country", "home", "plan", "level", "born", "trial", "city", "company", "id")
}

func (r shopRule) list() string {
	return r.of("tags", "weights", "extras", "tagged", "stars", "rated", "parts", "company.certificates", "skus", "company.info", "orders")
}

func (r shopRule) member() string {
	return r.of("product", "amount", "quantity", "placed", "day", "paid", "price", "note", "note.a", "catalog.name", "skus", "lines")
}

func (r shopRule) constant() string {
	return r.of(`"vip"`, `"a"`, `""`, `"é"`, `5`, `2`, `0`, `9.99`, `2.5`, `TRUE`, `FALSE`, `2025-06-01`, `2025-12-24T10:00:00Z`, `"2025-06-01"`, `"Gold"`, `30 days`)
}

// written fills in a form: {x} is what is tested, {v} a constant, {t} a text, {n} a number.
func (r shopRule) written(form, x string) string {
	for strings.Contains(form, "{") {
		for mark, text := range map[string]string{"{x}": x, "{v}": r.constant(), "{t}": r.of(`"vip"`, `"a"`, `"V"`, `"2025"`), "{n}": fmt.Sprint(r.Intn(8))} {
			form = strings.Replace(form, mark, text, 1)
		}
	}
	return form
}

// test is one of x, which may be of any kind.
func (r shopRule) test(x string) string {
	return r.written(r.of("{x} = {v}", "{x} != {v}", "{x} > {v}", "{x} <= {v}", "{x} < {v}", "{x} >= {v}", "{x} IN ({v}, {v}, {v})", "{x} IS NULL", "{x} IS SET", "{x} IS BLANK",
		"{x} CONTAINS {v}", "{x} CONTAINS ANY OF ({v}, {v})", "{x} CONTAINS ALL OF ({v}, {v})", "{x} NOT CONTAINS {v}", "{x} STARTS WITH {t}", "{x} ENDS WITH {t}",
		"{x} = {t} IGNORING CASE", "{x} CONTAINS {t} IGNORING CASE", `{x} MATCHES "^v"`, `{x} MATCHES "i."`, "LENGTH({x}) >= {n}", "LENGTH({x}) < {n}", "LENGTH({x}) * 2 = {n}",
		"{x} BETWEEN {v} AND {v}", "{x} + {n} > {v}", "{x} * 2 = {n}", "{x} / 2 >= {n}", "{x} % 3 = {n}", "{x} IN LAST {n} MONTHS", "{x} DURING THIS YEAR", "{x} BEFORE 2025-12-01", "AGE({x}) > 200 days",
		"YEAR({x}) = 2025", "MONTH({x}) = {n}", "DATE({x}) = 2025-06-01", "{x} - 5 days < {v}", "{x} IN ({v}, NULL)", "ANNIVERSARY({x}) WITHIN NEXT 60 days"), x)
}

// quantified is a test of the elements of a list.
func (r shopRule) quantified(x, inner string) string {
	q, have := r.of("ANY", "ALL", "NO", "AT LEAST 2", "AT LEAST 1"), "HAS"
	if strings.HasPrefix(q, "AT") {
		have = "HAVE"
	}
	return q + " " + x + " " + have + " (" + inner + ")"
}

func (r shopRule) leaf() string {
	switch r.Intn(9) {
	case 0, 1, 2:
		return r.test(r.field())
	case 3:
		return r.test(r.list())
	case 4:
		return r.field() + r.of(" = ", " < ", " >= ", " + 1 > ") + r.of(r.field(), r.list())
	case 5, 6:
		return r.quantified(r.list(), r.joined(func() string { return r.test("ELEMENT") }))
	}
	return r.quantified("orders", r.joined(func() string {
		switch r.Intn(6) {
		case 0:
			return r.quantified("skus", r.test("ELEMENT"))
		case 1:
			return r.quantified("lines", r.test(r.of("sku", "n")))
		case 2:
			return r.member() + r.of(" = ", " < ") + r.member()
		}
		return r.test(r.member())
	}))
}

// joined is one condition, or several.
func (r shopRule) joined(one func() string) string {
	switch r.Intn(6) {
	case 0:
		return "(" + one() + r.of(" AND ", " OR ") + one() + ")"
	case 1:
		return "NOT (" + one() + ")"
	case 2:
		return "AT LEAST 2 OF (" + one() + ", " + one() + ", " + one() + ")"
	}
	return one()
}

// TestRelatedRows compares, for random rules over fields of related tables, the statement's
// rows with Evaluate at several instants.
func TestRelatedRows(t *testing.T) {
	wanted := max(*long, 400)
	instants := []time.Time{time.Date(2025, 6, 1, 0, 0, 0, 0, time.UTC), time.Date(2025, 11, 30, 22, 0, 0, 0, time.UTC), time.Date(2026, 3, 1, 12, 30, 0, 0, time.FixedZone("", 7200))}
	engines.All(t, func(t *testing.T, e engines.Engine) {
		d, n, kinds := dialectOf(e), tally{}, map[bool]int{}
		for s := *seed; n.tried < wanted; s++ {
			r := shopRule{rand.New(rand.NewSource(s))}
			g := gatherer{shopTables(d), shopRows(r.Rand)}
			loadShop(t, e, g.rows)
			stored := g.contacts()
			for range 100 {
				text := r.joined(r.leaf)
				c, err := segment.Parse(text)
				if err != nil {
					continue
				}
				n.tried++
				at := instants[r.Intn(len(instants))]
				ok, exact := n.one(t, e, g.tables, fmt.Sprintf("seed %d", s), c, at, stored)
				kinds[exact]++
				if ok {
					_, _ = n.one(t, e, g.tables, fmt.Sprintf("seed %d", s), rule.Not{C: c}, at, stored)
				}
				if n.differed > 5 {
					t.Fatal("too many differences")
				}
			}
		}
		t.Logf("%d rules, %d of them decided by the database alone", n.tried, kinds[true])
	})
}
