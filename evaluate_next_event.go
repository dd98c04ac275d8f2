package segment

import (
	"slices"
	"time"
)

// A fence is a bound of a window, as it moves.
type fence struct {
	c  course
	op Op // an instant t is on the inner side of the bound if t op bound
}

// fences returns the bounds of a window; an instant's place in it can change
// only when it crosses one, or when the last of them ends.
func (s lookahead) fences(w Window) []fence {
	back := func(d Span) course { return s.shiftedCourse(s.nowCourse(), d.negative()) }
	ahead := func(d Span) course { return s.shiftedCourse(s.nowCourse(), d) }
	now := fence{s.nowCourse(), Le}
	switch w.Kind {
	case WindowAll:
		return []fence{now}
	case WindowLast:
		return []fence{{back(w.A), Gt}, now}
	case WindowAgo:
		return []fence{{back(w.B), Gt}, {back(w.A), Le}}
	case WindowOlder:
		return []fence{{back(w.A), Le}}
	case WindowNext:
		return []fence{{s.nowCourse(), Gt}, {ahead(w.A), Le}}
	case WindowLater:
		return []fence{{ahead(w.A), Gt}}
	case WindowThis:
		return []fence{{s.unitCourse(w, 0), Ge}, {s.unitCourse(w, 1), Lt}}
	case WindowPrevious:
		return []fence{{s.unitCourse(w, -1), Ge}, {s.unitCourse(w, 0), Lt}}
	}
	return s.boundFences(w)
}

// boundFences are the fences of SINCE, BEFORE and BETWEEN.
func (s lookahead) boundFences(w Window) (es []fence) {
	if w.From != nil {
		c, _ := s.instantCourse(s.course(w.From))
		es = append(es, fence{c, Ge})
	}
	if w.To != nil && w.Kind == WindowBetween {
		c, _ := s.endCourse(s.course(w.To))
		es = append(es, fence{c, Lt})
	} else if w.To != nil {
		c, _ := s.instantCourse(s.course(w.To))
		es = append(es, fence{c, Lt})
	}
	return es
}

// unitCourse is the start of the calendar unit n units from the present one.
func (s lookahead) unitCourse(w Window, n int64) course {
	days := dayOf(s.now)
	start := func(n int64) int64 { return startOfUnit(days, w.Unit, n, w.StartsOn) }
	fixed := func(n int64) course { return steadyCourse(dateValue(start(n)), never()) }
	today := s.todayCourse()
	until := firstOf(flips(today, Ge, fixed(0), s.now), flips(today, Lt, fixed(1), s.now))
	c := steadyCourse(Time(startOfDay(start(n), s.now.Location())), until)
	// How far it is behind now, which lies in the present unit.
	length, room := span{sec: unitDays(w.Unit) * secondsPerDay}, s.offsets()
	least, most := span{}, length
	switch {
	case n > 0:
		least, most = length.negative(), span{nsec: -1}.normal()
	case n < 0:
		most = length.add(length)
	}
	lag := between(c.v.Time(), s.now)
	c.far = s.lagging(lag, least, most, 2*room)
	if n == 0 {
		c.far.more = spanRatio(lag) // it has begun, whatever the clocks do
	}
	return c
}

// unitDays is the longest that a calendar unit may be.
func unitDays(u Unit) int64 {
	switch u {
	case Day:
		return 1
	case Week:
		return 7
	case Month:
		return 31
	case Quarter:
		return 92
	}
	return 366
}

// crossed is the first instant at which t, where it stands now, crosses one of
// the fences.
func (s lookahead) crossed(t time.Time, es []fence) time.Time {
	c, first := steadyCourse(Time(t), never()), never()
	for _, e := range es {
		first = firstOf(first, flips(c, e.op, e.c, s.now))
	}
	return first
}

// eventsSteady is the instant until which the same events are selected and on
// the same side of the fences.
func (s lookahead) eventsSteady(sel Events, es []fence) time.Time {
	first := never()
	for e := range s.x.Events(sel.only()) {
		if !sel.named(e.Name) {
			continue
		}
		if e.At.After(s.now) {
			first = firstOf(first, e.At)
			continue
		}
		first = firstOf(first, s.crossed(e.At, es))
		if sel.Where != nil {
			first = firstOf(first, s.bind(e.Props.Value()).steady(sel.Where))
		}
	}
	return first
}

// whenSteady is the instant until which a When stays what it is.
func (s lookahead) whenSteady(c When) time.Time {
	x := s.course(c.X)
	i, ok := s.instantCourse(x)
	if !ok {
		return x.kindStays(s.now)
	}
	first := never()
	for _, e := range s.fences(c.Window) {
		first = firstOf(first, flips(i, e.op, e.c, s.now))
	}
	return first
}

// changedSteady is the instant until which a Changed stays what it is.
func (s lookahead) changedSteady(c Changed) time.Time {
	es, first := append(s.fences(c.Window), fence{s.nowCourse(), Le}), never()
	for ch := range s.x.History(string(c.Field)) {
		first = firstOf(first, s.crossed(ch.At, es))
	}
	return first
}

// hasBeenSteady is the instant until which a HasBeen stays what it is: its
// clock runs out, or a value dated in the future comes.
func (s lookahead) hasBeenSteady(c HasBeen) time.Time {
	first, newest := never(), true
	for ch := range s.x.History(string(c.Field)) {
		switch {
		case ch.At.After(s.now):
			first = firstOf(first, ch.At)
		case newest:
			newest = false
			if s.compares(ch.Value, Eq, c.Value, c.Fold) {
				since := s.shiftedCourse(s.nowCourse(), c.For.negative())
				first = firstOf(first, s.crossed(ch.At, []fence{{since, Le}}))
			}
		}
	}
	return first
}

// sequenceSteady is the instant until which a Sequence surely stays what it is:
// an event comes, a first one enters or leaves the window, or the time in which
// the last step must not happen is over.
func (s lookahead) sequenceSteady(c Sequence) time.Time {
	first, es := never(), s.fences(c.Window)
	for i, step := range c.Steps {
		var over Span
		if i+1 < len(c.Steps) && c.Steps[i+1].Not {
			over = c.Steps[i+1].Within
		}
		if i > 0 {
			es = nil
		}
		first = firstOf(first, s.eventsSteady(step.Events, es), s.waitsOver(step.Events, over))
	}
	return first
}

// waitsOver is the first instant after now at which a span that began with an
// event is over.
func (s lookahead) waitsOver(sel Events, d Span) time.Time {
	first := never()
	if d == (Span{}) {
		return first
	}
	for e := range s.x.Events("") {
		if over := d.after(e.At.In(s.now.Location())); sel.named(e.Name) && over.After(s.now) {
			first = firstOf(first, over)
		}
	}
	return first
}

// regularSteady is the instant until which every event stays in its unit.
func (s lookahead) regularSteady(c Regularity) time.Time {
	n := max(0, min(c.N, maxRegularity))
	first := s.eventsSteady(c.Events, nil)
	ends := make([]time.Time, n+1) // newest first
	for i := range ends {
		ends[i] = Span{int64(i), c.Unit}.before(s.now)
	}
	fences := make([]*fence, n+1)
	for e := range s.events(c.Events) {
		i, _ := slices.BinarySearchFunc(ends, e.At, func(end, at time.Time) int { return at.Compare(end) })
		for j := max(0, i-1); j <= min(n, i+1); j++ {
			if fences[j] == nil {
				fences[j] = &fence{s.shiftedCourse(s.nowCourse(), Span{-int64(j), c.Unit}), Le}
			}
			first = firstOf(first, s.crossed(e.At, []fence{*fences[j]}))
		}
	}
	return first
}
