package check

import (
	"github.com/segmentrules/segment/internal/textset"
	"github.com/segmentrules/segment/rule"
)

// Condition reports everything that is wrong with a tree: nodes that are nil or of
// foreign types (a pointer to a node is one), constants out of range, empty
// lists of operands, patterns, nets, zones and spans that do not exist, and
// whatever exceeds the limits. [parser.Parse] yields valid trees only; this is for
// those that hosts build. Paths are those of Go: [1].C.Left.
//
// It stops going down at the depth limit, so a tree of any size and depth costs
// at most what the limits allow.
func Condition(c rule.Condition, l rule.Limits) error {
	v := validator{l: l.WithDefaults()}
	v.condition(c, spot{})
	return v.errs.ErrorOrNil()
}

// A validator walks a tree and collects what is wrong.
type validator struct {
	l       rule.Limits
	errs    rule.Errors
	nodes   int  // conditions that are no groups
	exprs   int  // that are no arithmetic
	classes int  // Unicode classes in regular expressions
	full    bool // enough errors, or no use in going on
}

// A spot is where in a tree the walk is. Depth counts groups in groups and
// expressions in expressions.
type spot struct {
	trail *rule.Trail
	depth int
	bare  bool // the node above is a Not or Zoned, of which every second counts
}

// in is the spot of a field of the node at p.
func (p spot) in(name string) spot { return spot{trail: p.trail.In(name), depth: p.depth + 1} }

// at is the spot of an element.
func (p spot) at(i int) spot { return spot{trail: p.trail.At(i), depth: p.depth + 1} }

// beside is the spot of an operand, as deep as what it belongs to.
func (p spot) beside(name string) spot { return spot{trail: p.trail.In(name), depth: p.depth} }

// report adds an error at a spot.
func (v *validator) report(p spot, err *rule.Error) {
	if err == nil || v.full {
		return
	}
	err.StandAt(p.trail)
	v.errs = append(v.errs, err)
	v.full = v.full || len(v.errs) >= v.l.Errors
}

// enter counts a node; ok is false if the walk must not go further.
func (v *validator) enter(p spot) (ok bool) {
	switch {
	case v.full:
		return false
	case p.depth > v.l.Depth:
		v.report(p, rule.Errorf(rule.ErrLimit, "nesting deeper than %d levels", v.l.Depth))
		return false
	case v.nodes > v.l.Conditions || v.exprs > OperandFactor*v.l.Conditions:
		v.report(p, rule.Errorf(rule.ErrLimit, "more than %d conditions, or %d expressions", v.l.Conditions, OperandFactor*v.l.Conditions))
		v.full = true
		return false
	}
	return true
}

// condition checks a condition and everything in it.
func (v *validator) condition(c rule.Condition, p spot) {
	if _, not := c.(rule.Not); !not && rule.IsLeaf(c) { // a group, or x != 1, counts by what is in it
		v.nodes++
	}
	if !v.enter(p) {
		return
	}
	switch c := c.(type) {
	case rule.And:
		v.conditions(c, p)
	case rule.Or:
		v.conditions(c, p)
	case rule.Not:
		v.condition(c.C, p.under(".C"))
	case rule.Count:
		v.count(c, p)
	case rule.Everyone:
	case rule.Zoned:
		v.zoned(c, p)
	case rule.InList:
		v.report(p, Name(string(c), "list name"))
	case rule.InSegment:
		v.report(p, Name(string(c), "segment name"))
	case rule.Each:
		v.each(c, p)
	case rule.When, rule.Changed, rule.HasBeen, rule.Sequence, rule.Regularity:
		v.temporal(c, p)
	default:
		v.predicate(c, p)
	}
}

// under is the spot of what a Not or Zoned holds: as deep as the node, unless
// that is itself below one.
func (p spot) under(name string) spot {
	below := spot{trail: p.trail.In(name), depth: p.depth, bare: !p.bare}
	if p.bare {
		below.depth++
	}
	return below
}

func (v *validator) conditions(cs []rule.Condition, p spot) {
	for i, c := range cs {
		if v.full {
			return
		}
		v.condition(c, p.at(i))
	}
}

func (v *validator) count(c rule.Count, p spot) {
	if c.Quantity > rule.QuantityExactly {
		v.report(p, rule.Errorf(rule.ErrValue, "unknown quantity %d", c.Quantity))
	}
	if c.K < 0 {
		v.report(p.beside(".K"), rule.Errorf(rule.ErrValue, "a number of conditions is at least 0, not %d", c.K))
	}
	if len(c.Of) == 0 {
		v.report(p.beside(".Of"), rule.Errorf(rule.ErrSyntax, "a count needs at least one condition"))
	}
	of := p.beside(".Of")
	v.conditions(c.Of, of)
}

func (v *validator) zoned(c rule.Zoned, p spot) {
	if name, ok := c.Zone.(rule.Value); ok {
		zone := p.beside(".Zone")
		if name.Kind() != rule.KindText {
			v.report(zone, rule.Errorf(rule.ErrType, "a zone is a text or a field"))
		} else {
			v.report(zone, Zone(name.Text()))
		}
	} else {
		v.expr(c.Zone, p.beside(".Zone"))
	}
	v.condition(c.C, p.under(".C"))
}

func (v *validator) each(c rule.Each, p spot) {
	if c.Quantifier > rule.QuantifierMin {
		v.report(p, rule.Errorf(rule.ErrValue, "unknown quantifier %d", c.Quantifier))
	}
	if c.K < 0 || c.K != 0 && c.Quantifier != rule.QuantifierMin {
		v.report(p.beside(".K"), rule.Errorf(rule.ErrValue, "a number of elements %d does not fit here", c.K))
	}
	v.expr(c.X, p.beside(".X"))
	v.condition(c.C, p.in(".C"))
}

// predicate checks the conditions over values.
func (v *validator) predicate(c rule.Condition, p spot) {
	switch c := c.(type) {
	case rule.Compare:
		if c.Op > rule.OpGe {
			v.report(p, rule.Errorf(rule.ErrValue, "unknown operator %d", c.Op))
		}
		v.expr(c.Left, p.beside(".Left"))
		v.expr(c.Right, p.beside(".Right"))
	case rule.Between:
		v.expr(c.X, p.beside(".X"))
		v.expr(c.Lo, p.beside(".Lo"))
		v.expr(c.Hi, p.beside(".Hi"))
	case rule.In:
		v.expr(c.X, p.beside(".X"))
		v.values(c.Values, p.beside(".Values"))
	case rule.IsNull:
		v.expr(c.X, p.beside(".X"))
	case rule.IsBlank:
		v.expr(c.X, p.beside(".X"))
	case rule.Contains:
		if c.Mode > rule.ContainsAll {
			v.report(p, rule.Errorf(rule.ErrValue, "unknown mode %d", c.Mode))
		}
		v.expr(c.X, p.beside(".X"))
		v.values(c.Values, p.beside(".Values"))
	case rule.Like:
		if c.End > rule.LikeSuffix {
			v.report(p, rule.Errorf(rule.ErrValue, "unknown end %d", c.End))
		}
		v.expr(c.X, p.beside(".X"))
		v.texts(c.Values, p.beside(".Values"), rule.CheckText)
	case rule.Matches:
		v.expr(c.X, p.beside(".X"))
		pattern := p.beside(".Pattern")
		if v.classes += UnicodeClasses(c.Pattern); v.classes > MaxClasses {
			v.report(pattern, rule.Errorf(rule.ErrLimit, "more than %d Unicode classes in the regular expressions of one rule", MaxClasses))
			v.full = true
			return
		}
		v.report(pattern, Pattern(c.Pattern, v.l))
	case rule.InCIDR:
		v.expr(c.X, p.beside(".X"))
		v.texts(c.Nets, p.beside(".Nets"), Net)
	case nil:
		v.report(p, rule.Errorf(rule.ErrValue, "a condition is missing (nil)"))
	default:
		v.report(p, rule.Errorf(rule.ErrType, "%T is no condition of this package: nodes are plain values", c))
	}
}

// values checks a list of constants.
func (v *validator) values(vs []rule.Value, p spot) {
	v.report(p, Count(len(vs), v.l))
	for i, value := range vs {
		if v.full || i >= v.l.Values {
			return
		}
		if err := rule.CheckValue(value, v.l); err != nil {
			at := p.at(i)
			v.report(at, err)
		}
	}
}

// texts checks a list of texts, each with f.
func (v *validator) texts(ts []string, p spot, f func(string) *rule.Error) {
	v.report(p, Count(len(ts), v.l))
	for i, t := range ts {
		if v.full || i >= v.l.Values {
			return
		}
		if err := f(t); err != nil {
			at := p.at(i)
			v.report(at, err)
		}
	}
}

// Count checks how many values an operator has.
func Count(n int, l rule.Limits) *rule.Error {
	switch {
	case n == 0:
		return rule.Errorf(rule.ErrSyntax, "a list of values needs at least one")
	case n > l.Values:
		return rule.Errorf(rule.ErrLimit, "%d values; at most %d are allowed", n, l.Values)
	}
	return nil
}

// Name checks the name of a list, segment, event, field.
func Name(name, what string) *rule.Error {
	if name == "" {
		return rule.Errorf(rule.ErrValue, "the %s is empty", what)
	}
	return rule.CheckText(name)
}

// UnknownName is the error about the name of a list or segment in a rule that stands for
// none of those that are known, with the nearest of them.
func UnknownName(what, name string, known []string) *rule.Error {
	near := textset.Nearest(name, known...)
	if near != "" {
		near = rule.Text(near).String()
	}
	return &rule.Error{Code: rule.ErrUnknown, Msg: "unknown " + what + " " + rule.Text(name).String(), Suggestion: near}
}

// OperandFactor is how many expressions a rule may have for each condition.
const OperandFactor = 4
