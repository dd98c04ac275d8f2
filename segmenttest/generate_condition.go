package segmenttest

import (
	"github.com/segmentrules/segment"
)

// condition makes a condition that nests so deep.
func (m *maker) condition(depth int) segment.Condition {
	if depth <= 0 {
		c := m.leaf()
		if m.chance(15) {
			return segment.Not{C: c}
		}
		return c
	}
	switch m.r.Intn(8) {
	case 0, 1:
		return segment.And(m.several(depth - 1))
	case 2, 3:
		return segment.Or(m.several(depth - 1))
	case 4:
		return segment.Not{C: m.condition(depth - 1)}
	case 5:
		of := m.several(depth - 1)
		return segment.Count{Quantity: pick(m, segment.AtLeast, segment.AtMost, segment.Exactly), K: m.r.Intn(len(of) + 1), Of: of}
	case 6:
		return segment.Zoned{C: m.condition(depth - 1), Zone: m.zoneExpr()}
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

func (m *maker) zoneExpr() segment.Expr {
	if m.chance(40) {
		return segment.Field("zone")
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
		return segment.IsNull{X: m.present()}
	case 10:
		return segment.IsBlank{X: m.present()}
	case 11:
		return m.each()
	case 12, 13:
		return m.when()
	case 14:
		return segment.Changed{Field: m.historic(), Window: pick(m, segment.Window{Kind: segment.WindowLast, A: m.span()}, m.window())}
	case 15:
		return m.hasBeen()
	case 16:
		return m.sequence()
	case 17:
		return m.regularity()
	case 18:
		return pick[segment.Condition](m, segment.InList("vip"), segment.InList("trial"), segment.Everyone{})
	}
	if len(m.refs) == 0 {
		return segment.InList("vip")
	}
	return segment.InSegment(pick(m, m.refs...))
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
		return segment.IsNull{X: m.path(segment.KindText)}
	case 6:
		return segment.When{X: m.path(segment.KindTime), Window: m.whenWindow()}
	}
	return segment.IsBlank{X: m.path(segment.KindText)}
}

// present is an expression that may be missing or blank.
func (m *maker) present() segment.Expr {
	if m.chance(20) {
		return m.metric(segment.AggLast, pick[segment.Field](m, "sku", ""))
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
	c := segment.Compare{Left: m.expr(k, 2), Op: segment.Op(m.r.Intn(5)), Right: m.expr(right, m.r.Intn(2))}
	if _, ok := c.Right.(segment.Value); !ok && k == segment.KindNumber && m.chance(60) {
		c.Right = m.number()
	}
	if k == segment.KindText {
		c.Fold = m.chance(30)
	}
	return c
}

// counts compares a number of events, which is what rules do most.
func (m *maker) counts() segment.Condition {
	return segment.Compare{Left: m.metric(segment.AggCount, ""), Op: segment.Op(m.r.Intn(5)), Right: m.small()}
}

func (m *maker) between() segment.Condition {
	k := pick(m, segment.KindNumber, segment.KindNumber, segment.KindDate, segment.KindTime, segment.KindText, segment.KindDuration)
	return segment.Between{X: m.expr(k, 1), Lo: m.expr(k, m.r.Intn(2)), Hi: m.expr(k, m.r.Intn(2)), Fold: k == segment.KindText && m.chance(30)}
}

// textual makes a condition with constants of which there may be many.
func (m *maker) textual() segment.Condition {
	fold := m.chance(30)
	x := m.expr(segment.KindText, 1)
	switch m.r.Intn(7) {
	case 0:
		k := pick(m, segment.KindText, segment.KindNumber, segment.KindDate)
		return segment.In{X: m.expr(k, 1), Values: m.values(k), Fold: fold && k == segment.KindText}
	case 1:
		return segment.Contains{X: m.path(segment.KindList), Mode: pick(m, segment.AnyOf, segment.AllOf), Values: m.values(segment.KindText), Fold: fold}
	case 2:
		return segment.Contains{X: x, Mode: pick(m, segment.AnyOf, segment.AllOf), Values: []segment.Value{segment.Text(pick(m, "r", "p", "", "PRO"))}, Fold: fold}
	case 3:
		return segment.Like{X: x, End: pick(m, segment.Prefix, segment.Suffix), Values: some(m, 2, "p", "pro", "o", "E", "ß", ""), Fold: fold}
	case 4:
		return segment.Matches{X: x, Pattern: pick(m, "^p", "o$", "(?i)free", "", "a+|pro", `\s`), Fold: fold}
	case 5:
		return segment.InCIDR{X: segment.Field("ip"), Nets: []string{m.net()}}
	}
	return segment.InCIDR{X: pick[segment.Expr](m, segment.Field("ip"), x), Nets: some(m, 2, m.net(), m.net())}
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
	c := segment.Each{Quantifier: pick(m, segment.Any, segment.All, segment.None, segment.AtLeastK)}
	if c.Quantifier == segment.AtLeastK {
		c.K = pick(m, 1, 2, 2)
	}
	switch m.r.Intn(4) {
	case 0:
		c.X = segment.Field("tags")
		c.C = segment.Compare{Left: segment.Elem{}, Op: segment.Op(m.r.Intn(5)), Right: segment.Text(m.word()), Fold: m.chance(30)}
	case 1:
		c.X = segment.Field("scores")
		c.C = segment.Compare{Left: segment.Elem{}, Op: segment.Op(m.r.Intn(5)), Right: m.number()}
	case 2:
		c.X = segment.Field("tags")
		c.C = pick[segment.Condition](m,
			segment.Like{X: segment.Elem{}, Values: []string{"p"}},
			segment.In{X: segment.Elem{}, Values: m.values(segment.KindText)},
			segment.Not{C: segment.Compare{Left: segment.Elem{}, Right: segment.Text("pro")}},
			segment.Contains{X: segment.Elem{}, Values: []segment.Value{segment.Text("r")}})
	default:
		c.X = segment.Field("orders")
		c.C = m.within(func() segment.Condition { return m.condition(pick(m, 0, 1)) })
	}
	return c
}

func (m *maker) when() segment.Condition {
	k := pick(m, segment.KindTime, segment.KindTime, segment.KindDate)
	return segment.When{X: m.expr(k, 1), Window: m.whenWindow()}
}

// whenWindow makes a window of every kind, those of the future too.
func (m *maker) whenWindow() segment.Window {
	switch m.r.Intn(6) {
	case 0:
		return segment.Window{Kind: segment.WindowNext, A: m.span()}
	case 1:
		return segment.Window{Kind: segment.WindowLater, A: m.span()}
	}
	return m.window()
}

// historic is a field whose history contacts have.
func (m *maker) historic() segment.Field {
	return pick[segment.Field](m, "plan", "plan", "n", "company.size", "country")
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
	return segment.HasBeen{Field: f, Value: value, For: m.span(), Fold: k == segment.KindText && m.chance(30)}
}

func (m *maker) sequence() segment.Condition {
	c := segment.Sequence{Window: m.window()}
	for i := range pick(m, 2, 2, 3) {
		s := segment.Step{Events: m.selection()}
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
	return segment.Regularity{Events: m.selection(), K: 1 + m.r.Intn(n), N: n,
		Unit: pick(m, segment.Day, segment.Week, segment.Week, segment.Month, segment.Hour)}
}
