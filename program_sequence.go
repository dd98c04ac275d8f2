package segment

import (
	"slices"
	"time"

	"github.com/segmentrules/segment/internal/sweep"
	"github.com/segmentrules/segment/rule"
)

// Sequences and regularities over the log. They ask whether there is an event,
// so the order in which it is gone through says nothing.

// A sequenceStep is a compiled [rule.Step].
type sequenceStep struct {
	*metric
	within rule.Span
	not    bool
}

// selection compiles a selection of events; of the metric only names and
// where are used.
func (c *compiler) selection(sel rule.Events) *metric { return c.metric(rule.Metric{Events: sel}) }

// sequence compiles a Sequence; one without steps is left to the definition.
func (c *compiler) sequence(l *leaf, cond rule.Sequence) {
	if len(cond.Steps) == 0 {
		return // the definition knows
	}
	l.op, l.window = leafSequence, c.window(cond.Window)
	for _, s := range cond.Steps {
		l.sequence = append(l.sequence, sequenceStep{c.selection(s.Events), s.Within, s.Not})
	}
}

// eventFrame is a frame for the WHERE of events; it shares the scratch.
func (f *frame) eventFrame() frame {
	f.scratch()
	inner := *f
	inner.isEvent = true
	return inner
}

// selects reports whether a metric selects an event that has happened; f is an
// eventFrame.
func (f *frame) selects(m *metric, e *Event) bool {
	if e.At.After(f.s.now) || !m.any && !m.named(e.Name) {
		return false
	}
	if m.where == nil {
		return true
	}
	f.space = m.space
	n := len(m.space.paths)
	if f.props = e.Props; n > 0 {
		f.open(e.Props)
	}
	ok := f.run(m.where)
	if n > 0 && len(e.Props) > 0 {
		f.scratch().giveCells(n)
	}
	return ok
}

// happensInOrder is scope.sequence.
func (f *frame) happensInOrder(l *leaf) bool {
	lo, hi, ok := f.edges(l.window)
	if !ok {
		return false
	}
	log, inner := f.log(), f.eventFrame()
	tries := len(log) * manyEvents
	for i := range log {
		at := momentOf(log[i].At)
		if !at.isSane() {
			return f.scope().holds(l.c)
		}
		if !at.less(lo) && at.less(hi) && inner.selects(l.sequence[0].metric, &log[i]) && inner.follows(log, log[i].At, l.sequence[1:], &tries) && tries >= 0 {
			return true
		}
		if tries < 0 {
			return inner.happensAmongMany(l, log, lo, hi)
		}
	}
	return false
}

// follows is scope.follows, as long as there are tries left.
func (f *frame) follows(log []Event, from time.Time, steps []sequenceStep, tries *int) bool {
	if len(steps) == 0 {
		return true
	}
	step := &steps[0]
	unbounded := step.within == rule.Span{}
	last := step.within.After(from.In(f.s.now.Location()))
	for i := range log {
		if *tries--; *tries < 0 {
			return false
		}
		e := &log[i]
		if e.At.After(from) && (unbounded || !e.At.After(last)) && f.selects(step.metric, e) && (step.not || f.follows(log, e.At, steps[1:], tries)) {
			return !step.not
		}
	}
	return step.not && !unbounded && !last.After(f.s.now)
}

// isRegular is scope.regular.
func (f *frame) isRegular(l *leaf) bool {
	c, n := l.c.(rule.Regularity), 0
	log, inner := f.log(), f.eventFrame()
	if len(log) > fewEvents {
		return inner.isRegularAmongMany(c, l.metric, log)
	}
	for i := range min(c.N, rule.MaxRegularity) {
		from, to := rule.Span{N: int64(i + 1), Unit: c.Unit}.EndBefore(f.s.now), rule.Span{N: int64(i), Unit: c.Unit}.EndBefore(f.s.now)
		for j := range log {
			if e := &log[j]; e.At.After(from) && !e.At.After(to) && inner.selects(l.metric, e) {
				n++
				break
			}
		}
	}
	return n >= c.K
}

// manyEvents is how often the events are gone over, as pairs of them are tried, before
// those of each step are put in order instead: to try all pairs would take the square of
// their number.
const manyEvents = 16

// fewEvents is up to how many events each unit of a regularity goes over all of them.
const fewEvents = 64

// selected are the instants of the events that a metric selects, oldest first; f is an
// eventFrame.
func (f *frame) selected(m *metric, log []Event) (ats []time.Time) {
	for i := range log {
		if f.selects(m, &log[i]) {
			ats = append(ats, log[i].At)
		}
	}
	if !slices.IsSortedFunc(ats, time.Time.Compare) {
		slices.SortFunc(ats, time.Time.Compare)
	}
	return ats
}

// happensAmongMany is happensInOrder by steps, from the last one back: an event of a step
// leads on if some event of the next step that leads on comes in time.
func (f *frame) happensAmongMany(l *leaf, log []Event, lo, hi moment) bool {
	for i := range log {
		if !momentOf(log[i].At).isSane() {
			return f.scope().holds(l.c)
		}
	}
	var next []time.Time // events of the step behind
	var leading []int    // how many of those before each lead on
	for i := len(l.sequence) - 1; i >= 0; i-- {
		ats := f.selected(l.sequence[i].metric, log)
		lead := make([]int, 1, len(ats)+1)
		for _, at := range ats {
			leads := i+1 == len(l.sequence) || f.leadsOn(&l.sequence[i+1], at, next, leading)
			if leads && i == 0 {
				m := momentOf(at)
				leads = !m.less(lo) && m.less(hi)
			}
			n := lead[len(lead)-1]
			if leads {
				n++
			}
			lead = append(lead, n)
		}
		next, leading = ats, lead
	}
	return leading[len(next)] > 0
}

// leadsOn is whether a step follows an instant, of whose events it is known how many lead
// on in their turn.
func (f *frame) leadsOn(step *sequenceStep, from time.Time, ats []time.Time, leading []int) bool {
	bounded := step.within != rule.Span{}
	last := step.within.After(from.In(f.s.now.Location()))
	i, j := sweep.UpTo(ats, from), len(ats)
	if bounded {
		j = max(i, sweep.UpTo(ats, last))
	}
	if step.not {
		return bounded && i == j && !last.After(f.s.now)
	}
	return leading[j] > leading[i]
}

// isRegularAmongMany is isRegular with the events put in order.
func (f *frame) isRegularAmongMany(c rule.Regularity, m *metric, log []Event) bool {
	ats, n := f.selected(m, log), 0
	end := func(i int) int { return sweep.UpTo(ats, rule.Span{N: int64(i), Unit: c.Unit}.EndBefore(f.s.now)) }
	newer := end(0)
	for i := range min(c.N, rule.MaxRegularity) {
		older := end(i + 1)
		if newer > older {
			n++
		}
		newer = older
	}
	return n >= c.K
}

// log returns the contact's events, oldest first where that is known: of a
// record in order of arrival. Those of a host's own contact are asked for once
// in a Match.
func (f *frame) log() []Event {
	if f.record != nil {
		return f.record.Log
	}
	if f.isEventless() {
		return nil
	}
	s := f.scratch()
	if !s.logged {
		s.readLog(f.s.x)
	}
	return s.log
}
