package segmenttest

import (
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/rule"
)

// Random expressions of a kind that is asked for, so that most comparisons compare something;
// wild ones are of any kind.

// expr makes an expression that gives a value of the kind, if it gives one.
func (m *maker) expr(k segment.Kind, depth int) rule.Expr {
	if m.wild && m.chance(4) {
		return m.anything(depth)
	}
	if depth <= 0 || m.chance(35) {
		return m.atom(k)
	}
	if m.chance(8) {
		return m.coalesce(k, depth-1)
	}
	switch k {
	case segment.KindNumber:
		return m.numeric(depth - 1)
	case segment.KindTime:
		return m.temporal(depth - 1)
	case segment.KindDate:
		return m.calendar(depth - 1)
	case segment.KindDuration:
		return m.elapsed(depth - 1)
	case segment.KindVersion:
		return rule.Call{Fn: rule.FnVersion, Args: []rule.Expr{m.atom(k)}}
	case segment.KindText:
		if m.chance(30) {
			return m.metric(pick(m, rule.AggFirst, rule.AggLast), "sku")
		}
	}
	return m.atom(k)
}

// anything is an expression where it may make no sense.
func (m *maker) anything(depth int) rule.Expr {
	switch m.r.Intn(5) {
	case 0:
		return rule.Elem{}
	case 1:
		return rule.Calculated{Name: "opens", X: m.expr(m.kind(), depth-1)}
	case 2:
		return rule.Arith{Op: rule.ArithOp(m.r.Intn(5)), Left: m.atom(m.kind()), Right: m.atom(m.kind())}
	case 3:
		return rule.Call{Fn: rule.Fn(m.r.Intn(int(rule.FnLast) + 1)), Args: []rule.Expr{m.atom(m.kind())}}
	}
	return m.loose(m.kind())
}

// coalesce is a value with another, often a constant, in case that it is missing.
func (m *maker) coalesce(k segment.Kind, depth int) rule.Expr {
	args := []rule.Expr{m.expr(k, depth), m.expr(k, depth)}
	if m.chance(40) {
		args[1] = m.atom(k)
	}
	if m.chance(20) {
		args = append(args, m.atom(k))
	}
	return rule.Call{Fn: rule.FnCoalesce, Args: args}
}

// atom is a constant or a field; in an element, now and then the element itself.
func (m *maker) atom(k segment.Kind) rule.Expr {
	switch {
	case k == segment.KindDuration && m.chance(60):
		return m.span()
	case k == segment.KindList || m.chance(60):
		return m.path(k)
	case k == segment.KindTime && m.chance(20):
		return rule.Call{Fn: rule.FnNow}
	case k == segment.KindTime && m.chance(20):
		return rule.Joined(pick(m, "vip", "trial"))
	case k == segment.KindDate && m.chance(30):
		return rule.Call{Fn: rule.FnToday}
	}
	return m.value(k)
}

func (m *maker) numeric(depth int) rule.Expr {
	switch m.r.Intn(10) {
	case 9:
		return rule.Call{Fn: rule.FnNumber, Args: []rule.Expr{m.path(pick(m, segment.KindNumber, segment.KindNumber, segment.KindText))}}
	case 0, 1:
		return m.metric(rule.AggCount, "")
	case 2:
		return m.metric(pick(m, rule.AggSum, rule.AggAvg, rule.AggMin, rule.AggMax), "amount")
	case 3:
		return m.metric(pick(m, rule.AggDistinct, rule.AggFirst, rule.AggLast, rule.AggCount), pick[rule.Field](m, "amount", "cart.size", "due"))
	case 4:
		return rule.Call{Fn: rule.FnLength, Args: []rule.Expr{m.path(pick(m, segment.KindList, segment.KindText))}}
	case 5:
		fn := pick(m, rule.FnYear, rule.FnQuarter, rule.FnMonth, rule.FnDay, rule.FnWeekday, rule.FnHour)
		return rule.Call{Fn: fn, Args: []rule.Expr{m.expr(pick(m, segment.KindTime, segment.KindDate), depth)}}
	case 6:
		hash := rule.Call{Fn: rule.FnHash, Args: []rule.Expr{m.path(segment.KindText), segment.Text(pick(m, "a", "b"))}}
		return rule.Arith{Op: rule.ArithMod, Left: hash, Right: segment.Int(pick[int64](m, 2, 4))}
	case 7:
		return rule.Arith{Op: rule.ArithDiv, Left: m.expr(segment.KindDuration, depth), Right: m.span()}
	}
	op := pick(m, rule.ArithAdd, rule.ArithSub, rule.ArithMul, rule.ArithDiv, rule.ArithMod)
	return rule.Arith{Op: op, Left: m.expr(segment.KindNumber, depth), Right: m.expr(segment.KindNumber, depth)}
}

func (m *maker) temporal(depth int) rule.Expr {
	switch m.r.Intn(7) {
	case 5, 6:
		return rule.Call{Fn: rule.FnTime, Args: []rule.Expr{m.path(pick(m, segment.KindTime, segment.KindDate))}}
	case 0, 1:
		return m.metric(pick(m, rule.AggFirst, rule.AggLast, rule.AggMin, rule.AggMax), pick[rule.Field](m, "", "", "due"))
	case 2:
		return rule.Call{Fn: pick(m, rule.FnUnix, rule.FnUnixMilli), Args: []rule.Expr{rule.Field("epoch")}}
	case 3:
		return rule.Arith{Op: rule.ArithAdd, Left: m.expr(segment.KindTime, depth), Right: m.expr(segment.KindDuration, depth)}
	}
	return rule.Arith{Op: rule.ArithSub, Left: m.expr(segment.KindTime, depth), Right: m.span()}
}

func (m *maker) calendar(depth int) rule.Expr {
	switch m.r.Intn(4) {
	case 0:
		return rule.Call{Fn: rule.FnDate, Args: []rule.Expr{m.expr(segment.KindTime, depth)}}
	case 1:
		args := []rule.Expr{m.expr(segment.KindDate, depth)}
		if m.chance(20) {
			args = append(args, segment.Text(rule.LeapDay))
		}
		return rule.Call{Fn: rule.FnAnniversary, Args: args}
	case 2:
		return rule.Arith{Op: rule.ArithAdd, Left: m.expr(segment.KindDate, depth), Right: m.span()}
	}
	return rule.Arith{Op: rule.ArithSub, Left: m.expr(segment.KindDate, depth), Right: m.span()}
}

func (m *maker) elapsed(depth int) rule.Expr {
	switch m.r.Intn(5) {
	case 0, 1:
		return rule.Call{Fn: rule.FnAge, Args: []rule.Expr{m.expr(pick(m, segment.KindTime, segment.KindDate), depth)}}
	case 2:
		return rule.Arith{Op: rule.ArithSub, Left: m.expr(segment.KindTime, depth), Right: m.expr(segment.KindTime, depth)}
	case 3:
		return rule.Arith{Op: pick(m, rule.ArithMul, rule.ArithDiv), Left: m.expr(segment.KindDuration, depth), Right: m.small()}
	}
	return rule.Arith{Op: pick(m, rule.ArithAdd, rule.ArithSub), Left: m.expr(segment.KindDuration, depth), Right: m.expr(segment.KindDuration, depth)}
}

// metric makes an aggregate. Within an event or element none makes sense.
func (m *maker) metric(agg rule.Agg, prop rule.Field) rule.Expr {
	if m.bound && !m.wild {
		return m.path(segment.KindNumber)
	}
	return rule.Metric{Agg: agg, Prop: prop, As: m.as(prop), Events: m.selection(), Window: m.window()}
}

// as is how a property or a field of a history is read: as a declared kind in half of the
// cases in which it may be spelt in several ways.
func (m *maker) as(f rule.Field) segment.Kind {
	switch f {
	case "due", "seen":
		return pick(m, segment.KindNull, segment.KindTime)
	case "amount", "n":
		return pick(m, segment.KindNull, segment.KindNumber)
	}
	return segment.KindNull
}

func (m *maker) selection() rule.Events {
	sel := rule.Events{Names: some(m, 3, "opened", "clicked", "purchase", "email_*")}
	if m.chance(15) {
		sel.Names = []string{"*"}
	}
	if m.chance(30) {
		sel.Where = m.within(func() segment.Condition { return m.condition(pick(m, 0, 0, 1)) })
	}
	return sel
}

// within makes conditions about an event or element.
func (m *maker) within(make func() segment.Condition) segment.Condition {
	was := m.bound
	m.bound = true
	defer func() { m.bound = was }()
	return make()
}

// window makes a window of every kind that events can be in.
func (m *maker) window() rule.Window {
	switch pick(m, 0, 0, 0, 0, 1, 1, 1, 2, 3, 4, 5, 6, 7, 8) {
	case 1:
		return rule.Window{Kind: rule.WindowLast, A: m.span()}
	case 2:
		return m.ago()
	case 3:
		return rule.Window{Kind: rule.WindowOlder, A: m.span()}
	case 4, 5:
		return m.unit()
	case 6:
		return rule.Window{Kind: rule.WindowSince, From: m.bound0()}
	case 7:
		return rule.Window{Kind: rule.WindowBefore, To: m.bound0()}
	case 8:
		return rule.Window{Kind: rule.WindowBetween, From: m.bound0(), To: m.bound0()}
	}
	return rule.Window{}
}

// bound0 is the bound of a window.
func (m *maker) bound0() rule.Expr {
	k := pick(m, segment.KindTime, segment.KindDate)
	if m.chance(40) {
		return m.value(k)
	}
	return m.expr(k, 1)
}

// ago is a window between two ages in which there is room.
func (m *maker) ago() rule.Window {
	if m.chance(30) {
		return rule.Window{Kind: rule.WindowAgo, A: rule.Span{N: 1, Unit: rule.UnitMonth}, B: rule.Span{N: 1, Unit: rule.UnitYear}}
	}
	a := pick[int64](m, 1, 3, 7)
	return rule.Window{Kind: rule.WindowAgo, A: rule.Span{N: a, Unit: rule.UnitDay}, B: rule.Span{N: a + pick[int64](m, 1, 4, 23), Unit: rule.UnitDay}}
}

func (m *maker) unit() rule.Window {
	w := rule.Window{Kind: pick(m, rule.WindowThis, rule.WindowPrevious, rule.WindowThis, rule.WindowPrevious, rule.WindowFollowing),
		Unit: pick(m, rule.UnitDay, rule.UnitDay, rule.UnitWeek, rule.UnitMonth, rule.UnitQuarter, rule.UnitYear)}
	if w.Unit == rule.UnitWeek && m.chance(40) {
		w.StartsOn = rule.Weekday(m.r.Intn(8))
	}
	if w.Kind != rule.WindowThis && m.chance(30) {
		w.N = pick[int64](m, 2, 3, 5)
	}
	if w.Unit >= rule.UnitQuarter && m.chance(50) {
		w.Fiscal, w.StartsIn = true, time.Month(m.r.Intn(13))
	}
	return w
}
