package sqlgen

import (
	"fmt"
	"regexp/syntax"
	"slices"
	"strings"
)

// DuckDB and ClickHouse have the library RE2, whose patterns Go's package regexp has too,
// but not all of them alike: (?<name>a) is an error, a^ is found in "a", and which
// characters are letters, or differ by case, depends on the version of Unicode. So a
// pattern is not sent as it is: it is written anew from its parsed form, with the few
// constructs that mean the same in both.

// mostOfPattern bounds the steps of the program that a pattern is made into: RE2 refuses
// one of more than 8 MB.
const mostOfPattern = 2_000

// portablePattern writes a pattern anew; ok is false if it needs more than both have
// alike.
func portablePattern(pattern string, fold bool) (portable string, ok bool) {
	flags := syntax.Perl
	if fold {
		flags |= syntax.FoldCase
	}
	re, err := syntax.Parse(pattern, flags)
	if err != nil {
		return "", false
	}
	// The text's beginning and end are asked for at the ends of the pattern alone.
	parts := []*syntax.Regexp{re}
	if re.Op == syntax.OpConcat {
		parts = re.Sub
	}
	begin, end := "", ""
	if len(parts) > 0 && parts[0].Op == syntax.OpBeginText {
		begin, parts = "^", parts[1:]
	}
	if n := len(parts); n > 0 && parts[n-1].Op == syntax.OpEndText {
		end, parts = `\z`, parts[:n-1]
	}
	w := patternWriter{ok: true}
	w.concat(parts)
	return begin + w.String() + end, w.ok && w.steps <= mostOfPattern
}

// A patternWriter writes parsed patterns.
type patternWriter struct {
	strings.Builder
	steps int
	ok    bool
}

func (w *patternWriter) concat(parts []*syntax.Regexp) {
	for _, p := range parts {
		w.write(p)
	}
}

func (w *patternWriter) write(re *syntax.Regexp) {
	switch re.Op {
	case syntax.OpEmptyMatch:
	case syntax.OpLiteral:
		for _, r := range re.Rune {
			w.class(spellings(r, re.Flags&syntax.FoldCase != 0))
		}
	case syntax.OpCharClass:
		w.class(re.Rune)
	case syntax.OpAnyChar:
		w.class([]rune{0, 0x10ffff})
	case syntax.OpAnyCharNotNL:
		w.class([]rune{0, '\n' - 1, '\n' + 1, 0x10ffff})
	case syntax.OpConcat:
		w.concat(re.Sub)
	case syntax.OpCapture:
		w.write(re.Sub[0])
	case syntax.OpAlternate:
		w.alternate(re.Sub)
	case syntax.OpStar:
		w.repeated(re.Sub[0], "*", 1)
	case syntax.OpPlus:
		w.repeated(re.Sub[0], "+", 2)
	case syntax.OpQuest:
		w.repeated(re.Sub[0], "?", 1)
	case syntax.OpRepeat:
		times := fmt.Sprintf("{%d,%d}", re.Min, re.Max)
		if re.Max < 0 {
			times = fmt.Sprintf("{%d,}", re.Min)
		}
		w.repeated(re.Sub[0], times, max(re.Min, re.Max)+1)
	default: // ends of lines and words, and what matches nothing
		w.ok = false
	}
}

func (w *patternWriter) alternate(of []*syntax.Regexp) {
	w.WriteString("(?:")
	for i, re := range of {
		if i > 0 {
			w.WriteString("|")
		}
		w.write(re)
	}
	w.WriteString(")")
}

// repeated writes a part with what says how often; a repetition of nothing is nothing.
func (w *patternWriter) repeated(re *syntax.Regexp, often string, times int) {
	inner := patternWriter{ok: true}
	inner.write(re)
	w.steps += inner.steps * times
	w.ok = w.ok && inner.ok && w.steps <= mostOfPattern
	if inner.Len() > 0 {
		w.WriteString("(?:" + inner.String() + ")" + often)
	}
}

// class writes ranges of characters, by their numbers.
func (w *patternWriter) class(ranges []rune) {
	w.steps += len(ranges)
	w.ok = w.ok && len(ranges) > 0
	w.WriteString("[")
	for pair := range slices.Chunk(ranges, 2) {
		fmt.Fprintf(w, `\x{%X}-\x{%X}`, pair[0], pair[1])
	}
	w.WriteString("]")
}

// spellings are the ranges of a character, and of those that differ from it by case.
func spellings(r rune, fold bool) []rune {
	ranges := []rune{r, r}
	if fold {
		for _, other := range otherCases(r) {
			ranges = append(ranges, other, other)
		}
	}
	return ranges
}
