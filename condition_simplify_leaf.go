package segment

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// simplifyLeaf is the normal form of a condition without conditions within,
// whose parts are in normal form.
func simplifyLeaf(c Condition) term {
	switch c := c.(type) {
	case Compare:
		return simplifyCompare(c)
	case Between:
		return simplifyBetween(c)
	case In:
		return simplifyIn(c)
	case IsNull:
		if v, ok := c.X.(Value); ok {
			return constant(v.IsNull())
		}
	case IsBlank:
		if v, ok := c.X.(Value); ok {
			return constant(v.blank())
		}
	case Contains:
		return simplifyContains(c)
	case Like:
		c.Values = sortedTexts(c.Values, c.Fold)
		if len(c.Values) == 0 {
			return constant(false)
		}
		return leafTerm(c)
	case InCIDR:
		c.Nets = sortedTexts(c.Nets, false)
		if len(c.Nets) == 0 {
			return constant(false)
		}
		return leafTerm(c)
	case HasBeen:
		if c.Value.IsNull() {
			return constant(false)
		}
		c.Fold = c.Fold && c.Value.kind == KindText
		return leafTerm(c)
	case Sequence:
		if len(c.Steps) == 0 {
			return constant(false)
		}
	case Regularity:
		if c.K <= 0 || c.K > min(c.N, maxRegularity) {
			return constant(c.K <= 0)
		}
	}
	return leafTerm(c)
}

// simplifyCompare puts the constant on the right.
func simplifyCompare(c Compare) term {
	left, ok := c.Left.(Value)
	right, ok2 := c.Right.(Value)
	switch {
	case ok && ok2:
		if holds, ok := compareConstants(left, c.Op, right, c.Fold); ok {
			return constant(holds)
		}
	case ok:
		c.Left, c.Op, c.Right = c.Right, c.Op.mirrored(), left
		right, ok2 = left, true
	}
	if ok2 && right.IsNull() {
		return constant(false) // nothing compares with what is missing
	}
	if ok2 && right.kind != KindText {
		c.Fold = false
	}
	return leafTerm(c)
}

// compareConstants decides a comparison of constants; ok is false where it
// hangs on the calendar.
func compareConstants(a Value, op Op, b Value, fold bool) (holds, ok bool) {
	timely := func(k Kind) bool { return k == KindTime || k == KindDate }
	if a.kind != b.kind && (timely(a.kind) || timely(b.kind)) {
		return false, false
	}
	return compares(time.UTC, a, op, b, fold), true
}

func simplifyBetween(c Between) term {
	lo, ok := c.Lo.(Value)
	hi, ok2 := c.Hi.(Value)
	if ok && (lo.IsNull() || isContainer(lo)) || ok2 && (hi.IsNull() || isContainer(hi)) {
		return constant(false)
	}
	if ok && ok2 && lo.Equal(hi) {
		return simplifyCompare(Compare{c.X, Eq, lo, c.Fold})
	}
	if ok && ok2 && lo.kind == hi.kind && rigid(lo.kind) && orderValues(lo, hi) > 0 {
		return constant(false)
	}
	if ok && ok2 && lo.kind != KindText && hi.kind != KindText {
		c.Fold = false
	}
	return leafTerm(c)
}

// rigid reports whether values of the kind are in one order, whatever stands
// beside them: an instant beside a date is only its day, and a text beside
// either is read as one.
func rigid(k Kind) bool {
	return k == KindNumber || k == KindBool || k == KindDate || k == KindDuration
}

func simplifyIn(c In) term {
	c.Fold = c.Fold && slices.ContainsFunc(c.Values, isText)
	c.Values = sortedValues(c.Values, c.Fold)
	switch len(c.Values) {
	case 0:
		return constant(false)
	case 1:
		return simplifyCompare(Compare{c.X, Eq, c.Values[0], c.Fold})
	}
	return leafTerm(c)
}

func isText(v Value) bool { return v.kind == KindText }

func simplifyContains(c Contains) term {
	if c.Mode != AnyOf && slices.ContainsFunc(c.Values, Value.IsNull) {
		return constant(false)
	}
	c.Fold = c.Fold && slices.ContainsFunc(c.Values, isText)
	c.Values = sortedValues(c.Values, c.Fold)
	if len(c.Values) == 0 && c.Mode == AnyOf {
		return constant(false)
	}
	if len(c.Values) == 1 {
		c.Mode = AnyOf
	}
	return leafTerm(c)
}

// sortedValues returns the values in order, without nulls, which equal
// nothing, and without repetition: under fold, of texts that differ by case
// only, the first is kept.
func sortedValues(vs []Value, fold bool) []Value {
	type keyed struct {
		v   Value
		key string
	}
	ks := make([]keyed, 0, len(vs))
	for _, v := range vs {
		if !v.IsNull() {
			ks = append(ks, keyed{v, folded(v.Text(), fold && v.kind == KindText)})
		}
	}
	order := func(a, b keyed) int {
		return cmp.Or(cmp.Compare(a.v.kind, b.v.kind), strings.Compare(a.key, b.key), orderValues(a.v, b.v))
	}
	slices.SortFunc(ks, order)
	same := func(a, b keyed) bool {
		return a.v.kind == b.v.kind && a.key == b.key && (fold && a.v.kind == KindText || orderValues(a.v, b.v) == 0)
	}
	ks = slices.CompactFunc(ks, same)
	out := make([]Value, len(ks))
	for i, k := range ks {
		out[i] = k.v
	}
	return out
}

func sortedTexts(ts []string, fold bool) []string {
	vs := make([]Value, len(ts))
	for i, t := range ts {
		vs[i] = Text(t)
	}
	vs = sortedValues(vs, fold)
	out := make([]string, len(vs))
	for i, v := range vs {
		out[i] = v.Text()
	}
	return out
}

// orderValues is a total order of values: by kind, then by size. It is 0 for
// equal values only. Rules do not see it; it is for keeping values sorted.
func orderValues(a, b Value) int {
	if a.kind != b.kind {
		return cmp.Compare(a.kind, b.kind)
	}
	switch a.kind {
	case KindNumber:
		return compareNumbers(a, b)
	case KindText, KindVersion:
		return strings.Compare(a.Text(), b.Text())
	case KindBool:
		return cmp.Compare(a.n, b.n)
	case KindDate:
		return cmp.Compare(int64(a.n), int64(b.n))
	case KindTime, KindDuration:
		return a.span().compare(b.span())
	case KindList:
		return slices.CompareFunc(a.List(), b.List(), orderValues)
	case KindObject:
		return slices.CompareFunc(sortedMembers(a), sortedMembers(b), func(x, y Member) int {
			return cmp.Or(strings.Compare(x.Name, y.Name), orderValues(x.Value, y.Value))
		})
	}
	return 0
}

func sortedMembers(v Value) []Member {
	ms := slices.Clone(v.Members())
	slices.SortFunc(ms, func(a, b Member) int { return strings.Compare(a.Name, b.Name) })
	return ms
}
