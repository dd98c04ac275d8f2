package sqlgen

// Comparisons with instants and days. No calendar arithmetic is left to the
// database: for `seen + 3 days < TODAY` Go finds the instant before which
// seen must lie, and the statement compares the column as it is with that instant,
// so that an index can be used. This works for expressions that never fall as the
// stored value grows; all others are left to Go.

import (
	"math/big"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/rule"
	"github.com/segmentrules/segment/sqlgen/internal/decimal"
)

// A moment is an expression over one stored instant or day, and the way to
// compare it with a constant.
type moment struct {
	// instant compares a stored instant, with what was added to it taken into
	// account. It is nil for a stored day.
	instant func(op rule.Op, t time.Time) cond
	// stored is the stored instant, if the expression is that alone.
	stored *term
	// day is the stored day, and value what the expression gives for a day. Of two
	// days the later one never gives less.
	day   term
	value func(day segment.Value) rule.Expr
	// whole says that the expression is DATE(…) of an instant: its calendar day.
	whole bool
	// asText says that the stored day is a text.
	asText bool
	// there, if not empty, must hold too: the stored day is no default that is missing.
	there frag
}

// moment writes an expression that depends on one instant or day.
func (s scope) moment(e rule.Expr) (m moment, ok bool) {
	switch e := plain(e).(type) {
	case rule.Call:
		return s.momentCall(e)
	case rule.Arith:
		return s.moved(e)
	}
	x, ok := s.term(e)
	switch {
	case !ok:
		return moment{}, false
	case x.asText:
		return s.writtenProperty(x)
	case s.written != nil && (x.doc || x.is(TypeText)):
		return s.writtenMoment(x)
	case x.instant():
		return moment{stored: &x, instant: func(op rule.Op, t time.Time) cond { return exactly(s.compareInstant(x, op, t)) }}, true
	case x.is(TypeDate):
		return s.storedDay(x), true
	}
	return moment{}, false
}

// momentCall writes UNIX, UNIX_MILLI, DATE, and TIME, which a moment is read with anyway.
func (s scope) momentCall(c rule.Call) (m moment, ok bool) {
	if len(c.Args) != 1 {
		return moment{}, false
	}
	switch c.Fn {
	case rule.FnTime:
		return s.moment(c.Args[0])
	case rule.FnUnix, rule.FnUnixMilli:
		return s.epoch(c)
	case rule.FnDate:
		m, ok = s.moment(c.Args[0])
		if m.instant != nil {
			m.whole = true
			return m, ok
		}
		return m.mapDays(func(x rule.Expr) rule.Expr { return rule.Call{Fn: rule.FnDate, Args: []rule.Expr{x}} }), ok
	}
	return moment{}, false
}

// mapDays applies a function to the value of a stored day; of a stored instant
// there is none.
func (m moment) mapDays(f func(rule.Expr) rule.Expr) moment {
	if inner := m.value; inner != nil {
		m.value = func(d segment.Value) rule.Expr { return f(inner(d)) }
	}
	return m
}

// maxSeconds is how far from 1970 an instant may be that is made of a number, as
// in the rule language; a number beyond is missing.
const maxSeconds = 20_000 * 366 * 86400

// epoch is the instant of a number of seconds or milliseconds since 1970, rounded
// down to the nanosecond.
func (s scope) epoch(c rule.Call) (m moment, ok bool) {
	x, ok := s.term(c.Args[0])
	if !ok || !x.doc && !x.is(TypeInteger, TypeDecimal) {
		return moment{}, false
	}
	perSecond := int64(1)
	if c.Fn == rule.FnUnixMilli {
		perSecond = 1000
	}
	// compare is a comparison of the stored number with an exact instant.
	compare := func(op rule.Op, nanos *big.Int) cond {
		d, ok := decimal.OfRat(new(big.Rat).SetFrac(new(big.Int).Mul(nanos, big.NewInt(perSecond)), big.NewInt(1e9)))
		if !ok {
			return undecided()
		}
		if x.doc {
			return s.numberCompares(x, op, d)
		}
		return exactly(s.compareExact(x, op, d))
	}
	limit := new(big.Int).Mul(big.NewInt(maxSeconds), big.NewInt(1e9))
	inRange := func() cond {
		past := new(big.Int).Add(limit, big.NewInt(1e9))
		return both(compare(rule.OpGe, new(big.Int).Neg(limit)), compare(rule.OpLt, past))
	}
	return moment{instant: func(op rule.Op, t time.Time) cond {
		// Since fractions are rounded down, the instant is t for all numbers from t to
		// less than a nanosecond after it.
		at := nanos(t)
		after := new(big.Int).Add(at, big.NewInt(1))
		switch op {
		case rule.OpLe:
			return both(compare(rule.OpLt, after), inRange())
		case rule.OpGt:
			return both(compare(rule.OpGe, after), inRange())
		case rule.OpEq:
			return both(compare(rule.OpGe, at), compare(rule.OpLt, after), inRange())
		}
		return both(compare(op, at), inRange())
	}}, true
}

// nanos is an instant as nanoseconds since 1970, which may exceed 64 bits.
func nanos(t time.Time) *big.Int {
	n := new(big.Int).Mul(big.NewInt(t.Unix()), big.NewInt(1e9))
	return n.Add(n, big.NewInt(int64(t.Nanosecond())))
}

// moved is a moment with a duration added or taken away.
func (s scope) moved(a rule.Arith) (m moment, ok bool) {
	by := a.Right
	m, ok = s.moment(a.Left)
	if !ok && a.Op == rule.ArithAdd {
		by = a.Left
		m, ok = s.moment(a.Right)
	}
	if !ok || a.Op != rule.ArithAdd && a.Op != rule.ArithSub || m.whole {
		return moment{}, false
	}
	d, ok := s.constant(by)
	span, isSpan := by.(rule.Span)
	switch {
	case !ok || d.Kind() != segment.KindDuration:
		return moment{}, false
	case m.value != nil && !isSpan:
		return m.mapDays(func(x rule.Expr) rule.Expr { return rule.Arith{Op: a.Op, Left: x, Right: d} }), true
	// A day may move by seconds to weeks. By months it may as long as the result is a
	// day: Jan 30 and Jan 31 plus a month are both Feb 28, which keeps the order.
	case m.value != nil && (span.Unit >= rule.UnitDay && s.wholeDays(m) || span.Unit < rule.UnitMonth):
		return m.mapDays(func(x rule.Expr) rule.Expr { return rule.Arith{Op: a.Op, Left: x, Right: span} }), true
	case m.value != nil || isSpan && span.Unit >= rule.UnitMonth:
		// Jan 31 08:00 and Jan 30 09:00 plus a month are Feb 28 08:00 and Feb 28 09:00:
		// of instants months do not keep the order.
		return moment{}, false
	}
	// The constant is moved back in the place of the stored instant.
	back := rule.ArithSub
	if a.Op == rule.ArithSub {
		back = rule.ArithAdd
	}
	inner := m.instant
	return moment{instant: func(op rule.Op, t time.Time) cond {
		moved := segment.EvaluateExpr(rule.Arith{Op: back, Left: segment.Time(t), Right: d}, nil, s.now)
		if sec := d.AsLength().Sec; moved.IsNull() || max(sec, -sec) > longestMove {
			return undecided() // the sum may be beyond the calendar, and missing
		}
		return inner(op, moved.Time())
	}}, true
}

// longestMove is by how many seconds an instant may be moved so that it stays within
// what a rule can compute with: five thousand years.
const longestMove = 5_000 * 366 * 86400

// wholeDays reports whether the expression gives a day for a day, not an instant.
func (s scope) wholeDays(m moment) bool {
	v := segment.EvaluateExpr(m.value(segment.Date(2000, 1, 1)), nil, s.now)
	return v.Kind() == segment.KindDate
}

// compareMoment compares an expression of one instant or day, or the time
// between it and a constant, with a constant; ok is false if it is neither.
func (s scope) compareMoment(e rule.Expr, op rule.Op, v segment.Value) (c cond, ok bool) {
	if v.Kind() == segment.KindDuration {
		return s.compareElapsed(e, op, v)
	}
	if v.Kind() == segment.KindText {
		if x, ok := s.term(e); ok && (x.doc || x.is(TypeText) || x.asText) {
			return cond{}, false // a text beside a text is compared as a text
		}
	}
	switch v.Kind() {
	case segment.KindText, segment.KindTime, segment.KindDate:
	default:
		return s.notAMoment(e)
	}
	ms, ok := s.moments(e)
	if !ok {
		return cond{}, false
	}
	if v = s.readTime(v); v.IsNull() {
		return exactly(never()), true
	}
	return either(ms, func(m moment) cond { return s.momentCompares(m, op, v) }), true
}

// notAMoment is a comparison with what is neither an instant nor a day: false
// for a stored one; ok is false if the expression is no such.
func (s scope) notAMoment(e rule.Expr) (c cond, ok bool) {
	if x, ok := s.term(e); ok && x.asText {
		return cond{}, false
	}
	if _, ok := s.moment(e); ok {
		return exactly(never()), true
	}
	return cond{}, false
}

// either holds if it does of one of several moments.
func either(ms []moment, f func(m moment) cond) cond {
	parts, exact := make([]frag, len(ms)), true
	for i, m := range ms {
		one := f(m)
		parts[i], exact = one.frag, exact && one.exact
	}
	return cond{frag: or(parts...), exact: exact}
}

// momentCompares compares a moment with an instant or a day. If one of the two is
// a day, the calendar day of the other is meant.
func (s scope) momentCompares(m moment, op rule.Op, v segment.Value) cond {
	switch {
	case m.value != nil:
		return s.days(m, comparesWith(func(day rule.Expr) rule.Expr { return day }, v), op)
	case m.whole || v.Kind() == segment.KindDate:
		return s.calendarDay(m, op, v)
	}
	return m.instant(op, v.Time())
}

// readTime reads a text as an instant or day, as comparisons with one do; null if
// it is none.
func (s scope) readTime(v segment.Value) segment.Value {
	switch v.Kind() {
	case segment.KindTime, segment.KindDate:
		return v
	case segment.KindText:
		if len(v.Text()) == len(time.DateOnly) {
			return segment.EvaluateExpr(rule.Call{Fn: rule.FnDate, Args: []rule.Expr{v}}, nil, s.now)
		}
		return s.first(v)
	}
	return segment.Value{}
}

// first is the first instant of a day in the calendar of the rule, and an instant
// itself.
func (s scope) first(e rule.Expr) segment.Value {
	return segment.EvaluateExpr(firstInstant(e), nil, s.now)
}

// firstInstant makes an instant of a day, as adding a time to it does.
func firstInstant(e rule.Expr) rule.Expr {
	return rule.Arith{Op: rule.ArithAdd, Left: e, Right: rule.Span{N: 0, Unit: rule.UnitSecond}}
}

// calendarDay compares the calendar day of an instant with that of a constant, by
// the first instants of that day and of the next one.
func (s scope) calendarDay(m moment, op rule.Op, v segment.Value) cond {
	day := segment.EvaluateExpr(rule.Call{Fn: rule.FnDate, Args: []rule.Expr{v}}, nil, s.now)
	next := segment.EvaluateExpr(rule.Arith{Op: rule.ArithAdd, Left: day, Right: rule.Span{N: 1, Unit: rule.UnitDay}}, nil, s.now)
	from, to := s.first(day).Time(), s.first(next).Time()
	switch op {
	case rule.OpLt:
		return m.instant(rule.OpLt, from)
	case rule.OpLe:
		return m.instant(rule.OpLt, to)
	case rule.OpGt:
		return m.instant(rule.OpGe, to)
	case rule.OpGe:
		return m.instant(rule.OpGe, from)
	}
	return both(m.instant(rule.OpGe, from), m.instant(rule.OpLt, to))
}

// compareElapsed compares the time between a moment and a constant: AGE(x), or
// a difference.
func (s scope) compareElapsed(e rule.Expr, op rule.Op, v segment.Value) (c cond, ok bool) {
	var from, to rule.Expr
	switch e := plain(e).(type) {
	case rule.Call:
		if e.Fn != rule.FnAge || len(e.Args) != 1 {
			return cond{}, false
		}
		from, to = e.Args[0], segment.Time(s.now)
	case rule.Arith:
		if e.Op != rule.ArithSub {
			return cond{}, false
		}
		from, to = e.Right, e.Left
	default:
		return cond{}, false
	}
	if fixed, ok := s.constant(to); ok {
		ms, ok := s.moments(from)
		return either(ms, func(m moment) cond { return s.elapsedUntil(m, op, fixed, v) }), ok
	}
	if fixed, ok := s.constant(from); ok {
		ms, ok := s.moments(to)
		return either(ms, func(m moment) cond { return s.elapsedSince(m, op, fixed, v) }), ok
	}
	return cond{}, false
}

// elapsedUntil compares fixed - m with v.
func (s scope) elapsedUntil(m moment, op rule.Op, fixed, v segment.Value) cond {
	until := func(day rule.Expr) rule.Expr { return rule.Arith{Op: rule.ArithSub, Left: fixed, Right: day} }
	// The later the day, the shorter the time: the comparison is turned round.
	return s.elapsed(m, op.Mirrored(), fixed, rule.ArithSub, v, dayTest{until, func(day rule.Expr, op rule.Op) segment.Condition {
		return rule.Compare{Left: until(day), Op: op.Mirrored(), Right: v}
	}})
}

// elapsedSince compares m - fixed with v.
func (s scope) elapsedSince(m moment, op rule.Op, fixed, v segment.Value) cond {
	since := func(day rule.Expr) rule.Expr { return rule.Arith{Op: rule.ArithSub, Left: day, Right: fixed} }
	return s.elapsed(m, op, fixed, rule.ArithAdd, v, comparesWith(since, v))
}

// elapsed compares the time between a moment and a constant. For an instant the
// duration is moved to the constant: fixed - m > v is m < fixed - v. There is no time
// between a moment and what is none, such as a number.
func (s scope) elapsed(m moment, op rule.Op, fixed segment.Value, move rule.ArithOp, v segment.Value, test dayTest) cond {
	from := s.first(s.readTime(fixed))
	switch {
	case m.value == nil && m.instant == nil:
		return undecided()
	case from.IsNull():
		return exactly(never())
	case m.value != nil:
		return s.days(m, test, op)
	}
	at := segment.EvaluateExpr(rule.Arith{Op: move, Left: from, Right: v}, nil, s.now)
	if m.whole || at.IsNull() {
		return undecided()
	}
	return m.instant(op, at.Time())
}
