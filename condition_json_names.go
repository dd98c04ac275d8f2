package segment

import "strings"

// The words of the definition JSON. The first of several is the one that is
// written; the others are read as well.

func aggName(a Agg) string { return strings.ToLower(a.word()) }

func aggOf(name string) (Agg, bool) {
	switch name {
	case "average", "mean":
		return AggAvg, true
	case "minimum":
		return AggMin, true
	case "maximum":
		return AggMax, true
	case "count_distinct", "unique":
		return AggDistinct, true
	}
	return find(AggLast, aggName, name)
}

func fnName(f Fn) string { return strings.ToLower(f.word()) }

func fnOf(name string) (Fn, bool) { return find(FnUnixMilli, fnName, name) }

// arithKey is the key of the list of operands.
func arithKey(op ArithOp) string {
	names := [...]string{"add", "subtract", "multiply", "divide", "remainder"}
	return at(names[:], int(op))
}

// unitName is the unit in the plural.
func unitName(u Unit) string { return u.word() + "s" }

func weekdayName(d Weekday) string { return strings.ToLower(d.String()) }

func quantityKey(q Quantity) string {
	names := [...]string{"at_least", "at_most", "exactly"}
	return at(names[:], int(q))
}

func quantifierName(q Quantifier) string {
	names := [...]string{"any", "all", "none", "at_least"}
	return at(names[:], int(q))
}

func quantifierOf(name string) (Quantifier, bool) {
	switch name {
	case "some":
		return Any, true
	case "every":
		return All, true
	case "no":
		return None, true
	}
	return find(AtLeastK, quantifierName, name)
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
