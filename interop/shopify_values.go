package interop

import (
	"strings"

	"github.com/segmentrules/segment/rule"
)

// Constants in Shopify's language: numbers, texts, and days such as -7d, today, 30_days_ago and
// 2026-01-31, which stand without quotes.

// ends reads two values with AND between them.
func (q *shopify) ends() (lo, hi rule.Expr, ok bool) {
	if lo, ok = q.value(); !ok {
		return nil, nil, false
	}
	if !q.says("AND") {
		return nil, nil, q.wrong("AND is expected here")
	}
	hi, ok = q.value()
	return lo, hi, ok
}

// values reads constants in parentheses.
func (q *shopify) values() (vs []rule.Value, ok bool) {
	if !q.expect("(") {
		return nil, false
	}
	for more := true; more; more = q.sign(",") {
		at := q.peek()
		v, ok := q.value()
		if !ok {
			return nil, false
		}
		c, isConstant := v.(rule.Value)
		if !isConstant {
			q.fail(q.here(at), rule.ErrType, "only constants may be within IN (…)")
		}
		vs = append(vs, c)
	}
	return vs, q.expect(")")
}

// value reads a constant, or a day: -7d, today, 30_days_ago, 2026-01-31.
func (q *shopify) value() (rule.Expr, bool) {
	start := q.peek()
	if v, ok := q.date(start); ok {
		return v, true
	}
	if s, ok := q.offset(start); ok {
		return shifted(today(), s), true
	}
	for word, n := range map[string]int64{"today": 0, "yesterday": -1, "tomorrow": 1} {
		if q.says(word) {
			return shifted(today(), rule.Span{N: n, Unit: rule.UnitDay}), true
		}
	}
	if n, ok := q.literal(); ok {
		v, ok := q.constant(n)
		return v, ok
	}
	return nil, q.wrong("a value is expected here, such as 500, 'text', today, -30d or 2026-01-31")
}

// date reads a day or an instant that is not in quotes.
func (q *shopify) date(start token) (rule.Expr, bool) {
	rest := q.reader.prose[start.at:]
	if start.kind != numberToken || len(rest) < 10 || rest[4] != '-' || rest[7] != '-' {
		return nil, false
	}
	length := 10
	if len(rest) > 10 && rest[10] == 'T' {
		for length < len(rest) && strings.IndexByte("T0123456789:.Z+-", rest[length]) >= 0 {
			length++
		}
	}
	v, ok := q.moment(rest[:length])
	if !ok {
		q.fail(q.here(start), rule.ErrValue, "%s is no day", shortened(rest[:length]))
	}
	q.skipTo(start.at + length)
	return v, true
}

// shopifyUnits are the units of offsets.
var shopifyUnits = map[string]rule.Unit{"d": rule.UnitDay, "w": rule.UnitWeek, "m": rule.UnitMonth, "q": rule.UnitQuarter, "y": rule.UnitYear,
	"_days_ago": rule.UnitDay, "_day_ago": rule.UnitDay, "_weeks_ago": rule.UnitWeek, "_week_ago": rule.UnitWeek,
	"_months_ago": rule.UnitMonth, "_month_ago": rule.UnitMonth, "_years_ago": rule.UnitYear, "_year_ago": rule.UnitYear}

// offset reads -7d, +30d, 30_days_ago.
func (q *shopify) offset(start token) (s rule.Span, ok bool) {
	i, sign := q.next, int64(1)
	if q.follows("-") || q.follows("+") {
		i++
	}
	if start.text == "-" {
		sign = -1
	}
	number, unit := q.tokens[i], q.tokens[min(i+1, len(q.tokens)-1)]
	if number.kind != numberToken || unit.kind != wordToken || !unit.glued {
		return s, false
	}
	u, known := shopifyUnits[strings.ToLower(unit.text)]
	if strings.HasPrefix(unit.text, "_") {
		sign = -sign
	}
	n, _ := rule.ReadNumber(number.text).Int()
	s = rule.Span{N: sign * n, Unit: u}
	switch {
	case !known:
		q.unknown(q.here(unit), "unit", unit.text, "d", "w", "m", "y", "_days_ago", "_weeks_ago", "_months_ago", "_years_ago")
		q.stop()
	case !s.Valid() || !rule.ReadNumber(number.text).Equal(rule.Int(n)):
		q.fail(q.here(number), rule.ErrValue, "%s%s is no length of time that a rule can have", number.text, unit.text)
		s = rule.Span{}
	}
	q.skipTo(unit.end)
	return s, true
}
