package segment

import (
	"math"
	"slices"
	"time"

	"github.com/segmentrules/segment/internal/calendar"
	"github.com/segmentrules/segment/rule"
)

// Anniversaries recur. A test with one in it (see [rule.Anniversaries]) holds if there is
// a year for which it does, with all anniversaries in it taken in that year. Not every
// year is tried: as anniversaries are a year apart, of those a comparison or the end of a
// window lies between, the nearest are enough.

// meanYear is the length of a Gregorian year, in seconds, from which the calendar never
// deviates by two years.
const meanYear = 31_556_952

// holdsInSomeYear is the meaning of tests that may have anniversaries in them.
func (s scope) holdsInSomeYear(c Condition) bool {
	as := rule.Anniversaries(c)
	if len(as) == 0 {
		return s.test(c)
	}
	return slices.ContainsFunc(s.years(c, as), func(year int) bool { return s.inYear(year).test(c) })
}

// inYear is the scope in which anniversaries are those of a year.
func (s scope) inYear(year int) scope {
	s.recurs, s.year = true, year
	return s
}

// thisYear is the scope in which anniversaries are those of the current year.
func (s scope) thisYear() scope {
	s.recurs = false
	return s
}

// anniversary is the anniversary of a day, in the current year if none other is meant.
// The first is a year after the day: before that it is missing.
func (s scope) anniversary(days int64, forward bool) Value {
	year := s.now.Year()
	if s.recurs {
		year = s.year
	}
	if of, _, _ := calendar.Civil(days); year <= of {
		return Value{}
	}
	return rule.DateValue(calendar.Anniversary(days, year, forward))
}

// firstYear is the first in which there are all of the anniversaries; ok is false if
// there never are.
func (s scope) firstYear(as []rule.Call) (first int, ok bool) {
	first = math.MinInt
	for _, a := range as {
		d := s.date(s.value(a.Args[0]))
		if d.IsNull() {
			return 0, false
		}
		year, _, _ := calendar.Civil(int64(d.Word()))
		first = max(first, year+1)
	}
	return first, true
}

// years are the years of which the anniversaries are tried: the present one and those
// beside it, and those nearest to what the test compares them with.
func (s scope) years(c Condition, as []rule.Call) []int {
	first, ok := s.firstYear(as)
	if !ok {
		return nil
	}
	base := max(first, s.now.Year())
	years := []int{base - 1, base, base + 1}
	if rule.Yearly(c) {
		in := s.inYear(base)
		for _, p := range in.compared(c) {
			if seconds, ok := in.secondsApart(p[0], p[1]); ok {
				n := int(math.Round(seconds / meanYear))
				years = append(years, base-n-1, base-n, base-n+1, base+n-1, base+n, base+n+1)
			}
		}
	}
	for i := range years {
		years[i] = max(years[i], first)
	}
	slices.Sort(years)
	return slices.Compact(years)
}

// compared are the pairs of values that a test compares: of a window, the instant and
// each of its ends.
func (s scope) compared(c Condition) (pairs [][2]Value) {
	switch c := c.(type) {
	case rule.Compare:
		return [][2]Value{{s.value(c.Left), s.value(c.Right)}}
	case rule.Between:
		x := s.value(c.X)
		return [][2]Value{{x, s.value(c.Lo)}, {x, s.value(c.Hi)}}
	case rule.In:
		x := s.value(c.X)
		for _, v := range c.Values {
			pairs = append(pairs, [2]Value{x, v})
		}
	case rule.When:
		x := s.value(c.X)
		lo, hi := s.windowEdges(c.Window)
		for _, end := range [2]*time.Time{lo, hi} {
			if end != nil {
				pairs = append(pairs, [2]Value{x, Time(*end)})
			}
		}
	}
	return pairs
}

// secondsApart is how far two instants, days or durations are apart.
func (s scope) secondsApart(a, b Value) (seconds float64, ok bool) {
	if a.Kind() == KindDuration && b.Kind() == KindDuration {
		return float64(a.HeldLength().Sec) - float64(b.HeldLength().Sec), true
	}
	x, ok := s.instant(a)
	y, ok2 := s.instant(b)
	return float64(x.Unix()) - float64(y.Unix()), ok && ok2
}

// nearestYear is the year whose anniversaries a test is told of: one for which it holds,
// or comes nearest to it.
func (s scope) nearestYear(c Condition, as []rule.Call) (nearest int, ok bool) {
	least := math.Inf(1)
	for _, year := range s.years(c, as) {
		in := s.inYear(year)
		if in.test(c) {
			return year, true
		}
		for _, p := range in.compared(c) {
			if d, known := in.secondsApart(p[0], p[1]); known && math.Abs(d) < least {
				nearest, ok, least = year, true, math.Abs(d)
			}
		}
	}
	return nearest, ok
}

// windowEdges are the instants at which a window begins and ends, nil where it has no
// such end.
func (s scope) windowEdges(w rule.Window) (lo, hi *time.Time) {
	edge := func(t time.Time) *time.Time { return &t }
	now := edge(s.now)
	switch w.Kind {
	case rule.WindowAll:
		return nil, now
	case rule.WindowLast:
		return edge(w.A.EndBefore(s.now)), now
	case rule.WindowAgo:
		return edge(w.B.EndBefore(s.now)), edge(w.A.EndBefore(s.now))
	case rule.WindowOlder:
		return nil, edge(w.A.EndBefore(s.now))
	case rule.WindowNext:
		return now, edge(w.A.EndAfter(s.now))
	case rule.WindowLater:
		return edge(w.A.EndAfter(s.now)), nil
	case rule.WindowThis, rule.WindowPrevious, rule.WindowFollowing:
		from, before, _ := w.Periods()
		return edge(s.periodStart(w, from)), edge(s.periodStart(w, before))
	}
	if from, ok := s.instant(s.value(w.From)); ok && w.Kind != rule.WindowBefore {
		lo = &from
	}
	to, ok := s.end(s.value(w.To))
	if w.Kind == rule.WindowBefore {
		to, ok = s.instant(s.value(w.To))
	}
	if ok && w.Kind != rule.WindowSince {
		hi = &to
	}
	return lo, hi
}
