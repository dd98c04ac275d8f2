package interop

import (
	"strings"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/rule"
)

// Unleash's constraints: {contextName, operator, values | value, inverted, caseInsensitive}; a
// list of them must all hold, as those of a segment or a strategy; one of several strategies.
//
// NOT_IN and inverted hold for what is missing. Values of a context are texts: numbers are
// read from them, which is not quite as there (a loss). currentTime is the instant of
// evaluation, userId the id.

func readUnleash(r *reader, n *node) (s segment.Segment) {
	s.ID, s.Name = n.Get("id").Scalar(), n.Get("name").Str()
	switch {
	case n.Is(isList):
		s.Condition = r.unleashAll(n.Items)
	case n.Get("operator") != nil:
		s.Condition = r.unleash(n)
	case n.Get("strategies") != nil:
		var cs []rule.Condition
		for _, strategy := range r.Elements(n.Get("strategies"), "strategies") {
			if d := strategy.Get("disabled"); !(d.Is(isBool) && d.Truth) {
				cs = append(cs, r.unleashStrategy(strategy))
			}
		}
		s.Condition = anyOf(cs...)
	case r.Object(n, "a segment"):
		s.Condition = r.unleashStrategy(n)
	}
	return s
}

func (r *reader) unleashAll(ns []*node) rule.Condition {
	var cs []rule.Condition
	for _, n := range ns {
		cs = append(cs, r.unleash(n))
	}
	return all(cs...)
}

// unleashStrategy is a segment, or a strategy with its parameters.
func (r *reader) unleashStrategy(n *node) rule.Condition {
	if !r.Object(n, "a segment or a strategy") {
		return nil
	}
	r.Only(n, "id", "name", "title", "description", "project", "createdBy", "createdAt", "sortOrder", "disabled", "variants", "constraints", "segments", "parameters")
	cs := []rule.Condition{r.unleashAll(n.Get("constraints").List())}
	for _, id := range n.Get("segments").List() {
		if id.Scalar() == "" {
			r.Fail(id, rule.ErrType, "the id of a segment is expected here")
			continue
		}
		cs = append(cs, rule.InSegment(r.Named(id, id.Text)))
	}
	p := n.Get("parameters")
	id := rule.Field("id")
	switch name := n.Get("name").Str(); {
	case p.Absent() || !p.Is(isObject) || name == "default":
	case name == "userWithId":
		cs = append(cs, rule.In{X: id, Values: commaTexts(p.Get("userIds").Str())})
	case name == "remoteAddress":
		var nets []string
		for _, t := range commaTexts(p.Get("IPs").Str()) {
			nets = append(nets, t.Text())
		}
		cs = append(cs, rule.InCIDR{X: rule.Field(r.Named(p, "remoteAddress")), Nets: nets})
	case name == "flexibleRollout" || strings.HasPrefix(name, "gradualRollout"):
		share := p.Get("rollout")
		if share == nil {
			share = p.Get("percentage")
		}
		if k, ok := r.Count(share); ok && k < 100 {
			hash := rule.Call{Fn: rule.FnHash, Args: []rule.Expr{id, rule.Text(p.Get("groupId").Str())}}
			cs = append(cs, compare(rule.Arith{Op: rule.ArithMod, Left: hash, Right: rule.Int(100)}, rule.OpLt, rule.Int(int64(k))))
			r.Change(share, needHash, "other users of the same share")
		}
	default:
		return r.Unknown(n.Get("name"), "strategy", name, "default", "userWithId", "flexibleRollout", "remoteAddress", "gradualRolloutUserId")
	}
	if c := all(cs...); c != nil || len(r.Losses) > 0 {
		return c
	}
	return rule.Everyone{}
}

func (r *reader) unleash(n *node) rule.Condition {
	if !r.Object(n, "a constraint") {
		return nil
	}
	r.Only(n, "contextName", "operator", "values", "value", "inverted", "caseInsensitive")
	name := n.Get("contextName")
	if name.Str() == "" {
		return r.Fail(n, rule.ErrSyntax, "a constraint has a contextName")
	}
	var x rule.Expr
	switch name.Text {
	case "currentTime":
		x = now()
	case "userId":
		x = rule.Field(r.Named(name, "id"))
	default:
		f, ok := r.Field(name, strings.TrimPrefix(name.Text, "properties."))
		if !ok {
			return nil
		}
		x = f
	}
	c := r.unleashTest(n, x)
	if v := n.Get("inverted"); v.Is(isBool) && v.Truth {
		return not(c)
	}
	return c
}

func (r *reader) unleashTest(n *node, x rule.Expr) rule.Condition {
	op, values, value := n.Get("operator"), n.Get("values"), n.Get("value")
	fold := n.Get("caseInsensitive").Is(isBool) && n.Get("caseInsensitive").Truth
	word := op.Str()
	kind, order, _ := strings.Cut(word, "_")
	o, ordered := map[string]rule.Op{"EQ": rule.OpEq, "GT": rule.OpGt, "GTE": rule.OpGe, "LT": rule.OpLt, "LTE": rule.OpLe, "AFTER": rule.OpGt, "BEFORE": rule.OpLt}[order]
	switch {
	case word == "IN":
		return oneOf(x, r.Constants(values), fold)
	case word == "NOT_IN":
		return not(oneOf(x, r.Constants(values), fold))
	case word == "STR_CONTAINS":
		return contains(x, fold, r.Texts(values)...)
	case word == "STR_STARTS_WITH":
		return startsWith(x, fold, r.Texts(values)...)
	case word == "STR_ENDS_WITH":
		return endsWith(x, fold, r.Texts(values)...)
	case word == "REGEX":
		return r.Matches(n, x, r.ValueOf(n, value).Str(), fold)
	case word == "CIDR":
		return rule.InCIDR{X: x, Nets: r.Texts(values)}
	case kind == "NUM" && ordered:
		v, ok := r.Number(r.ValueOf(n, value))
		if !ok {
			return nil
		}
		r.Change(n, needCast, "a text that is no decimal number, such as an empty one or 0x1F, may be one there")
		return compare(rule.Call{Fn: rule.FnNumber, Args: []rule.Expr{x}}, o, v)
	case kind == "DATE" && ordered:
		at, ok := r.Moment(value.Str())
		if !ok {
			return r.Fail(r.ValueOf(n, value), rule.ErrType, "an instant is expected here, such as 2026-01-31T10:00:00Z")
		}
		return compare(x, o, r.Midnight(at))
	case kind == "SEMVER" && ordered:
		return compare(rule.Call{Fn: rule.FnVersion, Args: []rule.Expr{x}}, o, rule.Text(r.ValueOf(n, value).Str()))
	}
	if op == nil {
		op = n
	}
	return r.Unknown(op, "operator", word, "IN", "NOT_IN", "STR_CONTAINS", "STR_STARTS_WITH", "STR_ENDS_WITH", "NUM_EQ", "NUM_GT", "NUM_GTE", "NUM_LT", "NUM_LTE",
		"DATE_AFTER", "DATE_BEFORE", "SEMVER_EQ", "SEMVER_GT", "SEMVER_LT", "REGEX", "CIDR")
}
