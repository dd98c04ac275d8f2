package engines_test

import (
	"fmt"
	"math/rand"
	"regexp"
	"regexp/syntax"
	"strings"
	"testing"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/rule"
	"github.com/segmentrules/segment/sqlgen"
	"github.com/segmentrules/segment/sqlgen/engines"
)

// patternPieces are what patterns are made of, among them what RE2 reads in another way.
func patternPieces() []string {
	return []string{"a", "b", "k", ".", "^", "$", `\A`, `\z`, `\b`, `\B`, `\d`, `\D`, `\w`, `\W`, `\s`, `\S`, "[ab]", "[^a]", `[^\n]`, "[[:alpha:]]", "[[:^digit:]]", "[[:word:]]", `[\d\-]`, `[a\]]`, "(a)", "(?:a|b)", "(?i:a)", "(?i)", "(?s)", "(?m)", "(?U)", "(?s:.)", "(?-s:.)", "(?m:^a$)",
		"(?P<n>a)", "(?<n>a)", "*", "+", "?", "*?", "+?", "??", "{2}", "{1,}", "{0,2}", "{2}?", "|", `\.`, `\Qa.b\E`, `\x61`, `\x{61}`, `\141`, `\t`, `\n`, `\a`, `\f`, `\v`, `\pL`, `\C`, "()", "(|a)", "{", "}", "]", "{,2}", "a{,2}", `\/`, `\-`, `\"`, `\_`, "\n", " ", "-", "s", "S", "K", "\\Q", "(?i)k", "(?i)s", `\0`, `\07`, "(?i:[k-s])", "[^k]", "(?i)[^k]"}
}

// Patterns of Go that are handed to the RE2 of a database mean the same there: every two
// pieces, and random ones of several.
func TestPatternsMeanTheSameInRE2(t *testing.T) {
	pieces := patternPieces()
	rnd := rand.New(rand.NewSource(*seed))
	seen := map[string]bool{}
	var patterns []string
	add := func(p string) {
		if _, err := syntax.Parse(p, syntax.Perl); err == nil && !seen[p] {
			if _, err := regexp.Compile(p); err == nil {
				seen[p] = true
				patterns = append(patterns, p)
			}
		}
	}
	for _, p := range []string{"(?<user>a)", "a(?i:)", "a^", `\zab`, `\B`, "a$b", "$a", "(?m)a$\nb", "x*", "(?i)", "^*", "(a^)", "a|^", `\b*`, `\pL`, `^\pL{1,2}$`, `(?i)\p{Greek}+`, `[^é]`, `é|ß`, `(?i)straße`, `(ab{0,1000})+`, `^.{3}$`, `^(?s:.){2,}$`, `[[:^ascii:]]`} {
		add(p)
	}
	for _, p := range pieces {
		add(p)
		for i, q := range pieces {
			if !testing.Short() || i%7 == 0 {
				add(p + q)
			}
		}
	}
	for len(patterns) < 600+*long {
		var b strings.Builder
		for range 2 + rnd.Intn(4) {
			b.WriteString(pieces[rnd.Intn(len(pieces))])
		}
		add(b.String())
	}
	texts := []string{"", "a", "b", "ab", "aa", "aab", "A", "a\n", "\na", "a\nb", "b a", "a-b", "k", "\u212a", "K", "s", "ſ", "S", "é", "aé", "😀", "_", "a_b", "1", "a1", " ", "\t", "\v", "\f", "a.b", "a\r\nb", "\r", "/", "]", "{", "a{,2}", "\x07", "\u00a0", "\u2028", "ß", "ab\nab\n", "\n", "\n\n", "ba", "\x00", "a\x00b", "."}
	for _, name := range []string{"duckdb", "clickhouse"} {
		t.Run(name, func(t *testing.T) {
			e := engines.Need(t, name)
			l := layout{name: "x", fields: map[string]sqlgen.Column{"x": column("x", sqlgen.TypeText, 0, 0)}}
			var contacts []segment.Record
			for i, n := range texts {
				if strings.Contains(n, "\x00") && name == "duckdb" {
					continue
				}
				contacts = append(contacts, segment.Record{ID: fmt.Sprintf("c%02d", i), Fields: map[string]segment.Value{"x": segment.Text(n)}})
			}
			stored, err := l.load(e, contacts)
			if err != nil {
				t.Fatal(err)
			}
			n := tally{}
			for _, p := range patterns {
				for _, fold := range []bool{false, true} {
					n.tried++
					if _, exact := n.one(t, e, l.tables(), "pattern", rule.Matches{X: rule.Field("x"), Pattern: p, Fold: fold}, time.Now(), stored); exact {
						n.exact++
					}
					if n.differed > 5 {
						t.Fatal("too many differences")
					}
				}
			}
			t.Logf("%d patterns, %d of them decided by the database", n.tried, n.exact)
			if n.exact < n.tried/2 {
				t.Error("most are left to Go")
			}
		})
	}
}
