package engines_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/rule"
	"github.com/segmentrules/segment/sqlgen/engines"
)

// aggregates asks for the same events in many ways: by name, window and WHERE.
var aggregates = []string{
	`COUNT(buy) >= 2`, `COUNT(buy) < 2`, `COUNT(buy.amount) = 1`, `SUM(buy.amount) > 10`, `SUM(buy.amount) <= 30 IN LAST 60 DAYS`, `AVG(buy.amount) >= 9`,
	`MAX(buy.amount) > 20 IN LAST 30 DAYS`, `MIN(buy.amount) < 8`, `DISTINCT(buy.sku) >= 2`, `DISTINCT(buy.sku) = 1 IN LAST 30 DAYS`,
	`COUNT(buy WHERE sku = "a") >= 2`, `SUM(buy.amount WHERE sku = "b") > 5`, `AVG(buy.amount WHERE amount > 6) < 20 IN LAST 60 DAYS`,
	`LAST(buy) OLDER THAN 20 DAYS`, `FIRST(buy) WITHIN LAST 50 DAYS`, `LAST(buy.sku) = "a"`, `COUNT(buy) = 0`, `COUNT(buy) >= 1 IN LAST 30 DAYS`,
	`COUNT(open) >= 2`, `COUNT(open) >= 2 IN LAST 30 DAYS`, `COUNT(click) >= 2 IN LAST 30 DAYS`, `COUNT(open | click) >= 3`, `COUNT(*) > 4`,
	`COUNT(cl*) >= 2`, `COUNT(click) / COUNT(open) > 0.5`, `COUNT(buy) > 1 BETWEEN 20 AND 60 DAYS AGO`,
	`(COUNT(buy) >= 2 IN LAST 30 DAYS) IN ZONE "Asia/Tokyo"`, `COUNT(buy) >= 1 SINCE 2026-03-01`, `IN LIST "vip"`,
}

// buyers have events of all numbers, at the very ends of windows too.
func buyers(at time.Time) (xs []segment.Record) {
	for i := range 60 {
		x := segment.Record{ID: fmt.Sprintf("c%02d", i), Fields: map[string]segment.Value{}}
		if i%7 == 0 {
			x.Lists = map[string]time.Time{"vip": at.AddDate(0, 0, -i)}
		}
		for j := range i % 8 {
			name := []string{"buy", "open", "click", "buy", "open"}[(i*3+j*2)%5]
			days := []int{0, 5, 20, 30, 31, 50, 60, 90}[(i+3*j)%8]
			props := map[string]any{}
			if (i+j)%4 > 0 {
				props["amount"] = (i*7+j*11)%25 - 2
			}
			if (i+j)%5 > 0 {
				props["sku"] = []string{"a", "b", "c"}[(i+j)%3]
			}
			doc, err := json.Marshal(props)
			if err != nil {
				panic(err)
			}
			x.Log = append(x.Log, segment.Event{ID: fmt.Sprintf("%d-%d", i, j), Name: name, At: at.AddDate(0, 0, -days), Props: doc})
		}
		xs = append(xs, x)
	}
	return xs
}

// TestPasses asks for two and three aggregates at once, joined by AND, OR and NOT.
func TestPasses(t *testing.T) {
	at := time.Date(2026, 3, 31, 10, 0, 0, 0, time.UTC)
	var all []segment.Condition
	for _, text := range aggregates {
		all = append(all, segment.MustParse(text))
	}
	var conditions []segment.Condition
	for i, a := range all {
		for j, b := range all[:i] {
			switch (i + j) % 3 {
			case 0:
				conditions = append(conditions, rule.And{a, b})
			case 1:
				conditions = append(conditions, rule.Or{a, b})
			default:
				conditions = append(conditions, rule.And{rule.Or{a, b}, all[(i*j)%len(all)]})
			}
		}
	}
	engines.All(t, func(t *testing.T, e engines.Engine) {
		onlyInLong(t, e)
		if e.Name() != "postgres" && testing.Short() {
			conditions = conditions[:len(conditions)/4]
		}
		for _, l := range layouts(dialectOf(e)) {
			stored, err := l.load(e, buyers(at))
			if err != nil {
				t.Fatal(err)
			}
			for _, known := range []bool{false, true} {
				tables, n := l.tables(), tally{}
				tables.Events[0].Known = known
				for i, c := range conditions {
					if known && i%4 > 0 {
						continue
					}
					if ok, _ := n.one(t, e, tables, l.name, c, at, stored); ok && i%5 == 0 {
						_, _ = n.one(t, e, tables, l.name, rule.Not{C: c}, at, stored)
					}
				}
			}
		}
	})
}
