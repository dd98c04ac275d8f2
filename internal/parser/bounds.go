package parser

import (
	"slices"

	"github.com/segmentrules/segment/internal/lexer"
	"github.com/segmentrules/segment/internal/word"
	"github.com/segmentrules/segment/rule"
)

// The bounds of BETWEEN and of windows. Behind an aggregate BETWEEN may be a window of its
// events or a test of its value. What is calculated with behind a window is the aggregate: a
// bound of a window takes + and - with lengths of time, and nothing else.

// A reading is what a BETWEEN is known to be before it is read.
type reading uint8

const (
	asTest   reading = iota // of a value: its bounds are sums
	asWindow                // of events or an instant
	asEither                // behind an aggregate that may be tested
)

// A span between two bounds, and where the first stands that is no bound of a window:
// one with arithmetic other than + and - and a length of time, without parentheses.
type bounded struct {
	rule.Between
	sumAt int // nowhere, if both may be bounds of a window
}

// between = "BETWEEN" sum "AND" sum | ago .
func (p *parser) between(e rule.Expr) (rule.Condition, bool) {
	_, joined := e.(rule.Joined)
	joined = joined && p.joinedEnd == p.prevEnd // and not in parentheses
	at, reading := p.tok.Off, asTest
	if joined {
		reading = asWindow
	}
	b, ago, ok := p.bounds(reading)
	switch {
	case !ok:
		return nil, false
	case ago:
		w, ok := p.agoWindow(b.Between)
		return rule.When{X: e, Window: w}, ok
	case joined:
		w, ok := p.windowBetween(b, at)
		return rule.When{X: e, Window: w}, ok
	}
	b.X = e
	return b.Between, true
}

// bounds reads the two bounds of a BETWEEN, and whether AGO follows.
func (p *parser) bounds(r reading) (b bounded, ago, ok bool) {
	subject, ending := p.subject, p.ending
	p.subject, p.ending = false, 0
	defer func() { p.subject, p.ending = subject, ending }()
	b.sumAt = nowhere
	p.next()
	p.ands = 1
	at := p.tok.Off
	first, ok := p.unary()
	if !ok {
		return b, false, false
	}
	if r == asWindow {
		b.Lo, ok = p.boundFrom(first)
	} else {
		b.Lo, ok = p.sumFrom(first)
		if ok && !movedBySpans(b.Lo, first) {
			b.sumAt = at
		}
	}
	if !ok {
		return b, false, false
	}
	p.accept("AGO")
	if !p.is("AND") {
		if r == asWindow && p.calculating() {
			return b, false, p.onlySpans(p.tok.Off)
		}
		return b, false, p.unexpected("AND", "AND")
	}
	p.ands = 0
	p.next()
	if r == asWindow {
		first, ok = p.unary()
	} else {
		first, ok = p.rightSide((*parser).unary)
	}
	switch {
	case !ok:
	case r == asWindow || r == asEither && !rule.IsNumberLiteral(b.Lo) && p.windowGoesOn(first):
		b.Hi, ok = p.boundFrom(first)
	default:
		b.Hi, ok = p.rightSide(func(p *parser) (rule.Expr, bool) { return p.sumFrom(first) })
	}
	return b, ok && p.accept("AGO"), ok
}

// windowGoesOn reports whether the first part of an upper bound ends a window behind an
// aggregate, with which is calculated: `COUNT(a) BETWEEN x AND y / COUNT(b) >= 0.2`. It is
// so where something is asked of the whole, and always behind a day or an instant.
func (p *parser) windowGoesOn(first rule.Expr) bool {
	if !p.calculating() || rule.IsNumberLiteral(first) {
		return false
	}
	return rule.IsMoment(first) || p.testAhead()
}

// testAhead reports whether an operator that tests a value follows before the test ends.
// It looks at tokens alone, none of them more often than there are operators in a row.
func (p *parser) testAhead() bool {
	depth, betweens := 0, 0
	for t := p.tok; t.Kind != lexer.End; t = lexer.Scan(p.src, t.End) {
		switch t.Kind {
		case '(':
			depth++
			continue
		case ')':
			if depth--; depth < 0 {
				return false
			}
			continue
		}
		if depth > 0 {
			continue
		}
		switch {
		case comparing(t.Kind):
			return true
		case t.Kind == ',':
			return false
		case t.Kind != lexer.Name:
		case word.Is(t.Text, "BETWEEN"):
			betweens++
		case word.Is(t.Text, "AND") && betweens > 0:
			betweens--
		case word.Is(t.Text, "AND"), word.Is(t.Text, "OR"):
			return false
		case word.Is(t.Text, "IN"):
			next := lexer.Scan(p.src, t.End)
			if next.Kind == '(' || next.Kind == lexer.Name && word.Is(next.Text, "CIDR") {
				return true
			}
		case slices.ContainsFunc(testWords[:], func(w string) bool { return word.Is(t.Text, w) }):
			return true
		}
	}
	return false
}

// testWords start a test that is no window.
var testWords = [...]string{"NOT", "IS", "CONTAINS", "STARTS", "ENDS", "MATCHES"}

// movedBySpans reports whether an expression is another one, moved by lengths of time.
func movedBySpans(e, from rule.Expr) bool {
	for !rule.EqualExpr(e, from) {
		a, ok := e.(rule.Arith)
		if !ok || a.Op != rule.ArithAdd && a.Op != rule.ArithSub {
			return false
		}
		if _, ok := a.Right.(rule.Span); !ok {
			return false
		}
		e = a.Left
	}
	return true
}

// windowBetween is the window with these bounds, which stand at an offset. A
// number is none: behind an aggregate it would be read as a test of its value.
func (p *parser) windowBetween(b bounded, at int) (rule.Window, bool) {
	if b.sumAt != nowhere {
		return rule.Window{}, p.onlySpans(b.sumAt)
	}
	if rule.IsNumberLiteral(b.Lo) || rule.IsNumberLiteral(b.Hi) {
		p.complain(rule.ErrSyntax, at, "a window has dates or instants for bounds, or ends with AGO", "")
		return rule.Window{}, false
	}
	return rule.Window{Kind: rule.WindowBetween, From: b.Lo, To: b.Hi}, true
}

// onlySpans complains of arithmetic in a bound of a window.
func (p *parser) onlySpans(at int) bool {
	p.complain(rule.ErrSyntax, at, "a bound of a window takes + and - with a length of time, such as TODAY - 30 days; other arithmetic in it stands in parentheses", "")
	return false
}

// agoWindow is BETWEEN 30 AND 60 days AGO.
func (p *parser) agoWindow(b rule.Between) (w rule.Window, ok bool) {
	hi, ok := b.Hi.(rule.Span)
	lo, ok2 := b.Lo.(rule.Span)
	if v, isValue := b.Lo.(rule.Value); ok && isValue {
		n, isInt := v.Int()
		lo, ok2 = rule.Span{N: n, Unit: hi.Unit}, isInt
	}
	if !ok || !ok2 || !lo.Valid() || lo.N < 0 || hi.N < 0 {
		p.complain(rule.ErrSyntax, p.prevOff, "BETWEEN … AGO takes two lengths of time, such as BETWEEN 30 AND 60 days AGO", "")
		return w, false
	}
	return rule.Window{Kind: rule.WindowAgo, A: lo, B: hi}, true
}

// bound = unary { ( "+" | "-" ) span } .
func (p *parser) bound() (rule.Expr, bool) {
	at, subject, ending := p.tok.Off, p.subject, p.ending
	p.subject, p.ending = false, 0
	e, ok := p.unary()
	if ok {
		e, ok = p.boundFrom(e)
	}
	p.subject, p.ending = subject, ending
	if _, isSpan := e.(rule.Span); ok && isSpan {
		p.complain(rule.ErrSyntax, at, "expected a date or an instant, such as TODAY - 30 days; for a length of time there is IN LAST 30 days", "")
		return nil, false
	}
	return e, ok
}

// boundFrom reads on behind the first part of a bound.
func (p *parser) boundFrom(e rule.Expr) (rule.Expr, bool) {
	ok := true
	for n := 1; ok && p.spanAdded(); n++ {
		op := rule.ArithAdd
		if p.tok.Kind == '-' {
			op = rule.ArithSub
		}
		if !p.chain(n) {
			return nil, false
		}
		var d rule.Span
		d, ok = p.span()
		e = rule.Arith{Op: op, Left: e, Right: d}
	}
	return e, ok
}

// spanAdded reports whether + or - and a span follow.
func (p *parser) spanAdded() bool {
	if !p.ahead("+", "#", "?") && !p.ahead("-", "#", "?") {
		return false
	}
	_, ok := rule.UnitNamed(lexer.Scan(p.src, lexer.Scan(p.src, p.pos).End).Text)
	return ok
}
