package mongo

import (
	"slices"
	"strings"

	"github.com/segmentrules/segment/interop/internal/build"
	"github.com/segmentrules/segment/interop/internal/source"
	"github.com/segmentrules/segment/rule"
)

// The operators of a condition in the style of MongoDB, those that all have and those of
// GrowthBook and Keila: see mongo.go.

var mongoOps = []string{"$eq", "$ne", "$lt", "$lte", "$gt", "$gte", "$in", "$nin", "$all", "$size", "$elemMatch", "$exists", "$regex", "$not", "$type", "$mod"}

// growthBookOps are those of GrowthBook alone, keilaOps those of Keila.
var (
	growthBookOps = []string{"$ini", "$nini", "$alli", "$regexi", "$notRegex", "$notRegexi", "$veq", "$vne", "$vlt", "$vlte", "$vgt", "$vgte", "$inGroup", "$notInGroup"}
	keilaOps      = []string{"$like", "$empty"}
)

var mongoOrder = map[string]rule.Op{"eq": rule.OpEq, "lt": rule.OpLt, "lte": rule.OpLe, "gt": rule.OpGt, "gte": rule.OpGe}

// operator reads one test; n is its value, and of the object with all of them.
func (m mongoReader) operator(op string, n, of *source.Node, t mongoTarget) rule.Condition {
	switch op {
	case "$eq":
		return m.equal(n, t, false)
	case "$ne":
		return build.Not(m.equal(n, t, false))
	case "$lt", "$lte", "$gt", "$gte":
		return m.ordering(mongoOrder[op[1:]], n, t)
	case "$in":
		return m.in(n, t, false)
	case "$nin":
		return build.Not(m.in(n, t, false))
	case "$all":
		return m.allOf(n, t, false)
	case "$size":
		return m.size(n, t)
	case "$elemMatch":
		return m.elemMatch(n, t)
	case "$exists":
		return m.exists(n, t)
	case "$regex":
		return m.regex(n, of.Get("$options"), t)
	case "$not":
		return build.Not(m.negated(n, t))
	case "$type":
		return m.typeTest(n, t)
	case "$mod":
		return m.mod(n, t)
	case "$comment":
		return rule.Everyone{}
	}
	if m.JS {
		return m.growthBook(op, n, t)
	}
	if m.SQL {
		return m.keila(op, n, t)
	}
	switch op {
	case "$geoWithin", "$geoIntersects", "$near", "$nearSphere":
		return m.Omit(n, source.NeedGeo, "a place on the map")
	case "$bitsAllSet", "$bitsAnySet", "$bitsAllClear", "$bitsAnyClear":
		return m.Omit(n, source.NeedMongo, "bits of a number")
	}
	return m.Unknown(n, "operator", op, mongoOps...)
}

// growthBook reads the operators that GrowthBook alone has.
func (m mongoReader) growthBook(op string, n *source.Node, t mongoTarget) rule.Condition {
	switch op {
	case "$ini":
		return m.in(n, t, true)
	case "$nini":
		return build.Not(m.in(n, t, true))
	case "$alli":
		return m.allOf(n, t, true)
	case "$regexi":
		return m.pattern(n, t, true)
	case "$notRegex":
		return build.Not(m.pattern(n, t, false))
	case "$notRegexi":
		return build.Not(m.pattern(n, t, true))
	case "$veq", "$vlt", "$vlte", "$vgt", "$vgte":
		return m.version(mongoOrder[op[2:]], n, t)
	case "$vne":
		return build.Not(m.version(rule.OpEq, n, t))
	case "$inGroup":
		return m.savedGroup(n, t)
	case "$notInGroup":
		return build.Not(m.savedGroup(n, t))
	}
	return m.Unknown(n, "operator", op, append(growthBookOps, mongoOps...)...)
}

// keila reads the operators that Keila alone has.
func (m mongoReader) keila(op string, n *source.Node, t mongoTarget) rule.Condition {
	switch op {
	case "$like":
		if !n.Is(source.Text) {
			return m.Fail(n, rule.ErrType, "a pattern is expected here, a text")
		}
		return t.holds(true, func(x rule.Expr) rule.Condition { return m.LikePattern(n, x, n.Text, false) })
	case "$empty":
		c := t.holds(false, func(x rule.Expr) rule.Condition { return rule.IsBlank{X: x} })
		if n.Is(source.Bool) && !n.Truth {
			return build.Not(c)
		}
		return c
	}
	return m.Unknown(n, "operator", op, append(keilaOps, mongoOps...)...)
}

// ordering compares; in JavaScript a missing value is 0 beside a number.
func (m mongoReader) ordering(op rule.Op, n *source.Node, t mongoTarget) rule.Condition {
	v, ok := m.value(n)
	if !ok {
		return nil
	}
	switch k := v.Kind(); {
	case m.JS && k == rule.KindText && rule.ReadNumber(v.Text()).Kind() == rule.KindNumber:
		return m.Omit(n, source.NeedCast, "an ordering against %s, as a number where the value is one", source.Shortened(v.Text()))
	case v.IsNull(), k == rule.KindList, k == rule.KindObject, k == rule.KindBool:
		return m.Fail(n, rule.ErrType, "a number, a text or an instant is expected here")
	}
	c := t.holds(true, func(x rule.Expr) rule.Condition { return build.Compare(x, op, v) })
	if m.JS && v.Kind() == rule.KindNumber && !t.there && rule.Compares(nil, rule.Int(0), op, v, false) {
		c = build.OrMissing(c, t.path())
	}
	return c
}

// in holds if the value, or an element of the list that it is, is one of several.
func (m mongoReader) in(n *source.Node, t mongoTarget, fold bool) rule.Condition {
	var vs []rule.Value
	hasNull := false
	for _, e := range m.Elements(n, "the values") {
		if isOperators(e) {
			return m.Fail(e, rule.ErrType, "a value is expected here, and no operators")
		}
		v, ok := m.value(e)
		if !ok {
			return nil
		}
		hasNull = hasNull || v.IsNull()
		if !v.IsNull() {
			vs = append(vs, v)
		}
	}
	if !n.Is(source.List) {
		return nil
	}
	c := build.Nobody()
	if len(vs) > 0 {
		one := func(x rule.Expr) rule.Condition { return build.OneOf(x, vs, fold) }
		if c = t.holds(true, one); !m.Lists && t.x == nil && t.path() != rule.Expr(rule.Field("id")) {
			c = build.AnyOf(c, build.AnElement(t.path(), one(rule.Elem{})))
		}
	}
	if hasNull {
		missing := t.holds(false, func(x rule.Expr) rule.Condition { return rule.IsNull{X: x} })
		if len(vs) == 0 {
			return missing
		}
		c = build.AnyOf(c, missing)
	}
	return c
}

// allOf holds if the list has every one of several elements.
func (m mongoReader) allOf(n *source.Node, t mongoTarget, fold bool) rule.Condition {
	var cs []rule.Condition
	items := m.Elements(n, "the elements")
	if !n.Is(source.List) || len(items) == 0 && m.Lists {
		return build.Nobody()
	}
	if len(items) == 0 {
		return t.holds(false, isListValue)
	}
	for _, e := range items {
		switch {
		case isOperators(e) && m.Lists:
			cs = append(cs, m.tests(e, t))
		case isOperators(e):
			cs = append(cs, build.AnElement(t.path(), m.tests(e, mongoTarget{m: m, at: e, x: rule.Elem{}})))
		default:
			v, ok := m.value(e)
			if !ok {
				return nil
			}
			one := func(x rule.Expr) rule.Condition { return build.OneOf(x, []rule.Value{v}, fold) }
			if m.Lists {
				cs = append(cs, t.holds(true, one))
			} else {
				cs = append(cs, build.AnElement(t.path(), one(rule.Elem{})))
			}
		}
	}
	return build.All(cs...)
}

// isListValue holds for a list: it has a length, and is no text.
func isListValue(x rule.Expr) rule.Condition {
	return rule.And{build.IsSet(build.Length(x)), rule.Not{C: isTextValue(x)}}
}

// isTextValue holds for a text: no other value is beside one in order.
func isTextValue(x rule.Expr) rule.Condition { return build.Compare(x, rule.OpGe, rule.Text("")) }

func (m mongoReader) size(n *source.Node, t mongoTarget) rule.Condition {
	return t.holds(false, func(x rule.Expr) rule.Condition {
		c := m.tests(n, mongoTarget{m: m, at: n, x: build.Length(x), there: true})
		if c == nil {
			return nil
		}
		if needsNumber(c) {
			return build.All(c, rule.Not{C: isTextValue(x)})
		}
		return build.All(c, isListValue(x))
	})
}

// needsNumber reports whether tests of a number, joined by AND, do not hold where there is none.
func needsNumber(c rule.Condition) bool {
	switch c := c.(type) {
	case rule.Compare:
		return true
	case rule.In:
		return !slices.ContainsFunc(c.Values, rule.Value.IsNull)
	case rule.And:
		return slices.ContainsFunc(c, needsNumber)
	}
	return false
}

func (m mongoReader) elemMatch(n *source.Node, t mongoTarget) rule.Condition {
	if !m.Object(n, "what an element satisfies") {
		return nil
	}
	return t.holds(false, func(x rule.Expr) rule.Condition {
		if isOperators(n) && n.Get("$and") == nil && n.Get("$or") == nil && n.Get("$nor") == nil {
			return build.AnElement(x, m.tests(n, mongoTarget{m: m, at: n, x: rule.Elem{}}))
		}
		return build.AnElement(x, m.filter(n, true))
	})
}

func (m mongoReader) exists(n *source.Node, t mongoTarget) rule.Condition {
	there := n.Is(source.Bool) && n.Truth || n.Is(source.Number) && n.Text != "0"
	if !n.Is(source.Bool) && !n.Is(source.Number) {
		return m.Fail(n, rule.ErrType, "true or false is expected here")
	}
	c := t.holds(false, build.IsSet)
	if there {
		return c
	}
	return build.Not(c)
}

func (m mongoReader) regex(n, options *source.Node, t mongoTarget) rule.Condition {
	flags := options.Str()
	if rest := strings.Trim(flags, "imsu"); rest != "" || options != nil && !options.Is(source.Text) {
		return m.Omit(options, source.NeedPattern, "the options %s of a pattern", source.Shortened(flags))
	}
	fold := strings.Contains(flags, "i")
	inline := ""
	for _, f := range "ms" {
		if strings.ContainsRune(flags, f) {
			inline += string(f)
		}
	}
	if inline != "" && n.Is(source.Text) {
		with := *n
		with.Text = "(?" + inline + ")" + n.Text
		n = &with
	}
	return m.pattern(n, t, fold)
}

func (m mongoReader) pattern(n *source.Node, t mongoTarget, fold bool) rule.Condition {
	if !n.Is(source.Text) {
		return m.Fail(n, rule.ErrType, "a pattern is expected here, a text")
	}
	if c := m.Matches(n, rule.Elem{}, n.Text, fold); c == nil {
		return nil
	}
	return t.holds(true, func(x rule.Expr) rule.Condition { return rule.Matches{X: x, Pattern: n.Text, Fold: fold} })
}

// negated is what $not of a field is the complement of: a value too in GrowthBook, operators
// alone in MongoDB.
func (m mongoReader) negated(n *source.Node, t mongoTarget) rule.Condition {
	if m.Lists && !isOperators(n) {
		return m.Fail(n, rule.ErrType, "operators are expected in $not")
	}
	return m.tests(n, t)
}

// typeTest holds for values of a kind.
func (m mongoReader) typeTest(n *source.Node, t mongoTarget) rule.Condition {
	if len(n.List()) == 0 {
		return m.Fail(n, rule.ErrType, "a type is expected here")
	}
	var cs []rule.Condition
	for _, e := range n.List() {
		switch e.Scalar() {
		case "string", "2":
			cs = append(cs, t.holds(true, isTextValue))
		case "number":
			cs = append(cs, t.holds(true, func(x rule.Expr) rule.Condition {
				return rule.Or{build.Compare(x, rule.OpGe, rule.Int(0)), build.Compare(x, rule.OpLt, rule.Int(0))}
			}))
		case "bool", "boolean", "8":
			cs = append(cs, t.holds(true, func(x rule.Expr) rule.Condition {
				return rule.In{X: x, Values: []rule.Value{rule.Bool(true), rule.Bool(false)}}
			}))
		case "array", "4":
			cs = append(cs, t.holds(false, isListValue))
		default:
			return m.Omit(n, source.NeedType, "a test of the type of a value")
		}
	}
	return build.AnyOf(cs...)
}

func (m mongoReader) mod(n *source.Node, t mongoTarget) rule.Condition {
	items := m.Elements(n, "a divisor and a remainder")
	if len(items) != 2 {
		return m.Fail(n, rule.ErrValue, "a divisor and a remainder are expected here")
	}
	by, ok1 := m.Number(items[0])
	rest, ok2 := m.Number(items[1])
	if !ok1 || !ok2 {
		return nil
	}
	return t.holds(true, func(x rule.Expr) rule.Condition {
		return build.Eq(rule.Arith{Op: rule.ArithMod, Left: x, Right: by}, rest)
	})
}

// version compares as versions; a missing one is 0.
func (m mongoReader) version(op rule.Op, n *source.Node, t mongoTarget) rule.Condition {
	text := n.Text
	if !n.Is(source.Text) && !n.Is(source.Number) || !rule.IsVersion(text) {
		return m.Fail(n, rule.ErrValue, "a version is expected here, such as \"2.10.0\"")
	}
	c := build.Compare(rule.Call{Fn: rule.FnVersion, Args: []rule.Expr{t.path()}}, op, rule.Text(text))
	if rule.Compares(nil, rule.Version(rule.Text("0")), op, rule.Version(rule.Text(text)), false) {
		c = build.OrMissing(c, t.path())
	}
	return c
}

// savedGroup is membership of a saved group, which is a list of contacts where the attribute
// is the id.
func (m mongoReader) savedGroup(n *source.Node, t mongoTarget) rule.Condition {
	if !n.Is(source.Text) || n.Text == "" {
		return m.Fail(n, rule.ErrType, "the id of a saved group is expected here, a text")
	}
	if t.path() != rule.Expr(rule.Field("id")) {
		return m.Omit(n, source.NeedValueSet, "whether %s is in the saved group %s", rule.ExprText(t.path()), source.Shortened(n.Text))
	}
	return rule.InList(m.Named(n, n.Text))
}
