package index

import (
	"slices"
	"time"

	"github.com/segmentrules/segment"
)

// moves reports whether a leaf may flip by time alone.
func (r *rules) moves(l *leaf) bool {
	if l.attr == none {
		return l.clock || len(l.inputs.Events) > 0
	}
	a := r.attrs[l.attr]
	return l.clock || a.clock || len(a.inputs.Events) > 0
}

// steady is an instant before which a condition stays what it is, if nothing
// happens to the contact; ok is false if it always does.
func (e *eval) steady(n *node) (t time.Time, ok bool) {
	switch n.kind {
	case nodeLiteral:
		return e.leafSteady(n.lit.leaf)
	case nodeCount:
		return e.first(n.kids)
	}
	// An AND that holds ends with its first part; one that fails, when the last of
	// those that fail has changed. An OR is the other way round.
	holds := n.kind == nodeAnd
	for _, k := range n.kids { // what stands decides without a look at the rest
		if k.kind == nodeLiteral && e.stands(k.lit.leaf) && e.nodeHolds(k) != holds {
			return time.Time{}, false
		}
	}
	var last nextAt
	for _, k := range n.kids {
		if e.nodeHolds(k) == holds {
			continue
		}
		t, ok := e.steady(k)
		if !ok {
			return time.Time{}, false
		}
		if !last.ok || t.After(last.t) {
			last = nextAt{t, true}
		}
	}
	if last.ok {
		return last.t, true
	}
	return e.first(n.kids)
}

// stands reports whether a leaf stays what it is until something happens to the
// contact.
func (e *eval) stands(id leafID) bool {
	l := e.r.leaves[id]
	switch {
	case l.kind == leafGlobal:
		return false
	case l.kind == leafList || l.kind == leafSegment || !e.r.moves(l):
		return true
	case l.clock || l.attr != none && e.r.attrs[l.attr].clock:
		return false
	}
	return !e.ahead()
}

// ahead reports whether the contact has events dated in the future.
func (e *eval) ahead() bool {
	if e.aheadAt != e.epoch {
		e.aheadAt, e.hasAhead = e.epoch, e.w.ahead(e.at)
	}
	return e.hasAhead
}

// first is when the first of some conditions may change.
func (e *eval) first(ns []*node) (time.Time, bool) {
	var n nextAt
	for _, k := range ns {
		n.add(e.steady(k))
	}
	return n.t, n.ok
}

// nodeHolds reports whether a condition holds.
func (e *eval) nodeHolds(n *node) bool {
	switch n.kind {
	case nodeLiteral:
		return e.truth(n.lit.leaf) == n.lit.want
	case nodeAnd:
		return !slices.ContainsFunc(n.kids, func(k *node) bool { return !e.nodeHolds(k) })
	case nodeOr:
		return slices.ContainsFunc(n.kids, e.nodeHolds)
	}
	held := 0
	for _, k := range n.kids {
		held += flag(e.nodeHolds(k))
	}
	return (&count{quantity: n.q, k: n.k}).holds(held) != n.neg
}

// leafSteady is steady for a leaf, worked out once.
func (e *eval) leafSteady(id leafID) (time.Time, bool) {
	if len(e.until) < len(e.r.leaves) {
		e.until = append(e.until, make([]until, len(e.r.leaves)-len(e.until))...)
	}
	u := &e.until[id]
	if u.epoch != e.epoch {
		u.epoch, u.n = e.epoch, nextAt{}
		u.n.add(e.leafUntil(id))
	}
	return u.n.t, u.n.ok
}

// An until is when a leaf may flip by itself, as of an epoch.
type until struct {
	epoch uint32
	n     nextAt
}

func (e *eval) leafUntil(id leafID) (t time.Time, ok bool) {
	l := e.r.leaves[id]
	switch {
	case l.kind == leafGlobal:
		return l.program().Next(&nobody, e.at)
	case l.kind == leafList || l.kind == leafSegment || !e.r.moves(l):
		return t, false
	case l.attr == none:
		return e.opaqueNext(l)
	}
	a := e.r.attrs[l.attr]
	if !l.clock && !a.clock && !e.ahead() {
		return t, false // events that are all past, in no window
	}
	switch {
	case a.kind == attrCount:
		var n nextAt
		e.countNext(a, &n)
		if l.clock || l.kind == leafAge {
			n.add(e.leafNext(l, e.value(l.attr)))
		}
		return n.t, n.ok
	case a.kind != attrField:
		return e.formulaUntil(l, a)
	case l.kind == leafAge:
		return e.ageUntil(l, a)
	}
	return l.program().Next(e.probe.with(e.w.field(a)), e.at)
}

// formulaUntil is leafUntil for a leaf about a formula.
func (e *eval) formulaUntil(l *leaf, a *attr) (t time.Time, ok bool) {
	n, pulsed := e.pulseNext(&a.pulsing)
	if !pulsed && !e.rests(a, l.attr, &n) {
		return e.whole(l).Next(e.w, e.at)
	}
	if l.clock || l.kind == leafAge {
		n.add(e.leafNext(l, e.value(l.attr)))
	}
	return n.t, n.ok
}

// ageUntil is when the age of a field reaches the next end of the leaf's range.
func (e *eval) ageUntil(l *leaf, a *attr) (t time.Time, ok bool) {
	v := e.w.field(a)
	if v.Kind() != segment.KindTime {
		if v.IsNull() {
			return t, false
		}
		return l.program().Next(e.probe.with(v), e.at)
	}
	age := between(v.Time(), e.at)
	for _, end := range [...]span{l.ages.from, l.ages.to} {
		if end != endless && end != beginless && age.less(end) {
			return end.after(v.Time()), true
		}
	}
	return t, false
}
