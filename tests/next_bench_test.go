package tests

import (
	"testing"
	"time"

	"github.com/segmentrules/segment"
)

// What it costs to ask when an answer changes, for rules on the calendar and
// on events.
func BenchmarkNext(b *testing.B) {
	at := time.Date(2017, 3, 5, 12, 0, 0, 0, time.UTC)
	x := &segment.Record{Fields: map[string]segment.Value{"b": segment.Text("1966-04-08")}}
	for i := range 5 {
		x.Log = append(x.Log, segment.Event{Name: "order", At: at.AddDate(0, 0, -7*(5-i)), Props: segment.Document(`{"total":699.1}`)})
	}
	for name, rule := range map[string]string{
		"birthday":    `MONTH(b) = MONTH(TODAY) AND DAY(b) = DAY(TODAY)`,
		"month":       `MONTH(b) = CURRENT_MONTH() AND DID order`,
		"anniversary": `ANNIVERSARY(b) = TODAY`,
		"count":       `COUNT(order) >= 2 IN LAST 30 DAYS`,
		"sum":         `SUM(order.total) > 500 IN LAST 30 DAYS`,
		"older":       `LAST(order) OLDER THAN 90 days`,
	} {
		p, err := segment.Compile(segment.MustParse(rule))
		if err != nil {
			b.Fatal(err)
		}
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				p.Next(x, at)
			}
		})
	}
}
