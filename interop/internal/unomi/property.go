package unomi

import (
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/segmentrules/segment/interop/internal/build"
	"github.com/segmentrules/segment/interop/internal/source"
	"github.com/segmentrules/segment/rule"
)

// What Unomi asks of one property: its comparisons, the members that values stand in, and date
// expressions.

// unomiOperators are the comparisons of a property.
var unomiOperators = []string{"equals", "notEquals", "lessThan", "lessThanOrEqualTo", "greaterThan", "greaterThanOrEqualTo", "between", "exists", "missing",
	"contains", "notContains", "startsWith", "endsWith", "matchesRegex", "in", "notIn", "all", "inContains", "hasSomeOf", "hasNoneOf", "isDay", "isNotDay", "distance"}

// unomiValues are the members that a value may stand in; each has a plural, with an s behind
// Value.
var unomiValues = []string{"propertyValue", "propertyValueInteger", "propertyValueDouble", "propertyValueDate", "propertyValueDateExpr",
	"propertyValues", "propertyValuesInteger", "propertyValuesDouble", "propertyValuesDate", "propertyValuesDateExpr"}

// property tests a property of a profile, an event, a session or an element.
func (u *unomi) property(n, p *source.Node) rule.Condition {
	u.Only(p, append([]string{"propertyName", "comparisonOperator", "center", "unit", "distance"}, unomiValues...)...)
	op, ok := u.Word(p.Want("comparisonOperator"), "operator", unomiOperators...)
	name := u.within(p.Get("propertyName").Str())
	if name == "itemId" {
		name = "id"
	}
	x, named := u.Field(p.Want("propertyName"), name)
	if !ok || !named {
		return nil
	}
	switch op {
	case "exists":
		return build.IsSet(x)
	case "missing":
		return rule.IsNull{X: x}
	case "distance":
		return u.Omit(n, source.NeedGeo, "%s within a distance", name)
	}
	vs, at, fold := u.values(n, p)
	if len(vs) == 0 {
		return nil
	}
	if many := op == "between" || strings.HasPrefix(op, "has") || strings.HasPrefix(op, "in") || op == "notIn" || op == "all"; !many && len(vs) != 1 || op == "between" && len(vs) != 2 {
		return u.Fail(at, rule.ErrValue, "%s takes %d values, not %d", op, map[bool]int{true: 2, false: 1}[op == "between"], len(vs))
	}
	if fold && strings.ContainsFunc(allText(at), unicode.IsLetter) {
		u.Change(at, source.NeedCollation, "%s %s %s, where it has accents", name, op, at.Written())
	}
	return u.test(x, op, vs, at, fold)
}

// allText is the texts of a list, or a text.
func allText(n *source.Node) string {
	all := ""
	for _, e := range n.List() {
		all += e.Str()
	}
	return all
}

// values is the constants beside a property, none after an error; the node of them; and
// whether they are texts.
func (u *unomi) values(n, p *source.Node) (vs []rule.Expr, at *source.Node, texts bool) {
	of := ""
	for _, name := range unomiValues {
		if v := p.Get(name); !v.Absent() {
			if at != nil {
				u.Fail(v, rule.ErrValue, "there is another value besides this")
				return nil, at, false
			}
			at, of = v, strings.Replace(name, "Values", "Value", 1)
		}
	}
	if at == nil || len(at.List()) == 0 {
		u.Fail(source.OrNode(at, n), rule.ErrValue, "a value is expected, such as propertyValue")
		return nil, at, false
	}
	lost := false
	for _, e := range at.List() {
		v, ok := rule.Expr(nil), false
		switch of {
		case "propertyValue":
			v, ok = u.Constant(e)
		case "propertyValueDate":
			v, ok = u.date(e)
		case "propertyValueDateExpr":
			v, ok = u.dateExpr(e)
		default:
			v, ok = u.Number(e)
		}
		vs, lost = append(vs, v), lost || !ok
	}
	if lost {
		return nil, at, false
	}
	texts = of == "propertyValue" && slices.ContainsFunc(vs, func(x rule.Expr) bool { return x.(rule.Value).Kind() == rule.KindText })
	return vs, at, texts
}

// test is the test of an operator whose values are read.
func (u *unomi) test(x rule.Expr, op string, vs []rule.Expr, at *source.Node, fold bool) rule.Condition {
	var constants []rule.Value
	var texts []string
	for _, e := range vs {
		v, ok := e.(rule.Value)
		_, start := e.(unomiStart)
		if !ok && (op == "all" || op == "hasSomeOf" || op == "hasNoneOf" || len(vs) > 1 && op != "between" || start && strings.HasPrefix(op, "is")) {
			return u.Omit(at, source.NeedMoment, "%s beside dates that move with the clock", op)
		}
		constants, texts = append(constants, v), append(texts, v.Text())
	}
	switch op {
	case "between":
		return build.Ranged(u.ordered(x, "greaterThanOrEqualTo", vs[0], fold), u.ordered(x, "lessThanOrEqualTo", vs[1], fold))
	case "contains", "notContains", "startsWith", "endsWith", "matchesRegex", "inContains":
		if !fold {
			return u.Fail(at, rule.ErrType, "%s takes texts", op)
		}
		return u.textual(x, op, texts, at)
	case "in", "notIn":
		if _, ok := vs[0].(rule.Value); !ok {
			return u.ordered(x, map[string]string{"in": "equals", "notIn": "notEquals"}[op], vs[0], fold)
		}
		if c := build.OneOf(x, constants, fold); op == "in" {
			return c
		}
		return build.Not(build.OneOf(x, constants, fold))
	case "hasSomeOf":
		return build.AnElement(x, build.OneOf(rule.Elem{}, constants, fold))
	case "hasNoneOf":
		return build.Not(build.AnElement(x, build.OneOf(rule.Elem{}, constants, fold)))
	case "all":
		return rule.Contains{X: x, Mode: rule.ContainsAll, Values: constants, Fold: fold}
	case "isDay", "isNotDay":
		is := build.Compare(x, rule.OpEq, unomiDay(vs[0]))
		if op == "isDay" {
			return is
		}
		return build.Known(build.Not(is), x)
	}
	return u.ordered(x, op, vs[0], fold)
}

// unomiDay is the day of an instant: of NOW - 3 days it is TODAY - 3 days.
func unomiDay(x rule.Expr) rule.Expr {
	switch e := x.(type) {
	case rule.Value:
		if e.Kind() == rule.KindDate {
			return e
		}
	case rule.Call:
		if e.Fn == rule.FnNow || e.Fn == rule.FnToday {
			return build.Today()
		}
	case rule.Arith:
		if s, ok := e.Right.(rule.Span); ok && s.Unit >= rule.UnitDay {
			return rule.Arith{Op: e.Op, Left: unomiDay(e.Left), Right: s}
		}
	}
	return rule.Call{Fn: rule.FnDate, Args: []rule.Expr{x}}
}

// textual tests a text; what is negated leaves out those without a value.
func (u *unomi) textual(x rule.Expr, op string, texts []string, at *source.Node) rule.Condition {
	switch op {
	case "notContains":
		return build.Known(build.Not(build.Contains(x, true, texts...)), x)
	case "startsWith":
		return build.StartsWith(x, true, texts...)
	case "endsWith":
		return build.EndsWith(x, true, texts...)
	case "matchesRegex":
		return u.Matches(at, x, "^(?:"+texts[0]+")$", true)
	case "inContains":
		return build.AnyOf(build.Contains(x, true, texts...), build.AnElement(x, build.Contains(rule.Elem{}, true, texts...)))
	}
	return build.Contains(x, true, texts...)
}

// ordered compares with a constant, or with the start of a month or a year that moves with
// the clock: then months or years are compared.
func (u *unomi) ordered(x rule.Expr, op string, v rule.Expr, fold bool) rule.Condition {
	if start, ok := v.(unomiStart); ok {
		return unomiOrder(start.of(x), op, start.of(start.day), false)
	}
	return unomiOrder(x, op, v, fold)
}

// A unomiStart is the month or the year of a day, of which an expression of Unomi means the
// start: or, where that is the nearer end of a comparison, its end.
type unomiStart struct {
	rule.Expr
	day  rule.Expr
	unit rule.Unit
}

// of is the number of the month or year that an instant is in.
func (s unomiStart) of(x rule.Expr) rule.Expr {
	year := rule.Call{Fn: rule.FnYear, Args: []rule.Expr{x}}
	if s.unit == rule.UnitYear {
		return year
	}
	months := rule.Arith{Op: rule.ArithMul, Left: year, Right: rule.Int(12)}
	return rule.Arith{Op: rule.ArithAdd, Left: months, Right: rule.Call{Fn: rule.FnMonth, Args: []rule.Expr{x}}}
}

// date is an instant or a day, or a number of milliseconds after 1970.
func (u *unomi) date(n *source.Node) (rule.Expr, bool) {
	if n.Is(source.Number) {
		v, ok := u.Number(n)
		ms, whole := v.Int()
		at := rule.Time(time.UnixMilli(ms).UTC())
		if ok && whole && rule.Writable(at) {
			return at, true
		}
		u.Fail(n, rule.ErrValue, "a number of milliseconds after 1970 is expected here")
		return nil, false
	}
	return u.Instant(n)
}

// dateExpr is a date expression: now-5d, now/d, 2026-01-31||+1M/d. Behind a slash is the unit
// that it is rounded to.
func (u *unomi) dateExpr(n *source.Node) (rule.Expr, bool) {
	text := n.Str()
	base, ops, fixed := strings.Cut(text, "||")
	var x rule.Expr
	if fixed {
		v, ok := u.Instant(&source.Node{Kind: source.Text, Text: base, Ref: n.Ref})
		if !ok {
			return nil, false
		}
		x = v
	} else if rest, moving := strings.CutPrefix(text, "now"); moving {
		x, ops = build.Now(), rest
	} else {
		return u.date(n)
	}
	ops, to, rounded := strings.Cut(ops, "/")
	if rounded && !fixed {
		x = build.Today()
	}
	for ops != "" {
		end := 1 + len(ops[1:]) - len(strings.TrimLeft(ops[1:], "0123456789"))
		if end >= len(ops) || ops[0] != '+' && ops[0] != '-' {
			u.Fail(n, rule.ErrSyntax, "%s is no date expression, such as now-5d", n.Written())
			return nil, false
		}
		s, ok := unomiSpan(ops[:end], ops[end])
		if !ok {
			u.Fail(n, rule.ErrSyntax, "%s is no length of time in a date expression", source.Shortened(ops[:end+1]))
			return nil, false
		}
		if _, months := s.Months(); rounded && !months && s.Seconds()%86400 != 0 {
			u.Omit(n, source.NeedMoment, "%s", n.Written())
			return nil, false
		}
		x, ops = build.Shifted(x, s), ops[end+1:]
	}
	switch {
	case !rounded:
		return x, true
	case to == "d":
		if fixed {
			x = rule.Call{Fn: rule.FnDate, Args: []rule.Expr{x}}
		}
		return x, true
	case to == "M":
		return unomiStart{day: x, unit: rule.UnitMonth}, true
	case to == "y":
		return unomiStart{day: x, unit: rule.UnitYear}, true
	}
	u.Omit(n, source.NeedMoment, "%s", n.Written())
	return nil, false
}

// unomiSpan is a number with a sign, and the letter of a unit.
func unomiSpan(number string, letter byte) (s rule.Span, ok bool) {
	units := map[byte]rule.Unit{'y': rule.UnitYear, 'M': rule.UnitMonth, 'w': rule.UnitWeek, 'd': rule.UnitDay, 'h': rule.UnitHour, 'H': rule.UnitHour, 'm': rule.UnitMinute, 's': rule.UnitSecond}
	digits := strings.TrimLeft(number[1:], "0")
	if len(number) == 1 {
		digits = "1" // now-d is a day ago
	}
	k := int64(0)
	if digits != "" {
		v, _ := rule.ParseNumber(digits)
		if k, ok = v.Int(); !ok {
			return s, false
		}
	}
	if number[0] == '-' {
		k = -k
	}
	s = rule.Span{N: k, Unit: units[letter]}
	positive := s
	positive.N = max(k, -k)
	return s, s.Unit != 0 && (k == 0 || positive.Valid())
}
