package segment

import (
	"math/big"
	"net/netip"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
)

// value is the meaning of expressions. What does not fit is missing.
func (s scope) value(e Expr) Value {
	switch e := e.(type) {
	case Value:
		return e
	case Span:
		return s.length(e)
	case Field:
		return s.field(e)
	case Elem:
		return s.elem
	case Joined:
		if at, ok := s.x.List(string(e)); ok && !at.After(s.now) {
			return Time(at)
		}
	case Metric:
		return s.metric(e)
	case Call:
		return s.call(e)
	case Arith:
		return s.arith(e)
	case Calculated:
		return s.value(e.X)
	}
	return Value{}
}

func (s scope) field(f Field) Value {
	if s.bound {
		return s.elem.At(f.Names()...)
	}
	return s.x.Field(string(f))
}

// length is a span as a duration; that of months is the time they take up when
// they end now.
func (s scope) length(d Span) Value {
	if !d.valid() {
		return Value{}
	}
	return durationValue(between(d.before(s.now), s.now))
}

// order compares two values; ok is false where one is missing or the kinds do
// not compare. An instant beside a date is its calendar day, and a text beside
// either is read as one.
func (s scope) order(a, b Value, fold bool) (n int, ok bool) {
	switch {
	case a.IsNull() || b.IsNull():
		return 0, false
	case a.kind == KindText && (b.kind == KindTime || b.kind == KindDate):
		return s.order(readTime(a.Text()), b, fold)
	case b.kind == KindText && (a.kind == KindTime || a.kind == KindDate):
		return s.order(a, readTime(b.Text()), fold)
	case a.kind == KindTime && b.kind == KindDate:
		return s.order(s.date(a), b, fold)
	case a.kind == KindDate && b.kind == KindTime:
		return s.order(a, s.date(b), fold)
	case a.kind == KindVersion && b.kind == KindText:
		return s.order(a, version(b), fold)
	case a.kind == KindText && b.kind == KindVersion:
		return s.order(version(a), b, fold)
	case a.kind != b.kind:
		return 0, false
	}
	switch a.kind {
	case KindNumber:
		return compareNumbers(a, b), true
	case KindText:
		return strings.Compare(folded(a.Text(), fold), folded(b.Text(), fold)), true
	case KindTime, KindDuration:
		return a.span().compare(b.span()), true
	case KindDate:
		return int(max(-1, min(1, int64(a.n)-int64(b.n)))), true
	case KindVersion:
		return compareVersions(a.Text(), b.Text()), true
	case KindBool:
		return int(a.n) - int(b.n), true
	}
	return 0, false
}

// date is the calendar day of a value: of an instant in the calendar's zone.
func (s scope) date(v Value) Value {
	switch v.kind {
	case KindTime:
		return Date(v.Time().In(s.now.Location()).Date())
	case KindDate:
		return v
	case KindText:
		return s.date(readTime(v.Text()))
	}
	return Value{}
}

// instant is a value where an instant is needed: of a date its first.
func (s scope) instant(v Value) (t time.Time, ok bool) {
	switch v.kind {
	case KindTime:
		return v.Time().In(s.now.Location()), true
	case KindDate:
		return startOfDay(int64(v.n), s.now.Location()), true
	case KindText:
		return s.instant(readTime(v.Text()))
	}
	return time.Time{}, false
}

// inWindow reports whether an instant lies in the window.
func (s scope) inWindow(t time.Time, w Window) bool {
	switch w.Kind {
	case WindowAll:
		return !t.After(s.now)
	case WindowLast:
		return t.After(w.A.before(s.now)) && !t.After(s.now)
	case WindowAgo:
		return t.After(w.B.before(s.now)) && !t.After(w.A.before(s.now))
	case WindowOlder:
		return !t.After(w.A.before(s.now))
	case WindowNext:
		return t.After(s.now) && !t.After(w.A.after(s.now))
	case WindowLater:
		return t.After(w.A.after(s.now))
	case WindowThis:
		return s.inUnit(t, w, 0)
	case WindowPrevious:
		return s.inUnit(t, w, -1)
	case WindowSince:
		from, ok := s.instant(s.value(w.From))
		return ok && !t.Before(from)
	case WindowBefore:
		to, ok := s.instant(s.value(w.To))
		return ok && t.Before(to)
	case WindowBetween:
		from, ok := s.instant(s.value(w.From))
		to, ok2 := s.end(s.value(w.To))
		return ok && ok2 && !t.Before(from) && t.Before(to)
	}
	return false
}

// inUnit reports whether t lies in the calendar unit n units from the present one.
func (s scope) inUnit(t time.Time, w Window, n int64) bool {
	from := startOfUnit(dayOf(s.now), w.Unit, n, w.StartsOn)
	to := startOfUnit(dayOf(s.now), w.Unit, n+1, w.StartsOn)
	loc := s.now.Location()
	return !t.Before(startOfDay(from, loc)) && t.Before(startOfDay(to, loc))
}

// end is the instant before which a window ends: of a date the day after's first.
func (s scope) end(v Value) (t time.Time, ok bool) {
	if v.kind == KindText {
		v = readTime(v.Text())
	}
	if v.kind == KindDate {
		return startOfDay(int64(v.n)+1, s.now.Location()), true
	}
	return s.instant(v)
}

// call is the meaning of functions.
func (s scope) call(c Call) Value {
	switch {
	case c.Fn == FnNow:
		return Time(s.now)
	case c.Fn == FnToday:
		return Date(s.now.Date())
	case len(c.Args) == 0 || c.Fn == FnHash && len(c.Args) < 2:
		return Value{}
	}
	x := s.value(c.Args[0])
	switch c.Fn {
	case FnLength:
		return x.length()
	case FnAge:
		return s.calculate(Sub, Time(s.now), x)
	case FnVersion:
		return version(x)
	case FnHash:
		return hashOf(x, s.value(c.Args[1]))
	case FnUnix:
		return unixTime(x, 1)
	case FnUnixMilli:
		return unixTime(x, 1000)
	case FnHour:
		if t, ok := s.instant(x); ok {
			return Int(int64(t.Hour()))
		}
		return Value{}
	}
	if d := s.date(x); !d.IsNull() {
		return s.datePart(c.Fn, int64(d.n))
	}
	return Value{}
}

// datePart is the meaning of the functions of a calendar day.
func (s scope) datePart(f Fn, days int64) Value {
	year, month, day := civil(days)
	switch f {
	case FnDate:
		return dateValue(days)
	case FnAnniversary:
		return dateValue(anniversary(days, s.now.Year()))
	case FnYear:
		return Int(int64(year))
	case FnQuarter:
		return Int(int64(month-1)/3 + 1)
	case FnMonth:
		return Int(int64(month))
	case FnDay:
		return Int(int64(day))
	case FnWeekday:
		return Int(int64(weekday(days)))
	}
	return Value{}
}

// hashOf hashes a text, or a number as it is written; all else is missing.
func hashOf(x, salt Value) Value {
	if salt.kind != KindText || x.kind != KindText && x.kind != KindNumber {
		return Value{}
	}
	if x.kind == KindNumber {
		return hash(x.String(), salt.Text())
	}
	return hash(x.Text(), salt.Text())
}

// unixTime is the instant x/perSecond seconds after 1970, to the nanosecond.
func unixTime(x Value, perSecond int64) Value {
	r := x.rat()
	if r == nil {
		return Value{}
	}
	return spanValue(new(big.Rat).Quo(r, big.NewRat(perSecond, 1)), KindTime)
}

// spanValue is a number of seconds as a time or duration, rounded down to the
// nanosecond; missing if it is out of range.
func spanValue(seconds *big.Rat, kind Kind) Value {
	r := new(big.Rat).Mul(seconds, big.NewRat(1e9, 1))
	nsec, rest := new(big.Int).DivMod(r.Num(), r.Denom(), new(big.Int))
	sec, nsec := rest.DivMod(nsec, big.NewInt(1e9), new(big.Int))
	if !sec.IsInt64() {
		return Value{}
	}
	return inRange(span{sec.Int64(), nsec.Int64()}, kind)
}

// inRange is a time or duration, or missing past 20,000 years.
func inRange(d span, kind Kind) Value {
	d = d.normal()
	if d.sec > maxSeconds || d.sec < -maxSeconds {
		return Value{}
	}
	v := durationValue(d)
	v.kind = kind
	return v
}

// arith is the meaning of arithmetic. A span beside a date or instant counts on
// the calendar; beside anything else it is a duration.
func (s scope) arith(a Arith) Value {
	left := s.value(a.Left)
	if d, ok := a.Right.(Span); ok && (a.Op == Add || a.Op == Sub) {
		if a.Op == Sub {
			d = d.negative()
		}
		if v, ok := s.shifted(left, d); ok {
			return v
		}
	}
	right := s.value(a.Right)
	if d, ok := a.Left.(Span); ok && a.Op == Add {
		if v, ok := s.shifted(right, d); ok {
			return v
		}
	}
	return s.calculate(a.Op, left, right)
}

// shifted moves a date or an instant by a span; ok is false if v is neither.
func (s scope) shifted(v Value, d Span) (moved Value, ok bool) {
	if v.kind == KindText {
		v = readTime(v.Text())
	}
	if v.kind == KindDate {
		if days, ok := d.ofDate(int64(v.n)); ok {
			return dateValue(days), true
		}
	}
	t, ok := s.instant(v)
	return Time(d.after(t)), ok
}

// calculate computes with two values.
func (s scope) calculate(op ArithOp, a, b Value) Value {
	switch {
	case a.kind == KindNumber && b.kind == KindNumber:
		return arithmetic(op, a, b)
	case a.kind == KindDuration && b.kind == KindDuration:
		return durations(op, a, b)
	case a.kind == KindDuration && b.kind == KindNumber && (op == Mul || op == Div):
		return scaled(op, a, b)
	case a.kind == KindNumber && b.kind == KindDuration && op == Mul:
		return scaled(op, b, a)
	case a.kind == KindDate && b.kind == KindDate && op == Sub:
		return inRange(span{sec: (int64(a.n) - int64(b.n)) * secondsPerDay}, KindDuration)
	}
	if b.kind == KindDuration && (op == Add || op == Sub) {
		return s.moved(op, a, b.span())
	}
	if a.kind == KindDuration && op == Add {
		return s.moved(op, b, a.span())
	}
	x, ok := s.instant(a)
	y, ok2 := s.instant(b)
	if op != Sub || !ok || !ok2 {
		return Value{}
	}
	return inRange(between(y, x), KindDuration)
}

// moved is an instant moved by a duration.
func (s scope) moved(op ArithOp, v Value, d span) Value {
	t, ok := s.instant(v)
	if !ok {
		return Value{}
	}
	if op == Sub {
		d = d.negative()
	}
	return inRange(between(time.Unix(0, 0), t).add(d), KindTime)
}

func durations(op ArithOp, a, b Value) Value {
	switch op {
	case Add:
		return inRange(a.span().add(b.span()), KindDuration)
	case Sub:
		return inRange(a.span().sub(b.span()), KindDuration)
	case Div:
		if b.span() == (span{}) {
			return Value{}
		}
		return ratValue(new(big.Rat).Quo(a.span().rat(), b.span().rat()))
	}
	return Value{}
}

// scaled multiplies or divides a duration by a number.
func scaled(op ArithOp, d, n Value) Value {
	by := n.rat()
	if op == Div {
		if by.Sign() == 0 {
			return Value{}
		}
		by = new(big.Rat).Inv(by)
	}
	return spanValue(new(big.Rat).Mul(d.span().rat(), by), KindDuration)
}

// metric is the meaning of aggregates.
func (s scope) metric(m Metric) Value {
	var vs []Value // newest first
	for e := range s.events(m.Events) {
		if s.inWindow(e.At, m.Window) {
			vs = append(vs, eventValue(e, m.Prop))
		}
	}
	switch {
	case m.Agg == AggCount && m.Prop == "":
		return Int(int64(len(vs)))
	case m.Agg == AggLast && len(vs) > 0:
		return vs[0]
	case m.Agg == AggFirst && len(vs) > 0:
		return vs[len(vs)-1]
	}
	vs = slices.DeleteFunc(vs, Value.IsNull)
	switch m.Agg {
	case AggCount:
		return Int(int64(len(vs)))
	case AggDistinct:
		return Int(int64(distinct(vs)))
	case AggSum, AggAvg:
		return total(vs, m.Agg == AggAvg)
	case AggMin:
		return s.extreme(vs, Lt)
	case AggMax:
		return s.extreme(vs, Gt)
	}
	return Value{}
}

func eventValue(e Event, prop Field) Value {
	if prop == "" {
		return Time(e.At)
	}
	return e.Props.Field(string(prop))
}

func distinct(vs []Value) (n int) {
	for i, v := range vs {
		if !slices.ContainsFunc(vs[:i], v.Equal) {
			n++
		}
	}
	return n
}

// total is the exact sum of the numbers, or their average. Values that are no
// numbers do not count.
func total(vs []Value, average bool) Value {
	sum, n := new(big.Rat), int64(0)
	for _, v := range vs {
		if r := v.rat(); r != nil {
			sum.Add(sum, r)
			n++
		}
	}
	if !average {
		return ratValue(sum)
	}
	if n == 0 {
		return Value{}
	}
	return ratValue(sum.Quo(sum, big.NewRat(n, 1)))
}

// extreme is the least or greatest of the numbers; without a property, of the
// instants.
func (s scope) extreme(vs []Value, op Op) (best Value) {
	for _, v := range vs {
		if v.kind != KindNumber && v.kind != KindTime {
			continue
		}
		if best.IsNull() || s.compares(v, op, best, false) {
			best = v
		}
	}
	return best
}

// folded is the text under simple case folding: every character stands for the
// first of those that differ from it only by case.
func folded(text string, fold bool) string {
	if !fold {
		return text
	}
	return strings.Map(foldRune, text)
}

func foldRune(r rune) rune {
	first := r
	for next := unicode.SimpleFold(r); next != r; next = unicode.SimpleFold(next) {
		first = min(first, next)
	}
	return first
}

func like(x Value, c Like) bool {
	text := folded(x.Text(), c.Fold)
	return x.kind == KindText && slices.ContainsFunc(c.Values, func(v string) bool {
		if c.End == Suffix {
			return strings.HasSuffix(text, folded(v, c.Fold))
		}
		return strings.HasPrefix(text, folded(v, c.Fold))
	})
}

func matches(x Value, c Matches) bool {
	pattern := c.Pattern
	if c.Fold {
		pattern = "(?i:" + pattern + ")"
	}
	re, err := regexp.Compile(pattern)
	return err == nil && x.kind == KindText && re.MatchString(x.Text())
}

// inCIDR reports whether a text is an address in one of the nets. An IPv4
// address written as IPv6 (::ffff:10.0.0.1) is the IPv4 address.
func inCIDR(x Value, nets []string) bool {
	addr, err := netip.ParseAddr(x.Text())
	return err == nil && slices.ContainsFunc(nets, func(n string) bool {
		p, ok := parseNet(n)
		return ok && p.Contains(addr.Unmap())
	})
}

// parseNet reads a prefix, or an address as the prefix of itself alone.
func parseNet(s string) (p netip.Prefix, ok bool) {
	if addr, err := netip.ParseAddr(s); err == nil {
		addr = addr.Unmap()
		return netip.PrefixFrom(addr, addr.BitLen()), addr.Zone() == ""
	}
	p, err := netip.ParsePrefix(s)
	return p.Masked(), err == nil
}
