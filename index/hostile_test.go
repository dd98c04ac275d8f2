package index_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/rule"
)

// A rule of very many conditions is defined and dropped in a time that does not
// grow with their square: the limit is some twenty times what it takes.
func TestHostileRules(t *testing.T) {
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	count := rule.Metric{Agg: rule.AggCount, Events: rule.Events{Names: []string{"e"}}}
	for name, condition := range map[string]func(i int) segment.Condition{
		"an AND of many fields": func(i int) segment.Condition {
			return rule.Compare{Left: rule.Field(fmt.Sprint("x", i)), Op: rule.OpEq, Right: segment.Int(int64(i))}
		},
		"many limits of one count": func(i int) segment.Condition {
			return rule.Not{C: rule.And{
				rule.Compare{Left: count, Op: rule.OpGt, Right: segment.Int(int64(i))},
				rule.Compare{Left: rule.Field("x"), Op: rule.OpEq, Right: segment.Int(int64(i))},
			}}
		},
	} {
		t.Run(name, func(t *testing.T) {
			const n = 5000
			all := make(rule.And, n)
			for i := range all {
				all[i] = condition(i)
			}
			ix := newSystem()
			began := time.Now()
			if _, err := ix.Define(segment.Segment{ID: "s", Condition: all}, at); err != nil {
				t.Fatal(err)
			}
			defined := time.Since(began)
			began = time.Now()
			if _, err := ix.Drop("s", at); err != nil {
				t.Fatal(err)
			}
			t.Logf("defined in %v, dropped in %v", defined, time.Since(began))
			if took := max(defined, time.Since(began)); took > 4*time.Second {
				t.Errorf("one of the two took %v", took)
			}
		})
	}
}
