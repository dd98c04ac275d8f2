package rules

import (
	"slices"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/rule"
)

// Rules are a table of leaves, one of attributes and one of plans, with an id for a place in
// each, and indexes from inputs to those who read them. To add a segment takes its condition
// apart into leaves, most of which are there already; to drop one releases them.

// A LeafID is the place of a leaf among the rules. One that has gone leaves its place
// to another.
type LeafID int32

// An AttributeID is the place of an attribute among the rules.
type AttributeID int32

// A PlanID is the place of a plan among the rules.
type PlanID int32

// None is no leaf, attribute or plan.
const None = -1

// Rules are the conditions of many segments, taken apart: every distinct leaf
// stands once, whatever the number of segments that state it, and what a leaf
// reads leads to it.
//
// The way from a change to the segments that flip: from the input that changed to
// the attributes that read it, to the leaves whose truth flips between its old and
// its new value, past guards to the plans that state them. These plans are
// evaluated, and nothing else is.
type Rules struct {
	Attributes []*Attribute
	Leaves     []*Leaf
	Plans      []*Plan

	// Where they are: leaves and attributes by their text, plans by the id of the segment.
	attributeOf map[string]AttributeID
	leafOf      map[string]LeafID
	PlanOf      map[string]PlanID

	// Places that have become free.
	freeAttributes []AttributeID
	freeLeaves     []LeafID
	freePlans      []PlanID

	// From an input to those who read it; of a segment, to the leaves that refer to it.
	Fields   map[string]*Watch // by topmost name
	events   map[string]*Watch
	patterns map[string]*Watch // by prefix without the star
	Lists    map[string]*Watch
	Segments map[string][]LeafID

	// Of a segment: how many plans refer to it, by their conditions as they were given.
	// What is simplified away counts too.
	Referring map[string]int

	// What is worked out from the three tables.
	stated   []int32 // of each leaf: how often plans state it
	bits     []Bit   // of each leaf
	words    words
	FanOuts  []FanOuts // of each leaf
	programs programs
	order    order
	laidOut  int      // how many plans there were when they were laid out: see Settle
	Levels   []int32  // of each plan: above that of every segment it refers to
	Alone    []LeafID // leaves without an attribute
	Globals  []LeafID // leaves that read the clock and nothing else
	rest     []PlanID // plans that no literal leads to
	Timed    []PlanID // plans that may change by time
	probes   []LeafID // leaves without an attribute under which plans are listed
	moving   uint64   // counts the changes of what moves by time
	Always   Watch    // what may move by time for a contact of which nothing is known

	// Of rules that were forked: what is no longer shared with others.
	fanOutsOwned    map[LeafID]bool
	attributesOwned map[AttributeID]bool
}

// A Watch is what reads an input.
type Watch struct {
	Number     int32 // the number of the input among those of its kind, from 1
	Attributes []AttributeID
	Leaves     []LeafID // leaves without an attribute
}

// New returns the rules of no segment.
func New() *Rules {
	return &Rules{
		attributeOf: make(map[string]AttributeID), leafOf: make(map[string]LeafID), PlanOf: make(map[string]PlanID),
		Fields: make(map[string]*Watch), events: make(map[string]*Watch), patterns: make(map[string]*Watch),
		Lists: make(map[string]*Watch), Segments: make(map[string][]LeafID), Referring: make(map[string]int), words: newWords(),
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
func (r *Rules) leaf(c segment.Condition) LeafID {
	// leaves are found by their text, and compared, since a text may stand for two conditions
	key := c.String()
	if id, ok := r.leafOf[key]; ok && rule.Equal(r.Leaves[id].Condition, c) {
		r.stated[id]++
		return id
	}
	l, x := newLeaf(c)
	l.key = key
	id := take(&r.Leaves, &r.freeLeaves, l)
	if r.fanOutsOwned != nil {
		r.fanOutsOwned[id] = true
	}
	if _, taken := r.leafOf[key]; !taken { // two trees of one text: the second stays alone
		r.leafOf[key] = id
	}
	// a leaf with a new place
	if len(r.bits) < len(r.Leaves) {
		r.bits, r.FanOuts, r.stated = append(r.bits, 0), append(r.FanOuts, FanOuts{}), append(r.stated, 0)
	}
	r.stated[id] = 1
	if x != nil {
		l.Attribute = r.attribute(x)
		a := r.ownAttribute(l.Attribute)
		l.local = a.add(id, l)
		// 64 leaves of an attribute share a word, which is written once for all of them
		if int(l.local/64) == len(a.words) {
			a.words = append(a.words, r.words.take(owner{l.Attribute, None}))
		}
		r.bits[id] = Bit(a.words[l.local/64]<<6 | l.local%64)
	} else {
		// a leaf by itself has a word by itself
		r.bits[id] = Bit(r.words.take(owner{None, id}) << 6)
		r.Alone = append(r.Alone, id)
		r.watchInputs(l.Inputs, func(w *Watch) { w.Leaves = append(w.Leaves, id) })
		for i := range l.parts {
			r.number(l.parts[i].field)
		}
	}
	for _, s := range l.Inputs.Segments {
		r.Segments[s] = append(r.Segments[s], id)
	}
	if l.Kind == LeafGlobal && l.Clock {
		r.Globals = append(r.Globals, id)
	}
	// schedules that say when leaves move are not good any longer
	r.move(l)
	r.noteAlways(id, l)
	return id
}

// noteAlways notes what may move by time for a contact of which nothing is known.
func (r *Rules) noteAlways(id LeafID, l *Leaf) {
	named := l.Inputs.Clock && readsID(l.Inputs)
	switch {
	case l.Attribute == None:
		if l.Kind == LeafOpaque && (named || movesAlone(l.Condition)) {
			r.Always.Leaves = append(r.Always.Leaves, id)
		}
	case named || len(l.Inputs.Events) > 0 && movesAlone(l.Condition):
		if !slices.Contains(r.Always.Attributes, l.Attribute) {
			r.Always.Attributes = append(r.Always.Attributes, l.Attribute)
		}
	}
}

// readsID reports whether the id is looked at, which every contact has without
// anything that says so.
func readsID(in rule.Inputs) bool {
	return slices.ContainsFunc(in.Fields, func(f rule.Field) bool { return f.Names()[0] == "id" })
}

// move notes that a leaf has come or gone, if it may move otherwise than by the
// value of its attribute.
func (r *Rules) move(l *Leaf) {
	// schedules are made anew when this number is another
	if l.Attribute == None && l.Timed() || l.Clock || l.Kind == LeafAge {
		r.moving++
	}
}

// attribute returns the id of the attribute, made if it is new.
func (r *Rules) attribute(x rule.Expr) AttributeID {
	key := rule.IsNull{X: x}.String()
	if id, ok := r.attributeOf[key]; ok && rule.Equal(rule.IsNull{X: r.Attributes[id].Expr}, rule.IsNull{X: x}) {
		r.ownAttribute(id).refs++
		return id
	}
	a := newAttribute(x, key)
	a.refs = 1
	id := take(&r.Attributes, &r.freeAttributes, a)
	if r.attributesOwned != nil {
		r.attributesOwned[id] = true
	}
	if _, taken := r.attributeOf[key]; !taken { // as with leaves: two calculated fields may have one name
		r.attributeOf[key] = id
	}
	r.moving++
	r.watchInputs(a.Inputs, func(w *Watch) { w.Attributes = append(w.Attributes, id) })
	r.number(a)
	return id
}

// number notes the number of the field or event that an attribute reads, which is
// watched: by it readers of contacts keep where they find it.
func (r *Rules) number(a *Attribute) {
	if a == nil {
		return
	}
	w := r.events[a.Event]
	if a.Kind == AttributeField {
		w = r.Fields[a.Names[0]]
	}
	if w != nil {
		a.Number = w.Number
	}
	r.number(a.shortcut.field)
}

// watchInputs calls f with the watch of every input.
func (r *Rules) watchInputs(in rule.Inputs, f func(*Watch)) {
	var seen []*Watch
	visit := func(m map[string]*Watch, name string) {
		w := m[name]
		if w == nil {
			// it keeps its number for good, also when nobody reads it any longer
			w = &Watch{Number: int32(len(m) + 1)}
			m[name] = w
		}
		if !slices.Contains(seen, w) {
			seen = append(seen, w)
			f(w)
		}
	}
	for _, path := range slices.Concat(in.Fields, in.History) {
		visit(r.Fields, path.Names()[0])
	}
	for _, e := range in.Events {
		if IsPattern(e.Name) {
			visit(r.patterns, e.Name[:len(e.Name)-1])
		} else {
			visit(r.events, e.Name)
		}
	}
	for _, name := range in.Lists {
		visit(r.Lists, name)
	}
}

// release takes back one statement of a leaf.
func (r *Rules) release(id LeafID) {
	l := r.Leaves[id]
	if r.stated[id]--; r.stated[id] > 0 {
		return
	}
	is := func(o LeafID) bool { return o == id }
	if l.Attribute != None {
		a := r.ownAttribute(l.Attribute)
		a.remove(id, l)
		r.releaseAttribute(l.Attribute)
	} else {
		r.words.give(int32(r.bits[id].word()))
		r.Alone = without(r.Alone, id)
		r.watchInputs(l.Inputs, func(w *Watch) { w.Leaves = slices.DeleteFunc(w.Leaves, is) })
	}
	r.move(l)
	for _, s := range l.Inputs.Segments {
		if r.Segments[s] = slices.DeleteFunc(r.Segments[s], is); len(r.Segments[s]) == 0 {
			delete(r.Segments, s)
		}
	}
	r.Globals = slices.DeleteFunc(r.Globals, is)
	r.Always.Leaves = slices.DeleteFunc(r.Always.Leaves, is)
	if r.leafOf[l.key] == id {
		delete(r.leafOf, l.key)
	}
	r.Leaves[id], r.FanOuts[id] = nil, FanOuts{}
	r.freeLeaves = append(r.freeLeaves, id)
}

// releaseAttribute takes back one leaf of an attribute, which goes with the last.
func (r *Rules) releaseAttribute(id AttributeID) {
	a := r.ownAttribute(id)
	// other leaves are about it
	if a.refs--; a.refs > 0 {
		return
	}
	is := func(o AttributeID) bool { return o == id }
	r.watchInputs(a.Inputs, func(w *Watch) { w.Attributes = slices.DeleteFunc(w.Attributes, is) })
	r.Always.Attributes = slices.DeleteFunc(r.Always.Attributes, is)
	for _, word := range a.words {
		r.words.give(word)
	}
	if r.attributeOf[a.key] == id {
		delete(r.attributeOf, a.key)
	}
	r.moving++
	r.Attributes[id] = nil
	r.freeAttributes = append(r.freeAttributes, id)
}

// Add makes a plan of a segment. The segments it refers to are there.
func (r *Rules) Add(s segment.Segment) PlanID {
	plan := &Plan{Segment: s, Normal: segment.Simplify(s.Condition), Used: true}
	p := planner{r: r, out: plan}
	// takes leaves from the rules, which are made if they are new
	p.make(plan.Normal)
	for _, ref := range References(s.Condition) {
		r.Referring[ref]++
	}
	id := take(&r.Plans, &r.freePlans, plan)
	r.PlanOf[s.ID] = id
	r.order.add(id, s.ID)
	for _, e := range plan.Edges {
		r.ownFanOuts(e.Leaf).Flip.add(e.guards, id)
	}
	r.list(id, plan)
	for _, ref := range rule.Reads(plan.Normal).Segments {
		plan.Refs = append(plan.Refs, r.PlanOf[ref])
	}
	r.programs.add(id, plan)
	if slices.ContainsFunc(plan.Edges, func(e Edge) bool { return r.moves(r.Leaves[e.Leaf]) }) {
		r.Timed = append(r.Timed, id)
	}
	return id
}

// Drop takes a plan away.
func (r *Rules) Drop(id PlanID) {
	plan := r.Plans[id]
	for _, e := range plan.Edges {
		r.ownFanOuts(e.Leaf).Flip.remove(e.guards, id)
	}
	r.unlist(id, plan)
	wasteful := r.programs.drop(plan)
	r.Timed = without(r.Timed, id)
	r.order.drop(id)
	for _, e := range plan.Edges {
		r.release(e.Leaf)
	}
	for _, ref := range References(plan.Segment.Condition) {
		if r.Referring[ref]--; r.Referring[ref] == 0 {
			delete(r.Referring, ref)
		}
	}
	if r.PlanOf[plan.Segment.ID] == id {
		delete(r.PlanOf, plan.Segment.ID)
	}
	// an empty plan, so that whoever goes over all need not ask for nil
	r.Plans[id] = &Plan{}
	r.freePlans = append(r.freePlans, id)
	if wasteful {
		r.layOutPrograms(nil)
	}
}

// Name is the id of the segment that a plan is of.
func (r *Rules) Name(id PlanID) string { return r.order.names[id] }

// Label is a number that orders plans by the ids of their segments.
func (r *Rules) Label(id PlanID) uint64 { return r.order.labels[id] }

// Flags are what there is to know of a plan before it is decided.
func (r *Rules) Flags(id PlanID) uint8 { return r.programs.heads[id].flags }

// Distinct is how many leaves there are.
func (r *Rules) Distinct() int { return len(r.Leaves) - len(r.freeLeaves) }

// Level sets the level of a plan.
func (r *Rules) Level(id PlanID, level int32) {
	r.Levels = append(r.Levels, make([]int32, len(r.Plans)-len(r.Levels))...)
	r.Levels[id] = level
}

// Relevel finds the level of every plan anew: one more than the highest of those
// it refers to.
func (r *Rules) Relevel() (levels int) {
	r.Levels = append(r.Levels, make([]int32, len(r.Plans)-len(r.Levels))...)
	clear(r.Levels)
	done := make([]bool, len(r.Plans))
	var visit func(id PlanID) int32
	visit = func(id PlanID) int32 {
		if !done[id] {
			// marked first: there are no circles, so that visiting it again is only asking
			done[id] = true
			for _, ref := range r.Plans[id].Refs {
				r.Levels[id] = max(r.Levels[id], visit(ref)+1)
			}
		}
		return r.Levels[id]
	}
	for id, plan := range r.Plans {
		if plan.Used {
			levels = max(levels, int(visit(PlanID(id)))+1)
		}
	}
	return levels
}

// movesAlone reports whether a leaf looks at the clock by other means than the
// window of events: then it may change by time for a contact without events.
func movesAlone(c segment.Condition) bool {
	moves := false
	look := rule.Visitor{Events: func(rule.Events) bool { return true }, Window: func(rule.Window) bool { return true }}
	look.Expr = func(e rule.Expr) bool {
		switch e := e.(type) {
		case rule.Call:
			moves = moves || e.Fn == rule.FnNow || e.Fn == rule.FnToday
		case rule.Span:
			// months and years have no fixed length: what is so long ago depends on the day
			moves = moves || e.Unit > rule.UnitWeek
		}
		return look.VisitExpr(e)
	}
	rule.Walk(c, func(c segment.Condition) bool {
		if when, ok := c.(rule.When); ok { // an instant that is not the contact's is there for all
			moves = moves || !AsksContact(rule.Reads(rule.IsNull{X: when.X}))
		}
		if _, zoned := c.(rule.Zoned); !zoned {
			look.Visit(c)
		}
		return true
	})
	return moves
}
