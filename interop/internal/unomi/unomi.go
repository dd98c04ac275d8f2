package unomi

import (
	"strings"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/interop/internal/build"
	"github.com/segmentrules/segment/interop/internal/source"
	"github.com/segmentrules/segment/rule"
)

// Apache Unomi: conditions that have a type and parameterValues. Compared with rules, texts
// compare without case and accents, of which a rule leaves the accents: each text is a loss.
// Names keep their first part: properties.age, systemProperties.goals. By convention the
// sessions of a profile are a list of it, sessions, and the segments and lists that Unomi
// keeps in a profile are those of the rule.

// Read reads a definition of Apache Unomi; mistakes and losses gather in the reader.
func Read(r *source.Reader, n *source.Node) segment.Segment {
	s := segment.Segment{ID: n.Get("metadata").Get("id").Str(), Name: n.Get("metadata").Get("name").Str()}
	if s.ID == "" {
		s.ID = n.Get("itemId").Str()
	}
	if c := n.Get("condition"); c != nil {
		n = c
	}
	u := &unomi{Reader: r}
	s.Condition = u.condition(n)
	return s
}

// A unomi reads one definition.
type unomi struct {
	*source.Reader
	prefix string // what names begin with, within a nested condition or of sessions
}

// unomiTypes are the conditions of profiles.
var unomiTypes = []string{"booleanCondition", "notCondition", "nestedCondition", "matchAllCondition", "profilePropertyCondition", "profileSegmentCondition",
	"profileUserListCondition", "profileInterestCondition", "pastEventCondition", "scoringCondition", "idsCondition", "newVisitorCondition",
	"returningVisitorCondition", "goalMatchCondition", "sessionDurationCondition", "sessionPropertyCondition", "profileAliasesPropertyCondition",
	"geoLocationByPointSessionCondition", "geoLocationSessionCondition"}

// condition is a condition of profiles.
func (u *unomi) condition(n *source.Node) rule.Condition {
	if !u.Object(n, "a condition") {
		return nil
	}
	u.Only(n, "type", "parameterValues")
	kind, ok := u.Word(n.Want("type"), "type of condition", unomiTypes...)
	p := n.Want("parameterValues")
	if !ok || !p.Absent() && !u.Object(p, "parameterValues") {
		return nil
	}
	if at := parameterIn(p); at != nil {
		return u.Omit(at, source.NeedParameter, "%s", at.Written())
	}
	switch kind {
	case "booleanCondition":
		return u.boolean(n, p, u.condition)
	case "notCondition":
		u.Only(p, "subCondition")
		return build.Not(u.condition(p.Want("subCondition")))
	case "matchAllCondition":
		return rule.Everyone{}
	case "nestedCondition":
		return u.nested(n, p)
	case "profilePropertyCondition", "profileAliasesPropertyCondition":
		return u.property(n, p)
	case "profileSegmentCondition":
		u.Only(p, "segments", "matchType")
		return u.members(n, p, "segments", u.InSegment)
	case "profileUserListCondition":
		u.Only(p, "lists", "matchType")
		return u.members(n, p, "lists", u.InList)
	case "pastEventCondition":
		return u.pastEvent(n, p)
	case "geoLocationByPointSessionCondition", "geoLocationSessionCondition":
		return u.Omit(n, source.NeedGeo, "sessions at a place")
	}
	return u.composed(kind, n, p)
}

// parameterIn is a value within parameters that is bound only when the condition is used, or
// computed by a script.
func parameterIn(n *source.Node) *source.Node {
	if n == nil {
		return nil
	}
	for _, v := range n.Items {
		for _, e := range v.List() {
			if strings.HasPrefix(e.Str(), "parameter::") || strings.HasPrefix(e.Str(), "script::") {
				return e
			}
		}
	}
	return nil
}

// boolean joins conditions. Of none AND is true, OR false.
func (u *unomi) boolean(n, p *source.Node, read func(*source.Node) rule.Condition) rule.Condition {
	u.Only(p, "operator", "subConditions")
	op := "and"
	if o := p.Get("operator"); !o.Absent() {
		word, ok := u.Word(o, "operator", "and", "or", "AND", "OR")
		if !ok {
			return nil
		}
		op = strings.ToLower(word)
	}
	var cs []rule.Condition
	subs := u.Elements(p.Want("subConditions"), "subConditions")
	for _, s := range subs {
		cs = append(cs, read(s))
	}
	switch {
	case len(subs) == 0 && op == "and":
		return rule.Everyone{}
	case len(subs) == 0:
		return build.Nobody()
	case op == "and":
		return build.All(cs...)
	}
	return build.AnyOf(cs...)
}

// nested asks one and the same element of a list.
func (u *unomi) nested(n, p *source.Node) rule.Condition {
	u.Only(p, "path", "subCondition")
	at := p.Want("path")
	list, ok := u.Field(at, u.within(p.Get("path").Str()))
	if !ok {
		return nil
	}
	inner := &unomi{Reader: u.Reader, prefix: p.Get("path").Str() + "."}
	return build.AnElement(list, inner.condition(p.Want("subCondition")))
}

// within is a name without what it begins with in a nested condition.
func (u *unomi) within(name string) string { return strings.TrimPrefix(name, u.prefix) }

// members is a condition of segments or lists.
func (u *unomi) members(n, p *source.Node, name string, in func(at *source.Node, id string) rule.Condition) rule.Condition {
	kind, ok := "in", true
	if m := p.Get("matchType"); !m.Absent() {
		kind, ok = u.Word(m, "matchType", "in", "notIn", "all", "hasSomeOf", "hasNoneOf")
	}
	var cs []rule.Condition
	for _, at := range p.Want(name).List() {
		cs = append(cs, in(at, at.Str()))
	}
	switch {
	case !ok || len(cs) == 0:
		return u.Fail(p.Want(name), rule.ErrValue, "%s has at least one", name)
	case kind == "all":
		return build.All(cs...)
	case kind == "notIn" || kind == "hasNoneOf":
		return build.Not(build.AnyOf(cs...))
	}
	return build.AnyOf(cs...)
}

// composed is a condition that Unomi makes of others.
func (u *unomi) composed(kind string, n, p *source.Node) rule.Condition {
	visit := rule.Field("previousVisit")
	switch kind {
	case "idsCondition":
		u.Only(p, "ids", "match")
		id, _ := u.Path(p.Get("ids"), "id")
		in := build.OneOf(id, build.TextValues(u.Texts(p.Want("ids"))), false)
		if m := p.Get("match"); m.Is(source.Bool) && !m.Truth {
			return build.Not(in)
		}
		return in
	case "newVisitorCondition", "returningVisitorCondition":
		u.Only(p, "since")
		k, ok := u.Count(p.Want("since"))
		if !ok {
			return nil
		}
		u.Named(p.Get("since"), string(visit))
		since := build.Shifted(build.Now(), build.Days(-k))
		if kind == "newVisitorCondition" {
			return build.OrMissing(build.Compare(visit, rule.OpLt, since), visit)
		}
		return build.Compare(visit, rule.OpGt, since)
	case "goalMatchCondition":
		u.Only(p, "goalId", "claimed")
		f, ok := u.Path(p.Want("goalId"), "systemProperties", "goals", p.Get("goalId").Str()+"TargetReached")
		if !ok {
			return nil
		}
		return build.IsSet(f)
	case "profileInterestCondition":
		u.Only(p, "interestName", "value")
		f, ok := u.Path(p.Want("interestName"), "properties", "interests", strings.ToLower(p.Get("interestName").Str()))
		v, number := u.Number(p.Want("value"))
		if !ok || !number {
			return nil
		}
		return build.Compare(f, rule.OpGt, v)
	case "scoringCondition":
		return u.scoring(n, p)
	case "sessionDurationCondition":
		u.Only(p, "minimumDuration", "maximumDuration")
		lo, low, hi, high := 0, true, -1, true
		if at := p.Get("minimumDuration"); !at.Absent() {
			lo, low = u.Count(at)
		}
		if at := p.Get("maximumDuration"); !at.Absent() {
			hi, high = u.Count(at)
		}
		sessions, _ := u.Path(n, "sessions")
		duration, _ := u.Path(n, "duration")
		if !low || !high {
			return nil
		}
		if hi < 0 {
			return build.AnElement(sessions, build.Compare(duration, rule.OpGe, rule.Int(1000*int64(lo))))
		}
		return build.AnElement(sessions, rule.Between{X: duration, Lo: rule.Int(1000 * int64(lo)), Hi: rule.Int(1000 * int64(hi))})
	}
	sessions, _ := u.Path(n, "sessions") // sessionPropertyCondition
	return build.AnElement(sessions, u.property(n, p))
}

// scoring compares the score that a plan gives a profile, which the host keeps.
func (u *unomi) scoring(n, p *source.Node) rule.Condition {
	u.Only(p, "scoringPlanId", "scoreValue", "comparisonOperator")
	f, ok := u.Path(p.Want("scoringPlanId"), "scores", p.Get("scoringPlanId").Str())
	v, number := rule.Int(0), true
	if at := p.Get("scoreValue"); !at.Absent() {
		v, number = u.Number(at)
	}
	op, known := "greaterThanOrEqualTo", true
	if at := p.Get("comparisonOperator"); !at.Absent() {
		op, known = u.Word(at, "operator", "equals", "notEquals", "lessThan", "lessThanOrEqualTo", "greaterThan", "greaterThanOrEqualTo")
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
		return build.Not(c)
	}
	return c
}
