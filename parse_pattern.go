package segment

import (
	"errors"
	"regexp/syntax"
)

// patternFactor bounds the compiled size of a regular expression: so many
// instructions for each byte that the limit allows. Without it nested
// repetition makes a million of a few bytes.
const patternFactor = 20

// patternCost is about the number of instructions that a regular expression
// compiles to.
func patternCost(pattern string) (int, error) {
	re, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		if e := (*syntax.Error)(nil); errors.As(err, &e) {
			return 0, errors.New(e.Code.String() + ": " + string(appendQuoted(nil, e.Expr)))
		}
		return 0, err
	}
	return regexpSize(re), nil
}

// regexpSize recurses no deeper than syntax.Parse allows: 1,000 levels.
func regexpSize(re *syntax.Regexp) int {
	n := 1
	if re.Op == syntax.OpLiteral {
		n = len(re.Rune)
	}
	for _, sub := range re.Sub {
		n += regexpSize(sub)
	}
	if re.Op == syntax.OpRepeat {
		n *= max(re.Min, re.Max, 1)
	}
	return n
}
