package passing

// Sources of instants, and what adds shifts to them: windows, and what is dated in the
// future. A source that is asked for twice is one.

import (
	"slices"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/internal/calendar"
	"github.com/segmentrules/segment/rule"
	"github.com/segmentrules/segment/sqlgen/internal/edge"
)

// A Kind is what the rows of a source are.
type Kind uint8

// The kinds of sources.
const (
	OfEvents  Kind = iota // selected by Events
	OfField               // the contact's field Name
	OfList                // joinings of the list Name
	OfHistory             // changes of the field Name
)

// A Source is rows with an instant each.
type Source struct {
	Kind   Kind
	Name   string
	Events rule.Events
	Now    time.Time // its zone is the calendar of what Events ask
	Shifts []Shift   // each once, in no order
}

// A Shift is how many seconds after an instant an edge passes it; just after, if After
// says so.
type Shift struct {
	Sec   int64
	After bool
}

// A Host says what is stored where.
type Host struct {
	// IsInstant reports whether a field is an instant in a column of its own.
	IsInstant func(rule.Field) bool
	// HasJoined reports whether the instants of joining lists are stored.
	HasJoined bool
	// Until is the instant up to which a test of the rule gives the same answer for the
	// same rows; that at which it is asked if it cannot say. What is dated in the future is
	// no matter of it.
	Until func(test segment.Condition, at time.Time) time.Time
}

// Passings are the sources found so far.
type Passings struct {
	Host
	now     time.Time // its zone is the calendar
	sources []*Source
	unknown bool
}

// MaxShifts bounds the shifts of one source.
const MaxShifts = 60

// New returns passings of which no test is known yet.
func New(h Host) *Passings { return &Passings{Host: h} }

// Sources returns the sources of all tests that were found; ok is false if one cannot be
// told.
func (p *Passings) Sources() (all []*Source, ok bool) { return p.sources, !p.unknown }

// Find finds the sources of a test, in the calendar of at, and returns the instant up to
// which they say all, zero if that is for ever. It is no node that has further conditions.
func (p *Passings) Find(test segment.Condition, at time.Time) (until time.Time) {
	p.now = at
	p.future(test)
	if until = p.Until(test, at); until.Equal(at) {
		return p.passings(test)
	}
	if in := rule.Reads(test); until.IsZero() || len(in.Fields)+len(in.Events)+len(in.Lists)+len(in.Segments)+len(in.History) == 0 {
		return until
	}
	return p.beforeClockChange(until)
}

// Unknown says that a part of the rule cannot be told.
func (p *Passings) Unknown() { p.unknown = true }

// future makes sources of all that happens at its own instant, if that is in the future.
func (p *Passings) future(c segment.Condition) {
	eachEvents(c, func(sel rule.Events) { p.shift(p.events(sel), Shift{}) })
	rule.Walk(c, func(c segment.Condition) bool {
		switch c := c.(type) {
		case rule.InList:
			p.shift(p.joinings(string(c)), Shift{})
		case rule.Changed:
			p.shift(p.changes(c.Field), Shift{})
		case rule.HasBeen:
			p.shift(p.changes(c.Field), Shift{})
		}
		for _, e := range rule.Operands(c) {
			rule.WalkExpr(e, func(e rule.Expr) {
				if list, ok := e.(rule.Joined); ok {
					p.shift(p.joinings(string(list)), Shift{})
				}
			})
		}
		return true
	})
}

// eachEvents calls f for the events of all metrics, sequences and regularities.
func eachEvents(c segment.Condition, f func(rule.Events)) {
	v := rule.Visitor{Events: func(sel rule.Events) bool {
		f(sel)
		return true
	}}
	v.Condition = func(c segment.Condition) bool { return v.Visit(c) }
	v.Expr = func(e rule.Expr) bool { return v.VisitExpr(e) }
	v.Window = func(w rule.Window) bool { return true }
	v.Condition(c)
}

// shift adds a shift to a source, which may be none.
func (p *Passings) shift(of *Source, by Shift) {
	if of != nil && !slices.Contains(of.Shifts, by) {
		of.Shifts = append(of.Shifts, by)
		p.unknown = p.unknown || len(of.Shifts) > MaxShifts
	}
}

// once is a source, made if it is not there yet.
func (p *Passings) once(s Source) *Source {
	for _, o := range p.sources {
		if o.Kind == s.Kind && o.Name == s.Name && (s.Kind != OfEvents || o.Now.Location() == s.Now.Location()) {
			return o
		}
	}
	p.sources = append(p.sources, &s)
	return &s
}

// events is the source of selected events.
func (p *Passings) events(sel rule.Events) *Source {
	if sel.Where != nil && rule.Reads(sel.Where).Clock {
		p.unknown = true
	}
	return p.once(Source{Kind: OfEvents, Name: rule.Metric{Agg: rule.AggCount, Events: sel}.String(), Events: sel, Now: p.now})
}

// joinings is the source of the instants of joining a list, nil if whoever is on it has
// joined it.
func (p *Passings) joinings(list string) *Source {
	if !p.HasJoined {
		return nil
	}
	return p.once(Source{Kind: OfList, Name: list})
}

// changes is the source of the changes of a field.
func (p *Passings) changes(f rule.Field) *Source {
	return p.once(Source{Kind: OfHistory, Name: string(f)})
}

// edge shifts sources by the edge that lies a span from now. The instants that pass it
// are sec seconds after those of the sources.
func (p *Passings) edge(of *Source, sec int64, span rule.Span) (until time.Time) {
	e, ok := edge.Of(span, p.now)
	if !ok {
		p.unknown = true
	}
	p.shift(of, Shift{Sec: sec + e.Behind})
	return e.Until
}

// window shifts sources by the edges of a window.
func (p *Passings) window(of *Source, sec int64, w rule.Window) (until time.Time) {
	now := rule.Span{}
	switch w.Kind {
	case rule.WindowAll:
		return p.edge(of, sec, now)
	case rule.WindowLast:
		return calendar.Sooner(p.edge(of, sec, w.A.Negative()), p.edge(of, sec, now))
	case rule.WindowAgo:
		return calendar.Sooner(p.edge(of, sec, w.B.Negative()), p.edge(of, sec, w.A.Negative()))
	case rule.WindowOlder:
		return p.edge(of, sec, w.A.Negative())
	case rule.WindowNext:
		return calendar.Sooner(p.edge(of, sec, now), p.edge(of, sec, w.A))
	case rule.WindowLater:
		return p.edge(of, sec, w.A)
	case rule.WindowThis, rule.WindowPrevious, rule.WindowFollowing:
		return p.beforeClockChange(calendar.StartOfDay(w.PeriodStart(calendar.DayOf(p.now), 1), p.now.Location()))
	}
	return calendar.Sooner(p.openEdge(of, sec, w.From), p.openEdge(of, sec, w.To))
}

// openEdge shifts sources by an edge of SINCE, BEFORE or BETWEEN.
func (p *Passings) openEdge(of *Source, sec int64, e rule.Expr) (until time.Time) {
	if e == nil {
		return time.Time{}
	}
	test := rule.IsNull{X: e}
	switch {
	case !rule.IsConstant(e):
		p.unknown = true
	case !p.readsNow(test):
		return p.operands(test)
	default:
		l, ok := p.line(e)
		if !ok || l.now != 1 || l.stored != 0 {
			p.unknown = true
			break
		}
		// An instant at the edge is on the side of those after it.
		p.shift(of, Shift{Sec: sec - l.sec, After: true})
	}
	return time.Time{}
}

// sequencePassings are those of the first step's window, and of the time in which the last
// step must not happen.
func (p *Passings) sequencePassings(c rule.Sequence) (until time.Time) {
	for i, step := range c.Steps {
		if i == 0 {
			until = p.window(p.events(step.Events), 0, c.Window)
		}
		if step.Not && i > 0 {
			sec, ok := step.Within.Fixed()
			if !ok || sec > longestShift {
				p.unknown = true
			}
			p.shift(p.events(c.Steps[i-1].Events), Shift{Sec: sec})
		}
	}
	return until
}
