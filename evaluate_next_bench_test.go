package segment

import (
	"testing"
	"time"
)

// What it costs to ask when an answer changes, for rules on the calendar and
// on events.
func BenchmarkNext(b *testing.B) {
	at := time.Date(2017, 3, 5, 12, 0, 0, 0, time.UTC)
	x := &Record{Fields: map[string]Value{"b": Text("1966-04-08")}}
	for i := range 5 {
		x.Log = append(x.Log, Event{Name: "order", At: at.AddDate(0, 0, -7*(5-i)), Props: Document(`{"total":699.1}`)})
	}
	for name, rule := range map[string]string{
		"birthday":    `MONTH(b) = MONTH(TODAY) AND DAY(b) = DAY(TODAY)`,
		"month":       `MONTH(b) = CURRENT_MONTH() AND DID order`,
		"anniversary": `ANNIVERSARY(b) = TODAY`,
		"count":       `COUNT(order) >= 2 IN LAST 30 DAYS`,
		"sum":         `SUM(order.total) > 500 IN LAST 30 DAYS`,
		"older":       `LAST(order) OLDER THAN 90 days`,
	} {
		p, err := Compile(MustParse(rule))
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
