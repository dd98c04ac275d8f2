package tests

import (
	"testing"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/lint"
	"github.com/segmentrules/segment/rule"
)

// A large rule is linted within a bound, whatever it asks.
func TestLintCost(t *testing.T) {
	var wide rule.Or
	for i := range 900 {
		wide = append(wide, rule.And{rule.Compare{Left: rule.Field("a"), Op: rule.OpGt, Right: segment.Int(int64(i)), Fold: false}, rule.Compare{Left: rule.Field("b"), Op: rule.OpLt, Right: segment.Int(int64(i)), Fold: false}})
	}
	var counts rule.And
	for range 8 {
		of := make([]segment.Condition, 30)
		for i := range of {
			of[i] = rule.Compare{Left: rule.Field("a"), Op: rule.OpEq, Right: segment.Int(int64(i)), Fold: false}
		}
		counts = append(counts, rule.Count{Quantity: rule.QuantityAtLeast, K: 2, Of: of})
	}
	for _, c := range []segment.Condition{wide, rule.Not{C: wide}, counts} {
		start := time.Now()
		lint.Condition(c, nil)
		if d := time.Since(start); d > 20*time.Second {
			t.Errorf("%.60s… took %v", c, d)
		}
	}
}
