package lint

import (
	"fmt"
	"slices"
	"strings"

	"github.com/segmentrules/segment/internal/check"
	"github.com/segmentrules/segment/internal/definition"
	"github.com/segmentrules/segment/internal/normal"
	"github.com/segmentrules/segment/internal/parser"
	"github.com/segmentrules/segment/rule"
	"github.com/segmentrules/segment/schema"
)

// The warnings and the walk that finds them. Each group and each test is looked at once, with
// what surrounds it: whether it stands behind a NOT, in a HAS or in a WHERE.

// A Code says what kind of warning a [Warning] is.
type Code string

// The codes.
const (
	WarnMixed     Code = "mixed"         // AND and OR side by side without parentheses
	WarnNegated   Code = "negated"       // a negated test, which holds for whoever lacks the value
	WarnNever     Code = "never"         // a condition that can never hold
	WarnAlways    Code = "always"        // a condition that always holds
	WarnRepeated  Code = "repeated"      // the same condition twice in one group
	WarnAgo       Code = "ago"           // a comparison with "ago", which compares ages
	WarnRetention Code = "retention"     // a window longer than events are kept
	WarnValue     Code = "value"         // a text that the field never takes
	WarnDate      Code = "quoted_date"   // a date in quotes, which is a text where no schema says otherwise
	WarnNull      Code = "null"          // NULL among the values of an IN
	WarnList      Code = "list"          // a list compared with a text
	WarnAnyNot    Code = "any_not"       // ANY with a negated test of the element
	WarnEither    Code = "either"        // negated tests of one thing joined by OR
	WarnWindow    Code = "window"        // a window in which nothing lies
	WarnPeriod    Code = "period"        // a month or an hour calculated with as a number
	WarnYears     Code = "years"         // an age in calendar years
	WarnExactDay  Code = "exact_day"     // an anniversary on one day some days from now
	WarnShared    Code = "shared_window" // a window that counts for both aggregates of a comparison
	WarnScope     Code = "scope"         // a name that can only be meant as one of another scope
	WarnQuotes    Code = "quotes"        // a text without quotes, a number or the name of a field in them
	WarnRecurs    Code = "recurs"        // a day that recurs, such as a birthday, taken for one day
	WarnEvent     Code = "event"         // a field that has the name of an event
	WarnLast      Code = "last_period"   // LAST MONTH, which is the month before this one
)

// A Warning is something in a rule that is allowed, and probably not meant.
type Warning struct {
	Code Code   `json:"code"`
	Msg  string `json:"message"` // in the words of the person who wrote the rule
	Part string `json:"part"`    // the text of the part it is about
	// Fix, where there is one, is what Part likely should be: rule text that [segment.Parse]
	// reads, and of which [Text] does not give this warning. It is put in the place of Part,
	// in parentheses if it is a group.
	Fix    string `json:"fix,omitempty"`
	Path   string `json:"path,omitempty"`   // JSON Pointer to it in the definition of the rule; empty for the whole rule, and for what follows 1,000 warnings
	Line   int    `json:"line,omitempty"`   // of Text: where in the text the part starts, from 1; otherwise 0
	Column int    `json:"column,omitempty"` // from 1, in characters
	Offset int    `json:"offset,omitempty"` // from 0, in bytes
}

// String returns the warning as one line.
func (w Warning) String() string {
	if w.Line > 0 {
		return fmt.Sprintf("%d:%d: %s", w.Line, w.Column, w.Msg)
	}
	return w.Msg
}

// Condition returns what is allowed in a condition and probably not meant, in the
// order of the tree; none for a tree that is broken. The schema may be nil; with
// one, more is known: which fields may be missing, what values they take, how
// long events are kept.
//
// What can never hold, and what always holds, is decided and not guessed: there
// is no contact, at any instant, for which such a condition holds, or fails.
// Numbers, texts, instants and dates are told apart exactly, a missing value from
// each of them; so `age < 18 AND age > 65` never holds, `age < 18 OR age >= 18`
// does not always hold (an age may be missing), and with an age that the schema
// requires it does. What is not decided (patterns, computed values, more than a
// bounded search finds) is not warned of. The smallest part that a warning
// applies to is named.
//
// The tree does not hold parentheses: an AND within an OR is warned of as it
// prints. [Text] sees the text itself. The cost is bounded, whatever the tree.
func Condition(c rule.Condition, s *schema.Schema) []Warning {
	ws := conditionOf(c, s, false)
	setPointers(ws, c, s)
	return ws
}

// setPointers makes JSON Pointers of the ways in the tree that the warnings have as Path.
func setPointers(ws []Warning, c rule.Condition, s *schema.Schema) {
	const most = 1_000 // of which each costs a walk over the rule
	if len(ws) == 0 {
		return
	}
	var l rule.Limits
	if s != nil {
		l = s.Limits
	}
	paths := make([]string, min(most, len(ws)))
	for i := range paths {
		paths[i] = ws[i].Path
	}
	pointers := definition.Pointers(c, paths, l)
	for i := range ws {
		if ws[i].Path = ""; i < len(pointers) {
			ws[i].Path = pointers[i]
		}
	}
}

// conditionOf is [Condition] of a rule whose text says LAST MONTH or does not.
func conditionOf(c rule.Condition, s *schema.Schema, last bool) []Warning {
	if s == nil {
		s = &schema.Schema{}
	}
	if check.Condition(c, s.Limits) != nil {
		return nil
	}
	if resolved, err := s.Resolve(c); err == nil {
		c = resolved
	}
	l := linter{schema: s, steps: solverSteps, last: last}
	l.namesIn(c)
	l.condition(c, s.ContactScope(), nil, surroundings{})
	return l.warnings
}

// A linter walks a tree and collects warnings.
type linter struct {
	schema   *schema.Schema
	steps    int // left for deciding
	warnings []Warning
	events   map[string]bool     // the events that the rule or the schema names
	lists    map[rule.Field]bool // the fields that the rule uses as lists
	last     bool                // the text says LAST MONTH, or another unit
}

// The surroundings are what stands around a condition.
type surroundings struct {
	negated bool
	set     []rule.Expr   // known not to be missing, because the group asks for it
	group   normal.Digest // the kind of group directly around
	events  []string      // the events whose WHERE this is; nil elsewhere
	list    string        // the first name of the list whose HAS this is; empty elsewhere
	direct  bool          // what is directly around is a NOT
	told    bool          // the condition was looked at with what is directly around it
}

func (l *linter) warn(code Code, p *rule.Trail, part, format string, args ...any) {
	l.warnings = append(l.warnings, Warning{Code: code, Msg: fmt.Sprintf(format, args...), Part: part, Path: p.Path()})
}

// warnFix warns of a part and says what to write in its place. A fix that does not read back
// by itself, such as one about the element of a list, is left out.
func (l *linter) warnFix(code Code, p *rule.Trail, part, fix rule.Condition, format string, args ...any) {
	l.warn(code, p, part.String(), format, args...)
	if fix == nil {
		return
	}
	l.offer(fix.String(), fix)
}

// offer notes a text as the fix of the last warning, if it reads back as what it says.
func (l *linter) offer(text string, fix rule.Condition) {
	if back, err := parser.Parse(text); err == nil && rule.Equal(back, fix) {
		l.warnings[len(l.warnings)-1].Fix = text
	}
}

// condition warns of a condition and of what is in it. Where the whole can never
// fail or hold, and no part of it is to blame, its parts are left alone.
func (l *linter) condition(c rule.Condition, ts schema.TypeScope, p *rule.Trail, in surroundings) {
	told, direct := in.told, in.direct
	in.told, in.direct = false, false
	if !told && l.unmeant(c, ts, p, in) {
		l.wheres(c, p, ts)
		return
	}
	if l.decided(c, ts, p, in) {
		return
	}
	switch c := c.(type) {
	case rule.And:
		l.group(c, normal.TagAnd, ts, p, in)
	case rule.Or:
		l.either(c, p, in)
		l.group(c, normal.TagOr, ts, p, in)
	case rule.Not:
		_, in.told = testOf(c, ts, p, in)
		in.negated, in.group, in.direct = !in.negated, 0, true
		l.condition(c.C, ts, p.In(".C"), in)
	case rule.Count:
		in.group = 0
		l.repeated(c.Of, p)
		for i, part := range c.Of {
			l.condition(part, ts, p.In(".Of").At(i), in)
		}
	case rule.Zoned:
		l.condition(c.C, ts, p.In(".C"), in)
	case rule.Each:
		within := surroundings{negated: in.negated != (c.Quantifier == rule.QuantifierNone)}
		if f, ok := c.X.(rule.Field); ok {
			within.list = f.Names()[0]
		}
		if t, ok := testOf(c, ts, p, in); ok {
			_, whole := t.leaf.(rule.Each)
			within.told = !whole
		}
		l.condition(c.C, ts.ElementScope(ts.TypeOf(c.X)), p.In(".C"), within)
	default:
		in.direct = direct
		l.leaf(c, ts, p, in)
	}
}

// group warns of an AND or OR.
func (l *linter) group(cs []rule.Condition, kind normal.Digest, ts schema.TypeScope, p *rule.Trail, in surroundings) {
	if in.group != kind {
		l.repeated(flattened(cs, kind), p)
	}
	if kind == normal.TagAnd && !in.negated || kind == normal.TagOr && in.negated {
		in.set = append(slices.Clip(in.set), askedFor(cs, in.negated)...)
	}
	in.group = kind
	for i, c := range cs {
		if and, ok := c.(rule.And); ok && kind == normal.TagOr && len(and) > 1 && !slices.ContainsFunc(l.warnings, mixedAt(p)) {
			l.warn(WarnMixed, p, rule.Or(cs).String(), "AND binds tighter than OR here: %s is one part; write parentheses to say so", code(and))
			l.offer(parenthesised(cs), rule.Or(cs))
		}
		l.condition(c, ts, p.At(i), in)
	}
}

// parenthesised is the text of an OR with every AND in it in parentheses.
func parenthesised(cs rule.Or) string {
	texts := make([]string, len(cs))
	for i, c := range cs {
		if texts[i] = c.String(); !rule.IsLeaf(c) {
			texts[i] = "(" + texts[i] + ")"
		}
	}
	return strings.Join(texts, " OR ")
}

func mixedAt(p *rule.Trail) func(Warning) bool {
	return func(w Warning) bool { return w.Code == WarnMixed && w.Path == p.Path() }
}

// flattened are the parts of a group, and of groups of the same kind within.
func flattened(cs []rule.Condition, kind normal.Digest) (out []rule.Condition) {
	for _, c := range cs {
		and, isAnd := c.(rule.And)
		or, isOr := c.(rule.Or)
		switch {
		case isAnd && kind == normal.TagAnd:
			out = append(out, flattened(and, kind)...)
		case isOr && kind == normal.TagOr:
			out = append(out, flattened(or, kind)...)
		default:
			out = append(out, c)
		}
	}
	return out
}

// askedFor are the expressions that a group asks to be set.
func askedFor(cs []rule.Condition, negated bool) (out []rule.Expr) {
	for _, c := range cs {
		if n, ok := c.(rule.Not); ok != negated {
			if ok {
				c = n.C
			}
			if test, ok := c.(rule.IsNull); ok {
				out = append(out, test.X)
			}
		}
	}
	return out
}

// repeated warns of conditions that mean the same and stand twice in a group.
func (l *linter) repeated(cs []rule.Condition, p *rule.Trail) {
	seen := normal.NewTermSet(len(cs))
	for _, c := range cs {
		t := normal.Reduce(c)
		if !t.IsAlways() && !t.IsNever() && !seen.Add(t) {
			l.warn(WarnRepeated, p, c.String(), "%s stands twice", code(c))
		}
	}
}

// decided warns of what always or never holds, and reports whether it did, or
// whether all there is to say was said of the parts.
func (l *linter) decided(c rule.Condition, ts schema.TypeScope, p *rule.Trail, in surroundings) bool {
	holds, ok := l.verdict(c, ts)
	if !ok {
		return false
	}
	if l.blames(c, holds, ts) {
		return false // a part is to blame: it will be told
	}
	if before := len(l.warnings); !holds {
		if l.unknownValue(c, ts, p); len(l.warnings) > before {
			return true // that is why
		}
	}
	part := c
	if and, ok := c.(rule.And); ok && !holds {
		part = l.pair(and, ts)
	}
	if holds {
		var fix rule.Condition
		if or, ok := c.(rule.Or); ok && !in.negated {
			fix, _ = allOf(or)
		}
		l.warnFix(WarnAlways, p, part, fix, "%s always holds, so it asks nothing", code(part))
	} else {
		l.warn(WarnNever, p, part.String(), "%s can never hold", code(part))
	}
	return true
}

// verdict decides a condition; ok is false if it may hold and may fail. What is
// written as EVERYONE is meant.
func (l *linter) verdict(c rule.Condition, ts schema.TypeScope) (holds, ok bool) {
	t := normal.Reduce(c)
	if _, written := c.(rule.Everyone); written {
		return false, false
	}
	if n, isNot := c.(rule.Not); isNot {
		if _, written := n.C.(rule.Everyone); written {
			return false, false
		}
	}
	s := solver{types: ts, steps: l.steps}
	defer func() { l.steps = s.steps }()
	switch {
	case !s.possible(t.C):
		return false, true
	case !s.possible(t.Negated().C):
		return true, true
	}
	return false, false
}

// blames reports whether a part of a condition decides it alone.
func (l *linter) blames(c rule.Condition, holds bool, ts schema.TypeScope) bool {
	parts := rule.Children(c)
	switch c.(type) {
	case rule.And, rule.Or, rule.Count, rule.Not, rule.Zoned:
	default:
		return false
	}
	_, isAnd := c.(rule.And)
	_, isOr := c.(rule.Or)
	decided := 0
	for _, part := range parts {
		h, ok := l.verdict(part, ts)
		if !ok {
			continue
		}
		decided++
		if isAnd && !holds && !h || isOr && holds && h {
			return true
		}
	}
	return len(parts) > 0 && decided == len(parts)
}

// pair finds two parts of an AND that exclude each other; all of it, if it takes
// more of them.
func (l *linter) pair(cs rule.And, ts schema.TypeScope) rule.Condition {
	const most = 40 // parts, of which every two are tried
	if len(cs) <= 2 || len(cs) > most {
		return cs
	}
	for i := range cs {
		for j := range i {
			both := rule.And{cs[j], cs[i]}
			if holds, ok := l.verdict(both, ts); ok && !holds {
				return both
			}
		}
	}
	return cs
}

// code is a condition within a message, shortened.
func code(c rule.Condition) string {
	text := []rune(c.String())
	if len(text) > 120 {
		text = append(text[:119], '…')
	}
	return "`" + string(text) + "`"
}
