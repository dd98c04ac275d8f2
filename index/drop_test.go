package index_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

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

// TestDropCostsWhatItStates drops segments among 8,000, a tenth of a millisecond each where
// going over the conditions of all would take twenty.
func TestDropCostsWhatItStates(t *testing.T) {
	const n = 8000
	ix := crowded(t, n)
	if _, err := ix.Define(segment.Segment{ID: "user", Condition: segment.MustParse(`IN SEGMENT "s7" AND country = "US"`)}, newYear); err != nil {
		t.Fatal(err)
	}
	if _, err := ix.Drop("s7", newYear); !errors.Is(err, segment.ErrValue) {
		t.Errorf("a segment in use is dropped: %v", err)
	}
	before, least := ix.Stats(), time.Hour
	for i := 10; i < 110; i++ {
		began := time.Now()
		if _, err := ix.Drop(fmt.Sprint("s", i), newYear); err != nil {
			t.Fatal(err)
		}
		least = min(least, time.Since(began))
	}
	if least > 5*time.Millisecond {
		t.Errorf("Drop takes %v at best", least)
	}
	after := ix.Stats()
	if after.Scanned != before.Scanned || after.Examined-before.Examined > 20*100 || after.Guards-before.Guards > 20*100 || after.ClockNexts != before.ClockNexts {
		t.Errorf("the work of Drop grows with more than the members: %+v, and before %+v", after, before)
	}
	if _, err := ix.Drop("user", newYear); err != nil {
		t.Fatal(err)
	}
	if _, err := ix.Drop("s7", newYear); err != nil {
		t.Fatal(err)
	}
	for err := range ix.Check() {
		t.Fatal(err)
	}
}
