package rules

import (
	"sort"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/index/internal/contacts"
	"github.com/segmentrules/segment/index/internal/eventlog"
	"github.com/segmentrules/segment/internal/sweep"
	motion "github.com/segmentrules/segment/internal/trajectory"
	"github.com/segmentrules/segment/rule"
)

// Counts of the events of one name in a window that is no fixed length of time up to now: IN LAST
// 1 MONTH, BETWEEN 7 AND 180 DAYS AGO, THIS WEEK, BEFORE 2026-01-01. The events lie in order of
// time, so what the window holds is found by two searches; and the count passes no threshold
// before so many events have left it, or entered it, as that takes.

// movingWindow is the window of a count that is found in the events in order; nil if it is none.
func movingWindow(m rule.Metric) *rule.Window {
	if m.Agg != rule.AggCount || m.Prop != "" || m.Events.Where != nil || !sweep.Simple(m.Window) ||
		len(m.Events.Names) != 1 || IsPattern(m.Events.Names[0]) {
		return nil
	}
	return &m.Window
}

// A streamed contact has its events in order of time.
type streamed interface {
	// AttributeEvents are the events that an attribute is about, oldest first.
	AttributeEvents(a *Attribute) eventlog.Stream
}

// moving is the events of a count with a moving window; ok is false where it is no such
// count, or the contact cannot tell quickly.
func (e *Evaluator) moving(a *Attribute) (s eventlog.Stream, ok bool) {
	if a.Moving == nil {
		return s, false
	}
	x, ok := e.Contact.(streamed)
	if !ok {
		return s, false
	}
	return x.AttributeEvents(a), true
}

// held are the events in a window at an instant: from one on and before another.
func held(w *rule.Window, s eventlog.Stream, at time.Time) (from, to int) {
	lo, hi, ok := sweep.Bounds(*w, at, nil)
	if !ok {
		return 0, 0
	}
	to = s.UpTo(at)
	if !hi.After(at) {
		to = s.UpTo(hi.Add(-1))
	}
	return min(to, s.UpTo(lo.Add(-1))), to
}

// maxLooks bounds how often the next change of a count is looked for before it is taken
// for when it may be: a timer may fire for nothing.
const maxLooks = 16

// movingNext is when a count in a moving window may pass a threshold.
func (e *Evaluator) movingNext(a *Attribute, s eventlog.Stream, n *Earliest) {
	n.Add(contacts.NextOf(s, e.At))
	if s.Len() == 0 {
		return
	}
	now, start := e.At, 0
	for look := range maxLooks {
		from, to := held(a.Moving, s, now)
		c := to - from
		place := a.place(c)
		if look == 0 {
			start = place
		}
		if place != start {
			break
		}
		first := sweep.Returns(*a.Moving, now)
		if k := a.below(c); k > 0 {
			first = motion.FirstOf(first, sweep.Leaves(*a.Moving, s.At(to-k), now))
		}
		if i := to + a.above(c, s.Len()-to) - 1; i >= to && i < s.Len() {
			first = motion.FirstOf(first, sweep.Enters(*a.Moving, s.At(i), now))
		}
		if motion.IsNever(first) || n.OK && !first.Before(n.At) {
			return
		}
		now = first.In(e.At.Location())
	}
	n.Add(now, true)
}

// place is between which thresholds a count lies, or the count itself if leaves may tell any
// two counts apart.
func (a *Attribute) place(c int) int {
	if !a.ComparesNumbers() {
		return c
	}
	v := segment.Int(int64(c))
	return sort.Search(len(a.thresholds), func(i int) bool { return !a.thresholds[i].cut().passedBy(v) })
}

// below is of how many events the count may not lose the newest, to stay between the
// thresholds where it is; 0 if it may lose all.
func (a *Attribute) below(c int) int {
	if c == 0 || !a.ComparesNumbers() {
		return c
	}
	return a.Lowest(c)
}

// above is how many events more bring the count over a threshold, up to a number of them; 0 if
// they do not.
func (a *Attribute) above(c, most int) int {
	if !a.ComparesNumbers() {
		return min(1, most)
	}
	at := a.place(c)
	more := 1 + sort.Search(most, func(k int) bool { return a.place(c+k+1) != at })
	if more > most {
		return 0
	}
	return more
}
