package segment

import (
	"fmt"
	"slices"
)

// LintText is [Lint] of a rule text. It sees what the tree does not hold: where
// parentheses stand, so that only AND beside OR without them is warned of, and
// comparisons with "ago", whose meaning surprises: `x > 30 days ago` asks for
// more than 30 days back. These warnings come first, with their place in the
// text. The error is that of reading the text; the schema may be nil.
func LintText(text string, s *Schema) ([]Warning, error) {
	if s == nil {
		s = &Schema{}
	}
	r, err := parseRule(text, s.Limits, schemaWords{s})
	if err != nil {
		return nil, err
	}
	t := textLinter{text: text}
	t.run()
	rest := slices.DeleteFunc(Lint(r.condition, s), func(w Warning) bool { return w.Code == WarnMixed })
	for i := range rest {
		rest[i].Path = ""
	}
	return append(t.warnings, rest...), nil
}

// A textLinter reads tokens. Within one pair of parentheses, and between two
// commas of it, lies one group.
type textLinter struct {
	text     string
	warnings []Warning
	groups   []tokenGroup
	before   []token // the last four
}

type tokenGroup struct {
	start    int // behind the parenthesis or comma
	and, or  bool
	warned   bool
	betweens int // whose AND is still to come
}

func (t *textLinter) run() {
	t.groups = []tokenGroup{{}}
	for off := 0; ; {
		tok := scan(t.text, off)
		if tok.kind == tokenEnd {
			return
		}
		off = tok.end
		t.token(tok)
		t.before = append(t.before, tok)
		if len(t.before) > 4 {
			t.before = t.before[1:]
		}
	}
}

func (t *textLinter) token(tok token) {
	g := &t.groups[len(t.groups)-1]
	switch {
	case tok.kind == '(':
		t.groups = append(t.groups, tokenGroup{start: tok.end})
	case tok.kind == ')' && len(t.groups) > 1:
		t.groups = t.groups[:len(t.groups)-1]
	case tok.kind == ',':
		*g = tokenGroup{start: tok.end}
	case tok.kind != tokenName:
	case sameWord(tok.text, "WHERE"):
		*g = tokenGroup{start: tok.end}
	case sameWord(tok.text, "BETWEEN"):
		g.betweens++
	case sameWord(tok.text, "AND") && g.betweens > 0:
		g.betweens--
	case sameWord(tok.text, "AND"):
		g.and = true
		t.mixed(g, tok)
	case sameWord(tok.text, "OR"):
		g.or = true
		t.mixed(g, tok)
	case sameWord(tok.text, "AGO"):
		t.ago()
	}
}

// mixed warns of the first AND or OR beside the other.
func (t *textLinter) mixed(g *tokenGroup, tok token) {
	if g.and && g.or && !g.warned {
		g.warned = true
		t.warn(WarnMixed, tok.off, tok.end, "AND and OR stand side by side, and AND binds tighter; write parentheses to say what belongs together")
	}
}

// ago warns of `> 30 days ago`.
func (t *textLinter) ago() {
	if len(t.before) < 3 {
		return
	}
	op, number, unit := t.before[len(t.before)-3], t.before[len(t.before)-2], t.before[len(t.before)-1]
	if number.kind != tokenNumber || unit.kind != tokenName {
		return
	}
	span := number.text + " " + unit.text
	switch op.kind {
	case '>', tokenGe:
		t.warn(WarnAgo, op.off, unit.end+len(" ago"), "%q compares ages: it means more than %s back, which OLDER THAN %s says, too", opText(op)+" "+span+" ago", span, span)
	case '<', tokenLe:
		t.warn(WarnAgo, op.off, unit.end+len(" ago"), "%q compares ages: it means within the last %s, which WITHIN LAST %s says, too", opText(op)+" "+span+" ago", span, span)
	}
}

func opText(op token) string {
	switch op.kind {
	case tokenGe:
		return ">="
	case tokenLe:
		return "<="
	}
	return string(rune(op.kind))
}

func (t *textLinter) warn(code WarningCode, from, to int, format string, args ...any) {
	at := Error{}
	at.locate(t.text, from)
	t.warnings = append(t.warnings, Warning{Code: code, Msg: fmt.Sprintf(format, args...), Part: t.text[from:min(to, len(t.text))],
		Line: at.Line, Column: at.Column, Offset: at.Offset})
}
