package segment

import "time"

// value is the meaning of expressions. What does not fit is missing.
func (s scope) value(e Expr) Value {
	if s.level++; s.level > maxLevels {
		return Value{}
	}
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

// field is a field of the contact, or within a WHERE or HAS a member of elem.
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
	case len(c.Args) == 0:
		return Value{}
	}
	return s.apply(c, s.value(c.Args[0]))
}

// apply is the meaning of functions of an argument, given its value.
func (s scope) apply(c Call, x Value) Value {
	switch c.Fn {
	case FnLength:
		return x.length()
	case FnAge:
		return s.calculate(Sub, Time(s.now), x)
	case FnVersion:
		return version(x)
	case FnHash:
		if len(c.Args) < 2 {
			return Value{}
		}
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
