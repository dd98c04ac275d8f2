package segment

import (
	"net/netip"
	"strings"
	"time"

	"github.com/segmentrules/segment/rule"
)

// What a single test has seen, and why that led to the answer: the value, or that it is
// missing, how far off it is, and when that may change.

// A finding is what was seen of a single test, and why that led to the answer.
type finding struct {
	s       scope
	holds   bool // of the test itself
	negated bool // the test stands behind NOT
	seen    []Phrase
	notes   []Phrase
	facts   Facts
}

// note adds a reason, if there is one.
func (f *finding) note(p Phrase) {
	if p.Key != "" {
		f.notes = append(f.notes, p)
	}
}

// saw adds what was found.
func (f *finding) saw(key string, args ...Arg) { f.seen = append(f.seen, phrase(key, args...)) }

// shown is a value in words, as an argument.
func (f *finding) shown(v Value) Arg { return textArg(f.words(v)) }

// stamp is an instant in the calendar of the test, as an argument.
func (f *finding) stamp(t time.Time) Arg { return textArg(stamp(t.In(f.s.now.Location()))) }

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
	e.Saw, e.Why, e.Facts = f.seen, f.notes, f.facts
	e.Seen, e.Note = english.said(f.seen, ", "), english.said(f.notes, "; ")
}

// unfit notes that a test fails for want of a value, or of one of a kind that
// it can look at.
func (f *finding) unfit(v Value, want string) {
	switch {
	case v.IsNull():
		f.note(phrase("missing_" + f.verdictWord()))
	case f.verdict():
		f.note(phrase("unfit_true", wordArg(v.Kind().Words()), wordArg(want)))
	default:
		f.note(phrase("unfit", wordArg(v.Kind().Words()), wordArg(want)))
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
			f.saw("member")
		} else {
			f.saw("not_member")
		}
	case rule.Everyone, rule.And, rule.Or:
	default:
		f.note(phrase("no_condition"))
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
		f.see1(e, clipped(rule.ExprText(e.X), maxLine))
		f.inputs(e.X, inputs)
		return
	case rule.Call, rule.Arith:
		f.see1(e, "")
		f.inputs(e, inputs)
		return
	}
	f.see1(e, "")
}

// see1 adds the value of one expression, and what it is calculated as, if it is.
func (f *finding) see1(e rule.Expr, more string) {
	name, v := clipped(rule.ExprText(e), maxLine), f.s.value(e)
	if len(f.seen) == 0 && f.facts.Seen.IsNull() {
		f.facts.Seen = plain(v)
	}
	switch _, elem := e.(rule.Elem); {
	case elem:
		f.saw("the_element", f.shown(v))
	case more != "":
		f.saw("is_calculated", textArg(name), f.shown(v), textArg(more))
	default:
		f.saw("is", textArg(name), f.shown(v))
	}
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
		f.note(phrase("has_none", intArg(len(c.Values))))
	case len(lacks) == 0:
		f.note(phrase("has_all", intArg(len(c.Values))))
	case c.Mode == rule.ContainsAll:
		f.note(f.some("lacks", lacks))
	default:
		f.note(f.some("has", has))
	}
}

// some says a thing of values, of which it names the first few.
func (f *finding) some(key string, vs []Value) Phrase {
	var words []string
	for _, v := range vs[:min(len(vs), maxShownValues)] {
		words = append(words, f.words(v))
	}
	text := textArg(strings.Join(words, ", "))
	if more := len(vs) - len(words); more > 0 {
		return phrase(key+"_more", text, intArg(more))
	}
	return phrase(key, text)
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
		f.note(phrase("no_address"))
	}
}

// list says since when the contact is on a list.
func (f *finding) list(c rule.InList) {
	joined, ok := f.s.x.List(string(c))
	switch {
	case !ok:
		f.saw("not_on_list")
	case f.holds:
		f.saw("on_list", f.stamp(joined))
	default:
		f.saw("joins_list", f.stamp(joined))
	}
	if ok {
		f.facts.Seen = Time(joined)
	}
}
