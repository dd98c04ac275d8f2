package index

import (
	"maps"
	"slices"
)

// fork returns rules that may change while those it comes from stay as they are.
// Leaves are shared, since they never change; attributes and fans are until one
// changes: see ownAttr and ownFans.
func (r *rules) fork() *rules {
	f := *r
	f.attrs, f.leaves, f.roots = slices.Clone(r.attrs), slices.Clone(r.leaves), slices.Clone(r.roots)
	f.attrOf, f.leafOf, f.rootOf = maps.Clone(r.attrOf), maps.Clone(r.leafOf), maps.Clone(r.rootOf)
	f.freeAttrs, f.freeLeaves, f.freeRoots = slices.Clone(r.freeAttrs), slices.Clone(r.freeLeaves), slices.Clone(r.freeRoots)
	f.fields, f.events = cloneWatches(r.fields), cloneWatches(r.events)
	f.patterns, f.lists = cloneWatches(r.patterns), cloneWatches(r.lists)
	f.segments = make(map[string][]leafID, len(r.segments))
	for id, ls := range r.segments {
		f.segments[id] = slices.Clone(ls)
	}
	f.bits, f.words, f.fans = slices.Clone(r.bits), r.words.fork(), slices.Clone(r.fans)
	f.stated, f.levels, f.code = slices.Clone(r.stated), slices.Clone(r.levels), r.code.fork()
	f.order = r.order.fork()
	f.alone, f.globals = slices.Clone(r.alone), slices.Clone(r.globals)
	f.timed = slices.Clone(r.timed)
	f.rest, f.probes = slices.Clone(r.rest), slices.Clone(r.probes)
	f.always = r.always.clone()
	f.fansOwned, f.attrsOwned = make(map[leafID]bool), make(map[attrID]bool)
	return &f
}

func cloneWatches(ws map[string]*watch) map[string]*watch {
	out := make(map[string]*watch, len(ws))
	for name, w := range ws {
		own := w.clone()
		out[name] = &own
	}
	return out
}

func (w *watch) clone() watch {
	c := *w
	c.attrs, c.leaves = slices.Clone(w.attrs), slices.Clone(w.leaves)
	return c
}

// ownFans returns the fans of a leaf, which may be changed.
func (r *rules) ownFans(id leafID) *fans {
	if r.fansOwned != nil && !r.fansOwned[id] {
		r.fans[id], r.fansOwned[id] = r.fans[id].clone(), true
	}
	return &r.fans[id]
}

// ownAttr returns an attribute that may be changed.
func (r *rules) ownAttr(id attrID) *attr {
	a := r.attrs[id]
	if r.attrsOwned == nil || r.attrsOwned[id] {
		return a
	}
	own := new(attr)
	*own = *a
	own.leafIndex = a.leafIndex.clone()
	r.attrs[id], r.attrsOwned[id] = own, true
	return own
}
