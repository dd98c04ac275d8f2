package parser

import (
	"fmt"
	"slices"
	"strings"

	"github.com/segmentrules/segment/internal/calendar"
	"github.com/segmentrules/segment/internal/lexer"
	"github.com/segmentrules/segment/internal/textset"
	"github.com/segmentrules/segment/internal/word"
	"github.com/segmentrules/segment/rule"
)

// A leaf is what AND and OR join. The first token or two decide which it is: a group, a
// keyword such as ANY or DID, a membership, or a test of an expression.

// leaf = group | test | each | count | did | phrase | membership | "EVERYONE" .
func (p *parser) leaf() (either, bool) {
	if p.tok.Kind == '(' {
		return p.group()
	}
	first := len(p.places)
	x, ok := p.ungrouped()
	p.stand(first, heads(x.c))
	return x, ok
}

// ungrouped is a leaf that does not start with a parenthesis.
func (p *parser) ungrouped() (either, bool) {
	if !p.countLeaf() {
		return either{}, false
	}
	if p.tok.Kind == lexer.Name {
		if c, ok, found := p.keyworded(); found {
			return p.zoned(c, ok)
		}
	}
	first := p.tok
	p.subject = true
	e, ok := p.sum()
	p.subject = false
	if !ok {
		return either{}, false
	}
	if p.prevEnd != first.End {
		first = lexer.Token{} // more than one token is no name of an event phrase
	}
	return p.tested(e, first)
}

func (p *parser) countLeaf() bool {
	if p.leaves++; p.leaves > p.limits.Conditions {
		p.refuse(p.tok.Off, "more than %d conditions", p.limits.Conditions)
	}
	return !p.aborted
}

// keyworded reads the conditions that start with a keyword.
func (p *parser) keyworded() (c rule.Condition, ok, found bool) {
	switch {
	case p.accept("EVERYONE"):
		return rule.Everyone{}, true, true
	case p.is("ANY"), p.is("ALL"), p.is("NO"):
		c, ok = p.each()
	case p.ahead("AT", "LEAST"), p.ahead("AT", "MOST"), p.ahead("EXACTLY", "#"):
		c, ok = p.quantity()
	case p.is("DID"), p.is("NEVER"), p.ahead("HAS", "NOT"), p.ahead("HAS", "NEVER"):
		c, ok = p.did()
	case p.is("IN"), p.is("NOT"):
		c, ok = p.membership()
	case p.ahead("PREVIOUSLY", "?") && !p.askedOfName():
		c, ok = p.previously()
	default:
		return nil, false, false
	}
	return c, ok, true
}

// askedOfName reports whether what follows the current token, a name that is also a keyword,
// asks something of a field with that name: `previously IS BLANK`.
func (p *parser) askedOfName() bool {
	t := lexer.Scan(p.src, p.pos)
	if comparing(t.Kind) {
		return true
	}
	if comparing(lexer.Scan(p.src, t.End).Kind) {
		return false
	}
	return slices.ContainsFunc(operatorWords[:], func(w string) bool { return word.Is(t.Text, w) })
}

// operatorWords may stand behind what is tested.
var operatorWords = [...]string{"IN", "IS", "NOT", "BETWEEN", "CONTAINS", "STARTS", "ENDS", "MATCHES", "WITHIN", "OLDER",
	"SINCE", "BEFORE", "DURING", "FROM", "CHANGED", "HAS", "HAVE", "THIS", "PREVIOUS", "NEXT", "TODAY", "YESTERDAY", "TOMORROW", "MORE", "AND", "OR"}

// membership = [ "NOT" ] "IN" ( "LIST" | "SEGMENT" ) text .
func (p *parser) membership() (c rule.Condition, ok bool) {
	negated := p.accept("NOT")
	p.next()
	list := p.is("LIST")
	if !list && !p.is("SEGMENT") {
		return nil, p.unexpected("LIST or SEGMENT", "LIST", "SEGMENT")
	}
	p.next()
	if p.tok.Kind != lexer.Text {
		return nil, p.unexpected("a name in quotes")
	}
	name := p.text()
	if name == "" {
		p.complain(rule.ErrSyntax, p.prevOff, "the name is empty", "")
	}
	if list {
		c = rule.InList(name)
		p.used(UseList, name, p.prevOff)
	} else {
		c = rule.InSegment(name)
		p.used(UseSegment, name, p.prevOff)
	}
	if negated {
		c = rule.Not{C: c}
	}
	return c, true
}

// group = "(" condition ")" [ zone ] . In parentheses may also stand an
// expression, which is the start of a comparison.
func (p *parser) group() (either, bool) {
	if !p.enter() {
		return either{}, false
	}
	commas := p.commas
	p.commas = -1
	p.next()
	noted := len(p.places)
	x, ok := p.disjunction()
	p.commas = commas
	p.leave()
	if !ok {
		p.acceptSymbol(')')
		return either{}, false
	}
	if !p.closing(x) {
		return either{}, false
	}
	if m, ok := p.windowAfterAll(x.c); ok {
		x = either{e: m}
		p.places = slices.Delete(p.places, noted, noted+1) // it is no condition
	}
	if x.c != nil {
		c, ok := p.windowBehind(x.c)
		if !ok {
			return either{}, false
		}
		zoned, ok := p.zoned(c, true)
		p.stand(noted, heads(zoned.c)-heads(c))
		return zoned, ok
	}
	if !p.countLeaf() {
		return either{}, false
	}
	p.subject = true
	e, ok := p.sumFrom(x.e)
	p.subject = false
	if !ok {
		return either{}, false
	}
	x, ok = p.tested(e, lexer.Token{})
	p.stand(noted, heads(x.c))
	return x, ok
}

// closing moves past the ")" of a group.
func (p *parser) closing(x either) bool {
	switch {
	case p.acceptSymbol(')'):
		return true
	case x.c != nil:
		return p.unexpected("AND, OR or `)`", "AND", "OR")
	case x.e != nil:
		return p.unexpected("a comparison, an operator or `)`")
	}
	return p.unexpected("`)`")
}

// windowAfterAll turns `(COUNT(a) BETWEEN x AND y)`, which was read as a test,
// into an aggregate with a window where an operator behind it needs a value.
func (p *parser) windowAfterAll(c rule.Condition) (m rule.Metric, ok bool) {
	b, ok := c.(rule.Between)
	if !ok || b.Fold || rule.IsNumberLiteral(b.Lo) || rule.IsNumberLiteral(b.Hi) {
		return m, false
	}
	m, ok = b.X.(rule.Metric)
	switch {
	case !ok || m.Window.Kind != rule.WindowAll || !p.testStarts() && !p.calculating():
		return m, false
	case p.windowStarts(false) && !p.is("BETWEEN") && rule.ConditionOf(rule.Metric{Agg: m.Agg, Window: rule.Window{Kind: rule.WindowSince}}) == nil:
		return m, false // a count is no instant: the window is that of the whole test
	}
	m.Window = rule.Window{Kind: rule.WindowBetween, From: b.Lo, To: b.Hi}
	return m, true
}

func (p *parser) calculating() bool {
	switch p.tok.Kind {
	case '+', '-', '*', '/', '%':
		return true
	}
	return false
}

// zone = "IN" "ZONE" ( text | path ) .
func (p *parser) zoned(c rule.Condition, ok bool) (either, bool) {
	if !ok || !p.acceptAll("IN", "ZONE") {
		return either{c: c}, ok
	}
	if p.tok.Kind == lexer.Text {
		name := p.text()
		if !p.knownZone(name) {
			p.complain(rule.ErrUnknown, p.prevOff, fmt.Sprintf("unknown time zone %s", rule.Text(name)), nearestZone(name))
		}
		return either{c: rule.Zoned{C: c, Zone: rule.Text(name)}}, true
	}
	f, ok := p.path(`a time zone in quotes, or a field`)
	return either{c: rule.Zoned{C: c, Zone: f}}, ok
}

func nearestZone(name string) string {
	zone := textset.Nearest(name, strings.Fields(lexer.ZoneNames)...)
	if zone == "" {
		return ""
	}
	return rule.Text(zone).String()
}

// knownZone looks a zone up, once: that reads a file.
func (p *parser) knownZone(name string) bool {
	known, seen := p.zones[name]
	if !seen {
		_, known = calendar.Zone(name)
		if p.zones == nil {
			p.zones = make(map[string]bool)
		}
		p.zones[name] = known
	}
	return known
}
