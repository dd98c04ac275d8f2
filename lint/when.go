package lint

import (
	"time"

	"github.com/segmentrules/segment/rule"
)

// whenMeaning reads a window of an instant. Of a date it is the first instant of
// the day, and a text is read as either, so all three are told apart by the same
// line.
func whenMeaning(c rule.When) (m meaning, ok bool) {
	m = meaning{c.X, domain{}, anything()}
	l, r, ok := windowRange(c.Window)
	if !ok {
		m.holds = domain{time: allTimes(), date: allTimes(), text: allTexts()}
		m.holds.text.unreadable = false
		return m, true
	}
	m.onLine(l, r, true, true)
	return m, true
}

// windowRange is a window as ranges of one line; ok is false if it is none.
func windowRange(w rule.Window) (l int, r ranges, ok bool) {
	now := rule.Int(0)
	l, n := lineOf(w.A)
	a := rule.Int(n)
	switch w.Kind {
	case rule.WindowAll:
		return fromNow, side(rule.OpLe, now), true
	case rule.WindowLast:
		return l, ranges{{rangeEnd{at: rule.Int(-n), open: true}, rangeEnd{at: now}}}, w.A.Valid() && n > 0
	case rule.WindowAgo:
		l2, n2 := lineOf(w.B)
		return l, ranges{{rangeEnd{at: rule.Int(-n2), open: true}, rangeEnd{at: rule.Int(-n)}}}, w.A.Valid() && w.B.Valid() && l == l2 && n < n2
	case rule.WindowOlder:
		return l, side(rule.OpLe, rule.Int(-n)), w.A.Valid()
	case rule.WindowNext:
		return l, ranges{{rangeEnd{at: now, open: true}, rangeEnd{at: a}}}, w.A.Valid() && n > 0
	case rule.WindowLater:
		return l, side(rule.OpGt, a), w.A.Valid()
	case rule.WindowThis, rule.WindowPrevious, rule.WindowFollowing:
		return unitRange(w)
	}
	return boundedRange(w)
}

// unitRange: a week that starts on another day, and a fiscal year or quarter that is none of
// the calendar, have a line of their own, which nothing is known of.
func unitRange(w rule.Window) (l int, r ranges, ok bool) {
	lines := map[rule.Unit]int{rule.UnitDay: fromToday, rule.UnitWeek: inWeek, rule.UnitMonth: inMonth, rule.UnitQuarter: inQuarter, rule.UnitYear: inYear}
	l, ok = lines[w.Unit]
	from, before, _ := w.Periods()
	usual := w.Unit != rule.UnitWeek || w.StartsOn <= rule.WeekdayMonday
	if w.Fiscal && w.StartsIn > time.January {
		usual = w.Unit == rule.UnitQuarter && w.StartsIn%3 == 1
	}
	return l, ranges{{rangeEnd{at: rule.Int(from)}, rangeEnd{at: rule.Int(before - 1)}}}, ok && usual
}

// boundedRange reads the windows between instants or days that are told.
func boundedRange(w rule.Window) (l int, r ranges, ok bool) {
	from, to := rangeEnd{loose: true}, rangeEnd{loose: true}
	l = -1
	if w.Kind == rule.WindowSince || w.Kind == rule.WindowBetween {
		line, at, _, known := fixedPoint(w.From)
		if !known {
			return 0, nil, false
		}
		l, from = line, rangeEnd{at: at}
	}
	if w.Kind == rule.WindowBefore || w.Kind == rule.WindowBetween {
		line, at, day, known := fixedPoint(w.To)
		if !known || l >= 0 && l != line {
			return 0, nil, false
		}
		l, to = line, rangeEnd{at: at, open: w.Kind == rule.WindowBefore || !day}
	}
	in := interval{from, to}
	if in.empty() {
		return l, nil, l >= 0
	}
	return l, ranges{in}, l >= 0
}

// fixedPoint is a constant or relative instant or day as the point of a line.
func fixedPoint(e rule.Expr) (l int, at rule.Value, day, ok bool) {
	if v, ok := e.(rule.Value); ok {
		if v.Kind() == rule.KindText {
			v = rule.ReadTime(v.Text())
		}
		switch v.Kind() {
		case rule.KindDate:
			return onCalendar, rule.Int(int64(v.Word())), true, true
		case rule.KindTime:
			return onClock, v, false, true
		}
		return 0, rule.Value{}, false, false
	}
	r, ok := relativeTo(e)
	return r.line, rule.Int(r.n), r.whole, ok
}
