package hubspot

import (
	"strings"
	"time"

	"github.com/segmentrules/segment/internal/calendar"
	"github.com/segmentrules/segment/interop/internal/build"
	"github.com/segmentrules/segment/interop/internal/source"
	"github.com/segmentrules/segment/rule"
)

// HubSpot's points of time: those that are given, those that move with the clock, and other
// properties.

// A hubspotPoint is a point of time.
type hubspotPoint struct {
	x    rule.Expr // an instant, or a day
	day  bool      // x is a day, of which the point is the start
	end  bool      // the point is the end of the day
	at   rule.Expr // the start of the day as an instant, if the hour was given; else nil
	zone string    // of the days
	// of, if set, is what to compare with x: a number of the year, month and day.
	of func(rule.Expr) rule.Expr
}

// start is the first instant at or after the point, as the start of a window: a day is its
// first instant.
func (p hubspotPoint) start(inclusive bool) rule.Expr {
	v, constant := p.x.(rule.Value)
	switch {
	case p.day && (p.end || !inclusive):
		return build.Shifted(p.x, build.Days(1))
	case !inclusive && constant:
		return build.JustAfter(v)
	}
	return p.x
}

// test compares a property with the point: after it, or before.
func (p hubspotPoint) test(f rule.Expr, after, inclusive bool) rule.Condition {
	op := rule.OpLt
	switch {
	case after && (p.end || !inclusive):
		op = rule.OpGt
	case after:
		op = rule.OpGe
	case p.end || inclusive:
		op = rule.OpLe
	}
	switch {
	case p.of != nil:
		f = p.of(f)
	case p.at != nil && (op == rule.OpGt || op == rule.OpLe): // most of the day is after its start
		return build.Compare(f, op, p.at)
	}
	return build.Compare(f, op, p.x)
}

// point is a point of time. It is not ok after an error or a loss.
func (h *hubspot) point(n *source.Node) (p hubspotPoint, ok bool) {
	if !h.Object(n, "a point of time") {
		return p, false
	}
	h.Only(n, "timeType", "zoneId", "timezoneSource", "year", "month", "day", "hour", "minute", "second", "millisecond", "property", "referenceType", "indexReference", "offset")
	kind, ok := h.Word(n.Want("timeType"), "type of time", "DATE", "INDEXED", "PROPERTY_REFERENCED")
	zone := time.UTC
	if z := n.Get("zoneId"); !z.Absent() {
		p.zone = z.Str()
		if zone, ok = calendar.Zone(p.zone); !ok {
			h.Fail(z, rule.ErrUnknown, "unknown time zone %s", z.Written())
			return p, false
		}
	} else if h.Zone != nil {
		zone = h.Zone
	}
	switch {
	case !ok || kind == "":
		return p, false
	case kind == "PROPERTY_REFERENCED":
		if n.Get("referenceType").Str() == "UPDATED_AT" {
			h.Omit(n, source.NeedChangedAt, "the instant at which %s was last changed", n.Get("property").Written())
			return p, false
		}
		p.x, ok = h.Path(n.Want("property"), n.Get("property").Str())
		p.zone = ""
		return p, ok
	case kind == "INDEXED":
		return h.indexed(n, p)
	}
	clock, dated := h.clock(n)
	y, m, d := h.part(n, "year", 1, 9999), h.part(n, "month", 1, 12), h.part(n, "day", 1, 31)
	if !dated || y < 0 || m < 0 || d < 0 {
		return p, false
	}
	at := time.Date(y, time.Month(m), d, 0, 0, 0, 0, zone)
	switch {
	case at.Day() != d && at.Add(2*time.Hour).Day() != d:
		h.Fail(n, rule.ErrValue, "there is no day %d-%02d-%02d", y, m, d)
		return p, false
	case clock == 0 || clock >= 24*time.Hour-time.Second:
		p.x, p.day, p.end = rule.Date(y, time.Month(m), d), true, clock != 0
		if clock == 0 && !n.Get("hour").Absent() {
			p.at = rule.Time(at.UTC())
		}
		return p, true
	}
	p.x = rule.Time(time.Date(y, time.Month(m), d, 0, 0, 0, int(clock), zone).UTC())
	p.zone = ""
	return p, true
}

// part is a whole number within bounds that is a member; -1 after an error.
func (h *hubspot) part(n *source.Node, name string, lo, hi int) int {
	k, ok := h.Count(n.Want(name))
	if ok && (k < lo || k > hi) {
		h.Fail(n.Get(name), rule.ErrValue, "a %s from %d to %d is expected here", name, lo, hi)
		ok = false
	}
	if !ok {
		return -1
	}
	return k
}

// clock is the time of day: none is midnight.
func (h *hubspot) clock(n *source.Node) (t time.Duration, ok bool) {
	units := []struct {
		name string
		one  time.Duration
		most int
	}{{"hour", time.Hour, 23}, {"minute", time.Minute, 59}, {"second", time.Second, 59}, {"millisecond", time.Millisecond, 999}}
	for _, u := range units {
		if !n.Get(u.name).Absent() {
			k := h.part(n, u.name, 0, u.most)
			if k < 0 {
				return 0, false
			}
			t += time.Duration(k) * u.one
		}
	}
	return t, true
}

// indexed is a point that moves with the clock.
func (h *hubspot) indexed(n *source.Node, p hubspotPoint) (hubspotPoint, bool) {
	ref := n.Want("indexReference")
	if !h.Object(ref, "indexReference") {
		return p, false
	}
	h.Only(ref, "referenceType", "dayOfWeek", "day", "month", "hour", "minute", "second", "millisecond")
	kind, ok := h.Word(ref.Want("referenceType"), "reference", "NOW", "TODAY", "WEEK", "MONTH", "QUARTER", "YEAR", "FISCAL_QUARTER", "FISCAL_YEAR")
	clock, timed := h.clock(ref)
	offsets, moved := h.offsets(n.Get("offset"))
	if !ok || !timed || !moved {
		return p, false
	}
	now := kind == "NOW" && ref.Get("hour").Absent()
	p.x, p.day, p.end = build.Today(), !now, clock >= 24*time.Hour-time.Second
	if clock != 0 && !p.end {
		h.Omit(ref, source.NeedMoment, "a time of day (%v after midnight) on a day that moves with the clock", clock)
		return p, false
	}
	on := func(fn rule.Fn) rule.Expr { return rule.Call{Fn: fn, Args: []rule.Expr{build.Today()}} }
	back := func(since rule.Expr) rule.Expr { // so many days before today
		return rule.Arith{Op: rule.ArithSub, Left: build.Today(), Right: rule.Arith{Op: rule.ArithMul, Left: since, Right: build.Days(1)}}
	}
	switch {
	case now:
		p.x = rule.Call{Fn: rule.FnNow}
	case kind == "WEEK":
		day, ok := h.Word(ref.Want("dayOfWeek"), "day", "MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")
		if !ok {
			return p, false
		}
		k := strings.Index("MON TUE WED THU FRI SAT SUN", day[:3])/4 + 1
		p.x = back(rule.Arith{Op: rule.ArithSub, Left: on(rule.FnWeekday), Right: rule.Int(int64(k))})
	case kind == "MONTH":
		d := h.part(ref, "day", 1, 28)
		if d < 0 {
			return p, false
		}
		p.x = back(rule.Arith{Op: rule.ArithSub, Left: on(rule.FnDay), Right: rule.Int(int64(d))})
	case kind != "NOW" && kind != "TODAY":
		return h.numbered(ref, kind, p, offsets)
	}
	for _, s := range offsets {
		if !now && s.Unit < rule.UnitDay {
			h.Omit(n, source.NeedMoment, "hours and less on a day that moves with the clock")
			return p, false
		}
		p.x = build.Shifted(p.x, s)
	}
	return p, true
}

// offsets is how far a point is moved: years, months, … seconds.
func (h *hubspot) offsets(n *source.Node) (spans []rule.Span, ok bool) {
	if n.Absent() {
		return nil, true
	}
	if !h.Object(n, "an offset") {
		return nil, false
	}
	units := []string{"years", "quarters", "months", "weeks", "days", "hours", "minutes", "seconds"}
	h.Only(n, append(units, "milliseconds")...)
	for _, name := range units {
		if at := n.Get(name); !at.Absent() {
			v, number := h.Number(at)
			k, whole := v.Int()
			if !number || !whole || max(k, -k) > 1<<31 {
				h.Fail(at, rule.ErrValue, "a whole number of %s is expected here", name)
				return nil, false
			}
			unit, _ := rule.UnitNamed(name)
			if k != 0 {
				spans = append(spans, rule.Span{N: k, Unit: unit})
			}
		}
	}
	return spans, true
}

// numbered is a day of a quarter or a year that moves with the clock: months and days are
// compared as a number, 20260131. Fiscal ones are moved to begin in January, and compared as
// wholes.
func (h *hubspot) numbered(ref *source.Node, kind string, p hubspotPoint, offsets []rule.Span) (hubspotPoint, bool) {
	m, d := 1, 1
	if !ref.Get("month").Absent() {
		m = h.part(ref, "month", 1, 12)
	}
	if !ref.Get("day").Absent() {
		d = h.part(ref, "day", 1, 31)
	}
	if m < 0 || d < 0 {
		return p, false
	}
	day := rule.Expr(build.Today())
	for _, s := range offsets {
		if _, ok := s.Months(); !ok {
			h.Omit(ref, source.NeedMoment, "days and less from the start of a year")
			return p, false
		}
		day = build.Shifted(day, s)
	}
	call := func(fn rule.Fn, x rule.Expr) rule.Expr { return rule.Call{Fn: fn, Args: []rule.Expr{x}} }
	sum := func(a rule.Expr, times int64, b rule.Expr) rule.Expr {
		return rule.Arith{Op: rule.ArithAdd, Left: rule.Arith{Op: rule.ArithMul, Left: a, Right: rule.Int(times)}, Right: b}
	}
	if strings.HasPrefix(kind, "FISCAL") {
		if d != 1 || p.end {
			h.Omit(ref, source.NeedMoment, "a fiscal year that does not begin with a month")
			return p, false
		}
		p.of = func(x rule.Expr) rule.Expr {
			x = build.Shifted(x, rule.Span{N: int64(1 - m), Unit: rule.UnitMonth})
			if kind == "FISCAL_YEAR" {
				return call(rule.FnYear, x)
			}
			return sum(call(rule.FnYear, x), 4, call(rule.FnQuarter, x))
		}
		p.x = p.of(day)
		return p, true
	}
	p.of = func(x rule.Expr) rule.Expr {
		return sum(sum(call(rule.FnYear, x), 100, call(rule.FnMonth, x)), 100, call(rule.FnDay, x))
	}
	month := rule.Expr(rule.Int(int64(m)))
	if kind == "QUARTER" {
		month = rule.Arith{Op: rule.ArithAdd, Left: rule.Arith{Op: rule.ArithMul, Left: call(rule.FnQuarter, day), Right: rule.Int(3)}, Right: rule.Int(int64((m-1)%3 - 2))}
	}
	p.x = sum(sum(call(rule.FnYear, day), 100, month), 100, rule.Int(int64(d)))
	return p, true
}
