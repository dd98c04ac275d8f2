package index

import (
	"maps"
	"slices"
)

// fork returns rules that may change while those it comes from stay as they are.
// Leaves and attributes are shared until one changes; see own.
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
	f.levels, f.code = slices.Clone(r.levels), r.code.fork()
	f.order = r.order.fork()
	f.alone, f.globals = slices.Clone(r.alone), slices.Clone(r.globals)
	f.timed = slices.Clone(r.timed)
	f.rest, f.probes = slices.Clone(r.rest), slices.Clone(r.probes)
	f.always = watch{slices.Clone(r.always.attrs), slices.Clone(r.always.leaves)}
	f.ownLeaves, f.ownAttrs = make(map[leafID]bool), make(map[attrID]bool)
	return &f
}

func cloneWatches(ws map[string]*watch) map[string]*watch {
	out := make(map[string]*watch, len(ws))
	for name, w := range ws {
		out[name] = &watch{slices.Clone(w.attrs), slices.Clone(w.leaves)}
	}
	return out
}

// ownLeaf returns a leaf that may be changed.
func (r *rules) ownLeaf(id leafID) *leaf {
	l := r.leaves[id]
	if r.ownLeaves == nil || r.ownLeaves[id] {
		return l
	}
	own := &leaf{
		cond: l.cond, key: l.key, kind: l.kind, attr: l.attr, local: l.local, refs: l.refs, lo: l.lo, hi: l.hi, set: l.set,
		from: l.from, to: l.to, name: l.name, texts: l.texts, all: l.all, clock: l.clock, refers: l.refers, likely: l.likely,
		inputs: l.inputs, parts: l.parts, pulsed: l.pulsed, pulses: l.pulses,
	}
	own.compiled.p.Store(l.compiled.p.Load())
	own.moving.p.Store(l.moving.p.Load())
	r.leaves[id], r.ownLeaves[id] = own, true
	r.fans[id] = r.fans[id].clone()
	return own
}

// ownFans returns the fans of a leaf, which may be changed.
func (r *rules) ownFans(id leafID) *fans {
	r.ownLeaf(id)
	return &r.fans[id]
}

// ownAttr returns an attribute that may be changed.
func (r *rules) ownAttr(id attrID) *attr {
	a := r.attrs[id]
	if r.ownAttrs == nil || r.ownAttrs[id] {
		return a
	}
	own := &attr{
		key: a.key, expr: a.expr, kind: a.kind, path: a.path, event: a.event, window: a.window, single: a.single, empty: a.empty, formula: a.formula,
		inputs: a.inputs, clock: a.clock, refs: a.refs, quick: a.quick, pulsed: a.pulsed, pulses: a.pulses, demands: a.demands, demand: a.demand,
		leaves: slices.Clone(a.leaves), words: slices.Clone(a.words), free: slices.Clone(a.free), cuts: slices.Clone(a.cuts), rounded: slices.Clone(a.rounded), edges: slices.Clone(a.edges), nulls: slices.Clone(a.nulls),
		others: slices.Clone(a.others), clocks: slices.Clone(a.clocks), alls: cloneKeys(a.alls), listed: [2]row{slices.Clone(a.listed[0]), slices.Clone(a.listed[1])}, version: a.version, texts: a.texts,
		equal: cloneKeys(a.equal), elems: cloneKeys(a.elems), limits: slices.Clone(a.limits),
	}
	own.missing.p.Store(a.missing.p.Load())
	own.numeric.p.Store(a.numeric.p.Load())
	r.attrs[id], r.ownAttrs[id] = own, true
	return own
}

func cloneKeys(m map[valueKey][]leafID) map[valueKey][]leafID {
	if m == nil {
		return nil
	}
	out := make(map[valueKey][]leafID, len(m))
	for k, ls := range m {
		out[k] = slices.Clone(ls)
	}
	return out
}
