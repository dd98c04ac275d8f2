package parser

import (
	"errors"
	"strings"
	"unicode/utf8"

	"github.com/segmentrules/segment/internal/check"
	"github.com/segmentrules/segment/internal/jsontext"
	"github.com/segmentrules/segment/internal/lexer"
	"github.com/segmentrules/segment/internal/word"
	"github.com/segmentrules/segment/rule"
)

// Parse reads a rule text. It allows every name; [schema.Schema.Parse] checks them.
// The error is [rule.Errors], each with its place: several, where the text can be
// read on behind one. Its cost grows with the text, whatever the bytes; the
// default [rule.Limits] bound depth and size. The result may share memory with text.
func Parse(text string) (rule.Condition, error) { return parseWithin(rule.Limits{}, text) }

// parseWithin is [Parse] within limits.
func parseWithin(l rule.Limits, text string) (rule.Condition, error) {
	rule, err := ParseRule(text, l, nil)
	if err != nil {
		return nil, err
	}
	return rule.Condition, nil
}

// MustParse is [Parse] for texts that are known to be right, such as
// constants: it panics where Parse gives an error.
func MustParse(text string) rule.Condition {
	c, err := Parse(text)
	if err != nil {
		panic("segment: MustParse(" + string(jsontext.AppendQuoted(nil, jsontext.Shortened([]byte(text[:min(len(text), 41)])))) + "): " + err.Error())
	}
	return c
}

// A vocabulary is what the parser asks a schema, because the answer decides
// what a text means. A nil vocabulary knows nothing and allows all.
type vocabulary interface {
	// event returns the event that a name in an event phrase stands for.
	Event(name string) (canonical string, ok bool)
	// Verb returns the event that is the same word in another form.
	Verb(name string) (event string, ok bool)
	// Field reports whether a field or property has this name.
	Field(name string) bool
	// noun reports whether a noun may be counted in a phrase of this event.
	Noun(event, noun string) bool
}

// A Rule is what a text says, and where: the place of each condition in order of
// the tree, and those of names in order of the text. Names are recorded only for
// a vocabulary.
type Rule struct {
	Text      string
	Condition rule.Condition
	Places    []int // offsets, or nowhere
	Shared    []int // offsets of windows directly behind the last aggregate of a test that are those of others, too
	uses      []use
}

// ParseRule reads a condition. What is not understood as it stands is read once more with
// the spellings of other languages: package spelling.
func ParseRule(text string, l rule.Limits, v vocabulary) (Rule, error) {
	r, err := parseAsWritten(text, l, v)
	if err != nil {
		return respelled(text, l, v, err)
	}
	return r, nil
}

// ParseElementRule reads a condition about the element of a list, which stands within a HAS.
func ParseElementRule(text string, l rule.Limits, v vocabulary) (Rule, error) {
	return parseAs(UseElement, text, l, v)
}

// parseAsWritten reads a condition in the spelling of the language.
func parseAsWritten(text string, l rule.Limits, v vocabulary) (Rule, error) {
	return parseAs(UseField, text, l, v)
}

func parseAs(names UseKind, text string, l rule.Limits, v vocabulary) (Rule, error) {
	p, err := newParser(text, l, v)
	if err != nil {
		return Rule{}, err
	}
	p.names = names
	c := p.rule()
	r := Rule{text, c, p.places, p.shared, p.uses}
	p.checkTree(r)
	if len(p.errs) > 0 {
		return Rule{}, p.errs
	}
	return r, nil
}

// checkTree looks at the tree as a whole where it may be deeper or larger than
// the nesting of the text lets know: `a OR b AND (…)` makes two levels with one
// parenthesis.
func (p *parser) checkTree(r Rule) {
	if len(p.errs) > 0 || 6*(p.deepest+1)+p.chained <= p.limits.Depth && p.operands <= p.limits.Conditions {
		return
	}
	var es rule.Errors
	if err := r.Placed(check.Condition(r.Condition, p.limits)); errors.As(err, &es) {
		p.errs = es[:1] // a limit is passed: as where reading finds it, no more is said
	}
}

// ParseExprText reads an expression, which a calculated field is.
func ParseExprText(text string, l rule.Limits, v vocabulary) (rule.Expr, []use, error) {
	p, err := newParser(text, l, v)
	if err != nil {
		return nil, nil, err
	}
	e, ok := p.sum()
	if ok && p.tok.Kind != lexer.End {
		p.unexpected("an operator or the end")
	}
	if len(p.errs) > 0 {
		return nil, nil, p.errs
	}
	return e, p.uses, nil
}

// A parser reads one text by recursive descent, one method for each rule of
// grammar.ebnf. A method that returns ok = false has recorded an error.
type parser struct {
	src        string
	limits     rule.Limits
	vocabulary vocabulary

	tok     lexer.Token // the current token
	pos     int         // behind it
	prevOff int         // the token before it
	prevEnd int

	errs    rule.Errors
	aborted bool  // no more errors are wanted
	places  []int // of the conditions read so far
	few     [8]int
	uses    []use
	names   UseKind         // what a bare name is here: a field, a property, an element
	zones   map[string]bool // those that have been looked up

	depth    int // of nesting; counted before every recursion
	deepest  int // the greatest depth
	chained  int // operators of arithmetic so far
	leaves   int // conditions so far
	operands int // expressions so far
	classes  int // Unicode classes in regular expressions so far
	open     int // parentheses that are open
	commas   int // of which the one in which a comma separates conditions
	ands     int // 1 while the AND of a BETWEEN is still to come

	verbs     bool          // the name of an event is a verb: DID NOT open
	subject   bool          // what is read is the subject of a test
	joinedEnd int           // where the last JOINED LIST ended
	undecided *rule.Between // a BETWEEN behind an aggregate that turned out no window
	ending    int           // 1 + the open parentheses where the right side of a test is read, whose last window ends the test; or 0
	pending   *ending       // that window, not yet given to the aggregates
	shared    []int         // where such windows stand that have been given to several
}

// newParser checks what can be checked of the whole text.
func newParser(text string, l rule.Limits, v vocabulary) (*parser, error) {
	p := &parser{src: text, limits: l.WithDefaults(), vocabulary: v, commas: -1, joinedEnd: -1}
	p.places = p.few[:0]
	if len(text) > p.limits.Bytes {
		p.refuse(p.limits.Bytes, "rule text of %d bytes; at most %d are allowed", len(text), p.limits.Bytes)
		return nil, p.errs
	}
	if !utf8.ValidString(text) {
		p.complain(rule.ErrSyntax, len(validStart(text)), "invalid UTF-8", "")
		return nil, p.errs
	}
	p.next()
	return p, nil
}

// validStart is the longest start of a text that is valid UTF-8.
func validStart(text string) string {
	for i := 0; i < len(text); {
		r, n := utf8.DecodeRuneInString(text[i:])
		if r == utf8.RuneError && n == 1 {
			return text[:i]
		}
		i += n
	}
	return text
}

// next moves to the next token.
func (p *parser) next() {
	switch p.tok.Kind {
	case '(':
		p.open++
	case ')':
		p.open = max(p.open-1, 0) // one that closes nothing is complained of
	}
	p.prevOff, p.prevEnd = p.tok.Off, p.tok.End
	p.tok = lexer.Scan(p.src, p.pos)
	p.pos = p.tok.End
}

// is reports whether the current token is a keyword, given in upper case.
func (p *parser) is(w string) bool {
	return p.tok.Kind == lexer.Name && word.Is(p.tok.Text, w)
}

// ahead reports whether the current and following tokens are these keywords;
// # is any number, ? any name, and a single character that symbol.
func (p *parser) ahead(words ...string) bool {
	t, pos := p.tok, p.pos
	for i, w := range words {
		if i > 0 {
			t = lexer.Scan(p.src, pos)
			pos = t.End
		}
		switch {
		case w == "#" && t.Kind == lexer.Number:
		case w == "?" && (t.Kind == lexer.Name || t.Kind == lexer.Quoted):
		case len(w) == 1 && t.Kind == lexer.Kind(w[0]):
		case t.Kind == lexer.Name && word.Is(t.Text, w):
		default:
			return false
		}
	}
	return true
}

// accept moves past a keyword, if it is the current token.
func (p *parser) accept(word string) bool {
	if !p.is(word) {
		return false
	}
	p.next()
	return true
}

// acceptAll moves past keywords, if they all follow.
func (p *parser) acceptAll(words ...string) bool {
	if !p.ahead(words...) {
		return false
	}
	for range words {
		p.next()
	}
	return true
}

// expect moves past a keyword, which must follow.
func (p *parser) expect(word string) bool {
	return p.accept(word) || p.unexpected(word, word)
}

func (p *parser) acceptSymbol(c byte) bool {
	if p.tok.Kind != lexer.Kind(c) {
		return false
	}
	p.next()
	return true
}

func (p *parser) expectSymbol(c byte) bool {
	return p.acceptSymbol(c) || p.unexpected("`"+string(rune(c))+"`")
}

// enter counts one level of nesting; leave ends it.
func (p *parser) enter() bool {
	if p.depth >= p.limits.Depth {
		p.refuse(p.tok.Off, "nesting deeper than %d levels", p.limits.Depth)
		return false
	}
	p.depth++
	p.deepest = max(p.deepest, p.depth)
	return true
}

func (p *parser) leave() { p.depth-- }

// An either is what stands in parentheses at the start of a condition: a
// condition, or an expression that a comparison is to follow. Which of them it
// is shows only behind it, and reading it twice would double the time with
// every level.
type either struct {
	c rule.Condition
	e rule.Expr
}

// rule reads the whole text.
func (p *parser) rule() rule.Condition {
	if p.tok.Kind == lexer.End {
		p.unexpected("a condition")
		return nil
	}
	c, _ := p.condition()
	for p.tok.Kind != lexer.End {
		p.unexpected("AND, OR or the end", "AND", "OR", "AGO", "IN", "IGNORING")
		p.recover(0)
		if p.tok.Kind != lexer.End {
			p.next()
			p.condition()
		}
	}
	return c
}

// condition reads a condition.
func (p *parser) condition() (rule.Condition, bool) {
	first := len(p.places)
	x, ok := p.disjunction()
	return p.mustTest(x, ok, first)
}

// mustTest refuses an expression where a condition is needed. The conditions in it
// are noted from first on.
func (p *parser) mustTest(x either, ok bool, first int) (rule.Condition, bool) {
	if ok && x.c == nil {
		if c := rule.ConditionOf(x.e); c != nil {
			p.stand(first, 1)
			return c, true
		}
		ok = p.unexpected("a comparison, such as = or CONTAINS")
		if f, isField := x.e.(rule.Field); isField && !p.aborted && len(p.errs) > 0 {
			p.errs[len(p.errs)-1].Suggestion = strings.Map(printable, f.String()) + " = TRUE"
		}
	}
	return x.c, ok
}

// disjunction = conjunction { "OR" conjunction } .
func (p *parser) disjunction() (either, bool) {
	first := len(p.places)
	x, ok := p.conjunction()
	if !p.is("OR") {
		return x, ok
	}
	cs, ok := p.series("OR", x, ok, first, (*parser).conjunction)
	return either{c: rule.Or(cs)}, ok
}

// conjunction = negation { "AND" negation } .
func (p *parser) conjunction() (either, bool) {
	first := len(p.places)
	x, ok := p.negation()
	if !p.is("AND") {
		return x, ok
	}
	cs, ok := p.series("AND", x, ok, first, (*parser).negation)
	return either{c: rule.And(cs)}, ok
}

// series reads what stands behind the first of several conditions, each behind the
// word. The conditions in the first one are noted from first on.
func (p *parser) series(word string, x either, ok bool, first int, next func(*parser) (either, bool)) ([]rule.Condition, bool) {
	c, ok := p.mustTest(x, ok, first)
	p.stand(first, 1)
	cs := []rule.Condition{c}
	for p.accept(word) {
		first := len(p.places)
		x, ok2 := next(p)
		c, ok2 := p.mustTest(x, ok2, first)
		cs, ok = append(cs, c), ok && ok2
	}
	return cs, ok
}

// negation = { "NOT" } leaf . Behind an error it moves on to where the next
// condition may start.
func (p *parser) negation() (x either, ok bool) {
	open, depth, commas, names := p.open, p.depth, p.commas, p.names
	nots, notAt := 0, p.tok.Off
	for p.is("NOT") && !p.ahead("NOT", "IN") { // NOT IN LIST is an operator
		if !p.enter() {
			return either{}, false
		}
		p.next()
		nots++
	}
	start, first := p.tok.Off, len(p.places)
	x, ok = p.leaf()
	if ok && x.c != nil && p.places[first] == nowhere {
		p.places[first] = start
	}
	if ok && nots > 0 {
		x.c, ok = p.mustTest(x, ok, first)
		for range nots {
			x.c = rule.Not{C: x.c}
		}
		p.stand(first, nots)
		p.places[first] = notAt
	}
	p.depth = depth
	if !ok {
		p.commas, p.names, p.undecided, p.pending, p.ending = commas, names, nil, nil, 0
		p.recover(open)
	}
	p.ands = 0
	return x, ok
}

// recover skips to what may follow a condition at a depth of parentheses.
func (p *parser) recover(open int) {
	for p.tok.Kind != lexer.End {
		if p.open <= open {
			switch {
			case p.is("AND") && p.ands > 0:
				p.ands = 0
			case p.is("AND"), p.is("OR"), p.tok.Kind == ')' && open > 0, p.tok.Kind == ',' && p.commas == open:
				return
			}
		}
		p.next()
	}
}
