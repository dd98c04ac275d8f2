package segmenttest

import (
	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/rule"
)

// Random conditions, of every kind of node. They are likely to meet the contacts that are
// generated beside them: few fields, few values, windows of days.

// condition makes a condition that nests so deep.
func (m *maker) condition(depth int) segment.Condition {
	if depth <= 0 {
		c := m.leaf()
		if m.chance(15) {
			return rule.Not{C: c}
		}
		return c
	}
	switch m.r.Intn(8) {
	case 0, 1:
		return rule.And(m.several(depth - 1))
	case 2, 3:
		return rule.Or(m.several(depth - 1))
	case 4:
		return rule.Not{C: m.condition(depth - 1)}
	case 5:
		of := m.several(depth - 1)
		return rule.Count{Quantity: pick(m, rule.QuantityAtLeast, rule.QuantityAtMost, rule.QuantityExactly), K: m.r.Intn(len(of) + 1), Of: of}
	case 6:
		return rule.Zoned{C: m.condition(depth - 1), Zone: m.zoneExpr()}
	}
	return m.leaf()
}

// several makes two or three conditions; a wild maker any number.
func (m *maker) several(depth int) []segment.Condition {
	n := pick(m, 2, 2, 3)
	if m.wild && m.chance(10) {
		n = m.r.Intn(2)
	}
	cs := make([]segment.Condition, n)
	for i := range cs {
		cs[i] = m.condition(depth)
	}
	return cs
}

func (m *maker) zoneExpr() rule.Expr {
	if m.chance(40) {
		return rule.Field("zone")
	}
	return segment.Text(m.zone())
}

// leaf makes a condition of any other kind.
func (m *maker) leaf() segment.Condition {
	if m.bound {
		return m.leafWithin()
	}
	switch m.r.Intn(20) {
	case 0, 1, 2, 3:
		return m.compare()
	case 4:
		return m.counts()
	case 5:
		return m.between()
	case 6, 7, 8:
		return m.textual()
	case 9:
		return rule.IsNull{X: m.present()}
	case 10:
		return rule.IsBlank{X: m.present()}
	case 11:
		return m.each()
	case 12, 13:
		return m.when()
	case 14:
		return rule.Changed{Field: m.historic(), Window: pick(m, rule.Window{Kind: rule.WindowLast, A: m.span()}, m.window())}
	case 15:
		return m.hasBeen()
	case 16:
		return m.sequence()
	case 17:
		return m.regularity()
	case 18:
		return pick[segment.Condition](m, rule.InList("vip"), rule.InList("trial"), rule.Everyone{})
	}
	if len(m.refs) == 0 {
		return rule.InList("vip")
	}
	return rule.InSegment(pick(m, m.refs...))
}

// leafWithin makes a condition about an event or an element.
func (m *maker) leafWithin() segment.Condition {
	switch m.r.Intn(8) {
	case 0, 1, 2:
		return m.compare()
	case 3:
		return m.textual()
	case 4:
		return m.between()
	case 5:
		return rule.IsNull{X: m.path(segment.KindText)}
	case 6:
		return rule.When{X: m.path(segment.KindTime), Window: m.whenWindow()}
	}
	return rule.IsBlank{X: m.path(segment.KindText)}
}

// present is an expression that may be missing or blank.
func (m *maker) present() rule.Expr {
	if m.chance(20) {
		return m.metric(rule.AggLast, pick[rule.Field](m, "sku", ""))
	}
	return m.path(m.kind())
}

// compare makes a comparison of two expressions of one kind, or of two that
// compare: an instant with a date, a text with either.
func (m *maker) compare() segment.Condition {
	k := pick(m, segment.KindNumber, segment.KindNumber, segment.KindText, segment.KindTime, segment.KindTime, segment.KindDate,
		segment.KindDuration, segment.KindBool, segment.KindVersion, segment.KindList)
	right := k
	if (k == segment.KindTime || k == segment.KindDate) && m.chance(30) {
		right = pick(m, segment.KindTime, segment.KindDate)
	}
	c := rule.Compare{Left: m.expr(k, 2), Op: rule.Op(m.r.Intn(5)), Right: m.expr(right, m.r.Intn(2))}
	if _, ok := c.Right.(segment.Value); !ok && k == segment.KindNumber && m.chance(60) {
		c.Right = m.number()
	}
	if k == segment.KindText {
		c.Fold = m.chance(30)
	}
	return c
}

// counts compares a number of events, which is what rules do most, with a number or with
// another: windows then stand behind either, both or neither.
func (m *maker) counts() segment.Condition {
	if m.chance(15) {
		return m.twoCounts()
	}
	return rule.Compare{Left: m.metric(rule.AggCount, ""), Op: rule.Op(m.r.Intn(5)), Right: m.small()}
}

func (m *maker) twoCounts() segment.Condition {
	count := func() rule.Expr { return m.metric(rule.AggCount, "") }
	first, second := count(), count()
	if m.chance(30) {
		second = rule.Arith{Op: pick(m, rule.ArithAdd, rule.ArithSub, rule.ArithMul, rule.ArithDiv), Left: m.small(), Right: second}
	}
	if m.chance(20) {
		return rule.Between{X: first, Lo: m.small(), Hi: second}
	}
	return rule.Compare{Left: first, Op: rule.Op(m.r.Intn(5)), Right: second}
}

func (m *maker) between() segment.Condition {
	k := pick(m, segment.KindNumber, segment.KindNumber, segment.KindDate, segment.KindTime, segment.KindText, segment.KindDuration)
	return rule.Between{X: m.expr(k, 1), Lo: m.expr(k, m.r.Intn(2)), Hi: m.expr(k, m.r.Intn(2)), Fold: k == segment.KindText && m.chance(30)}
}

// textual makes a condition with constants of which there may be many.
func (m *maker) textual() segment.Condition {
	fold := m.chance(30)
	x := m.expr(segment.KindText, 1)
	switch m.r.Intn(7) {
	case 0:
		k := pick(m, segment.KindText, segment.KindNumber, segment.KindDate)
		return rule.In{X: m.expr(k, 1), Values: m.values(k), Fold: fold && k == segment.KindText}
	case 1:
		return rule.Contains{X: m.path(segment.KindList), Mode: pick(m, rule.ContainsAny, rule.ContainsAll), Values: m.values(segment.KindText), Fold: fold}
	case 2:
		return rule.Contains{X: x, Mode: pick(m, rule.ContainsAny, rule.ContainsAll), Values: []segment.Value{segment.Text(pick(m, "r", "p", "", "PRO"))}, Fold: fold}
	case 3:
		return rule.Like{X: x, End: pick(m, rule.LikePrefix, rule.LikeSuffix), Values: some(m, 2, "p", "pro", "o", "E", "ß", ""), Fold: fold}
	case 4:
		return rule.Matches{X: x, Pattern: pick(m, "^p", "o$", "(?i)free", "", "a+|pro", `\s`), Fold: fold}
	case 5:
		return rule.InCIDR{X: rule.Field("ip"), Nets: []string{m.net()}}
	}
	return rule.InCIDR{X: pick[rule.Expr](m, rule.Field("ip"), x), Nets: some(m, 2, m.net(), m.net())}
}

func (m *maker) values(k segment.Kind) []segment.Value {
	vs := make([]segment.Value, pick(m, 1, 2, 3))
	for i := range vs {
		vs[i] = m.value(k)
	}
	return vs
}

// each makes a condition about the elements of a list.
func (m *maker) each() segment.Condition {
	c := rule.Each{Quantifier: pick(m, rule.QuantifierAny, rule.QuantifierAll, rule.QuantifierNone, rule.QuantifierMin)}
	if c.Quantifier == rule.QuantifierMin {
		c.K = pick(m, 1, 2, 2)
	}
	switch m.r.Intn(4) {
	case 0:
		c.X = rule.Field("tags")
		c.C = rule.Compare{Left: rule.Elem{}, Op: rule.Op(m.r.Intn(5)), Right: segment.Text(m.word()), Fold: m.chance(30)}
	case 1:
		c.X = rule.Field("scores")
		c.C = rule.Compare{Left: rule.Elem{}, Op: rule.Op(m.r.Intn(5)), Right: m.number()}
	case 2:
		c.X = rule.Field("tags")
		c.C = pick[segment.Condition](m,
			rule.Like{X: rule.Elem{}, Values: []string{"p"}},
			rule.In{X: rule.Elem{}, Values: m.values(segment.KindText)},
			rule.Not{C: rule.Compare{Left: rule.Elem{}, Right: segment.Text("pro")}},
			rule.Contains{X: rule.Elem{}, Values: []segment.Value{segment.Text("r")}})
	default:
		c.X = rule.Field("orders")
		c.C = m.within(func() segment.Condition { return m.condition(pick(m, 0, 1)) })
	}
	return c
}

func (m *maker) when() segment.Condition {
	k := pick(m, segment.KindTime, segment.KindTime, segment.KindDate)
	return rule.When{X: m.expr(k, 1), Window: m.whenWindow()}
}

// whenWindow makes a window of every kind, those of the future too.
func (m *maker) whenWindow() rule.Window {
	switch m.r.Intn(6) {
	case 0:
		return rule.Window{Kind: rule.WindowNext, A: m.span()}
	case 1:
		return rule.Window{Kind: rule.WindowLater, A: m.span()}
	}
	return m.window()
}

// historic is a field whose history contacts have.
func (m *maker) historic() rule.Field {
	return pick[rule.Field](m, "plan", "plan", "n", "company.size", "country")
}

func (m *maker) hasBeen() segment.Condition {
	k := segment.KindText
	f := m.historic()
	if f == "n" || f == "company.size" {
		k = segment.KindNumber
	}
	value := pick(m, segment.Text("pro"), segment.Text("free"))
	if k == segment.KindNumber {
		value = pick(m, segment.Int(1), segment.Int(2))
	}
	return rule.HasBeen{Field: f, Value: value, For: m.span(), Fold: k == segment.KindText && m.chance(30)}
}

func (m *maker) sequence() segment.Condition {
	c := rule.Sequence{Window: m.window()}
	for i := range pick(m, 2, 2, 3) {
		s := rule.Step{Events: m.selection()}
		if i > 0 && m.chance(70) {
			s.Within = m.span()
		}
		c.Steps = append(c.Steps, s)
	}
	if last := &c.Steps[len(c.Steps)-1]; m.chance(40) {
		last.Not, last.Within = true, m.span()
	}
	return c
}

func (m *maker) regularity() segment.Condition {
	n := pick(m, 1, 2, 4)
	return rule.Regularity{Events: m.selection(), K: 1 + m.r.Intn(n), N: n,
		Unit: pick(m, rule.UnitDay, rule.UnitWeek, rule.UnitWeek, rule.UnitMonth, rule.UnitHour)}
}
