package sweep

import (
	"time"

	"github.com/segmentrules/segment/internal/calendar"
	"github.com/segmentrules/segment/internal/trajectory"
	"github.com/segmentrules/segment/rule"
)

// Windows as a stretch of instants, and when such a stretch moves past an event. Where the
// ends of a window move with time they never move back (see [rule.Span.EndAfter]), so that an
// event enters it once and leaves it once. Windows of calendar units are no exception, but for
// zones in which the clock once went back over midnight: there a day may begin twice.

// Bounds is a window at an instant, in its zone: the instants from one on and before
// another. ok is false where an end of it is missing. The value of what is no constant is asked
// for.
func Bounds(w rule.Window, now time.Time, value func(rule.Expr) rule.Value) (from, to time.Time, ok bool) {
	from, to, ok = time.Unix(-1<<56, 0), trajectory.Never(), true
	switch w.Kind {
	case rule.WindowAll:
	case rule.WindowLast:
		from = w.A.EndBefore(now).Add(1)
	case rule.WindowAgo:
		from, to = w.B.EndBefore(now).Add(1), w.A.EndBefore(now).Add(1)
	case rule.WindowOlder:
		to = w.A.EndBefore(now).Add(1)
	case rule.WindowNext:
		from, to = now.Add(1), w.A.EndAfter(now).Add(1)
	case rule.WindowLater:
		from = w.A.EndAfter(now).Add(1)
	case rule.WindowThis, rule.WindowPrevious, rule.WindowFollowing:
		first, before, _ := w.Periods()
		from, to = startOf(w, now, first), startOf(w, now, before)
	case rule.WindowSince, rule.WindowBetween:
		if from, ok = instant(optional(w.From, value), now.Location()); ok && w.Kind == rule.WindowBetween {
			to, ok = end(optional(w.To, value), now.Location())
		}
	case rule.WindowBefore:
		to, ok = instant(optional(w.To, value), now.Location())
	default:
		ok = false
	}
	return from, to, ok
}

// startOf is the first instant of the calendar unit of a window n units from now.
func startOf(w rule.Window, now time.Time, n int64) time.Time {
	return calendar.StartOfDay(w.PeriodStart(calendar.DayOf(now), n), now.Location())
}

// optional is the value of an expression that may be nil, and then is missing.
func optional(e rule.Expr, value func(rule.Expr) rule.Value) rule.Value {
	if e == nil {
		return rule.Value{}
	}
	if v, ok := e.(rule.Value); ok {
		return v
	}
	return value(e)
}

// instant is a value where an instant is needed: of a date its first.
func instant(v rule.Value, loc *time.Location) (t time.Time, ok bool) {
	if v.Kind() == rule.KindText {
		v = rule.ReadTime(v.Text())
	}
	switch v.Kind() {
	case rule.KindTime:
		return v.Time().In(loc), true
	case rule.KindDate:
		return calendar.StartOfDay(int64(v.Word()), loc), true
	}
	return time.Time{}, false
}

// end is the instant before which a window ends: of a date the day after's first.
func end(v rule.Value, loc *time.Location) (t time.Time, ok bool) {
	if v.Kind() == rule.KindText {
		v = rule.ReadTime(v.Text())
	}
	if v.Kind() == rule.KindDate {
		return calendar.StartOfDay(int64(v.Word())+1, loc), true
	}
	return instant(v, loc)
}

// Simple reports whether a window needs nothing but the instant: its ends are constants or
// hang on the instant alone.
func Simple(w rule.Window) bool {
	for _, e := range [...]rule.Expr{w.From, w.To} {
		if e == nil {
			continue
		}
		if _, ok := e.(rule.Value); !ok {
			return false
		}
	}
	return w.Kind <= rule.WindowBetween
}

// Enters is an instant before which an event, that is not in a simple window now but before
// its end comes to it, does not enter it; mostly the one at which it does. It is after now, and
// never where it never does. An event of the future comes at its own instant first.
func Enters(w rule.Window, at, now time.Time) time.Time {
	switch w.Kind {
	case rule.WindowAgo, rule.WindowOlder:
		return after(w.A.Negative().Reaches(at.In(now.Location())), now)
	case rule.WindowPrevious:
		return unitEnds(w, now)
	}
	return trajectory.Never()
}

// Leaves is an instant before which an event that is in a simple window now does not
// leave it; mostly the one at which it does. It is after now, and never where it never does.
func Leaves(w rule.Window, at, now time.Time) time.Time {
	switch w.Kind {
	case rule.WindowLast:
		return after(w.A.Negative().Reaches(at.In(now.Location())), now)
	case rule.WindowAgo:
		return after(w.B.Negative().Reaches(at.In(now.Location())), now)
	case rule.WindowLater:
		return after(w.A.Reaches(at.In(now.Location())), now)
	case rule.WindowThis, rule.WindowPrevious, rule.WindowFollowing:
		return unitEnds(w, now)
	}
	return trajectory.Never()
}

// Returns is an instant at which events may be in a window of calendar units again that have
// left it: where the clock goes back over midnight within the stretch that its zone is in.
func Returns(w rule.Window, now time.Time) time.Time {
	if _, _, ok := w.Periods(); ok {
		if turn := zoneEnds(now); calendar.DayOf(turn) < calendar.DayOf(turn.Add(-1)) {
			return turn
		}
	}
	return trajectory.Never()
}

// unitEnds is an instant before which the calendar unit stays what it is, as its end or a
// change of the clock before that.
func unitEnds(w rule.Window, now time.Time) time.Time {
	ends := startOf(w, now, 1)
	if !ends.After(now) {
		// The day begins a second time: it ends when the clock shows midnight again.
		clock := now.Unix() + calendar.Offset(now) - calendar.DayOf(now)*calendar.SecondsPerDay
		ends = calendar.Shift(now, calendar.Length{Sec: calendar.SecondsPerDay - clock, Nsec: -int64(now.Nanosecond())}.Normal())
	}
	if turn := zoneEnds(now); turn.Before(ends) && calendar.DayOf(turn) != calendar.DayOf(turn.Add(-1)) {
		return turn
	}
	return ends
}

// zoneEnds is when the offset of the zone changes next.
func zoneEnds(now time.Time) time.Time {
	if now.Location() == time.UTC {
		return trajectory.Never()
	}
	_, turn := now.ZoneBounds()
	if !turn.IsZero() && !turn.After(now) { // Go's last day of a leap year, see [calendar]
		_, turn = turn.Add(24 * time.Hour).ZoneBounds()
	}
	if turn.IsZero() {
		return trajectory.Never()
	}
	return turn
}

// after is an instant, or the one after now if it is not later.
func after(t, now time.Time) time.Time {
	if !t.After(now) {
		return now.Add(1)
	}
	return t
}
