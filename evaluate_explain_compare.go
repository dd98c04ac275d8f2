package segment

import (
	"math/big"
	"strings"
)

// What is said of comparisons: the values found, why they do not compare, or how far
// the value is from one that would do: "2 short", "3 days too early", and of a text
// not in a list the one that it may be a slip of.

// comparison says what was compared and, where it fails, how far off it is.
func (f *finding) comparison(c Compare) {
	left, op, right := c.Left, c.Op, c.Right
	if isConstant(left) && !isConstant(right) {
		left, op, right = right, op.mirrored(), left
	}
	m, sole := left.(Metric)
	if sole = sole && isConstant(right); sole {
		f.metric(m)
	} else {
		f.see(left)
		f.see(right)
	}
	a, b := f.s.value(left), f.s.value(right)
	if f.fits(a, b, c.Fold) && !f.verdict() {
		f.note(f.distance(a, f.asked(op), b, c.Fold))
	}
	if sole {
		f.eventSpan(m)
	}
}

// isConstant reports whether an expression has its value whatever the contact.
func isConstant(e Expr) bool {
	switch e.(type) {
	case Value, Span:
		return true
	}
	return false
}

// asked is the operator that the whole part asks for: behind NOT the opposite one.
func (f *finding) asked(op Op) Op {
	if !f.negated {
		return op
	}
	switch op {
	case Lt:
		return Ge
	case Le:
		return Gt
	case Gt:
		return Le
	case Ge:
		return Lt
	}
	return noOp // not equal: there is no distance to it
}

// noOp is no operator: it stands for "not equal", which no operator says.
const noOp = Ge + 1

// fits reports whether two values compare, and notes why not. A wrong kind is
// said of the first, which is the one that the test is about.
func (f *finding) fits(a, b Value, fold bool) bool {
	if f.holds {
		return true // so they were found equal or in order
	}
	if _, ok := order(f.s.now.Location(), a, b, fold); ok || isContainer(a) && a.kind == b.kind {
		return true
	}
	if b.IsNull() {
		a = b
	}
	want := b.kind.words()
	if a.kind == b.kind {
		want = "one that can be compared"
	}
	if b.kind == KindTime && a.kind == KindText {
		want = "an instant"
	}
	f.unfit(a, want)
	return false
}

// distance says how far a is from satisfying the comparison with b.
func (f *finding) distance(a Value, op Op, b Value, fold bool) string {
	if op > Ge {
		return ""
	}
	n, ok := order(f.s.now.Location(), a, b, fold)
	if !ok {
		return ""
	}
	if n == 0 {
		return "exactly that, but it must be " + [...]string{Lt: "less", Gt: "more", Ge: ""}[op]
	}
	if a.kind == KindText && b.kind == KindText {
		return textDistance(a.Text(), op, b.Text())
	}
	apart := f.apart(a, b)
	if apart == "" {
		return ""
	}
	ways := [2]string{" short", " over"}
	if isTime(a) || isTime(b) {
		ways = [2]string{" too early", " too late"}
	}
	return apart + ways[index(n > 0)]
}

// isTime reports whether a value is an instant or a date.
func isTime(v Value) bool { return v.kind == KindTime || v.kind == KindDate }

// textDistance says what little two texts differ by: case, or white space.
func textDistance(a string, op Op, b string) string {
	switch {
	case op != Eq:
		return ""
	case folded(a, true) == folded(b, true):
		return "differs only in upper and lower case"
	case strings.TrimSpace(a) == strings.TrimSpace(b):
		return "differs only in white space at the ends"
	}
	return ""
}

// apart is the distance of two values that compare, in words, and "" where
// there is none.
func (f *finding) apart(a, b Value) string {
	if a.kind == KindText {
		a = readTime(a.Text())
	}
	if b.kind == KindText {
		b = readTime(b.Text())
	}
	switch {
	case a.kind == KindNumber && b.kind == KindNumber:
		return absolute(a, b)
	case a.kind == KindDuration && b.kind == KindDuration, a.kind == KindTime && b.kind == KindTime:
		return spanWords(positive(a.span().sub(b.span())))
	case isTime(a) && isTime(b): // a date is a whole day, and so is what is beside it
		days := int64(f.s.date(a).n) - int64(f.s.date(b).n)
		return counted(max(days, -days), "day")
	}
	return ""
}

// positive is the length of a span, whatever its direction.
func positive(d span) span {
	if d.sec < 0 {
		return d.negative()
	}
	return d
}

// between says what lies within a range, or by how much it is outside.
func (f *finding) between(c Between) {
	for _, e := range [3]Expr{c.X, c.Lo, c.Hi} {
		f.see(e)
	}
	x, lo, hi := f.s.value(c.X), f.s.value(c.Lo), f.s.value(c.Hi)
	switch {
	case f.holds && f.negated:
		f.note("within the range")
	case f.holds:
	case !f.fits(x, lo, c.Fold) || !f.fits(x, hi, c.Fold):
	case f.negated:
	case !f.s.compares(x, Ge, lo, c.Fold):
		f.note(f.distance(x, Ge, lo, c.Fold))
	default:
		f.note(f.distance(x, Le, hi, c.Fold))
	}
}

// in says that a value is none of a list, and which of these comes nearest to it.
func (f *finding) in(c In) {
	f.see(c.X)
	x := f.s.value(c.X)
	switch {
	case f.holds:
		return
	case x.IsNull():
		f.unfit(x, "")
		return
	case len(c.Values) == 0:
		f.note("the list of values is empty")
		return
	}
	comparable := false
	for _, v := range c.Values {
		_, ok := order(f.s.now.Location(), x, v, c.Fold)
		comparable = comparable || ok || x.kind == v.kind
	}
	if !comparable {
		f.unfit(x, c.Values[0].kind.words())
		return
	}
	if f.negated {
		return
	}
	note := "not one of " + counted(int64(len(c.Values)), "value")
	if near, ok := f.nearestOf(x, c.Values); ok {
		note += "; nearest is " + f.words(near)
	}
	f.note(note)
}

// nearestOf is the value that comes nearest: of numbers and times by distance,
// of texts the one that x may be a slip of.
func (f *finding) nearestOf(x Value, vs []Value) (near Value, ok bool) {
	if x.kind == KindText {
		const few = 1_000 // spelling is compared with no more than so many
		var texts []string
		for _, v := range vs[:min(len(vs), few)] {
			if v.kind == KindText {
				texts = append(texts, v.Text())
			}
		}
		word := nearest(x.Text(), texts...)
		return Text(word), word != ""
	}
	if x.kind != KindNumber && !isTime(x) {
		return Value{}, false
	}
	for _, v := range vs {
		if v.kind == x.kind && (!ok || f.nearer(x, v, near)) {
			near, ok = v, true
		}
	}
	return near, ok
}

// nearer reports whether a is nearer to x than b; all are of one kind.
func (f *finding) nearer(x, a, b Value) bool {
	da, db := f.s.calculate(Sub, x, a), f.s.calculate(Sub, x, b)
	if x.kind == KindNumber {
		return new(big.Rat).Abs(da.rat()).Cmp(new(big.Rat).Abs(db.rat())) < 0
	}
	return positive(da.span()).compare(positive(db.span())) < 0
}
