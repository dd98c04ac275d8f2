package index

import (
	"slices"

	"github.com/segmentrules/segment/index/internal/eventlog"
)

// Touched is what reads the inputs that change at once: attributes and leaves,
// each once.
type touched struct {
	attrs  []attrID
	leaves []leafID
	epoch  uint32
	attrAt []uint32
	leafAt []uint32
	was    []row  // of the attributes, before
	held   []bool // the leaves, before

	// scheduled says that pulses are found by the schedules, in the streams with
	// these numbers: attributes and leaves that have them need not be asked.
	scheduled bool
	streams   []int
	attrAsked []uint32
	leafAsked []uint32
}

// begin forgets what was touched.
func (t *touched) begin(r *rules) {
	t.attrs, t.leaves = t.attrs[:0], t.leaves[:0]
	t.was, t.held = t.was[:0], t.held[:0]
	t.scheduled, t.streams = false, t.streams[:0]
	if t.epoch++; t.epoch == 0 {
		clear(t.attrAt)
		clear(t.leafAt)
		clear(t.attrAsked)
		clear(t.leafAsked)
		t.epoch = 1
	}
	if n := len(r.attrs); n > len(t.attrAt) {
		t.attrAt = append(t.attrAt, make([]uint32, n-len(t.attrAt))...)
		t.attrAsked = append(t.attrAsked, make([]uint32, n-len(t.attrAsked))...)
	}
	if n := len(r.leaves); n > len(t.leafAt) {
		t.leafAt = append(t.leafAt, make([]uint32, n-len(t.leafAt))...)
		t.leafAsked = append(t.leafAsked, make([]uint32, n-len(t.leafAsked))...)
	}
}

// add touches what reads an input; w may be nil.
func (t *touched) add(w *watch) {
	if w == nil {
		return
	}
	for _, a := range w.attrs {
		t.addAttr(a)
	}
	for _, l := range w.leaves {
		t.addLeaf(l)
	}
}

// addAttr touches an attribute.
func (t *touched) addAttr(a attrID) {
	if t.attrAt[a] != t.epoch {
		t.attrAt[a] = t.epoch
		t.attrs = append(t.attrs, a)
	}
}

// addLeaf touches a leaf without an attribute.
func (t *touched) addLeaf(l leafID) {
	if t.leafAt[l] != t.epoch {
		t.leafAt[l] = t.epoch
		t.leaves = append(t.leaves, l)
	}
}

// has reports whether a leaf is touched, or the attribute that it is about.
func (t *touched) has(l *leaf, id leafID) bool {
	if l.attr != none {
		return t.attrAt[l.attr] == t.epoch
	}
	return t.leafAt[id] == t.epoch
}

// askAttr reports whether an attribute must be asked yet when it moves.
func (t *touched) askAttr(a attrID) bool {
	if t.attrAt[a] == t.epoch || t.attrAsked[a] == t.epoch {
		return false
	}
	t.attrAsked[a] = t.epoch
	return true
}

// askLeaf reports whether a leaf without an attribute must be asked yet when it moves.
func (t *touched) askLeaf(l leafID) bool {
	if t.leafAt[l] == t.epoch || t.leafAsked[l] == t.epoch {
		return false
	}
	t.leafAsked[l] = t.epoch
	return true
}

// timed reports whether leaves of the attribute may flip by time alone.
func (a *attr) timed() bool {
	return a.clock || len(a.inputs.Events) > 0 || len(a.edges)+len(a.clocks) > 0
}

// timed reports whether a leaf without an attribute may flip by time alone.
func (l *leaf) timed() bool { return l.clock || len(l.inputs.Events) > 0 }

// stream notes that events of a name have come or gone.
func (t *touched) stream(log *eventlog.Log, name string) {
	if n, ok := log.Lookup(name); ok && !slices.Contains(t.streams, n) {
		t.streams = append(t.streams, n)
	}
}
