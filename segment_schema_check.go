package segment

import (
	"fmt"
	"slices"
	"strings"
)

// Check reports all that does not fit the schema, as [Errors]: names that do
// not exist, with the nearest that does; kinds that never compare; operators of
// another kind; values that a field never takes; and what cannot stand in a
// WHERE or HAS. A tree that is itself broken, or beyond the limits, is reported
// as such, and no further. Where the text is not at hand the Path of an error says where
// in the tree it is, as Go would write it: [1].C.Left. It takes conditions as
// they are parsed or as [Schema.Resolve] returns them. Nil schemas allow every
// name and check the rest.
//
// At most Limits.Errors errors are reported. The cost grows with the tree, and
// for every name that does not exist with the names there are.
func (s *Schema) Check(c Condition) error { return s.check(c, nil) }

// check is Check of a condition that was read from a text, if that is not nil.
func (s *Schema) check(c Condition, text *rule) error {
	if s == nil {
		s = &Schema{}
	}
	if err := valid(c, s.Limits); err != nil {
		return err
	}
	resolved, err := s.Resolve(c)
	if err != nil {
		return err
	}
	k := checker{schema: s, text: text, most: s.Limits.withDefaults().Errors}
	if text != nil {
		k.seen = make(map[reference]int)
	}
	k.condition(resolved, s.contactScope(), nil)
	return k.errs.errorOrNil()
}

// A checker walks a resolved tree and collects what does not fit.
type checker struct {
	schema *Schema
	errs   Errors
	most   int
	text   *rule // where names stand; nil if there is no text
	seen   map[reference]int
	last   reference
}

func (k *checker) fail(p *trail, code Code, suggestion, format string, args ...any) {
	if len(k.errs) >= k.most {
		return
	}
	e := &Error{Code: code, Msg: fmt.Sprintf(format, args...), Suggestion: suggestion}
	e.Path = p.path()
	if k.text != nil {
		if offset, ok := k.text.use(k.last.kind, k.last.name, k.last.nth); ok {
			e.locate(k.text.text, offset)
			e.Path = ""
		}
	}
	k.errs = append(k.errs, e)
}

func (k *checker) conditions(cs []Condition, ts typeScope, p *trail) {
	for i, c := range cs {
		k.condition(c, ts, p.at(i))
	}
}

func (k *checker) condition(c Condition, ts typeScope, p *trail) {
	k.last = reference{} // a name of another condition is no place for an error of this one
	switch c := c.(type) {
	case And:
		k.conditions(c, ts, p)
	case Or:
		k.conditions(c, ts, p)
	case Not:
		k.condition(c.C, ts, p.in(".C"))
	case Count:
		k.conditions(c.Of, ts, p.in(".Of"))
	case Zoned:
		k.condition(c.C, ts, p.in(".C"))
		k.needs(c.Zone, ts, p.in(".Zone"), kindsOf(KindText), "IN ZONE")
	case Each:
		k.needs(c.X, ts, p.in(".X"), kindsOf(KindList), "ANY, ALL, NO and AT LEAST")
		k.condition(c.C, ts.elementScope(ts.typeOf(c.X)), p.in(".C"))
	case Compare:
		k.compare(c, ts, p)
	case Between:
		x := k.expr(c.X, ts, p.in(".X"))
		k.bound(c.X, x, c.Lo, ts, p.in(".Lo"))
		k.bound(c.X, x, c.Hi, ts, p.in(".Hi"))
	case In:
		x := k.expr(c.X, ts, p.in(".X"))
		k.values(c.X, x, c.Values, ts, p.in(".Values"))
	case IsNull:
		k.expr(c.X, ts, p.in(".X"))
	case IsBlank:
		k.expr(c.X, ts, p.in(".X"))
	case Contains:
		k.contains(c, ts, p)
	case Like:
		k.needs(c.X, ts, p.in(".X"), kindsOf(KindText), "STARTS WITH and ENDS WITH")
	case Matches:
		k.needs(c.X, ts, p.in(".X"), kindsOf(KindText), "MATCHES")
	case InCIDR:
		k.needs(c.X, ts, p.in(".X"), kindsOf(KindText), "IN CIDR")
	default:
		k.ofContact(c, ts, p)
	}
}

// ofContact checks conditions about time, history, events and membership.
func (k *checker) ofContact(c Condition, ts typeScope, p *trail) {
	if _, ok := c.(When); !ok && ts.place != inContact {
		switch c.(type) {
		case Changed, HasBeen, Sequence, Regularity, InList, InSegment:
			k.misplaced(ts, p, "a test of "+contactPart(c))
			return
		}
	}
	switch c := c.(type) {
	case When:
		k.needs(c.X, ts, p.in(".X"), temporal, "a window of time")
		k.window(c.Window, ts, p.in(".Window"))
	case Changed:
		k.expr(c.Field, ts, p.in(".Field"))
		k.window(c.Window, ts, p.in(".Window"))
	case HasBeen:
		x := k.expr(c.Field, ts, p.in(".Field"))
		k.values(c.Field, x, []Value{c.Value}, ts, p.in(".Value"))
	case Sequence:
		for i, step := range c.Steps {
			k.events(step.Events, ts, p.in(".Steps").at(i))
		}
		k.window(c.Window, ts, p.in(".Window"))
	case Regularity:
		k.events(c.Events, ts, p.in(".Events"))
	case InList:
		k.name(string(c), "list", useList, k.schema.Lists, p)
	case InSegment:
		k.name(string(c), "segment", useSegment, k.schema.Segments, p)
	}
}

func contactPart(c Condition) string {
	switch c.(type) {
	case Changed, HasBeen:
		return "history"
	case InList:
		return "a list"
	case InSegment:
		return "a segment"
	}
	return "events"
}

// misplaced reports what only a contact has, within an element or an event.
func (k *checker) misplaced(ts typeScope, p *trail, what string) {
	where := "WHERE, which sees one event only"
	if ts.place == inElement {
		where = "HAS, which sees one element only"
	}
	k.fail(p, ErrType, "", "%s cannot stand in %s", what, where)
}

// name checks a list or segment.
func (k *checker) name(name, what string, kind useKind, known []string, p *trail) {
	k.visit(kind, name)
	if len(known) > 0 && !k.schema.Open && !slices.Contains(known, name) {
		near := nearest(name, known...)
		if near != "" {
			near = Text(near).String()
		}
		k.fail(p, ErrUnknown, near, "unknown %s %s", what, Text(name))
	}
}

// compare checks that the sides of a comparison compare.
func (k *checker) compare(c Compare, ts typeScope, p *trail) {
	left := k.expr(c.Left, ts, p.in(".Left"))
	last := k.last
	right := k.expr(c.Right, ts, p.in(".Right"))
	if last.name != "" {
		k.last = last
	}
	switch {
	case !left.compare(right):
		k.fail(p, ErrType, "", "%s is %s and %s is %s: they never compare", quoted(c.Left), left, quoted(c.Right), right)
	case c.Op != Eq && (left&ordered == 0 || right&ordered == 0):
		k.fail(p, ErrType, "", "%s is %s, which has no order", quoted(c.Left), left)
	}
	if v, ok := c.Right.(Value); ok {
		k.allowed(c.Left, v, c.Op, ts, p.in(".Right"))
	} else if v, ok := c.Left.(Value); ok {
		k.allowed(c.Right, v, c.Op, ts, p.in(".Left"))
	}
}

func (k *checker) bound(of Expr, x kinds, e Expr, ts typeScope, p *trail) {
	last := k.last
	bound := k.expr(e, ts, p)
	if last.name != "" {
		k.last = last
	}
	if !x.compare(bound) || x&ordered == 0 {
		k.fail(p, ErrType, "", "%s is %s and %s is %s: it is never between", quoted(of), x, quoted(e), bound)
	}
}

// values checks constants that an expression is asked to equal. One error is
// enough for one list.
func (k *checker) values(of Expr, x kinds, vs []Value, ts typeScope, p *trail) {
	for i, v := range vs {
		if !x.compare(constantKinds(v)) {
			k.fail(p.at(i), ErrType, "", "%s is %s and %s is %s: they never compare", quoted(of), x, quoted(v), constantKinds(v))
			return
		}
		k.allowed(of, v, Eq, ts, p.at(i))
	}
}

// contains checks membership in a list, and substrings.
func (k *checker) contains(c Contains, ts typeScope, p *trail) {
	x := k.needs(c.X, ts, p.in(".X"), kindsOf(KindText, KindList), "CONTAINS")
	if x&kindsOf(KindText, KindList) == 0 {
		return
	}
	t := ts.typeOf(c.X)
	var fits kinds
	if x.has(KindText) {
		fits |= kindsOf(KindText)
	}
	if x.has(KindList) {
		fits |= FieldType{Kind: t.Of}.kinds()
	}
	for i, v := range c.Values {
		if !fits.compare(constantKinds(v)) {
			k.fail(p.in(".Values").at(i), ErrType, "", "%s holds %s: it never contains %s", quoted(c.X), fits, quoted(v))
			return
		}
		if t.Kind == KindList {
			k.allowed(c.X, v, Eq, ts, p.in(".Values").at(i))
		}
	}
}

// allowed checks a text against the only ones that a field takes.
func (k *checker) allowed(of Expr, v Value, op Op, ts typeScope, p *trail) {
	t := ts.typeOf(of)
	if op != Eq || v.kind != KindText || t.admits(v.Text()) {
		return
	}
	near := nearest(v.Text(), t.Values...)
	if near != "" {
		near = Text(near).String()
	}
	k.fail(p, ErrValue, near, "%s is never %s", quoted(of), v)
}

// admits reports whether a field may take a text.
func (t FieldType) admits(text string) bool {
	return len(t.Values) == 0 || slices.ContainsFunc(t.Values, func(v string) bool {
		return folded(v, t.Fold) == folded(text, t.Fold)
	})
}

// quoted is an expression within a message: short, names between backticks.
func quoted(e Expr) string {
	if e == nil {
		return "nothing"
	}
	text := e.String()
	if rs := []rune(text); len(rs) > 40 {
		text = string(rs[:39]) + "…"
	}
	if _, ok := e.(Value); ok {
		return text
	}
	return "`" + strings.Trim(text, "`") + "`"
}
