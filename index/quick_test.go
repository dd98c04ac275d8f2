package index

import (
	"testing"
	"time"

	"github.com/segmentrules/segment"
)

// What is found quickly is what the expression is.
func TestQuick(t *testing.T) {
	at := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	ix := New(Options{})
	var us []segment.Update
	for i, v := range []segment.Value{
		segment.Date(1984, 2, 29), segment.Date(2000, 12, 31), segment.Date(1600, 1, 1), segment.Text("1999-10-04"),
		segment.Text("no date"), segment.Time(at), segment.Int(3), {},
	} {
		id := string(rune('a' + i))
		us = append(us, segment.Update{Contact: id, At: at, Set: map[string]segment.Value{"born": v, "x": segment.Int(1)}})
		for k := range i {
			us[i].Events = append(us[i].Events, segment.Event{ID: string(rune('0' + k)), Name: "bought", At: at.Add(time.Duration(k-3) * time.Hour)})
		}
		if i%2 == 0 {
			us[i].Join = []string{"vip"}
		}
	}
	if _, err := ix.Apply(us...); err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{`YEAR(born) = 1`, `QUARTER(born) = 1`, `MONTH(born) = 1`, `DAY(born) = 1`,
		`FIRST(bought) OLDER THAN 1 day`, `LAST(bought) OLDER THAN 1 day`, `LAST(bought) IN LAST 2 HOURS OLDER THAN 1 day`, `JOINED LIST "vip" IN LAST 3 DAYS`,
		`FIRST(bought) >= TODAY IN LAST 2 HOURS`, `LAST(bought) >= TODAY IN LAST 1 HOURS`} {
		c, err := segment.Parse(text)
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		if _, err := ix.Define(segment.Segment{ID: "quick", Condition: c}, at); err != nil {
			t.Fatal(err)
		}
		sh := ix.shards[0]
		plan := sh.rules.Plans[sh.rules.PlanOf["quick"]]
		id := sh.rules.Leaves[plan.Edges[0].Leaf].Attribute
		a := sh.rules.Attributes[id]
		if !a.HasShortcut() {
			t.Errorf("%s is not found quickly", text)
		}
		for row := range sh.store.Alive {
			sh.change.begin(uint32(row), at)
			p := storedContact{ix: sh, row: uint32(row)}
			if got, want := sh.change.eval.Value(id), segment.EvaluateExpr(a.Expr, &p, at); got.Kind() != want.Kind() || !got.IsNull() && !got.Equal(want) {
				t.Errorf("%s of %s: %v, and should be %v", text, sh.store.IDs[row], got, want)
			}
		}
	}
}
