package segment

import (
	"math/big"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// maxDigits bounds the digits of a number in rule text, so that its canonical
// form stays within what ParseNumber reads.
const maxDigits = 900

// number reads a number.
func (p *parser) number(negative bool) (Value, bool) {
	text := p.tok.text
	if negative {
		text = "-" + text
	}
	v, ok := ParseNumber(text)
	if !ok || len(text) > maxDigits && len(mantissa(text)) > maxDigits {
		msg := "a number that is out of range"
		if d := strings.TrimPrefix(text, "-"); len(d) > 1 && d[0] == '0' && isDigit(d[1]) {
			msg = "a number with leading zeros; write it without, or as a text in quotes"
		}
		p.complain(ErrValue, p.tok.off, msg, "")
		v = Int(0)
	}
	p.next()
	return v, !p.aborted
}

// numberOrSpan = number [ unit ] .
func (p *parser) numberOrSpan(negative bool) (Expr, bool) {
	at := p.tok.off
	v, ok := p.number(negative)
	if !ok || p.tok.kind != tokenName {
		return v, ok
	}
	u, ok := unitNamed(p.tok.text)
	if !ok {
		return v, true
	}
	p.next()
	return p.spanOf(v, u, at), !p.aborted
}

// spanOf makes a span of a number and a unit: half a day is 12 hours.
func (p *parser) spanOf(v Value, u Unit, at int) Span {
	if n, ok := v.Int(); ok {
		if d := (Span{n, u}); d.valid() {
			return d
		}
		p.complain(ErrValue, at, "a span longer than 10,000 years", "")
		return Span{1, u}
	}
	r := new(big.Rat).Set(v.rat())
	if r.IsInt() {
		p.complain(ErrValue, at, "a span longer than 10,000 years", "")
		return Span{1, u}
	}
	for u != Second && u != Month && !r.IsInt() {
		var parts int64
		u, parts = u.smaller()
		r.Mul(r, big.NewRat(parts, 1))
	}
	if d := (Span{r.Num().Int64(), u}); r.IsInt() && r.Num().IsInt64() && d.valid() {
		return d
	}
	p.complain(ErrValue, at, "a span must be a whole number of seconds or months", "")
	return Span{1, u}
}

// smaller is the unit that a broken number of units is counted in, and how many
// of it make one.
func (u Unit) smaller() (Unit, int64) {
	switch u {
	case Year:
		return Month, 12
	case Quarter:
		return Month, 3
	case Week:
		return Day, 7
	case Day:
		return Hour, 24
	}
	return u - 1, 60
}

// span = number unit .
func (p *parser) span() (Span, bool) {
	if p.tok.kind != tokenNumber {
		return Span{}, p.unexpected("a length of time such as 30 days")
	}
	e, ok := p.numberOrSpan(false)
	if !ok {
		return Span{}, false
	}
	d, ok := e.(Span)
	if !ok {
		return Span{}, p.unexpectedUnit()
	}
	return d, true
}

func (p *parser) unexpectedUnit() bool {
	return p.unexpected("a unit of time", "seconds", "minutes", "hours", "days", "weeks", "months", "quarters", "years",
		"second", "minute", "hour", "day", "week", "month", "quarter", "year")
}

// time reads a date or an instant.
func (p *parser) time() Value {
	v := readTime(p.tok.text)
	if v.kind == KindNull {
		p.complain(ErrValue, p.tok.off, p.tok.text+" is no date or instant; they are written 2026-01-31 and 2026-01-31T10:00:00Z", "")
	}
	p.next()
	return v
}

// whole reads a number that is a count, at most a limit.
func (p *parser) whole(what string, least, most int64) (int, bool) {
	if p.tok.kind != tokenNumber {
		return 0, p.unexpected("a number of " + what)
	}
	at := p.tok.off
	v, ok := p.number(false)
	if !ok {
		return 0, false
	}
	n, isInt := v.Int()
	if !isInt || n < least || n > most {
		p.complain(ErrValue, at, "a number of "+what+" must be a whole number from "+strconv.FormatInt(least, 10)+" to "+strconv.FormatInt(most, 10), "")
		return 0, !p.aborted
	}
	return int(n), true
}

// value reads a constant.
func (p *parser) value() (Value, bool) {
	negative := p.acceptSymbol('-')
	if p.tok.kind == tokenNumber {
		v, ok := p.number(negative)
		if ok && p.tok.kind == tokenName {
			if _, unit := unitNamed(p.tok.text); unit {
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
	name, next := p.tok, scan(p.src, p.pos).kind
	ok := p.unexpected("a constant: a text in quotes, a number, a date, TRUE, FALSE or NULL", "TRUE", "FALSE", "NULL")
	if n := len(p.errs); name.kind == tokenName && (next == tokenEnd || next == ',' || next == ')') && !reserved(name.text) && !p.aborted && p.errs[n-1].Suggestion == "" {
		p.errs[n-1].Suggestion = Text(name.text).String()
	}
	return Value{}, ok
}

// constant reads a constant that is no number.
func (p *parser) constant() (v Value, found bool) {
	switch {
	case p.tok.kind == tokenText:
		return Text(p.text()), true
	case p.tok.kind == tokenTime:
		return p.time(), true
	case p.tok.kind != tokenName:
		return Value{}, false
	case p.accept("TRUE"):
		return Bool(true), true
	case p.accept("FALSE"):
		return Bool(false), true
	case p.accept("NULL"):
		return Value{}, true
	case p.is("JSON") && p.textFollows():
		p.next()
		return p.json(), true
	case p.is("DURATION") && p.textFollows():
		p.next()
		return p.duration(), true
	}
	return Value{}, false
}

func (p *parser) textFollows() bool { return scan(p.src, p.pos).kind == tokenText }

func (p *parser) json() Value {
	v, err := ParseJSON([]byte(p.text()))
	if err != nil {
		p.complain(ErrValue, p.prevOff, "invalid JSON: "+err.Error(), "")
	}
	return v
}

// duration reads what durationText writes.
func (p *parser) duration() Value {
	text := p.text()
	d, ok := readDuration(text)
	if !ok {
		p.complain(ErrValue, p.prevOff, Text(text).String()+` is no duration such as "1h30m0s"`, "")
	}
	return durationValue(d)
}

// values = "(" value { "," value } ")" .
func (p *parser) values() (vs []Value, ok bool) {
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
		if p.tok.kind != tokenText {
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
			p.refuse(p.tok.off, "more than %d values in one list", p.limits.Values)
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
	s, problem, at := unquoteText(p.tok.text)
	if problem != "" {
		p.complain(ErrSyntax, p.tok.off+at, problem, "")
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
	r, ok := hexRune([]byte(s[:min(len(s), 6)]))
	if !ok {
		return 0, 0
	}
	if !utf16.IsSurrogate(r) {
		return r, 6
	}
	low, ok := hexRune([]byte(s[6:min(len(s), 12)]))
	if r = utf16.DecodeRune(r, low); !ok || r == utf8.RuneError {
		return 0, 0
	}
	return r, 12
}

// unquoteName takes the backticks off a name.
func unquoteName(s string) string {
	return strings.ReplaceAll(s[1:len(s)-1], "``", "`")
}
