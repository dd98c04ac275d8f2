package rules

import (
	"slices"

	"github.com/segmentrules/segment/index/internal/eventlog"
)

// Affected is what reads the inputs that change at once: attributes and leaves,
// each once.
type Affected struct {
	Attributes  []AttributeID
	Leaves      []LeafID
	epoch       uint32
	attributeAt []uint32
	leafAt      []uint32
	Was         []Row  // of the attributes, before
	Held        []bool // the leaves, before

	// Scheduled says that expiries are found by the schedules, in the streams with
	// these numbers: attributes and leaves that have them need not be asked.
	Scheduled      bool
	Streams        []int
	attributeAsked []uint32
	leafAsked      []uint32
}

// Begin forgets what was affected.
func (t *Affected) Begin(r *Rules) {
	t.Attributes, t.Leaves = t.Attributes[:0], t.Leaves[:0]
	t.Was, t.Held = t.Was[:0], t.Held[:0]
	t.Scheduled, t.Streams = false, t.Streams[:0]
	// what was affected carries the number of the epoch, so that forgetting is to count on
	if t.epoch++; t.epoch == 0 {
		clear(t.attributeAt)
		clear(t.leafAt)
		clear(t.attributeAsked)
		clear(t.leafAsked)
		t.epoch = 1
	}
	if n := len(r.Attributes); n > len(t.attributeAt) {
		t.attributeAt = append(t.attributeAt, make([]uint32, n-len(t.attributeAt))...)
		t.attributeAsked = append(t.attributeAsked, make([]uint32, n-len(t.attributeAsked))...)
	}
	if n := len(r.Leaves); n > len(t.leafAt) {
		t.leafAt = append(t.leafAt, make([]uint32, n-len(t.leafAt))...)
		t.leafAsked = append(t.leafAsked, make([]uint32, n-len(t.leafAsked))...)
	}
}

// Add adds what reads an input; w may be nil.
func (t *Affected) Add(w *Watch) {
	if w == nil {
		return
	}
	for _, a := range w.Attributes {
		t.AddAttribute(a)
	}
	for _, l := range w.Leaves {
		t.AddLeaf(l)
	}
}

// AddAttribute adds an attribute.
func (t *Affected) AddAttribute(a AttributeID) {
	if t.attributeAt[a] != t.epoch {
		t.attributeAt[a] = t.epoch
		t.Attributes = append(t.Attributes, a)
	}
}

// AddLeaf adds a leaf without an attribute.
func (t *Affected) AddLeaf(l LeafID) {
	if t.leafAt[l] != t.epoch {
		t.leafAt[l] = t.epoch
		t.Leaves = append(t.Leaves, l)
	}
}

// Has reports whether a leaf is affected, or the attribute that it is about.
func (t *Affected) Has(l *Leaf, id LeafID) bool {
	if l.Attribute != None {
		return t.attributeAt[l.Attribute] == t.epoch
	}
	return t.leafAt[id] == t.epoch
}

// AskAttribute reports whether an attribute must be asked yet when it moves.
func (t *Affected) AskAttribute(a AttributeID) bool {
	if t.attributeAt[a] == t.epoch || t.attributeAsked[a] == t.epoch {
		return false
	}
	t.attributeAsked[a] = t.epoch
	return true
}

// AskLeaf reports whether a leaf without an attribute must be asked yet when it moves.
func (t *Affected) AskLeaf(l LeafID) bool {
	if t.leafAt[l] == t.epoch || t.leafAsked[l] == t.epoch {
		return false
	}
	t.leafAsked[l] = t.epoch
	return true
}

// Timed reports whether leaves of the attribute may flip by time alone.
func (a *Attribute) Timed() bool {
	return a.clock || len(a.Inputs.Events) > 0 || len(a.Edges)+len(a.Clocks) > 0
}

// Timed reports whether a leaf without an attribute may flip by time alone.
func (l *Leaf) Timed() bool { return l.Clock || len(l.Inputs.Events) > 0 }

// AddStream notes that events of a name have come or gone.
func (t *Affected) AddStream(log *eventlog.Log, name string) {
	if n, ok := log.Lookup(name); ok && !slices.Contains(t.Streams, n) {
		t.Streams = append(t.Streams, n)
	}
}
