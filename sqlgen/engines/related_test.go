package engines_test

import (
	"fmt"
	"iter"
	"maps"
	"math/rand"
	"slices"
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

// What the fields of the shop hold: the kinds of the constants that tests of them are
// mostly given.
var shopFields = map[string]string{"age": "number", "name": "text", "company.name": "text", "company.size": "number", "company.revenue": "number", "company.since": "day", "company.active": "bool",
	"company.founded": "time", "company.score": "number", "company.info": "text", "company.info.a": "text", "company.info.n": "number", "company.country": "text", "home": "text", "plan": "text", "level": "number",
	"born": "day", "trial": "time", "city": "text", "company": "any", "id": "text"}

var shopLists = map[string]string{"tags": "text", "weights": "number", "extras": "text", "tagged": "time", "stars": "number", "rated": "day", "parts": "number", "company.certificates": "text",
	"skus": "text", "company.info": "text", "orders": "any"}

var orderMembers = map[string]string{"product": "text", "amount": "number", "quantity": "number", "placed": "time", "day": "day", "paid": "bool", "price": "number", "note": "text", "note.a": "text",
	"catalog.name": "text", "skus": "text", "reviews": "number", "lines": "any"}

// name is one of those, and its kind.
func (r shopRule) name(of map[string]string) (name, kind string) {
	name = r.of(slices.Sorted(maps.Keys(of))...)
	return name, of[name]
}

// constant is one of a kind, or of another.
func (r shopRule) constant(kind string) string {
	all := map[string][]string{"text": {`"vip"`, `"a"`, `""`, `"é"`, `"2025-06-01"`, `"Gold"`}, "number": {"5", "2", "0", "9.99", "2.5", "3", "0.1"}, "bool": {"TRUE", "FALSE"},
		"day": {"2025-06-01", "2025-09-15", "2026-01-10"}, "time": {"2025-12-24T10:00:00Z", "2025-08-01T00:00:00Z"}, "any": {"30 days"}}
	if kind == "any" || r.Intn(4) == 0 {
		kind = r.of(slices.Sorted(maps.Keys(all))...)
	}
	return r.of(all[kind]...)
}

// written fills in a form: {x} is what is tested, {v} a constant, {t} a text, {n} a number.
func (r shopRule) written(form, x, kind string) string {
	for strings.Contains(form, "{") {
		for mark, text := range map[string]string{"{x}": x, "{v}": r.constant(kind), "{t}": r.of(`"vip"`, `"a"`, `"V"`, `"2025"`), "{n}": fmt.Sprint(r.Intn(8))} {
			form = strings.Replace(form, mark, text, 1)
		}
	}
	return form
}

// test is one of x, which mostly fits its kind.
func (r shopRule) test(x, kind string) string {
	any := []string{"{x} = {v}", "{x} != {v}", "{x} > {v}", "{x} <= {v}", "{x} < {v}", "{x} >= {v}", "{x} IN ({v}, {v}, {v})", "{x} IS NULL", "{x} IS SET", "{x} IS BLANK",
		"{x} BETWEEN {v} AND {v}", "{x} IN ({v}, NULL)", "{x} CONTAINS {v}", "{x} CONTAINS ANY OF ({v}, {v})", "{x} CONTAINS ALL OF ({v}, {v})", "{x} NOT CONTAINS {v}", "LENGTH({x}) >= {n}", "LENGTH({x}) < {n}"}
	of := map[string][]string{
		"text":   {"{x} STARTS WITH {t}", "{x} ENDS WITH {t}", "{x} = {t} IGNORING CASE", "{x} CONTAINS {t} IGNORING CASE", `{x} MATCHES "^v"`, `{x} MATCHES "i."`, "LENGTH({x}) * 2 = {n}"},
		"number": {"{x} + {n} > {v}", "{x} * 2 = {n}", "{x} / 2 >= {n}", "{x} % 3 = {n}"},
		"day":    {"YEAR({x}) = 2025", "MONTH({x}) = {n}", "{x} - 5 days < {v}", "ANNIVERSARY({x}) WITHIN NEXT 60 days", "{x} IN LAST {n} MONTHS", "{x} DURING THIS YEAR"},
		"time":   {"{x} IN LAST {n} MONTHS", "{x} DURING THIS YEAR", "{x} BEFORE 2025-12-01", "AGE({x}) > 200 days", "DATE({x}) = 2025-06-01", "{x} - 5 days < {v}"},
	}
	if r.Intn(5) == 0 || len(of[kind]) == 0 {
		return r.written(r.of(slices.Concat(any, of["text"], of["number"], of["day"], of["time"])...), x, kind)
	}
	return r.written(r.of(slices.Concat(any, of[kind])...), x, kind)
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
	x, kind := r.name(shopFields)
	list, of := r.name(shopLists)
	switch r.Intn(11) {
	case 9:
		return r.events()
	case 10: // what an aggregate may be limited to
		return r.test(x, kind) + " AND " + r.events()
	case 0, 1, 2:
		return r.test(x, kind)
	case 3:
		return r.test(list, of)
	case 4:
		y, _ := r.name(shopFields)
		return x + r.of(" = ", " < ", " >= ", " + 1 > ") + r.of(y, y, list)
	case 5, 6:
		return r.quantified(list, r.joined(func() string { return r.test("ELEMENT", of) }))
	}
	return r.quantified("orders", r.joined(r.ofOrder))
}

// events is a condition about events, beside related rows.
func (r shopRule) events() string {
	x, _ := r.name(shopFields)
	return r.written(r.of("COUNT(seen) >= {n}", "COUNT(bought) < 2 IN LAST 9 MONTHS", "DID seen", "NEVER DID bought", "SUM(bought.amount) > {n}", "LAST(seen.amount) = {n}", "COUNT(seen) > {x}",
		"COUNT(seen) + age > {n}", "DID seen THEN bought WITHIN 100 days", "LAST(bought) IN LAST 5 MONTHS", "MAX(seen.amount) > level", "LENGTH(tags) > COUNT(seen)", "COUNT(seen) = LENGTH(orders)"), x, "number")
}

// ofOrder is a condition about an order.
func (r shopRule) ofOrder() string {
	m, kind := r.name(orderMembers)
	switch r.Intn(6) {
	case 0:
		if r.Intn(2) == 0 {
			return r.quantified("reviews", r.test("ELEMENT", "number"))
		}
		return r.quantified("skus", r.test("ELEMENT", "text"))
	case 1:
		return r.quantified("lines", r.test(r.of("sku", "n", "stock"), kind))
	case 2:
		other, _ := r.name(orderMembers)
		return m + r.of(" = ", " < ") + other
	}
	return r.test(m, kind)
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
	instants := []time.Time{time.Date(2025, 6, 1, 0, 0, 0, 0, time.UTC), time.Date(2025, 11, 30, 22, 0, 0, 0, time.UTC), time.Date(2026, 3, 1, 12, 30, 0, 0, time.FixedZone("", 7200))}
	engines.All(t, func(t *testing.T, e engines.Engine) {
		wanted := rulesToTry(e, 400, 100)
		d, n, kinds := dialectOf(e), tally{}, map[bool]int{}
		for s := *seed; n.tried < wanted; s++ {
			r := shopRule{rand.New(rand.NewSource(s))}
			g := gatherer{shopTables(d), shopRows(r.Rand)}
			loadShop(t, e, g.rows)
			stored := g.contacts()
			for range min(100, wanted) {
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
