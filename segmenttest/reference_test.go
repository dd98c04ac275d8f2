package segmenttest

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/rule"
)

func instant(text string) time.Time {
	t, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		panic(err)
	}
	return t
}

func opened(n int64, days int64) segment.Condition {
	return rule.Compare{
		Left: rule.Metric{
			Events: rule.Events{Names: []string{"opened"}},
			Window: rule.Window{Kind: rule.WindowLast, A: rule.Span{N: days, Unit: rule.UnitDay}},
		},
		Op: rule.OpGe, Right: segment.Int(n),
	}
}

// lines runs steps and returns their diffs as text, with their causes.
func lines(t *testing.T, steps ...func() ([]segment.Diff, error)) (out []string) {
	t.Helper()
	for _, step := range steps {
		ds, err := step()
		if err != nil {
			t.Fatal(err)
		}
		for i, d := range ds {
			if i > 0 && d.Revision != ds[i-1].Revision+1 {
				t.Errorf("revision %d after %d", d.Revision, ds[i-1].Revision)
			}
			out = append(out, d.String()+" "+d.Cause.String())
		}
	}
	return out
}

func TestReferenceKeepsSegmentsCurrent(t *testing.T) {
	s := Reference()
	got := lines(t,
		func() ([]segment.Diff, error) {
			return s.Define(segment.Segment{ID: "active", Condition: opened(1, 30)}, instant("2026-01-01T00:00:00Z"))
		},
		func() ([]segment.Diff, error) {
			return s.Define(segment.Segment{ID: "sleepy", Condition: rule.Not{C: rule.InSegment("active")}}, instant("2026-01-01T00:00:00Z"))
		},
		func() ([]segment.Diff, error) {
			return s.Apply(
				segment.Update{Contact: "ann", At: instant("2026-01-02T00:00:00Z")},
				segment.Update{Contact: "ann", At: instant("2026-01-03T10:00:00Z"),
					Events: []segment.Event{{ID: "e1", Name: "opened", At: instant("2026-01-03T09:00:00Z")}}},
			)
		},
		func() ([]segment.Diff, error) { ds, _ := s.Advance(instant("2026-03-01T00:00:00Z"), 0); return ds, nil },
	)
	want := []string{
		"+ sleepy ann 2026-01-02T00:00:00Z data",
		"+ active ann 2026-01-03T10:00:00Z event",
		"- sleepy ann 2026-01-03T10:00:00Z segment",
		"- active ann 2026-02-02T09:00:00Z time",
		"+ sleepy ann 2026-02-02T09:00:00Z segment",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestReferenceFindsWhereComputedTimeTurns(t *testing.T) {
	s := Reference()
	age := rule.Call{Fn: rule.FnAge, Args: []rule.Expr{rule.Field("at")}}
	twice := rule.Arith{Op: rule.ArithMul, Left: age, Right: segment.Int(2)}
	c := rule.Between{X: twice, Lo: rule.Span{N: 3, Unit: rule.UnitDay}, Hi: rule.Span{N: 5, Unit: rule.UnitDay}}
	got := lines(t,
		func() ([]segment.Diff, error) {
			return s.Define(segment.Segment{ID: "c", Condition: c}, instant("2026-01-01T00:00:00Z"))
		},
		func() ([]segment.Diff, error) {
			return s.Apply(segment.Update{Contact: "ann", At: instant("2026-01-02T00:00:00Z"),
				Set: map[string]segment.Value{"at": segment.Text("2026-01-01T12:00:00Z")}})
		},
		func() ([]segment.Diff, error) { ds, _ := s.Advance(instant("2026-03-01T00:00:00Z"), 0); return ds, nil },
	)
	want := []string{
		"+ c ann 2026-01-03T00:00:00Z time",
		"- c ann 2026-01-04T00:00:00.000000001Z time",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestReferenceRefusesAndKeepsStill(t *testing.T) {
	s := Reference()
	start := instant("2026-01-01T00:00:00Z")
	if _, err := s.Define(segment.Segment{ID: "a", Condition: rule.Everyone{}}, start); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Define(segment.Segment{ID: "b", Condition: rule.InSegment("a")}, start); err != nil {
		t.Fatal(err)
	}
	good := segment.Update{Contact: "ann", At: start.Add(time.Hour)}
	for name, u := range map[string]segment.Update{
		"no id":        {At: start.Add(time.Hour)},
		"no instant":   {Contact: "ann"},
		"clock back":   {Contact: "ann", At: start},
		"not a number": {Contact: "ann", At: start.Add(time.Hour), Set: map[string]segment.Value{"x": segment.Number(nan())}},
		"not JSON":     {Contact: "ann", At: start.Add(time.Hour), Events: []segment.Event{{Name: "e", At: start, Props: segment.Document("{")}}},
		"no list":      {Contact: "ann", At: start.Add(time.Hour), Join: []string{""}},
	} {
		if _, err := s.Apply(good, u); !errors.Is(err, segment.ErrValue) {
			t.Errorf("%s: got %v", name, err)
		}
		if m := s.Members("a"); len(m) != 0 || !s.Now().Equal(start) {
			t.Errorf("%s: something was applied: %v, now %v", name, m, s.Now())
		}
	}
	_, err := s.Define(segment.Segment{ID: "a", Condition: rule.Not{C: rule.InSegment("b")}}, start)
	if !errors.Is(err, segment.ErrCycle) || err.Error() != "segments refer to each other: a → b → a" {
		t.Errorf("cycle: %v", err)
	}
	if _, err := s.Define(segment.Segment{ID: "c", Condition: rule.InSegment("d")}, start); !errors.Is(err, segment.ErrUnknown) {
		t.Errorf("missing reference: %v", err)
	}
	if _, err := s.Drop("a", start); !errors.Is(err, segment.ErrValue) {
		t.Errorf("drop of a segment in use: %v", err)
	}
}

func nan() float64 { zero := 0.0; return zero / zero }

// What rules compute of constants may come into a window and leave it within the
// hours of one day, in which nothing else that they hold changes.
func TestReferenceSeesWhatComesAndGoes(t *testing.T) {
	at := rule.Arith{Op: rule.ArithAdd, Left: segment.Time(instant("2026-09-01T03:59:00Z")), Right: segment.Duration(90*time.Minute + 1)}
	later := func(d time.Duration) rule.Expr {
		return rule.Arith{Op: rule.ArithAdd, Left: at, Right: segment.Duration(d)}
	}
	hours := func(n int64) rule.Span { return rule.Span{N: n, Unit: rule.UnitHour} }
	seconds := func(n int64) rule.Span { return rule.Span{N: n, Unit: rule.UnitSecond} }
	now := rule.Call{Fn: rule.FnNow}
	for _, test := range []struct {
		x          rule.Expr
		window     rule.Window
		from, till string // of 1 September
	}{
		{at, rule.Window{Kind: rule.WindowLast, A: seconds(3600)}, "05:29:00.000000001", "06:29:00.000000001"},
		{at, rule.Window{Kind: rule.WindowAgo, A: hours(1), B: hours(3)}, "06:29:00.000000001", "08:29:00.000000001"},
		{later(5 * time.Hour), rule.Window{Kind: rule.WindowNext, A: hours(2)}, "08:29:00.000000001", "10:29:00.000000001"},
		{now, rule.Window{Kind: rule.WindowBetween, From: at, To: later(time.Second)}, "05:29:00.000000001", "05:29:01.000000001"},
		{rule.Arith{Op: rule.ArithAdd, Left: now, Right: hours(14)}, rule.Window{Kind: rule.WindowBetween, From: later(10 * time.Hour),
			To: segment.Date(2026, 9, 1)}, "01:29:00.000000001", "10:00:00"},
	} {
		c := rule.When{X: test.x, Window: test.window}
		s := Reference()
		got := lines(t,
			func() ([]segment.Diff, error) {
				return s.Define(segment.Segment{ID: "s", Condition: c}, instant("2026-08-31T23:00:00Z"))
			},
			func() ([]segment.Diff, error) {
				return s.Apply(segment.Update{Contact: "bob", At: instant("2026-09-01T00:30:00Z")})
			},
			func() ([]segment.Diff, error) { ds, _ := s.Advance(instant("2026-10-17T05:45:00Z"), 0); return ds, nil },
		)
		want := []string{"+ s bob 2026-09-01T" + test.from + "Z time", "- s bob 2026-09-01T" + test.till + "Z time"}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", c, diff)
		}
	}
}
