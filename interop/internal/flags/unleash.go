package flags

import (
	"strings"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/interop/internal/build"
	"github.com/segmentrules/segment/interop/internal/source"
	"github.com/segmentrules/segment/rule"
)

// Unleash's constraints: {contextName, operator, values | value, inverted, caseInsensitive}; a
// list of them must all hold, as those of a segment or a strategy; one of several strategies.
//
// NOT_IN and inverted hold for what is missing. Values of a context are texts: numbers are
// read from them, which is not quite as there (a loss). currentTime is the instant of
// evaluation, userId the id.

// ReadUnleash reads a definition of Unleash; mistakes and losses gather in the reader.
func ReadUnleash(from *source.Reader, n *source.Node) (s segment.Segment) {
	r := &reader{from}
	s.ID, s.Name = n.Get("id").Scalar(), n.Get("name").Str()
	switch {
	case n.Is(source.List):
		s.Condition = r.unleashAll(n.Items)
	case n.Get("operator") != nil:
		s.Condition = r.unleash(n)
	case n.Get("strategies") != nil:
		var cs []rule.Condition
		for _, strategy := range r.Elements(n.Want("strategies"), "strategies") {
			if d := strategy.Get("disabled"); !(d.Is(source.Bool) && d.Truth) {
				cs = append(cs, r.unleashStrategy(strategy))
			}
		}
		s.Condition = build.AnyOf(cs...)
	case r.Object(n, "a segment"):
		s.Condition = r.unleashStrategy(n)
	}
	return s
}

func (r *reader) unleashAll(ns []*source.Node) rule.Condition {
	var cs []rule.Condition
	for _, n := range ns {
		cs = append(cs, r.unleash(n))
	}
	return build.All(cs...)
}

// unleashStrategy is a segment, or a strategy with its parameters.
func (r *reader) unleashStrategy(n *source.Node) rule.Condition {
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
	case p.Absent() || !p.Is(source.Object) || name == "default":
	case name == "userWithId":
		cs = append(cs, rule.In{X: id, Values: build.CommaTexts(p.Get("userIds").Str())})
	case name == "remoteAddress":
		var nets []string
		for _, t := range build.CommaTexts(p.Get("IPs").Str()) {
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
			cs = append(cs, build.Compare(rule.Arith{Op: rule.ArithMod, Left: hash, Right: rule.Int(100)}, rule.OpLt, rule.Int(int64(k))))
			r.Change(share, source.NeedHash, "other users of the same share")
		}
	default:
		return r.Unknown(n.Get("name"), "strategy", name, "default", "userWithId", "flexibleRollout", "remoteAddress", "gradualRolloutUserId")
	}
	if c := build.All(cs...); c != nil || len(r.Losses) > 0 {
		return c
	}
	return rule.Everyone{}
}

func (r *reader) unleash(n *source.Node) rule.Condition {
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
		x = build.Now()
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
	if v := n.Get("inverted"); v.Is(source.Bool) && v.Truth {
		return build.Not(c)
	}
	return c
}

func (r *reader) unleashTest(n *source.Node, x rule.Expr) rule.Condition {
	op, values, value := n.Get("operator"), n.Get("values"), n.Get("value")
	fold := n.Get("caseInsensitive").Is(source.Bool) && n.Get("caseInsensitive").Truth
	word := op.Str()
	kind, order, _ := strings.Cut(word, "_")
	o, ordered := map[string]rule.Op{"EQ": rule.OpEq, "GT": rule.OpGt, "GTE": rule.OpGe, "LT": rule.OpLt, "LTE": rule.OpLe, "AFTER": rule.OpGt, "BEFORE": rule.OpLt}[order]
	switch {
	case word == "IN":
		return build.OneOf(x, r.Constants(values), fold)
	case word == "NOT_IN":
		return build.Not(build.OneOf(x, r.Constants(values), fold))
	case word == "STR_CONTAINS":
		return build.Contains(x, fold, r.Texts(values)...)
	case word == "STR_STARTS_WITH":
		return build.StartsWith(x, fold, r.Texts(values)...)
	case word == "STR_ENDS_WITH":
		return build.EndsWith(x, fold, r.Texts(values)...)
	case word == "REGEX":
		return r.Matches(n, x, r.ValueOf(n, value).Str(), fold)
	case word == "CIDR":
		return rule.InCIDR{X: x, Nets: r.Texts(values)}
	case kind == "NUM" && ordered:
		v, ok := r.Number(r.ValueOf(n, value))
		if !ok {
			return nil
		}
		r.Change(n, source.NeedCast, "a text that is no decimal number, such as an empty one or 0x1F, may be one there")
		return build.Compare(rule.Call{Fn: rule.FnNumber, Args: []rule.Expr{x}}, o, v)
	case kind == "DATE" && ordered:
		at, ok := r.Moment(value.Str())
		if !ok {
			return r.Fail(r.ValueOf(n, value), rule.ErrType, "an instant is expected here, such as 2026-01-31T10:00:00Z")
		}
		return build.Compare(x, o, r.Midnight(at))
	case kind == "SEMVER" && ordered:
		return build.Compare(rule.Call{Fn: rule.FnVersion, Args: []rule.Expr{x}}, o, rule.Text(r.ValueOf(n, value).Str()))
	}
	if op == nil {
		op = n
	}
	return r.Unknown(op, "operator", word, "IN", "NOT_IN", "STR_CONTAINS", "STR_STARTS_WITH", "STR_ENDS_WITH", "NUM_EQ", "NUM_GT", "NUM_GTE", "NUM_LT", "NUM_LTE",
		"DATE_AFTER", "DATE_BEFORE", "SEMVER_EQ", "SEMVER_GT", "SEMVER_LT", "REGEX", "CIDR")
}
