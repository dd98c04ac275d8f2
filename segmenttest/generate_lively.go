package segmenttest

import (
	"github.com/segmentrules/segment"
)

// lively makes a condition that time changes for many a contact. Of all
// conditions few are: most are about what does not move, or hold for hardly
// anybody, and a history of those would hardly have changes.
func (m *maker) lively() segment.Condition {
	switch m.r.Intn(10) {
	case 0, 1:
		return segment.And{m.lively(), m.likely()}
	case 2, 3:
		return segment.Or{m.lively(), segment.Not{C: m.likely()}}
	case 4:
		return segment.Not{C: m.lively()}
	case 5:
		return segment.Count{Quantity: pick(m, segment.AtLeast, segment.AtMost, segment.Exactly), K: pick(m, 1, 2),
			Of: []segment.Condition{m.livelyLeaf(), m.livelyLeaf(), m.likely()}}
	case 6:
		return segment.Zoned{C: m.livelyLeaf(), Zone: m.zoneExpr()}
	}
	return m.livelyLeaf()
}

// likely makes a condition that holds more often than not.
func (m *maker) likely() segment.Condition {
	if len(m.refs) > 0 && m.chance(50) {
		return segment.InSegment(pick(m, m.refs...))
	}
	return pick[segment.Condition](m, segment.Everyone{}, segment.IsNull{X: segment.Field("missing")},
		segment.Not{C: segment.InList("vip")}, segment.Not{C: segment.Compare{Left: segment.Field("plan"), Right: segment.Text("free")}})
}

func (m *maker) livelyLeaf() segment.Condition {
	last := segment.Window{Kind: segment.WindowLast, A: m.span()}
	switch m.r.Intn(12) {
	case 0, 1, 2:
		x := m.metricOf(segment.AggCount, "", last)
		return segment.Compare{Left: x, Op: segment.Op(m.r.Intn(5)), Right: segment.Int(pick[int64](m, 0, 1, 2))}
	case 3:
		x := m.metricOf(pick(m, segment.AggSum, segment.AggAvg, segment.AggMin, segment.AggMax, segment.AggDistinct, segment.AggFirst, segment.AggLast), "amount", last)
		return segment.Compare{Left: x, Op: segment.Op(m.r.Intn(5)), Right: m.number()}
	case 4:
		return segment.Compare{Left: m.metricOf(segment.AggCount, "", m.window()), Op: segment.Ge, Right: segment.Int(1)}
	case 5:
		return segment.Changed{Field: m.historic(), Window: last}
	case 6:
		return m.hasBeen()
	case 7:
		return m.sequence()
	case 8:
		return m.regularity()
	case 9:
		age := segment.Call{Fn: segment.FnAge, Args: []segment.Expr{m.moment()}}
		return segment.Compare{Left: age, Op: segment.Op(m.r.Intn(5)), Right: m.span()}
	case 10:
		return segment.Compare{Left: m.moment(), Op: segment.Op(m.r.Intn(5)), Right: segment.Call{Fn: segment.FnToday}}
	}
	return segment.When{X: m.moment(), Window: m.whenWindow()}
}

// moment is an instant or a day that a contact is likely to have.
func (m *maker) moment() segment.Expr {
	return pick[segment.Expr](m, segment.Field("seen"), segment.Field("due"), segment.Field("born"), segment.Joined("vip"), segment.Joined("trial"),
		segment.Metric{Agg: segment.AggLast, Events: segment.Events{Names: []string{"opened"}}},
		segment.Metric{Agg: segment.AggFirst, Events: segment.Events{Names: []string{"*"}}},
		segment.Call{Fn: segment.FnAnniversary, Args: []segment.Expr{segment.Field("born")}})
}

func (m *maker) metricOf(agg segment.Agg, prop segment.Field, w segment.Window) segment.Metric {
	names := pick(m, []string{"opened"}, []string{"clicked", "purchase"}, []string{"email_*"}, []string{"*"})
	return segment.Metric{Agg: agg, Prop: prop, Events: segment.Events{Names: names}, Window: w}
}
