package segment

import (
	"errors"
	"strings"
	"unicode/utf8"
)

// Parse reads a rule text. It allows every name; [Schema.Parse] checks them.
// The error is [Errors], each with its place: several, where the text can be
// read on behind one. Its cost grows with the text, whatever the bytes; the
// default [Limits] bound depth and size. The result may share memory with text.
func Parse(text string) (Condition, error) { return parseWithin(Limits{}, text) }

// parseWithin is [Parse] within limits.
func parseWithin(l Limits, text string) (Condition, error) {
	rule, err := parseRule(text, l, nil)
	if err != nil {
		return nil, err
	}
	return rule.condition, nil
}

// MustParse is [Parse] for texts that are known to be right, such as
// constants: it panics where Parse gives an error.
func MustParse(text string) Condition {
	c, err := Parse(text)
	if err != nil {
		panic("segment: MustParse(" + string(appendQuoted(nil, shortened([]byte(text[:min(len(text), 41)])))) + "): " + err.Error())
	}
	return c
}

// A vocabulary is what the parser asks a schema, because the answer decides
// what a text means. A nil vocabulary knows nothing and allows all.
type vocabulary interface {
	// event returns the event that a name in an event phrase stands for.
	event(name string) (canonical string, ok bool)
	// noun reports whether a noun may be counted in a phrase of this event.
	noun(event, noun string) bool
}

// A rule is what a text says, and where: the place of each condition in order of
// the tree, and those of names in order of the text. Names are recorded only for
// a vocabulary.
type rule struct {
	text      string
	condition Condition
	places    []int // offsets, or nowhere
	uses      []use
}

// parseRule reads a condition.
func parseRule(text string, l Limits, v vocabulary) (rule, error) {
	p, err := newParser(text, l, v)
	if err != nil {
		return rule{}, err
	}
	c := p.rule()
	r := rule{text, c, p.places, p.uses}
	p.checkTree(r)
	if len(p.errs) > 0 {
		return rule{}, p.errs
	}
	return r, nil
}

// checkTree looks at the tree as a whole where it may be deeper or larger than
// the nesting of the text lets know: `a OR b AND (…)` makes two levels with one
// parenthesis.
func (p *parser) checkTree(r rule) {
	if len(p.errs) > 0 || 6*(p.deepest+1)+p.chained <= p.limits.Depth && p.operands <= p.limits.Conditions {
		return
	}
	var es Errors
	if err := r.placed(valid(r.condition, p.limits)); errors.As(err, &es) {
		p.errs = es[:1] // a limit is passed: as where reading finds it, no more is said
	}
}

// parseExprText reads an expression, which a calculated field is.
func parseExprText(text string, l Limits, v vocabulary) (Expr, []use, error) {
	p, err := newParser(text, l, v)
	if err != nil {
		return nil, nil, err
	}
	e, ok := p.sum()
	if ok && p.tok.kind != tokenEnd {
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
	limits     Limits
	vocabulary vocabulary

	tok     token // the current token
	pos     int   // behind it
	prevOff int   // the token before it
	prevEnd int

	errs    Errors
	aborted bool  // no more errors are wanted
	places  []int // of the conditions read so far
	few     [8]int
	uses    []use
	names   useKind         // what a bare name is here: a field, a property, an element
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

	subject   bool     // what is read is the subject of a test
	joinedEnd int      // where the last JOINED LIST ended
	undecided *Between // a BETWEEN behind an aggregate that turned out no window
}

// newParser checks what can be checked of the whole text.
func newParser(text string, l Limits, v vocabulary) (*parser, error) {
	p := &parser{src: text, limits: l.withDefaults(), vocabulary: v, commas: -1, joinedEnd: -1}
	p.places = p.few[:0]
	if len(text) > p.limits.Bytes {
		p.refuse(p.limits.Bytes, "rule text of %d bytes; at most %d are allowed", len(text), p.limits.Bytes)
		return nil, p.errs
	}
	if !utf8.ValidString(text) {
		p.complain(ErrSyntax, len(validStart(text)), "invalid UTF-8", "")
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
	switch p.tok.kind {
	case '(':
		p.open++
	case ')':
		p.open--
	}
	p.prevOff, p.prevEnd = p.tok.off, p.tok.end
	p.tok = scan(p.src, p.pos)
	p.pos = p.tok.end
}

// is reports whether the current token is a keyword, given in upper case.
func (p *parser) is(word string) bool {
	return p.tok.kind == tokenName && sameWord(p.tok.text, word)
}

// ahead reports whether the current and following tokens are these keywords;
// # is any number, ? any name, and a single character that symbol.
func (p *parser) ahead(words ...string) bool {
	t, pos := p.tok, p.pos
	for i, w := range words {
		if i > 0 {
			t = scan(p.src, pos)
			pos = t.end
		}
		switch {
		case w == "#" && t.kind == tokenNumber:
		case w == "?" && (t.kind == tokenName || t.kind == tokenQuoted):
		case len(w) == 1 && t.kind == tokenKind(w[0]):
		case t.kind == tokenName && sameWord(t.text, w):
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
	if p.tok.kind != tokenKind(c) {
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
		p.refuse(p.tok.off, "nesting deeper than %d levels", p.limits.Depth)
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
	c Condition
	e Expr
}

// rule reads the whole text.
func (p *parser) rule() Condition {
	if p.tok.kind == tokenEnd {
		p.unexpected("a condition")
		return nil
	}
	c, _ := p.condition()
	for p.tok.kind != tokenEnd {
		p.unexpected("AND, OR or the end", "AND", "OR", "AGO", "IN", "IGNORING")
		p.recover(0)
		if p.tok.kind != tokenEnd {
			p.next()
			p.condition()
		}
	}
	return c
}

// condition reads a condition.
func (p *parser) condition() (Condition, bool) {
	first := len(p.places)
	x, ok := p.disjunction()
	return p.mustTest(x, ok, first)
}

// mustTest refuses an expression where a condition is needed. The conditions in it
// are noted from first on.
func (p *parser) mustTest(x either, ok bool, first int) (Condition, bool) {
	if ok && x.c == nil {
		if c := asTest(x.e); c != nil {
			p.stand(first, 1)
			return c, true
		}
		ok = p.unexpected("a comparison, such as = or CONTAINS")
		if f, isField := x.e.(Field); isField && !p.aborted && len(p.errs) > 0 {
			p.errs[len(p.errs)-1].Suggestion = strings.Map(printable, f.String()) + " = TRUE"
		}
	}
	return x.c, ok
}

// asTest is the condition that some expressions are by themselves: to have
// joined a list, and to have an instant in the window behind it. Others are
// none.
func asTest(e Expr) Condition {
	switch e := e.(type) {
	case Joined:
		return When{X: e}
	case Metric:
		w := e.Window
		if w.Kind != WindowAll && (e.Agg == AggMin || e.Agg == AggMax || e.Agg == AggFirst || e.Agg == AggLast) {
			e.Window = Window{}
			return When{e, w}
		}
	}
	return nil
}

// disjunction = conjunction { "OR" conjunction } .
func (p *parser) disjunction() (either, bool) {
	first := len(p.places)
	x, ok := p.conjunction()
	if !p.is("OR") {
		return x, ok
	}
	c, ok := p.mustTest(x, ok, first)
	p.stand(first, 1)
	cs := Or{c}
	for p.accept("OR") {
		first := len(p.places)
		x, ok2 := p.conjunction()
		c, ok2 := p.mustTest(x, ok2, first)
		cs, ok = append(cs, c), ok && ok2
	}
	return either{c: cs}, ok
}

// conjunction = negation { "AND" negation } .
func (p *parser) conjunction() (either, bool) {
	first := len(p.places)
	x, ok := p.negation()
	if !p.is("AND") {
		return x, ok
	}
	c, ok := p.mustTest(x, ok, first)
	p.stand(first, 1)
	cs := And{c}
	for p.accept("AND") {
		first := len(p.places)
		x, ok2 := p.negation()
		c, ok2 := p.mustTest(x, ok2, first)
		cs, ok = append(cs, c), ok && ok2
	}
	return either{c: cs}, ok
}

// negation = { "NOT" } leaf . Behind an error it moves on to where the next
// condition may start.
func (p *parser) negation() (x either, ok bool) {
	open, depth, commas, names := p.open, p.depth, p.commas, p.names
	nots := 0
	for p.is("NOT") && !p.ahead("NOT", "IN") { // NOT IN LIST is an operator
		if !p.enter() {
			return either{}, false
		}
		p.next()
		nots++
	}
	start, first := p.tok.off, len(p.places)
	x, ok = p.leaf()
	if ok && x.c != nil && p.places[first] == nowhere {
		p.places[first] = start
	}
	if ok && nots > 0 {
		x.c, ok = p.mustTest(x, ok, first)
		for range nots {
			x.c = Not{x.c}
		}
		p.stand(first, nots)
	}
	p.depth = depth
	if !ok {
		p.commas, p.names, p.undecided = commas, names, nil
		p.recover(open)
	}
	p.ands = 0
	return x, ok
}

// recover skips to what may follow a condition at a depth of parentheses.
func (p *parser) recover(open int) {
	for p.tok.kind != tokenEnd {
		if p.open <= open {
			switch {
			case p.is("AND") && p.ands > 0:
				p.ands = 0
			case p.is("AND"), p.is("OR"), p.tok.kind == ')' && open > 0, p.tok.kind == ',' && p.commas == open:
				return
			}
		}
		p.next()
	}
}
