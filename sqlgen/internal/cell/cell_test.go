package cell

import (
	"math"
	"testing"
	"time"
)

// The far future stays behind all other instants, and the far past before them.
func TestSecondsThatNoTimeHolds(t *testing.T) {
	now := time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC)
	for _, form := range []Form{Seconds, Millis, Micros, Nanos} {
		if at := Read(form, 0, int64(math.MaxInt64)).Time(); !at.After(now) {
			t.Errorf("form %d: the greatest number is %s", form, at)
		}
		if at := Read(form, 0, int64(math.MinInt64)).Time(); !at.Before(now) {
			t.Errorf("form %d: the least number is %s", form, at)
		}
	}
}
