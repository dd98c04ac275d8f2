package segment

import (
	"math"
	"sync/atomic"
	"time"

	"github.com/segmentrules/segment/internal/calendar"
	"github.com/segmentrules/segment/rule"
)

// Windows of a program. Instants are two integers here, since comparing those is
// quicker than comparing [time.Time]. Most windows count a fixed time from now, so
// their edges take one addition each.

// A moment is an instant as seconds and nanoseconds from 1970 on.
type moment struct{ sec, nsec int64 }

// momentOf is an instant as a moment.
func momentOf(t time.Time) moment { return moment{t.Unix(), int64(t.Nanosecond())} }

// less reports whether m is earlier than o.
func (m moment) less(o moment) bool { return m.sec < o.sec || m.sec == o.sec && m.nsec < o.nsec }

// next is the moment one nanosecond later.
func (m moment) next() moment {
	if m.nsec++; m.nsec == 1e9 {
		return moment{m.sec + 1, 0}
	}
	return m
}

// saneSeconds is so far from overflow that any span can be added to a moment
// within it. Of moments beyond it the definition decides.
const saneSeconds = 1 << 55

// isSane reports whether a moment is within saneSeconds of 1970.
func (m moment) isSane() bool { return uint64(m.sec+saneSeconds) < 2*saneSeconds }

var (
	earliest = moment{sec: math.MinInt64}
	latest   = moment{sec: math.MaxInt64}
)

// A timeWindow is the instants from lo on and before hi. Most bounds are fixed
// or lie a fixed time from now; the others are worked out from the window.
type timeWindow struct {
	fixed    bool
	lo, hi   edge
	w        rule.Window
	from, to *expr
}

// An edge is a bound of a window: a fixed moment, or if the mask is set one counted
// from now. The window is [lo, hi). If the instant at which it begins is itself
// outside, or that at which it ends is inside, the edge is a nanosecond later.
type edge struct {
	sec, nsec int64
	mask      int64 // -1 if now is added, else 0
}

// fixedEdge is an edge at a moment of its own.
func fixedEdge(m moment) edge { return edge{m.sec, m.nsec, 0} }

// nowPlus is an edge some seconds from now: the first instant after that if
// past is set.
func nowPlus(sec int64, past bool) edge {
	if past {
		return edge{sec, 1, -1}
	}
	return edge{sec, 0, -1}
}

// at is where the edge lies now.
func (e *edge) at(now moment) moment {
	m := moment{e.sec + now.sec&e.mask, e.nsec + now.nsec&e.mask}
	if m.nsec == 1e9 {
		return moment{m.sec + 1, 0}
	}
	return m
}

// has reports whether a fixed window has an instant.
func (w *timeWindow) has(t, now moment) bool {
	return !t.less(w.lo.at(now)) && t.less(w.hi.at(now))
}

// window compiles a window.
func (c *compiler) window(w rule.Window) *timeWindow {
	t := &timeWindow{w: w, fixed: true, lo: fixedEdge(earliest), hi: fixedEdge(latest)}
	if w.From != nil {
		t.from = c.expr(w.From)
	}
	if w.To != nil {
		t.to = c.expr(w.To)
	}
	a, ok := w.A.Fixed()
	b, ok2 := w.B.Fixed()
	switch {
	case w.Kind == rule.WindowAll:
		t.hi = nowPlus(0, true)
	case w.Kind == rule.WindowLast && ok:
		t.lo, t.hi = nowPlus(-a, true), nowPlus(0, true)
	case w.Kind == rule.WindowAgo && ok && ok2:
		t.lo, t.hi = nowPlus(-b, true), nowPlus(-a, true)
	case w.Kind == rule.WindowOlder && ok:
		t.hi = nowPlus(-a, true)
	case w.Kind == rule.WindowNext && ok:
		t.lo, t.hi = nowPlus(0, true), nowPlus(a, true)
	case w.Kind == rule.WindowLater && ok:
		t.lo = nowPlus(a, true)
	default:
		t.fixed = false
	}
	return t
}

// comparedInstant is the window of the instants that compare so with an
// instant that is known, or lies a fixed span from now.
func (c *compiler) comparedInstant(cond rule.Compare) (w *timeWindow, ok bool) {
	var e edge
	switch r := cond.Right.(type) {
	case Value:
		if e = fixedEdge(moment{int64(r.Word()), int64(r.Nanos())}); r.Kind() != KindTime || !(moment{sec: e.sec}).isSane() {
			return nil, false
		}
	case rule.Call:
		if e = nowPlus(0, false); r.Fn != rule.FnNow {
			return nil, false
		}
	case rule.Arith:
		now, isNow := r.Left.(rule.Call)
		d, isSpan := r.Right.(rule.Span)
		sec, fixed := d.Fixed()
		if !isNow || now.Fn != rule.FnNow || !isSpan || !fixed || !d.Valid() || r.Op > rule.ArithSub {
			return nil, false
		}
		if e = nowPlus(sec, false); r.Op == rule.ArithSub {
			e = nowPlus(-sec, false)
		}
	default:
		return nil, false
	}
	past := e
	past.nsec++
	if past.nsec == 1e9 {
		past.sec, past.nsec = past.sec+1, 0
	}
	w = &timeWindow{fixed: true, lo: fixedEdge(earliest), hi: fixedEdge(latest)}
	switch cond.Op {
	case rule.OpEq:
		w.lo, w.hi = e, past
	case rule.OpLt:
		w.hi = e
	case rule.OpLe:
		w.hi = past
	case rule.OpGt:
		w.lo = past
	case rule.OpGe:
		w.lo = e
	default:
		return nil, false
	}
	return w, true
}

// now is the instant of evaluation.
func (f *frame) now() moment { return moment{f.base, f.nsec} }

// edges works out a window; ok is false if it is empty.
func (f *frame) edges(w *timeWindow) (lo, hi moment, ok bool) {
	lo, hi = earliest, latest
	if w.fixed {
		return w.lo.at(f.now()), w.hi.at(f.now()), true
	}
	now := f.s.now
	switch w.w.Kind {
	case rule.WindowLast:
		return momentOf(w.w.A.EndBefore(now)).next(), f.now().next(), true
	case rule.WindowAgo:
		return momentOf(w.w.B.EndBefore(now)).next(), momentOf(w.w.A.EndBefore(now)).next(), true
	case rule.WindowOlder:
		return lo, momentOf(w.w.A.EndBefore(now)).next(), true
	case rule.WindowNext:
		return f.now().next(), momentOf(w.w.A.EndAfter(now)).next(), true
	case rule.WindowLater:
		return momentOf(w.w.A.EndAfter(now)).next(), hi, true
	case rule.WindowThis, rule.WindowPrevious, rule.WindowFollowing:
		return f.periodEdges(w.w)
	case rule.WindowSince, rule.WindowBetween:
		from, known := f.bound(w.from)
		if lo, ok = from, known; w.w.Kind == rule.WindowSince {
			return lo, hi, ok
		}
		v := f.optional(w.to)
		end, known2 := f.s.end(v)
		return lo, momentOf(end), ok && known2
	case rule.WindowBefore:
		hi, ok = f.bound(w.to)
		return lo, hi, ok
	}
	return lo, hi, false
}

// periodEdges are the edges of a window of calendar units.
func (f *frame) periodEdges(w rule.Window) (lo, hi moment, ok bool) {
	from, before, ok := w.Periods()
	today, loc := calendar.DayOf(f.s.now), f.s.now.Location()
	lo = momentOf(calendar.StartOfDay(w.PeriodStart(today, from), loc))
	return lo, momentOf(calendar.StartOfDay(w.PeriodStart(today, before), loc)), ok
}

// optional is the value of an expression that may be nil, and then is missing.
func (f *frame) optional(e *expr) Value {
	if e == nil {
		return Value{}
	}
	return f.value(e)
}

// bound is the instant of an expression.
func (f *frame) bound(e *expr) (m moment, ok bool) {
	t, ok := f.s.instant(f.optional(e))
	return momentOf(t), ok
}

// A zoneCache holds the time zones that contacts have named. Reading it does
// not lock; loading a zone reads a file.
type zoneCache struct {
	zones atomic.Pointer[map[string]*time.Location]
}

// maxZones is more than there are; names of zones that do not exist fill it no
// further.
const maxZones = 1000

// load is loadZone with memory; a zone that does not exist is nil.
func (z *zoneCache) load(name string) *time.Location {
	known := z.zones.Load()
	if known != nil {
		if loc, ok := (*known)[name]; ok {
			return loc
		}
	}
	loc, ok := calendar.Zone(name)
	if !ok {
		loc = nil
	}
	more := map[string]*time.Location{name: loc}
	if known != nil {
		if len(*known) >= maxZones {
			return loc
		}
		for n, l := range *known {
			more[n] = l
		}
	}
	z.zones.CompareAndSwap(known, &more)
	return loc
}
