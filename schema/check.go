package schema

import (
	"fmt"
	"slices"
	"strings"

	"github.com/segmentrules/segment/internal/check"
	"github.com/segmentrules/segment/internal/definition"
	"github.com/segmentrules/segment/internal/parser"
	"github.com/segmentrules/segment/internal/textset"
	"github.com/segmentrules/segment/rule"
)

// Check reports all that does not fit the schema, as [rule.Errors]: names that do
// not exist, with the nearest that does; kinds that never compare; operators of
// another kind; values that a field never takes; and what cannot stand in a
// WHERE or HAS. A tree that is itself broken, or beyond the limits, is reported
// as such, and no further. The Path of an error is the JSON Pointer to what is wrong in the
// definition of the tree, as [segment.MarshalCondition] writes it. It takes conditions as
// they are parsed or as [Schema.Resolve] returns them. Nil schemas allow every
// name and check the rest.
//
// At most Limits.Errors errors are reported. The cost grows with the tree, and
// for every name that does not exist with the names there are.
func (s *Schema) Check(c rule.Condition) error {
	err := s.check(c, nil)
	if err == nil || s == nil {
		return definition.PointTo(err, c, rule.Limits{})
	}
	return definition.PointTo(err, c, s.Limits)
}

// check is Check of a condition that was read from a text, if that is not nil.
func (s *Schema) check(c rule.Condition, text *parser.Rule) error {
	if s == nil {
		s = &Schema{}
	}
	if err := check.Condition(c, s.Limits); err != nil {
		return err
	}
	resolved, err := s.Resolve(c)
	if err != nil {
		return err
	}
	k := checker{schema: s, text: text, most: s.Limits.WithDefaults().Errors}
	if text != nil {
		k.seen = make(map[reference]int)
	}
	k.condition(resolved, s.ContactScope(), nil)
	return k.errs.ErrorOrNil()
}

// A checker walks a resolved tree and collects what does not fit.
type checker struct {
	schema *Schema
	errs   rule.Errors
	most   int
	text   *parser.Rule // where names stand; nil if there is no text
	seen   map[reference]int
	last   reference
}

func (k *checker) fail(p *rule.Trail, code rule.Code, suggestion, format string, args ...any) {
	if len(k.errs) >= k.most {
		return
	}
	e := &rule.Error{Code: code, Msg: fmt.Sprintf(format, args...), Suggestion: suggestion}
	e.StandAt(p)
	if k.text != nil {
		if offset, ok := k.text.Use(k.last.kind, k.last.name, k.last.nth); ok {
			e.Locate(k.text.Text, offset)
			e.Path = ""
		}
	}
	k.errs = append(k.errs, e)
}

func (k *checker) conditions(cs []rule.Condition, ts TypeScope, p *rule.Trail) {
	for i, c := range cs {
		k.condition(c, ts, p.At(i))
	}
}

func (k *checker) condition(c rule.Condition, ts TypeScope, p *rule.Trail) {
	k.last = reference{} // a name of another condition is no place for an error of this one
	switch c := c.(type) {
	case rule.And:
		k.conditions(c, ts, p)
	case rule.Or:
		k.conditions(c, ts, p)
	case rule.Not:
		k.condition(c.C, ts, p.In(".C"))
	case rule.Count:
		k.conditions(c.Of, ts, p.In(".Of"))
	case rule.Zoned:
		k.condition(c.C, ts, p.In(".C"))
		k.needs(c.Zone, ts, p.In(".Zone"), kindsOf(rule.KindText), "IN ZONE")
	case rule.Each:
		k.needs(c.X, ts, p.In(".X"), kindsOf(rule.KindList), "ANY, ALL, NO and AT LEAST")
		k.condition(c.C, ts.ElementScope(ts.TypeOf(c.X)), p.In(".C"))
	case rule.Compare:
		k.compare(c, ts, p)
	case rule.Between:
		x := k.expr(c.X, ts, p.In(".X"))
		k.bound(c.X, x, c.Lo, ts, p.In(".Lo"))
		k.bound(c.X, x, c.Hi, ts, p.In(".Hi"))
	case rule.In:
		x := k.expr(c.X, ts, p.In(".X"))
		k.values(c.X, x, c.Values, ts, p.In(".Values"))
	case rule.IsNull:
		k.expr(c.X, ts, p.In(".X"))
	case rule.IsBlank:
		k.expr(c.X, ts, p.In(".X"))
	case rule.Contains:
		k.contains(c, ts, p)
	case rule.Like:
		k.needs(c.X, ts, p.In(".X"), kindsOf(rule.KindText), "STARTS WITH and ENDS WITH")
	case rule.Matches:
		k.needs(c.X, ts, p.In(".X"), kindsOf(rule.KindText), "MATCHES")
	case rule.InCIDR:
		k.needs(c.X, ts, p.In(".X"), kindsOf(rule.KindText), "IN CIDR")
	default:
		k.ofContact(c, ts, p)
	}
}

// ofContact checks conditions about time, history, events and membership.
func (k *checker) ofContact(c rule.Condition, ts TypeScope, p *rule.Trail) {
	if _, ok := c.(rule.When); !ok && ts.place != inContact {
		switch c.(type) {
		case rule.Changed, rule.HasBeen, rule.Sequence, rule.Regularity, rule.InList, rule.InSegment:
			k.misplaced(ts, p.In(testedAt(c)), "a test of "+contactPart(c))
			return
		}
	}
	switch c := c.(type) {
	case rule.When:
		k.needs(c.X, ts, p.In(".X"), temporal, "a window of time")
		k.window(c.Window, ts, p.In(".Window"))
	case rule.Changed:
		k.expr(c.Field, ts, p.In(".Field"))
		k.window(c.Window, ts, p.In(".Window"))
	case rule.HasBeen:
		x := readAs(k.expr(c.Field, ts, p.In(".Field")), c.As)
		k.values(c.Field, x, []rule.Value{c.Value}, ts, p.In(".Value"))
	case rule.Sequence:
		for i, step := range c.Steps {
			k.events(step.Events, ts, p.In(".Steps").At(i).In(".Events"))
		}
		k.window(c.Window, ts, p.In(".Window"))
	case rule.Regularity:
		k.events(c.Events, ts, p.In(".Events"))
	case rule.InList:
		k.name(string(c), "list", parser.UseList, k.schema.Lists, p)
	case rule.InSegment:
		k.name(string(c), "segment", parser.UseSegment, k.schema.Segments, p)
	}
}

func contactPart(c rule.Condition) string {
	switch c.(type) {
	case rule.Changed, rule.HasBeen:
		return "history"
	case rule.InList:
		return "a list"
	case rule.InSegment:
		return "a segment"
	}
	return "events"
}

// testedAt is the part of a condition that makes it one of a contact alone.
func testedAt(c rule.Condition) string {
	switch c.(type) {
	case rule.Changed, rule.HasBeen:
		return ".Op"
	case rule.InList, rule.InSegment:
		return ".Name"
	case rule.Sequence:
		return ".Steps"
	}
	return ".Events"
}

// misplaced reports what only a contact has, within an element or an event.
func (k *checker) misplaced(ts TypeScope, p *rule.Trail, what string) {
	where := "WHERE, which sees one event only"
	if ts.place == inElement {
		where = "HAS, which sees one element only"
	}
	k.fail(p, rule.ErrType, "", "%s cannot stand in %s", what, where)
}

// name checks a list or segment.
func (k *checker) name(name, what string, kind parser.UseKind, known []string, p *rule.Trail) {
	k.visit(kind, name)
	if len(known) > 0 && !k.schema.Open && !slices.Contains(known, name) {
		e := check.UnknownName(what, name, known)
		k.fail(p.In(".Name"), e.Code, e.Suggestion, "%s", e.Msg)
	}
}

// compare checks that the sides of a comparison compare.
func (k *checker) compare(c rule.Compare, ts TypeScope, p *rule.Trail) {
	left := k.expr(c.Left, ts, p.In(".Left"))
	last := k.last
	right := k.expr(c.Right, ts, p.In(".Right"))
	if last.name != "" {
		k.last = last
	}
	switch {
	case !left.compare(right):
		k.fail(p.In(compared(c)), rule.ErrType, "", "%s is %s and %s is %s: they never compare", k.quoted(c.Left, ts), left, k.quoted(c.Right, ts), right)
	case c.Op != rule.OpEq && (left&ordered == 0 || right&ordered == 0):
		k.fail(p.In(".Op"), rule.ErrType, "", "%s is %s, which has no order", k.quoted(c.Left, ts), left)
	}
	if v, ok := c.Right.(rule.Value); ok {
		k.allowed(c.Left, v, c.Op, ts, p.In(".Right"))
	} else if v, ok := c.Left.(rule.Value); ok {
		k.allowed(c.Right, v, c.Op, ts, p.In(".Left"))
	}
}

// compared is the side of a comparison that does not fit the other: the constant, or else
// the right one.
func compared(c rule.Compare) string {
	_, right := c.Right.(rule.Value)
	if _, left := c.Left.(rule.Value); left && !right {
		return ".Left"
	}
	return ".Right"
}

func (k *checker) bound(of rule.Expr, x kinds, e rule.Expr, ts TypeScope, p *rule.Trail) {
	last := k.last
	bound := k.expr(e, ts, p)
	if last.name != "" {
		k.last = last
	}
	if !x.compare(bound) || x&ordered == 0 {
		k.fail(p, rule.ErrType, "", "%s is %s and %s is %s: it is never between", k.quoted(of, ts), x, k.quoted(e, ts), bound)
	}
}

// values checks constants that an expression is asked to equal. One error is
// enough for one list.
func (k *checker) values(of rule.Expr, x kinds, vs []rule.Value, ts TypeScope, p *rule.Trail) {
	for i, v := range vs {
		if !x.compare(constantKinds(v)) {
			k.fail(p.At(i), rule.ErrType, "", "%s is %s and %s is %s: they never compare", k.quoted(of, ts), x, Quoted(v), constantKinds(v))
			return
		}
		k.allowed(of, v, rule.OpEq, ts, p.At(i))
	}
}

// contains checks membership in a list, and substrings.
func (k *checker) contains(c rule.Contains, ts TypeScope, p *rule.Trail) {
	x := k.needs(c.X, ts, p.In(".X"), kindsOf(rule.KindText, rule.KindList), "CONTAINS")
	if x&kindsOf(rule.KindText, rule.KindList) == 0 {
		return
	}
	t := ts.TypeOf(c.X)
	var fits kinds
	if x.has(rule.KindText) {
		fits |= kindsOf(rule.KindText)
	}
	if x.has(rule.KindList) {
		fits |= FieldType{Kind: t.Of}.kinds()
	}
	for i, v := range c.Values {
		if !fits.compare(constantKinds(v)) {
			k.fail(p.In(".Values").At(i), rule.ErrType, "", "%s holds %s: it never contains %s", Quoted(c.X), fits, Quoted(v))
			return
		}
		if t.Kind == rule.KindList {
			k.allowed(c.X, v, rule.OpEq, ts, p.In(".Values").At(i))
		}
	}
}

// allowed checks a text against the only ones that a field takes.
func (k *checker) allowed(of rule.Expr, v rule.Value, op rule.Op, ts TypeScope, p *rule.Trail) {
	t := ts.TypeOf(of)
	if op != rule.OpEq || v.Kind() != rule.KindText || t.Admits(v.Text()) {
		return
	}
	near := textset.Nearest(v.Text(), t.Values...)
	if near != "" {
		near = rule.Text(near).String()
	}
	k.fail(p, rule.ErrValue, near, "%s is never %s", Quoted(of), v)
}

// Admits reports whether a field may take a text.
func (t FieldType) Admits(text string) bool {
	return len(t.Values) == 0 || slices.ContainsFunc(t.Values, func(v string) bool {
		return textset.Folded(v, t.Fold) == textset.Folded(text, t.Fold)
	})
}

// quoted is an expression as a rule has it: without the mark that the schema sets of itself
// (see declared.go).
func (k *checker) quoted(e rule.Expr, ts TypeScope) string {
	if c, ok := e.(rule.Call); ok && isMark(c, ts) {
		e = c.Args[0]
	}
	return Quoted(e)
}

// Quoted is an expression within a message: short, names between backticks.
func Quoted(e rule.Expr) string {
	if e == nil {
		return "nothing"
	}
	text := e.String()
	if rs := []rune(text); len(rs) > 40 {
		text = string(rs[:39]) + "…"
	}
	if _, ok := e.(rule.Value); ok {
		return text
	}
	return "`" + strings.Trim(text, "`") + "`"
}
