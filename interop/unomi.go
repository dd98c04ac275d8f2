package interop

import (
	"strings"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/rule"
)

// Apache Unomi: conditions that have a type and parameterValues. Compared with rules, texts
// compare without case and accents, of which a rule leaves the accents: each text is a loss.
// Names keep their first part: properties.age, systemProperties.goals. By convention the
// sessions of a profile are a list of it, sessions, and the segments and lists that Unomi
// keeps in a profile are those of the rule.

func readUnomi(r *reader, n *node) segment.Segment {
	s := segment.Segment{ID: n.get("metadata").get("id").str(), Name: n.get("metadata").get("name").str()}
	if s.ID == "" {
		s.ID = n.get("itemId").str()
	}
	if c := n.get("condition"); c != nil {
		n = c
	}
	u := &unomi{reader: r}
	s.Condition = u.condition(n)
	return s
}

// A unomi reads one definition.
type unomi struct {
	*reader
	prefix string // what names begin with, within a nested condition or of sessions
}

// unomiTypes are the conditions of profiles.
var unomiTypes = []string{"booleanCondition", "notCondition", "nestedCondition", "matchAllCondition", "profilePropertyCondition", "profileSegmentCondition",
	"profileUserListCondition", "profileInterestCondition", "pastEventCondition", "scoringCondition", "idsCondition", "newVisitorCondition",
	"returningVisitorCondition", "goalMatchCondition", "sessionDurationCondition", "sessionPropertyCondition", "profileAliasesPropertyCondition",
	"geoLocationByPointSessionCondition", "geoLocationSessionCondition"}

// condition is a condition of profiles.
func (u *unomi) condition(n *node) rule.Condition {
	if !u.object(n, "a condition") {
		return nil
	}
	u.only(n, "type", "parameterValues")
	kind, ok := u.word(n.want("type"), "type of condition", unomiTypes...)
	p := n.want("parameterValues")
	if !ok || !p.absent() && !u.object(p, "parameterValues") {
		return nil
	}
	if at := p.parameter(); at != nil {
		return u.omit(at, needParameter, "%s", at.written())
	}
	switch kind {
	case "booleanCondition":
		return u.boolean(n, p, u.condition)
	case "notCondition":
		u.only(p, "subCondition")
		return not(u.condition(p.want("subCondition")))
	case "matchAllCondition":
		return rule.Everyone{}
	case "nestedCondition":
		return u.nested(n, p)
	case "profilePropertyCondition", "profileAliasesPropertyCondition":
		return u.property(n, p)
	case "profileSegmentCondition":
		u.only(p, "segments", "matchType")
		return u.members(n, p, "segments", u.inSegment)
	case "profileUserListCondition":
		u.only(p, "lists", "matchType")
		return u.members(n, p, "lists", u.inList)
	case "pastEventCondition":
		return u.pastEvent(n, p)
	case "geoLocationByPointSessionCondition", "geoLocationSessionCondition":
		return u.omit(n, needGeo, "sessions at a place")
	}
	return u.composed(kind, n, p)
}

// parameter is a value within parameters that is bound only when the condition is used, or
// computed by a script.
func (n *node) parameter() *node {
	if n == nil {
		return nil
	}
	for _, v := range n.items {
		for _, e := range v.list() {
			if strings.HasPrefix(e.str(), "parameter::") || strings.HasPrefix(e.str(), "script::") {
				return e
			}
		}
	}
	return nil
}

// boolean joins conditions. Of none AND is true, OR false.
func (u *unomi) boolean(n, p *node, read func(*node) rule.Condition) rule.Condition {
	u.only(p, "operator", "subConditions")
	op := "and"
	if o := p.get("operator"); !o.absent() {
		word, ok := u.word(o, "operator", "and", "or", "AND", "OR")
		if !ok {
			return nil
		}
		op = strings.ToLower(word)
	}
	var cs []rule.Condition
	subs := u.elements(p.want("subConditions"), "subConditions")
	for _, s := range subs {
		cs = append(cs, read(s))
	}
	switch {
	case len(subs) == 0 && op == "and":
		return rule.Everyone{}
	case len(subs) == 0:
		return nobody()
	case op == "and":
		return all(cs...)
	}
	return anyOf(cs...)
}

// nested asks one and the same element of a list.
func (u *unomi) nested(n, p *node) rule.Condition {
	u.only(p, "path", "subCondition")
	at := p.want("path")
	list, ok := u.field(at, u.within(p.get("path").str()))
	if !ok {
		return nil
	}
	inner := &unomi{reader: u.reader, prefix: p.get("path").str() + "."}
	return anElement(list, inner.condition(p.want("subCondition")))
}

// within is a name without what it begins with in a nested condition.
func (u *unomi) within(name string) string { return strings.TrimPrefix(name, u.prefix) }

// members is a condition of segments or lists.
func (u *unomi) members(n, p *node, name string, in func(at *node, id string) rule.Condition) rule.Condition {
	kind, ok := "in", true
	if m := p.get("matchType"); !m.absent() {
		kind, ok = u.word(m, "matchType", "in", "notIn", "all", "hasSomeOf", "hasNoneOf")
	}
	var cs []rule.Condition
	for _, at := range p.want(name).list() {
		cs = append(cs, in(at, at.str()))
	}
	switch {
	case !ok || len(cs) == 0:
		return u.fail(p.want(name), rule.ErrValue, "%s has at least one", name)
	case kind == "all":
		return all(cs...)
	case kind == "notIn" || kind == "hasNoneOf":
		return not(anyOf(cs...))
	}
	return anyOf(cs...)
}

// composed is a condition that Unomi makes of others.
func (u *unomi) composed(kind string, n, p *node) rule.Condition {
	visit := rule.Field("previousVisit")
	switch kind {
	case "idsCondition":
		u.only(p, "ids", "match")
		id, _ := u.path(p.get("ids"), "id")
		in := oneOf(id, textValues(u.texts(p.want("ids"))), false)
		if m := p.get("match"); m.is(isBool) && !m.truth {
			return not(in)
		}
		return in
	case "newVisitorCondition", "returningVisitorCondition":
		u.only(p, "since")
		k, ok := u.count(p.want("since"))
		if !ok {
			return nil
		}
		u.named(p.get("since"), string(visit))
		since := shifted(now(), days(-k))
		if kind == "newVisitorCondition" {
			return orMissing(compare(visit, rule.OpLt, since), visit)
		}
		return compare(visit, rule.OpGt, since)
	case "goalMatchCondition":
		u.only(p, "goalId", "claimed")
		f, ok := u.path(p.want("goalId"), "systemProperties", "goals", p.get("goalId").str()+"TargetReached")
		if !ok {
			return nil
		}
		return isSet(f)
	case "profileInterestCondition":
		u.only(p, "interestName", "value")
		f, ok := u.path(p.want("interestName"), "properties", "interests", strings.ToLower(p.get("interestName").str()))
		v, number := u.number(p.want("value"))
		if !ok || !number {
			return nil
		}
		return compare(f, rule.OpGt, v)
	case "scoringCondition":
		return u.scoring(n, p)
	case "sessionDurationCondition":
		u.only(p, "minimumDuration", "maximumDuration")
		lo, low := u.count(p.want("minimumDuration"))
		hi, high := u.count(p.want("maximumDuration"))
		sessions, _ := u.path(n, "sessions")
		duration, _ := u.path(n, "duration")
		if !low || !high {
			return nil
		}
		return anElement(sessions, rule.Between{X: duration, Lo: rule.Int(1000 * int64(lo)), Hi: rule.Int(1000 * int64(hi))})
	}
	sessions, _ := u.path(n, "sessions") // sessionPropertyCondition
	return anElement(sessions, u.property(n, p))
}

// scoring compares the score that a plan gives a profile, which the host keeps.
func (u *unomi) scoring(n, p *node) rule.Condition {
	u.only(p, "scoringPlanId", "scoreValue", "comparisonOperator")
	f, ok := u.path(p.want("scoringPlanId"), "scores", p.get("scoringPlanId").str())
	v, number := rule.Int(0), true
	if at := p.get("scoreValue"); !at.absent() {
		v, number = u.number(at)
	}
	op, known := "greaterThanOrEqualTo", true
	if at := p.get("comparisonOperator"); !at.absent() {
		op, known = u.word(at, "operator", "equals", "notEquals", "lessThan", "lessThanOrEqualTo", "greaterThan", "greaterThanOrEqualTo")
	}
	if !ok || !number || !known {
		return nil
	}
	return unomiOrder(f, op, v, false)
}

// unomiOrder compares with one constant.
func unomiOrder(x rule.Expr, op string, v rule.Expr, fold bool) rule.Condition {
	ops := map[string]rule.Op{"lessThan": rule.OpLt, "lessThanOrEqualTo": rule.OpLe, "greaterThan": rule.OpGt, "greaterThanOrEqualTo": rule.OpGe}
	c := rule.Compare{Left: x, Op: ops[op], Right: v, Fold: fold}
	if op == "notEquals" {
		return not(c)
	}
	return c
}
