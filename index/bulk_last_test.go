package index

import (
	"fmt"
	"math/rand"
	"testing"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/index/internal/rules"
	"github.com/segmentrules/segment/index/internal/scan"
	"github.com/segmentrules/segment/rule"
)

// TestNewestAndOldest holds what is asked of the newest and the oldest event of all
// contacts against the definition: with instants in seconds and in fractions of
// them, events still to come, and contacts of whom many, few or none are asked.
func TestNewestAndOldest(t *testing.T) {
	t.Parallel()
	start := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	for _, unit := range []time.Duration{time.Hour, time.Millisecond * 1001, 1001} {
		r := rand.New(rand.NewSource(int64(unit)))
		ix := New(Options{})
		for i := range 700 {
			u := segment.Update{Contact: fmt.Sprint(i), At: start, Set: map[string]segment.Value{"n": segment.Int(int64(i % 100))}}
			for e := range r.Intn(6) {
				at := start.Add(time.Duration(r.Intn(240)-200) * time.Hour).Truncate(time.Second).Add(time.Duration(r.Intn(3)) * unit)
				u.Events = append(u.Events, segment.Event{ID: fmt.Sprint(e), Name: []string{"a", "b"}[r.Intn(2)], At: at})
			}
			if i == 300 {
				u.Events = append(u.Events, segment.Event{ID: "early", Name: "a", At: time.Date(1200, 1, 1, 0, 0, 0, 0, time.UTC)})
			}
			if _, err := ix.Apply(u); err != nil {
				t.Fatal(err)
			}
		}
		quick := 0
		for _, agg := range []string{"LAST", "FIRST", "MIN", "MAX"} {
			for _, window := range []string{"", " IN LAST 48 hours"} {
				x := agg + "(a)" + window
				for _, rx := range []string{x + " OLDER THAN 50 hours", x + " WITHIN LAST 2 days", x + " BETWEEN 20 AND 90 hours AGO",
					x + " IS NULL", x + " DURING TODAY", x + " SINCE 2026-02-27", x + " < 2026-02-25T03:00:00Z", x + " >= TODAY()",
					x + " = 2026-02-25T03:00:00Z", x + " WITHIN NEXT 3 days", "n = 3 AND NOT " + x + " OLDER THAN 50 hours", x + " DURING PREVIOUS WEEK", x + " DURING PREVIOUS 3 WEEKS", x + " DURING NEXT 2 MONTHS", x + " DURING THIS FISCAL QUARTER STARTING FEBRUARY"} {
					c := segment.MustParse(rx)
					comparePreview(t, ix, c, map[rules.LeafKind]int{})
					comparePreview(t, ix, rule.Not{C: c}, map[rules.LeafKind]int{})
					b := scan.New(ix.shards[0].view(rule.Reads(c)), ix.now(), c)
					s := b.Scanner(t.Context())
					for _, l := range b.Rules.Leaves {
						if l.Attribute != rules.None && b.Rules.Attributes[l.Attribute].Kind == rules.AttributeFormula {
							if _, ok := s.Last(l, b.Rules.Attributes[l.Attribute], true); ok {
								quick++
							}
						}
					}
				}
			}
		}
		if quick < 70 {
			t.Errorf("in units of %v only %d of 96 are told by comparing instants", unit, quick)
		}
	}
}
