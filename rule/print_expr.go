package rule

import (
	"strconv"
	"strings"

	"github.com/segmentrules/segment/internal/word"
)

// The text of expressions, with as few parentheses as the precedence of the operators
// allows, and of names: a name that could be read as something else stands in backquotes.

// String returns the text of the span, such as `30 days`.
func (e Span) String() string {
	unit := e.Unit.Word()
	if e.N != 1 {
		unit += "s"
	}
	return strconv.FormatInt(e.N, 10) + " " + unit
}

// String returns the path as rule text, with backticks where a name needs them.
func (e Field) String() string { return string(appendNames(nil, e.Names(), false)) }

// String returns ELEMENT, the element that is bound.
func (e Elem) String() string { return "ELEMENT" }

// String returns the rule text of the joining instant.
func (e Joined) String() string { return "JOINED LIST " + Text(string(e)).String() }

// String returns the canonical rule text.
func (e Metric) String() string { return ExprText(e) }

// String returns the canonical rule text.
func (e Call) String() string { return ExprText(e) }

// String returns the canonical rule text.
func (e Arith) String() string { return ExprText(e) }

// String returns the calculated field's name as rule text.
func (e Calculated) String() string { return string(appendName(nil, e.Name, false)) }

// ExprText is String for an expression that may be nil.
func ExprText(e Expr) string {
	var p printer
	if deeperExpr(e, MaxLevels) {
		e = cutExpr(e, MaxLevels)
	}
	p.expr(e, precedenceSum)
	return string(p)
}

// A precedence is how tightly the text of an expression binds.
type precedence uint8

const (
	precedenceSum precedence = iota
	precedenceProduct
	precedenceAtom
)

func precedenceOf(op ArithOp) precedence {
	if op == ArithAdd || op == ArithSub {
		return precedenceSum
	}
	return precedenceProduct
}

func (op ArithOp) sign() string {
	return [...]string{" + ", " - ", " * ", " / ", " % "}[min(op, ArithMod)]
}

// expr prints an expression where the text must bind at least so tightly.
func (p *printer) expr(e Expr, min precedence) {
	switch e := e.(type) {
	case nil:
		p.add("NULL")
	case Arith:
		if own := precedenceOf(e.Op); own < min {
			p.add("(")
			p.arith(e, own)
			p.add(")")
		} else {
			p.arith(e, own)
		}
	case Metric:
		p.metric(e, min)
	case Call:
		p.call(e)
	case Value, Span, Field, Elem, Joined, Calculated:
		p.add(e.String())
	default:
		p.add("NULL")
	}
}

func (p *printer) arith(e Arith, own precedence) {
	p.operand(e.Left, own)
	p.add(e.Op.sign())
	if f, ok := e.Right.(Field); ok && e.Op == ArithDiv {
		*p = appendNames(*p, f.Names(), true)
		return
	}
	if c, ok := e.Right.(Calculated); ok && e.Op == ArithDiv {
		*p = appendName(*p, c.Name, true)
		return
	}
	p.operand(e.Right, own+1)
}

// operand prints an operand of arithmetic: an aggregate whose window ends with
// an expression, which would run on into the operator, stands in parentheses.
func (p *printer) operand(e Expr, min precedence) {
	m, ok := e.(Metric)
	switch {
	case !ok:
		p.expr(e, min)
	case m.Window.endsOpen():
		p.metric(m, precedenceAtom)
	default:
		p.metric(m, precedenceSum)
	}
}

func (w Window) endsOpen() bool {
	return w.Kind == WindowSince || w.Kind == WindowBefore || w.Kind == WindowBetween
}

func (p *printer) metric(m Metric, min precedence) {
	if min == precedenceAtom && m.Window.Kind != WindowAll {
		p.add("(")
		defer p.add(")")
	}
	p.aggregate(m)
	p.window(m.Window)
}

// aggregate prints a metric without its window.
func (p *printer) aggregate(m Metric) {
	p.add(m.Agg.Word(), "(")
	p.eventNames(m.Events.Names)
	if m.Prop != "" {
		p.add(".", m.Prop.String())
	}
	if fn, ok := ReadingFn(m.As); ok {
		p.add(" AS ", fn.Word())
	}
	if m.Events.Where != nil {
		p.add(" WHERE ")
		p.condition(m.Events.Where, levelOr)
	}
	p.add(")")
}

// Word returns the name of the aggregate in rule text: COUNT.
func (a Agg) Word() string {
	return [...]string{"COUNT", "SUM", "AVG", "MIN", "MAX", "DISTINCT", "FIRST", "LAST"}[a&7]
}

func (p *printer) eventNames(names []string) {
	for i, n := range names {
		if i > 0 {
			p.add(" | ")
		}
		prefix, star := strings.CutSuffix(n, "*")
		if prefix != "" || !star {
			*p = appendName(*p, prefix, false)
		}
		if star {
			p.add("*")
		}
	}
}

// step prints the events of a sequence or a regularity.
func (p *printer) step(e Events) {
	p.eventNames(e.Names)
	if e.Where != nil {
		p.add("(WHERE ")
		p.condition(e.Where, levelOr)
		p.add(")")
	}
}

func (p *printer) call(c Call) {
	p.add(c.Fn.Word())
	if c.Fn == FnNow || c.Fn == FnToday {
		return
	}
	p.add("(")
	for i, a := range c.Args {
		if i > 0 {
			p.add(", ")
		}
		p.expr(a, precedenceSum)
	}
	p.add(")")
}

// Word returns the name of the function in rule text: MONTH.
func (f Fn) Word() string {
	words := [...]string{"NOW", "TODAY", "LENGTH", "AGE", "ANNIVERSARY", "YEAR", "QUARTER", "MONTH", "DAY",
		"WEEKDAY", "HOUR", "DATE", "VERSION", "HASH", "UNIX", "UNIX_MILLI", "TIME", "NUMBER", "COALESCE"}
	if int(f) < len(words) {
		return words[f]
	}
	return "NULL"
}

func appendNames(b []byte, names []string, divisor bool) []byte {
	for i, n := range names {
		if i > 0 {
			b = append(b, '.')
		}
		if len(names) == 1 && word.IsForeign(n) {
			return appendQuotedName(b, n)
		}
		b = appendName(b, n, divisor && i == 0)
	}
	return b
}

// appendName writes a name bare if it can be. Behind a division sign the name
// of a unit would read as a rate (5/year).
func appendName(b []byte, name string, divisor bool) []byte {
	if isIdentifier(name) && !word.IsReserved(name) {
		if _, ok := UnitNamed(name); !ok || !divisor {
			return append(b, name...)
		}
	}
	return appendQuotedName(b, name)
}

func appendQuotedName(b []byte, name string) []byte {
	b = append(b, '`')
	b = append(b, strings.ReplaceAll(name, "`", "``")...)
	return append(b, '`')
}

// isIdentifier reports whether a name is letters, digits and _, not starting
// with a digit.
func isIdentifier(name string) bool {
	for i, r := range name {
		if !word.IsNameRune(r) || i == 0 && word.IsDigitRune(r) {
			return false
		}
	}
	return name != ""
}
