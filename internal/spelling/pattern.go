package spelling

import (
	"strings"

	"github.com/segmentrules/segment/internal/lexer"
)

// A spelling is a pattern of tokens and what to write for them. The words of a pattern:
//
//	^         a condition starts here            …        an operand ends here
//	WORD      this word, in any case             A|B      one of these
//	A?        the word or nothing                $f       the name of a field, with dots
//	$w        a single name                      $n       a number
//	$t        a text in quotes                   $v       a constant, TODAY, or a length of time
//	$c        a number, a text, a truth value    $d       a day or an instant
//	$u        a unit of time, also a short one   $s       a length of time, also a short one
//	$q        a number without sign and point    $op      a comparison
//	$date     a day in figures that is none      $raw     a text without quotes
//	$open     a text that is not closed
//	$end      the end of a condition             $win      that, or the start of a window; neither is taken
//
// In what is written $1, $2 … are what the words with a $ have taken, in order.
type spelling struct {
	pattern, write string
	why            string // what is guessed; empty where nothing is
	// do writes what a template cannot; nil where write does. It may refuse.
	do func(s *speller, taken [][]token) (text string, ok bool)

	words []string
}

// A table holds spellings by the word that they start with.
type table struct {
	starting map[string][]*spelling
	others   []*spelling
}

func newTable(lists ...[]spelling) *table {
	t := &table{starting: make(map[string][]*spelling)}
	for _, list := range lists {
		for i := range list {
			r := &list[i]
			r.words = strings.Fields(r.pattern)
			first := r.words[0]
			words := r.words
			if first == "^" || first == "…" {
				words = words[1:]
			}
			for optional := true; optional; words = words[1:] {
				first, optional = strings.CutSuffix(words[0], "?")
				if first[0] == '$' && len(first) > 1 {
					t.others = append(t.others, r)
					break
				}
				for _, w := range alternatives(first) {
					t.starting[w] = append(t.starting[w], r)
				}
			}
		}
	}
	return t
}

func alternatives(w string) []string {
	if w == "|" {
		return []string{w}
	}
	return strings.Split(w, "|")
}

// match returns the first spelling that stands at the current token, how many tokens it
// takes and what is written for them.
func (t *table) match(s *speller) (r *spelling, n int, written []token) {
	tok := s.in[s.at]
	first := tok.upper
	if tok.kind != lexer.Name {
		first = tok.text
		if tok.kind == lexer.Text || tok.kind == lexer.Quoted {
			first = ""
		}
	}
	for _, list := range [...][]*spelling{t.starting[first], t.others} {
		for _, r := range list {
			if n, taken, ok := r.taken(s); ok {
				if text, ok := r.text(s, taken); ok {
					return r, n, r.written(text, taken, tok)
				}
			}
		}
	}
	return nil, 0, nil
}

// taken matches the words of a pattern.
func (r *spelling) taken(s *speller) (n int, taken [][]token, ok bool) {
	i := s.at
	for _, w := range r.words {
		switch w {
		case "^":
			if !s.starts() {
				return 0, nil, false
			}
			continue
		case "…":
			if !s.operandEnds() {
				return 0, nil, false
			}
			continue
		case "$end", "$win":
			if !s.ends(i) && (w == "$end" || !s.in[i].is(windowWords...)) {
				return 0, nil, false
			}
			continue
		}
		optional := len(w) > 1 && w[len(w)-1] == '?'
		if optional {
			w = w[:len(w)-1]
		}
		n := 0
		if w[0] == '$' {
			n = s.class(w, i)
		} else if i < len(s.in) && s.in[i].is(alternatives(w)...) {
			n = 1
		}
		switch {
		case n == 0 && !optional:
			return 0, nil, false
		case w[0] == '$':
			taken = append(taken, s.in[i:i+n])
		}
		i += n
	}
	return i - s.at, taken, i > s.at
}

var windowWords = []string{"IN", "WITHIN", "SINCE", "BEFORE", "DURING", "LAST", "PAST", "THIS", "TODAY", "YESTERDAY", "BETWEEN", "MORE", "PREVIOUS", "OVER", "FOR"}

// starts reports whether a condition starts here.
func (s *speller) starts() bool {
	if len(s.out) == 0 {
		return true
	}
	last := s.out[len(s.out)-1]
	if n := len(s.out); n > 1 && last.is("NOT") && s.out[n-2].is("DID", "HAS", "THEN") {
		return false
	}
	return last.is("AND", "OR", "NOT", "WHERE", "(") && !s.inCall()
}

// inCall reports whether the last token is the parenthesis of a function or a list.
func (s *speller) inCall() bool {
	n := len(s.out)
	if !s.out[n-1].is("(") || n < 2 {
		return false
	}
	before := s.out[n-2]
	return before.kind == lexer.Name && !before.is("AND", "OR", "NOT", "WHERE", "HAS", "HAVE", "OF")
}

// operandEnds reports whether what stands before may be the subject of a test.
func (s *speller) operandEnds() bool {
	if len(s.out) == 0 {
		return false
	}
	last := s.out[len(s.out)-1]
	return last.isName() && !last.is("WITH", "FOR") || last.is(")", "ELEMENT")
}

// ends reports whether a condition ends before a token.
func (s *speller) ends(i int) bool {
	return i >= len(s.in) || s.in[i].is("AND", "OR", ")", ",", "BUT", "&", "|")
}

// class is how many tokens of a class stand at a place.
func (s *speller) class(w string, i int) int {
	if i >= len(s.in) {
		return 0
	}
	t := s.in[i]
	one := false
	switch w {
	case "$w":
		one = t.isName()
	case "$f":
		if !t.isName() {
			return 0
		}
		n := 1
		for i+n+1 < len(s.in) && s.in[i+n].is(".") && (s.in[i+n+1].kind == lexer.Name || s.in[i+n+1].kind == lexer.Quoted) {
			n += 2
		}
		return n
	case "$n":
		one = t.kind == lexer.Number
	case "$t":
		one = t.kind == lexer.Text
	case "$u":
		one = t.unit() != ""
	case "$s":
		if t.kind == lexer.Number && i+1 < len(s.in) && s.in[i+1].unit() != "" {
			return 2
		}
	case "$raw":
		return s.raw(i)
	case "$op":
		one = t.is("=", "==", "!=", "<>", "<", "<=", ">", ">=")
	case "$open":
		one = t.kind == lexer.Bad && (t.text[0] == '"' || t.text[0] == '\'')
	case "$date":
		one = t.kind == lexer.Bad && len(t.text) > 5
	case "$q":
		one = t.kind == lexer.Number && strings.IndexFunc(t.text, func(r rune) bool { return r < '0' || r > '9' }) < 0
	case "$c":
		return s.constant(i, false)
	case "$v":
		return s.constant(i, true)
	case "$d":
		one = t.kind == lexer.Time || t.kind == lexer.Text && looksLikeDate(t.text) || t.is("TODAY", "YESTERDAY", "TOMORROW", "NOW")
	}
	if one {
		return 1
	}
	return 0
}

// raw is how many tokens of a text without quotes stand at a place: up to the end of the
// condition.
func (s *speller) raw(i int) int {
	const longest = 8
	n := 0
	for ; i+n < len(s.in) && !s.ends(i+n); n++ {
		t := s.in[i+n]
		if day, _ := DayIn(t.text); day != "" && t.kind == lexer.Bad {
			return 0
		}
		if t.is("+", "-", "%") && (n == 0 && t.text != "+" || !t.glued) || t.is("YESTERDAY", "TOMORROW", "ELEMENT", "EVERYONE") {
			return 0
		}
		if n == longest || t.kind == lexer.Bad && len(t.text) > 1 && strings.IndexByte("\"'`", t.text[0]) >= 0 || t.kind == lexer.Text || t.kind == lexer.Quoted || t.is("(", "[", "=", "!=", "<>", "<", ">", "<=", ">=", "IN", "IS", "NOT", "ANY", "ALL",
			"SET", "BLANK", "IGNORING", "LAST", "PAST", "PREVIOUS", "WITHIN", "SINCE", "BEFORE", "AFTER", "BETWEEN", "CONTAINS", "TRUE", "FALSE", "NULL", "NOW", "TODAY", "LIKE", "*", "/", "PER", "AGO") {
			return 0
		}
	}
	if n == 1 && s.in[i].kind != lexer.Name && s.in[i].kind != lexer.Bad {
		return 0
	}
	return n
}

// constant is how many tokens of a constant stand at a place; with times also one of a
// day, or a length of time.
func (s *speller) constant(i int, times bool) int {
	t := s.in[i]
	switch {
	case t.is("-") && i+1 < len(s.in) && s.in[i+1].kind == lexer.Number:
		return 2
	case t.kind == lexer.Number && times && i+1 < len(s.in) && s.in[i+1].unit() != "":
		return 2
	case t.kind == lexer.Number, t.kind == lexer.Text, t.is("TRUE", "FALSE"):
		return 1
	case times && (t.kind == lexer.Time || t.is("TODAY", "YESTERDAY", "TOMORROW", "NOW")):
		return 1
	}
	return 0
}

// text is what a spelling writes.
func (r *spelling) text(s *speller, taken [][]token) (string, bool) {
	if r.do != nil {
		return r.do(s, taken)
	}
	return r.write, true
}

// written are the tokens of a template. What was taken keeps its places, the rest stands
// where the spelling starts.
func (r *spelling) written(template string, taken [][]token, at token) (ts []token) {
	for off := 0; ; {
		if n := strings.IndexByte(template[off:], '$'); n == 0 && off+1 < len(template) && template[off+1] >= '1' && int(template[off+1]-'1') < len(taken) {
			for i, t := range taken[template[off+1]-'1'] {
				t.glued = t.glued && i > 0
				if i == 1 && shortUnits[t.upper] != "" && len(taken[template[off+1]-'1']) == 2 {
					t = made(lexer.Name, t.unit(), t.off, false)
				}
				ts = append(ts, t)
			}
			off += 2
			continue
		}
		t := lexer.Scan(template, off)
		if t.Kind == lexer.End {
			return ts
		}
		if off < t.Off {
			off = t.Off
			continue
		}
		ts = append(ts, made(t.Kind, template[t.Off:t.End], at.off, false))
		off = t.End
	}
}

// source is the text of tokens.
func source(ts []token) string {
	var b strings.Builder
	for i, t := range ts {
		if i > 0 && !t.glued {
			b.WriteByte(' ')
		}
		b.WriteString(t.text)
	}
	return b.String()
}
