package index_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/segmentrules/segment"
)

// A rule of very many conditions is defined and dropped in a time that does not
// grow with their square: the limit is some twenty times what it takes.
func TestHostileRules(t *testing.T) {
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	count := segment.Metric{Agg: segment.AggCount, Events: segment.Events{Names: []string{"e"}}}
	for name, condition := range map[string]func(i int) segment.Condition{
		"an AND of many fields": func(i int) segment.Condition {
			return segment.Compare{Left: segment.Field(fmt.Sprint("x", i)), Op: segment.Eq, Right: segment.Int(int64(i))}
		},
		"many limits of one count": func(i int) segment.Condition {
			return segment.Not{C: segment.And{
				segment.Compare{Left: count, Op: segment.Gt, Right: segment.Int(int64(i))},
				segment.Compare{Left: segment.Field("x"), Op: segment.Eq, Right: segment.Int(int64(i))},
			}}
		},
	} {
		t.Run(name, func(t *testing.T) {
			const n = 5000
			all := make(segment.And, n)
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
