package tests

import (
	"testing"
	"time"

	"github.com/segmentrules/segment"
)

// A large rule is linted within a bound, whatever it asks.
func TestLintCost(t *testing.T) {
	var wide segment.Or
	for i := range 900 {
		wide = append(wide, segment.And{segment.Compare{Left: segment.Field("a"), Op: segment.Gt, Right: segment.Int(int64(i)), Fold: false}, segment.Compare{Left: segment.Field("b"), Op: segment.Lt, Right: segment.Int(int64(i)), Fold: false}})
	}
	var counts segment.And
	for range 8 {
		of := make([]segment.Condition, 30)
		for i := range of {
			of[i] = segment.Compare{Left: segment.Field("a"), Op: segment.Eq, Right: segment.Int(int64(i)), Fold: false}
		}
		counts = append(counts, segment.Count{Quantity: segment.AtLeast, K: 2, Of: of})
	}
	for _, c := range []segment.Condition{wide, segment.Not{C: wide}, counts} {
		start := time.Now()
		segment.Lint(c, nil)
		if d := time.Since(start); d > 20*time.Second {
			t.Errorf("%.60s… took %v", c, d)
		}
	}
}
