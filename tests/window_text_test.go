package tests

import (
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/internal/corpus"
)

// TestLawWindowsAmidArithmetic: behind an aggregate BETWEEN is a window or a test, and which of
// them depends on what stands before and behind. Texts made of the words that decide it are
// read, and printed so that they are read as the same. WINDOW_TEXTS sets how many are tried.
func TestLawWindowsAmidArithmetic(t *testing.T) {
	t.Parallel()
	n := tries("WINDOW_TEXTS", 12_000)
	read := 0
	for seed := range n {
		w := windowTexts{rand.New(rand.NewPCG(uint64(seed), 1))}
		text := w.test(2)
		c, err := segment.Parse(text)
		if err != nil {
			corpus.Places(t, text)
			continue
		}
		read++
		if corpus.RoundTrip(t, text, c); t.Failed() {
			t.Fatalf("text %d", seed)
		}
	}
	if read < n/5 {
		t.Errorf("of %d texts only %d were rules", n, read)
	}
}

// TestLawBrokenTexts: a text of rules in which words stand twice, are missing or come from
// elsewhere is a rule, or has errors with places in it. BROKEN_TEXTS sets how many are tried.
func TestLawBrokenTexts(t *testing.T) {
	t.Parallel()
	n := tries("BROKEN_TEXTS", 4_000)
	texts := corpus.Sentences(t)
	for _, e := range corpus.Entries(t, "rules.txt") {
		texts = append(texts, e.Text)
	}
	for seed := range n {
		w := windowTexts{rand.New(rand.NewPCG(uint64(seed), 2))}
		text := w.broken(texts)
		c, err := segment.Parse(text)
		if err != nil {
			corpus.Places(t, text)
		} else {
			corpus.RoundTrip(t, text, c)
		}
		if t.Failed() {
			t.Fatalf("text %d", seed)
		}
	}
}

// broken is a text of which some words are gone, doubled, or others.
func (w windowTexts) broken(texts []string) string {
	words := strings.Fields(w.test(2))
	for range 1 + w.IntN(2) {
		more := strings.Fields(texts[w.IntN(len(texts))])
		words = slices.Concat(words, []string{w.pick("AND", "OR", ")", "(", "NOT", ",")}, more)
		if w.IntN(2) == 0 {
			words = slices.Concat(more, []string{w.pick("AND", "OR", ")", "NOT")}, words)
		}
	}
	for range 1 + w.IntN(4) {
		i := w.IntN(len(words))
		switch w.IntN(4) {
		case 0:
			words = slices.Delete(words, i, i+1)
		case 1:
			words = slices.Insert(words, i, words[i])
		case 2:
			words = slices.Insert(words, i, words[w.IntN(len(words))])
		default:
			words = slices.Insert(words, i, w.pick("(", ")", "))", ",", "OR", "AND", "NOT", "HAS (", "BETWEEN", "AGO", "\"\" IN", "ANY", "THEN", "IN LAST", "-", "# x\n"))
		}
		if len(words) == 0 {
			return ""
		}
	}
	return strings.Join(words, " ")
}

// tries is how many texts a law looks at: as many as the environment says, or five times as
// many as every day where CI asks for more.
func tries(variable string, everyday int) int {
	if set, err := strconv.Atoi(os.Getenv(variable)); err == nil {
		return set
	}
	if os.Getenv("CI") != "" && !testing.Short() {
		return 5 * everyday
	}
	return everyday
}

// windowTexts makes texts of tests in which windows stand amid arithmetic.
type windowTexts struct{ *rand.Rand }

func (w windowTexts) pick(from ...string) string { return from[w.IntN(len(from))] }

// test is a test, more tests joined, or one in parentheses.
func (w windowTexts) test(depth int) string {
	if depth > 0 {
		switch w.IntN(8) {
		case 0:
			return w.test(depth-1) + w.pick(" AND ", " OR ") + w.test(depth-1)
		case 1:
			return w.pick("", "NOT ") + "(" + w.test(depth-1) + ")" + w.window()
		}
	}
	return w.sum(2) + w.asked() + w.window()
}

func (w windowTexts) asked() string {
	switch w.IntN(8) {
	case 0, 1:
		return w.pick(" = ", " > ", " <= ", " != ") + w.sum(1)
	case 2, 3, 4:
		return w.pick(" BETWEEN ", " BETWEEN ", " NOT BETWEEN ") + w.sum(1) + " AND " + w.sum(1) + w.pick("", "", "", " AGO")
	case 5:
		return w.pick(" IN (1, 2)", " IS SET", " IS NULL", " CONTAINS 1", " IN CIDR \"::/0\"", " STARTS WITH \"a\"", " > 30 days ago")
	}
	return ""
}

// sum is arithmetic of operands, some with windows of their own.
func (w windowTexts) sum(depth int) string {
	if depth > 0 {
		switch w.IntN(5) {
		case 0, 1:
			return w.sum(depth-1) + w.pick(" + ", " - ", "-", " / ", " * ", " % ") + w.sum(depth-1)
		case 2:
			return w.pick("", "-") + "(" + w.sum(depth-1) + ")" + w.window()
		}
	}
	switch w.IntN(4) {
	case 0:
		return w.pick("1", "0", "2026", "2026-01-01", "2026-01-31", "2026-01-01T00:00:00Z", "3 days", "TODAY", "NOW", "\"x\"", "NULL")
	case 1:
		return w.pick("a", "b.c", "JOINED LIST \"l\"", "YEAR(a)", "AGE(a)", "\"2026-01-01\"")
	}
	return w.pick("COUNT(p)", "COUNT(o)", "LAST(p)", "SUM(p.x)", "LAST(p.x)", "COUNT(p WHERE x > 1)") + w.window()
}

// window is often none.
func (w windowTexts) window() string {
	if w.IntN(2) == 0 {
		return ""
	}
	bound := func() string {
		return w.pick("2026-01-01", "2026-01-31", "TODAY", "NOW - 3 days", "a", "LAST(o)", "5", "2026-0", "(a)", "a - 1", "JOINED LIST \"l\"", "30 days")
	}
	switch w.IntN(4) {
	case 0:
		return w.pick(" IN LAST 3 days", " THIS WEEK", " TODAY", " MORE THAN 3 days AGO", " BETWEEN 3 AND 6 days AGO", " WITHIN LAST 3 days", " OLDER THAN 2 days")
	case 1:
		return w.pick(" SINCE ", " BEFORE ") + bound()
	}
	return strings.Join([]string{" BETWEEN", bound(), "AND", bound()}, " ")
}
