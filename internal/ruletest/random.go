package ruletest

import (
	"math/rand/v2"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/rule"
)

// A small generator of conditions and contacts for the laws of this package:
// few names and values, so that conditions meet each other and contacts meet
// conditions.
type Grower struct{ *rand.Rand }

// NewGrower returns a grower that grows the same for the same seed.
func NewGrower(seed uint64) Grower { return Grower{rand.New(rand.NewPCG(seed, 1))} }

// TestNow is the instant around which grown contacts live.
var TestNow = time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC)

// Pick returns one of several values.
func Pick[T any](g Grower, from ...T) T { return from[g.IntN(len(from))] }

// Condition grows a tree of at most this depth; bound says that it stands in a
// HAS or a WHERE.
func (g Grower) Condition(depth int, bound bool) rule.Condition {
	if depth <= 0 || g.IntN(5) == 0 {
		return g.leaf(depth, bound)
	}
	switch g.IntN(9) {
	case 0, 1:
		return rule.And(g.conditions(depth, bound))
	case 2, 3:
		return rule.Or(g.conditions(depth, bound))
	case 4, 5:
		return rule.Not{C: g.Condition(depth-1, bound)}
	case 6:
		return rule.Count{Quantity: rule.Quantity(g.IntN(3)), K: g.IntN(6) - 1, Of: g.conditions(depth, bound)}
	case 7:
		return rule.Zoned{C: g.Condition(depth-1, bound), Zone: Pick[rule.Expr](g, rule.Text("America/New_York"), rule.Text("Mars/Olympus"), rule.Field("a"))}
	}
	return rule.Each{Quantifier: rule.Quantifier(g.IntN(4)), K: g.IntN(4) - 1, X: g.expr(1, bound), C: g.Condition(depth-1, true)}
}

func (g Grower) conditions(depth int, bound bool) []rule.Condition {
	cs := make([]rule.Condition, g.IntN(5))
	for i := range cs {
		cs[i] = g.Condition(depth-1, bound)
	}
	return cs
}

func (g Grower) leaf(depth int, bound bool) rule.Condition {
	x := g.expr(min(depth, 2), bound)
	switch g.IntN(16) {
	case 0:
		return rule.Everyone{}
	case 1, 2, 3, 4:
		return rule.Compare{Left: x, Op: rule.Op(g.IntN(5)), Right: g.expr(min(depth, 2), bound), Fold: g.IntN(4) == 0}
	case 5:
		return rule.Between{X: x, Lo: g.expr(1, bound), Hi: g.expr(1, bound), Fold: g.IntN(4) == 0}
	case 6, 7:
		return rule.In{X: x, Values: g.values(), Fold: g.IntN(4) == 0}
	case 8:
		return rule.IsNull{X: x}
	case 9:
		return rule.IsBlank{X: x}
	case 10:
		return rule.Contains{X: x, Mode: rule.ContainsMode(g.IntN(2)), Values: g.values(), Fold: g.IntN(4) == 0}
	case 11:
		return rule.Like{X: x, End: rule.LikeEnd(g.IntN(2)), Values: Pick(g, []string{"b", "a", "b"}, []string{"A"}, nil), Fold: g.IntN(2) == 0}
	case 12:
		return rule.When{X: x, Window: g.window()}
	case 13:
		return rule.Regularity{Events: g.events(depth), K: g.IntN(4) - 1, N: g.IntN(4), Unit: rule.UnitDay}
	case 14:
		return Pick[rule.Condition](g, rule.HasBeen{Field: "a", As: g.as(), Value: g.value(), For: rule.Span{N: 2, Unit: rule.UnitDay}}, rule.Changed{Field: "a", As: g.as(), Window: g.window()},
			rule.Sequence{Steps: []rule.Step{{Events: g.events(depth)}, {Events: g.events(depth), Within: rule.Span{N: 3, Unit: rule.UnitDay}}}})
	}
	return Pick[rule.Condition](g, rule.InList("l"), rule.InSegment("s"))
}

func (g Grower) events(depth int) rule.Events {
	e := rule.Events{Names: Pick(g, []string{"e"}, []string{"f"}, []string{"*"})}
	if g.IntN(3) == 0 {
		e.Where = g.Condition(min(depth-1, 1), false)
	}
	return e
}

func (g Grower) window() rule.Window {
	return Pick(g, rule.Window{}, rule.Window{Kind: rule.WindowLast, A: rule.Span{N: 3, Unit: rule.UnitDay}}, rule.Window{Kind: rule.WindowOlder, A: rule.Span{N: 3, Unit: rule.UnitDay}},
		rule.Window{Kind: rule.WindowThis, Unit: rule.UnitWeek}, rule.Window{Kind: rule.WindowPrevious, Unit: rule.UnitDay, N: int64(Pick(g, 0, 2))},
		rule.Window{Kind: rule.WindowFollowing, Unit: rule.UnitYear, Fiscal: true, StartsIn: Pick(g, 0, time.April)}, rule.Window{Kind: rule.WindowSince, From: g.bound()},
		rule.Window{Kind: rule.WindowBefore, To: g.bound()}, rule.Window{Kind: rule.WindowBetween, From: g.bound(), To: g.bound()},
		rule.Window{Kind: rule.WindowAgo, A: rule.Span{N: 1, Unit: rule.UnitDay}, B: rule.Span{N: 3, Unit: rule.UnitDay}})
}

// bound is what a window starts or ends with: mostly a constant.
func (g Grower) bound() rule.Expr {
	return Pick[rule.Expr](g, g.value(), g.value(), rule.Call{Fn: rule.FnToday}, rule.Field("a"),
		rule.Arith{Op: rule.ArithSub, Left: rule.Call{Fn: rule.FnNow}, Right: rule.Span{N: 2, Unit: rule.UnitDay}},
		rule.Metric{Agg: Pick(g, rule.AggCount, rule.AggLast), Events: rule.Events{Names: []string{"f"}}})
}

func (g Grower) expr(depth int, bound bool) rule.Expr {
	switch n := g.IntN(13); {
	case n == 12:
		args := []rule.Expr{g.expr(depth-1, bound), g.expr(depth-1, bound)}
		if g.IntN(3) == 0 {
			args = append(args, g.value())
		}
		return rule.Call{Fn: rule.FnCoalesce, Args: args}
	case n < 6:
		return Pick(g, rule.Field("a"), rule.Field("b"))
	case n < 8 || depth <= 0:
		return g.value()
	case n == 8:
		return rule.Arith{Op: rule.ArithOp(g.IntN(5)), Left: g.expr(depth-1, bound), Right: g.expr(depth-1, bound)}
	case n == 9:
		return rule.Call{Fn: Pick(g, rule.Fn(g.IntN(int(rule.FnVersion)+1)), rule.FnTime, rule.FnNumber), Args: []rule.Expr{g.expr(depth-1, bound)}}
	case n == 10 && bound:
		return rule.Elem{}
	}
	m := rule.Metric{Agg: Pick(g, rule.AggCount, rule.AggSum, rule.AggLast, rule.AggMax), Events: g.events(depth - 1), Prop: Pick(g, rule.Field(""), "a"), Window: g.window()}
	if m.Prop != "" {
		m.As = g.as()
	}
	return m
}

// as is how a value is read: mostly as it is.
func (g Grower) as() rule.Kind {
	return Pick(g, rule.KindNull, rule.KindNull, rule.KindTime, rule.KindNumber)
}

func (g Grower) value() rule.Value {
	return Pick(g, rule.Value{}, rule.Int(0), rule.Int(1), rule.Int(2), rule.Number(1.5), rule.Text("a"), rule.Text("A"), rule.Text("b"), rule.Text("ab"), rule.Bool(true),
		rule.Time(TestNow), rule.Time(TestNow.Add(-50*time.Hour)), rule.Date(2026, 3, 10), rule.Text("2026-03-10"), rule.Text("2026-03-10T14:00:00.0+02:00"), rule.Text("1.0"), rule.Duration(time.Hour),
		rule.List(), rule.List(rule.Int(1), rule.Text("a")), rule.Object(rule.Member{Name: "a", Value: rule.Int(1)}))
}

func (g Grower) values() []rule.Value {
	vs := make([]rule.Value, g.IntN(5))
	for i := range vs {
		vs[i] = g.value()
	}
	return vs
}

// Contact grows a contact with fields, events, lists and history of the few names that
// conditions use.
func (g Grower) Contact() segment.Record {
	r := segment.Record{Fields: map[string]rule.Value{}, Lists: map[string]time.Time{}, Changes: map[string][]segment.Change{}}
	for _, name := range []string{"a", "b"} {
		if g.IntN(5) > 0 {
			r.Fields[name] = g.value()
		}
		if g.IntN(5) == 0 {
			r.Fields[name] = rule.List(g.value(), rule.Object(rule.Member{Name: "a", Value: g.value()}, rule.Member{Name: "b", Value: g.value()}), g.value())
		}
	}
	for range g.IntN(4) {
		r.Log = append(r.Log, segment.Event{Name: Pick(g, "e", "f"), At: TestNow.Add(time.Duration(g.IntN(200)-190) * time.Hour),
			Props: segment.Document(Pick(g, `{}`, `{"a": 1}`, `{"a": "a", "b": [1]}`, `{"a": "2026-03-10", "b": "02"}`,
				`{"a": "2026-03-10T12:00:00Z"}`, `{"a": "2026-03-10T13:00:00.00+01:00"}`, `{"a": "1e0"}`))})
	}
	if g.IntN(2) == 0 {
		r.Lists["l"] = TestNow.Add(-time.Hour)
		r.Segments = []string{"s"}
	}
	if v, ok := r.Fields["a"]; ok {
		at := TestNow.Add(-30 * time.Hour * time.Duration(g.IntN(3)))
		for i := range g.IntN(3) {
			r.Changes["a"] = append(r.Changes["a"], segment.Change{At: at.Add(-time.Duration(3-i) * 20 * time.Hour), Value: g.value()})
		}
		r.Changes["a"] = append(r.Changes["a"], segment.Change{At: at, Value: v})
	}
	return r
}
