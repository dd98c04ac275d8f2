package segmenttest

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/rule"
)

// clockwork reads instants as a script writes them.
type clockwork struct {
	now  time.Time
	zone *time.Location // of instants that do not say theirs
}

// instant reads `2026-01-31`, `2026-01-31 10:00`, `2026-01-31T10:00:00Z`, `now`,
// `3 days ago`, `in 3 days`; each with `just before` or `just after` in front
// for a nanosecond less or more.
func (c clockwork) instant(text string) (time.Time, error) {
	text = strings.TrimSpace(text)
	if rest, ok := strings.CutPrefix(text, "just before "); ok {
		t, err := c.instant(rest)
		return t.Add(-1), err
	}
	if rest, ok := strings.CutPrefix(text, "just after "); ok {
		t, err := c.instant(rest)
		return t.Add(1), err
	}
	if text == "now" {
		return c.now, nil
	}
	if rest, ok := strings.CutSuffix(text, " ago"); ok {
		return c.moved(rest, -1)
	}
	if rest, ok := strings.CutPrefix(text, "in "); ok {
		return c.moved(rest, 1)
	}
	if t, err := time.Parse(time.RFC3339Nano, text); err == nil {
		return t, nil
	}
	for _, layout := range []string{"2006-01-02 15:04:05.999999999", "2006-01-02 15:04", time.DateOnly} {
		if t, err := time.ParseInLocation(layout, text, c.zone); err == nil {
			return t, nil
		}
	}
	return time.Time{}, fmt.Errorf("%q is no instant", text)
}

// moved is the clock moved by spans: `30 days`, `1 day 2 hours`.
func (c clockwork) moved(text string, sign int) (time.Time, error) {
	ws := words(text)
	if len(ws) == 0 || len(ws)%2 != 0 {
		return time.Time{}, fmt.Errorf("%q is no length of time", text)
	}
	t := c.now.In(c.zone)
	for i := 0; i < len(ws); i += 2 {
		n, err := strconv.Atoi(ws[i])
		unit, ok := unitOf(ws[i+1])
		if err != nil || !ok {
			return time.Time{}, fmt.Errorf("%q is no length of time", text)
		}
		if ns, nano := nanoseconds(ws[i+1]); nano {
			t = t.Add(time.Duration(sign*n) * ns)
			continue
		}
		t = edge(t, rule.Span{N: int64(n), Unit: unit}, sign)
	}
	return t, nil
}

func nanoseconds(name string) (time.Duration, bool) {
	return time.Nanosecond, strings.TrimSuffix(name, "s") == "nanosecond"
}

func unitOf(name string) (rule.Unit, bool) {
	names := map[string]rule.Unit{"nanosecond": rule.UnitSecond, "second": rule.UnitSecond, "minute": rule.UnitMinute,
		"hour": rule.UnitHour, "day": rule.UnitDay, "week": rule.UnitWeek, "month": rule.UnitMonth, "quarter": rule.UnitQuarter, "year": rule.UnitYear}
	u, ok := names[strings.TrimSuffix(name, "s")]
	return u, ok
}

func readDate(text string) (segment.Value, error) {
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return segment.Value{}, err
	}
	return segment.Date(t.Date()), nil
}
