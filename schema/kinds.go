package schema

import (
	"strings"

	"github.com/segmentrules/segment/rule"
)

// The kinds of values that an expression may have: what a field holds by the schema,
// what a function takes and gives, and which kinds compare and compute with which.

// kinds is the set of kinds that an expression may have.
type kinds uint16

const temporal = kinds(1<<rule.KindTime | 1<<rule.KindDate)

func kindsOf(ks ...rule.Kind) (set kinds) {
	for _, k := range ks {
		set |= 1 << k
	}
	return set
}

// anyKind is what a field may hold of which the schema tells nothing.
const anyKind = kinds(1<<rule.KindBool | 1<<rule.KindNumber | 1<<rule.KindText | 1<<rule.KindTime | 1<<rule.KindDate | 1<<rule.KindDuration | 1<<rule.KindList | 1<<rule.KindObject)

func (ks kinds) has(k rule.Kind) bool { return ks&(1<<k) != 0 }

// String names the kinds as a sentence does: a number, a text or a list.
func (ks kinds) String() string {
	var words []string
	for k := rule.KindNull; k < rule.KindInvalid; k++ {
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
// of the other, as [rule.Order] has it.
func (ks kinds) compare(o kinds) bool {
	return ks&o != 0 || ks&temporal != 0 && o&temporal != 0 ||
		ks.has(rule.KindVersion) && o.has(rule.KindText) || ks.has(rule.KindText) && o.has(rule.KindVersion)
}

// ordered are the kinds of which one can be more than another.
const ordered = kinds(1<<rule.KindNumber | 1<<rule.KindText | 1<<rule.KindTime | 1<<rule.KindDate | 1<<rule.KindDuration | 1<<rule.KindVersion)

// kinds of a field as it is held.
func (t FieldType) kinds() kinds {
	switch {
	case t.Epoch != EpochNone:
		return kindsOf(rule.KindNumber)
	case t.Kind == rule.KindNull:
		return anyKind
	}
	return kindsOf(t.Kind)
}

// readAs are the kinds of a value of these kinds that is read as a kind.
func readAs(ks kinds, as rule.Kind) kinds {
	fn, ok := rule.ReadingFn(as)
	if !ok {
		return ks
	}
	takes, gives := fnKinds(fn)
	if ks&takes == 0 {
		return ks
	}
	return gives
}

// constantKinds: a text that reads as a date or instant may stand for one.
func constantKinds(v rule.Value) kinds {
	if v.Kind() == rule.KindText && !rule.ReadTime(v.Text()).IsNull() {
		return kindsOf(rule.KindText) | temporal
	}
	if v.IsNull() {
		return anyKind
	}
	return kindsOf(v.Kind())
}

// fnKinds says what a function takes and what it gives, but for COALESCE, which gives what
// it takes (see checker.coalesce).
func fnKinds(f rule.Fn) (takes, gives kinds) {
	switch f {
	case rule.FnNow:
		return 0, kindsOf(rule.KindTime)
	case rule.FnToday:
		return 0, kindsOf(rule.KindDate)
	case rule.FnLength:
		return kindsOf(rule.KindText, rule.KindList), kindsOf(rule.KindNumber)
	case rule.FnAge:
		return temporal, kindsOf(rule.KindDuration)
	case rule.FnAnniversary, rule.FnDate:
		return temporal, kindsOf(rule.KindDate)
	case rule.FnVersion:
		return kindsOf(rule.KindText), kindsOf(rule.KindVersion)
	case rule.FnHash:
		return kindsOf(rule.KindText, rule.KindNumber), kindsOf(rule.KindNumber)
	case rule.FnUnix, rule.FnUnixMilli:
		return kindsOf(rule.KindNumber), kindsOf(rule.KindTime)
	case rule.FnTime:
		return kindsOf(rule.KindText) | temporal, temporal
	case rule.FnNumber:
		return kindsOf(rule.KindText, rule.KindNumber), kindsOf(rule.KindNumber)
	}
	return temporal, kindsOf(rule.KindNumber)
}

// arithKinds are the kinds that arithmetic may give, none if it gives nothing.
func arithKinds(op rule.ArithOp, a, b kinds, span rule.Span) (out kinds) {
	for x := rule.KindNumber; x <= rule.KindDuration; x++ {
		for y := rule.KindNumber; y <= rule.KindDuration; y++ {
			if a.has(x) && b.has(y) {
				out |= arithPair(op, x, y, span)
			}
		}
	}
	return out
}

// arithPair is arithKinds of one pair; span is the written span that one of
// them is, if any.
func arithPair(op rule.ArithOp, x, y rule.Kind, span rule.Span) kinds {
	isTime := func(k rule.Kind) bool { return k == rule.KindTime || k == rule.KindDate }
	additive := op == rule.ArithAdd || op == rule.ArithSub
	switch {
	case x == rule.KindNumber && y == rule.KindNumber:
		return kindsOf(rule.KindNumber)
	case x == rule.KindDuration && y == rule.KindDuration && additive:
		return kindsOf(rule.KindDuration)
	case x == rule.KindDuration && y == rule.KindDuration && op == rule.ArithDiv:
		return kindsOf(rule.KindNumber)
	case x == rule.KindDuration && y == rule.KindNumber && (op == rule.ArithMul || op == rule.ArithDiv), x == rule.KindNumber && y == rule.KindDuration && op == rule.ArithMul:
		return kindsOf(rule.KindDuration)
	case isTime(x) && isTime(y) && op == rule.ArithSub:
		return kindsOf(rule.KindDuration)
	case isTime(x) && y == rule.KindDuration && additive:
		return moved(x, span)
	case x == rule.KindDuration && isTime(y) && op == rule.ArithAdd:
		return moved(y, span)
	}
	return 0
}

// moved is the kind of a date or instant moved: whole days keep a date a date.
func moved(k rule.Kind, span rule.Span) kinds {
	if k == rule.KindDate && span.Unit >= rule.UnitDay {
		return kindsOf(rule.KindDate)
	}
	return kindsOf(rule.KindTime)
}
