package parser

import (
	"fmt"
	"slices"

	"github.com/segmentrules/segment/internal/lexer"
	"github.com/segmentrules/segment/internal/word"
	"github.com/segmentrules/segment/rule"
)

// Events: aggregates with WHERE and window, DID and its sequences, and the phrases that
// count, such as `opened >= 5 emails in last 30 days`, for which the schema knows the nouns.

// metric = aggregate "(" events [ "AS" ( "TIME" | "NUMBER" ) ] [ "WHERE" condition ] ")" [ window ] .
func (p *parser) metric(agg rule.Agg) (rule.Expr, bool) {
	m := rule.Metric{Agg: agg}
	if !p.enter() {
		return nil, false
	}
	subject := p.subject
	p.subject = false
	p.next()
	p.next()
	ok := p.events(&m.Events, &m.Prop)
	if ok && m.Prop != "" && p.accept("AS") {
		m.As, ok = p.reading()
	}
	if ok && p.accept("WHERE") {
		m.Events.Where, ok = p.within(UseProperty)
	}
	p.subject = subject
	p.leave()
	switch {
	case !ok:
		return nil, false
	case p.tok.Kind != ')':
		return nil, p.unexpected("WHERE or `)`", "WHERE")
	case m.Prop == "" && (agg == rule.AggSum || agg == rule.AggAvg || agg == rule.AggDistinct):
		w := agg.Word()
		p.complain(rule.ErrSyntax, p.tok.Off, fmt.Sprintf("%s needs a property, such as %s(purchase.amount)", w, w), "")
		return nil, false
	}
	p.next()
	return p.windowed(m)
}

// reading reads what the values of a property are read as: the name of a function.
func (p *parser) reading() (as rule.Kind, ok bool) {
	if fn, _, known := fnNamed(p.tok.Text); known {
		as = rule.ReadingKind(fn)
	}
	if as == rule.KindNull {
		return as, p.unexpected("TIME or NUMBER", "TIME", "NUMBER")
	}
	p.next()
	return as, true
}

// within reads a condition in which names are properties or fields of an
// element.
func (p *parser) within(names UseKind) (rule.Condition, bool) {
	outer, commas, subject := p.names, p.commas, p.subject
	p.names, p.commas, p.subject = names, -1, false
	c, ok := p.condition()
	p.names, p.commas, p.subject = outer, commas, subject
	return c, ok
}

// windowed reads the window behind an aggregate. BETWEEN may also test the
// aggregate's value; which it is shows only behind it.
func (p *parser) windowed(m rule.Metric) (rule.Expr, bool) {
	if !p.windowStarts(true) {
		return m, true
	}
	var ok bool
	at, noted := p.tok.Off, len(p.places)
	if !p.is("BETWEEN") {
		m.Window, ok = p.window()
		return p.ended(m, at, noted), ok
	}
	reading := asWindow
	if p.subject {
		reading = asEither
	}
	b, ago, ok := p.bounds(reading)
	switch {
	case !ok:
		return nil, false
	case ago:
		m.Window, ok = p.agoWindow(b.Between)
		return p.ended(m, at, noted), ok
	case p.subject && (rule.IsNumberLiteral(b.Lo) || rule.IsNumberLiteral(b.Hi) || !p.testStarts() && !p.calculating()):
		p.undecided = &b.Between
		return m, true
	}
	m.Window, ok = p.windowBetween(b, at)
	return p.ended(m, at, noted), ok
}

// testStarts reports whether something is asked of what has been read.
func (p *parser) testStarts() bool {
	if p.comparing() || p.ahead("IN", "(") || p.ahead("IN", "CIDR") || p.ahead("IN", "THE", "PAST") && !p.windowStarts(true) {
		return true
	}
	for _, word := range [...]string{"NOT", "IS", "CONTAINS", "STARTS", "ENDS", "MATCHES", "BETWEEN", "WITHIN", "OLDER",
		"DURING", "SINCE", "BEFORE", "FROM"} {
		if p.is(word) {
			return true
		}
	}
	return false
}

// events = event { "|" event } [ "." path ] .
func (p *parser) events(e *rule.Events, prop *rule.Field) bool {
	for {
		if len(e.Names) >= p.limits.Values {
			p.refuse(p.tok.Off, "more than %d values in one list", p.limits.Values)
			return false
		}
		if !p.event(e) {
			return false
		}
		if p.tok.Kind == '.' {
			at := p.tok.Off
			p.next()
			names := p.names
			p.names = UseProperty
			f, ok := p.property()
			p.names = names
			switch {
			case !ok:
				return false
			case prop == nil:
				p.complain(rule.ErrSyntax, at, "a dot in the name of an event; such a name stands in backticks", "")
				return false
			case *prop != "" && *prop != f:
				p.complain(rule.ErrSyntax, at, "only one property can be aggregated; a name with a dot in it stands in backticks", "")
				return false
			}
			*prop = f
		}
		if !p.acceptSymbol('|') {
			return true
		}
	}
}

// property reads the property that is aggregated.
func (p *parser) property() (rule.Field, bool) {
	if p.tok.Kind == lexer.Name && word.IsReserved(p.tok.Text) { // behind a dot no keyword can stand
		p.tok.Kind = lexer.Quoted
		p.tok.Text = "`" + p.tok.Text + "`"
	}
	return p.path("the name of a property")
}

// event = "*" | name [ "*" ] .
func (p *parser) event(e *rule.Events) bool {
	if p.acceptSymbol('*') {
		e.Names = append(e.Names, "*")
		return true
	}
	at := p.tok.Off
	name, ok := p.name("the name of an event")
	if !ok {
		return false
	}
	if p.tok.Kind == '*' {
		p.next()
		name += "*"
	} else if p.verbs {
		name = p.verb(name)
	}
	p.used(UseEvent, name, at)
	e.Names = append(e.Names, name)
	return true
}

// did = ( "DID" [ "NOT" ] | "NEVER" [ "DID" ] | "HAS" ( "NOT" | "NEVER" ) ) step
// ( "IN" "AT" "LEAST" number "OF" "LAST" span | { then } [ window ] ) .
func (p *parser) did() (rule.Condition, bool) {
	negated, never := false, p.is("NEVER")
	switch {
	case p.accept("DID"):
		negated = p.accept("NOT")
	case p.accept("NEVER"):
		p.accept("DID")
		negated = true
	default:
		p.next()
		p.next()
		negated = true
	}
	var first rule.Step
	if !p.step(&first) {
		return nil, false
	}
	var c rule.Condition
	ok := true
	switch {
	case p.ahead("IN", "AT", "LEAST"):
		c, ok = p.regularity(first.Events)
	case p.is("THEN") && negated && !never:
		return nil, p.unexpected("a window or the end of the condition; the opposite of a sequence is NOT DID … THEN …")
	default:
		c, ok = p.sequence(first)
	}
	if !ok {
		return nil, false
	}
	if s, isSequence := c.(rule.Sequence); isSequence && len(s.Steps) == 1 {
		m := rule.Metric{Events: s.Steps[0].Events, Window: s.Window}
		if negated {
			return rule.Compare{Left: m, Op: rule.OpEq, Right: rule.Int(0)}, true
		}
		return rule.Compare{Left: m, Op: rule.OpGe, Right: rule.Int(1)}, true
	}
	if negated {
		c = rule.Not{C: c}
	}
	return c, true
}

// sequence = [ window ] { "THEN" [ "NOT" ] step [ "WITHIN" span ] } [ window ] .
func (p *parser) sequence(first rule.Step) (rule.Condition, bool) {
	c := rule.Sequence{Steps: []rule.Step{first}}
	early, noted := p.windowStarts(false), len(p.places)
	if early {
		var ok bool
		if c.Window, ok = p.window(); !ok {
			return nil, false
		}
	}
	inWindow := slices.Clone(p.places[noted:])
	for p.is("THEN") {
		if len(c.Steps) >= p.limits.Steps {
			p.refuse(p.tok.Off, "more than %d steps in one sequence", p.limits.Steps)
			return nil, false
		}
		if c.Steps[len(c.Steps)-1].Not {
			return nil, p.unexpected("the end of the sequence, whose last step only may be NOT")
		}
		s, ok := p.then()
		if !ok {
			return nil, false
		}
		c.Steps = append(c.Steps, s)
	}
	p.places = append(slices.Delete(p.places, noted, noted+len(inWindow)), inWindow...) // behind those in the steps
	if p.windowStarts(false) && !early {
		var ok bool
		if c.Window, ok = p.window(); !ok {
			return nil, false
		}
	}
	return c, true
}

// then = "THEN" [ "NOT" ] step [ "WITHIN" span ] .
func (p *parser) then() (s rule.Step, ok bool) {
	p.next()
	s.Not = p.accept("NOT")
	if !p.step(&s) {
		return s, false
	}
	if p.is("WITHIN") && !p.windowStarts(false) {
		p.next()
		if s.Within, ok = p.span(); !ok {
			return s, false
		}
		if s.Within.N <= 0 {
			p.complain(rule.ErrValue, p.prevOff, "WITHIN needs a length of time above zero", "")
		}
	} else if s.Not {
		return s, p.unexpected("WITHIN and a length of time: only then is it certain that no event came", "WITHIN")
	}
	return s, true
}

// step = events [ "(" "WHERE" condition ")" | "WHERE" "(" condition ")" ] .
func (p *parser) step(s *rule.Step) (ok bool) {
	p.verbs = true
	named := p.events(&s.Events, nil)
	p.verbs = false
	if !named {
		return false
	}
	if !p.ahead("(", "WHERE") && !p.ahead("WHERE", "(") {
		return p.tok.Kind != '(' && !p.is("WHERE") || p.unexpected("(WHERE …)")
	}
	if !p.enter() {
		return false
	}
	defer p.leave()
	p.next()
	p.next()
	if s.Events.Where, ok = p.within(UseProperty); !ok {
		return false
	}
	return p.acceptSymbol(')') || p.unexpected("AND, OR or `)`", "AND", "OR")
}

// regularity = "IN" "AT" "LEAST" number "OF" [ "THE" ] "LAST" span .
func (p *parser) regularity(e rule.Events) (rule.Condition, bool) {
	p.next()
	p.next()
	p.next()
	c := rule.Regularity{Events: e}
	at := p.tok.Off
	var ok bool
	if c.K, ok = p.whole("units", 0, rule.MaxRegularity); !ok || !p.expect("OF") {
		return nil, false
	}
	p.accept("THE")
	if !p.expect("LAST") {
		return nil, false
	}
	lastAt := p.tok.Off
	d, ok := p.span()
	if !ok {
		return nil, false
	}
	if d.N < 1 || d.N > rule.MaxRegularity {
		p.complain(rule.ErrValue, lastAt, fmt.Sprintf("a regularity looks back at 1 to %d units", rule.MaxRegularity), "")
		return nil, false
	}
	if int64(c.K) > d.N {
		p.complain(rule.ErrValue, at, fmt.Sprintf("at least %d of %d can never be", c.K, d.N), "")
	}
	c.N, c.Unit = int(d.N), d.Unit
	return c, true
}
