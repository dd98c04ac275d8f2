package hubspot

import (
	"strings"
	"time"

	"github.com/segmentrules/segment/internal/calendar"
	"github.com/segmentrules/segment/interop/internal/build"
	"github.com/segmentrules/segment/interop/internal/source"
	"github.com/segmentrules/segment/rule"
)

// HubSpot's operations of dates: what lies before, after and between points of time, days, and
// calendar units.

// inZone says in which zone the days of a condition are.
func inZone(c rule.Condition, zones ...string) rule.Condition {
	for _, z := range zones {
		if c != nil && z != "" {
			return rule.Zoned{C: c, Zone: rule.Text(z)}
		}
	}
	return c
}

// sameZone reports whether two names are of zones that had and have the same time since 1970.
func sameZone(a, b string) bool {
	x, known := calendar.Zone(a)
	y, also := calendar.Zone(b)
	for at := time.Unix(0, 0); known && also && a != b && at.Year() < 2038; at = at.AddDate(0, 1, 0) {
		_, one := at.In(x).Zone()
		if _, other := at.In(y).Zone(); one != other {
			return false
		}
	}
	return known && also
}

// inclusive is whether a bound is included: it is, unless the definition says otherwise.
func (h *hubspot) inclusive(n *source.Node) (inclusive, ok bool) {
	if n.Absent() {
		return true, true
	}
	word, ok := h.Word(n, "behaviour of a bound", "INCLUSIVE", "EXCLUSIVE")
	return word == "INCLUSIVE", ok
}

// bounds is what an operation with points of time asks: from and to, of which one may be nil.
func (h *hubspot) bounds(n *source.Node) (from, to *hubspotPoint, low, high, ok bool) {
	if n.Get("timePoint") != nil || n.Get("operationType").Str() == "TIME_POINT" {
		p, ok := h.point(n.Want("timePoint"))
		in, said := h.inclusive(n.Get("endpointBehavior"))
		op, known := h.Word(n.Want("operator"), "operator", "IS_BEFORE", "IS_AFTER")
		if op == "IS_AFTER" {
			return &p, nil, in, false, ok && said && known
		}
		return nil, &p, false, in, ok && said && known
	}
	a, one := h.point(n.Want("lowerBoundTimePoint"))
	b, other := h.point(n.Want("upperBoundTimePoint"))
	low, said := h.inclusive(n.Get("lowerBoundEndpointBehavior"))
	high, also := h.inclusive(n.Get("upperBoundEndpointBehavior"))
	return &a, &b, low, high, one && other && said && also
}

// timed is an operation with points of time, of the value of a property or of when it was last
// changed.
func (h *hubspot) timed(f rule.Field, op string, n *source.Node, include bool) rule.Condition {
	from, to, low, high, ok := h.bounds(n)
	if !ok {
		return nil
	}
	parser := "VALUE"
	if p := n.Get("propertyParser"); !p.Absent() {
		if parser, ok = h.Word(p, "parser", "VALUE", "UPDATED_AT"); !ok {
			return nil
		}
	}
	var c rule.Condition
	var zones []string
	for _, p := range []*hubspotPoint{from, to} {
		if p != nil && p.zone != "" {
			zones = append(zones, p.zone)
		}
	}
	if len(zones) == 2 && !sameZone(zones[0], zones[1]) { // each bound in its own
		c = build.All(inZone(from.test(f, true, low), from.zone), inZone(to.test(f, false, high), to.zone))
		if parser == "UPDATED_AT" {
			return h.Omit(n, source.NeedChangedAt, "changes of %s between days of two zones", f)
		}
		return withMissing(c, op == "IS_NOT_BETWEEN", include, f)
	}
	switch {
	case parser == "UPDATED_AT":
		c = h.changed(f, n, from, to, low, high)
	case from != nil && to != nil && from.day && to.day && to.end && !from.end && low && from.of == nil && to.of == nil:
		if c = build.Compare(f, rule.OpEq, from.x); !rule.EqualExpr(from.x, to.x) {
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
		if c = build.All(cs...); len(cs) == 2 {
			c = build.Ranged(cs[0], cs[1])
		}
	}
	return inZone(withMissing(c, op == "IS_NOT_BETWEEN", include, f), zones...)
}

// changed is whether the last change of a property lies between two points.
func (h *hubspot) changed(f rule.Field, n *source.Node, from, to *hubspotPoint, low, high bool) rule.Condition {
	var cs []rule.Condition
	for _, p := range []*hubspotPoint{from, to} {
		if p != nil && p.of != nil || h.inside > 0 {
			return h.Omit(n, source.NeedChangedAt, "the instant at which %s was last changed", f)
		}
	}
	if from != nil {
		cs = append(cs, rule.Changed{Field: f, Window: build.Since(from.start(low))})
	}
	if to != nil && !rule.EqualExpr(to.x, build.Now()) {
		cs = append(cs, build.IsSet(f), build.Not(rule.Changed{Field: f, Window: build.Since(to.start(!high))}))
	}
	if len(cs) == 0 {
		return build.IsSet(f)
	}
	return build.All(cs...)
}

// dated is an operation of dates.
func (h *hubspot) dated(f rule.Field, kind, op string, n *source.Node) rule.Condition {
	at := n.Get("includeObjectsWithNoValueSet")
	include := at.Is(source.Bool) && at.Truth
	switch kind {
	case "TIME_POINT", "TIME_RANGED":
		return h.timed(f, op, n, include)
	case "CALENDAR_DATE":
		return withMissing(h.calendarUnit(f, op, n), false, include, f)
	case "COMPARATIVE_PROPERTY_UPDATED":
		return h.Omit(n, source.NeedChangedAt, "%s changed %s %s", f, op, n.Get("comparisonPropertyName").Written())
	case "RANGED_DATE":
		lo, low := h.millis(n.Want("lowerBound"))
		hi, high := h.millis(n.Want("upperBound"))
		if !low || !high {
			return nil
		}
		upper := rule.OpLe
		if v := hi.Time(); v.UnixMilli()%1000 == 999 { // the end of a second is meant
			hi, upper = rule.Time(v.Add(time.Millisecond)), rule.OpLt
		}
		return withMissing(build.All(build.Compare(f, rule.OpGe, lo), build.Compare(f, upper, hi)), op == "IS_NOT_BETWEEN", include, f)
	case "DATE", "DATETIME":
		return h.onDay(f, kind, op, n, include)
	}
	k, ok := h.Count(n.Want("numberOfDays"))
	if !ok {
		return nil
	}
	switch op {
	case "UPDATED_IN_LAST_X_DAYS", "NOT_UPDATED_IN_LAST_X_DAYS":
		if h.inside > 0 {
			return h.Omit(n, source.NeedChangedAt, "whether %s of an associated object was changed", f)
		}
		if c := (rule.Changed{Field: f, Window: build.LastSpan(build.Days(k))}); op == "UPDATED_IN_LAST_X_DAYS" {
			return c
		} else {
			return build.Not(c)
		}
	}
	w := map[string]rule.Window{"IS_LESS_THAN_X_DAYS_AGO": build.LastSpan(build.Days(k)), "IS_MORE_THAN_X_DAYS_AGO": build.OlderThan(build.Days(k)),
		"IS_LESS_THAN_X_DAYS_FROM_NOW": build.NextSpan(build.Days(k)), "IS_MORE_THAN_X_DAYS_FROM_NOW": build.LaterThan(build.Days(k))}[op]
	return withMissing(rule.When{X: f, Window: w}, false, include, f)
}

// millis is an instant as a number of milliseconds after 1970.
func (h *hubspot) millis(n *source.Node) (rule.Value, bool) {
	v, ok := h.Number(n)
	ms, whole := v.Int()
	at := rule.Time(time.UnixMilli(ms).UTC())
	if ok && (!whole || !rule.Writable(at)) {
		h.Fail(n, rule.ErrValue, "a number of milliseconds after 1970 is expected here")
		ok = false
	}
	return at, ok
}

// hubspotMonths are the months, by their first three letters.
const hubspotMonths = "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC"

// onDay compares with a day.
func (h *hubspot) onDay(f rule.Field, kind, op string, n *source.Node, include bool) rule.Condition {
	var day rule.Value
	if kind == "DATETIME" {
		at, ok := h.millis(n.Want("timestamp"))
		if !ok {
			return nil
		}
		if day = at; at.Time().Equal(at.Time().Truncate(24 * time.Hour)) {
			day = rule.Date(at.Time().Date())
		}
	} else {
		y, d, m := h.part(n, "year", 1, 9999), h.part(n, "day", 1, 31), 0
		if word := strings.ToUpper(n.Get("month").Str()); len(word) >= 3 && strings.Contains(hubspotMonths, word[:3]) && word[:3] != " JA" {
			m = strings.Index(hubspotMonths, word[:3])/4 + 1
		} else {
			m = h.part(n, "month", 1, 12)
		}
		if y < 0 || d < 0 || m < 0 {
			return nil
		}
		if day = rule.Date(y, time.Month(m), d); rule.ReadTime(day.String()).Kind() != rule.KindDate || time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC).Day() != d {
			return h.Fail(n, rule.ErrValue, "there is no such day")
		}
	}
	positive, negated := hubspotPositive(op)
	to := map[string]rule.Op{"IS_BEFORE": rule.OpLt, "IS_BEFORE_DATE": rule.OpLt, "BEFORE": rule.OpLt, "IS_AFTER": rule.OpGt, "IS_AFTER_DATE": rule.OpGt, "AFTER": rule.OpGt}[positive]
	return withMissing(build.Compare(f, to, day), negated, include, f)
}

// calendarUnit is whether a date is in this, the last or the next calendar unit, or several.
func (h *hubspot) calendarUnit(f rule.Field, op string, n *source.Node) rule.Condition {
	word, ok := h.Word(n.Want("timeUnit"), "unit of time", "DAY", "WEEK", "MONTH", "QUARTER", "YEAR")
	count := 1
	if at := n.Get("timeUnitCount"); !at.Absent() {
		if count, ok = h.part(n, "timeUnitCount", 0, maxUnits), ok && count > 0; count < 0 {
			return nil
		}
		count = max(count, 1)
	}
	fiscal := n.Get("useFiscalYear")
	start := 0
	if at := n.Get("fiscalYearStart"); fiscal.Is(source.Bool) && fiscal.Truth && !at.Absent() {
		month, known := h.Word(at, "month", "JANUARY", "FEBRUARY", "MARCH", "APRIL", "MAY", "JUNE", "JULY", "AUGUST", "SEPTEMBER", "OCTOBER", "NOVEMBER", "DECEMBER")
		if ok = ok && known; known {
			start = strings.Index(hubspotMonths, month[:3]) / 4
		}
	}
	if !ok {
		return nil
	}
	unit, _ := rule.UnitNamed(strings.ToLower(word))
	w := rule.Window{Kind: rule.WindowThis, Unit: unit}
	switch op {
	case "IN_LAST_TIME_UNIT":
		w.Kind = rule.WindowPrevious
	case "IN_NEXT_TIME_UNIT":
		w.Kind = rule.WindowFollowing
	}
	if w.Kind != rule.WindowThis && count > 1 {
		w.N = int64(count)
	}
	if start > 0 && unit >= rule.UnitQuarter {
		w.Fiscal, w.StartsIn = true, time.Month(start+1)
	}
	c := rule.Condition(rule.When{X: f, Window: w})
	if op == "IN_THIS_TIME_UNIT_SO_FAR" {
		c = build.All(c, build.Compare(f, rule.OpLe, build.Now()))
	}
	return c
}

// maxUnits is how many calendar units at most are read.
const maxUnits = 400
