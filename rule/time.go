package rule

import (
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
