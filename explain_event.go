package segment

import (
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
	text := f.words(v)
	if v.IsNull() {
		f.seen = append(f.seen, clipped(rule.ExprText(m), maxLine)+" is missing")
		return
	}
	if int(m.Agg) > int(rule.AggLast) {
		return
	}
	words := [...][2]string{rule.AggCount: {"", " so far"}, rule.AggSum: {"", " so far"}, rule.AggAvg: {"", " on average"},
		rule.AggMin: {"the lowest is ", ""}, rule.AggMax: {"the highest is ", ""}, rule.AggDistinct: {"", " different so far"},
		rule.AggFirst: {"the first is ", ""}, rule.AggLast: {"the last is ", ""}}[m.Agg]
	f.seen = append(f.seen, words[0]+text+words[1])
}

// eventSpan notes from which events an aggregate came.
func (f *finding) eventSpan(m rule.Metric) {
	c := f.countEvents(m.Events, m.Window)
	stamp := func(t time.Time) string { return stamp(t.In(f.s.now.Location())) }
	from := ""
	if m.Agg != rule.AggCount || m.Prop != "" {
		from = "from " + counted(int64(c.n), "event") + ", "
	}
	switch {
	case c.n > 1:
		f.note(from + "oldest " + stamp(c.oldest) + ", newest " + stamp(c.newest))
	case c.n == 1:
		f.note(from + "newest " + stamp(c.newest))
	case c.isOutside:
		f.note("the newest on " + stamp(c.outside) + " is outside the window")
	default:
		f.note("no such event")
	}
}

// sequence says how often the first step came, and how far it went from there.
func (f *finding) sequence(c rule.Sequence) {
	if len(c.Steps) == 0 {
		return
	}
	first := f.countEvents(c.Steps[0].Events, c.Window)
	f.seen = append(f.seen, "the first step came "+counted(int64(first.n), "time"))
	if first.n > 0 {
		f.note("newest " + stamp(first.newest.In(f.s.now.Location())))
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
		f.note("the last step came in time, or still may")
	default:
		f.note("got to step " + grouped(reached) + " of " + grouped(len(c.Steps)))
	}
}

// regularity says in how many of the last units there was an event.
func (f *finding) regularity(c rule.Regularity) {
	n := f.s.units(c)
	f.seen = append(f.seen, "in "+grouped(n)+" of the last "+counted(int64(c.N), c.Unit.Word()))
	if !f.holds && !f.negated {
		f.note(grouped(c.K-n) + " short")
	}
}

// changed says when the field changed last: of those that count if the test holds.
func (f *finding) changed(c rule.Changed) {
	loc := f.s.now.Location()
	for ch := range f.s.x.History(string(c.Field)) {
		if ch.At.After(f.s.now) {
			continue
		}
		inside := f.s.inWindow(ch.At, c.Window)
		if f.holds && !inside {
			continue
		}
		f.seen = append(f.seen, "changed to "+f.words(ch.Value)+" on "+stamp(ch.At.In(loc)))
		if !f.holds {
			f.note("that is outside the window")
		}
		return
	}
	f.seen = append(f.seen, "no change is known")
}

// hasBeen says which value the field has, since when, and how much time is missing.
func (f *finding) hasBeen(c rule.HasBeen) {
	for ch := range f.s.x.History(string(c.Field)) {
		if ch.At.After(f.s.now) {
			continue
		}
		f.seen = append(f.seen, clipped(c.Field.String(), maxLine)+" is "+f.words(ch.Value)+" since "+
			stamp(ch.At.In(f.s.now.Location())))
		switch since := c.For.EndBefore(f.s.now); {
		case f.holds || f.negated:
		case f.s.compares(ch.Value, rule.OpEq, c.Value, c.Fold):
			f.note(spanWords(calendar.Between(since, ch.At)) + " short")
		default:
			f.note("another value")
		}
		return
	}
	f.seen = append(f.seen, "no value is known to have been set")
	f.note(f.verdictWord() + " because missing")
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
	if n := len(f.seen); n > 0 {
		f.seen[0] += " (" + f.away(t) + ")"
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
		f.note("within the window")
		return
	}
	f.note(f.outside(t, c.Window))
}

// away is how far an instant is from now.
func (f *finding) away(t time.Time) string {
	switch d := calendar.Between(t, f.s.now); {
	case d == calendar.Length{}:
		return "now"
	case d.Sec < 0:
		return "in " + spanWords(d.Negative())
	default:
		return spanWords(d) + " ago"
	}
}

// outside says by how much an instant misses a window.
func (f *finding) outside(t time.Time, w rule.Window) string {
	lo, hi := f.s.windowEdges(w)
	switch {
	case lo != nil && t.Before(*lo):
		return spanWords(calendar.Between(t, *lo)) + " too early"
	case hi != nil && t.After(*hi):
		return spanWords(calendar.Between(*hi, t)) + " too late"
	}
	return "exactly on the edge, which does not count"
}
