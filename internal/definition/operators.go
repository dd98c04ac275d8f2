package definition

import (
	"strings"

	"github.com/segmentrules/segment/rule"
)

// The operators of the definition and what they mean. Many spellings stand for one operator
// (equals, eq, =), and most have a negation of their own (not_equals); one is written.

// An operatorKind says which node an operator of the definition makes.
type operatorKind uint8

const (
	opCompare operatorKind = iota + 1
	opOrder                // a Compare of less and more
	opTime                 // a Compare whose plain text is read as a time
	opBetween
	opIn
	opNull
	opBlank
	opContains    // one value
	opContainsAll // a list of values, for Mode any or all
	opLike
	opMatches
	opCIDR
	opWindow // a length of time: within, older than
	opDuring // any other window
	opChanged
	opHasBeen
	opDid
)

// An operator is what a word stands for.
type operator struct {
	kind    operatorKind
	negated bool
	op      rule.Op
	mode    rule.ContainsMode
	end     rule.LikeEnd
	window  rule.WindowKind
	unit    rule.Unit // of opWindow, if the word names it
}

// negation is the operator's complement.
func (o operator) negation() operator {
	o.negated = !o.negated
	return o
}

// OperatorOf reads an operator, in any of its spellings: case, spaces and
// hyphens do not matter.
func OperatorOf(s string) (operator, bool) {
	s = word(s)
	for _, find := range [...]func(string) (operator, bool){comparisonOf, textOperatorOf, windowOperatorOf} {
		if o, ok := find(s); ok {
			return o, true
		}
	}
	for _, prefix := range [...]string{"not_", "does_not_", "is_not_", "is_", "has_"} {
		rest, ok := strings.CutPrefix(s, prefix)
		if !ok {
			continue
		}
		if o, ok := OperatorOf(rest); ok {
			if strings.Contains(prefix, "not") {
				o = o.negation()
			}
			return o, true
		}
	}
	return operator{}, false
}

// comparisonOf reads an operator that orders or equals.
func comparisonOf(s string) (operator, bool) {
	switch s {
	case "equals", "=", "==", "eq", "is", "equal", "equal_to":
		return operator{kind: opCompare, op: rule.OpEq}, true
	case "not_equals", "!=", "<>", "≠", "ne", "neq", "is_not", "not_equal":
		return operator{kind: opCompare, op: rule.OpEq, negated: true}, true
	case "less_than", "<", "lt", "less", "fewer_than":
		return operator{kind: opOrder, op: rule.OpLt}, true
	case "at_most", "<=", "≤", "lte", "le", "less_or_equal", "less_than_or_equal", "less_than_or_equal_to", "less_than_or_equals", "maximum":
		return operator{kind: opOrder, op: rule.OpLe}, true
	case "greater_than", ">", "gt", "greater", "more_than":
		return operator{kind: opOrder, op: rule.OpGt}, true
	case "at_least", ">=", "≥", "gte", "ge", "greater_or_equal", "greater_than_or_equal", "greater_than_or_equal_to", "greater_than_or_equals", "minimum":
		return operator{kind: opOrder, op: rule.OpGe}, true
	case "on":
		return operator{kind: opTime, op: rule.OpEq}, true
	case "before":
		return operator{kind: opTime, op: rule.OpLt}, true
	case "on_or_before", "before_or_on", "until":
		return operator{kind: opTime, op: rule.OpLe}, true
	case "after":
		return operator{kind: opTime, op: rule.OpGt}, true
	case "on_or_after", "after_or_on", "since":
		return operator{kind: opTime, op: rule.OpGe}, true
	}
	return operator{}, false
}

// textOperatorOf reads an operator on texts, lists and what is missing, and
// those of history.
func textOperatorOf(s string) (operator, bool) {
	switch s {
	case "between", "in_range":
		return operator{kind: opBetween}, true
	case "in", "one_of", "any_of":
		return operator{kind: opIn}, true
	case "none_of":
		return operator{kind: opIn, negated: true}, true
	case "is_not_set", "null", "missing", "unset", "not_exist", "not_exists", "unknown":
		return operator{kind: opNull}, true
	case "is_set", "set", "exists", "exist", "known", "has_value":
		return operator{kind: opNull, negated: true}, true
	case "is_blank", "blank", "empty":
		return operator{kind: opBlank}, true
	case "contains", "contain", "includes", "include":
		return operator{kind: opContains}, true
	case "contains_any", "contains_any_of", "contain_any", "contain_any_of", "includes_any":
		return operator{kind: opContainsAll, mode: rule.ContainsAny}, true
	case "contains_all", "contains_all_of", "contain_all", "contain_all_of", "includes_all":
		return operator{kind: opContainsAll, mode: rule.ContainsAll}, true
	case "starts_with", "start_with", "begins_with", "begin_with", "prefix":
		return operator{kind: opLike, end: rule.LikePrefix}, true
	case "ends_with", "end_with", "suffix":
		return operator{kind: opLike, end: rule.LikeSuffix}, true
	case "matches", "match", "matches_regex", "regex", "~":
		return operator{kind: opMatches}, true
	case "in_cidr", "cidr":
		return operator{kind: opCIDR}, true
	case "changed":
		return operator{kind: opChanged}, true
	case "has_been":
		return operator{kind: opHasBeen}, true
	case "has_not_been":
		return operator{kind: opHasBeen, negated: true}, true
	case "did", "happened":
		return operator{kind: opDid}, true
	case "did_not", "never":
		return operator{kind: opDid, negated: true}, true
	case "during", "in_window":
		return operator{kind: opDuring}, true
	}
	return operator{}, false
}

// windowOperatorOf reads an operator with a length of time: the word alone, the
// unit then stands beside the number, or with the unit behind it.
func windowOperatorOf(s string) (operator, bool) {
	for _, w := range [...]struct {
		prefix string
		kind   rule.WindowKind
	}{
		{"within_last", rule.WindowLast}, {"in_last", rule.WindowLast}, {"in_the_last", rule.WindowLast},
		{"within_next", rule.WindowNext}, {"in_next", rule.WindowNext}, {"in_the_next", rule.WindowNext},
		{"within", rule.WindowLast}, {"older_than", rule.WindowOlder}, {"later_than", rule.WindowLater},
	} {
		rest, ok := strings.CutPrefix(s, w.prefix)
		if !ok {
			continue
		}
		o := operator{kind: opWindow, window: w.kind}
		if rest == "" {
			return o, true
		}
		if o.unit, ok = rule.UnitNamed(strings.TrimPrefix(rest, "_")); ok && rest[0] == '_' {
			return o, true
		}
	}
	return operator{}, false
}

// windowWord is the word of an operator with a length of time, "" of others.
func windowWord(k rule.WindowKind) string {
	switch k {
	case rule.WindowLast:
		return "within_"
	case rule.WindowOlder:
		return "older_than_"
	case rule.WindowNext:
		return "within_next_"
	case rule.WindowLater:
		return "later_than_"
	}
	return ""
}

// OperatorNames is every operator that is written, for suggestions and the
// schema file.
func OperatorNames() []string {
	names := []string{"equals", "not_equals", "less_than", "at_most", "greater_than", "at_least",
		"on", "before", "on_or_before", "after", "on_or_after",
		"between", "not_between", "in", "not_in", "is_set", "is_not_set", "is_blank", "is_not_blank",
		"contains", "not_contains", "contains_any", "not_contains_any", "contains_all", "not_contains_all",
		"starts_with", "not_starts_with", "ends_with", "not_ends_with", "matches", "not_matches",
		"in_cidr", "not_in_cidr", "changed", "has_been", "did", "did_not", "during"}
	for k := rule.WindowLast; k <= rule.WindowLater; k++ {
		if w := windowWord(k); w != "" {
			for u := rule.UnitSecond; u <= rule.UnitYear; u++ {
				names = append(names, w+unitName(u))
			}
		}
	}
	return names
}
