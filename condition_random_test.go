package segment

import (
	"math/rand/v2"
	"time"
)

// A small generator of conditions and contacts for the laws of this package:
// few names and values, so that conditions meet each other and contacts meet
// conditions.
type grower struct{ *rand.Rand }

func newGrower(seed uint64) grower { return grower{rand.New(rand.NewPCG(seed, 1))} }

var testNow = time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC)

func pick[T any](g grower, from ...T) T { return from[g.IntN(len(from))] }

// condition grows a tree of at most this depth; bound says that it stands in a
// HAS or a WHERE.
func (g grower) condition(depth int, bound bool) Condition {
	if depth <= 0 || g.IntN(5) == 0 {
		return g.leaf(depth, bound)
	}
	switch g.IntN(9) {
	case 0, 1:
		return And(g.conditions(depth, bound))
	case 2, 3:
		return Or(g.conditions(depth, bound))
	case 4, 5:
		return Not{g.condition(depth-1, bound)}
	case 6:
		return Count{Quantity(g.IntN(3)), g.IntN(6) - 1, g.conditions(depth, bound)}
	case 7:
		return Zoned{g.condition(depth-1, bound), pick[Expr](g, Text("America/New_York"), Text("Mars/Olympus"), Field("a"))}
	}
	return Each{Quantifier(g.IntN(4)), g.IntN(4) - 1, g.expr(1, bound), g.condition(depth-1, true)}
}

func (g grower) conditions(depth int, bound bool) []Condition {
	cs := make([]Condition, g.IntN(5))
	for i := range cs {
		cs[i] = g.condition(depth-1, bound)
	}
	return cs
}

func (g grower) leaf(depth int, bound bool) Condition {
	x := g.expr(min(depth, 2), bound)
	switch g.IntN(16) {
	case 0:
		return Everyone{}
	case 1, 2, 3, 4:
		return Compare{x, Op(g.IntN(5)), g.expr(min(depth, 2), bound), g.IntN(4) == 0}
	case 5:
		return Between{x, g.value(), g.value(), g.IntN(4) == 0}
	case 6, 7:
		return In{x, g.values(), g.IntN(4) == 0}
	case 8:
		return IsNull{x}
	case 9:
		return IsBlank{x}
	case 10:
		return Contains{x, Mode(g.IntN(2)), g.values(), g.IntN(4) == 0}
	case 11:
		return Like{x, End(g.IntN(2)), pick(g, []string{"b", "a", "b"}, []string{"A"}, nil), g.IntN(2) == 0}
	case 12:
		return When{x, g.window()}
	case 13:
		return Regularity{g.events(depth), g.IntN(4) - 1, g.IntN(4), Day}
	case 14:
		return pick[Condition](g, HasBeen{Field: "a", Value: g.value(), For: Span{2, Day}}, Changed{"a", g.window()},
			Sequence{Steps: []Step{{Events: g.events(depth)}, {Events: g.events(depth), Within: Span{3, Day}}}})
	}
	return pick[Condition](g, InList("l"), InSegment("s"))
}

func (g grower) events(depth int) Events {
	e := Events{Names: pick(g, []string{"e"}, []string{"f"}, []string{"*"})}
	if g.IntN(3) == 0 {
		e.Where = g.condition(min(depth-1, 1), true)
	}
	return e
}

func (g grower) window() Window {
	return pick(g, Window{}, Window{Kind: WindowLast, A: Span{3, Day}}, Window{Kind: WindowOlder, A: Span{3, Day}},
		Window{Kind: WindowThis, Unit: Week}, Window{Kind: WindowSince, From: g.value()})
}

func (g grower) expr(depth int, bound bool) Expr {
	switch n := g.IntN(12); {
	case n < 6:
		return pick(g, Field("a"), Field("b"))
	case n < 8 || depth <= 0:
		return g.value()
	case n == 8:
		return Arith{ArithOp(g.IntN(5)), g.expr(depth-1, bound), g.expr(depth-1, bound)}
	case n == 9:
		return Call{Fn(g.IntN(int(FnVersion) + 1)), []Expr{g.expr(depth-1, bound)}}
	case n == 10 && bound:
		return Elem{}
	}
	return Metric{Agg: pick(g, AggCount, AggSum, AggLast), Events: g.events(depth - 1), Prop: pick(g, Field(""), "a"), Window: g.window()}
}

func (g grower) value() Value {
	return pick(g, Value{}, Int(0), Int(1), Int(2), Number(1.5), Text("a"), Text("A"), Text("b"), Text("ab"), Bool(true),
		Time(testNow), Time(testNow.Add(-50*time.Hour)), Date(2026, 3, 10), Text("2026-03-10"), Duration(time.Hour),
		List(), List(Int(1), Text("a")), Object(Member{"a", Int(1)}))
}

func (g grower) values() []Value {
	vs := make([]Value, g.IntN(5))
	for i := range vs {
		vs[i] = g.value()
	}
	return vs
}

func (g grower) contact() Record {
	r := Record{Fields: map[string]Value{}, Lists: map[string]time.Time{}, Changes: map[string][]Change{}}
	for _, name := range []string{"a", "b"} {
		if g.IntN(5) > 0 {
			r.Fields[name] = g.value()
		}
		if g.IntN(5) == 0 {
			r.Fields[name] = List(g.value(), Object(Member{"a", g.value()}, Member{"b", g.value()}), g.value())
		}
	}
	for range g.IntN(4) {
		r.Log = append(r.Log, Event{Name: pick(g, "e", "f"), At: testNow.Add(time.Duration(g.IntN(200)-190) * time.Hour),
			Props: Document(pick(g, `{}`, `{"a": 1}`, `{"a": "a", "b": [1]}`))})
	}
	if g.IntN(2) == 0 {
		r.Lists["l"] = testNow.Add(-time.Hour)
		r.Segments = []string{"s"}
	}
	if v, ok := r.Fields["a"]; ok {
		r.Changes["a"] = []Change{{testNow.Add(-30 * time.Hour * time.Duration(g.IntN(3))), v}}
	}
	return r
}
