package live_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/index"
	"github.com/segmentrules/segment/live"
)

// BenchmarkApply is what the host adds to a call: the clock, what is due, the feed.
func BenchmarkApply(b *testing.B) {
	prepare := func() *index.Index {
		ix := newIndex()
		for i := range 100 {
			ix.Define(rule(fmt.Sprint("s", i), fmt.Sprintf("n > %d AND COUNT(opened) < 5 IN LAST 30 DAYS", i)), newYear)
		}
		return ix
	}
	update := func(i int) segment.Update {
		return segment.Update{Contact: fmt.Sprint("c", i%10_000), Set: map[string]segment.Value{"n": segment.Int(int64(i * 7919 % 100))}}
	}
	b.Run("index", func(b *testing.B) {
		ix := prepare()
		for i := 0; b.Loop(); i++ {
			u := update(i)
			u.At = time.Now()
			ix.Apply(u)
		}
	})
	b.Run("host", func(b *testing.B) {
		h := live.New(live.OverIndex(prepare()), live.Options{})
		defer h.Close()
		for i := 0; b.Loop(); i++ {
			h.Apply(update(i))
		}
	})
}
