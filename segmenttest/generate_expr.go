package segmenttest

import (
	"github.com/segmentrules/segment"
)

// expr makes an expression that gives a value of the kind, if it gives one.
func (m *maker) expr(k segment.Kind, depth int) segment.Expr {
	if m.wild && m.chance(4) {
		return m.anything(depth)
	}
	if depth <= 0 || m.chance(35) {
		return m.atom(k)
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
		return segment.Call{Fn: segment.FnVersion, Args: []segment.Expr{m.atom(k)}}
	case segment.KindText:
		if m.chance(30) {
			return m.metric(pick(m, segment.AggFirst, segment.AggLast), "sku")
		}
	}
	return m.atom(k)
}

// anything is an expression where it may make no sense.
func (m *maker) anything(depth int) segment.Expr {
	switch m.r.Intn(5) {
	case 0:
		return segment.Elem{}
	case 1:
		return segment.Calculated{Name: "opens", X: m.expr(m.kind(), depth-1)}
	case 2:
		return segment.Arith{Op: segment.ArithOp(m.r.Intn(5)), Left: m.atom(m.kind()), Right: m.atom(m.kind())}
	case 3:
		return segment.Call{Fn: segment.Fn(m.r.Intn(16)), Args: []segment.Expr{m.atom(m.kind())}}
	}
	return m.loose(m.kind())
}

// atom is a constant or a field; in an element, now and then the element itself.
func (m *maker) atom(k segment.Kind) segment.Expr {
	switch {
	case k == segment.KindDuration && m.chance(60):
		return m.span()
	case k == segment.KindList || m.chance(60):
		return m.path(k)
	case k == segment.KindTime && m.chance(20):
		return segment.Call{Fn: segment.FnNow}
	case k == segment.KindTime && m.chance(20):
		return segment.Joined(pick(m, "vip", "trial"))
	case k == segment.KindDate && m.chance(30):
		return segment.Call{Fn: segment.FnToday}
	}
	return m.value(k)
}

func (m *maker) numeric(depth int) segment.Expr {
	switch m.r.Intn(9) {
	case 0, 1:
		return m.metric(segment.AggCount, "")
	case 2:
		return m.metric(pick(m, segment.AggSum, segment.AggAvg, segment.AggMin, segment.AggMax), "amount")
	case 3:
		return m.metric(pick(m, segment.AggDistinct, segment.AggFirst, segment.AggLast, segment.AggCount), pick[segment.Field](m, "amount", "cart.size"))
	case 4:
		return segment.Call{Fn: segment.FnLength, Args: []segment.Expr{m.path(pick(m, segment.KindList, segment.KindText))}}
	case 5:
		fn := pick(m, segment.FnYear, segment.FnQuarter, segment.FnMonth, segment.FnDay, segment.FnWeekday, segment.FnHour)
		return segment.Call{Fn: fn, Args: []segment.Expr{m.expr(pick(m, segment.KindTime, segment.KindDate), depth)}}
	case 6:
		hash := segment.Call{Fn: segment.FnHash, Args: []segment.Expr{m.path(segment.KindText), segment.Text(pick(m, "a", "b"))}}
		return segment.Arith{Op: segment.Mod, Left: hash, Right: segment.Int(pick[int64](m, 2, 4))}
	case 7:
		return segment.Arith{Op: segment.Div, Left: m.expr(segment.KindDuration, depth), Right: m.span()}
	}
	op := pick(m, segment.Add, segment.Sub, segment.Mul, segment.Div, segment.Mod)
	return segment.Arith{Op: op, Left: m.expr(segment.KindNumber, depth), Right: m.expr(segment.KindNumber, depth)}
}

func (m *maker) temporal(depth int) segment.Expr {
	switch m.r.Intn(5) {
	case 0, 1:
		return m.metric(pick(m, segment.AggFirst, segment.AggLast, segment.AggMin, segment.AggMax), pick[segment.Field](m, "", "", "due"))
	case 2:
		return segment.Call{Fn: pick(m, segment.FnUnix, segment.FnUnixMilli), Args: []segment.Expr{segment.Field("epoch")}}
	case 3:
		return segment.Arith{Op: segment.Add, Left: m.expr(segment.KindTime, depth), Right: m.expr(segment.KindDuration, depth)}
	}
	return segment.Arith{Op: segment.Sub, Left: m.expr(segment.KindTime, depth), Right: m.span()}
}

func (m *maker) calendar(depth int) segment.Expr {
	switch m.r.Intn(4) {
	case 0:
		return segment.Call{Fn: segment.FnDate, Args: []segment.Expr{m.expr(segment.KindTime, depth)}}
	case 1:
		return segment.Call{Fn: segment.FnAnniversary, Args: []segment.Expr{m.expr(segment.KindDate, depth)}}
	case 2:
		return segment.Arith{Op: segment.Add, Left: m.expr(segment.KindDate, depth), Right: m.span()}
	}
	return segment.Arith{Op: segment.Sub, Left: m.expr(segment.KindDate, depth), Right: m.span()}
}

func (m *maker) elapsed(depth int) segment.Expr {
	switch m.r.Intn(5) {
	case 0, 1:
		return segment.Call{Fn: segment.FnAge, Args: []segment.Expr{m.expr(pick(m, segment.KindTime, segment.KindDate), depth)}}
	case 2:
		return segment.Arith{Op: segment.Sub, Left: m.expr(segment.KindTime, depth), Right: m.expr(segment.KindTime, depth)}
	case 3:
		return segment.Arith{Op: pick(m, segment.Mul, segment.Div), Left: m.expr(segment.KindDuration, depth), Right: m.small()}
	}
	return segment.Arith{Op: pick(m, segment.Add, segment.Sub), Left: m.expr(segment.KindDuration, depth), Right: m.expr(segment.KindDuration, depth)}
}

// metric makes an aggregate. Within an event or element none makes sense.
func (m *maker) metric(agg segment.Agg, prop segment.Field) segment.Expr {
	if m.bound && !m.wild {
		return m.path(segment.KindNumber)
	}
	return segment.Metric{Agg: agg, Prop: prop, Events: m.selection(), Window: m.window()}
}

func (m *maker) selection() segment.Events {
	sel := segment.Events{Names: some(m, 3, "opened", "clicked", "purchase", "email_*")}
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
func (m *maker) window() segment.Window {
	switch pick(m, 0, 0, 0, 0, 1, 1, 1, 2, 3, 4, 5, 6, 7, 8) {
	case 1:
		return segment.Window{Kind: segment.WindowLast, A: m.span()}
	case 2:
		return m.ago()
	case 3:
		return segment.Window{Kind: segment.WindowOlder, A: m.span()}
	case 4, 5:
		return m.unit()
	case 6:
		return segment.Window{Kind: segment.WindowSince, From: m.bound0()}
	case 7:
		return segment.Window{Kind: segment.WindowBefore, To: m.bound0()}
	case 8:
		return segment.Window{Kind: segment.WindowBetween, From: m.bound0(), To: m.bound0()}
	}
	return segment.Window{}
}

// bound0 is the bound of a window.
func (m *maker) bound0() segment.Expr {
	k := pick(m, segment.KindTime, segment.KindDate)
	if m.chance(40) {
		return m.value(k)
	}
	e := m.expr(k, 1)
	if _, aggregate := e.(segment.Metric); aggregate && !m.wild {
		return m.atom(k) // a window within the bound of a window has no text that reads back
	}
	return e
}

// ago is a window between two ages in which there is room.
func (m *maker) ago() segment.Window {
	if m.chance(30) {
		return segment.Window{Kind: segment.WindowAgo, A: segment.Span{N: 1, Unit: segment.Month}, B: segment.Span{N: 1, Unit: segment.Year}}
	}
	a := pick[int64](m, 1, 3, 7)
	return segment.Window{Kind: segment.WindowAgo, A: segment.Span{N: a, Unit: segment.Day}, B: segment.Span{N: a + pick[int64](m, 1, 4, 23), Unit: segment.Day}}
}

func (m *maker) unit() segment.Window {
	w := segment.Window{Kind: pick(m, segment.WindowThis, segment.WindowPrevious),
		Unit: pick(m, segment.Day, segment.Day, segment.Week, segment.Month, segment.Quarter, segment.Year)}
	if w.Unit == segment.Week && m.chance(40) {
		w.StartsOn = segment.Weekday(m.r.Intn(8))
	}
	return w
}
