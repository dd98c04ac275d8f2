package engines_test

import (
	"flag"
	"fmt"
	"testing"
	"time"

	"github.com/segmentrules/segment/sqlgen/engines"
)

var loadRows = flag.Int("load", 20_000, "how many rows TestLoad inserts")

// A bulk load is what tests of speed begin with.
func TestLoad(t *testing.T) {
	columns := everyType
	instant := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)
	rows := make([][]any, *loadRows)
	for i := range rows {
		rows[i] = []any{fmt.Sprint("c", i), "text", int64(i), "12.34", float64(i) / 8, i%2 == 0,
			instant.Add(time.Duration(i) * time.Second), instant.AddDate(0, 0, i%1000), fmt.Sprintf(`{"n": %d}`, i)}
	}
	engines.All(t, func(t *testing.T, e engines.Engine) {
		create(t, e, "load", columns, "id")
		start := time.Now()
		if err := e.Insert("load", columns, rows); err != nil {
			t.Fatal(err)
		}
		t.Logf("%.0f rows a second", float64(len(rows))/time.Since(start).Seconds())
		start = time.Now()
		got, err := e.IDs("SELECT id FROM "+e.Quote("load")+" WHERE "+e.Quote("integer")+" >= "+placeholder(e, 1, "Int64"), []any{int64(10)})
		if err != nil || len(got) != len(rows)-10 {
			t.Errorf("%d ids: %v", len(got), err)
		}
		t.Logf("%.0f ids a second", float64(len(got))/time.Since(start).Seconds())
	})
}
