package segment

import "strings"

// kinds is the set of kinds that an expression may have.
type kinds uint16

const temporal = kinds(1<<KindTime | 1<<KindDate)

func kindsOf(ks ...Kind) (set kinds) {
	for _, k := range ks {
		set |= 1 << k
	}
	return set
}

// anyKind is what a field may hold of which the schema tells nothing.
const anyKind = kinds(1<<KindBool | 1<<KindNumber | 1<<KindText | 1<<KindTime | 1<<KindDate | 1<<KindDuration | 1<<KindList | 1<<KindObject)

func (ks kinds) has(k Kind) bool { return ks&(1<<k) != 0 }

// String names the kinds as a sentence does: a number, a text or a list.
func (ks kinds) String() string {
	var words []string
	for k := KindNull; k < KindInvalid; k++ {
		if ks.has(k) {
			words = append(words, article(k))
		}
	}
	if len(words) == 0 {
		return "nothing"
	}
	return strings.Join(words, " or ")
}

// compare reports whether some value of the one kinds compares with some value
// of the other, as scope.order has it.
func (ks kinds) compare(o kinds) bool {
	return ks&o != 0 || ks&temporal != 0 && o&temporal != 0 ||
		ks.has(KindVersion) && o.has(KindText) || ks.has(KindText) && o.has(KindVersion)
}

// ordered are the kinds of which one can be more than another.
const ordered = kinds(1<<KindNumber | 1<<KindText | 1<<KindTime | 1<<KindDate | 1<<KindDuration | 1<<KindVersion)

// kinds of a field as it is held.
func (t FieldType) kinds() kinds {
	switch {
	case t.Epoch != NoEpoch:
		return kindsOf(KindNumber)
	case t.Kind == KindNull:
		return anyKind
	}
	return kindsOf(t.Kind)
}

// constantKinds: a text that reads as a date or instant may stand for one.
func constantKinds(v Value) kinds {
	if v.kind == KindText && !readTime(v.Text()).IsNull() {
		return kindsOf(KindText) | temporal
	}
	if v.IsNull() {
		return anyKind
	}
	return kindsOf(v.kind)
}

// fnKinds says what a function takes and what it gives.
func fnKinds(f Fn) (takes, gives kinds) {
	switch f {
	case FnNow:
		return 0, kindsOf(KindTime)
	case FnToday:
		return 0, kindsOf(KindDate)
	case FnLength:
		return kindsOf(KindText, KindList), kindsOf(KindNumber)
	case FnAge:
		return temporal, kindsOf(KindDuration)
	case FnAnniversary, FnDate:
		return temporal, kindsOf(KindDate)
	case FnVersion:
		return kindsOf(KindText), kindsOf(KindVersion)
	case FnHash:
		return kindsOf(KindText, KindNumber), kindsOf(KindNumber)
	case FnUnix, FnUnixMilli:
		return kindsOf(KindNumber), kindsOf(KindTime)
	}
	return temporal, kindsOf(KindNumber)
}

// arithKinds are the kinds that arithmetic may give, none if it gives nothing.
func arithKinds(op ArithOp, a, b kinds, span Span) (out kinds) {
	for x := KindNumber; x <= KindDuration; x++ {
		for y := KindNumber; y <= KindDuration; y++ {
			if a.has(x) && b.has(y) {
				out |= arithPair(op, x, y, span)
			}
		}
	}
	return out
}

// arithPair is arithKinds of one pair; span is the written span that one of
// them is, if any.
func arithPair(op ArithOp, x, y Kind, span Span) kinds {
	isTime := func(k Kind) bool { return k == KindTime || k == KindDate }
	additive := op == Add || op == Sub
	switch {
	case x == KindNumber && y == KindNumber:
		return kindsOf(KindNumber)
	case x == KindDuration && y == KindDuration && additive:
		return kindsOf(KindDuration)
	case x == KindDuration && y == KindDuration && op == Div:
		return kindsOf(KindNumber)
	case x == KindDuration && y == KindNumber && (op == Mul || op == Div), x == KindNumber && y == KindDuration && op == Mul:
		return kindsOf(KindDuration)
	case isTime(x) && isTime(y) && op == Sub:
		return kindsOf(KindDuration)
	case isTime(x) && y == KindDuration && additive:
		return moved(x, span)
	case x == KindDuration && isTime(y) && op == Add:
		return moved(y, span)
	}
	return 0
}

// moved is the kind of a date or instant moved: whole days keep a date a date.
func moved(k Kind, span Span) kinds {
	if k == KindDate && span.Unit >= Day {
		return kindsOf(KindDate)
	}
	return kindsOf(KindTime)
}
