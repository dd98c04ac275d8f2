package engines_test

import (
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/rule"
	"github.com/segmentrules/segment/sqlgen"
	"github.com/segmentrules/segment/sqlgen/engines"
)

// TestLargeRules runs rules that are larger than people write: many conditions
// side by side, lists of a hundred thousand values, deep nesting.
func TestLargeRules(t *testing.T) {
	var texts, numbers []segment.Value
	for i := range 99_998 {
		texts = append(texts, segment.Text(fmt.Sprintf("v%d 'é\\", i)))
		numbers = append(numbers, segment.Int(int64(i)))
	}
	texts = append(texts, segment.Text("pro"), segment.Text("US"))
	wide := func(n int, one func(i int) segment.Condition) (cs []segment.Condition) {
		for i := range n {
			cs = append(cs, one(i))
		}
		return cs
	}
	more := func(i int) segment.Condition {
		return rule.Compare{Left: rule.Field("n"), Op: rule.OpGt, Right: segment.Int(int64(i + 1))}
	}
	often := func(name string) segment.Condition {
		return rule.Compare{Left: rule.Metric{Events: rule.Events{Names: []string{name}}}, Op: rule.OpLt, Right: segment.Int(2)}
	}
	deep := more(1)
	for i := range 90 {
		deep = rule.Count{Quantity: rule.Quantity(i % 3), K: 1, Of: []segment.Condition{deep, more(i)}}
	}
	rules := map[string]segment.Condition{
		"texts":          rule.In{X: rule.Field("plan"), Values: texts},
		"texts in JSON":  rule.In{X: rule.Field("kind"), Values: texts},
		"not in texts":   rule.Not{C: rule.In{X: rule.Field("plan"), Values: texts}},
		"numbers":        rule.In{X: rule.Field("n"), Values: numbers[:9_000]},
		"more numbers":   rule.In{X: rule.Field("n"), Values: append(numbers, segment.Int(math.MinInt64), segment.Int(math.MaxInt64))},
		"not in numbers": rule.Not{C: rule.In{X: rule.Field("n"), Values: numbers}},
		"narrowed": rule.And{rule.In{X: rule.Field("n"), Values: numbers[:9_000]}, rule.In{X: rule.Field("n"), Values: numbers[2:9_002]},
			often("a"), often("b"), often("c"), often("d")},
		"numbers twice": rule.And{rule.In{X: rule.Field("n"), Values: numbers[:60_000]}, rule.In{X: rule.Field("n"), Values: numbers[2:60_002]}},
		"or":            rule.Or(wide(3_000, more)),
		"and":           rule.And(wide(3_000, more)),
		"count":         rule.Count{Quantity: rule.QuantityAtMost, K: 7, Of: wide(600, more)},
		"deep":          deep,
	}
	contacts := []segment.Record{}
	ns := []int64{0, 900, 3_600, math.MaxInt64, math.MinInt64, 22_500, 99_998}
	for i, plan := range []string{"pro", "US", "us", "", "v5 'é\\", "v99997 'é\\", "v99998 'é\\"} {
		contacts = append(contacts, segment.Record{ID: fmt.Sprintf("c%d", i),
			Fields: map[string]segment.Value{"plan": segment.Text(plan), "kind": segment.Text(plan), "n": segment.Int(ns[i])}})
	}
	engines.All(t, func(t *testing.T, e engines.Engine) {
		onlyInLong(t, e)
		l := layout{fields: map[string]sqlgen.Column{"plan": column("plan", sqlgen.TypeText, 0, 0), "n": column("n", sqlgen.TypeInteger, 0, 0)}}
		stored, err := l.load(e, contacts)
		if err != nil {
			t.Fatal(err)
		}
		n := tally{}
		for name, c := range rules {
			ok, exact := n.short(t, e, l.tables(), name, c, time.Unix(0, 0).UTC(), stored)
			if ok && !exact {
				t.Errorf("%s: left to Go", name)
			}
		}
	})
}
