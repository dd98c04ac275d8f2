package source

import (
	"time"

	"github.com/segmentrules/segment/rule"
)

// Instants and days as systems write them that have no zone in them, and zones of accounts.

// momentLayouts are how systems write an instant without its zone.
var momentLayouts = []string{"2006-01-02T15:04:05.999999999", "2006-01-02 15:04:05.999999999", "2006-01-02T15:04", "2006-01-02 15:04"}

// Moment reads an instant or a day: one without a zone is in that of the account.
func (r *Reader) Moment(text string) (v rule.Value, ok bool) {
	if v = rule.ReadTime(text); !v.IsNull() {
		return v, rule.Writable(v)
	}
	for _, layout := range append(momentLayouts, "2006-01-02 15:04:05Z07:00", "2006-01-02T15:04:05Z0700") {
		if at, err := time.ParseInLocation(layout, text, r.Location()); err == nil {
			v = rule.Time(at)
			return v, rule.Writable(v)
		}
	}
	return rule.Value{}, false
}

// Midnight is a day as the instant at which it begins in the account; an instant as it is.
func (r *Reader) Midnight(v rule.Value) rule.Value {
	if v.Kind() != rule.KindDate {
		return v
	}
	y, m, d := v.Date()
	return rule.Time(time.Date(y, m, d, 0, 0, 0, 0, r.Location()))
}

// Location is the account's zone.
func (r *Reader) Location() *time.Location {
	if r.Zone == nil {
		return time.UTC
	}
	return r.Zone
}

// Zoned is a condition about days of the account's zone.
func (r *Reader) Zoned(c rule.Condition) rule.Condition {
	if c == nil || r.Location() == time.UTC {
		return c
	}
	return rule.Zoned{C: c, Zone: rule.Text(r.Zone.String())}
}

// MilliOrInstant is a constant instant: a number of milliseconds since 1970, or a text.
func (r *Reader) MilliOrInstant(n *Node) (v rule.Value, ok bool) {
	if n.Is(Number) {
		if ms, whole := rule.ReadNumber(n.Text).Int(); whole {
			v = rule.Time(time.UnixMilli(ms))
			ok = ms < 1e15 && ms > -1e15 && rule.Writable(v)
		}
	} else if v, ok = r.Moment(n.Str()); ok {
		v = r.Midnight(v)
	}
	if !ok {
		r.Fail(n, rule.ErrType, "an instant is expected here, such as 2026-01-31T10:00:00Z or milliseconds since 1970")
	}
	return v, ok
}
