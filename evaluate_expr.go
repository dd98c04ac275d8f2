package segment

import (
	"net/netip"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/segmentrules/segment/internal/calendar"
	"github.com/segmentrules/segment/internal/check"
	"github.com/segmentrules/segment/internal/textset"
	"github.com/segmentrules/segment/rule"
)

// The meaning of expressions, windows and functions: the value of each for the contact of the
// scope at its instant. What does not fit is missing, never an error.

// value is the meaning of expressions. What does not fit is missing.
func (s scope) value(e rule.Expr) Value {
	if s.level++; s.level > rule.MaxLevels {
		return Value{}
	}
	switch e := e.(type) {
	case Value:
		return e
	case rule.Span:
		return s.length(e)
	case rule.Field:
		return s.field(e)
	case rule.Elem:
		return s.elem
	case rule.Joined:
		if at, ok := s.x.List(string(e)); ok && !at.After(s.now) {
			return Time(at)
		}
	case rule.Metric:
		return s.thisYear().metric(e)
	case rule.Call:
		return s.call(e)
	case rule.Arith:
		return s.arith(e)
	case rule.Calculated:
		return s.value(e.X)
	}
	return Value{}
}

// field is a field of the contact, or within a WHERE or HAS a member of elem.
func (s scope) field(f rule.Field) Value {
	if s.bound {
		return s.elem.At(f.Names()...)
	}
	return s.x.Field(string(f))
}

// length is a span as a duration; that of months is the time they take up when
// they end now.
func (s scope) length(d rule.Span) Value {
	if !d.Valid() {
		return Value{}
	}
	return rule.DurationValue(calendar.Between(d.Before(s.now), s.now))
}

// instant is a value where an instant is needed: of a date its first.
func (s scope) instant(v Value) (t time.Time, ok bool) {
	switch v.Kind() {
	case KindTime:
		return v.Time().In(s.now.Location()), true
	case KindDate:
		return calendar.StartOfDay(int64(v.Word()), s.now.Location()), true
	case KindText:
		return s.instant(rule.ReadTime(v.Text()))
	}
	return time.Time{}, false
}

// inWindow reports whether an instant lies in the window.
func (s scope) inWindow(t time.Time, w rule.Window) bool {
	switch w.Kind {
	case rule.WindowAll:
		return !t.After(s.now)
	case rule.WindowLast:
		return t.After(w.A.EndBefore(s.now)) && !t.After(s.now)
	case rule.WindowAgo:
		return t.After(w.B.EndBefore(s.now)) && !t.After(w.A.EndBefore(s.now))
	case rule.WindowOlder:
		return !t.After(w.A.EndBefore(s.now))
	case rule.WindowNext:
		return t.After(s.now) && !t.After(w.A.EndAfter(s.now))
	case rule.WindowLater:
		return t.After(w.A.EndAfter(s.now))
	case rule.WindowThis, rule.WindowPrevious, rule.WindowFollowing:
		return s.inPeriods(t, w)
	case rule.WindowSince:
		from, ok := s.instant(s.value(w.From))
		return ok && !t.Before(from)
	case rule.WindowBefore:
		to, ok := s.instant(s.value(w.To))
		return ok && t.Before(to)
	case rule.WindowBetween:
		from, ok := s.instant(s.value(w.From))
		to, ok2 := s.end(s.value(w.To))
		return ok && ok2 && !t.Before(from) && t.Before(to)
	}
	return false
}

// inPeriods reports whether t lies in the calendar units of a window.
func (s scope) inPeriods(t time.Time, w rule.Window) bool {
	from, before, _ := w.Periods()
	return !t.Before(s.periodStart(w, from)) && t.Before(s.periodStart(w, before))
}

// periodStart is the first instant of the calendar unit n units from the running one.
func (s scope) periodStart(w rule.Window, n int64) time.Time {
	return calendar.StartOfDay(w.PeriodStart(calendar.DayOf(s.now), n), s.now.Location())
}

// end is the instant before which a window ends: of a date the day after's first.
func (s scope) end(v Value) (t time.Time, ok bool) {
	if v.Kind() == KindText {
		v = rule.ReadTime(v.Text())
	}
	if v.Kind() == KindDate {
		return calendar.StartOfDay(int64(v.Word())+1, s.now.Location()), true
	}
	return s.instant(v)
}

// call is the meaning of functions.
func (s scope) call(c rule.Call) Value {
	switch {
	case c.Fn == rule.FnNow:
		return Time(s.now)
	case c.Fn == rule.FnToday:
		return Date(s.now.Date())
	case c.Fn == rule.FnCoalesce:
		return s.coalesce(c.Args)
	case len(c.Args) == 0:
		return Value{}
	}
	if c.Fn == rule.FnAge || c.Fn == rule.FnDate {
		return s.apply(c, s.value(c.Args[0]))
	}
	return s.apply(c, s.thisYear().value(c.Args[0])) // of which it is one value that is looked at
}

// coalesce is the first value that is not missing. Of an anniversary it is that of this
// year: one value is looked at.
func (s scope) coalesce(args []rule.Expr) Value {
	in := s.thisYear()
	for _, arg := range args {
		if v := in.value(arg); !v.IsNull() {
			return v
		}
	}
	return Value{}
}

// lengthOf is the number of characters of a text or of elements of a list.
func lengthOf(v Value) Value {
	switch v.Kind() {
	case KindText:
		return Int(int64(utf8.RuneCountInString(v.Text())))
	case KindList:
		return Int(int64(v.Word()))
	}
	return Value{}
}

// apply is the meaning of functions of an argument, given its value.
func (s scope) apply(c rule.Call, x Value) Value {
	switch c.Fn {
	case rule.FnLength:
		return lengthOf(x)
	case rule.FnAge:
		return s.calculate(rule.ArithSub, Time(s.now), x)
	case rule.FnVersion:
		return rule.Version(x)
	case rule.FnHash:
		if len(c.Args) < 2 {
			return Value{}
		}
		return hashOf(x, s.value(c.Args[1]))
	case rule.FnUnix:
		return unixTime(x, 1)
	case rule.FnUnixMilli:
		return unixTime(x, 1000)
	case rule.FnTime, rule.FnNumber:
		return rule.ReadAs(x, rule.ReadingKind(c.Fn))
	case rule.FnHour:
		if t, ok := s.instant(x); ok {
			return Int(int64(t.Hour()))
		}
		return Value{}
	}
	d := s.date(x)
	switch {
	case d.IsNull():
		return Value{}
	case c.Fn == rule.FnAnniversary:
		return s.anniversary(int64(d.Word()), c.LeapsForward())
	}
	return s.datePart(c.Fn, int64(d.Word()))
}

// datePart is the meaning of the functions of a calendar day.
func (s scope) datePart(f rule.Fn, days int64) Value {
	year, month, day := calendar.Civil(days)
	switch f {
	case rule.FnDate:
		return rule.DateValue(days)
	case rule.FnYear:
		return Int(int64(year))
	case rule.FnQuarter:
		return Int(int64(month-1)/3 + 1)
	case rule.FnMonth:
		return Int(int64(month))
	case rule.FnDay:
		return Int(int64(day))
	case rule.FnWeekday:
		return Int(int64(calendar.Weekday(days)))
	}
	return Value{}
}

// hashOf hashes a text, or a number as it is written; all else is missing.
func hashOf(x, salt Value) Value {
	if salt.Kind() != KindText || x.Kind() != KindText && x.Kind() != KindNumber {
		return Value{}
	}
	if x.Kind() == KindNumber {
		return hash(x.String(), salt.Text())
	}
	return hash(x.Text(), salt.Text())
}

// hash is the number that HASH gives: FNV-1a over salt, a zero byte and the
// text, mixed so that every digit of it is even (murmur3's finaliser).
func hash(text, salt string) Value {
	n := uint64(14695981039346656037)
	for _, part := range [3]string{salt, "\x00", text} {
		for i := range len(part) {
			n = (n ^ uint64(part[i])) * 1099511628211
		}
	}
	n = (n ^ n>>33) * 0xff51afd7ed558ccd
	n = (n ^ n>>33) * 0xc4ceb9fe1a85ec53
	return Int(int64((n ^ n>>33) >> 1))
}

func like(x Value, c rule.Like) bool {
	text := textset.Folded(x.Text(), c.Fold)
	return x.Kind() == KindText && slices.ContainsFunc(c.Values, func(v string) bool {
		if c.End == rule.LikeSuffix {
			return strings.HasSuffix(text, textset.Folded(v, c.Fold))
		}
		return strings.HasPrefix(text, textset.Folded(v, c.Fold))
	})
}

func matches(x Value, c rule.Matches) bool {
	pattern := c.Pattern
	if c.Fold {
		pattern = "(?i)" + pattern // not (?i:…), which an open \Q would swallow
	}
	re, err := regexp.Compile(pattern)
	return err == nil && x.Kind() == KindText && re.MatchString(x.Text())
}

// inCIDR reports whether a text is an address in one of the nets. An IPv4
// address written as IPv6 (::ffff:10.0.0.1) is the IPv4 address.
func inCIDR(x Value, nets []string) bool {
	addr, err := netip.ParseAddr(x.Text())
	return err == nil && slices.ContainsFunc(nets, func(n string) bool {
		p, ok := check.ParseNet(n)
		return ok && p.Contains(addr.Unmap())
	})
}
