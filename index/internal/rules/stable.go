package rules

import (
	"slices"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/index/internal/size"
)

// How long a whole condition stays what it is. Of an AND that fails, all parts that fail must
// change before it can hold, so it stays until the last of these may change: with few segments
// this is worth finding, since contacts then are looked at less often.

// moves reports whether a leaf may flip by time alone.
func (r *Rules) moves(l *Leaf) bool {
	if l.Attribute == None {
		return l.Clock || len(l.Inputs.Events) > 0
	}
	a := r.Attributes[l.Attribute]
	return l.Clock || a.clock || len(a.Inputs.Events) > 0
}

// StableUntil is an instant before which a condition stays what it is, if nothing
// happens to the contact; ok is false if it always does.
func (e *Evaluator) StableUntil(n *Node) (t time.Time, ok bool) {
	switch n.Kind {
	case NodeLiteral:
		return e.leafStableUntil(n.Literal.Leaf)
	case NodeCount:
		return e.first(n.Kids)
	}
	// An AND that holds ends with its first part; one that fails, when the last of
	// those that fail has changed. An OR is the other way round.
	holds := n.Kind == NodeAnd
	for _, k := range n.Kids { // what stands decides without a look at the rest
		if k.Kind == NodeLiteral && e.unchangedByTime(k.Literal.Leaf) && e.nodeHolds(k) != holds {
			return time.Time{}, false
		}
	}
	var last Earliest
	for _, k := range n.Kids {
		if e.nodeHolds(k) == holds {
			continue
		}
		t, ok := e.StableUntil(k)
		// one that fails and always will decides the whole
		if !ok {
			return time.Time{}, false
		}
		// until the last of those that fail has changed, the whole cannot
		if !last.OK || t.After(last.At) {
			last = Earliest{t, true}
		}
	}
	if last.OK {
		return last.At, true
	}
	return e.first(n.Kids)
}

// unchangedByTime reports whether a leaf stays what it is until something happens to the
// contact.
func (e *Evaluator) unchangedByTime(id LeafID) bool {
	l := e.Rules.Leaves[id]
	switch {
	case l.Kind == LeafGlobal:
		return false
	case l.Kind == LeafList || l.Kind == LeafSegment || !e.Rules.moves(l):
		return true
	case l.Clock || l.Attribute != None && e.Rules.Attributes[l.Attribute].clock:
		return false
	}
	return !e.ahead()
}

// ahead reports whether the contact has events dated in the future.
func (e *Evaluator) ahead() bool {
	if e.aheadAt != e.Epoch {
		e.aheadAt, e.hasAhead = e.Epoch, e.Contact.HasFuture(e.At)
	}
	return e.hasAhead
}

// first is when the first of some conditions may change.
func (e *Evaluator) first(ns []*Node) (time.Time, bool) {
	var n Earliest
	for _, k := range ns {
		n.Add(e.StableUntil(k))
	}
	return n.At, n.OK
}

// nodeHolds reports whether a condition holds.
func (e *Evaluator) nodeHolds(n *Node) bool {
	switch n.Kind {
	case NodeLiteral:
		return e.Truth(n.Literal.Leaf) == n.Literal.Want
	case NodeAnd:
		return !slices.ContainsFunc(n.Kids, func(k *Node) bool { return !e.nodeHolds(k) })
	case NodeOr:
		return slices.ContainsFunc(n.Kids, e.nodeHolds)
	}
	held := 0
	for _, k := range n.Kids {
		held += size.Flag(e.nodeHolds(k))
	}
	return (&count{quantity: n.Quantity, k: n.K}).holds(held) != n.Negated
}

// leafStableUntil is [Evaluator.StableUntil] for a leaf, worked out once.
func (e *Evaluator) leafStableUntil(id LeafID) (time.Time, bool) {
	if len(e.until) < len(e.Rules.Leaves) {
		e.until = append(e.until, make([]until, len(e.Rules.Leaves)-len(e.until))...)
	}
	u := &e.until[id]
	if u.epoch != e.Epoch {
		u.epoch, u.n = e.Epoch, Earliest{}
		u.n.Add(e.leafUntil(id))
	}
	return u.n.At, u.n.OK
}

// An until is when a leaf may flip by itself, as of an epoch.
type until struct {
	epoch uint32
	n     Earliest
}

// leafUntil works out when a leaf may flip by itself; ok is false if it never does.
func (e *Evaluator) leafUntil(id LeafID) (t time.Time, ok bool) {
	l := e.Rules.Leaves[id]
	switch {
	case l.Kind == LeafGlobal:
		return e.GlobalNext(l, e.At)
	case l.Kind == LeafList || l.Kind == LeafSegment || !e.Rules.moves(l):
		return t, false
	case l.Attribute == None:
		return e.LeafNext(l)
	}
	a := e.Rules.Attributes[l.Attribute]
	if !l.Clock && !a.clock && !e.ahead() {
		return t, false // events that are all past, in no window
	}
	switch {
	case a.Kind == AttributeCount:
		var n Earliest
		e.countNext(a, &n)
		if l.Clock || l.Kind == LeafAge {
			n.Add(e.leafNext(l, e.Value(l.Attribute)))
		}
		return n.At, n.OK
	case a.Kind != AttributeField:
		return e.formulaUntil(l, a)
	case l.Kind == LeafAge:
		return e.ageUntil(l, a)
	}
	return e.leafNext(l, e.Contact.AttributeValue(a))
}

// formulaUntil is leafUntil for a leaf about a formula.
func (e *Evaluator) formulaUntil(l *Leaf, a *Attribute) (t time.Time, ok bool) {
	n, expires := e.expiryNext(&a.Expiring)
	if s, ok := e.moving(a); ok && !expires {
		e.movingNext(a, s, &n)
		expires = true
	}
	if !expires && !e.unchangedUntilEvent(a, l.Attribute, &n) {
		return e.ask(e.whole(l), l.wholePace(a), e.Contact)
	}
	if l.Clock || l.Kind == LeafAge {
		n.Add(e.leafNext(l, e.Value(l.Attribute)))
	}
	return n.At, n.OK
}

// ageUntil is when the age of a field reaches the next end of the leaf's range.
func (e *Evaluator) ageUntil(l *Leaf, a *Attribute) (t time.Time, ok bool) {
	v := e.Contact.AttributeValue(a)
	if v.Kind() != segment.KindTime {
		if v.IsNull() {
			return t, false
		}
		return l.Program().Next(e.probe.with(v), e.At)
	}
	age := size.Between(v.Time(), e.At)
	// the leaf begins to hold at the one, and ceases to at the other
	for _, end := range [...]size.Length{l.Ages.From, l.Ages.To} {
		if end != size.Endless && end != size.Beginless && age.Less(end) {
			return end.After(v.Time()), true
		}
	}
	return t, false
}
