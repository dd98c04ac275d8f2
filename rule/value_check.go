package rule

import (
	"time"
	"unicode/utf8"

	"github.com/segmentrules/segment/internal/calendar"
)

// CheckText checks that a text can be written: as valid UTF-8.
func CheckText(s string) *Error {
	if !utf8.ValidString(s) {
		return Errorf(ErrValue, "a text is not valid UTF-8")
	}
	return nil
}

// CheckValue checks a constant: it must have a written form. Lists and objects
// count as nesting.
func CheckValue(v Value, l Limits) *Error { return checkValueAt(v, l, l.Depth) }

func checkValueAt(v Value, l Limits, depth int) *Error {
	switch v.kind {
	case KindNull, KindBool, KindNumber, KindDuration:
		return nil
	case KindText:
		return CheckText(v.Text())
	case KindTime, KindDate:
		if !Writable(v) {
			return Errorf(ErrValue, "a time outside of the years 0 to 9999")
		}
		return nil
	case KindList, KindObject:
		return checkContainer(v, l, depth)
	case KindVersion:
		return Errorf(ErrType, "a version is the result of VERSION, and no constant")
	}
	return Errorf(ErrValue, "a value that is none: NaN, an infinity, or text that is not JSON")
}

func checkContainer(v Value, l Limits, depth int) *Error {
	if depth == 0 {
		return Errorf(ErrLimit, "nesting deeper than %d levels", l.Depth)
	}
	if int(v.n) > l.Values {
		return Errorf(ErrLimit, "%d values; at most %d are allowed", v.n, l.Values)
	}
	for _, e := range v.List() {
		if err := checkValueAt(e, l, depth-1); err != nil {
			return err
		}
	}
	seen := make(map[string]bool, len(v.Members()))
	for _, m := range v.Members() {
		if seen[m.Name] {
			return Errorf(ErrValue, "duplicate name %q in an object", m.Name)
		}
		seen[m.Name] = true
		if err := CheckText(m.Name); err != nil {
			return err
		}
		if err := checkValueAt(m.Value, l, depth-1); err != nil {
			return err
		}
	}
	return nil
}

// firstDay and lastDay are those that RFC 3339 can write.
var firstDay, lastDay = calendar.DayNumber(0, time.January, 1), calendar.DayNumber(9999, time.December, 31)

// Writable reports whether a time or date is one that RFC 3339 can write.
func Writable(v Value) bool {
	days := int64(v.n)
	if v.kind == KindTime {
		days = calendar.FloorDiv(days, calendar.SecondsPerDay)
	}
	return days >= firstDay && days <= lastDay
}
