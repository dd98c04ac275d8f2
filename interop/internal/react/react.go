package react

import (
	"strings"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/interop/internal/build"
	"github.com/segmentrules/segment/interop/internal/source"
	"github.com/segmentrules/segment/rule"
)

// react-querybuilder: a query is a tree of groups and rules. It says no meaning of a missing
// value; here a negated test holds for one, as in its exports to JavaScript, JsonLogic and
// MongoDB, unless Options.SQLNull asks for the meaning of its export to SQL. As in these
// exports a group without rules holds for everyone, also if it is negated, and a rule or a
// group that is muted or not filled in yet is left out: a placeholder "~", an `in` without
// values, a `between` without two. So is one that is disabled.
//
// Members that are not named here (id, path, meta and a host's own) mean nothing.
//
// Some fields mean more than a field of the contact, unless the schema lists one of that name:
//
//	{"field": "event:opened", "operator": ">=", "value": {"agg": "count", "n": 5, "window": {"last": 30, "unit": "days"}}}
//	{"field": "list", "operator": "in", "value": "VIP"}         also notIn
//	{"field": "segment", "operator": "in", "value": "active"}   also notIn
//	{"field": "$rule", "operator": "is", "value": "MONTH(born) = 5"}
//
// A path of a field is that of rule.Field: names joined by dots, a dot within a name behind a
// backslash.

// A reader reads one definition.
type reader struct{ *source.Reader }

// Read reads a definition of react-querybuilder; mistakes and losses gather in the reader.
func Read(from *source.Reader, n *source.Node) segment.Segment {
	r := &reader{from}
	t := r.reactGroup(n, false)
	if t.c == nil && len(r.Losses) == 0 {
		t.c = rule.Everyone{} // as of a group without rules
	}
	if r.SQLNull && len(r.Errs) == 0 {
		t.c = r.SQLTrue(n, t.c)
	}
	return segment.Segment{Condition: t.c}
}

// A reactNode is a group or a rule of a query, with what it means.
type reactNode struct {
	at    *source.Node   // nil of a group that only the precedence of AND makes
	c     rule.Condition // nil if it is left out
	group bool
	op    string       // of a group: and, or, xor
	not   bool         // of a group: it is negated
	parts []*reactNode // of a group
	joint string       // what stands before it, where combinators stand between rules
	bad   bool         // something in it is an error
	used  bool         // it is written back, see reactWriter
}

// reactOff reports whether a group or a rule is left out because it says so.
func reactOff(n *source.Node) bool {
	for _, name := range []string{"disabled", "muted"} {
		if off := n.Get(name); off.Is(source.Bool) && off.Truth {
			return true
		}
	}
	return false
}

// reactPart reads a group or a rule.
func (r *reader) reactPart(n *source.Node, element bool) *reactNode {
	if n.Get("rules") != nil {
		return r.reactGroup(n, element)
	}
	t, wrong := &reactNode{at: n}, r.Wrong
	if r.Object(n, "a rule or a group") && !reactOff(n) {
		t.c = r.reactRule(n, element)
	}
	t.bad = r.Wrong > wrong
	return t
}

// reactGroup reads a group. element is set within the elements of a list.
func (r *reader) reactGroup(n *source.Node, element bool) *reactNode {
	wrong := r.Wrong
	t := r.reactRules(n, element)
	t.bad = r.Wrong > wrong
	return t
}

func (r *reader) reactRules(n *source.Node, element bool) *reactNode {
	t := &reactNode{at: n, group: true, op: "and"}
	if !r.Object(n, "a group of rules") || reactOff(n) {
		return t
	}
	rules := r.Elements(n.Want("rules"), "the rules of a group")
	if negated := n.Get("not"); negated.Is(source.Bool) {
		t.not = negated.Truth
	} else if !negated.Absent() {
		r.Fail(negated, rule.ErrType, "true or false is expected here")
	}
	combinator := n.Get("combinator")
	switch {
	case len(rules) == 0:
		t.c = rule.Everyone{}
		if combinator.Is(source.Text) {
			t.op = strings.ToLower(combinator.Text)
		}
		return t
	case combinator != nil:
		t.op = strings.ToLower(combinator.Str())
		if t.op != "and" && t.op != "or" && t.op != "xor" {
			r.Unknown(combinator, "combinator", combinator.Str(), "and", "or", "xor")
			return t
		}
		for _, n := range rules {
			t.parts = append(t.parts, r.reactPart(n, element))
		}
	default:
		r.reactSequence(t, rules, element)
	}
	t.c = r.reactJoined(t)
	if t.not {
		t.c = build.Not(t.c)
	}
	return t
}

// reactJoined is the condition of the parts of a group that are in.
func (r *reader) reactJoined(t *reactNode) rule.Condition {
	var cs []rule.Condition
	for _, p := range t.parts {
		if p.c != nil {
			cs = append(cs, p.c)
		}
	}
	switch {
	case t.op == "or":
		return build.AnyOf(cs...)
	case t.op == "xor" && len(cs) > 1:
		return r.oddNumber(t.at, cs)
	}
	return build.All(cs...)
}

// oddNumber holds if an odd number of conditions does.
func (r *reader) oddNumber(at *source.Node, cs []rule.Condition) rule.Condition {
	if !r.WriteOut(at, (len(cs)+1)/2, cs...) {
		return nil
	}
	var odd []rule.Condition
	for k := 1; k <= len(cs); k += 2 {
		odd = append(odd, rule.Count{Quantity: rule.QuantityExactly, K: k, Of: cs})
	}
	return build.AnyOf(odd...)
}

// reactSequence reads rules with combinators between them: AND binds tighter than XOR, and
// this tighter than OR. What is left out takes the combinator before it away.
func (r *reader) reactSequence(t *reactNode, rules []*source.Node, element bool) {
	var parts []*reactNode
	for i, n := range rules {
		if i%2 == 0 {
			parts = append(parts, r.reactPart(n, element))
			continue
		}
		op := strings.ToLower(n.Str())
		switch {
		case op != "and" && op != "or" && op != "xor":
			r.Unknown(n, "combinator between rules", n.Str(), "and", "or", "xor")
			return
		case i+1 == len(rules):
			r.Fail(n, rule.ErrSyntax, "a rule is missing behind this combinator")
			return
		}
		parts = append(parts, &reactNode{joint: op}) // filled in below
	}
	for i := 1; i < len(parts); i += 2 {
		parts[i+1].joint = parts[i].joint
	}
	var rest []*reactNode
	for i := 0; i < len(parts); i += 2 {
		rest = append(rest, parts[i])
	}
	t.op, t.parts = r.reactPrecedence(t.at, rest, "or", "xor", "and")
}

// reactPrecedence groups rules by the combinators before them, the loosest first.
func (r *reader) reactPrecedence(at *source.Node, rules []*reactNode, loosest string, tighter ...string) (op string, parts []*reactNode) {
	var runs [][]*reactNode
	live := false // a rule that is in stands before
	for i, t := range rules {
		if i == 0 || t.joint == loosest && live && t.c != nil {
			runs = append(runs, nil)
		}
		runs[len(runs)-1] = append(runs[len(runs)-1], t)
		live = live || t.c != nil
	}
	if len(tighter) == 0 {
		return loosest, rules
	}
	if len(runs) == 1 {
		return r.reactPrecedence(at, rules, tighter[0], tighter[1:]...)
	}
	for _, run := range runs {
		if len(run) == 1 {
			parts = append(parts, run[0])
			continue
		}
		g := &reactNode{group: true, joint: run[0].joint}
		g.op, g.parts = r.reactPrecedence(at, run, tighter[0], tighter[1:]...)
		for _, t := range run {
			g.bad = g.bad || t.bad
		}
		inner := *g
		inner.at = at
		g.c = r.reactJoined(&inner)
		parts = append(parts, g)
	}
	return loosest, parts
}

// reactOps are the operators in lower case, and what they are spelt like.
var reactOps = func() map[string]string {
	ops := map[string]string{}
	for _, op := range source.BuilderOps {
		ops[strings.ToLower(op)] = strings.ToLower(op)
	}
	return ops
}()
