package parser

import (
	"math/big"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/segmentrules/segment/internal/jsontext"
	"github.com/segmentrules/segment/internal/lexer"
	"github.com/segmentrules/segment/internal/word"
	"github.com/segmentrules/segment/rule"
)

// maxDigits bounds the digits of a number in rule text, so that its canonical
// form stays within what ParseNumber reads.
const maxDigits = 900

// number reads a number.
func (p *parser) number(negative bool) (rule.Value, bool) {
	text := p.tok.Text
	if negative {
		text = "-" + text
	}
	v, ok := rule.ParseNumber(text)
	if !ok || len(text) > maxDigits && len(jsontext.Mantissa(text)) > maxDigits {
		msg := "a number that is out of range"
		if d := strings.TrimPrefix(text, "-"); len(d) > 1 && d[0] == '0' && jsontext.IsDigit(d[1]) {
			msg = "a number with leading zeros; write it without, or as a text in quotes"
		}
		p.complain(rule.ErrValue, p.tok.Off, msg, "")
		v = rule.Int(0)
	}
	p.next()
	return v, !p.aborted
}

// numberOrSpan = number [ unit ] .
func (p *parser) numberOrSpan(negative bool) (rule.Expr, bool) {
	at := p.tok.Off
	v, ok := p.number(negative)
	if !ok || p.tok.Kind != lexer.Name {
		return v, ok
	}
	u, ok := rule.UnitNamed(p.tok.Text)
	if !ok {
		return v, true
	}
	p.next()
	return p.spanOf(v, u, at), !p.aborted
}

// spanOf makes a span of a number and a unit: half a day is 12 hours.
func (p *parser) spanOf(v rule.Value, u rule.Unit, at int) rule.Span {
	if n, ok := v.Int(); ok {
		if d := (rule.Span{N: n, Unit: u}); d.Valid() {
			return d
		}
		p.complain(rule.ErrValue, at, "a span longer than 10,000 years", "")
		return rule.Span{N: 1, Unit: u}
	}
	r := new(big.Rat).Set(v.Rat())
	if r.IsInt() {
		p.complain(rule.ErrValue, at, "a span longer than 10,000 years", "")
		return rule.Span{N: 1, Unit: u}
	}
	for u != rule.UnitSecond && u != rule.UnitMonth && !r.IsInt() {
		var parts int64
		u, parts = smallerUnit(u)
		r.Mul(r, big.NewRat(parts, 1))
	}
	if d := (rule.Span{N: r.Num().Int64(), Unit: u}); r.IsInt() && r.Num().IsInt64() && d.Valid() {
		return d
	}
	p.complain(rule.ErrValue, at, "a span must be a whole number of seconds or months", "")
	return rule.Span{N: 1, Unit: u}
}

// span = number unit .
func (p *parser) span() (rule.Span, bool) {
	if p.tok.Kind != lexer.Number {
		return rule.Span{}, p.unexpected("a length of time such as 30 days")
	}
	e, ok := p.numberOrSpan(false)
	if !ok {
		return rule.Span{}, false
	}
	d, ok := e.(rule.Span)
	if !ok {
		return rule.Span{}, p.unexpectedUnit()
	}
	return d, true
}

func (p *parser) unexpectedUnit() bool {
	return p.unexpected("a unit of time", "seconds", "minutes", "hours", "days", "weeks", "months", "quarters", "years",
		"second", "minute", "hour", "day", "week", "month", "quarter", "year")
}

// time reads a date or an instant.
func (p *parser) time() rule.Value {
	v := rule.ReadTime(p.tok.Text)
	if v.Kind() == rule.KindNull {
		p.complain(rule.ErrValue, p.tok.Off, p.tok.Text+" is no date or instant; they are written 2026-01-31 and 2026-01-31T10:00:00Z", "")
	}
	p.next()
	return v
}

// whole reads a number that is a count, at most a limit.
func (p *parser) whole(what string, least, most int64) (int, bool) {
	if p.tok.Kind != lexer.Number {
		return 0, p.unexpected("a number of " + what)
	}
	at := p.tok.Off
	v, ok := p.number(false)
	if !ok {
		return 0, false
	}
	n, isInt := v.Int()
	if !isInt || n < least || n > most {
		p.complain(rule.ErrValue, at, "a number of "+what+" must be a whole number from "+strconv.FormatInt(least, 10)+" to "+strconv.FormatInt(most, 10), "")
		return 0, !p.aborted
	}
	return int(n), true
}

// value reads a constant.
func (p *parser) value() (rule.Value, bool) {
	negative := p.acceptSymbol('-')
	if p.tok.Kind == lexer.Number {
		v, ok := p.number(negative)
		if ok && p.tok.Kind == lexer.Name {
			if _, unit := rule.UnitNamed(p.tok.Text); unit {
				return v, p.unexpected("a constant; a length of time is none")
			}
		}
		return v, ok
	}
	if !negative {
		if v, found := p.constant(); found {
			return v, !p.aborted
		}
	}
	name, next := p.tok, lexer.Scan(p.src, p.pos).Kind
	ok := p.unexpected("a constant: a text in quotes, a number, a date, TRUE, FALSE or NULL", "TRUE", "FALSE", "NULL")
	if n := len(p.errs); name.Kind == lexer.Name && (next == lexer.End || next == ',' || next == ')') && !word.IsReserved(name.Text) && !p.aborted && p.errs[n-1].Suggestion == "" {
		p.errs[n-1].Suggestion = rule.Text(name.Text).String()
	}
	return rule.Value{}, ok
}

// constant reads a constant that is no number.
func (p *parser) constant() (v rule.Value, found bool) {
	switch {
	case p.tok.Kind == lexer.Text:
		return rule.Text(p.text()), true
	case p.tok.Kind == lexer.Time:
		return p.time(), true
	case p.tok.Kind != lexer.Name:
		return rule.Value{}, false
	case p.accept("TRUE"):
		return rule.Bool(true), true
	case p.accept("FALSE"):
		return rule.Bool(false), true
	case p.accept("NULL"):
		return rule.Value{}, true
	case p.is("JSON") && p.textFollows():
		p.next()
		return p.json(), true
	case p.is("DURATION") && p.textFollows():
		p.next()
		return p.duration(), true
	}
	return rule.Value{}, false
}

func (p *parser) textFollows() bool { return lexer.Scan(p.src, p.pos).Kind == lexer.Text }

func (p *parser) json() rule.Value {
	v, err := rule.ParseJSON([]byte(p.text()))
	if err != nil {
		p.complain(rule.ErrValue, p.prevOff, "invalid JSON: "+err.Error(), "")
	}
	return v
}

// duration reads what durationText writes.
func (p *parser) duration() rule.Value {
	text := p.text()
	d, ok := rule.ReadDuration(text)
	if !ok {
		p.complain(rule.ErrValue, p.prevOff, rule.Text(text).String()+` is no duration such as "1h30m0s"`, "")
	}
	return rule.DurationValue(d)
}

// values = "(" value { "," value } ")" .
func (p *parser) values() (vs []rule.Value, ok bool) {
	ok = p.list(func() bool {
		v, ok := p.value()
		vs = append(vs, v)
		return ok
	})
	return vs, ok
}

// texts = "(" text { "," text } ")" .
func (p *parser) texts() (ss []string, ok bool) {
	ok = p.list(func() bool {
		if p.tok.Kind != lexer.Text {
			return p.unexpected("a text in quotes")
		}
		ss = append(ss, p.text())
		return true
	})
	return ss, ok
}

// list reads elements in parentheses, at least one.
func (p *parser) list(element func() bool) bool {
	if !p.expectSymbol('(') {
		return false
	}
	for n := 1; ; n++ {
		if n > p.limits.Values {
			p.refuse(p.tok.Off, "more than %d values in one list", p.limits.Values)
			return false
		}
		if !element() {
			return false
		}
		if !p.acceptSymbol(',') {
			return p.acceptSymbol(')') || p.unexpected("`,` or `)`")
		}
	}
}

// text reads a text in quotes, which is the current token.
func (p *parser) text() string {
	s, problem, at := unquoteText(p.tok.Text)
	if problem != "" {
		p.complain(rule.ErrSyntax, p.tok.Off+at, problem, "")
	}
	p.next()
	return s
}

// unquoteText takes the quotes and the JSON escapes off a text; problem says
// what is wrong at a byte of it, if anything is.
func unquoteText(s string) (out, problem string, at int) {
	inner := s[1 : len(s)-1]
	if strings.IndexByte(inner, '\\') < 0 {
		return inner, "", 0
	}
	b := make([]byte, 0, len(inner))
	for i := 0; i < len(inner); i++ {
		if inner[i] != '\\' {
			b = append(b, inner[i])
			continue
		}
		i++
		if inner[i] == 'u' {
			r, n := unquoteRune(inner[i-1:])
			if n == 0 {
				return "", `\u needs four hexadecimal digits that make a character`, i
			}
			b = utf8.AppendRune(b, r)
			i += n - 2
			continue
		}
		k := strings.IndexByte(`"'\/bfnrt`, inner[i])
		if k < 0 {
			return "", "unknown escape in a text; a backslash is written \\\\", i
		}
		b = append(b, "\"'\\/\b\f\n\r\t"[k])
	}
	return string(b), "", 0
}

// unquoteRune reads \uXXXX, or two of them that make one character; n is 0 if
// they make none.
func unquoteRune(s string) (r rune, n int) {
	r, ok := jsontext.HexRune([]byte(s[:min(len(s), 6)]))
	if !ok {
		return 0, 0
	}
	if !utf16.IsSurrogate(r) {
		return r, 6
	}
	low, ok := jsontext.HexRune([]byte(s[6:min(len(s), 12)]))
	if r = utf16.DecodeRune(r, low); !ok || r == utf8.RuneError {
		return 0, 0
	}
	return r, 12
}

// unquoteName takes the backticks off a name.
func unquoteName(s string) string {
	return strings.ReplaceAll(s[1:len(s)-1], "``", "`")
}

// smallerUnit is the unit that a broken number of units is counted in, and how many
// of it make one.
func smallerUnit(u rule.Unit) (smaller rule.Unit, parts int64) {
	switch u {
	case rule.UnitYear:
		return rule.UnitMonth, 12
	case rule.UnitQuarter:
		return rule.UnitMonth, 3
	case rule.UnitWeek:
		return rule.UnitDay, 7
	case rule.UnitDay:
		return rule.UnitHour, 24
	}
	return u - 1, 60
}
