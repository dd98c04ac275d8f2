package segment

import (
	"slices"
	"time"

	"github.com/segmentrules/segment/internal/calendar"
	"github.com/segmentrules/segment/rule"
)

// What is said of events, histories and windows: how many were counted, the oldest
// and the newest, how far a sequence got, and by how much an instant misses a window.

// eventCount is how many events were counted, with the oldest and newest; of
// the events outside the window the newest.
type eventCount struct {
	n              int
	oldest, newest time.Time
	outside        time.Time
	isOutside      bool
}

// countEvents counts the selected events in and outside a window.
func (f *finding) countEvents(sel rule.Events, w rule.Window) (c eventCount) {
	for e := range f.s.events(sel) {
		switch {
		case f.s.inWindow(e.At, w):
			if c.n == 0 {
				c.newest = e.At
			}
			c.oldest = e.At
			c.n++
		case !c.isOutside:
			c.outside, c.isOutside = e.At, true
		}
	}
	return c
}

// metric says what an aggregate that is compared with a constant came to.
func (f *finding) metric(m rule.Metric) {
	v := f.s.value(m)
	if v.IsNull() {
		f.saw("metric_missing", textArg(clipped(rule.ExprText(m), maxLine)))
		return
	}
	if int(m.Agg) > int(rule.AggLast) {
		return
	}
	f.saw("metric_"+rule.AggName(m.Agg), f.shown(v))
}

// eventSpan notes from which events an aggregate came.
func (f *finding) eventSpan(m rule.Metric) {
	c := f.countEvents(m.Events, m.Window)
	oldest, newest, events := f.stamp(c.oldest), f.stamp(c.newest), intArg(c.n)
	plainCount := m.Agg == rule.AggCount && m.Prop == ""
	switch {
	case c.n > 1 && plainCount:
		f.note(phrase("events_span", oldest, newest))
	case c.n > 1:
		f.note(phrase("events_from_span", oldest, newest, events))
	case c.n == 1 && plainCount:
		f.note(phrase("events_newest", newest))
	case c.n == 1:
		f.note(phrase("events_from_newest", newest, events))
	case c.isOutside:
		f.note(phrase("events_outside", f.stamp(c.outside)))
	default:
		f.note(phrase("no_event"))
	}
}

// sequence says how often the first step came, and how far it went from there.
func (f *finding) sequence(c rule.Sequence) {
	if len(c.Steps) == 0 {
		return
	}
	first := f.countEvents(c.Steps[0].Events, c.Window)
	f.saw("sequence_started", intArg(first.n))
	f.facts.Seen = Int(int64(first.n))
	if first.n > 0 {
		f.note(phrase("events_newest", f.stamp(first.newest)))
	}
	if f.holds || first.n == 0 {
		return
	}
	reached := 1
	for n := 2; n < len(c.Steps); n++ {
		if !holdsIn(f.s, rule.Sequence{Steps: c.Steps[:n], Window: c.Window}) {
			break
		}
		reached = n
	}
	last := c.Steps[min(reached, len(c.Steps)-1)]
	switch {
	case last.Not:
		f.note(phrase("last_step"))
	default:
		f.note(phrase("got_to_step", intArg(reached), intArg(len(c.Steps))))
	}
}

// regularity says in how many of the last units there was an event.
func (f *finding) regularity(c rule.Regularity) {
	n := f.s.units(c)
	f.saw("regular_"+c.Unit.Word(), intArg(n), intArg(c.N))
	f.facts = Facts{Seen: Int(int64(n)), Wanted: Int(int64(c.K))}
	if !f.holds && !f.negated {
		f.facts.ShortBy = Int(int64(c.K - n))
		f.note(phrase("count_short", intArg(c.K-n)))
	}
}

// changed says when the field changed last: of those that count if the test holds.
func (f *finding) changed(c rule.Changed) {
	for ch := range f.s.changes(c) {
		inside := f.s.inWindow(ch.At, c.Window)
		if ch.At.After(f.s.now) || f.holds && !inside {
			continue
		}
		f.saw("changed", f.shown(ch.Value), f.stamp(ch.At))
		f.facts.Seen = Time(ch.At)
		if !f.holds {
			f.note(phrase("outside_window"))
		}
		return
	}
	f.saw("no_change")
}

// hasBeen says which value the field has, since when, and how much time is missing.
func (f *finding) hasBeen(c rule.HasBeen) {
	if ch, ok := f.s.since(c); ok {
		f.saw("since", textArg(clipped(c.Field.String(), maxLine)), f.shown(ch.Value), f.stamp(ch.At))
		f.facts = Facts{Seen: plain(ch.Value), Wanted: plain(c.Value)}
		switch since := c.For.EndBefore(f.s.now); {
		case f.holds || f.negated:
		case f.s.hasValue(c, ch):
			short := spanArg(calendar.Between(since, ch.At))
			f.facts.ShortBy = short.Value
			f.note(phrase("short", short))
		default:
			f.note(phrase("another_value"))
		}
		return
	}
	f.saw("never_set")
	f.note(phrase("missing_" + f.verdictWord()))
}

// when says how long ago, or ahead, the instant is, and how far from the window.
func (f *finding) when(c rule.When) {
	f.see(c.X)
	v := f.s.value(c.X)
	t, ok := f.s.instant(v)
	if !ok {
		f.unfit(v, "an instant or date")
		return
	}
	f.facts.Seen = Time(t)
	if len(f.seen) > 0 {
		f.seen = slices.Insert(f.seen, 1, f.away(t))
	}
	for _, e := range [2]rule.Expr{c.Window.From, c.Window.To} {
		if e == nil {
			continue
		}
		f.see(e)
		if b := f.s.value(e); b.IsNull() {
			f.unfit(b, "")
			return
		}
	}
	if f.verdict() {
		return
	}
	if f.negated {
		f.note(phrase("within_window"))
		return
	}
	f.note(f.outside(t, c.Window))
}

// away is how far an instant is from now.
func (f *finding) away(t time.Time) Phrase {
	switch d := calendar.Between(t, f.s.now); {
	case d == calendar.Length{}:
		return phrase("away_now")
	case d.Sec < 0:
		return phrase("away_ahead", spanArg(d.Negative()))
	default:
		return phrase("away_ago", spanArg(d))
	}
}

// outside says by how much an instant misses a window.
func (f *finding) outside(t time.Time, w rule.Window) Phrase {
	lo, hi := f.s.windowEdges(w)
	switch {
	case lo != nil && t.Before(*lo):
		by := calendar.Between(t, *lo)
		f.facts.Wanted, f.facts.ShortBy = Time(*lo), spanArg(by).Value
		return phrase("too_early", spanArg(by))
	case hi != nil && t.After(*hi):
		by := calendar.Between(*hi, t)
		f.facts.Wanted, f.facts.ShortBy = Time(*hi), spanArg(by.Negative()).Value
		return phrase("too_late", spanArg(by))
	}
	return phrase("on_the_edge")
}
