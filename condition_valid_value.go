package segment

import (
	"regexp/syntax"
	"strings"
	"time"
)

// The checks of single things, shared by everything that reads rules. They say
// what is wrong without a place, which the caller adds; nil is fine.

// maxProgram bounds the instructions of a compiled pattern. Matching takes, at
// worst, their number times the length of the text.
const maxProgram = 10_000

// checkPattern checks a regular expression: its size, before it is parsed, that
// it is RE2, and the size of the program it becomes.
func checkPattern(pattern string, l Limits) *Error {
	if len(pattern) > l.Pattern {
		return errorf(ErrLimit, "a pattern of %d bytes; at most %d are allowed", len(pattern), l.Pattern)
	}
	re, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return errorf(ErrValue, "invalid pattern: %s", strings.TrimPrefix(err.Error(), "error parsing regexp: "))
	}
	if n := programSize(re); n > maxProgram {
		return errorf(ErrLimit, "a pattern that compiles to %d instructions; at most %d are allowed", n, maxProgram)
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

// maxClasses bounds the Unicode classes (\pL) in all patterns of one rule: each
// is 12 kB and 20 µs to read, for three bytes of text.
const maxClasses = 2_000

// unicodeClasses counts at least the Unicode classes in a pattern.
func unicodeClasses(pattern string) int {
	return strings.Count(pattern, `\p`) + strings.Count(pattern, `\P`)
}

// checkNet checks an address or prefix.
func checkNet(net string) *Error {
	if _, ok := parseNet(net); !ok {
		return errorf(ErrValue, "%q is not an IP address or prefix such as 10.0.0.0/8", net)
	}
	return nil
}

// checkZone checks the name of a time zone.
func checkZone(name string) *Error {
	if _, ok := loadZone(name); !ok {
		return errorf(ErrUnknown, "unknown time zone %q", name)
	}
	return nil
}

// checkSpan checks a length of time.
func checkSpan(s Span) *Error {
	switch {
	case s.Unit < Second || s.Unit > Year:
		return errorf(ErrValue, "a span of time without a unit")
	case !s.valid():
		return errorf(ErrValue, "a span of time of more than 10,000 years")
	}
	return nil
}

// checkLength checks a span that must not be negative: that of a window, a gap
// or a state.
func checkLength(s Span) *Error {
	if s.N < 0 {
		return errorf(ErrValue, "a span of time here is at least 0, not %d", s.N)
	}
	return checkSpan(s)
}

// checkCall checks the function and how many arguments it has.
func checkCall(c Call) *Error {
	if c.Fn > FnUnixMilli {
		return errorf(ErrValue, "unknown function %d", c.Fn)
	}
	if want := arity(c.Fn); len(c.Args) != want {
		return errorf(ErrSyntax, "a function with %d arguments instead of %d", len(c.Args), want)
	}
	return nil
}

// arity is how many arguments a function takes.
func arity(f Fn) int {
	switch f {
	case FnNow, FnToday:
		return 0
	case FnHash:
		return 2
	}
	return 1
}

// checkValue checks a constant: it must have a written form. Lists and objects
// count as nesting.
func checkValue(v Value, l Limits) *Error { return checkValueAt(v, l, l.Depth) }

func checkValueAt(v Value, l Limits, depth int) *Error {
	switch v.kind {
	case KindNull, KindBool, KindNumber, KindDuration:
		return nil
	case KindText:
		return checkText(v.Text())
	case KindTime, KindDate:
		if !writable(v) {
			return errorf(ErrValue, "a time outside of the years 0 to 9999")
		}
		return nil
	case KindList, KindObject:
		return checkContainer(v, l, depth)
	case KindVersion:
		return errorf(ErrType, "a version is the result of VERSION, and no constant")
	}
	return errorf(ErrValue, "a value that is none: NaN, an infinity, or text that is not JSON")
}

func checkContainer(v Value, l Limits, depth int) *Error {
	if depth == 0 {
		return errorf(ErrLimit, "nesting deeper than %d levels", l.Depth)
	}
	if int(v.n) > l.Values {
		return errorf(ErrLimit, "%d values; at most %d are allowed", v.n, l.Values)
	}
	for _, e := range v.List() {
		if err := checkValueAt(e, l, depth-1); err != nil {
			return err
		}
	}
	seen := make(map[string]bool, len(v.Members()))
	for _, m := range v.Members() {
		if seen[m.Name] {
			return errorf(ErrValue, "duplicate name %q in an object", m.Name)
		}
		seen[m.Name] = true
		if err := checkText(m.Name); err != nil {
			return err
		}
		if err := checkValueAt(m.Value, l, depth-1); err != nil {
			return err
		}
	}
	return nil
}

// writable reports whether a time or date is one that RFC 3339 can write.
func writable(v Value) bool {
	days := int64(v.n)
	if v.kind == KindTime {
		days = floorDiv(days, secondsPerDay)
	}
	return days >= dayNumber(0, time.January, 1) && days <= dayNumber(9999, time.December, 31)
}

// checkPath refuses a path with an empty name in it, which rule text cannot say.
func checkPath(path string) *Error {
	for _, name := range Field(path).Names() {
		if err := checkName(name, "field name"); err != nil {
			return err
		}
	}
	return nil
}
