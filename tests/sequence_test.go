package tests

import (
	"testing"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/rule"
)

// A month within which nothing must follow is one of the calendar of the
// instant of evaluation, whatever zone the event's instant carries: 28
// February and a month is 28 March, though it is already March where the event
// was recorded. Evaluate and Next agree on it.
func TestSequenceCountsMonthsOnTheCalendar(t *testing.T) {
	began := time.Date(2026, 2, 28, 20, 0, 0, 0, time.UTC)
	x := segment.Record{Log: []segment.Event{{ID: "1", Name: "cart", At: began.In(time.FixedZone("", 14*3600))}}}
	c := rule.Sequence{Steps: []rule.Step{
		{Events: rule.Events{Names: []string{"cart"}}},
		{Events: rule.Events{Names: []string{"buy"}}, Within: rule.Span{N: 1, Unit: rule.UnitMonth}, Not: true},
	}}
	over := time.Date(2026, 3, 28, 20, 0, 0, 0, time.UTC)
	if segment.Evaluate(c, x, over.Add(-1)) || !segment.Evaluate(c, x, over) {
		t.Errorf("the month is not over at %v", over)
	}
	p, err := segment.Compile(c)
	if err != nil {
		t.Fatal(err)
	}
	if next, ok := p.Next(x, began); !ok || !next.Equal(over) {
		t.Errorf("Next is %v, %v; want %v", next, ok, over)
	}
	if p.Match(x, over.Add(-1)) || !p.Match(x, over) {
		t.Errorf("Match differs from Evaluate around %v", over)
	}
}
