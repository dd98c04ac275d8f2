package rules

import (
	"maps"
	"slices"
)

// Fork returns rules that may change while those it comes from stay as they are.
// Leaves are shared, since they never change; attributes and fan-outs are until one
// changes: see ownAttribute and ownFanOuts.
func (r *Rules) Fork() *Rules {
	f := *r
	f.Attributes, f.Leaves, f.Plans = slices.Clone(r.Attributes), slices.Clone(r.Leaves), slices.Clone(r.Plans)
	f.attributeOf, f.leafOf, f.PlanOf = maps.Clone(r.attributeOf), maps.Clone(r.leafOf), maps.Clone(r.PlanOf)
	f.freeAttributes, f.freeLeaves, f.freePlans = slices.Clone(r.freeAttributes), slices.Clone(r.freeLeaves), slices.Clone(r.freePlans)
	f.Fields, f.events = cloneWatches(r.Fields), cloneWatches(r.events)
	f.patterns, f.Lists = cloneWatches(r.patterns), cloneWatches(r.Lists)
	f.Segments = make(map[string][]LeafID, len(r.Segments))
	for id, ls := range r.Segments {
		f.Segments[id] = slices.Clone(ls)
	}
	f.Referring = maps.Clone(r.Referring)
	f.bits, f.words, f.FanOuts = slices.Clone(r.bits), r.words.fork(), slices.Clone(r.FanOuts)
	f.stated, f.Levels, f.programs = slices.Clone(r.stated), slices.Clone(r.Levels), r.programs.fork()
	f.order = r.order.fork()
	f.Alone, f.Globals = slices.Clone(r.Alone), slices.Clone(r.Globals)
	f.Timed = slices.Clone(r.Timed)
	f.rest, f.probes = slices.Clone(r.rest), slices.Clone(r.probes)
	f.Always = r.Always.clone()
	f.fanOutsOwned, f.attributesOwned = make(map[LeafID]bool), make(map[AttributeID]bool)
	return &f
}

// cloneWatches copies a map and the watches in it.
func cloneWatches(ws map[string]*Watch) map[string]*Watch {
	out := make(map[string]*Watch, len(ws))
	for name, w := range ws {
		own := w.clone()
		out[name] = &own
	}
	return out
}

// clone returns a watch that may change while the other stays as it is.
func (w *Watch) clone() Watch {
	c := *w
	c.Attributes, c.Leaves = slices.Clone(w.Attributes), slices.Clone(w.Leaves)
	return c
}

// ownFanOuts returns the fan-outs of a leaf, which may be changed.
func (r *Rules) ownFanOuts(id LeafID) *FanOuts {
	if r.fanOutsOwned != nil && !r.fanOutsOwned[id] {
		r.FanOuts[id], r.fanOutsOwned[id] = r.FanOuts[id].clone(), true
	}
	return &r.FanOuts[id]
}

// ownAttribute returns an attribute that may be changed.
func (r *Rules) ownAttribute(id AttributeID) *Attribute {
	a := r.Attributes[id]
	if r.attributesOwned == nil || r.attributesOwned[id] {
		return a
	}
	// the subject never changes and is shared, the index of leaves is copied
	own := new(Attribute)
	*own = *a
	own.LeafIndex = a.LeafIndex.clone()
	r.Attributes[id], r.attributesOwned[id] = own, true
	return own
}
