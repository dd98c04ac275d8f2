package rule

import (
	"cmp"
	"strings"
	"time"

	"github.com/segmentrules/segment/internal/textset"
)

// How values compare. The calendar matters only where an instant meets a date:
// the instant is then its calendar day, which hangs on the zone. So the zone is
// all that these functions need besides the values.

// Compares is the meaning of the comparison operators: whether a op b, ignoring
// case if fold is set. It is false unless both values are there and of kinds
// that compare. Lists and objects are equal or not, and in no order.
func Compares(loc *time.Location, a Value, op Op, b Value, fold bool) bool {
	if IsContainer(a) || IsContainer(b) {
		return op == OpEq && a.Equal(b)
	}
	n, ok := Order(loc, a, b, fold)
	return ok && op.Holds(n)
}

// Order compares two values: n is less than, equal to or greater than 0 as a is
// less than, equal to or greater than b. ok is false where one is missing or the
// kinds do not compare. An instant beside a date is its calendar day, and a text
// beside a time or a version is read as one.
func Order(loc *time.Location, a, b Value, fold bool) (n int, ok bool) {
	switch {
	case a.IsNull() || b.IsNull():
		return 0, false
	case a.kind == KindText && (b.kind == KindTime || b.kind == KindDate):
		return Order(loc, ReadTime(a.Text()), b, fold)
	case b.kind == KindText && (a.kind == KindTime || a.kind == KindDate):
		return Order(loc, a, ReadTime(b.Text()), fold)
	case a.kind == KindTime && b.kind == KindDate:
		return Order(loc, DateIn(loc, a), b, fold)
	case a.kind == KindDate && b.kind == KindTime:
		return Order(loc, a, DateIn(loc, b), fold)
	case a.kind == KindVersion && b.kind == KindText:
		return Order(loc, a, Version(b), fold)
	case a.kind == KindText && b.kind == KindVersion:
		return Order(loc, Version(a), b, fold)
	case a.kind != b.kind:
		return 0, false
	}
	switch a.kind {
	case KindNumber:
		return CompareNumbers(a, b), true
	case KindText:
		return strings.Compare(textset.Folded(a.Text(), fold), textset.Folded(b.Text(), fold)), true
	case KindTime, KindDuration:
		return a.HeldLength().Compare(b.HeldLength()), true
	case KindDate:
		return int(max(-1, min(1, int64(a.n)-int64(b.n)))), true
	case KindVersion:
		return compareVersions(a.Text(), b.Text()), true
	case KindBool:
		return int(a.n) - int(b.n), true
	}
	return 0, false
}

// DateIn is the calendar day of a value: of an instant its day in the zone, of a
// date itself, of a text what it reads as. All else is missing.
func DateIn(loc *time.Location, v Value) Value {
	switch v.kind {
	case KindTime:
		return Date(v.Time().In(loc).Date())
	case KindDate:
		return v
	case KindText:
		return DateIn(loc, ReadTime(v.Text()))
	}
	return Value{}
}

// IsContainer reports whether a value is a list or an object.
func IsContainer(v Value) bool { return v.kind == KindList || v.kind == KindObject }

// Holds reports whether the operator holds of two values in this order: less
// than 0 if the left one is less, 0 if they are equal.
func (op Op) Holds(order int) bool {
	switch op {
	case OpEq:
		return order == 0
	case OpLt:
		return order < 0
	case OpLe:
		return order <= 0
	case OpGt:
		return order > 0
	case OpGe:
		return order >= 0
	}
	return false
}

// Mirrored is the operator that says the same with the sides exchanged.
func (op Op) Mirrored() Op {
	switch op {
	case OpLt:
		return OpGt
	case OpLe:
		return OpGe
	case OpGt:
		return OpLt
	case OpGe:
		return OpLe
	}
	return op
}

// Holds reports whether n conditions that hold are enough, or few enough, for k.
func (q Quantity) Holds(n, k int) bool {
	switch q {
	case QuantityAtLeast:
		return n >= k
	case QuantityAtMost:
		return n <= k
	}
	return n == k
}

// Compare orders two values of one kind: numbers by mathematical value, texts
// by code point, times, dates and durations by time, false before true. ok is
// false for lists, objects and values of different kinds, and for what is
// missing. It does not read text as time, as comparisons in a rule do.
func (v Value) Compare(o Value) (n int, ok bool) {
	if v.kind != o.kind {
		return 0, false
	}
	switch v.kind {
	case KindNumber:
		return CompareNumbers(v, o), true
	case KindText:
		return strings.Compare(v.Text(), o.Text()), true
	case KindTime, KindDuration:
		return v.HeldLength().Compare(o.HeldLength()), true
	case KindDate:
		return cmp.Compare(int64(v.n), int64(o.n)), true
	case KindBool:
		return cmp.Compare(v.n, o.n), true
	}
	return 0, false
}

// Equal reports whether two values are of one kind and equal: numbers by
// mathematical value, lists in order, objects whatever the order of members.
// It does not read text as time, as comparisons in a rule do.
func (v Value) Equal(o Value) bool {
	if v.kind != o.kind {
		return false
	}
	switch v.kind {
	case KindNull, KindInvalid:
		return true
	case KindBool, KindDate:
		return v.n == o.n
	case KindTime, KindDuration:
		return v.n == o.n && v.nsec == o.nsec
	case KindNumber:
		return CompareNumbers(v, o) == 0
	case KindText, KindVersion:
		return v.Text() == o.Text()
	case KindList:
		return equalLists(v.List(), o.List())
	}
	return equalMembers(v, o)
}

func equalLists(a, b []Value) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if !a[i].Equal(b[i]) {
			return false
		}
	}
	return true
}

func equalMembers(a, b Value) bool {
	if a.n != b.n {
		return false
	}
	theirs := make(map[string]Value, b.n)
	for _, m := range b.Members() {
		theirs[m.Name] = m.Value
	}
	for _, m := range a.Members() {
		if w, ok := theirs[m.Name]; !ok || !m.Value.Equal(w) {
			return false
		}
	}
	return true
}
