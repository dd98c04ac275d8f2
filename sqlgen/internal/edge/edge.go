package edge

import (
	"time"

	"github.com/segmentrules/segment/internal/calendar"
	"github.com/segmentrules/segment/rule"
)

// An Edge is the edge of a window that lies a span from now, for a while.
type Edge struct {
	// Behind is how many seconds after an instant the edge passes it: 7 days for the
	// edge that lies 7 days before now, and -7 days for that 7 days after now.
	Behind int64
	// Until is the instant up to which Behind holds of all passings, those at Until
	// itself left out. It is zero if it always holds.
	Until time.Time
}

// longest bounds the spans: beyond, instants come near what databases hold.
const longest = 400 * 366 * calendar.SecondsPerDay

// ahead is how many days ahead a calendar unit is looked at.
const ahead = 40

// Of returns the edge that lies the span from now, before it if the span is negative.
// ok is false for spans that are too long, and where the clock of the zone of now, which
// is the calendar, does something unheard of. It takes up to a tenth of a millisecond.
//
// Example: on 10 March, Of of -1 month is 28 days, until 29 March, since February has no
// 29th day.
func Of(span rule.Span, now time.Time) (e Edge, ok bool) {
	if sec, fixed := span.Fixed(); fixed {
		return Edge{Behind: -sec}, sec <= longest && sec >= -longest
	}
	at := span.EndAfter(now)
	if d := at.Unix() - now.Unix(); d > longest || d < -longest {
		return Edge{}, false
	}
	// The edge may stand still, at the end of a short month or where the clock was put
	// forward: what it passes next it passes when it goes on.
	if on := span.Reaches(at.Add(1)).In(now.Location()); on.Sub(now) > 1 {
		behind := calendar.Between(at, on.Add(-1))
		return Edge{behind.Sec, on}, behind.Nsec == 0
	}
	behind := calendar.Between(at, now)
	if behind.Nsec != 0 {
		return Edge{}, false
	}
	e.Behind = behind.Sec
	steady := func(t time.Time) bool { return calendar.Between(span.EndAfter(t), t) == behind }
	for day := range int64(ahead) {
		midnight := calendar.StartOfDay(calendar.DayOf(now)+day+1, now.Location())
		if sameClock(now, midnight) && sameClock(at, span.EndAfter(midnight)) {
			if e.Until = midnight; !steady(midnight) {
				break
			}
			continue
		}
		if day > 0 {
			break // up to the midnight before the day on which the clock changes
		}
		e.Until, ok = byQuarters(now, midnight, steady)
		return e, ok
	}
	return e, true
}

// byQuarters goes through a day on which a clock changes: zones do so at a quarter of an
// hour.
func byQuarters(now, midnight time.Time, steady func(time.Time) bool) (until time.Time, ok bool) {
	const quarter = 15 * time.Minute
	for t := now; t.Before(midnight); {
		next := t.Truncate(quarter).Add(quarter)
		if !steady(next.Add(-1)) {
			return t, t.After(now)
		}
		if t = next; !steady(t) {
			return t, true
		}
	}
	return midnight, true
}

// sameClock reports whether the clock changes nowhere near two instants and the time
// between them.
func sameClock(a, b time.Time) bool {
	const near = 49 * time.Hour
	if b.Before(a) {
		a, b = b, a
	}
	if a.Location() == time.UTC {
		return true
	}
	start, end := a.ZoneBounds()
	return (start.IsZero() || a.Sub(start) > near) && (end.IsZero() || end.Sub(b) > near)
}
