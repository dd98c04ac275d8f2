package flags

import (
	"slices"
	"strings"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/interop/internal/build"
	"github.com/segmentrules/segment/interop/internal/source"
	"github.com/segmentrules/segment/rule"
)

// LaunchDarkly's segments: {included, excluded, rules: [{clauses, weight}]}, also one rule alone.
// Who is included is in, then who is excluded is not; then any of the rules, of which all
// clauses must hold, each for any of its values.
//
// An attribute that is missing or an empty list satisfies no clause, negated or not. One that
// is a list satisfies a clause about texts by any element; numbers, dates and versions are
// asked of the attribute alone. A weight keeps its share of users, not the users.

// ReadLaunchDarkly reads a definition of LaunchDarkly; mistakes and losses gather in the reader.
func ReadLaunchDarkly(from *source.Reader, n *source.Node) (s segment.Segment) {
	r := &reader{from}
	if !r.Object(n, "a segment") {
		return s
	}
	r.Only(n, "key", "name", "description", "tags", "version", "salt", "included", "excluded", "includedContexts", "excludedContexts", "rules", "clauses",
		"weight", "bucketBy", "rolloutContextKind", "id", "_id", "_links", "deleted", "creationDate", "lastModifiedDate", "generation", "unbounded", "_access")
	s.ID, s.Name = n.Get("key").Scalar(), n.Get("name").Str()
	if n.Get("unbounded").Is(source.Bool) && n.Get("unbounded").Truth {
		s.Condition = r.Omit(n.Get("unbounded"), source.NeedListStatus, "a segment whose users are kept elsewhere")
		return s
	}
	if n.Get("clauses") != nil {
		s.Condition = r.launchDarklyRule(n, n.Get("salt").Str())
		return s
	}
	var rules []rule.Condition
	for _, one := range n.Get("rules").List() {
		if r.Object(one, "a rule") {
			r.Only(one, "id", "_id", "clauses", "weight", "bucketBy", "rolloutContextKind", "description")
			rules = append(rules, r.launchDarklyRule(one, n.Get("salt").Str()))
		}
	}
	in, out := r.launchDarklyIDs(n, "included"), r.launchDarklyIDs(n, "excluded")
	c := build.AnyOf(rules...)
	if c != nil && out != nil {
		c = rule.And{build.Not(out), c}
	}
	if s.Condition = build.AnyOf(in, c); s.Condition == nil && len(r.Losses) == 0 {
		s.Condition = build.Nobody()
	}
	return s
}

// launchDarklyIDs holds for the users, or the contexts of other kinds, that are listed.
func (r *reader) launchDarklyIDs(n *source.Node, member string) rule.Condition {
	var cs []rule.Condition
	if ids := n.Get(member); len(ids.List()) > 0 {
		cs = append(cs, rule.In{X: rule.Field(r.Named(ids, "id")), Values: r.Constants(ids)})
	}
	for _, c := range n.Get(member + "Contexts").List() {
		r.Only(c, "contextKind", "values")
		if x, _, ok := r.launchDarklyAttribute(c, "key"); ok && len(c.Get("values").List()) > 0 {
			cs = append(cs, rule.In{X: x, Values: r.Constants(c.Get("values"))})
		}
	}
	return build.AnyOf(cs...)
}

// launchDarklyAttribute is an attribute of a context as a field: key is the id.
func (r *reader) launchDarklyAttribute(n *source.Node, name string) (rule.Expr, string, bool) {
	names := []string{name}
	if path, is := strings.CutPrefix(name, "/"); is {
		names = strings.Split(path, "/")
		for i := range names {
			names[i] = strings.NewReplacer("~1", "/", "~0", "~").Replace(names[i])
		}
	}
	kind := n.Get("contextKind").Str()
	if kind != "" && kind != "user" {
		names = append([]string{kind}, names...)
	} else if name == "key" {
		names[0] = "id"
	}
	for _, part := range names {
		if part == "" {
			r.Fail(n, rule.ErrValue, "%s is no attribute", source.Shortened(name))
			return nil, "", false
		}
	}
	f := rule.Path(names...)
	return f, r.Named(n, string(f)), true
}

func (r *reader) launchDarklyRule(n *source.Node, salt string) rule.Condition {
	var cs []rule.Condition
	for _, clause := range r.Elements(n.Want("clauses"), "clauses") {
		if r.Object(clause, "a clause") {
			cs = append(cs, r.launchDarklyClause(clause))
		}
	}
	if w := n.Get("weight"); !w.Absent() {
		k, ok := r.Count(w)
		by := "key"
		if b := n.Get("bucketBy"); b.Str() != "" {
			by = b.Text
		}
		if x, _, ok2 := r.launchDarklyAttribute(n, by); ok && ok2 {
			hash := rule.Call{Fn: rule.FnHash, Args: []rule.Expr{x, rule.Text(salt)}}
			cs = append(cs, build.Compare(rule.Arith{Op: rule.ArithMod, Left: hash, Right: rule.Int(100_000)}, rule.OpLt, rule.Int(int64(k))))
			r.Change(w, source.NeedHash, "other users of the same share")
		}
	}
	if len(cs) == 0 {
		return rule.Everyone{}
	}
	return build.All(cs...)
}

func (r *reader) launchDarklyClause(n *source.Node) rule.Condition {
	r.Only(n, "attribute", "op", "values", "negate", "contextKind", "_id", "id")
	negate := n.Get("negate").Is(source.Bool) && n.Get("negate").Truth
	values, op := n.Get("values"), n.Get("op").Str()
	if op == "segmentMatch" {
		var cs []rule.Condition
		for _, v := range r.Texts(values) {
			cs = append(cs, rule.InSegment(r.Named(values, v)))
		}
		c := build.AnyOf(cs...)
		if len(cs) == 0 {
			c = build.Nobody()
		}
		if negate {
			return build.Not(c)
		}
		return c
	}
	x, _, ok := r.launchDarklyAttribute(n, n.Get("attribute").Str())
	if !ok {
		return nil
	}
	c := r.launchDarklyTest(n, x, op, values)
	if c == nil {
		return nil
	}
	texts := slices.ContainsFunc(values.List(), func(v *source.Node) bool { return v.Is(source.Text) })
	if texts && slices.Contains([]string{"in", "startsWith", "endsWith", "contains", "matches"}, op) {
		c = build.AnyOf(c, build.AnElement(x, r.launchDarklyTest(n, rule.Elem{}, op, values)))
	}
	if !negate {
		return c
	}
	empty := rule.And{build.Eq(rule.Call{Fn: rule.FnLength, Args: []rule.Expr{x}}, rule.Int(0)), build.Not(build.Compare(x, rule.OpGe, rule.Text("")))}
	return rule.And{build.IsSet(x), build.Not(c), build.Not(empty)}
}

// launchDarklyTest holds if the attribute, or an element of it, fits any of the values.
func (r *reader) launchDarklyTest(n *source.Node, x rule.Expr, op string, values *source.Node) rule.Condition {
	var cs []rule.Condition
	each := func(test func(v *source.Node) rule.Condition) rule.Condition {
		for _, v := range r.Elements(values, "values") {
			cs = append(cs, test(v))
		}
		return build.AnyOf(cs...)
	}
	if values.Is(source.List) && len(values.Items) == 0 {
		return build.Nobody()
	}
	switch op {
	case "in":
		return rule.In{X: x, Values: r.Constants(values)}
	case "startsWith":
		return build.StartsWith(x, false, r.Texts(values)...)
	case "endsWith":
		return build.EndsWith(x, false, r.Texts(values)...)
	case "contains":
		return build.Contains(x, false, r.Texts(values)...)
	case "matches":
		return each(func(v *source.Node) rule.Condition { return r.Matches(v, x, v.Str(), false) })
	}
	if o, is := map[string]rule.Op{"lessThan": rule.OpLt, "lessThanOrEqual": rule.OpLe, "greaterThan": rule.OpGt, "greaterThanOrEqual": rule.OpGe}[op]; is {
		return each(func(v *source.Node) rule.Condition {
			if k, ok := r.Number(v); ok {
				return build.Compare(x, o, k)
			}
			return nil
		})
	}
	if o, is := map[string]rule.Op{"before": rule.OpLt, "after": rule.OpGt}[op]; is {
		return each(func(v *source.Node) rule.Condition {
			at, ok := r.MilliOrInstant(v)
			if !ok {
				return nil
			}
			return rule.Or{build.Compare(x, o, at), build.Compare(rule.Call{Fn: rule.FnUnixMilli, Args: []rule.Expr{x}}, o, at)}
		})
	}
	if o, is := map[string]rule.Op{"semVerEqual": rule.OpEq, "semVerLessThan": rule.OpLt, "semVerGreaterThan": rule.OpGt}[op]; is {
		return each(func(v *source.Node) rule.Condition {
			if v.Str() == "" {
				return r.Fail(v, rule.ErrType, "a version is expected here")
			}
			return build.Compare(rule.Call{Fn: rule.FnVersion, Args: []rule.Expr{x}}, o, rule.Text(v.Text))
		})
	}
	at := n.Get("op")
	if at == nil {
		at = n
	}
	return r.Unknown(at, "operator", op, "in", "startsWith", "endsWith", "matches", "contains", "lessThan", "lessThanOrEqual", "greaterThan", "greaterThanOrEqual",
		"before", "after", "semVerEqual", "semVerLessThan", "semVerGreaterThan", "segmentMatch")
}
