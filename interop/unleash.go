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
	s.ID, s.Name = n.get("id").scalar(), n.get("name").str()
	switch {
	case n.is(isList):
		s.Condition = r.unleashAll(n.items)
	case n.get("operator") != nil:
		s.Condition = r.unleash(n)
	case n.get("strategies") != nil:
		var cs []rule.Condition
		for _, strategy := range r.elements(n.get("strategies"), "strategies") {
			if d := strategy.get("disabled"); !(d.is(isBool) && d.truth) {
				cs = append(cs, r.unleashStrategy(strategy))
			}
		}
		s.Condition = anyOf(cs...)
	case r.object(n, "a segment"):
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
	if !r.object(n, "a segment or a strategy") {
		return nil
	}
	r.only(n, "id", "name", "title", "description", "project", "createdBy", "createdAt", "sortOrder", "disabled", "variants", "constraints", "segments", "parameters")
	cs := []rule.Condition{r.unleashAll(n.get("constraints").list())}
	for _, id := range n.get("segments").list() {
		if id.scalar() == "" {
			r.fail(id, rule.ErrType, "the id of a segment is expected here")
			continue
		}
		cs = append(cs, rule.InSegment(r.named(id, id.text)))
	}
	p := n.get("parameters")
	id := rule.Field("id")
	switch name := n.get("name").str(); {
	case p.absent() || !p.is(isObject) || name == "default":
	case name == "userWithId":
		cs = append(cs, rule.In{X: id, Values: commaTexts(p.get("userIds").str())})
	case name == "remoteAddress":
		var nets []string
		for _, t := range commaTexts(p.get("IPs").str()) {
			nets = append(nets, t.Text())
		}
		cs = append(cs, rule.InCIDR{X: rule.Field(r.named(p, "remoteAddress")), Nets: nets})
	case name == "flexibleRollout" || strings.HasPrefix(name, "gradualRollout"):
		share := p.get("rollout")
		if share == nil {
			share = p.get("percentage")
		}
		if k, ok := r.count(share); ok && k < 100 {
			hash := rule.Call{Fn: rule.FnHash, Args: []rule.Expr{id, rule.Text(p.get("groupId").str())}}
			cs = append(cs, compare(rule.Arith{Op: rule.ArithMod, Left: hash, Right: rule.Int(100)}, rule.OpLt, rule.Int(int64(k))))
			r.change(share, needHash, "other users of the same share")
		}
	default:
		return r.unknown(n.get("name"), "strategy", name, "default", "userWithId", "flexibleRollout", "remoteAddress", "gradualRolloutUserId")
	}
	if c := all(cs...); c != nil || len(r.losses) > 0 {
		return c
	}
	return rule.Everyone{}
}

// commaTexts are the texts between commas.
func commaTexts(text string) (vs []rule.Value) {
	for _, t := range strings.Split(text, ",") {
		if t = strings.TrimSpace(t); t != "" {
			vs = append(vs, rule.Text(t))
		}
	}
	return vs
}

func (r *reader) unleash(n *node) rule.Condition {
	if !r.object(n, "a constraint") {
		return nil
	}
	r.only(n, "contextName", "operator", "values", "value", "inverted", "caseInsensitive")
	name := n.get("contextName")
	if name.str() == "" {
		return r.fail(n, rule.ErrSyntax, "a constraint has a contextName")
	}
	var x rule.Expr
	switch name.text {
	case "currentTime":
		x = now()
	case "userId":
		x = rule.Field(r.named(name, "id"))
	default:
		f, ok := r.field(name, strings.TrimPrefix(name.text, "properties."))
		if !ok {
			return nil
		}
		x = f
	}
	c := r.unleashTest(n, x)
	if v := n.get("inverted"); v.is(isBool) && v.truth {
		return not(c)
	}
	return c
}

func (r *reader) unleashTest(n *node, x rule.Expr) rule.Condition {
	op, values, value := n.get("operator"), n.get("values"), n.get("value")
	fold := n.get("caseInsensitive").is(isBool) && n.get("caseInsensitive").truth
	word := op.str()
	kind, order, _ := strings.Cut(word, "_")
	o, ordered := map[string]rule.Op{"EQ": rule.OpEq, "GT": rule.OpGt, "GTE": rule.OpGe, "LT": rule.OpLt, "LTE": rule.OpLe, "AFTER": rule.OpGt, "BEFORE": rule.OpLt}[order]
	switch {
	case word == "IN":
		return oneOf(x, r.constants(values), fold)
	case word == "NOT_IN":
		return not(oneOf(x, r.constants(values), fold))
	case word == "STR_CONTAINS":
		return contains(x, fold, r.texts(values)...)
	case word == "STR_STARTS_WITH":
		return startsWith(x, fold, r.texts(values)...)
	case word == "STR_ENDS_WITH":
		return endsWith(x, fold, r.texts(values)...)
	case word == "REGEX":
		return r.matches(n, x, r.valueOf(n, value).str(), fold)
	case word == "CIDR":
		return rule.InCIDR{X: x, Nets: r.texts(values)}
	case kind == "NUM" && ordered:
		v, ok := r.number(r.valueOf(n, value))
		if !ok {
			return nil
		}
		r.change(n, needCast, "a text that is no decimal number, such as an empty one or 0x1F, may be one there")
		return compare(rule.Call{Fn: rule.FnNumber, Args: []rule.Expr{x}}, o, v)
	case kind == "DATE" && ordered:
		at, ok := r.moment(value.str())
		if !ok {
			return r.fail(r.valueOf(n, value), rule.ErrType, "an instant is expected here, such as 2026-01-31T10:00:00Z")
		}
		return compare(x, o, r.midnight(at))
	case kind == "SEMVER" && ordered:
		return compare(rule.Call{Fn: rule.FnVersion, Args: []rule.Expr{x}}, o, rule.Text(r.valueOf(n, value).str()))
	}
	if op == nil {
		op = n
	}
	return r.unknown(op, "operator", word, "IN", "NOT_IN", "STR_CONTAINS", "STR_STARTS_WITH", "STR_ENDS_WITH", "NUM_EQ", "NUM_GT", "NUM_GTE", "NUM_LT", "NUM_LTE",
		"DATE_AFTER", "DATE_BEFORE", "SEMVER_EQ", "SEMVER_GT", "SEMVER_LT", "REGEX", "CIDR")
}
