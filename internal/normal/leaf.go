package normal

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/segmentrules/segment/internal/textset"
	"github.com/segmentrules/segment/rule"
)

// simplifyLeaf is the normal form of a condition without conditions within,
// whose parts are in normal form.
func simplifyLeaf(c rule.Condition) term {
	switch c := c.(type) {
	case rule.Compare:
		return simplifyCompare(c)
	case rule.Between:
		return simplifyBetween(c)
	case rule.In:
		return simplifyIn(c)
	case rule.IsNull:
		if v, ok := c.X.(rule.Value); ok {
			return constant(v.IsNull())
		}
	case rule.IsBlank:
		if v, ok := c.X.(rule.Value); ok {
			return constant(v.Blank())
		}
	case rule.Contains:
		return simplifyContains(c)
	case rule.Like:
		c.Values = sortedTexts(c.Values, c.Fold)
		if len(c.Values) == 0 {
			return constant(false)
		}
		return leafTerm(c)
	case rule.InCIDR:
		c.Nets = sortedTexts(c.Nets, false)
		if len(c.Nets) == 0 {
			return constant(false)
		}
		return leafTerm(c)
	case rule.HasBeen:
		if c.Value.IsNull() {
			return constant(false)
		}
		c.Fold = c.Fold && c.Value.Kind() == rule.KindText
		return leafTerm(c)
	case rule.Sequence:
		if len(c.Steps) == 0 {
			return constant(false)
		}
	case rule.Regularity:
		if c.K <= 0 || c.K > min(c.N, rule.MaxRegularity) {
			return constant(c.K <= 0)
		}
	}
	return leafTerm(c)
}

// simplifyCompare puts the constant on the right.
func simplifyCompare(c rule.Compare) term {
	left, ok := c.Left.(rule.Value)
	right, ok2 := c.Right.(rule.Value)
	switch {
	case ok && ok2:
		if holds, ok := compareConstants(left, c.Op, right, c.Fold); ok {
			return constant(holds)
		}
	case ok:
		c.Left, c.Op, c.Right = c.Right, c.Op.Mirrored(), left
		right, ok2 = left, true
	}
	if ok2 && right.IsNull() {
		return constant(false) // nothing compares with what is missing
	}
	if ok2 && right.Kind() != rule.KindText {
		c.Fold = false
	}
	return leafTerm(c)
}

// compareConstants decides a comparison of constants; ok is false where it
// hangs on the calendar.
func compareConstants(a rule.Value, op rule.Op, b rule.Value, fold bool) (holds, ok bool) {
	timely := func(k rule.Kind) bool { return k == rule.KindTime || k == rule.KindDate }
	if a.Kind() != b.Kind() && (timely(a.Kind()) || timely(b.Kind())) {
		return false, false
	}
	return rule.Compares(time.UTC, a, op, b, fold), true
}

func simplifyBetween(c rule.Between) term {
	lo, ok := c.Lo.(rule.Value)
	hi, ok2 := c.Hi.(rule.Value)
	if ok && (lo.IsNull() || rule.IsContainer(lo)) || ok2 && (hi.IsNull() || rule.IsContainer(hi)) {
		return constant(false)
	}
	if ok && ok2 && lo.Equal(hi) {
		return simplifyCompare(rule.Compare{Left: c.X, Op: rule.OpEq, Right: lo, Fold: c.Fold})
	}
	if ok && ok2 && lo.Kind() == hi.Kind() && rigid(lo.Kind()) && OrderValues(lo, hi) > 0 {
		return constant(false)
	}
	if ok && ok2 && lo.Kind() != rule.KindText && hi.Kind() != rule.KindText {
		c.Fold = false
	}
	return leafTerm(c)
}

// rigid reports whether values of the kind are in one order, whatever stands
// beside them: an instant beside a date is only its day, and a text beside
// either is read as one.
func rigid(k rule.Kind) bool {
	return k == rule.KindNumber || k == rule.KindBool || k == rule.KindDate || k == rule.KindDuration
}

// simplifyIn sorts the values, and says by itself whether the value may be missing:
// `x IN ("US", NULL)` is x = "US" OR x IS NULL.
func simplifyIn(c rule.In) term {
	if slices.ContainsFunc(c.Values, rule.Value.IsNull) {
		rest := c
		rest.Values = slices.DeleteFunc(slices.Clone(c.Values), rule.Value.IsNull)
		return group(false, []term{simplifyIn(rest), simplifyLeaf(rule.IsNull{X: c.X})})
	}
	c.Fold = c.Fold && slices.ContainsFunc(c.Values, isText)
	c.Values = SortedValues(c.Values, c.Fold)
	switch len(c.Values) {
	case 0:
		return constant(false)
	case 1:
		return simplifyCompare(rule.Compare{Left: c.X, Op: rule.OpEq, Right: c.Values[0], Fold: c.Fold})
	}
	return leafTerm(c)
}

func isText(v rule.Value) bool { return v.Kind() == rule.KindText }

func simplifyContains(c rule.Contains) term {
	if c.Mode != rule.ContainsAny && slices.ContainsFunc(c.Values, rule.Value.IsNull) {
		return constant(false)
	}
	c.Fold = c.Fold && slices.ContainsFunc(c.Values, isText)
	c.Values = SortedValues(c.Values, c.Fold)
	if len(c.Values) == 0 && c.Mode == rule.ContainsAny {
		return constant(false)
	}
	if len(c.Values) == 1 {
		c.Mode = rule.ContainsAny
	}
	return leafTerm(c)
}

// SortedValues returns the values in order, without nulls, which equal
// nothing, and without repetition: under fold, of texts that differ by case
// only, the first is kept.
func SortedValues(vs []rule.Value, fold bool) []rule.Value {
	type keyed struct {
		v   rule.Value
		key string
	}
	ks := make([]keyed, 0, len(vs))
	for _, v := range vs {
		if !v.IsNull() {
			ks = append(ks, keyed{v, textset.Folded(v.Text(), fold && v.Kind() == rule.KindText)})
		}
	}
	order := func(a, b keyed) int {
		return cmp.Or(cmp.Compare(a.v.Kind(), b.v.Kind()), strings.Compare(a.key, b.key), OrderValues(a.v, b.v))
	}
	slices.SortFunc(ks, order)
	same := func(a, b keyed) bool {
		return a.v.Kind() == b.v.Kind() && a.key == b.key && (fold && a.v.Kind() == rule.KindText || OrderValues(a.v, b.v) == 0)
	}
	ks = slices.CompactFunc(ks, same)
	out := make([]rule.Value, len(ks))
	for i, k := range ks {
		out[i] = k.v
	}
	return out
}

func sortedTexts(ts []string, fold bool) []string {
	vs := make([]rule.Value, len(ts))
	for i, t := range ts {
		vs[i] = rule.Text(t)
	}
	vs = SortedValues(vs, fold)
	out := make([]string, len(vs))
	for i, v := range vs {
		out[i] = v.Text()
	}
	return out
}

// OrderValues is a total order of values: by kind, then by size. It is 0 for
// equal values only. Rules do not see it; it is for keeping values sorted.
func OrderValues(a, b rule.Value) int {
	if a.Kind() != b.Kind() {
		return cmp.Compare(a.Kind(), b.Kind())
	}
	switch a.Kind() {
	case rule.KindNumber:
		return rule.CompareNumbers(a, b)
	case rule.KindText, rule.KindVersion:
		return strings.Compare(a.Text(), b.Text())
	case rule.KindBool:
		return cmp.Compare(a.Word(), b.Word())
	case rule.KindDate:
		return cmp.Compare(int64(a.Word()), int64(b.Word()))
	case rule.KindTime, rule.KindDuration:
		return a.HeldLength().Compare(b.HeldLength())
	case rule.KindList:
		return slices.CompareFunc(a.List(), b.List(), OrderValues)
	case rule.KindObject:
		return slices.CompareFunc(sortedMembers(a), sortedMembers(b), func(x, y rule.Member) int {
			return cmp.Or(strings.Compare(x.Name, y.Name), OrderValues(x.Value, y.Value))
		})
	}
	return 0
}

func sortedMembers(v rule.Value) []rule.Member {
	ms := slices.Clone(v.Members())
	slices.SortFunc(ms, func(a, b rule.Member) int { return strings.Compare(a.Name, b.Name) })
	return ms
}
