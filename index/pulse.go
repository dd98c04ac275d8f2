package index

import (
	"slices"
	"strings"

	"github.com/segmentrules/segment"
)

// A pulse is when an event may change what reads it, besides the instant of the
// event itself: when it is so old. A window that has no end has no such pulse, and
// then the age is endless.
type pulse struct {
	event string // or a prefix that ends in *
	age   span
}

// A pulsing is the pulses of a condition or an expression.
type pulsing struct {
	pulses []pulse
	// pulsed says that these are all that moves what is said of the contact: no clock,
	// and no window that has its ends in the calendar.
	pulsed bool
}

// A pulseFinder collects pulses.
type pulseFinder struct{ pulsing }

// pulsesOf returns the pulses of a leaf without an attribute.
func pulsesOf(c segment.Condition) pulsing {
	f := pulseFinder{pulsing{pulsed: true}}
	f.leaf(c)
	return f.pulsing
}

// pulsesOfExpr returns the pulses of an expression.
func pulsesOfExpr(x segment.Expr) pulsing {
	f := pulseFinder{pulsing{pulsed: true}}
	f.expr(x)
	return f.pulsing
}

func (f *pulseFinder) leaf(c segment.Condition) {
	switch c := c.(type) {
	case segment.Sequence:
		f.sequence(c)
	case segment.Compare, segment.Between:
		segment.Visitor{Expr: f.expr}.Visit(c)
	default:
		f.pulsed = false
	}
}

// expr collects the pulses of an expression; it reports whether to go on, which is
// always so.
func (f *pulseFinder) expr(x segment.Expr) bool {
	switch x := x.(type) {
	case segment.Value, segment.Field, segment.Calculated, segment.Arith:
	case segment.Metric:
		f.selected(x.Events, x.Window)
		return true
	case segment.Call:
		f.pulsed = f.pulsed && x.Fn != segment.FnNow && x.Fn != segment.FnToday && x.Fn != segment.FnAge && x.Fn != segment.FnAnniversary
	default:
		f.pulsed = false
	}
	return segment.Visitor{Expr: f.expr}.VisitExpr(x)
}

// selected adds the pulses of events in a window.
func (f *pulseFinder) selected(e segment.Events, w segment.Window) {
	age, rolls := endless, true
	switch w.Kind {
	case segment.WindowAll:
	case segment.WindowLast:
		age, rolls = rolling(w.A)
	default:
		rolls = false
	}
	if !rolls || age.sec <= 0 || !timeless(e.Where) || len(e.Names) == 0 {
		f.pulsed = false
		return
	}
	for _, name := range e.Names {
		f.add(pulse{name, age})
	}
}

func (f *pulseFinder) add(p pulse) {
	if !slices.Contains(f.pulses, p) {
		f.pulses = append(f.pulses, p)
	}
}

// sequence: its window bounds the first step, and a step that must not happen is
// decided when the time in which it might have is over.
func (f *pulseFinder) sequence(c segment.Sequence) {
	for i, step := range c.Steps {
		window := segment.Window{}
		if i == 0 {
			window = c.Window
		}
		f.selected(step.Events, window)
		if i+1 == len(c.Steps) || !c.Steps[i+1].Not || c.Steps[i+1].Within.N == 0 {
			continue
		}
		over, ok := rolling(c.Steps[i+1].Within)
		f.pulsed = f.pulsed && ok && over.sec > 0
		for _, name := range step.Events.Names {
			f.add(pulse{name, over})
		}
	}
}

// reads reports whether the pulse is of events of this name.
func (p pulse) reads(name string) bool {
	if isPattern(p.event) {
		return strings.HasPrefix(name, p.event[:len(p.event)-1])
	}
	return p.event == name
}

// A demand is a field of an event that a WHERE demands to be equal to a value:
// other events change nothing.
type demand struct {
	prop segment.Field
	v    segment.Value
}

// demandOf returns what the WHERE of a metric demands, if it demands anything.
func demandOf(x segment.Expr) (d demand, ok bool) {
	m, isMetric := x.(segment.Metric)
	if !isMetric || m.Events.Where == nil {
		return d, false
	}
	parts, isAnd := m.Events.Where.(segment.And)
	if !isAnd {
		parts = segment.And{m.Events.Where}
	}
	for _, part := range parts {
		c, isCompare := part.(segment.Compare)
		if !isCompare || c.Op != segment.Eq || c.Fold {
			continue
		}
		prop, isField := c.Left.(segment.Field)
		v, isValue := c.Right.(segment.Value)
		if isField && isValue && indexable(v) {
			return demand{prop, v}, true
		}
	}
	return d, false
}
