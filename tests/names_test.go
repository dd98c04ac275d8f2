package tests

import (
	"math/rand/v2"
	"os"
	"regexp"
	"slices"
	"testing"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/internal/check"
	"github.com/segmentrules/segment/internal/corpus"
	"github.com/segmentrules/segment/internal/ruletest"
	"github.com/segmentrules/segment/rule"
)

// keywords are the words of the grammar.
func keywords(t *testing.T) []string {
	t.Helper()
	text, err := os.ReadFile("../grammar.ebnf")
	if err != nil {
		t.Fatal(err)
	}
	words := regexp.MustCompile(`"[A-Z]+"`).FindAllString(string(text), -1)
	slices.Sort(words)
	words = slices.Compact(words)
	for i, w := range words {
		words[i] = w[1 : len(w)-1]
	}
	if len(words) < 50 {
		t.Fatalf("only %d keywords", len(words))
	}
	return words
}

// TestLawNamesMayBeKeywords: a rule is read back as itself also where its fields and events
// are called as keywords are: `a = 1 AND from = "x"`. KEYWORD_RULES sets how many are tried.
func TestLawNamesMayBeKeywords(t *testing.T) {
	t.Parallel()
	n := tries("KEYWORD_RULES", 20_000)
	words, tried := keywords(t), 0
	for seed := range uint64(n) {
		g := ruletest.NewGrower(seed)
		c := g.Condition(3, false)
		if check.Condition(c, rule.Limits{}) != nil {
			continue
		}
		tried++
		c, err := segment.Parse(c.String()) // as rules are read
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		c = renamed(c, words, rand.New(rand.NewPCG(seed, 3)))
		if corpus.RoundTrip(t, "a tree", c); t.Failed() {
			t.Fatalf("seed %d", seed)
		}
	}
	if tried < n/20 {
		t.Errorf("only %d trees", tried)
	}
}

// renamed is a rule with other names for its fields and events.
func renamed(c rule.Condition, words []string, random *rand.Rand) rule.Condition {
	to := make(map[string]string)
	name := func(old string) string {
		if _, has := to[old]; !has {
			w := words[random.IntN(len(words))]
			if random.IntN(2) == 0 {
				w = string(w[0]|' ') + w[1:]
			}
			to[old] = w
		}
		return to[old]
	}
	field := func(f rule.Field) rule.Field {
		if f == "" {
			return f
		}
		return rule.Field(name(string(f)))
	}
	var r rule.Rewriter
	r.Condition = func(c rule.Condition) rule.Condition {
		switch t := c.(type) {
		case rule.HasBeen:
			t.Field = field(t.Field)
			c = t
		case rule.Changed:
			t.Field = field(t.Field)
			c = t
		}
		return r.Rewrite(c)
	}
	r.Expr = func(e rule.Expr) rule.Expr {
		switch t := e.(type) {
		case rule.Field:
			return field(t)
		case rule.Metric:
			t.Prop = field(t.Prop)
			e = t
		}
		return r.RewriteExpr(e)
	}
	r.Events = func(e rule.Events) rule.Events {
		names := slices.Clone(e.Names)
		for i, n := range names {
			if n != "*" {
				names[i] = name(n)
			}
		}
		e.Names = names
		if e.Where != nil {
			e.Where = r.Condition(e.Where)
		}
		return e
	}
	return r.Condition(c)
}

// A field may be called as a word that means something elsewhere.
func TestFieldsCalledAsKeywords(t *testing.T) {
	for _, text := range []string{
		`a = 1 AND from = "ad"`,
		`a = 1 OR ago = 3`,
		`COUNT(x) = 0 BEFORE ago`,
		`COUNT(x) = 0 SINCE from`,
		`previously IS BLANK`,
		`previously = 1`,
		`AT LEAST 2 OF HAVE (x = 1)`,
		`COUNT(previously) > 1 AND previously CHANGED`,
	} {
		if c, err := segment.Parse(text); err != nil || c.String() != text {
			t.Errorf("%s is read as %v, %v", text, c, err)
		}
	}
	const phrase, want = "previously bought > 3", "COUNT(bought) > 3"
	if c, err := segment.Parse(phrase); err != nil || c.String() != want {
		t.Errorf("%s is read as %v, %v, and not as %s", phrase, c, err, want)
	}
}
