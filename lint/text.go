package lint

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/segmentrules/segment/internal/lexer"
	"github.com/segmentrules/segment/internal/parser"
	"github.com/segmentrules/segment/internal/spelling"
	"github.com/segmentrules/segment/internal/word"
	"github.com/segmentrules/segment/rule"
	"github.com/segmentrules/segment/schema"
)

// Text is [Condition] of a rule text. It sees what the tree does not hold: where
// parentheses stand, so that only AND beside OR without them is warned of; where a window
// stands that counts for two aggregates; and comparisons with "ago", whose meaning
// surprises: `x > 30 days ago` asks for more than 30 days back. These warnings come first.
// Every warning has the place in the text where its part starts. The error is that of
// reading the text; the schema may be nil.
func Text(text string, s *schema.Schema) ([]Warning, error) {
	if s == nil {
		s = &schema.Schema{}
	}
	r, err := parser.ParseRule(text, s.Limits, s.Words())
	if err != nil {
		return nil, err
	}
	t := textLinter{text: text, rule: r}
	t.run()
	shared := slices.Clone(r.Shared)
	ofTree := conditionOf(r.Condition, s, saysLast(text))
	starts := r.Starts()
	for i := range ofTree {
		t.locate(&ofTree[i], starts[ofTree[i].Path])
	}
	for _, w := range slices.Backward(ofTree) {
		if w.Code == WarnShared { // the last test before the window is the one that it ends
			i := slices.IndexFunc(shared, func(at int) bool { return at > w.Offset })
			if i < 0 {
				continue
			}
			shared = shared[:i]
		}
		if w.Code != WarnMixed {
			t.ofTree = append(t.ofTree, w)
		}
	}
	slices.Reverse(t.ofTree)
	t.neither(s, starts[""])
	setPointers(t.ofTree, r.Condition, s)
	return append(t.warnings, t.ofTree...), nil
}

// neither warns of a negation before two events, of which it negates the first: NEVER opened
// OR clicked IN LAST 30 days. The fixes of warnings about the second take it as if it
// happened, and are left out.
func (t *textLinter) neither(s *schema.Schema, start int) {
	both, found, sure := spelling.Neither(t.text, s.Words())
	if !found {
		return
	}
	event := slices.IndexFunc(t.ofTree, func(w Warning) bool { return w.Code == WarnEvent })
	if event < 0 {
		return
	}
	for i := range t.ofTree {
		if t.ofTree[i].Code == WarnEvent {
			t.ofTree[i].Fix = ""
		}
	}
	meant, err := s.Parse(both.Text)
	if !sure || err != nil {
		return
	}
	w := Warning{Code: WarnEvent, Part: t.rule.Condition.String(), Fix: meant.String()}
	w.Msg = fmt.Sprintf("a NOT is about the event behind it alone; that neither of two happened is %s", w.Fix)
	t.locate(&w, start)
	t.ofTree = slices.Insert(t.ofTree, event, w)
}

// A textLinter reads tokens. Within one pair of parentheses, and between two
// commas of it, lies one group.
type textLinter struct {
	text     string
	rule     parser.Rule
	warnings []Warning
	ofTree   []Warning
	groups   []tokenGroup
	tests    []windowTest  // of instants, once they are asked for
	at       Warning       // the place that was located last
	before   []lexer.Token // the last four
}

type tokenGroup struct {
	start    int // the first token behind the parenthesis or comma; -1 before it is read
	end      int // of the last token
	and, or  bool
	parts    []tokenPart // what OR joins, but for the last
	part     tokenPart
	betweens int // whose AND is still to come
}

// A tokenPart is what stands between two ORs; and says that there is an AND in it.
type tokenPart struct {
	start, end int
	and        bool
}

func (t *textLinter) run() {
	t.groups = []tokenGroup{newGroup()}
	for off := 0; ; {
		tok := lexer.Scan(t.text, off)
		if tok.Kind == lexer.End {
			t.mixed(t.groups[0])
			slices.SortStableFunc(t.warnings, func(a, b Warning) int { return a.Offset - b.Offset })
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

func newGroup() tokenGroup { return tokenGroup{start: -1, part: tokenPart{start: -1}} }

func (t *textLinter) token(tok lexer.Token) {
	last := len(t.groups) - 1
	g := &t.groups[last]
	switch {
	case tok.Kind == ')' && last > 0:
		t.mixed(*g)
		t.groups = t.groups[:last]
		t.groups[last-1].goOn(tok)
	case tok.Kind == '(':
		g.goOn(tok)
		t.groups = append(t.groups, newGroup())
	case tok.Kind == ',', tok.Kind == lexer.Name && word.Is(tok.Text, "WHERE"):
		t.mixed(*g)
		*g = newGroup()
	case tok.Kind == lexer.Name && word.Is(tok.Text, "OR"):
		g.or = true
		g.parts, g.part = append(g.parts, g.part), tokenPart{start: -1}
	default:
		g.goOn(tok)
		if tok.Kind == lexer.Name {
			t.named(tok, g)
		}
	}
}

// goOn adds a token to the group and to its part.
func (g *tokenGroup) goOn(tok lexer.Token) {
	if g.start < 0 {
		g.start = tok.Off
	}
	if g.part.start < 0 {
		g.part.start = tok.Off
	}
	g.end, g.part.end = tok.End, tok.End
}

func (t *textLinter) named(tok lexer.Token, g *tokenGroup) {
	switch {
	case word.Is(tok.Text, "BETWEEN"):
		g.betweens++
	case word.Is(tok.Text, "AND") && g.betweens > 0:
		g.betweens--
	case word.Is(tok.Text, "AND"):
		g.and, g.part.and = true, true
	case word.Is(tok.Text, "AGO"):
		t.ago(tok)
	}
}

// mixed warns of a group with AND beside OR.
func (t *textLinter) mixed(g tokenGroup) {
	if !g.and || !g.or {
		return
	}
	var fix strings.Builder
	for i, part := range append(g.parts, g.part) {
		if part.start < 0 {
			return
		}
		if i > 0 {
			fix.WriteString(" OR ")
		}
		text := t.text[part.start:part.end]
		if withoutSubject(text) { // it goes with the one before, and decides what belongs together
			return
		}
		if part.and {
			text = "(" + text + ")"
		}
		fix.WriteString(text)
	}
	t.warn(WarnMixed, g.start, g.end, fix.String(), "AND and OR stand side by side, and AND binds tighter; write parentheses to say what belongs together")
}

// withoutSubject reports whether a test starts with its comparison: > 65, over 65.
func withoutSubject(text string) bool {
	if strings.IndexByte("=<>!", text[0]) >= 0 {
		return true
	}
	first := lexer.Scan(text, 0)
	if first.Kind != lexer.Name || !word.Is(first.Text, "OVER") && !word.Is(first.Text, "ABOVE") && !word.Is(first.Text, "UNDER") && !word.Is(first.Text, "BELOW") {
		return false
	}
	second := lexer.Scan(text, first.End)
	return second.Kind == lexer.Number || second.Kind == lexer.Time || second.Kind == lexer.Text
}

// ago warns of `> 30 days ago`.
func (t *textLinter) ago(tok lexer.Token) {
	if len(t.before) < 3 {
		return
	}
	op, number, unit := t.before[len(t.before)-3], t.before[len(t.before)-2], t.before[len(t.before)-1]
	if number.Kind != lexer.Number || unit.Kind != lexer.Name {
		return
	}
	span := number.Text + " " + unit.Text
	start, fix := t.testBefore(op.Off)
	switch op.Kind {
	case '>', lexer.Ge:
		t.warn(WarnAgo, start, tok.End, fix, "%q compares ages: it means more than %s back, which OLDER THAN %s says, too", opText(op)+" "+span+" ago", span, span)
	case '<', lexer.Le:
		t.warn(WarnAgo, start, tok.End, fix, "%q compares ages: it means within the last %s, which WITHIN LAST %s says, too", opText(op)+" "+span+" ago", span, span)
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

// testBefore is where the test starts that goes on at an offset, and its canonical text.
func (t *textLinter) testBefore(offset int) (start int, text string) {
	if t.tests == nil {
		t.tests = t.testsOf()
	}
	i, found := slices.BinarySearchFunc(t.tests, offset, func(w windowTest, at int) int { return w.start - at })
	if !found {
		i--
	}
	if i < 0 {
		return offset, ""
	}
	return t.tests[i].start, t.tests[i].text
}

// A windowTest is a test of an instant and where it starts.
type windowTest struct {
	start int
	text  string
}

// testsOf are the tests of instants in the rule, in the order of the text.
func (t *textLinter) testsOf() (out []windowTest) {
	n, place := -1, 0
	var before rule.Condition
	rule.Walk(t.rule.Condition, func(c rule.Condition) bool {
		if n++; n >= len(t.rule.Places) {
			return false
		}
		if at := t.rule.Places[n]; at >= 0 {
			place = at
		}
		if w, ok := c.(rule.When); ok {
			test := rule.Condition(w)
			if e, ok := before.(rule.Each); ok && rule.EqualExpr(w.X, rule.Elem{}) {
				test = e
			}
			out = append(out, windowTest{place, test.String()})
		}
		before = c
		return true
	})
	slices.SortStableFunc(out, func(a, b windowTest) int { return a.start - b.start })
	return out
}

// warn warns of what stands from one offset to another. A fix that is no rule is left out.
func (t *textLinter) warn(code Code, from, to int, fix, format string, args ...any) {
	if _, err := parser.Parse(fix); err != nil {
		fix = ""
	}
	w := Warning{Code: code, Msg: fmt.Sprintf(format, args...), Part: t.text[from:to], Fix: fix}
	t.locate(&w, from)
	t.warnings = append(t.warnings, w)
}

// locate notes where a warning stands. It goes on from the place before, so that the cost is
// that of the text where warnings come in its order.
func (t *textLinter) locate(w *Warning, offset int) {
	if t.at.Offset > offset || t.at.Line == 0 {
		t.at = Warning{Line: 1, Column: 1}
	}
	between := t.text[t.at.Offset:offset]
	if lines := strings.Count(between, "\n"); lines > 0 {
		t.at.Line, t.at.Column = t.at.Line+lines, 1
		between = between[strings.LastIndexByte(between, '\n')+1:]
	}
	t.at.Column, t.at.Offset = t.at.Column+utf8.RuneCountInString(between), offset
	w.Line, w.Column, w.Offset = t.at.Line, t.at.Column, offset
}
