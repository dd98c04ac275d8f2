package rules

import (
	"math"
	"slices"
	"strings"
)

// An order keeps the segments in the order of their ids, and gives each a label,
// so that diffs are put in order by comparing numbers.
type order struct {
	names  []string // of each plan; one that was dropped keeps it until its place is taken
	sorted []PlanID // by name
	labels []uint64 // of each plan, in the order of names
}

// labelStep is how far apart labels at either end are.
const labelStep = 1 << 32

// add places a plan. One with the name of another takes its place and label.
func (o *order) add(id PlanID, name string) {
	if n := int(id) + 1; n > len(o.names) {
		o.names = append(o.names, make([]string, n-len(o.names))...)
		o.labels = append(o.labels, make([]uint64, n-len(o.labels))...)
	}
	o.names[id] = name
	at, found := o.find(name)
	// a definition that replaces another: diffs are in the same order as before
	if found {
		o.labels[id], o.sorted[at] = o.labels[o.sorted[at]], id
		return
	}
	o.sorted = slices.Insert(o.sorted, at, id)
	label, ok := o.between(at)
	// no number is left between the neighbours: all get new ones, far apart
	if !ok {
		o.relabel()
		return
	}
	o.labels[id] = label
}

// drop takes a plan out of the order, unless another has its place already.
func (o *order) drop(id PlanID) {
	if at, found := o.find(o.names[id]); found && o.sorted[at] == id {
		o.sorted = slices.Delete(o.sorted, at, at+1)
	}
}

// find returns where a name stands, or would stand.
func (o *order) find(name string) (at int, found bool) {
	return slices.BinarySearchFunc(o.sorted, name, func(id PlanID, name string) int {
		return strings.Compare(o.names[id], name)
	})
}

// between returns a label for the plan at a place; ok is false if there is none
// left between its neighbours'.
func (o *order) between(at int) (label uint64, ok bool) {
	lo, hi := uint64(0), uint64(math.MaxUint64)
	if at > 0 {
		lo = o.labels[o.sorted[at-1]]
	}
	if at < len(o.sorted)-1 {
		hi = o.labels[o.sorted[at+1]]
	}
	switch {
	case len(o.sorted) == 1:
		return 1 << 63, true
	// ids often come in order: then labels go up in steps, and are not halved each time
	case at == len(o.sorted)-1 && hi-lo > labelStep:
		return lo + labelStep, true
	case at == 0 && hi > labelStep:
		return hi - labelStep, true
	}
	return lo + (hi-lo)/2, hi-lo > 1
}

// relabel spreads the labels evenly.
func (o *order) relabel() {
	gap := math.MaxUint64 / uint64(len(o.sorted)+1)
	for i, id := range o.sorted {
		o.labels[id] = gap * uint64(i+1)
	}
}

// fork returns an order that may change while the other stays as it is.
func (o *order) fork() order {
	return order{slices.Clone(o.names), slices.Clone(o.sorted), slices.Clone(o.labels)}
}
