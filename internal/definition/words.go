package definition

import (
	"strings"
	"time"

	"github.com/segmentrules/segment/rule"
)

func aggOf(name string) (rule.Agg, bool) {
	switch name {
	case "average", "mean":
		return rule.AggAvg, true
	case "minimum":
		return rule.AggMin, true
	case "maximum":
		return rule.AggMax, true
	case "count_distinct", "unique":
		return rule.AggDistinct, true
	}
	return find(rule.AggLast, rule.AggName, name)
}

func fnName(f rule.Fn) string { return strings.ToLower(f.Word()) }

func fnOf(name string) (rule.Fn, bool) { return find(rule.FnLast, fnName, name) }

// arithKey is the key of the list of operands.
func arithKey(op rule.ArithOp) string {
	names := [...]string{"add", "subtract", "multiply", "divide", "remainder"}
	return at(names[:], int(op))
}

// unitName is the unit in the plural.
func unitName(u rule.Unit) string { return u.Word() + "s" }

// periodName is the unit of a calendar window: month, fiscal_year.
func periodName(w rule.Window) string {
	if w.Fiscal {
		return "fiscal_" + w.Unit.Word()
	}
	return w.Unit.Word()
}

func monthName(m time.Month) string { return strings.ToLower(m.String()) }

func weekdayName(d rule.Weekday) string { return strings.ToLower(d.String()) }

func quantityKey(q rule.Quantity) string {
	names := [...]string{"at_least", "at_most", "exactly"}
	return at(names[:], int(q))
}

func quantifierName(q rule.Quantifier) string {
	names := [...]string{"any", "all", "none", "at_least"}
	return at(names[:], int(q))
}

func quantifierOf(name string) (rule.Quantifier, bool) {
	switch name {
	case "some":
		return rule.QuantifierAny, true
	case "every":
		return rule.QuantifierAll, true
	case "no":
		return rule.QuantifierNone, true
	}
	return find(rule.QuantifierMin, quantifierName, name)
}

// at is the name with this index, "" if there is none.
func at(names []string, i int) string {
	if i < len(names) {
		return names[i]
	}
	return ""
}

// find is the value, up to the last, that has this name.
func find[T ~uint8](last T, name func(T) string, s string) (T, bool) {
	for v := T(0); v <= last; v++ {
		if name(v) == s {
			return v, true
		}
	}
	return 0, false
}

// all is every name up to that of the last value.
func all[T ~uint8](last T, name func(T) string) (names []string) {
	for v := T(0); v <= last; v++ {
		if s := name(v); s != "" {
			names = append(names, s)
		}
	}
	return names
}

// word brings a name of a word of the language into one spelling: any case,
// spaces and hyphens for underscores.
func word(s string) string {
	return strings.NewReplacer(" ", "_", "-", "_").Replace(strings.ToLower(strings.TrimSpace(s)))
}
