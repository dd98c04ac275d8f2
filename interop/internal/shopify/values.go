package shopify

import (
	"strings"

	"github.com/segmentrules/segment/interop/internal/build"
	"github.com/segmentrules/segment/interop/internal/source"
	"github.com/segmentrules/segment/rule"
)

// Constants in Shopify's language: numbers, texts, and days such as -7d, today, 30_days_ago and
// 2026-01-31, which stand without quotes.

// ends reads two values with AND between them.
func (q *shopify) ends() (lo, hi rule.Expr, ok bool) {
	if lo, ok = q.value(); !ok {
		return nil, nil, false
	}
	if !q.Says("AND") {
		return nil, nil, q.Wrong("AND is expected here")
	}
	hi, ok = q.value()
	return lo, hi, ok
}

// values reads constants in parentheses.
func (q *shopify) values() (vs []rule.Value, ok bool) {
	if !q.Expect("(") {
		return nil, false
	}
	for more := true; more; more = q.Sign(",") {
		at := q.Peek()
		v, ok := q.value()
		if !ok {
			return nil, false
		}
		c, isConstant := v.(rule.Value)
		if !isConstant {
			q.Fail(q.Here(at), rule.ErrType, "only constants may be within IN (…)")
		}
		vs = append(vs, c)
	}
	return vs, q.Expect(")")
}

// value reads a constant, or a day: -7d, today, 30_days_ago, 2026-01-31.
func (q *shopify) value() (rule.Expr, bool) {
	start := q.Peek()
	if v, ok := q.date(start); ok {
		return v, true
	}
	if s, ok := q.offset(start); ok {
		return build.Shifted(build.Today(), s), true
	}
	for word, n := range map[string]int64{"today": 0, "yesterday": -1, "tomorrow": 1} {
		if q.Says(word) {
			return build.Shifted(build.Today(), rule.Span{N: n, Unit: rule.UnitDay}), true
		}
	}
	if n, ok := q.Literal(); ok {
		v, ok := q.Constant(n)
		return v, ok
	}
	return nil, q.Wrong("a value is expected here, such as 500, 'text', today, -30d or 2026-01-31")
}

// date reads a day or an instant that is not in quotes.
func (q *shopify) date(start source.Token) (rule.Expr, bool) {
	rest := q.Reader.Prose[start.At:]
	if start.Kind != source.NumberToken || len(rest) < 10 || rest[4] != '-' || rest[7] != '-' {
		return nil, false
	}
	length := 10
	if len(rest) > 10 && rest[10] == 'T' {
		for length < len(rest) && strings.IndexByte("T0123456789:.Z+-", rest[length]) >= 0 {
			length++
		}
	}
	v, ok := q.Moment(rest[:length])
	if !ok {
		q.Fail(q.Here(start), rule.ErrValue, "%s is no day", source.Shortened(rest[:length]))
	}
	q.SkipTo(start.At + length)
	return v, true
}

// shopifyUnits are the units of offsets.
var shopifyUnits = map[string]rule.Unit{"d": rule.UnitDay, "w": rule.UnitWeek, "m": rule.UnitMonth, "q": rule.UnitQuarter, "y": rule.UnitYear,
	"_days_ago": rule.UnitDay, "_day_ago": rule.UnitDay, "_weeks_ago": rule.UnitWeek, "_week_ago": rule.UnitWeek,
	"_months_ago": rule.UnitMonth, "_month_ago": rule.UnitMonth, "_years_ago": rule.UnitYear, "_year_ago": rule.UnitYear}

// offset reads -7d, +30d, 30_days_ago.
func (q *shopify) offset(start source.Token) (s rule.Span, ok bool) {
	i, sign := q.Next, int64(1)
	if q.Follows("-") || q.Follows("+") {
		i++
	}
	if start.Text == "-" {
		sign = -1
	}
	number, unit := q.Tokens[i], q.Tokens[min(i+1, len(q.Tokens)-1)]
	if number.Kind != source.NumberToken || unit.Kind != source.WordToken || !unit.Glued {
		return s, false
	}
	u, known := shopifyUnits[strings.ToLower(unit.Text)]
	if strings.HasPrefix(unit.Text, "_") {
		sign = -sign
	}
	n, _ := rule.ReadNumber(number.Text).Int()
	s = rule.Span{N: sign * n, Unit: u}
	switch {
	case !known:
		q.Unknown(q.Here(unit), "unit", unit.Text, "d", "w", "m", "y", "_days_ago", "_weeks_ago", "_months_ago", "_years_ago")
		q.Stop()
	case !s.Valid() || !rule.ReadNumber(number.Text).Equal(rule.Int(n)):
		q.Fail(q.Here(number), rule.ErrValue, "%s%s is no length of time that a rule can have", number.Text, unit.Text)
		s = rule.Span{}
	}
	q.SkipTo(unit.End)
	return s, true
}
