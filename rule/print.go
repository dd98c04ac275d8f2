package rule

import (
	"strconv"
)

// The canonical text: keywords in upper case, units in lower case, as few
// parentheses as the tree allows. What stands here and what the parser reads
// are one grammar (grammar.ebnf), seen from both sides.

// String returns the canonical rule text. See [Condition].
func (c And) String() string { return ConditionText(c) }

// String returns the canonical rule text. See [Condition].
func (c Or) String() string { return ConditionText(c) }

// String returns the canonical rule text. See [Condition].
func (c Not) String() string { return ConditionText(c) }

// String returns the canonical rule text. See [Condition].
func (c Count) String() string { return ConditionText(c) }

// String returns the canonical rule text. See [Condition].
func (c Everyone) String() string { return ConditionText(c) }

// String returns the canonical rule text. See [Condition].
func (c Zoned) String() string { return ConditionText(c) }

// String returns the canonical rule text. See [Condition].
func (c Compare) String() string { return ConditionText(c) }

// String returns the canonical rule text. See [Condition].
func (c Between) String() string { return ConditionText(c) }

// String returns the canonical rule text. See [Condition].
func (c In) String() string { return ConditionText(c) }

// String returns the canonical rule text. See [Condition].
func (c IsNull) String() string { return ConditionText(c) }

// String returns the canonical rule text. See [Condition].
func (c IsBlank) String() string { return ConditionText(c) }

// String returns the canonical rule text. See [Condition].
func (c Contains) String() string { return ConditionText(c) }

// String returns the canonical rule text. See [Condition].
func (c Like) String() string { return ConditionText(c) }

// String returns the canonical rule text. See [Condition].
func (c Matches) String() string { return ConditionText(c) }

// String returns the canonical rule text. See [Condition].
func (c InCIDR) String() string { return ConditionText(c) }

// String returns the canonical rule text. See [Condition].
func (c Each) String() string { return ConditionText(c) }

// String returns the canonical rule text. See [Condition].
func (c When) String() string { return ConditionText(c) }

// String returns the canonical rule text. See [Condition].
func (c Changed) String() string { return ConditionText(c) }

// String returns the canonical rule text. See [Condition].
func (c HasBeen) String() string { return ConditionText(c) }

// String returns the canonical rule text. See [Condition].
func (c Sequence) String() string { return ConditionText(c) }

// String returns the canonical rule text. See [Condition].
func (c Regularity) String() string { return ConditionText(c) }

// String returns the canonical rule text. See [Condition].
func (c InList) String() string { return ConditionText(c) }

// String returns the canonical rule text. See [Condition].
func (c InSegment) String() string { return ConditionText(c) }

// ConditionText is String for a condition that may be nil or deeper than a stack can
// hold.
func ConditionText(c Condition) string {
	var p printer
	p.condition(Shallow(c), levelOr)
	return string(p)
}

// A printer is the text so far.
type printer []byte

func (p *printer) add(texts ...string) {
	for _, s := range texts {
		*p = append(*p, s...)
	}
}

func (p *printer) number(n int) { *p = strconv.AppendInt(*p, int64(n), 10) }

// A level is how tightly a condition's text binds; one that binds less than its
// place asks for stands in parentheses.
type level uint8

const (
	levelOr level = iota
	levelAnd
	levelNot
	levelZoned // may stand behind NOT, but not before a further IN ZONE
	levelLeaf  // one that never needs parentheses
)

// IsLeaf reports whether the text of a condition never needs parentheses: neither
// AND and OR of several conditions, nor what NOT or IN ZONE stands beside. A negated
// test such as `x != 1`, which is a [Not], is a leaf.
func IsLeaf(c Condition) bool { return levelOf(Ungroup(c)) == levelLeaf }

// levelOf returns how tightly the text of a condition binds.
func levelOf(c Condition) level {
	switch c := c.(type) {
	case nil:
		return levelNot
	case And:
		if len(c) > 1 {
			return levelAnd
		}
	case Or:
		if len(c) == 0 {
			return levelNot
		}
		return levelOr
	case Not:
		if !hasNegatedForm(Ungroup(c.C)) {
			return levelNot
		}
	case Zoned:
		return levelZoned
	}
	return levelLeaf
}

// Ungroup returns the only condition of an And or Or of one, which prints as that,
// and every other condition as it is. It goes down no more than [MaxLevels].
func Ungroup(c Condition) Condition {
	for range MaxLevels {
		switch g := c.(type) {
		case And:
			if len(g) != 1 {
				return c
			}
			c = g[0]
		case Or:
			if len(g) != 1 {
				return c
			}
			c = g[0]
		default:
			return c
		}
	}
	return c
}

// hasNegatedForm reports whether the operator of a condition has a negated
// spelling, such as != for =.
func hasNegatedForm(c Condition) bool {
	switch c := c.(type) {
	case Compare:
		return c.Op == OpEq
	case Between, In, IsNull, IsBlank, Contains, Like, Matches, InCIDR, InList, InSegment:
		return true
	}
	return false
}

// condition prints a condition where the text must bind at least so tightly.
func (p *printer) condition(c Condition, min level) {
	c = Ungroup(c)
	if levelOf(c) < min {
		p.add("(")
		p.condition(c, levelOr)
		p.add(")")
		return
	}
	switch c := c.(type) {
	case And:
		p.joined(c, " AND ", levelNot, "EVERYONE")
	case Or:
		p.joined(c, " OR ", levelAnd, "NOT EVERYONE")
	case Not:
		if inner := Ungroup(c.C); hasNegatedForm(inner) {
			p.leaf(inner, true)
			return
		}
		p.add("NOT ")
		if z, ok := Ungroup(c.C).(Zoned); ok && isMembership(Ungroup(z.C)) { // NOT IN LIST is an operator
			p.add("(")
			p.condition(z, levelZoned)
			p.add(")")
			return
		}
		p.condition(c.C, levelNot)
	case Zoned:
		p.condition(c.C, levelLeaf)
		p.add(" IN ZONE ")
		p.expr(c.Zone, precedenceAtom)
	default:
		p.leaf(c, false)
	}
}

func isMembership(c Condition) bool {
	switch c.(type) {
	case InList, InSegment:
		return true
	}
	return false
}

func (p *printer) joined(cs []Condition, word string, min level, none string) {
	if len(cs) == 0 {
		p.add(none)
	}
	for i, c := range cs {
		if i > 0 {
			p.add(word)
		}
		p.condition(c, min)
	}
}

// leaf prints a condition that is no And, Or, Not or Zoned; negated, if its
// operator has such a form, with that.
func (p *printer) leaf(c Condition, negated bool) {
	switch c := c.(type) {
	case Everyone:
		p.add("EVERYONE")
	case Count:
		p.add([...]string{"AT LEAST ", "AT MOST ", "EXACTLY "}[c.Quantity%3])
		p.number(c.K)
		p.add(" OF (")
		p.joined(c.Of, ", ", levelOr, "")
		p.add(")")
	case Each:
		p.each(c)
	case Changed:
		p.expr(Reading(c.Field, c.As), precedenceSum)
		p.add(" CHANGED")
		p.window(c.Window)
	case HasBeen:
		p.expr(Reading(c.Field, c.As), precedenceSum)
		p.add(" HAS BEEN ", c.Value.String())
		p.fold(c.Fold)
		p.add(" FOR AT LEAST ", c.For.String())
	case Sequence:
		p.sequence(c)
	case Regularity:
		p.add("DID ")
		p.step(c.Events)
		p.add(" IN AT LEAST ")
		p.number(c.K)
		p.add(" OF LAST ", Span{int64(c.N), c.Unit}.String())
	case InList:
		p.add(not(negated), "IN LIST ", Text(string(c)).String())
	case InSegment:
		p.add(not(negated), "IN SEGMENT ", Text(string(c)).String())
	default:
		p.test(c, negated)
	}
}

func not(negated bool) string {
	if negated {
		return "NOT "
	}
	return ""
}

func (p *printer) fold(fold bool) {
	if fold {
		p.add(" IGNORING CASE")
	}
}

func (p *printer) sequence(c Sequence) {
	for i, s := range c.Steps {
		if i == 0 {
			p.add("DID ")
		} else {
			p.add(" THEN ")
		}
		p.add(not(s.Not))
		p.step(s.Events)
		if s.Within != (Span{}) {
			p.add(" WITHIN ", s.Within.String())
		}
	}
	p.window(c.Window)
}
