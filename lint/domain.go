package lint

import (
	"slices"

	"github.com/segmentrules/segment/internal/calendar"
	"github.com/segmentrules/segment/rule"
)

// A domain is a set of values that an expression may have, by kind. It may be
// larger than the true set, never smaller: what it calls empty is empty.
type domain struct {
	loose looseSet
	num   ranges // numbers
	dur   ranges // durations
	time  times  // instants
	date  times  // dates
	text  texts
	whole bool // numbers are whole: counts, months, hours
}

// A looseSet has a bit for each value, or kind of value, that has no order.
type looseSet uint8

const (
	isMissing looseSet = 1 << iota
	isTrue
	isFalse
	isListValue
	isObjectValue
	isVersionText
	looseAll = 1<<iota - 1
)

// A text is looked at from four sides, each a line of its own: as it is, from
// its end, and both under simple case folding. So a prefix is an interval from
// one side, a suffix from another.
const (
	textPlain = iota
	textReversed
	textFolded
	textFoldedReversed
	textSides
)

// texts is a set of texts: those that lie in every side's ranges, and that, read
// as an instant or a date, lie in those, or read as neither if that is allowed.
type texts struct {
	sides      [textSides]ranges
	time, date times
	unreadable bool
}

// An instant or a date is measured on several lines, each with points of its own.
const (
	onClock    = iota // instants
	onCalendar        // its calendar day, in days from 1970
	fromNow           // seconds from the instant of evaluation
	fromToday         // calendar days from today
	inMonths          // months from the instant of evaluation
	inWeek            // weeks from this week
	inMonth           // calendar months from this month
	inQuarter
	inYear
	timeLines
)

// times is a set of instants or dates: those that lie in the ranges of every line.
type times [timeLines]ranges

func allTimes() (t times) {
	for i := range t {
		t[i] = everywhere()
	}
	return t
}

// onLine is the set that one line bounds.
func onLine(l int, r ranges) times {
	t := allTimes()
	t[l] = r
	return t.implied()
}

func (t times) empty() bool {
	return slices.ContainsFunc(t[:], func(r ranges) bool { return len(r) == 0 })
}

func (t times) and(o times) times {
	for i := range t {
		t[i] = t[i].and(o[i])
		if i == onCalendar || i == fromToday || i >= inWeek {
			t[i] = t[i].whole()
		}
	}
	return t
}

func allTexts() (t texts) {
	for i := range t.sides {
		t.sides[i] = ranges{{rangeEnd{at: rule.Text("")}, rangeEnd{loose: true}}}
	}
	t.time, t.date, t.unreadable = allTimes(), allTimes(), true
	return t
}

func (t texts) empty() bool {
	return slices.ContainsFunc(t.sides[:], func(r ranges) bool { return len(r) == 0 }) ||
		!t.unreadable && t.time.empty() && t.date.empty()
}

func (t texts) and(o texts) texts {
	for i := range t.sides {
		t.sides[i] = t.sides[i].and(o.sides[i])
	}
	t.time, t.date = t.time.and(o.time), t.date.and(o.date)
	t.unreadable = t.unreadable && o.unreadable
	return t
}

// anything is the domain of an expression of which nothing is known.
func anything() domain {
	return domain{loose: looseAll, num: everywhere(), dur: everywhere(), time: allTimes(), date: allTimes(), text: allTexts()}
}

func (d domain) empty() bool {
	return d.loose == 0 && len(d.num) == 0 && len(d.dur) == 0 && d.time.empty() && d.date.empty() && d.text.empty()
}

func (d domain) and(o domain) domain {
	d.loose &= o.loose
	d.num, d.dur = d.num.and(o.num), d.dur.and(o.dur)
	d.time, d.date, d.text = d.time.and(o.time), d.date.and(o.date), d.text.and(o.text)
	if d.whole = d.whole || o.whole; d.whole {
		d.num = d.num.whole()
	}
	return d
}

// size is what working with the domain costs, roughly.
func (d domain) size() int {
	n := len(d.num) + len(d.dur)
	for i := range d.text.sides {
		n += len(d.text.sides[i])
	}
	return n + len(d.time[onClock]) + len(d.time[onCalendar])
}

// implied carries what one line says over to another, with room for what a
// month, a zone or a change of clocks may add: one day.
func (t times) implied() times {
	t[fromNow] = t[fromNow].and(t[inMonths].mapped(monthSeconds, rule.KindNumber))
	t[fromNow] = t[fromNow].and(t[fromToday].mapped(daySeconds, rule.KindNumber))
	t[onClock] = t[onClock].and(t[onCalendar].mapped(dayInstants, rule.KindTime))
	return t
}

// monthSeconds is how far n months from now may lie, in seconds.
func monthSeconds(n int64) (least, most int64) {
	switch {
	case n > 0:
		return (28*n - 1) * calendar.SecondsPerDay, (31*n + 1) * calendar.SecondsPerDay
	case n < 0:
		return (31*n - 1) * calendar.SecondsPerDay, (28*n + 1) * calendar.SecondsPerDay
	}
	return 0, 0
}

func daySeconds(n int64) (least, most int64) {
	return (n - 2) * calendar.SecondsPerDay, (n + 2) * calendar.SecondsPerDay
}

func dayInstants(n int64) (least, most int64) {
	return (n - 1) * calendar.SecondsPerDay, (n + 2) * calendar.SecondsPerDay
}

// mapped carries a set over to a line on which a point lies somewhere between
// two others.
func (r ranges) mapped(f func(int64) (least, most int64), to rule.Kind) ranges {
	out := make([]interval, len(r))
	move := func(e rangeEnd, upper bool) rangeEnd {
		n, ok := e.at.Int()
		if e.loose || !ok || n > 1<<40 || n < -1<<40 {
			return rangeEnd{loose: true}
		}
		least, most := f(n)
		at := least
		if upper {
			at = most
		}
		v := rule.Int(at)
		if to == rule.KindTime {
			v = rule.InstantAt(int64(at))
		}
		return rangeEnd{at: v, open: e.open && least == most}
	}
	for i, in := range r {
		out[i] = interval{move(in.lo, false), move(in.hi, true)}
	}
	return union(out)
}
