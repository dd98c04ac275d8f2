package index_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/index"
	"github.com/segmentrules/segment/rule"
	"github.com/segmentrules/segment/segmenttest"
)

// Twins are an index and the reference, of which the same is asked.
type twins struct {
	t         *testing.T
	index     system
	reference segmenttest.System
}

func newTwins(t *testing.T) twins { return twins{t, newSystem(), segmenttest.Reference()} }

func (w twins) same(what string, got, want []segment.Diff, err, wantErr error) {
	w.t.Helper()
	if (err == nil) != (wantErr == nil) || !slices.Equal(got, want) {
		w.t.Fatalf("%s:\n got %v, %v\nwant %v, %v", what, got, err, want, wantErr)
	}
}

func (w twins) define(id string, c segment.Condition, at time.Time) {
	w.t.Helper()
	got, err := w.index.Define(segment.Segment{ID: id, Condition: c}, at)
	want, wantErr := w.reference.Define(segment.Segment{ID: id, Condition: c}, at)
	w.same("define "+id, got, want, err, wantErr)
}

func (w twins) drop(id string, at time.Time) {
	w.t.Helper()
	got, err := w.index.Drop(id, at)
	want, wantErr := w.reference.Drop(id, at)
	w.same("drop "+id, got, want, err, wantErr)
}

func (w twins) apply(us ...segment.Update) {
	w.t.Helper()
	got, err := w.index.Apply(us...)
	want, wantErr := w.reference.Apply(us...)
	w.same(fmt.Sprint("apply ", us), got, want, err, wantErr)
}

func (w twins) advance(to time.Time) {
	w.t.Helper()
	got, _ := w.index.Advance(to, 0)
	want, _ := w.reference.Advance(to, 0)
	w.same(fmt.Sprint("advance to ", to), got, want, nil, nil)
}

// Every contact has an id, though no update says so: what reads it and the clock
// moves for all of them, whatever else is known.
func TestIDAndClock(t *testing.T) {
	start := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for _, rule := range []string{
		`HASH(id, "salt") % 32 < DAY(TODAY)`,
		`HASH(id, "salt") % 32 + visits < DAY(TODAY)`,
		`LENGTH(id) = DAY(TODAY)`,
		`id OLDER THAN 3 days`,
		`id = TODAY`,
		`MONTH(id) = MONTH(TODAY) AND DAY(id) = DAY(TODAY)`,
		`DAY(TODAY) > LENGTH(id)`,
	} {
		for _, more := range []int{0, 70} { // with few, timers are set by whole segments
			for _, late := range []bool{false, true} {
				w := newTwins(t)
				if !late {
					w.define("s", segment.MustParse(rule), start)
				}
				for i := range more {
					w.define(fmt.Sprint("t", i), segment.MustParse(fmt.Sprintf("last OLDER THAN %d days", i+1)), start)
				}
				for i := range 10 {
					w.apply(segment.Update{Contact: fmt.Sprint("c", i), At: start})
				}
				w.apply(segment.Update{Contact: "2026-01-05", At: start, Set: map[string]segment.Value{"visits": segment.Int(2)}})
				if late {
					w.define("s", segment.MustParse(rule), start)
				}
				for day := range 12 {
					w.advance(start.AddDate(0, 0, day+1))
				}
			}
		}
	}
}

// A count that stays what it is is compared with the clock.
func TestCountAgainstTheClock(t *testing.T) {
	start := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for _, rule := range []string{`COUNT(e) > DAY(TODAY) % 3`, `COUNT(e) IN LAST 100 DAYS > DAY(TODAY) % 3`, `COUNT(e) + 1 > DAY(TODAY) % 4`} {
		for _, more := range []int{0, 70} {
			w := newTwins(t)
			for i := range more {
				w.define(fmt.Sprint("t", i), segment.MustParse(fmt.Sprintf("last OLDER THAN %d days", i+1)), start)
			}
			x := segment.Record{ID: "c", Log: []segment.Event{{ID: "1", Name: "e", At: start}}}
			w.apply(segment.Update{Contact: "c", At: start, Events: x.Log}, segment.Update{Contact: "d", At: start})
			w.define("s", segment.MustParse(rule), start)
			for day := range 9 {
				w.advance(start.AddDate(0, 0, day+1))
			}
			m, err := index.NewMatcher(segment.Segment{ID: "s", Condition: segment.MustParse(rule)})
			if err != nil {
				t.Fatal(err)
			}
			if at, ok := m.Next(&x, start); !ok || at.After(start.AddDate(0, 0, 2)) {
				t.Errorf("%s: the matcher says that it next changes at %v, %v", rule, at, ok)
			}
		}
	}
}

// Segments refer to segments three hundred deep, and each to a field besides: each
// is decided once, behind the one it refers to, whatever places they are kept in.
func TestVeryDeepSegments(t *testing.T) {
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	w := newTwins(t)
	const depth = 300
	for i := range depth { // their places are taken again in the other order
		w.define(fmt.Sprint("gone", i), rule.Everyone{}, at)
	}
	for i := range depth {
		w.drop(fmt.Sprint("gone", i), at)
	}
	w.define("s0", segment.MustParse("x = 1"), at)
	segs := []segment.Segment{{ID: "s0", Condition: segment.MustParse("x = 1")}}
	for i := 1; i < depth; i++ {
		c := segment.MustParse(fmt.Sprintf(`IN SEGMENT "s%d" AND x = 1`, i-1))
		w.define(fmt.Sprint("s", i), c, at)
		segs = append(segs, segment.Segment{ID: fmt.Sprint("s", i), Condition: c})
	}
	for i := range 4 {
		at = at.Add(time.Hour)
		w.apply(segment.Update{Contact: "c", At: at, Set: map[string]segment.Value{"x": segment.Int(int64(i % 2))}})
	}
	m, err := index.NewMatcher(segs...)
	if err != nil {
		t.Fatal(err)
	}
	in := segment.Record{ID: "c", Fields: map[string]segment.Value{"x": segment.Int(1)}}
	if n := len(slices.Collect(m.Diff("c", &segment.Record{ID: "c"}, &in, at))); n != depth {
		t.Errorf("the matcher finds %d diffs, want %d", n, depth)
	}
}

// A new segment may find no label left between its neighbours', and then all get
// new ones, while the diffs of what fell due at that instant are not yet in order.
func TestOrderWhereLabelsRunOut(t *testing.T) {
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	w := newTwins(t)
	for _, id := range []string{"a", "z"} {
		w.define(id, segment.MustParse("seen OLDER THAN 1 days"), at)
	}
	for n := 99; n > 0; n-- { // each right behind the first
		for _, c := range []string{"c1", "c2"} {
			w.apply(segment.Update{Contact: c, At: at, Set: map[string]segment.Value{"seen": segment.Time(at)}})
		}
		at = at.AddDate(0, 0, 1)
		w.define(fmt.Sprintf("b%02d", n), segment.MustParse("seen IS SET"), at)
	}
}

// Schemas change, and what was defined before keeps the calculated field that it
// was resolved with: two fields of one name, and a field that is stored, are three.
func TestCalculatedFieldsOfOneName(t *testing.T) {
	start := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	double := func(x rule.Expr, more int64) segment.Condition {
		twice := rule.Arith{Op: rule.ArithMul, Left: x, Right: segment.Int(2)}
		return rule.Compare{Left: twice, Op: rule.OpGt, Right: segment.Int(more)}
	}
	w := newTwins(t)
	visits, orders := rule.Calculated{Name: "Score", X: rule.Field("visits")}, rule.Calculated{Name: "Score", X: rule.Field("orders")}
	w.define("visits", double(visits, 10), start)
	w.define("orders", double(orders, 12), start)
	w.define("stored", double(rule.Field("Score"), 14), start)
	only := func(at time.Time, name string) {
		t.Helper()
		w.apply(segment.Update{Contact: "c", At: at, Set: map[string]segment.Value{
			"visits": segment.Int(0), "orders": segment.Int(0), "Score": segment.Int(0), name: segment.Int(9),
		}})
	}
	for i := range 2 {
		for j, name := range []string{"visits", "orders", "Score"} {
			only(start.Add(time.Duration(10*i+j)*time.Hour), name)
		}
		w.define("orders", double(visits, 12), w.index.Now())
		w.drop("visits", w.index.Now()) // one of those of the name goes, the others stay
		w.define("visits", double(orders, 12), w.index.Now())
	}
}
