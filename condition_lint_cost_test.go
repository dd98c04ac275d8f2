package segment

import (
	"testing"
	"time"
)

// A large rule is linted within a bound, whatever it asks.
func TestLintCost(t *testing.T) {
	var wide Or
	for i := range 900 {
		wide = append(wide, And{Compare{Field("a"), Gt, Int(int64(i)), false}, Compare{Field("b"), Lt, Int(int64(i)), false}})
	}
	var counts And
	for range 8 {
		of := make([]Condition, 30)
		for i := range of {
			of[i] = Compare{Field("a"), Eq, Int(int64(i)), false}
		}
		counts = append(counts, Count{AtLeast, 2, of})
	}
	for _, c := range []Condition{wide, Not{wide}, counts} {
		start := time.Now()
		Lint(c, nil)
		if d := time.Since(start); d > 20*time.Second {
			t.Errorf("%.60s… took %v", c, d)
		}
	}
}
