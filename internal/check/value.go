package check

import (
	"regexp/syntax"
	"strings"

	"github.com/segmentrules/segment/internal/calendar"
	"github.com/segmentrules/segment/rule"
)

// The checks of single things, shared by everything that reads rules. They say
// what is wrong without a place, which the caller adds; nil is fine.

// maxProgram bounds the instructions of a compiled pattern. Matching takes, at
// worst, their number times the length of the text.
const maxProgram = 10_000

// Pattern checks a regular expression: its size, before it is parsed, that
// it is RE2, and the size of the program it becomes.
func Pattern(pattern string, l rule.Limits) *rule.Error {
	if len(pattern) > l.Pattern {
		return rule.Errorf(rule.ErrLimit, "a pattern of %d bytes; at most %d are allowed", len(pattern), l.Pattern)
	}
	re, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return rule.Errorf(rule.ErrValue, "invalid pattern: %s", strings.TrimPrefix(err.Error(), "error parsing regexp: "))
	}
	if n := programSize(re); n > maxProgram {
		return rule.Errorf(rule.ErrLimit, "a pattern that compiles to %d instructions; at most %d are allowed", n, maxProgram)
	}
	return nil
}

// programSize is about the number of instructions that a pattern compiles to.
// It is computed, since compiling 1,000 bytes can cost a second. The tree is no
// deeper than the 1,000 levels that syntax.Parse allows.
func programSize(re *syntax.Regexp) int {
	n := 1
	if re.Op == syntax.OpLiteral {
		n = len(re.Rune)
	}
	for _, sub := range re.Sub {
		n += programSize(sub)
	}
	if re.Op == syntax.OpRepeat {
		n *= max(re.Min, re.Max, 1)
	}
	return n
}

// MaxClasses bounds the Unicode classes (\pL) in all patterns of one rule: each
// is 12 kB and 20 µs to read, for three bytes of text.
const MaxClasses = 2_000

// UnicodeClasses counts at least the Unicode classes in a pattern.
func UnicodeClasses(pattern string) int {
	return strings.Count(pattern, `\p`) + strings.Count(pattern, `\P`)
}

// Net checks an address or prefix.
func Net(net string) *rule.Error {
	if _, ok := ParseNet(net); !ok {
		return rule.Errorf(rule.ErrValue, "%q is not an IP address or prefix such as 10.0.0.0/8", net)
	}
	return nil
}

// Zone checks the name of a time zone.
func Zone(name string) *rule.Error {
	if _, ok := calendar.Zone(name); !ok {
		return rule.Errorf(rule.ErrUnknown, "unknown time zone %q", name)
	}
	return nil
}

// Span checks a length of time.
func Span(s rule.Span) *rule.Error {
	switch {
	case s.Unit < rule.UnitSecond || s.Unit > rule.UnitYear:
		return rule.Errorf(rule.ErrValue, "a span of time without a unit")
	case !s.Valid():
		return rule.Errorf(rule.ErrValue, "a span of time of more than 10,000 years")
	}
	return nil
}

// checkLength checks a span that must not be negative: that of a window, a gap
// or a state.
func checkLength(s rule.Span) *rule.Error {
	if s.N < 0 {
		return rule.Errorf(rule.ErrValue, "a span of time here is at least 0, not %d", s.N)
	}
	return Span(s)
}

// Call checks the function and how many arguments it has.
func Call(c rule.Call) *rule.Error {
	if c.Fn > rule.FnLast {
		return rule.Errorf(rule.ErrValue, "unknown function %d", c.Fn)
	}
	if c.Fn == rule.FnAnniversary && len(c.Args) == 2 {
		if !IsLeapDay(c.Args[1]) {
			return LeapDayError()
		}
		return nil
	}
	if c.Fn == rule.FnCoalesce {
		if len(c.Args) < 2 {
			return rule.Errorf(rule.ErrSyntax, "COALESCE with %d arguments: it needs two or more", len(c.Args))
		}
		return nil
	}
	if want := arity(c.Fn); len(c.Args) != want {
		return rule.Errorf(rule.ErrSyntax, "a function with %d arguments instead of %d", len(c.Args), want)
	}
	return nil
}

// reading checks the kind that a value is read as.
func reading(as rule.Kind) *rule.Error {
	if _, ok := rule.ReadingFn(as); !ok && as != rule.KindNull {
		return rule.Errorf(rule.ErrValue, "a value is read as a time or a number, not as kind %d", as)
	}
	return nil
}

// IsLeapDay reports whether an expression says where the anniversaries of 29 February
// fall in common years.
func IsLeapDay(e rule.Expr) bool {
	v, ok := e.(rule.Value)
	return ok && v.Kind() == rule.KindText && (v.Text() == rule.LeapDay || v.Text() == "02-28")
}

// LeapDayError says what the second argument of ANNIVERSARY may be.
func LeapDayError() *rule.Error {
	return rule.Errorf(rule.ErrValue, `the second argument of ANNIVERSARY says where 29 February falls in other years: "02-28" or "03-01"`)
}

// arity is how many arguments a function takes; COALESCE takes any number from two on.
func arity(f rule.Fn) int {
	switch f {
	case rule.FnNow, rule.FnToday:
		return 0
	case rule.FnHash:
		return 2
	}
	return 1
}

// checkPath refuses a path with an empty name in it, which rule text cannot say.
func checkPath(path string) *rule.Error {
	for _, name := range rule.Field(path).Names() {
		if err := Name(name, "field name"); err != nil {
			return err
		}
	}
	return nil
}
