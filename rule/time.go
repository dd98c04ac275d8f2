package rule

import (
	"math/big"
	"strconv"
	"strings"
	"time"

	"github.com/segmentrules/segment/internal/calendar"
)

// LengthValue returns a duration, or the instant that far from 1970, as kind says
// ([KindDuration] or [KindTime]); missing past 20,000 years in either direction.
func LengthValue(d calendar.Length, kind Kind) Value {
	d = d.Normal()
	if d.Sec > calendar.MaxSeconds || d.Sec < -calendar.MaxSeconds {
		return Value{}
	}
	v := DurationValue(d)
	v.kind = kind
	return v
}

// DurationValue returns a duration of any length.
func DurationValue(s calendar.Length) Value {
	s = s.Normal()
	return Value{kind: KindDuration, n: uint64(s.Sec), nsec: uint32(s.Nsec)}
}

// HeldLength returns an instant as the length of time since 1970, and a duration as
// it is. It does not look at the kind: for a value of another it means nothing.
func (v Value) HeldLength() calendar.Length {
	return calendar.Length{Sec: int64(v.n), Nsec: int64(v.nsec)}
}

// ReadTime reads a text used where an instant or date is needed: RFC 3339, or
// YYYY-MM-DD, which is a date. Other text is missing.
func ReadTime(s string) Value {
	if len(s) == len("2006-01-02") {
		if t, err := time.Parse(time.DateOnly, s); err == nil {
			return Date(t.Date())
		}
		return Value{}
	}
	if t, err := time.Parse(time.RFC3339Nano, s); err == nil && calendar.IsRFC3339(s) {
		return Time(t)
	}
	return Value{}
}

// ReadDuration reads what [time.ParseDuration] reads, but of any length up to
// 20,000 years: numbers with units, from hours to nanoseconds.
func ReadDuration(text string) (d calendar.Length, ok bool) {
	rest, negative := strings.CutPrefix(text, "-")
	if rest == "" || len(rest) > 100 {
		return calendar.Length{}, false
	}
	total := new(big.Rat)
	for rest != "" {
		n := len(rest) - len(strings.TrimLeft(rest, "0123456789."))
		number := rest[:n]
		rest = rest[n:]
		unit, size := durationUnit(rest)
		rest = rest[len(unit):]
		value, ok := new(big.Rat).SetString(number)
		if !ok || size == 0 || number[0] == '.' || number[n-1] == '.' {
			return calendar.Length{}, false
		}
		total.Add(total, value.Mul(value, big.NewRat(int64(size), int64(time.Second))))
	}
	if negative {
		total.Neg(total)
	}
	v := SecondsValue(total, KindDuration)
	return v.HeldLength(), !v.IsNull()
}

// durationUnit is the unit that a text starts with.
func durationUnit(s string) (unit string, size time.Duration) {
	switch {
	case strings.HasPrefix(s, "ns"):
		return "ns", time.Nanosecond
	case strings.HasPrefix(s, "us"):
		return "us", time.Microsecond
	case strings.HasPrefix(s, "µs"):
		return "µs", time.Microsecond
	case strings.HasPrefix(s, "ms"):
		return "ms", time.Millisecond
	case strings.HasPrefix(s, "s"):
		return "s", time.Second
	case strings.HasPrefix(s, "m"):
		return "m", time.Minute
	case strings.HasPrefix(s, "h"):
		return "h", time.Hour
	}
	return "", 0
}

// durationText writes a duration as time.Duration does, but of any length.
func durationText(s calendar.Length) string {
	sign := ""
	if s.Sec < 0 {
		sign, s = "-", s.Negative()
	}
	text := strconv.FormatInt(s.Sec%60, 10)
	if s.Nsec != 0 {
		nanos := strconv.FormatInt(1e9+s.Nsec, 10)[1:]
		text += "." + strings.TrimRight(nanos, "0")
	}
	text += "s"
	if s.Sec >= 60 {
		text = strconv.FormatInt(s.Sec/60%60, 10) + "m" + text
	}
	if s.Sec >= 3600 {
		text = strconv.FormatInt(s.Sec/3600, 10) + "h" + text
	}
	return sign + text
}
