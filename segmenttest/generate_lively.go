package segmenttest

import (
	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/rule"
)

// lively makes a condition that time changes for many a contact. Of all
// conditions few are: most are about what does not move, or hold for hardly
// anybody, and a history of those would hardly have changes.
func (m *maker) lively() segment.Condition {
	switch m.r.Intn(10) {
	case 0, 1:
		return rule.And{m.lively(), m.likely()}
	case 2, 3:
		return rule.Or{m.lively(), rule.Not{C: m.likely()}}
	case 4:
		return rule.Not{C: m.lively()}
	case 5:
		return rule.Count{Quantity: pick(m, rule.QuantityAtLeast, rule.QuantityAtMost, rule.QuantityExactly), K: pick(m, 1, 2),
			Of: []segment.Condition{m.livelyLeaf(), m.livelyLeaf(), m.likely()}}
	case 6:
		return rule.Zoned{C: m.livelyLeaf(), Zone: m.zoneExpr()}
	}
	return m.livelyLeaf()
}

// likely makes a condition that holds more often than not.
func (m *maker) likely() segment.Condition {
	if len(m.refs) > 0 && m.chance(50) {
		return rule.InSegment(pick(m, m.refs...))
	}
	return pick[segment.Condition](m, rule.Everyone{}, rule.IsNull{X: rule.Field("missing")},
		rule.Not{C: rule.InList("vip")}, rule.Not{C: rule.Compare{Left: rule.Field("plan"), Right: segment.Text("free")}})
}

func (m *maker) livelyLeaf() segment.Condition {
	last := rule.Window{Kind: rule.WindowLast, A: m.span()}
	switch m.r.Intn(13) {
	case 0, 1, 2:
		x := m.metricOf(rule.AggCount, "", last)
		return rule.Compare{Left: x, Op: rule.Op(m.r.Intn(5)), Right: segment.Int(pick[int64](m, 0, 1, 2))}
	case 3:
		x := m.metricOf(pick(m, rule.AggSum, rule.AggAvg, rule.AggMin, rule.AggMax, rule.AggDistinct, rule.AggFirst, rule.AggLast), "amount", last)
		return rule.Compare{Left: x, Op: rule.Op(m.r.Intn(5)), Right: m.number()}
	case 4:
		return rule.Compare{Left: m.metricOf(rule.AggCount, "", m.window()), Op: rule.OpGe, Right: segment.Int(1)}
	case 5:
		return rule.Changed{Field: m.historic(), Window: last}
	case 6:
		return m.hasBeen()
	case 7:
		return m.sequence()
	case 8:
		return m.regularity()
	case 9:
		age := rule.Call{Fn: rule.FnAge, Args: []rule.Expr{m.moment()}}
		return rule.Compare{Left: age, Op: rule.Op(m.r.Intn(5)), Right: m.span()}
	case 10:
		return rule.Compare{Left: m.moment(), Op: rule.Op(m.r.Intn(5)), Right: rule.Call{Fn: rule.FnToday}}
	case 11:
		return m.birthday()
	}
	return rule.When{X: m.moment(), Window: m.whenWindow()}
}

// birthday makes a test of an anniversary, some days before or after it.
func (m *maker) birthday() segment.Condition {
	args := []rule.Expr{pick[rule.Expr](m, rule.Field("born"), rule.Field("born"), rule.Field("seen"))}
	if m.chance(20) {
		args = append(args, segment.Text(rule.LeapDay))
	}
	days := func() rule.Expr { return rule.Span{N: int64(m.r.Intn(9)), Unit: rule.UnitDay} }
	var x, today rule.Expr = rule.Call{Fn: rule.FnAnniversary, Args: args}, rule.Call{Fn: rule.FnToday}
	if m.chance(40) {
		x = rule.Arith{Op: pick(m, rule.ArithAdd, rule.ArithSub), Left: x, Right: days()}
	}
	switch m.r.Intn(5) {
	case 0:
		return rule.Compare{Left: x, Op: rule.Op(m.r.Intn(5)), Right: today}
	case 1:
		return rule.Between{X: x, Lo: today, Hi: rule.Arith{Op: rule.ArithAdd, Left: today, Right: days()}}
	case 2:
		y, mon, d := m.now.Date()
		return rule.In{X: x, Values: []segment.Value{segment.Date(m.day()), segment.Date(y+1, mon, d), segment.Date(y, mon, d+1)}}
	case 3:
		return rule.Compare{Left: rule.Arith{Op: rule.ArithSub, Left: x, Right: today}, Op: rule.OpEq, Right: days()}
	}
	return rule.When{X: x, Window: m.whenWindow()}
}

// moment is an instant or a day that a contact is likely to have.
func (m *maker) moment() rule.Expr {
	return pick[rule.Expr](m, rule.Field("seen"), rule.Field("due"), rule.Field("born"), rule.Joined("vip"), rule.Joined("trial"),
		rule.Metric{Agg: rule.AggLast, Events: rule.Events{Names: []string{"opened"}}},
		rule.Metric{Agg: rule.AggFirst, Events: rule.Events{Names: []string{"*"}}},
		rule.Call{Fn: rule.FnAnniversary, Args: []rule.Expr{rule.Field("born")}})
}

func (m *maker) metricOf(agg rule.Agg, prop rule.Field, w rule.Window) rule.Metric {
	names := pick(m, []string{"opened"}, []string{"clicked", "purchase"}, []string{"email_*"}, []string{"*"})
	return rule.Metric{Agg: agg, Prop: prop, Events: rule.Events{Names: names}, Window: w}
}
