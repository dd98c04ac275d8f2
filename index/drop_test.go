package index_test

import (
	"fmt"
	"testing"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/index"
)

// crowded returns an index with so many segments.
func crowded(t testing.TB, n int) *index.Index {
	t.Helper()
	ix := index.New(index.Options{})
	for i := range n {
		text := fmt.Sprintf([...]string{`field%d = "x" AND country = "US"`, `visits > %d AND plan = "pro"`, `country = "c%d" OR DID opened IN LAST 7 DAYS`,
			`COUNT(bought) >= %d IN LAST 30 DAYS`, `born OLDER THAN %d days AND NOT IN LIST "vip"`}[i%5], i)
		if _, err := ix.Define(segment.Segment{ID: fmt.Sprint("s", i), Condition: segment.MustParse(text)}, newYear); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 20 {
		apply(t, ix, segment.Update{Contact: fmt.Sprint(i), At: newYear, Set: map[string]segment.Value{"country": segment.Text("US"), "visits": segment.Int(int64(100 * i))}})
	}
	return ix
}

// BenchmarkDrop drops a segment among many, which costs what the segment states.
func BenchmarkDrop(b *testing.B) {
	for _, n := range []int{1000, 4000, 16000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			ix := crowded(b, n)
			i := 0
			for b.Loop() {
				id := fmt.Sprint("s", (i*7919)%n)
				if _, err := ix.Drop(id, newYear); err != nil {
					b.Fatal(err)
				}
				if i++; i == n {
					b.StopTimer()
					ix, i = crowded(b, n), 0
					b.StartTimer()
				}
			}
		})
	}
}
