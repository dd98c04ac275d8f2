package lint

import (
	"fmt"
	"slices"

	"github.com/segmentrules/segment/internal/lexer"
	"github.com/segmentrules/segment/internal/parser"
	"github.com/segmentrules/segment/internal/word"
	"github.com/segmentrules/segment/rule"
	"github.com/segmentrules/segment/schema"
)

// Text is [Condition] of a rule text. It sees what the tree does not hold: where
// parentheses stand, so that only AND beside OR without them is warned of, and
// comparisons with "ago", whose meaning surprises: `x > 30 days ago` asks for
// more than 30 days back. These warnings come first, with their place in the
// text. The error is that of reading the text; the schema may be nil.
func Text(text string, s *schema.Schema) ([]Warning, error) {
	if s == nil {
		s = &schema.Schema{}
	}
	r, err := parser.ParseRule(text, s.Limits, s.Words())
	if err != nil {
		return nil, err
	}
	t := textLinter{text: text}
	t.run()
	rest := slices.DeleteFunc(Condition(r.Condition, s), func(w Warning) bool { return w.Code == WarnMixed })
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
	before   []lexer.Token // the last four
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
		tok := lexer.Scan(t.text, off)
		if tok.Kind == lexer.End {
			return
		}
		off = tok.End
		t.token(tok)
		t.before = append(t.before, tok)
		if len(t.before) > 4 {
			t.before = t.before[1:]
		}
	}
}

func (t *textLinter) token(tok lexer.Token) {
	g := &t.groups[len(t.groups)-1]
	switch {
	case tok.Kind == '(':
		t.groups = append(t.groups, tokenGroup{start: tok.End})
	case tok.Kind == ')' && len(t.groups) > 1:
		t.groups = t.groups[:len(t.groups)-1]
	case tok.Kind == ',':
		*g = tokenGroup{start: tok.End}
	case tok.Kind != lexer.Name:
	case word.Is(tok.Text, "WHERE"):
		*g = tokenGroup{start: tok.End}
	case word.Is(tok.Text, "BETWEEN"):
		g.betweens++
	case word.Is(tok.Text, "AND") && g.betweens > 0:
		g.betweens--
	case word.Is(tok.Text, "AND"):
		g.and = true
		t.mixed(g, tok)
	case word.Is(tok.Text, "OR"):
		g.or = true
		t.mixed(g, tok)
	case word.Is(tok.Text, "AGO"):
		t.ago()
	}
}

// mixed warns of the first AND or OR beside the other.
func (t *textLinter) mixed(g *tokenGroup, tok lexer.Token) {
	if g.and && g.or && !g.warned {
		g.warned = true
		t.warn(WarnMixed, tok.Off, tok.End, "AND and OR stand side by side, and AND binds tighter; write parentheses to say what belongs together")
	}
}

// ago warns of `> 30 days ago`.
func (t *textLinter) ago() {
	if len(t.before) < 3 {
		return
	}
	op, number, unit := t.before[len(t.before)-3], t.before[len(t.before)-2], t.before[len(t.before)-1]
	if number.Kind != lexer.Number || unit.Kind != lexer.Name {
		return
	}
	span := number.Text + " " + unit.Text
	switch op.Kind {
	case '>', lexer.Ge:
		t.warn(WarnAgo, op.Off, unit.End+len(" ago"), "%q compares ages: it means more than %s back, which OLDER THAN %s says, too", opText(op)+" "+span+" ago", span, span)
	case '<', lexer.Le:
		t.warn(WarnAgo, op.Off, unit.End+len(" ago"), "%q compares ages: it means within the last %s, which WITHIN LAST %s says, too", opText(op)+" "+span+" ago", span, span)
	}
}

func opText(op lexer.Token) string {
	switch op.Kind {
	case lexer.Ge:
		return ">="
	case lexer.Le:
		return "<="
	}
	return string(rune(op.Kind))
}

func (t *textLinter) warn(code Code, from, to int, format string, args ...any) {
	at := rule.Error{}
	at.Locate(t.text, from)
	t.warnings = append(t.warnings, Warning{Code: code, Msg: fmt.Sprintf(format, args...), Part: t.text[from:min(to, len(t.text))],
		Line: at.Line, Column: at.Column, Offset: at.Offset})
}
