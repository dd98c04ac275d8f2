package edge

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/segmentrules/segment/rule"
)

// An instant that an edge has not passed yet is passed Behind seconds after it, if that is
// before Until; and if not, no sooner than at Until.
func TestEdgePassesWhenItSays(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	zones := []*time.Location{time.UTC}
	for _, name := range []string{"America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Kathmandu"} {
		loc, err := time.LoadLocation(name)
		if err != nil {
			t.Fatal(err)
		}
		zones = append(zones, loc)
	}
	spans, unknown := []rule.Span{}, 0
	for _, n := range []int64{-36, -12, -3, -1, 1, 2, 12} {
		spans = append(spans, rule.Span{N: n, Unit: rule.UnitMonth}, rule.Span{N: n, Unit: rule.UnitDay}, rule.Span{N: n, Unit: rule.UnitYear})
	}
	for range 40_000 {
		now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(r.Int64N(int64(3 * 365 * 24 * time.Hour)))).In(zones[r.IntN(len(zones))])
		switch r.IntN(4) {
		case 0:
			now = now.Truncate(time.Hour)
		case 1: // near the end of a month
			now = time.Date(now.Year(), now.Month()+1, 1-r.IntN(4), r.IntN(24), r.IntN(60), 0, r.IntN(2), now.Location())
		case 2: // near where clocks change
			if _, end := now.ZoneBounds(); !end.IsZero() {
				now = end.Add(time.Duration(r.IntN(400)-200) * 10 * time.Minute)
			}
		}
		span := spans[r.IntN(len(spans))]
		e, ok := Of(span, now)
		if !ok {
			unknown++
			continue
		}
		if !e.Until.IsZero() && !e.Until.After(now) {
			t.Fatalf("%v at %v: until %v", span, now, e.Until)
		}
		for range 5 {
			x := span.EndAfter(now).Add(1 + time.Duration(r.Int64N(int64(time.Hour)<<r.IntN(10))))
			passed := span.Reaches(x.In(now.Location()))
			said := x.Add(time.Duration(e.Behind) * time.Second)
			if within := e.Until.IsZero() || passed.Before(e.Until); within != (e.Until.IsZero() || said.Before(e.Until)) || within && !said.Equal(passed) {
				t.Fatalf("%v at %v: the edge passes %v at %v, not at %v; until %v", span, now, x, passed, said, e.Until)
			}
		}
	}
	if unknown > 400 {
		t.Errorf("%d of 40,000 edges are not known", unknown)
	}
}
