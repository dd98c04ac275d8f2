package segment

import (
	"strings"
	"time"
)

// How values compare. The calendar matters only where an instant meets a date:
// the instant is then its calendar day, which hangs on the zone. So the zone is
// all that these functions need besides the values.

// compares is the meaning of the comparison operators: whether a op b, ignoring
// case if fold is set. It is false unless both values are there and of kinds
// that compare. Lists and objects are equal or not, and in no order.
func compares(loc *time.Location, a Value, op Op, b Value, fold bool) bool {
	if isContainer(a) || isContainer(b) {
		return op == Eq && a.Equal(b)
	}
	n, ok := order(loc, a, b, fold)
	return ok && op.holds(n)
}

// order compares two values: n is less than, equal to or greater than 0 as a is
// less than, equal to or greater than b. ok is false where one is missing or the
// kinds do not compare. An instant beside a date is its calendar day, and a text
// beside a time or a version is read as one.
func order(loc *time.Location, a, b Value, fold bool) (n int, ok bool) {
	switch {
	case a.IsNull() || b.IsNull():
		return 0, false
	case a.kind == KindText && (b.kind == KindTime || b.kind == KindDate):
		return order(loc, readTime(a.Text()), b, fold)
	case b.kind == KindText && (a.kind == KindTime || a.kind == KindDate):
		return order(loc, a, readTime(b.Text()), fold)
	case a.kind == KindTime && b.kind == KindDate:
		return order(loc, dateIn(loc, a), b, fold)
	case a.kind == KindDate && b.kind == KindTime:
		return order(loc, a, dateIn(loc, b), fold)
	case a.kind == KindVersion && b.kind == KindText:
		return order(loc, a, version(b), fold)
	case a.kind == KindText && b.kind == KindVersion:
		return order(loc, version(a), b, fold)
	case a.kind != b.kind:
		return 0, false
	}
	switch a.kind {
	case KindNumber:
		return compareNumbers(a, b), true
	case KindText:
		return strings.Compare(folded(a.Text(), fold), folded(b.Text(), fold)), true
	case KindTime, KindDuration:
		return a.span().compare(b.span()), true
	case KindDate:
		return int(max(-1, min(1, int64(a.n)-int64(b.n)))), true
	case KindVersion:
		return compareVersions(a.Text(), b.Text()), true
	case KindBool:
		return int(a.n) - int(b.n), true
	}
	return 0, false
}

// dateIn is the calendar day of a value: of an instant its day in the zone, of a
// date itself, of a text what it reads as. All else is missing.
func dateIn(loc *time.Location, v Value) Value {
	switch v.kind {
	case KindTime:
		return Date(v.Time().In(loc).Date())
	case KindDate:
		return v
	case KindText:
		return dateIn(loc, readTime(v.Text()))
	}
	return Value{}
}

// isContainer reports whether a value is a list or an object.
func isContainer(v Value) bool { return v.kind == KindList || v.kind == KindObject }

// holds reports whether the operator holds of two values in this order: less
// than 0 if the left one is less, 0 if they are equal.
func (op Op) holds(order int) bool {
	switch op {
	case Eq:
		return order == 0
	case Lt:
		return order < 0
	case Le:
		return order <= 0
	case Gt:
		return order > 0
	case Ge:
		return order >= 0
	}
	return false
}

// mirrored is the operator that says the same with the sides exchanged.
func (op Op) mirrored() Op {
	switch op {
	case Lt:
		return Gt
	case Le:
		return Ge
	case Gt:
		return Lt
	case Ge:
		return Le
	}
	return op
}

// holds reports whether n conditions that hold are enough, or few enough, for k.
func (q Quantity) holds(n, k int) bool {
	switch q {
	case AtLeast:
		return n >= k
	case AtMost:
		return n <= k
	}
	return n == k
}
