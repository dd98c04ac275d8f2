package segment

import (
	"fmt"
	"unicode/utf8"
)

// valid reports everything that is wrong with a tree: nodes that are nil or of
// foreign types (a pointer to a node is one), constants out of range, empty
// lists of operands, patterns, nets, zones and spans that do not exist, and
// whatever exceeds the limits. [Parse] yields valid trees only; this is for
// those that hosts build. Paths are those of Go: [1].C.Left.
//
// It stops going down at the depth limit, so a tree of any size and depth costs
// at most what the limits allow.
func valid(c Condition, l Limits) error {
	v := validator{l: l.withDefaults()}
	v.condition(c, spot{})
	return v.errs.errorOrNil()
}

// A validator walks a tree and collects what is wrong.
type validator struct {
	l       Limits
	errs    Errors
	nodes   int  // conditions that are no groups
	exprs   int  // that are no arithmetic
	classes int  // Unicode classes in regular expressions
	full    bool // enough errors, or no use in going on
}

// A spot is where in a tree the walk is. Depth counts groups in groups and
// expressions in expressions.
type spot struct {
	trail *trail
	depth int
	bare  bool // the node above is a Not or Zoned, of which every second counts
}

// in is the spot of a field of the node at p.
func (p spot) in(name string) spot { return spot{trail: p.trail.in(name), depth: p.depth + 1} }

// at is the spot of an element.
func (p spot) at(i int) spot { return spot{trail: p.trail.at(i), depth: p.depth + 1} }

// beside is the spot of an operand, as deep as what it belongs to.
func (p spot) beside(name string) spot { return spot{trail: p.trail.in(name), depth: p.depth} }

// report adds an error at a spot.
func (v *validator) report(p spot, err *Error) {
	if err == nil || v.full {
		return
	}
	err.Path = p.trail.path()
	v.errs = append(v.errs, err)
	v.full = v.full || len(v.errs) >= v.l.Errors
}

// enter counts a node; ok is false if the walk must not go further.
func (v *validator) enter(p spot) (ok bool) {
	switch {
	case v.full:
		return false
	case p.depth > v.l.Depth:
		v.report(p, errorf(ErrLimit, "nesting deeper than %d levels", v.l.Depth))
		return false
	case v.nodes > v.l.Conditions || v.exprs > operandFactor*v.l.Conditions:
		v.report(p, errorf(ErrLimit, "more than %d conditions, or %d expressions", v.l.Conditions, operandFactor*v.l.Conditions))
		v.full = true
		return false
	}
	return true
}

func errorf(code Code, format string, args ...any) *Error {
	return &Error{Code: code, Msg: fmt.Sprintf(format, args...)}
}

// condition checks a condition and everything in it.
func (v *validator) condition(c Condition, p spot) {
	if _, not := c.(Not); !not && levelOf(single(c)) == levelLeaf { // a group, or x != 1, counts by what is in it
		v.nodes++
	}
	if !v.enter(p) {
		return
	}
	switch c := c.(type) {
	case And:
		v.conditions(c, p)
	case Or:
		v.conditions(c, p)
	case Not:
		v.condition(c.C, p.under(".C"))
	case Count:
		v.count(c, p)
	case Everyone:
	case Zoned:
		v.zoned(c, p)
	case InList:
		v.report(p, checkName(string(c), "list name"))
	case InSegment:
		v.report(p, checkName(string(c), "segment name"))
	case Each:
		v.each(c, p)
	case When, Changed, HasBeen, Sequence, Regularity:
		v.temporal(c, p)
	default:
		v.predicate(c, p)
	}
}

// under is the spot of what a Not or Zoned holds: as deep as the node, unless
// that is itself below one.
func (p spot) under(name string) spot {
	below := spot{trail: p.trail.in(name), depth: p.depth, bare: !p.bare}
	if p.bare {
		below.depth++
	}
	return below
}

func (v *validator) conditions(cs []Condition, p spot) {
	for i, c := range cs {
		if v.full {
			return
		}
		v.condition(c, p.at(i))
	}
}

func (v *validator) count(c Count, p spot) {
	if c.Quantity > Exactly {
		v.report(p, errorf(ErrValue, "unknown quantity %d", c.Quantity))
	}
	if c.K < 0 {
		v.report(p, errorf(ErrValue, "a number of conditions is at least 0, not %d", c.K))
	}
	if len(c.Of) == 0 {
		v.report(p, errorf(ErrSyntax, "a count needs at least one condition"))
	}
	of := p.beside(".Of")
	v.conditions(c.Of, of)
}

func (v *validator) zoned(c Zoned, p spot) {
	if name, ok := c.Zone.(Value); ok {
		zone := p.beside(".Zone")
		if name.kind != KindText {
			v.report(zone, errorf(ErrType, "a zone is a text or a field"))
		} else {
			v.report(zone, checkZone(name.Text()))
		}
	} else {
		v.expr(c.Zone, p.beside(".Zone"))
	}
	v.condition(c.C, p.under(".C"))
}

func (v *validator) each(c Each, p spot) {
	if c.Quantifier > AtLeastK {
		v.report(p, errorf(ErrValue, "unknown quantifier %d", c.Quantifier))
	}
	if c.K < 0 || c.K != 0 && c.Quantifier != AtLeastK {
		v.report(p, errorf(ErrValue, "a number of elements %d does not fit here", c.K))
	}
	v.expr(c.X, p.beside(".X"))
	v.condition(c.C, p.in(".C"))
}

// predicate checks the conditions over values.
func (v *validator) predicate(c Condition, p spot) {
	switch c := c.(type) {
	case Compare:
		if c.Op > Ge {
			v.report(p, errorf(ErrValue, "unknown operator %d", c.Op))
		}
		v.expr(c.Left, p.beside(".Left"))
		v.expr(c.Right, p.beside(".Right"))
	case Between:
		v.expr(c.X, p.beside(".X"))
		v.expr(c.Lo, p.beside(".Lo"))
		v.expr(c.Hi, p.beside(".Hi"))
	case In:
		v.expr(c.X, p.beside(".X"))
		v.values(c.Values, p.beside(".Values"))
	case IsNull:
		v.expr(c.X, p.beside(".X"))
	case IsBlank:
		v.expr(c.X, p.beside(".X"))
	case Contains:
		if c.Mode > AllOf {
			v.report(p, errorf(ErrValue, "unknown mode %d", c.Mode))
		}
		v.expr(c.X, p.beside(".X"))
		v.values(c.Values, p.beside(".Values"))
	case Like:
		if c.End > Suffix {
			v.report(p, errorf(ErrValue, "unknown end %d", c.End))
		}
		v.expr(c.X, p.beside(".X"))
		v.texts(c.Values, p.beside(".Values"), checkText)
	case Matches:
		v.expr(c.X, p.beside(".X"))
		pattern := p.beside(".Pattern")
		if v.classes += unicodeClasses(c.Pattern); v.classes > maxClasses {
			v.report(pattern, errorf(ErrLimit, "more than %d Unicode classes in the regular expressions of one rule", maxClasses))
			v.full = true
			return
		}
		v.report(pattern, checkPattern(c.Pattern, v.l))
	case InCIDR:
		v.expr(c.X, p.beside(".X"))
		v.texts(c.Nets, p.beside(".Nets"), checkNet)
	case nil:
		v.report(p, errorf(ErrValue, "a condition is missing (nil)"))
	default:
		v.report(p, errorf(ErrType, "%T is no condition of this package: nodes are plain values", c))
	}
}

// values checks a list of constants.
func (v *validator) values(vs []Value, p spot) {
	v.report(p, checkCount(len(vs), v.l))
	for i, value := range vs {
		if v.full || i >= v.l.Values {
			return
		}
		if err := checkValue(value, v.l); err != nil {
			at := p.at(i)
			v.report(at, err)
		}
	}
}

// texts checks a list of texts, each with f.
func (v *validator) texts(ts []string, p spot, f func(string) *Error) {
	v.report(p, checkCount(len(ts), v.l))
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

// checkCount checks how many values an operator has.
func checkCount(n int, l Limits) *Error {
	switch {
	case n == 0:
		return errorf(ErrSyntax, "a list of values needs at least one")
	case n > l.Values:
		return errorf(ErrLimit, "%d values; at most %d are allowed", n, l.Values)
	}
	return nil
}

// checkText checks that a text can be written: as valid UTF-8.
func checkText(s string) *Error {
	if !utf8.ValidString(s) {
		return errorf(ErrValue, "a text is not valid UTF-8")
	}
	return nil
}

// checkName checks the name of a list, segment, event, field.
func checkName(name, what string) *Error {
	if name == "" {
		return errorf(ErrValue, "the %s is empty", what)
	}
	return checkText(name)
}
