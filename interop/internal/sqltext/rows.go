package sqltext

import (
	"github.com/segmentrules/segment/interop/internal/build"
	"github.com/segmentrules/segment/interop/internal/source"
	"github.com/segmentrules/segment/rule"
)

// Rows in SQL: a row of events or of memberships that satisfies the WHERE puts the contact in,
// so what is asked of one row belongs together: the condition is taken apart into
// alternatives, each with the events of one name and window that satisfy the rest.

// maxAlternatives is into how many alternatives a WHERE may be taken apart.
const maxAlternatives = 64

// A sqlFound is the events of one alternative, and what is asked of the contact beside them.
type sqlFound struct {
	contact []rule.Condition
	events  rule.Events
	window  rule.Window
}

// A sqlUnit is a part of an alternative.
type sqlUnit struct {
	test     *Test
	negative bool
}

// any holds if there is such an event, or a list of the names.
func (f *sqlFound) any(t Table) rule.Condition {
	if !t.Lists {
		return build.Did(f.events, f.window)
	}
	var either []rule.Condition
	for _, name := range f.events.Names {
		either = append(either, rule.InList(name))
	}
	return build.AnyOf(either...)
}

// alternatives takes a condition apart: one of them must hold, all units of it. nil if they
// are too many.
func (q *Query) alternatives(t *Test, outer bool) [][]sqlUnit {
	negative := outer != t.negative
	switch {
	case t.link && !negative:
		return [][]sqlUnit{nil}
	case t.parts == nil || t.Reads == Contact || t.Reads == Event:
		return [][]sqlUnit{{{t, outer}}}
	}
	alternatives := [][]sqlUnit{nil}
	if t.either != negative {
		alternatives = nil
	}
	for _, p := range t.parts {
		more := q.alternatives(p, negative)
		if t.either != negative {
			alternatives = append(alternatives, more...)
		} else {
			var product [][]sqlUnit
			for _, a := range alternatives {
				for _, b := range more {
					product = append(product, append(a[:len(a):len(a)], b...))
				}
			}
			alternatives = product
		}
		if more == nil || len(alternatives) > maxAlternatives {
			return nil
		}
	}
	return alternatives
}

// row is what one alternative asks; nil if a part of it is lost: of the rest it would be
// another event.
func (q *Query) row(at *source.Node, units []sqlUnit, t Table) *sqlFound {
	f := &sqlFound{}
	var where []rule.Condition
	var whens []sqlWhen
	names, lost := []string(nil), false
	if t.Event != "" {
		names = []string{t.Event}
	}
	for _, u := range units {
		negative := u.negative != u.test.negative
		switch c := u.test.Holds(u.negative); {
		case u.test.lost:
			lost = true
		case u.test.names != nil && (negative || names != nil):
			q.Omit(u.test.at, source.NeedEventNames, "the name of an event, or a list, that it must not have, or several at once")
			lost = true
		case u.test.names != nil:
			names = u.test.names
		case u.test.when != nil:
			w := *u.test.when
			if negative {
				w.op = [...]rule.Op{rule.OpEq: rule.OpEq, rule.OpLt: rule.OpGe, rule.OpLe: rule.OpGt, rule.OpGt: rule.OpLe, rule.OpGe: rule.OpLt}[w.op]
			}
			if lost = lost || negative && w.op == rule.OpEq; lost {
				q.Omit(u.test.at, source.NeedEventTime, "events at any instant but one")
			}
			whens = append(whens, w)
		case u.test.Reads&Event == 0:
			f.contact = append(f.contact, c)
		default:
			lost = lost || c == nil
			where = append(where, c)
		}
	}
	if lost || t.Lists && (len(names) == 0 || len(where)+len(whens) > 0) {
		if !lost {
			q.Omit(at, source.NeedListStatus, "lists by other than their id")
		}
		return nil
	}
	if names == nil {
		names = []string{"*"}
	}
	f.events = rule.Events{Names: names, Where: build.All(where...)}
	f.window = q.windowOf(whens)
	return f
}

// windowOf is the window that comparisons of the instant of an event make.
func (q *Query) windowOf(whens []sqlWhen) rule.Window {
	var from, to *sqlWhen
	for i, w := range whens {
		if w.op == rule.OpGt || w.op == rule.OpGe || w.op == rule.OpEq {
			from = &whens[i]
		}
		if w.op == rule.OpLt || w.op == rule.OpLe || w.op == rule.OpEq {
			to = &whens[i]
		}
	}
	told := 0
	if from != nil {
		told++
	}
	if to != nil && (from != to) {
		told++
	}
	if told < len(whens) {
		q.Change(whens[0].at, source.NeedEventTime, "of several bounds of a window on one side the last counts")
	}
	var back, near rule.Span
	rolls, older := false, false
	if from != nil {
		back, rolls = spanBack(from.x)
		rolls = rolls && from.op == rule.OpGt
	}
	if to != nil {
		near, older = spanBack(to.x)
		older = older && to.op == rule.OpLe
	}
	switch {
	case from == nil && to == nil:
		return rule.Window{}
	case rolls && (to == nil || older && near.N == 0):
		return build.LastSpan(back)
	case rolls && older && back.Unit == near.Unit && back.N > near.N:
		return build.AgoSpans(near, back)
	case from == nil && older && near.N > 0:
		return build.OlderThan(near)
	case from == nil && older:
		return rule.Window{}
	}
	from, to = from.startsBefore(), to.endsAfter()
	switch {
	case from != nil && from.op == rule.OpGt:
		q.Change(from.at, source.NeedEventTime, "an event at the very start of the window")
	case to != nil && to.op != rule.OpLt:
		q.Change(to.at, source.NeedEventTime, "an event at the very end of the window")
	}
	switch {
	case to == nil:
		return build.Since(from.x)
	case from == nil:
		return build.Before(to.x)
	}
	return build.Between(from.x, to.x)
}

// startsBefore is a lower bound that is included in its window, if that can be said: the first
// instant after a constant one.
func (w *sqlWhen) startsBefore() *sqlWhen {
	if at, constant := w.constant(); constant && w.op == rule.OpGt {
		return &sqlWhen{rule.OpGe, build.JustAfter(at), w.at}
	}
	return w
}

// endsAfter is an upper bound that is not included in its window, if that can be said.
func (w *sqlWhen) endsAfter() *sqlWhen {
	if at, constant := w.constant(); constant && w.op != rule.OpLt {
		return &sqlWhen{rule.OpLt, build.JustAfter(at), w.at}
	}
	return w
}

// constant is the bound if it is a constant instant.
func (w *sqlWhen) constant() (at rule.Value, ok bool) {
	if w != nil {
		at, ok = w.x.(rule.Value)
	}
	return at, ok && at.Kind() == rule.KindTime
}

// spanBack is how far back from now an instant is, if it is said by a span.
func spanBack(x rule.Expr) (s rule.Span, ok bool) {
	switch x := x.(type) {
	case rule.Call:
		return rule.Span{Unit: rule.UnitDay}, x.Fn == rule.FnNow
	case rule.Arith:
		s, ok = x.Right.(rule.Span)
		c, isCall := x.Left.(rule.Call)
		return s, ok && isCall && c.Fn == rule.FnNow && x.Op == rule.ArithSub && s.N > 0
	}
	return s, false
}
