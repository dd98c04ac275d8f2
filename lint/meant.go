package lint

import (
	"slices"
	"strings"

	"github.com/segmentrules/segment/internal/spelling"
	"github.com/segmentrules/segment/rule"
	"github.com/segmentrules/segment/schema"
)

// Tests that mean something else than they read as. Each check knows one shape and says what
// to write in its place; a shape that is often right is left alone.

// A test is a leaf as it is written: with a NOT in its operator, or of the element of an Each,
// such as `ANY tags != "vip"`.
type test struct {
	whole   rule.Condition
	leaf    rule.Condition // the test without NOT and Each
	rewrite func(rule.Condition) rule.Condition
	ts      schema.TypeScope // of the leaf
	path    *rule.Trail
	in      surroundings
}

// testOf reads a condition as a test; ok is false if it is none.
func testOf(c rule.Condition, ts schema.TypeScope, p *rule.Trail, in surroundings) (t test, ok bool) {
	t = test{whole: c, leaf: c, rewrite: func(c rule.Condition) rule.Condition { return c }, ts: ts, path: p, in: in}
	if e, isEach := t.leaf.(rule.Each); isEach {
		n, isNot := e.C.(rule.Not)
		inner := e.C
		if isNot {
			inner = n.C
		}
		if _, ofElement := rule.Subject(inner).(rule.Elem); !ofElement {
			return t, true
		}
		t.leaf, t.ts = e.C, ts.ElementScope(ts.TypeOf(e.X))
		t.rewrite = func(c rule.Condition) rule.Condition {
			e.C = c
			return e
		}
	}
	if n, isNot := t.leaf.(rule.Not); isNot {
		around := t.rewrite
		t.leaf = n.C
		t.rewrite = func(c rule.Condition) rule.Condition { return around(rule.Not{C: c}) }
	}
	switch t.leaf.(type) {
	case rule.And, rule.Or, rule.Not, rule.Count, rule.Zoned, rule.Each, rule.Everyone, nil:
		return t, false
	}
	return t, true
}

// unmeant warns of a test that is likely not what is meant, and reports whether it did.
func (l *linter) unmeant(c rule.Condition, ts schema.TypeScope, p *rule.Trail, in surroundings) bool {
	before := len(l.warnings)
	if each, ok := c.(rule.Each); ok && !l.eachDeed(each, ts, p) {
		l.eachUnmeant(each, ts, p, in)
	}
	if t, ok := testOf(c, ts, p, in); ok && len(l.warnings) == before {
		for _, check := range [...]func(test) bool{l.scopes, l.emptyWindows, l.eventsAhead, l.nullInList, l.listAsText, l.quotedDates, l.namedPart, l.wildcard, l.bareText, l.columnInQuotes, l.otherDate, l.numberInQuotes, l.recurs, l.deed, l.lengthOfTime, l.lastPeriod, l.periods, l.years, l.exactDay, l.sharedWindow} {
			if check(t) {
				break
			}
		}
	}
	return len(l.warnings) > before
}

// warnTest warns of a test, with what to write in place of its leaf; nil where there is no such
// thing.
func (l *linter) warnTest(t test, code Code, fix rule.Condition, format string, args ...any) bool {
	if fix != nil {
		fix = t.rewrite(fix)
	}
	l.warnFix(code, t.path, t.whole, fix, format, args...)
	return true
}

// untold reports whether an expression is a value of which the schema does not tell the kind.
func untold(ts schema.TypeScope, e rule.Expr) bool {
	switch e := unwrapped(e).(type) {
	case rule.Field, rule.Elem:
		return ts.TypeOf(e).Kind == rule.KindNull
	case rule.Metric:
		return e.Prop != "" && ts.TypeOf(e).Kind == rule.KindNull
	}
	return false
}

// quotedDates warns of a date in quotes beside something that no schema says to be one: there
// it is a text, which is compared letter by letter.
func (l *linter) quotedDates(t test) bool {
	var x rule.Expr
	first := rule.Value{}
	bare := func(v rule.Value) rule.Value {
		if v.Kind() != rule.KindText {
			return v
		}
		at := rule.ReadTime(v.Text())
		if day, second := spelling.DayIn(v.Text()); at.IsNull() && second == "" && strings.Contains(day, "T") {
			at = rule.ReadTime(day)
		}
		if at.IsNull() {
			return v
		}
		if first.IsNull() {
			first = v
		}
		return at
	}
	bareExpr := func(e rule.Expr) rule.Expr {
		if v, ok := e.(rule.Value); ok {
			return bare(v)
		}
		return e
	}
	bareAll := func(vs []rule.Value) []rule.Value {
		vs = slices.Clone(vs)
		for i := range vs {
			vs[i] = bare(vs[i])
		}
		return vs
	}
	var fix rule.Condition
	switch c := t.leaf.(type) {
	case rule.Compare:
		x = c.Left
		if _, ok := x.(rule.Value); ok {
			x = c.Right
		}
		c.Left, c.Right, c.Fold = bareExpr(c.Left), bareExpr(c.Right), false
		fix = c
	case rule.Between:
		x = c.X
		c.Lo, c.Hi, c.Fold = bareExpr(c.Lo), bareExpr(c.Hi), false
		fix = c
	case rule.In:
		x, c.Values, c.Fold = c.X, bareAll(c.Values), false
		fix = c
	case rule.HasBeen:
		x, c.Value, c.Fold = c.Field, bare(c.Value), false
		fix = c
	default:
		return false
	}
	if first.IsNull() || !untold(t.ts, x) {
		return false
	}
	return l.warnTest(t, WarnDate, fix, "%s in quotes is a text, which is compared letter by letter; without quotes it is a date: %s", first, code(t.rewrite(fix)))
}

// nullInList warns of NULL among the values of an IN.
func (l *linter) nullInList(t test) bool {
	c, ok := t.leaf.(rule.In)
	if !ok || !slices.ContainsFunc(c.Values, rule.Value.IsNull) {
		return false
	}
	rest := slices.DeleteFunc(slices.Clone(c.Values), rule.Value.IsNull)
	var fix rule.Condition = rule.IsNull{X: c.X}
	if len(rest) > 0 {
		fix = rule.Or{rule.In{X: c.X, Values: rest, Fold: c.Fold}, fix}
	}
	return l.warnTest(t, WarnNull, fix, "NULL among the values lets in who lacks %s: it means %s", schema.Quoted(c.X), code(t.rewrite(fix)))
}

// listAsText warns of a list that is compared with a text: no list equals one.
func (l *linter) listAsText(t test) bool {
	var x rule.Expr
	var vs []rule.Value
	var fold bool
	switch c := t.leaf.(type) {
	case rule.Compare:
		if v, ok := c.Right.(rule.Value); ok && c.Op == rule.OpEq {
			x, vs, fold = c.Left, []rule.Value{v}, c.Fold
		}
	case rule.In:
		x, vs, fold = c.X, c.Values, c.Fold
	}
	f, ok := x.(rule.Field)
	if !ok || slices.ContainsFunc(vs, func(v rule.Value) bool { return v.Kind() != rule.KindText }) {
		return false
	}
	kind := t.ts.TypeOf(f)
	known := kind.Kind == rule.KindList && (kind.Of == rule.KindText || kind.Of == rule.KindNull) && len(kind.Elements) == 0
	if !known && (kind.Kind != rule.KindNull || !l.isList(f)) {
		return false
	}
	fix := rule.Contains{X: f, Values: vs, Fold: fold}
	return l.warnTest(t, WarnList, fix, "`%s` is a list, which no text equals; write %s", f, code(t.rewrite(fix)))
}

// isList reports whether a field of unknown kind is used as a list in the rule, or has the name
// of one.
func (l *linter) isList(f rule.Field) bool {
	names := f.Names()
	name := strings.ToLower(names[len(names)-1])
	return l.lists[f] || slices.Contains(listNames, name[strings.LastIndexByte(name, '_')+1:])
}

// listNames are what fields are called that hold several texts.
var listNames = []string{"categories", "features", "genres", "groups", "hobbies", "interests", "keywords", "labels", "languages",
	"permissions", "roles", "skills", "tags", "topics"}

// eachUnmeant warns of `ANY tags != "vip"`, which holds for whoever has another tag besides,
// and of a path that leads through a list.
func (l *linter) eachUnmeant(c rule.Each, ts schema.TypeScope, p *rule.Trail, in surroundings) {
	if n, ok := c.C.(rule.Not); ok && c.Quantifier == rule.QuantifierAny && !in.negated {
		if _, ofElement := rule.Subject(n.C).(rule.Elem); ofElement {
			fix := rule.Each{Quantifier: rule.QuantifierNone, X: c.X, C: n.C}
			l.warnFix(WarnAnyNot, p, c, fix, "%s holds as soon as one element is another; that none is, says %s", code(c), code(fix))
			return
		}
	}
	l.throughList(c, ts, p)
}

// either warns of negated tests of one thing joined by OR: all but what is both passes.
func (l *linter) either(cs rule.Or, p *rule.Trail, in surroundings) {
	if in.negated {
		return
	}
	if fix, ok := allOf(cs); ok {
		l.warnFix(WarnEither, p, cs, fix, "%s holds unless both do that are negated; that neither of them does, says %s", code(cs), code(fix))
	}
}

// allOf is an OR of negated tests as it is likely meant: all of those that are about one thing.
func allOf(cs rule.Or) (fix rule.Condition, ok bool) {
	var rest rule.Or
	var all rule.And
	var x rule.Expr
	for _, c := range cs {
		s := negatedSubject(c)
		switch {
		case s != nil && (x == nil || rule.EqualExpr(s, x)):
			x, all = s, append(all, c)
		default:
			rest = append(rest, c)
		}
	}
	if len(all) < 2 {
		return nil, false
	}
	if len(rest) == 0 {
		return all, true
	}
	return append(rule.Or{all}, rest...), true
}

// negatedSubject is what a negated test with constants is about; nil for other conditions.
func negatedSubject(c rule.Condition) rule.Expr {
	n, ok := c.(rule.Not)
	if !ok {
		return nil
	}
	switch t := n.C.(type) {
	case rule.Compare:
		if _, ok := t.Right.(rule.Value); ok && t.Op == rule.OpEq {
			return t.Left
		}
	case rule.In:
		return t.X
	case rule.Contains:
		return t.X
	case rule.Like:
		return t.X
	}
	return nil
}
