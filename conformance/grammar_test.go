package conformance

import (
	"bytes"
	"flag"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/exp/ebnf"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/internal/corpus"
	"github.com/segmentrules/segment/rule"
)

// grammar.ebnf is a grammar, and every sentence of it is a rule that Parse
// takes and that prints as itself.

var update = flag.Bool("update", false, "rewrite ../testdata/sentences.txt from the grammar")

func readGrammar(t testing.TB) ebnf.Grammar {
	t.Helper()
	g, err := ebnf.Parse("grammar.ebnf", bytes.NewReader(read(t, "../grammar.ebnf")))
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func TestGrammarVerifies(t *testing.T) {
	if err := ebnf.Verify(readGrammar(t), "Rule"); err != nil {
		t.Fatal(err)
	}
}

// A speaker says random sentences of a grammar.
type speaker struct {
	g     ebnf.Grammar
	r     *rand.Rand
	out   strings.Builder
	depth int
}

// maxSpoken is the depth of productions beyond which the shortest way is taken.
const maxSpoken = 14

func speak(g ebnf.Grammar, seed uint64) string {
	s := &speaker{g: g, r: rand.New(rand.NewPCG(seed, 1))}
	s.say(g["Rule"].Expr, false)
	return s.out.String()
}

// say writes an expression; between tokens that are not lexical, a space.
func (s *speaker) say(e ebnf.Expression, lexical bool) {
	switch e := e.(type) {
	case nil:
	case ebnf.Alternative:
		s.say(s.choose(e), lexical)
	case ebnf.Sequence:
		for _, x := range e {
			s.say(x, lexical)
		}
	case *ebnf.Group:
		s.say(e.Body, lexical)
	case *ebnf.Option:
		if s.r.IntN(2) == 0 && s.depth < maxSpoken {
			s.say(e.Body, lexical)
		}
	case *ebnf.Repetition:
		for n := s.r.IntN(4); n > 1 && s.depth < maxSpoken; n-- {
			s.say(e.Body, lexical)
		}
	case *ebnf.Name:
		s.production(e.String, lexical)
	case *ebnf.Token:
		s.token(e.String, lexical)
	case *ebnf.Range:
		lo, _ := utf8.DecodeRuneInString(e.Begin.String)
		hi, _ := utf8.DecodeRuneInString(e.End.String)
		s.out.WriteRune(lo + rune(s.r.IntN(int(hi-lo)+1)))
	}
}

// choose picks an alternative: any, and too deep in the grammar the last
// but those that nest.
func (s *speaker) choose(e ebnf.Alternative) ebnf.Expression {
	if s.depth < maxSpoken {
		return e[s.r.IntN(len(e))]
	}
	best := e[0]
	for _, x := range e {
		if s.size(x, 6) < s.size(best, 6) {
			best = x
		}
	}
	return best
}

// size is how many productions an expression needs at least, up to a depth.
func (s *speaker) size(e ebnf.Expression, depth int) (n int) {
	if depth == 0 {
		return 100
	}
	switch e := e.(type) {
	case ebnf.Alternative:
		n = 1000
		for _, x := range e {
			n = min(n, s.size(x, depth))
		}
	case ebnf.Sequence:
		for _, x := range e {
			n += s.size(x, depth)
		}
	case *ebnf.Group:
		n = s.size(e.Body, depth)
	case *ebnf.Name:
		n = 1
		if e.String[0] < 'a' {
			n += s.size(s.g[e.String].Expr, depth-1)
		}
	}
	return n
}

func (s *speaker) production(name string, lexical bool) {
	s.depth++
	defer func() { s.depth-- }()
	expr := s.g[name].Expr
	if name[0] <= 'Z' {
		s.say(expr, false)
		return
	}
	if !lexical {
		s.space()
	}
	if name != "name" && name != "noun" {
		s.say(expr, true)
		return
	}
	for { // the grammar says in words what a name is not
		word := &speaker{g: s.g, r: s.r}
		word.say(expr, true)
		if w := word.out.String(); !reserved(w) && !isUnit(w) {
			s.out.WriteString(w)
			return
		}
	}
}

// reserved reports whether a word is a name only in quotes, which a name that
// needs them is printed with.
func reserved(word string) bool { return rule.Field(word).String() != word }

// isUnit reports whether a word is a unit of time, singular or plural: as a
// name it would say something else behind a number.
func isUnit(word string) bool {
	singular := strings.TrimSuffix(strings.ToLower(word), "s")
	for u := rule.UnitSecond; u <= rule.UnitYear; u++ {
		if strings.TrimSuffix(rule.Span{N: 2, Unit: u}.String(), "s") == "2 "+singular {
			return true
		}
	}
	return false
}

func (s *speaker) token(text string, lexical bool) {
	if !lexical {
		s.space()
		if s.r.IntN(3) == 0 {
			text = strings.ToLower(text)
		}
	}
	s.out.WriteString(text)
}

func (s *speaker) space() {
	if s.out.Len() > 0 {
		s.out.WriteString([]string{" ", " ", " ", "\n", "\t# a comment\n"}[s.r.IntN(5)])
	}
}

func TestGrammarSentencesParse(t *testing.T) {
	g := readGrammar(t)
	parsed, bytes := 0, 0
	for seed := range uint64(5_000) {
		text := speak(g, seed)
		bytes += len(text)
		c, err := segment.Parse(text)
		if err != nil {
			t.Errorf("seed %d: %s\n %v", seed, text, err)
		} else {
			corpus.RoundTrip(t, text, c)
			parsed++
		}
		if seed > 100 && t.Failed() {
			break
		}
	}
	if bytes < 300_000 {
		t.Errorf("%d sentences of only %d bytes", parsed, bytes)
	}
}

// The first sentences stand in a file, one a line as a Go string, for those who
// have no reader of EBNF: the fuzz tests of the library begin with them.
func TestSentencesOfTheFile(t *testing.T) {
	file := corpus.Path(t, "sentences.txt")
	g := readGrammar(t)
	var b strings.Builder
	for seed := range uint64(100) {
		b.WriteString(strconv.Quote(speak(g, seed)) + "\n")
	}
	if *update {
		if err := os.WriteFile(file, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if string(read(t, file)) != b.String() {
		t.Error(file + " is not what the grammar says; run go test -run TestSentencesOfTheFile -update")
	}
}
