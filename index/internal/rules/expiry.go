package rules

import (
	"slices"
	"strings"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/index/internal/size"
	"github.com/segmentrules/segment/rule"
)

// An Expiry is when an event may change what reads it, besides the instant of the
// event itself: when it is so old. A window that has no end has no such expiry, and
// then the age is endless.
type Expiry struct {
	Event string // or a prefix that ends in *
	Age   size.Length
}

// An Expiring is the expiries of a condition or an expression.
type Expiring struct {
	expiries []Expiry
	// OnlyExpires says that these are all that moves what is said of the contact: no clock,
	// and no window that has its ends in the calendar.
	OnlyExpires bool
}

// An expiryFinder collects expiries.
type expiryFinder struct{ Expiring }

// expiriesOf returns the expiries of a leaf without an attribute.
func expiriesOf(c segment.Condition) Expiring {
	f := expiryFinder{Expiring{OnlyExpires: true}}
	f.leaf(c)
	return f.Expiring
}

// expiriesOfExpr returns the expiries of an expression.
func expiriesOfExpr(x rule.Expr) Expiring {
	f := expiryFinder{Expiring{OnlyExpires: true}}
	f.expr(x)
	return f.Expiring
}

// leaf collects from a condition without AND, OR and NOT.
func (f *expiryFinder) leaf(c segment.Condition) {
	switch c := c.(type) {
	case rule.Sequence:
		f.sequence(c)
	case rule.Compare, rule.Between:
		rule.Visitor{Expr: f.expr}.Visit(c)
	default:
		f.OnlyExpires = false
	}
}

// expr collects from an expression.
func (f *expiryFinder) expr(x rule.Expr) bool {
	switch x := x.(type) {
	case segment.Value, rule.Field, rule.Calculated, rule.Arith:
	case rule.Metric:
		f.selected(x.Events, x.Window)
		return true
	case rule.Call:
		f.OnlyExpires = f.OnlyExpires && x.Fn != rule.FnNow && x.Fn != rule.FnToday && x.Fn != rule.FnAge && x.Fn != rule.FnAnniversary
	default:
		f.OnlyExpires = false
	}
	return rule.Visitor{Expr: f.expr}.VisitExpr(x)
}

// selected adds the expiries of events in a window.
func (f *expiryFinder) selected(e rule.Events, w rule.Window) {
	// over all time nothing leaves the window, but events still come
	age, rolls := size.Endless, true
	switch w.Kind {
	case rule.WindowAll:
	case rule.WindowLast:
		age, rolls = size.Fixed(w.A)
	default:
		rolls = false
	}
	// a window of the calendar, or a WHERE that may change by itself: time moves it otherwise
	if !rolls || age.Sec <= 0 || !timeless(e.Where) || len(e.Names) == 0 {
		f.OnlyExpires = false
		return
	}
	for _, name := range e.Names {
		f.add(Expiry{name, age})
	}
}

// add adds an expiry, once.
func (f *expiryFinder) add(p Expiry) {
	if !slices.Contains(f.expiries, p) {
		f.expiries = append(f.expiries, p)
	}
}

// sequence: its window bounds the first step, and a step that must not happen is
// decided when the time in which it might have is over.
func (f *expiryFinder) sequence(c rule.Sequence) {
	for i, step := range c.Steps {
		window := rule.Window{}
		if i == 0 {
			window = c.Window
		}
		f.selected(step.Events, window)
		// the next step must not happen within some time: when that is over, this step counts
		if i+1 == len(c.Steps) || !c.Steps[i+1].Not || c.Steps[i+1].Within.N == 0 {
			continue
		}
		over, ok := size.Fixed(c.Steps[i+1].Within)
		f.OnlyExpires = f.OnlyExpires && ok && over.Sec > 0
		for _, name := range step.Events.Names {
			f.add(Expiry{name, over})
		}
	}
}

// Reads reports whether the expiry is of events of this name.
func (p Expiry) Reads(name string) bool {
	if IsPattern(p.Event) {
		return strings.HasPrefix(name, p.Event[:len(p.Event)-1])
	}
	return p.Event == name
}

// A demand is a field of an event that a WHERE demands to be equal to a value:
// other events change nothing.
type demand struct {
	prop rule.Field
	v    segment.Value
}

// demandOf returns what the WHERE of a metric demands, if it demands anything.
func demandOf(x rule.Expr) (d demand, ok bool) {
	m, isMetric := x.(rule.Metric)
	if !isMetric || m.Events.Where == nil {
		return d, false
	}
	parts, isAnd := m.Events.Where.(rule.And)
	if !isAnd {
		parts = rule.And{m.Events.Where}
	}
	for _, part := range parts {
		c, isCompare := part.(rule.Compare)
		if !isCompare || c.Op != rule.OpEq || c.Fold {
			continue
		}
		prop, isField := c.Left.(rule.Field)
		v, isValue := c.Right.(segment.Value)
		if isField && isValue && indexable(v) {
			return demand{prop, v}, true
		}
	}
	return d, false
}
