package rule

import (
	"github.com/segmentrules/segment/internal/calendar"
)

// Periods returns the calendar units that the window is, counted from the running one, which
// is 0: from one on and before another. It is -3 and 0 for PREVIOUS 3 MONTHS, 0 and 1 for
// TODAY. ok is false for a window that is none of calendar units. A number of units that is
// no valid one is one.
func (w Window) Periods() (from, before int64, ok bool) {
	n := max(1, w.N)
	if !(Span{n, w.Unit}).Valid() {
		n = 1
	}
	switch w.Kind {
	case WindowThis:
		return 0, 1, true
	case WindowPrevious:
		return -n, 0, true
	case WindowFollowing:
		return 1, 1 + n, true
	}
	return 0, 0, false
}

// PeriodStart is the first day of the calendar unit of the window that holds a day, moved by
// n units. Days are counted from 1970 on.
func (w Window) PeriodStart(day, n int64) int64 {
	if !w.Fiscal || w.Unit != UnitQuarter && w.Unit != UnitYear {
		return StartOfUnit(day, w.Unit, n, w.StartsOn)
	}
	// A fiscal year is a calendar year that begins some months later: the day is moved back
	// by those, and the start of its unit forth again.
	year, month, _ := calendar.Civil(day)
	later := int64(max(w.StartsIn, 1)-1) % 12
	moved := calendar.AddMonths(calendar.DayNumber(year, month, 1), -later)
	return calendar.AddMonths(StartOfUnit(moved, w.Unit, n, 0), later)
}
