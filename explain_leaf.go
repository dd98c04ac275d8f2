package segment

import (
	"net/netip"
	"strings"

	"github.com/segmentrules/segment/rule"
)

// What a single test has seen, and why that led to the answer: the value, or that it is
// missing, how far off it is, and when that may change.

// A finding is what was seen of a single test, and why that led to the answer.
type finding struct {
	s       scope
	holds   bool // of the test itself
	negated bool // the test stands behind NOT
	seen    []string
	notes   []string
}

// note adds a reason, if there is one.
func (f *finding) note(note string) {
	if note != "" {
		f.notes = append(f.notes, note)
	}
}

// words is a value as people read it, in the calendar of the test.
func (f *finding) words(v Value) string { return valueWords(f.s.now.Location(), v) }

// verdict is the answer of the part.
func (f *finding) verdict() bool { return f.holds != f.negated }

// verdictWord is the verdict as a word.
func (f *finding) verdictWord() string {
	if f.verdict() {
		return "true"
	}
	return "false"
}

// tell writes what was found into the explanation.
func (f *finding) tell(e *Explanation) {
	e.Seen = clipped(strings.Join(f.seen, ", "), 2*maxLine)
	e.Note = clipped(strings.Join(f.notes, "; "), 2*maxLine)
}

// unfit notes that a test fails for want of a value, or of one of a kind that
// it can look at.
func (f *finding) unfit(v Value, want string) {
	switch {
	case v.IsNull():
		f.note(f.verdictWord() + " because missing")
	case f.verdict():
		f.note("true because it is " + v.Kind().Words() + ", not " + want)
	default:
		f.note(v.Kind().Words() + ", not " + want)
	}
}

// look finds out what there is to say of a single test, by its kind.
func (f *finding) look(c Condition) {
	switch c := c.(type) {
	case rule.Compare:
		f.comparison(c)
	case rule.Between:
		f.between(c)
	case rule.In:
		f.in(c)
	case rule.IsNull:
		f.see(c.X)
	case rule.IsBlank:
		f.see(c.X)
	case rule.Contains:
		f.contains(c)
	case rule.Like:
		f.textTest(c.X)
	case rule.Matches:
		f.textTest(c.X)
	case rule.InCIDR:
		f.address(c)
	case rule.When:
		f.when(c)
	case rule.Changed:
		f.changed(c)
	case rule.HasBeen:
		f.hasBeen(c)
	case rule.Sequence:
		f.sequence(c)
	case rule.Regularity:
		f.regularity(c)
	case rule.InList:
		f.list(c)
	case rule.InSegment:
		if f.holds {
			f.seen = append(f.seen, "is a member")
		} else {
			f.seen = append(f.seen, "is not a member")
		}
	case rule.Everyone, rule.And, rule.Or:
	default:
		f.note("not a condition, so false of everyone")
	}
}

// see adds the value of an expression that is not a constant, and the values
// of the fields and aggregates it is computed from.
func (f *finding) see(e rule.Expr) {
	const inputs = 4 // of a computed value
	switch e := e.(type) {
	case nil, Value, rule.Span:
		return
	case rule.Calculated:
		f.see1(e, " (= "+clipped(rule.ExprText(e.X), maxLine)+")")
		f.inputs(e.X, inputs)
		return
	case rule.Call, rule.Arith:
		f.see1(e, "")
		f.inputs(e, inputs)
		return
	}
	f.see1(e, "")
}

// see1 adds the value of one expression, with more behind it.
func (f *finding) see1(e rule.Expr, more string) {
	name := clipped(rule.ExprText(e), maxLine)
	if _, ok := e.(rule.Elem); ok {
		name = "the element"
	}
	f.seen = append(f.seen, name+" is "+f.words(f.s.value(e))+more)
}

// inputs adds the values of the first fields and aggregates in an expression.
func (f *finding) inputs(e rule.Expr, n int) {
	if rule.ExprText(e) == "" {
		return
	}
	before := len(f.seen)
	rule.WalkExpr(e, func(sub rule.Expr) {
		switch sub.(type) {
		case rule.Field, rule.Joined, rule.Metric, rule.Elem:
			if len(f.seen) < before+n {
				f.see1(sub, "")
			}
		}
	})
}

// contains says which of the values a list or text has, or lacks.
func (f *finding) contains(c rule.Contains) {
	f.see(c.X)
	x := f.s.value(c.X)
	if x.Kind() != KindText && x.Kind() != KindList {
		f.unfit(x, "a list or text")
		return
	}
	if len(c.Values) < 2 {
		return
	}
	var has, lacks []Value
	for _, v := range c.Values {
		if f.s.contains(x, rule.Contains{X: c.X, Values: []Value{v}, Fold: c.Fold}) {
			has = append(has, v)
		} else {
			lacks = append(lacks, v)
		}
	}
	switch {
	case len(has) == 0:
		f.note("has none of " + grouped(len(c.Values)) + " values")
	case len(lacks) == 0:
		f.note("has all " + grouped(len(c.Values)) + " values")
	case c.Mode == rule.ContainsAll:
		f.note("lacks " + f.some(lacks))
	default:
		f.note("has " + f.some(has))
	}
}

// some names the first few values.
func (f *finding) some(vs []Value) string {
	var words []string
	for _, v := range vs[:min(len(vs), maxShownValues)] {
		words = append(words, f.words(v))
	}
	text := strings.Join(words, ", ")
	if len(vs) > len(words) {
		text += " and " + grouped(len(vs)-len(words)) + " more"
	}
	return text
}

// textTest says what the tested text is, or that it is no text.
func (f *finding) textTest(x rule.Expr) {
	f.see(x)
	if v := f.s.value(x); v.Kind() != KindText {
		f.unfit(v, "a text")
	}
}

// address is textTest, and notes a text that is no IP address.
func (f *finding) address(c rule.InCIDR) {
	f.textTest(c.X)
	v := f.s.value(c.X)
	if v.Kind() != KindText {
		return
	}
	if _, err := netip.ParseAddr(v.Text()); err != nil {
		f.note("not an IP address")
	}
}

// list says since when the contact is on a list.
func (f *finding) list(c rule.InList) {
	joined, ok := f.s.x.List(string(c))
	at := stamp(joined.In(f.s.now.Location()))
	switch {
	case !ok:
		f.seen = append(f.seen, "is not on the list")
	case f.holds:
		f.seen = append(f.seen, "is on the list since "+at)
	default:
		f.seen = append(f.seen, "joins the list only on "+at)
	}
}
