package interop

import (
	"strings"
	"time"

	"github.com/segmentrules/segment/internal/calendar"
	"github.com/segmentrules/segment/rule"
)

// HubSpot's dates: points of time that are given, or move with the clock, or are another
// property; what lies before, after and between them; calendar units.

// A hubspotPoint is a point of time.
type hubspotPoint struct {
	x    rule.Expr // an instant, or a day
	day  bool      // x is a day, of which the point is the start
	end  bool      // the point is the end of the day
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
		return shifted(p.x, days(1))
	case !inclusive && constant:
		return justAfter(v)
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
	if p.of != nil {
		f = p.of(f)
	}
	return compare(f, op, p.x)
}

// point is a point of time. It is not ok after an error or a loss.
func (h *hubspot) point(n *node) (p hubspotPoint, ok bool) {
	if !h.object(n, "a point of time") {
		return p, false
	}
	h.only(n, "timeType", "zoneId", "timezoneSource", "year", "month", "day", "hour", "minute", "second", "millisecond", "property", "referenceType", "indexReference", "offset")
	kind, ok := h.word(orNode(n.get("timeType"), n), "type of time", "DATE", "INDEXED", "PROPERTY_REFERENCED")
	zone := time.UTC
	if z := n.get("zoneId"); !z.absent() {
		p.zone = z.str()
		if zone, ok = calendar.Zone(p.zone); !ok {
			h.fail(z, rule.ErrUnknown, "unknown time zone %s", z.written())
			return p, false
		}
	} else if h.Zone != nil {
		zone = h.Zone
	}
	switch {
	case !ok || kind == "":
		return p, false
	case kind == "PROPERTY_REFERENCED":
		if n.get("referenceType").str() == "UPDATED_AT" {
			h.omit(n, needChangedAt, "the instant at which %s was last changed", n.get("property").written())
			return p, false
		}
		p.x, ok = h.path(orNode(n.get("property"), n), n.get("property").str())
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
		h.fail(n, rule.ErrValue, "there is no day %d-%02d-%02d", y, m, d)
		return p, false
	case clock == 0 || clock >= 24*time.Hour-time.Second:
		p.x, p.day, p.end = rule.Date(y, time.Month(m), d), true, clock != 0
		return p, true
	}
	p.x = rule.Time(time.Date(y, time.Month(m), d, 0, 0, 0, int(clock), zone).UTC())
	p.zone = ""
	return p, true
}

// part is a whole number within bounds that is a member; -1 after an error.
func (h *hubspot) part(n *node, name string, lo, hi int) int {
	k, ok := h.count(orNode(n.get(name), n))
	if ok && (k < lo || k > hi) {
		h.fail(n.get(name), rule.ErrValue, "a %s from %d to %d is expected here", name, lo, hi)
		ok = false
	}
	if !ok {
		return -1
	}
	return k
}

// clock is the time of day: none is midnight.
func (h *hubspot) clock(n *node) (t time.Duration, ok bool) {
	units := []struct {
		name string
		one  time.Duration
		most int
	}{{"hour", time.Hour, 23}, {"minute", time.Minute, 59}, {"second", time.Second, 59}, {"millisecond", time.Millisecond, 999}}
	for _, u := range units {
		if !n.get(u.name).absent() {
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
func (h *hubspot) indexed(n *node, p hubspotPoint) (hubspotPoint, bool) {
	ref := n.get("indexReference")
	if !h.object(ref, "indexReference") {
		return p, false
	}
	h.only(ref, "referenceType", "dayOfWeek", "day", "month", "hour", "minute", "second", "millisecond")
	kind, ok := h.word(orNode(ref.get("referenceType"), ref), "reference", "NOW", "TODAY", "WEEK", "MONTH", "QUARTER", "YEAR", "FISCAL_QUARTER", "FISCAL_YEAR")
	clock, timed := h.clock(ref)
	offsets, moved := h.offsets(n.get("offset"))
	if !ok || !timed || !moved {
		return p, false
	}
	now := kind == "NOW" && ref.get("hour").absent()
	p.x, p.day, p.end = today(), !now, clock >= 24*time.Hour-time.Second
	if clock != 0 && !p.end {
		h.omit(ref, needMoment, "a time of day (%v after midnight) on a day that moves with the clock", clock)
		return p, false
	}
	on := func(fn rule.Fn) rule.Expr { return rule.Call{Fn: fn, Args: []rule.Expr{today()}} }
	back := func(since rule.Expr) rule.Expr { // so many days before today
		return rule.Arith{Op: rule.ArithSub, Left: today(), Right: rule.Arith{Op: rule.ArithMul, Left: since, Right: days(1)}}
	}
	switch {
	case now:
		p.x = rule.Call{Fn: rule.FnNow}
	case kind == "WEEK":
		day, ok := h.word(orNode(ref.get("dayOfWeek"), ref), "day", "MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")
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
			h.omit(n, needMoment, "hours and less on a day that moves with the clock")
			return p, false
		}
		p.x = shifted(p.x, s)
	}
	return p, true
}

// offsets is how far a point is moved: years, months, … seconds.
func (h *hubspot) offsets(n *node) (spans []rule.Span, ok bool) {
	if n.absent() {
		return nil, true
	}
	if !h.object(n, "an offset") {
		return nil, false
	}
	units := []string{"years", "quarters", "months", "weeks", "days", "hours", "minutes", "seconds"}
	h.only(n, append(units, "milliseconds")...)
	for _, name := range units {
		if at := n.get(name); !at.absent() {
			v, number := h.number(at)
			k, whole := v.Int()
			if !number || !whole || max(k, -k) > 1<<31 {
				h.fail(at, rule.ErrValue, "a whole number of %s is expected here", name)
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
func (h *hubspot) numbered(ref *node, kind string, p hubspotPoint, offsets []rule.Span) (hubspotPoint, bool) {
	m, d := 1, 1
	if !ref.get("month").absent() {
		m = h.part(ref, "month", 1, 12)
	}
	if !ref.get("day").absent() {
		d = h.part(ref, "day", 1, 31)
	}
	if m < 0 || d < 0 {
		return p, false
	}
	day := rule.Expr(today())
	for _, s := range offsets {
		if _, ok := s.Months(); !ok {
			h.omit(ref, needMoment, "days and less from the start of a year")
			return p, false
		}
		day = shifted(day, s)
	}
	call := func(fn rule.Fn, x rule.Expr) rule.Expr { return rule.Call{Fn: fn, Args: []rule.Expr{x}} }
	sum := func(a rule.Expr, times int64, b rule.Expr) rule.Expr {
		return rule.Arith{Op: rule.ArithAdd, Left: rule.Arith{Op: rule.ArithMul, Left: a, Right: rule.Int(times)}, Right: b}
	}
	if strings.HasPrefix(kind, "FISCAL") {
		if d != 1 || p.end {
			h.omit(ref, needMoment, "a fiscal year that does not begin with a month")
			return p, false
		}
		p.of = func(x rule.Expr) rule.Expr {
			x = shifted(x, rule.Span{N: int64(1 - m), Unit: rule.UnitMonth})
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

// inZone says in which zone the days of a condition are.
func inZone(c rule.Condition, zones ...string) rule.Condition {
	for _, z := range zones {
		if c != nil && z != "" {
			return rule.Zoned{C: c, Zone: rule.Text(z)}
		}
	}
	return c
}

// inclusive is whether a bound is included: it is, unless the definition says otherwise.
func (h *hubspot) inclusive(n *node) (inclusive, ok bool) {
	if n.absent() {
		return true, true
	}
	word, ok := h.word(n, "behaviour of a bound", "INCLUSIVE", "EXCLUSIVE")
	return word == "INCLUSIVE", ok
}

// bounds is what an operation with points of time asks: from and to, of which one may be nil.
func (h *hubspot) bounds(n *node) (from, to *hubspotPoint, low, high, ok bool) {
	if n.get("timePoint") != nil || n.get("operationType").str() == "TIME_POINT" {
		p, ok := h.point(orNode(n.get("timePoint"), n))
		in, said := h.inclusive(n.get("endpointBehavior"))
		op, known := h.word(orNode(n.get("operator"), n), "operator", "IS_BEFORE", "IS_AFTER")
		if op == "IS_AFTER" {
			return &p, nil, in, false, ok && said && known
		}
		return nil, &p, false, in, ok && said && known
	}
	a, one := h.point(orNode(n.get("lowerBoundTimePoint"), n))
	b, other := h.point(orNode(n.get("upperBoundTimePoint"), n))
	low, said := h.inclusive(n.get("lowerBoundEndpointBehavior"))
	high, also := h.inclusive(n.get("upperBoundEndpointBehavior"))
	return &a, &b, low, high, one && other && said && also
}

// timed is an operation with points of time, of the value of a property or of when it was last
// changed.
func (h *hubspot) timed(f rule.Field, op string, n *node, include bool) rule.Condition {
	from, to, low, high, ok := h.bounds(n)
	if !ok {
		return nil
	}
	parser := "VALUE"
	if p := n.get("propertyParser"); !p.absent() {
		if parser, ok = h.word(p, "parser", "VALUE", "UPDATED_AT"); !ok {
			return nil
		}
	}
	var c rule.Condition
	var zones []string
	for _, p := range []*hubspotPoint{from, to} {
		if p != nil {
			zones = append(zones, p.zone)
		}
	}
	switch {
	case parser == "UPDATED_AT":
		c = h.changed(f, n, from, to, low, high)
	case from != nil && to != nil && from.day && to.day && to.end && !from.end && low && from.of == nil && to.of == nil:
		if c = compare(f, rule.OpEq, from.x); !rule.EqualExpr(from.x, to.x) {
			c = rule.Between{X: f, Lo: from.x, Hi: to.x}
		}
	default:
		var cs []rule.Condition
		if from != nil {
			cs = append(cs, from.test(f, true, low))
		}
		if to != nil {
			cs = append(cs, to.test(f, false, high))
		}
		c = all(cs...)
	}
	return inZone(withMissing(c, op == "IS_NOT_BETWEEN", include, f), zones...)
}

// changed is whether the last change of a property lies between two points.
func (h *hubspot) changed(f rule.Field, n *node, from, to *hubspotPoint, low, high bool) rule.Condition {
	var cs []rule.Condition
	for _, p := range []*hubspotPoint{from, to} {
		if p != nil && p.of != nil || h.inside > 0 {
			return h.omit(n, needChangedAt, "the instant at which %s was last changed", f)
		}
	}
	if from != nil {
		cs = append(cs, rule.Changed{Field: f, Window: since(from.start(low))})
	}
	if to != nil && !rule.EqualExpr(to.x, now()) {
		cs = append(cs, isSet(f), not(rule.Changed{Field: f, Window: since(to.start(!high))}))
	}
	if len(cs) == 0 {
		return isSet(f)
	}
	return all(cs...)
}

// dated is an operation of dates.
func (h *hubspot) dated(f rule.Field, kind, op string, n *node) rule.Condition {
	at := n.get("includeObjectsWithNoValueSet")
	include := at.is(isBool) && at.truth
	switch kind {
	case "TIME_POINT", "TIME_RANGED":
		return h.timed(f, op, n, include)
	case "CALENDAR_DATE":
		return withMissing(h.calendarUnit(f, op, n), false, include, f)
	case "COMPARATIVE_PROPERTY_UPDATED":
		return h.omit(n, needChangedAt, "%s changed %s %s", f, op, n.get("comparisonPropertyName").written())
	case "RANGED_DATE":
		lo, low := h.millis(orNode(n.get("lowerBound"), n))
		hi, high := h.millis(orNode(n.get("upperBound"), n))
		if !low || !high {
			return nil
		}
		upper := rule.OpLe
		if v := hi.Time(); v.UnixMilli()%1000 == 999 { // the end of a second is meant
			hi, upper = rule.Time(v.Add(time.Millisecond)), rule.OpLt
		}
		return withMissing(all(compare(f, rule.OpGe, lo), compare(f, upper, hi)), op == "IS_NOT_BETWEEN", include, f)
	case "DATE", "DATETIME":
		return h.onDay(f, kind, op, n, include)
	}
	k, ok := h.count(orNode(n.get("numberOfDays"), n))
	if !ok {
		return nil
	}
	switch op {
	case "UPDATED_IN_LAST_X_DAYS", "NOT_UPDATED_IN_LAST_X_DAYS":
		if h.inside > 0 {
			return h.omit(n, needChangedAt, "whether %s of an associated object was changed", f)
		}
		if c := (rule.Changed{Field: f, Window: lastSpan(days(k))}); op == "UPDATED_IN_LAST_X_DAYS" {
			return c
		} else {
			return not(c)
		}
	}
	w := map[string]rule.Window{"IS_LESS_THAN_X_DAYS_AGO": lastSpan(days(k)), "IS_MORE_THAN_X_DAYS_AGO": olderThan(days(k)),
		"IS_LESS_THAN_X_DAYS_FROM_NOW": nextSpan(days(k)), "IS_MORE_THAN_X_DAYS_FROM_NOW": laterThan(days(k))}[op]
	return withMissing(rule.When{X: f, Window: w}, false, include, f)
}

// millis is an instant as a number of milliseconds after 1970.
func (h *hubspot) millis(n *node) (rule.Value, bool) {
	v, ok := h.number(n)
	ms, whole := v.Int()
	at := rule.Time(time.UnixMilli(ms).UTC())
	if ok && (!whole || !rule.Writable(at)) {
		h.fail(n, rule.ErrValue, "a number of milliseconds after 1970 is expected here")
		ok = false
	}
	return at, ok
}

// hubspotMonths are the months, by their first three letters.
const hubspotMonths = "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC"

// onDay compares with a day.
func (h *hubspot) onDay(f rule.Field, kind, op string, n *node, include bool) rule.Condition {
	var day rule.Value
	if kind == "DATETIME" {
		at, ok := h.millis(orNode(n.get("timestamp"), n))
		if !ok {
			return nil
		}
		day = rule.Date(at.Time().UTC().Date())
	} else {
		y, d, m := h.part(n, "year", 1, 9999), h.part(n, "day", 1, 31), 0
		if word := strings.ToUpper(n.get("month").str()); len(word) >= 3 && strings.Contains(hubspotMonths, word[:3]) && word[:3] != " JA" {
			m = strings.Index(hubspotMonths, word[:3])/4 + 1
		} else {
			m = h.part(n, "month", 1, 12)
		}
		if y < 0 || d < 0 || m < 0 {
			return nil
		}
		if day = rule.Date(y, time.Month(m), d); rule.ReadTime(day.String()).Kind() != rule.KindDate || time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC).Day() != d {
			return h.fail(n, rule.ErrValue, "there is no such day")
		}
	}
	positive, negated := hubspotPositive(op)
	to := map[string]rule.Op{"IS_BEFORE": rule.OpLt, "IS_BEFORE_DATE": rule.OpLt, "BEFORE": rule.OpLt, "IS_AFTER": rule.OpGt, "IS_AFTER_DATE": rule.OpGt, "AFTER": rule.OpGt}[positive]
	return withMissing(compare(f, to, day), negated, include, f)
}

// calendarUnit is whether a date is in this, the last or the next calendar unit, or several.
func (h *hubspot) calendarUnit(f rule.Field, op string, n *node) rule.Condition {
	word, ok := h.word(orNode(n.get("timeUnit"), n), "unit of time", "DAY", "WEEK", "MONTH", "QUARTER", "YEAR")
	count := 1
	if at := n.get("timeUnitCount"); !at.absent() {
		if count, ok = h.part(n, "timeUnitCount", 0, maxUnits), ok && count > 0; count < 0 {
			return nil
		}
		count = max(count, 1)
	}
	fiscal := n.get("useFiscalYear")
	start := 0
	if at := n.get("fiscalYearStart"); fiscal.is(isBool) && fiscal.truth && !at.absent() {
		month, known := h.word(at, "month", "JANUARY", "FEBRUARY", "MARCH", "APRIL", "MAY", "JUNE", "JULY", "AUGUST", "SEPTEMBER", "OCTOBER", "NOVEMBER", "DECEMBER")
		if ok = ok && known; known {
			start = strings.Index(hubspotMonths, month[:3]) / 4
		}
	}
	if !ok {
		return nil
	}
	unit, _ := rule.UnitNamed(strings.ToLower(word))
	var cs []rule.Condition
	first, last := 0, 0 // which units, counted from the present one
	switch op {
	case "IN_LAST_TIME_UNIT":
		first, last = -count, -1
	case "IN_NEXT_TIME_UNIT":
		first, last = 1, count
	}
	for i := first; i <= last; i++ {
		cs = append(cs, hubspotUnit(f, unit, i, start))
	}
	c := anyOf(cs...)
	if op == "IN_THIS_TIME_UNIT_SO_FAR" {
		c = all(c, compare(f, rule.OpLe, now()))
	}
	return c
}

// maxUnits is how many calendar units a rule writes out.
const maxUnits = 400

// hubspotUnit is whether a date is in the calendar unit that is i units from the present one.
// Quarters and years may begin later by some months.
func hubspotUnit(f rule.Field, unit rule.Unit, i, start int) rule.Condition {
	if start > 0 && unit >= rule.UnitQuarter {
		later := rule.Span{N: int64(-start), Unit: rule.UnitMonth}
		x, t := shifted(f, later), shifted(shifted(today(), later), rule.Span{N: int64(i), Unit: unit})
		same := func(fn rule.Fn) rule.Condition {
			return compare(rule.Call{Fn: fn, Args: []rule.Expr{x}}, rule.OpEq, rule.Call{Fn: fn, Args: []rule.Expr{t}})
		}
		if unit == rule.UnitYear {
			return same(rule.FnYear)
		}
		return all(same(rule.FnYear), same(rule.FnQuarter))
	}
	switch i {
	case 0:
		return rule.When{X: f, Window: rule.Window{Kind: rule.WindowThis, Unit: unit}}
	case -1:
		return rule.When{X: f, Window: rule.Window{Kind: rule.WindowPrevious, Unit: unit}}
	}
	day := rule.Call{Fn: rule.FnDate, Args: []rule.Expr{f}}
	if unit == rule.UnitDay {
		return compare(f, rule.OpEq, shifted(today(), days(i)))
	}
	return rule.When{X: shifted(day, rule.Span{N: int64(-i), Unit: unit}), Window: rule.Window{Kind: rule.WindowThis, Unit: unit}}
}
