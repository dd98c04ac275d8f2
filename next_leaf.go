package segment

import (
	"slices"
	"strconv"
	"time"

	"github.com/segmentrules/segment/internal/sweep"
	"github.com/segmentrules/segment/internal/trajectory"
	"github.com/segmentrules/segment/rule"
)

// Leaves that read events, as Next looks at them. Each has cursors of its own (see next_sweep.go),
// which only go forward: what a leaf is up to its next change is found once, and kept until
// the condition around it has come there. In the condition that Next goes over, such a
// leaf is a stand-in, a segment of a name that no segment has; and within the leaf each
// aggregate is one, a field that the cursor gives its value.

// A foresight is a condition as Next looks at it.
type foresight struct {
	c      Condition // with stand-ins for the leaves
	leaves []sweptLeaf
}

// A sweptLeaf is a leaf that reads events.
type sweptLeaf struct {
	c       Condition     // with stand-ins for the aggregates
	metrics []rule.Metric // each may be about the ones before it
	first   int           // number of the first of them
	still   bool          // nothing but the events moves it
}

// foresight is the condition of a program as Next looks at it, nil if it reads no events
// or histories.
func (p *Program) foresight() *foresight {
	if f, ok := p.ahead.Load().(*foresight); ok {
		if len(f.leaves) == 0 {
			return nil
		}
		return f
	}
	f := newForesight(p.c)
	p.ahead.Store(f)
	return p.foresight()
}

// newForesight puts stand-ins into a condition; one that has such names itself stays as
// it is.
func newForesight(c Condition) *foresight {
	f, n, named := &foresight{}, 0, false
	rule.Walk(c, func(c Condition) bool {
		in, ok := c.(rule.InSegment)
		named = named || ok && isStandIn(string(in))
		for _, e := range rule.Operands(c) {
			rule.WalkExpr(e, func(e rule.Expr) {
				field, ok := e.(rule.Field)
				named = named || ok && isStandIn(string(field))
			})
		}
		return true
	})
	if named {
		return f
	}
	var whole rule.Rewriter
	whole.Expr = func(e rule.Expr) rule.Expr { return e }
	whole.Condition = func(c Condition) Condition {
		switch c.(type) {
		case rule.And, rule.Or, rule.Not, rule.Count, rule.Zoned:
			return whole.Rewrite(c)
		case rule.Each:
			return c
		}
		if !steady(c) {
			return c
		}
		l := sweptLeaf{first: n}
		l.c = l.withoutMetrics(c)
		switch c.(type) {
		case rule.Sequence, rule.Regularity, rule.Changed:
		default:
			if len(l.metrics) == 0 {
				return c
			}
		}
		l.still = timeless(l.c)
		n += len(l.metrics)
		f.leaves = append(f.leaves, l)
		return rule.InSegment(standIn + strconv.Itoa(len(f.leaves)-1))
	}
	f.c = whole.Condition(c)
	return f
}

// steady reports whether what a sequence or regularity asks of an event is always the same.
func steady(c Condition) bool {
	switch c := c.(type) {
	case rule.Sequence:
		return !slices.ContainsFunc(c.Steps, func(s rule.Step) bool { return !timeless(s.Events.Where) })
	case rule.Regularity:
		return timeless(c.Events.Where)
	}
	return true
}

// withoutMetrics puts stand-ins in the place of the aggregates of a leaf.
func (l *sweptLeaf) withoutMetrics(c Condition) Condition {
	var r rule.Rewriter
	r.Condition = func(c Condition) Condition { return c }
	r.Events = func(e rule.Events) rule.Events { return e }
	r.Expr = func(e rule.Expr) rule.Expr {
		m, ok := r.RewriteExpr(e).(rule.Metric)
		if !ok {
			return r.RewriteExpr(e)
		}
		l.metrics = append(l.metrics, m)
		return rule.Field(standIn + strconv.Itoa(l.first+len(l.metrics)-1))
	}
	return r.Rewrite(c)
}

// sweeps are the leaves that read events, in one call of Next.
type sweeps struct {
	leaves  []leafSweep
	cursors []*cursor // by number
	zones   []*time.Location
}

// newSweeps returns the leaves, none of which has been looked at.
func newSweeps(f *foresight) *sweeps {
	last := &f.leaves[len(f.leaves)-1]
	w := &sweeps{leaves: make([]leafSweep, len(f.leaves)), cursors: make([]*cursor, last.first+len(last.metrics))}
	for i := range w.leaves {
		w.leaves[i].sweptLeaf = &f.leaves[i]
	}
	return w
}

// leaf is what a stand-in stands for; nil if it is none.
func (w *sweeps) leaf(name rule.InSegment) *leafSweep {
	if w == nil || !isStandIn(string(name)) {
		return nil
	}
	i, _ := strconv.Atoi(string(name[len(standIn):]))
	return &w.leaves[i]
}

// cursor is what a field stands in for; nil if it is none.
func (w *sweeps) cursor(path string) *cursor {
	if w == nil || !isStandIn(path) {
		return nil
	}
	i, _ := strconv.Atoi(path[len(standIn):])
	return w.cursors[i]
}

// zone is a zone as it was first loaded: leaves know by it that their calendar is the same.
func (w *sweeps) zone(loc *time.Location) *time.Location {
	for _, z := range w.zones {
		if z.String() == loc.String() {
			return z
		}
	}
	w.zones = append(w.zones, loc)
	return loc
}

// A leafSweep is a leaf that reads events, as far as Next has come with it.
type leafSweep struct {
	*sweptLeaf
	begun   bool
	loc     *time.Location
	from    time.Time // from here on, and before until, it is as holds says
	holds   bool
	known   bool // whether until is known; else it is of from alone
	until   time.Time
	cursors []*cursor
	spread  *spread // of a Regularity
}

// seek moves to the instant, and reports whether the leaf holds.
func (l *leafSweep) seek(s lookahead) bool {
	if l.begun && l.loc == s.now.Location() && !s.now.Before(l.from) {
		if s.now.Equal(l.from) || l.known && s.now.Before(l.until) {
			return l.holds
		}
		l.move(s)
	} else {
		l.begin(s)
	}
	l.from, l.known, l.holds = s.now, false, l.test(s)
	return l.holds
}

// begin reads the events, for the first time or for another calendar.
func (l *leafSweep) begin(s lookahead) {
	l.begun, l.loc, l.cursors, l.spread = true, s.now.Location(), l.cursors[:0], nil
	for i, m := range l.metrics {
		c := s.newCursor(m)
		l.cursors = append(l.cursors, c)
		s.sweep.cursors[l.first+i] = c
	}
	switch c := l.c.(type) {
	case rule.Sequence:
		l.cursors = append(l.cursors, s.sequenceCursor(c))
	case rule.Changed:
		l.cursors = append(l.cursors, s.changedCursor(c))
	case rule.Regularity:
		l.spread = s.newSpread(c)
	}
}

// move moves to a later instant. It reports whether that was free: an event has entered a
// window, or left it.
func (l *leafSweep) move(s lookahead) (free bool) {
	if l.spread != nil {
		return l.spread.move(s)
	}
	for _, c := range l.cursors {
		// one that is about another must see where that has come
		if len(l.cursors) == 1 || !s.now.Before(c.next) || c.window.From != nil || c.window.To != nil {
			free = c.move(s) || free
		}
	}
	return free
}

// test is whether the leaf holds where the cursors are.
func (l *leafSweep) test(s lookahead) bool {
	switch c := l.c.(type) {
	case rule.Sequence, rule.Changed:
		return l.cursors[len(l.cursors)-1].tally.Len() > 0
	case rule.Regularity:
		return l.spread.holds(c.K)
	}
	return s.scope.holds(l.c)
}

// look is whether the leaf holds, and an instant before which that surely stays.
func (l *leafSweep) look(s lookahead, p *pair) (holds bool, until time.Time) {
	until = trajectory.Never()
	if l.spread != nil {
		return l.test(s), l.spread.next(s)
	}
	for _, c := range l.cursors {
		until = trajectory.FirstOf(until, c.next)
	}
	switch l.c.(type) {
	case rule.Sequence, rule.Changed:
		return l.test(s), until
	}
	if l.still {
		return l.test(s), until
	}
	return s.holdsUntil(l.c, p)
}

// stableUntil is [lookahead.leafStableUntil]: it goes from one instant at which the leaf
// might change to the next, until it does, or the steps are used up. Steps with which an
// event enters a window or leaves it are free, since there are only so many.
func (l *leafSweep) stableUntil(s lookahead) time.Time {
	if l.seek(s); l.known {
		return l.until
	}
	p, outer := newPair(l.c), *s.budget
	s.budget.reach, s.budget.onCurve = firstReach, false
	l.until, l.known = l.walk(s, &p), true
	s.budget.reach, s.budget.onCurve = outer.reach, outer.onCurve
	return l.until
}

// sweptSteps is how many steps more a look at a leaf that reads events counts as, where no
// event has come or gone: TODAY beside a COUNT is followed for years, and not for decades.
const sweptSteps = 15

// walk is stableUntil, once the leaf is where s is.
func (l *leafSweep) walk(s lookahead, p *pair) time.Time {
	_, until := l.look(s, p)
	for n := 0; n < maxLeafSteps || n < maxCurveSteps && s.budget.onCurve; {
		if trajectory.IsNever(until) {
			return until
		}
		s.budget.adjustReach(s.now, until)
		s = s.at(until)
		if !l.move(s) {
			n++
			s.budget.steps -= sweptSteps
			if s.budget.spend(); s.budget.steps <= 0 {
				break
			}
		}
		var holds bool
		if holds, until = l.look(s, p); holds != l.holds {
			break
		}
	}
	return s.now
}

// changedCursor is a cursor over the changes of a field.
func (s lookahead) changedCursor(c rule.Changed) *cursor {
	out := &cursor{window: c.Window}
	for ch := range s.changes(c) {
		out.ats = append(out.ats, ch.At.In(s.now.Location()))
	}
	slices.SortFunc(out.ats, time.Time.Compare)
	out.begin(s, sweep.NewTally(rule.AggCount, nil, len(out.ats), s.now.Location()))
	return out
}

// sequenceCursor is a cursor over the events with which a sequence may begin. Each counts
// from the instant on at which the sequence that began with it is complete.
func (s lookahead) sequenceCursor(c rule.Sequence) *cursor {
	out := &cursor{window: c.Window}
	steps := make([][]time.Time, len(c.Steps))
	for i, step := range c.Steps {
		steps[i] = s.selectedInstants(step.Events)
	}
	if len(steps) > 0 {
		out.ats = steps[0]
	}
	done := s.completed(c.Steps, steps)
	out.ripens = func(s lookahead, i int) (bool, time.Time) {
		if done[i].After(s.now) {
			return false, done[i]
		}
		return true, trajectory.Never()
	}
	out.begin(s, sweep.NewTally(rule.AggCount, nil, len(out.ats), s.now.Location()))
	return out
}

// selectedInstants are the instants of the events that are selected, oldest first, those of
// the future too.
func (s lookahead) selectedInstants(sel rule.Events) (ats []time.Time) {
	for e := range s.x.Events(onlyName(sel)) {
		if sel.Named(e.Name) && (sel.Where == nil || s.scope.bind(e.Props.Value()).holds(sel.Where)) {
			ats = append(ats, e.At.In(s.now.Location()))
		}
	}
	slices.Reverse(ats)
	return ats
}

// completed is when the sequences are complete that begin with each event of the first
// step; never for those that will not be. It goes from the last step back: an event of a
// step leads on to the earliest completion of the next step that comes in time.
func (s lookahead) completed(steps []rule.Step, ats [][]time.Time) []time.Time {
	var done []time.Time // of the step behind
	for i := len(steps) - 1; i >= 0; i-- {
		var next sweep.Least
		if i+1 < len(steps) {
			next = sweep.NewLeast(done)
		}
		now := make([]time.Time, len(ats[i]))
		for j, at := range ats[i] {
			now[j] = at
			if i+1 == len(steps) {
				continue
			}
			now[j] = trajectory.Never()
			step := steps[i+1]
			last, bounded := step.Within.After(at), step.Within != rule.Span{}
			from, to := sweep.UpTo(ats[i+1], at), len(ats[i+1])
			if bounded {
				to = sweep.UpTo(ats[i+1], last)
			}
			switch {
			case !step.Not:
				if t, ok := next.Of(from, max(from, to)); ok {
					now[j] = t
				}
			case bounded && from >= to:
				now[j] = trajectory.LaterOf(last, at)
			}
		}
		done = now
	}
	return done
}

// A spread says in which of the last units there are events.
type spread struct {
	unit  rule.Unit
	ats   []time.Time
	upTo  []int       // how many events are up to the end of each unit, the newest first
	until []time.Time // when the end of each comes to the next event
	full  int         // in how many units there are events
	moves int
}

// newSpread reads the events of a Regularity.
func (s lookahead) newSpread(c rule.Regularity) *spread {
	n := max(0, min(c.N, rule.MaxRegularity))
	d := &spread{unit: c.Unit, ats: s.selectedInstants(c.Events), upTo: make([]int, n+1), until: make([]time.Time, n+1)}
	d.moves = 4 * (len(d.ats) + 4) * (n + 1)
	for i := range d.upTo {
		d.upTo[i] = -1
	}
	d.move(s)
	return d
}

// move moves to a later instant, and reports whether that is free.
func (d *spread) move(s lookahead) (free bool) {
	for i := range d.upTo {
		if d.upTo[i] >= 0 && s.now.Before(d.until[i]) {
			continue
		}
		back, n := rule.Span{N: -int64(i), Unit: d.unit}, max(0, d.upTo[i])
		n = shifted(d.ats, n, back.EndAfter(s.now).Add(1))
		if free = free || n != d.upTo[i]; n != d.upTo[i] {
			d.moves--
		}
		d.upTo[i], d.until[i] = n, trajectory.Never()
		if n < len(d.ats) {
			d.until[i] = trajectory.LaterOf(back.Reaches(d.ats[n]), s.now.Add(1))
		}
	}
	d.full = 0
	for i := 1; i < len(d.upTo); i++ {
		if d.upTo[i] < d.upTo[i-1] {
			d.full++
		}
	}
	return free && d.moves >= 0
}

// holds reports whether there are events in enough of the units.
func (d *spread) holds(k int) bool { return d.full >= k }

// next is the first instant at which an event passes from one unit to another.
func (d *spread) next(s lookahead) time.Time {
	return trajectory.FirstOf(trajectory.Never(), d.until...)
}
