package segment

import (
	"math/big"
	"slices"
	"strings"

	"github.com/segmentrules/segment/internal/calendar"
	"github.com/segmentrules/segment/internal/textset"
	"github.com/segmentrules/segment/rule"
)

// What is said of comparisons: the values found, why they do not compare, or how far
// the value is from one that would do: "2 short", "3 days too early", and of a text
// not in a list the one that it may be a slip of.

// comparison says what was compared and, where it fails, how far off it is.
func (f *finding) comparison(c rule.Compare) {
	left, op, right := c.Left, c.Op, c.Right
	if isConstant(left) && !isConstant(right) {
		left, op, right = right, op.Mirrored(), left
	}
	m, sole := left.(rule.Metric)
	if sole = sole && isConstant(right); sole {
		f.metric(m)
	} else {
		f.see(left)
		f.see(right)
	}
	a, b := f.s.value(left), f.s.value(right)
	f.facts = Facts{Seen: plain(a), Wanted: plain(b)}
	if f.fits(a, b, c.Fold) && !f.verdict() {
		f.note(f.distance(a, f.asked(op), b, c.Fold))
	}
	if sole {
		f.eventSpan(m)
	}
}

// isConstant reports whether an expression has its value whatever the contact.
func isConstant(e rule.Expr) bool {
	switch e.(type) {
	case Value, rule.Span:
		return true
	}
	return false
}

// asked is the operator that the whole part asks for: behind NOT the opposite one.
func (f *finding) asked(op rule.Op) rule.Op {
	if !f.negated {
		return op
	}
	switch op {
	case rule.OpLt:
		return rule.OpGe
	case rule.OpLe:
		return rule.OpGt
	case rule.OpGt:
		return rule.OpLe
	case rule.OpGe:
		return rule.OpLt
	}
	return noOp // not equal: there is no distance to it
}

// noOp is no operator: it stands for "not equal", which no operator says.
const noOp = rule.OpGe + 1

// fits reports whether two values compare, and notes why not. A wrong kind is
// said of the first, which is the one that the test is about.
func (f *finding) fits(a, b Value, fold bool) bool {
	if f.holds {
		return true // so they were found equal or in order
	}
	if _, ok := rule.Order(f.s.now.Location(), a, b, fold); ok || rule.IsContainer(a) && a.Kind() == b.Kind() {
		return true
	}
	if b.IsNull() {
		a = b
	}
	want := b.Kind().Words()
	if a.Kind() == b.Kind() {
		want = "one that can be compared"
	}
	if b.Kind() == KindTime && a.Kind() == KindText {
		want = "an instant"
	}
	f.unfit(a, want)
	return false
}

// distance says how far a is from satisfying the comparison with b.
func (f *finding) distance(a Value, op rule.Op, b Value, fold bool) Phrase {
	if op > rule.OpGe {
		return Phrase{}
	}
	n, ok := rule.Order(f.s.now.Location(), a, b, fold)
	if !ok {
		return Phrase{}
	}
	if n == 0 {
		return phrase([...]string{rule.OpEq: "exactly", rule.OpLe: "exactly", rule.OpLt: "exactly_less", rule.OpGt: "exactly_more", rule.OpGe: "exactly"}[op])
	}
	if a.Kind() == KindText && b.Kind() == KindText {
		return textDistance(a.Text(), op, b.Text())
	}
	apart := f.apart(a, b)
	if apart.IsNull() {
		return Phrase{}
	}
	f.facts.Wanted, f.facts.ShortBy = plain(b), apart
	under, over := "short", "over"
	if isTime(a) || isTime(b) {
		under, over = "too_early", "too_late"
	}
	if n > 0 {
		f.facts.ShortBy = negative(apart)
		return phrase(over, Arg{Value: apart})
	}
	return phrase(under, Arg{Value: apart})
}

// negative is a number or duration below zero.
func negative(v Value) Value {
	if v.Kind() == KindDuration {
		return rule.LengthValue(v.HeldLength().Negative(), KindDuration)
	}
	r := new(big.Rat)
	return rule.RatValue(r.Neg(v.Rat()))
}

// plain is a value that is no list or object, which facts do not repeat.
func plain(v Value) Value {
	if rule.IsContainer(v) || v.Kind() == KindInvalid {
		return Value{}
	}
	return v.Clone()
}

// isTime reports whether a value is an instant or a date.
func isTime(v Value) bool { return v.Kind() == KindTime || v.Kind() == KindDate }

// textDistance says what little two texts differ by: case, or white space.
func textDistance(a string, op rule.Op, b string) Phrase {
	switch {
	case op != rule.OpEq:
		return Phrase{}
	case textset.Folded(a, true) == textset.Folded(b, true):
		return phrase("case")
	case strings.TrimSpace(a) == strings.TrimSpace(b):
		return phrase("space")
	}
	return Phrase{}
}

// apart is the distance of two values that compare, and missing where there is none.
func (f *finding) apart(a, b Value) Value {
	if a.Kind() == KindText {
		a = rule.ReadTime(a.Text())
	}
	if b.Kind() == KindText {
		b = rule.ReadTime(b.Text())
	}
	switch {
	case a.Kind() == KindNumber && b.Kind() == KindNumber:
		return distanceOf(a, b)
	case a.Kind() == KindDuration && b.Kind() == KindDuration, a.Kind() == KindTime && b.Kind() == KindTime:
		return rule.LengthValue(positive(a.HeldLength().Sub(b.HeldLength())), KindDuration)
	case isTime(a) && isTime(b): // a date is a whole day, and so is what is beside it
		days := int64(f.s.date(a).Word()) - int64(f.s.date(b).Word())
		return rule.LengthValue(calendar.Length{Sec: max(days, -days) * calendar.SecondsPerDay}, KindDuration)
	}
	return Value{}
}

// positive is the length of a span, whatever its direction.
func positive(d calendar.Length) calendar.Length {
	if d.Sec < 0 {
		return d.Negative()
	}
	return d
}

// between says what lies within a range, or by how much it is outside.
func (f *finding) between(c rule.Between) {
	for _, e := range [3]rule.Expr{c.X, c.Lo, c.Hi} {
		f.see(e)
	}
	x, lo, hi := f.s.value(c.X), f.s.value(c.Lo), f.s.value(c.Hi)
	f.facts.Seen = plain(x)
	switch {
	case f.holds && f.negated:
		f.note(phrase("within_range"))
	case f.holds:
	case !f.fits(x, lo, c.Fold) || !f.fits(x, hi, c.Fold):
	case f.negated:
	case !f.s.compares(x, rule.OpGe, lo, c.Fold):
		f.note(f.distance(x, rule.OpGe, lo, c.Fold))
	default:
		f.note(f.distance(x, rule.OpLe, hi, c.Fold))
	}
}

// in says that a value is none of a list, and which of these comes nearest to it.
func (f *finding) in(c rule.In) {
	f.see(c.X)
	x := f.s.value(c.X)
	f.facts.Seen = plain(x)
	switch {
	case f.holds:
		return
	case x.IsNull():
		f.unfit(x, "")
		return
	case len(c.Values) == 0:
		f.note(phrase("no_values"))
		return
	}
	comparable := slices.ContainsFunc(c.Values, Value.IsNull) // any value says that none is missing
	c.Values = slices.DeleteFunc(slices.Clone(c.Values), Value.IsNull)
	if len(c.Values) == 0 {
		f.note(phrase("a_value"))
		return
	}
	for _, v := range c.Values {
		_, ok := rule.Order(f.s.now.Location(), x, v, c.Fold)
		comparable = comparable || ok || x.Kind() == v.Kind()
	}
	if !comparable {
		f.unfit(x, c.Values[0].Kind().Words())
		return
	}
	if f.negated {
		return
	}
	f.note(phrase("not_one_of", intArg(len(c.Values))))
	if near, ok := f.nearestOf(x, c.Values); ok {
		f.note(phrase("nearest", f.shown(near)))
	}
}

// nearestOf is the value that comes nearest: of numbers and times by distance,
// of texts the one that x may be a slip of.
func (f *finding) nearestOf(x Value, vs []Value) (near Value, ok bool) {
	if x.Kind() == KindText {
		const few = 1_000 // spelling is compared with no more than so many
		var texts []string
		for _, v := range vs[:min(len(vs), few)] {
			if v.Kind() == KindText {
				texts = append(texts, v.Text())
			}
		}
		word := textset.Nearest(x.Text(), texts...)
		return Text(word), word != ""
	}
	if x.Kind() != KindNumber && !isTime(x) {
		return Value{}, false
	}
	for _, v := range vs {
		if v.Kind() == x.Kind() && (!ok || f.nearer(x, v, near)) {
			near, ok = v, true
		}
	}
	return near, ok
}

// nearer reports whether a is nearer to x than b; all are of one kind.
func (f *finding) nearer(x, a, b Value) bool {
	da, db := f.s.calculate(rule.ArithSub, x, a), f.s.calculate(rule.ArithSub, x, b)
	if x.Kind() == KindNumber {
		return new(big.Rat).Abs(da.Rat()).Cmp(new(big.Rat).Abs(db.Rat())) < 0
	}
	return positive(da.HeldLength()).Compare(positive(db.HeldLength())) < 0
}
