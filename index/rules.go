package index

import (
	"slices"

	"github.com/segmentrules/segment"
)

// A leafID is the place of a leaf among the rules. One that has gone leaves its place
// to another.
type leafID int32

// An attrID is the place of an attribute among the rules.
type attrID int32

// A rootID is the place of a root among the rules.
type rootID int32

// none is no leaf, attribute or root.
const none = -1

// Rules are the conditions of many segments, taken apart: every distinct leaf
// stands once, whatever the number of segments that state it, and what a leaf
// reads leads to it.
//
// The way from a change to the segments that flip is the one of rule "R": from
// the input that changed to the attributes that read it, to the leaves whose
// truth flips between its old and its new value, past guards to the roots that
// state them; these are evaluated, and nothing else is.
type rules struct {
	attrs  []*attr
	leaves []*leaf
	roots  []*root

	attrOf map[string]attrID
	leafOf map[string]leafID
	rootOf map[string]rootID

	freeAttrs  []attrID
	freeLeaves []leafID
	freeRoots  []rootID

	fields   map[string]*watch // by topmost name
	events   map[string]*watch
	patterns map[string]*watch // by prefix without the star
	lists    map[string]*watch
	segments map[string][]leafID
	stated   []int32 // of each leaf: how often roots state it
	bits     []bit   // of each leaf
	words    words
	fans     []fans // of each leaf
	code     code
	order    order
	laidOut  int      // how many roots there were when they were laid out: see settle
	levels   []int32  // of each root: above that of every segment it refers to
	alone    []leafID // leaves without an attribute
	globals  []leafID // leaves that read the clock and nothing else
	rest     []rootID // roots that no literal leads to
	timed    []rootID // roots that may change by time
	probes   []leafID // leaves without an attribute under which roots are listed
	moving   uint64   // counts the changes of what moves by time
	always   watch    // what may move by time for a contact of which nothing is known

	// Of rules that were forked: what is no longer shared with others.
	fansOwned  map[leafID]bool
	attrsOwned map[attrID]bool
}

// A watch is what reads an input.
type watch struct {
	nth    int32 // the number of the input among those of its kind, from 1
	attrs  []attrID
	leaves []leafID // leaves without an attribute
}

// newRules returns the rules of no segment.
func newRules() *rules {
	return &rules{
		attrOf: make(map[string]attrID), leafOf: make(map[string]leafID), rootOf: make(map[string]rootID),
		fields: make(map[string]*watch), events: make(map[string]*watch), patterns: make(map[string]*watch),
		lists: make(map[string]*watch), segments: make(map[string][]leafID), words: newWords(),
	}
}

// take puts v in a free place of vs, or at the end.
func take[T any, I ~int32](vs *[]T, free *[]I, v T) I {
	if n := len(*free); n > 0 {
		i := (*free)[n-1]
		*free = (*free)[:n-1]
		(*vs)[i] = v
		return i
	}
	*vs = append(*vs, v)
	return I(len(*vs) - 1)
}

// leaf returns the id of the leaf, made if it is new.
func (r *rules) leaf(c segment.Condition) leafID {
	key := c.String()
	if id, ok := r.leafOf[key]; ok && segment.Equal(r.leaves[id].cond, c) {
		r.stated[id]++
		return id
	}
	l, x := newLeaf(c)
	l.key = key
	id := take(&r.leaves, &r.freeLeaves, l)
	if r.fansOwned != nil {
		r.fansOwned[id] = true
	}
	if _, taken := r.leafOf[key]; !taken { // two trees of one text: the second stays alone
		r.leafOf[key] = id
	}
	if len(r.bits) < len(r.leaves) {
		r.bits, r.fans, r.stated = append(r.bits, 0), append(r.fans, fans{}), append(r.stated, 0)
	}
	r.stated[id] = 1
	if x != nil {
		l.attr = r.attr(x)
		a := r.ownAttr(l.attr)
		l.local = a.add(id, l)
		if int(l.local/64) == len(a.words) {
			a.words = append(a.words, r.words.take(owner{l.attr, none}))
		}
		r.bits[id] = bit(a.words[l.local/64]<<6 | l.local%64)
	} else {
		r.bits[id] = bit(r.words.take(owner{none, id}) << 6)
		r.alone = append(r.alone, id)
		r.watchInputs(l.inputs, func(w *watch) { w.leaves = append(w.leaves, id) })
		for i := range l.parts {
			r.number(l.parts[i].field)
		}
	}
	for _, s := range l.inputs.Segments {
		r.segments[s] = append(r.segments[s], id)
	}
	if l.kind == leafGlobal && l.clock {
		r.globals = append(r.globals, id)
	}
	r.move(l)
	r.noteAlways(id, l)
	return id
}

// noteAlways notes what may move by time for a contact of which nothing is known.
func (r *rules) noteAlways(id leafID, l *leaf) {
	named := l.inputs.Clock && readsID(l.inputs)
	switch {
	case l.attr == none:
		if l.kind == leafOpaque && (named || movesAlone(l.cond)) {
			r.always.leaves = append(r.always.leaves, id)
		}
	case named || len(l.inputs.Events) > 0 && movesAlone(l.cond):
		if !slices.Contains(r.always.attrs, l.attr) {
			r.always.attrs = append(r.always.attrs, l.attr)
		}
	}
}

// readsID reports whether the id is looked at, which every contact has without
// anything that says so.
func readsID(in segment.Inputs) bool {
	return slices.ContainsFunc(in.Fields, func(f segment.Field) bool { return f.Names()[0] == "id" })
}

// move notes that a leaf has come or gone, if it may move otherwise than by the
// value of its attribute.
func (r *rules) move(l *leaf) {
	if l.attr == none && l.timed() || l.clock || l.kind == leafAge {
		r.moving++
	}
}

func (r *rules) attr(x segment.Expr) attrID {
	key := segment.IsNull{X: x}.String()
	if id, ok := r.attrOf[key]; ok && segment.Equal(segment.IsNull{X: r.attrs[id].expr}, segment.IsNull{X: x}) {
		r.ownAttr(id).refs++
		return id
	}
	a := newAttr(x, key)
	a.refs = 1
	id := take(&r.attrs, &r.freeAttrs, a)
	if r.attrsOwned != nil {
		r.attrsOwned[id] = true
	}
	if _, taken := r.attrOf[key]; !taken { // as with leaves: two calculated fields may have one name
		r.attrOf[key] = id
	}
	r.moving++
	r.watchInputs(a.inputs, func(w *watch) { w.attrs = append(w.attrs, id) })
	r.number(a)
	return id
}

// number notes the number of the field or event that an attribute reads, which is
// watched: by it readers of contacts keep where they find it.
func (r *rules) number(a *attr) {
	if a == nil {
		return
	}
	w := r.events[a.event]
	if a.kind == attrField {
		w = r.fields[a.names[0]]
	}
	if w != nil {
		a.nth = w.nth
	}
	r.number(a.quick.field)
}

// watchInputs calls f with the watch of every input.
func (r *rules) watchInputs(in segment.Inputs, f func(*watch)) {
	var seen []*watch
	visit := func(m map[string]*watch, name string) {
		w := m[name]
		if w == nil {
			w = &watch{nth: int32(len(m) + 1)}
			m[name] = w
		}
		if !slices.Contains(seen, w) {
			seen = append(seen, w)
			f(w)
		}
	}
	for _, path := range slices.Concat(in.Fields, in.History) {
		visit(r.fields, path.Names()[0])
	}
	for _, e := range in.Events {
		if isPattern(e.Name) {
			visit(r.patterns, e.Name[:len(e.Name)-1])
		} else {
			visit(r.events, e.Name)
		}
	}
	for _, name := range in.Lists {
		visit(r.lists, name)
	}
}

// release takes back one statement of a leaf. It returns the attribute of which
// it has taken the leaf away.
func (r *rules) release(id leafID) (thinner attrID) {
	l := r.leaves[id]
	if r.stated[id]--; r.stated[id] > 0 {
		return none
	}
	is := func(o leafID) bool { return o == id }
	if l.attr != none {
		a := r.ownAttr(l.attr)
		a.remove(id, l)
		r.releaseAttr(l.attr)
	} else {
		r.words.give(int32(r.bits[id].word()))
		r.alone = without(r.alone, id)
		r.watchInputs(l.inputs, func(w *watch) { w.leaves = slices.DeleteFunc(w.leaves, is) })
	}
	r.move(l)
	for _, s := range l.inputs.Segments {
		if r.segments[s] = slices.DeleteFunc(r.segments[s], is); len(r.segments[s]) == 0 {
			delete(r.segments, s)
		}
	}
	r.globals = slices.DeleteFunc(r.globals, is)
	r.always.leaves = slices.DeleteFunc(r.always.leaves, is)
	if r.leafOf[l.key] == id {
		delete(r.leafOf, l.key)
	}
	r.leaves[id], r.fans[id] = nil, fans{}
	r.freeLeaves = append(r.freeLeaves, id)
	return l.attr
}

// releaseAll takes back what a root states. Limits are found anew once for each
// attribute: it may have lost many leaves.
func (r *rules) releaseAll(edges []edge) {
	var thinner []attrID
	for _, e := range edges {
		if a := r.release(e.leaf); a != none {
			thinner = append(thinner, a)
		}
	}
	slices.Sort(thinner)
	for _, id := range slices.Compact(thinner) {
		if r.attrs[id] != nil {
			r.ownAttr(id).relimit(r.leaves)
		}
	}
}

func (r *rules) releaseAttr(id attrID) {
	a := r.ownAttr(id)
	if a.refs--; a.refs > 0 {
		return
	}
	is := func(o attrID) bool { return o == id }
	r.watchInputs(a.inputs, func(w *watch) { w.attrs = slices.DeleteFunc(w.attrs, is) })
	r.always.attrs = slices.DeleteFunc(r.always.attrs, is)
	for _, word := range a.words {
		r.words.give(word)
	}
	if r.attrOf[a.key] == id {
		delete(r.attrOf, a.key)
	}
	r.moving++
	r.attrs[id] = nil
	r.freeAttrs = append(r.freeAttrs, id)
}

// add makes a root of a segment. The segments it refers to are there.
func (r *rules) add(s segment.Segment) rootID {
	rt := &root{segment: s, simple: segment.Simplify(s.Condition), used: true}
	p := planner{r: r, out: rt}
	p.plan(rt.simple)
	id := take(&r.roots, &r.freeRoots, rt)
	r.rootOf[s.ID] = id
	r.order.add(id, s.ID)
	for _, e := range rt.edges {
		r.ownFans(e.leaf).flip.add(e.guards, id)
	}
	r.list(id, rt)
	for _, ref := range segment.Reads(rt.simple).Segments {
		rt.refs = append(rt.refs, r.rootOf[ref])
	}
	r.code.add(id, rt)
	if slices.ContainsFunc(rt.edges, func(e edge) bool { return r.moves(r.leaves[e.leaf]) }) {
		r.timed = append(r.timed, id)
	}
	return id
}

// drop takes a root away.
func (r *rules) drop(id rootID) {
	rt := r.roots[id]
	for _, e := range rt.edges {
		r.ownFans(e.leaf).flip.remove(e.guards, id)
	}
	r.unlist(id, rt)
	wasteful := r.code.drop(rt)
	r.timed = without(r.timed, id)
	r.order.drop(id)
	r.releaseAll(rt.edges)
	if r.rootOf[rt.segment.ID] == id {
		delete(r.rootOf, rt.segment.ID)
	}
	r.roots[id] = &root{}
	r.freeRoots = append(r.freeRoots, id)
	if wasteful {
		r.layOutPrograms(nil)
	}
}

// name is the id of the segment that a root is of.
func (r *rules) name(id rootID) string { return r.order.names[id] }

// label is a number that orders roots by the ids of their segments.
func (r *rules) label(id rootID) uint64 { return r.order.labels[id] }

// flags are what there is to know of a root before it is decided.
func (r *rules) flags(id rootID) uint8 { return r.code.heads[id].flags }

// distinct is how many leaves there are.
func (r *rules) distinct() int { return len(r.leaves) - len(r.freeLeaves) }

// level sets the level of a root.
func (r *rules) level(id rootID, level int32) {
	r.levels = append(r.levels, make([]int32, len(r.roots)-len(r.levels))...)
	r.levels[id] = level
}

// relevel finds the level of every root anew: one more than the highest of those
// it refers to.
func (r *rules) relevel() (levels int) {
	r.levels = append(r.levels, make([]int32, len(r.roots)-len(r.levels))...)
	clear(r.levels)
	done := make([]bool, len(r.roots))
	var visit func(id rootID) int32
	visit = func(id rootID) int32 {
		if !done[id] {
			done[id] = true
			for _, ref := range r.roots[id].refs {
				r.levels[id] = max(r.levels[id], visit(ref)+1)
			}
		}
		return r.levels[id]
	}
	for id, rt := range r.roots {
		if rt.used {
			levels = max(levels, int(visit(rootID(id)))+1)
		}
	}
	return levels
}

// movesAlone reports whether a leaf looks at the clock by other means than the
// window of events: then it may change by time for a contact without events.
func movesAlone(c segment.Condition) bool {
	moves := false
	look := segment.Visitor{Events: func(segment.Events) bool { return true }, Window: func(segment.Window) bool { return true }}
	look.Expr = func(e segment.Expr) bool {
		switch e := e.(type) {
		case segment.Call:
			moves = moves || e.Fn == segment.FnNow || e.Fn == segment.FnToday
		case segment.Span:
			moves = moves || e.Unit > segment.Week
		}
		return look.VisitExpr(e)
	}
	segment.Walk(c, func(c segment.Condition) bool {
		if when, ok := c.(segment.When); ok { // an instant that is not the contact's is there for all
			moves = moves || !asksContact(segment.Reads(segment.IsNull{X: when.X}))
		}
		if _, zoned := c.(segment.Zoned); !zoned {
			look.Visit(c)
		}
		return true
	})
	return moves
}
