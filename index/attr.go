package index

import (
	"cmp"
	"math"
	"slices"
	"sort"
	"time"

	"github.com/segmentrules/segment"
)

// An attrKind says how an attribute gets its value.
type attrKind uint8

const (
	attrField   attrKind = iota // a field as it is
	attrCount                   // how many events of one name, ever or in a rolling window
	attrFormula                 // any other expression
)

// An attr is an attribute: one distinct expression that leaves are about, with
// those leaves ordered so that a change of its value finds the ones that flip.
// Rules that came of one another have the subject in common; the leaves are copied
// before they change.
type attr struct {
	subject
	leafIndex
	refs int // how many leaves there are
}

// A subject is what an attribute is. It never changes.
type subject struct {
	key     string
	expr    segment.Expr
	kind    attrKind
	path    segment.Field // attrField
	names   []string      // of the path
	nth     int32         // the number among the rules of the field or event that it reads, 0 for none: see watch
	event   string        // attrCount, and single
	window  span          // attrCount, and single: endless counts all
	formula *segment.Formula
	quick   quick
	single  bool          // attrFormula: reads the events of one name in a window and nothing else
	empty   segment.Value // of single: what it is if there are none of them
	inputs  segment.Inputs
	clock   bool // its value may change by time
	pulsing
	demands  bool // of events it counts only those with this value
	demand   demand
	programs *programs
}

// found reports whether the value is found without running a program.
func (s *subject) found() bool { return s.kind != attrFormula || s.quick.kind != quickNot }

// Programs about an attribute, over the contact.
type programs struct{ missing, numeric compiled }

// A leafIndex is the leaves of an attribute, as they are found by its values.
type leafIndex struct {
	leaves  []leafID              // by local number; none where one has gone
	words   []int32               // of its row, see bit
	free    []int32               // local numbers of those
	cuts    []cut                 // of leafRange, sorted
	rounded []float64             // the numbers of cuts, rounded: what they are searched by
	equal   map[valueKey][]leafID // of leafEqual, by each value
	edges   []edgeOfAge           // of leafAge, sorted
	nulls   []leafID
	others  []leafID              // leafValue: tested one by one
	elems   map[valueKey][]leafID // of CONTAINS, by each value
	alls    map[valueKey][]leafID // leafHas that ask for all of their values, by the last one
	listed  [2]row                // by local number: whether roots are listed under the leaf being false, and true
	version uint32                // counts the changes of leaves
	clocks  []leafID              // leafValue whose truth may change by time
	texts   bool                  // some leafEqual has a text, which times read as a time
	limits  []limit               // every number that a leaf of a moving attribute compares with, sorted
}

// clone returns an index that may change while the other stays as it is.
func (x *leafIndex) clone() leafIndex {
	c := *x
	c.leaves, c.words, c.free = slices.Clone(x.leaves), slices.Clone(x.words), slices.Clone(x.free)
	c.cuts, c.rounded, c.edges, c.limits = slices.Clone(x.cuts), slices.Clone(x.rounded), slices.Clone(x.edges), slices.Clone(x.limits)
	c.equal, c.elems, c.alls = cloneKeys(x.equal), cloneKeys(x.elems), cloneKeys(x.alls)
	c.nulls, c.others, c.clocks = slices.Clone(x.nulls), slices.Clone(x.others), slices.Clone(x.clocks)
	c.listed = [2]row{slices.Clone(x.listed[0]), slices.Clone(x.listed[1])}
	return c
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

// A cut is an end of the range of a leaf: the leaf flips where the attribute
// passes it. A number has passed a cut if it is greater, or equal and the cut
// lies before the number.
type cut struct {
	v     segment.Value
	after bool // the cut lies just after v, not just before
	leaf  leafID
}

func (c cut) compare(o cut) int {
	n, _ := c.v.Compare(o.v)
	return cmp.Or(n, cmp.Compare(flag(c.after), flag(o.after)), cmp.Compare(c.leaf, o.leaf))
}

// passedBy reports whether the number has passed the cut.
func (c cut) passedBy(v segment.Value) bool {
	n, _ := v.Compare(c.v)
	return n > 0 || n == 0 && !c.after
}

// An edgeOfAge is an end of the range of ages of a leaf.
type edgeOfAge struct {
	age  span
	leaf leafID
}

// A valueKey finds values that may be equal. Equal values of one kind have the
// same key; leaves found by it are tested.
type valueKey struct {
	kind segment.Kind
	n    uint64
	s    string
}

func keyOf(v segment.Value) valueKey {
	switch v.Kind() {
	case segment.KindText:
		return valueKey{kind: segment.KindText, s: v.Text()}
	case segment.KindBool:
		return valueKey{kind: segment.KindBool, n: uint64(flag(v.Bool()))}
	case segment.KindNumber:
		if i, ok := v.Int(); ok {
			return valueKey{kind: segment.KindNumber, n: uint64(i)}
		}
		return valueKey{kind: segment.KindNumber, n: math.Float64bits(v.Float()), s: "f"}
	}
	return valueKey{kind: v.Kind()}
}

func newAttr(x segment.Expr, key string) *attr {
	a := &attr{subject: subject{key: key, expr: x, kind: attrFormula, inputs: segment.Reads(segment.IsNull{X: x}), programs: new(programs)}}
	a.clock = a.inputs.Clock
	a.pulsing = pulsesOfExpr(x)
	a.pulsed = a.pulsed && len(a.pulses) > 0 || !a.clock && len(a.inputs.Events) == 0
	a.demand, a.demands = demandOf(x)
	switch x := x.(type) {
	case segment.Field:
		a.kind, a.path, a.names = attrField, x, x.Names()
		return a
	case segment.Metric:
		if a.counts(x) {
			return a
		}
	}
	f, err := segment.CompileExpr(x)
	if err != nil {
		f, _ = segment.CompileExpr(segment.Value{})
	}
	a.formula, a.quick = f, newQuick(x, f)
	if m, ok := x.(segment.Metric); ok && timeless(m.Events.Where) && a.windowed(m) {
		a.single, a.empty = true, f.Value(&nobody, time.Unix(0, 0))
	}
	return a
}

// timeless reports whether a condition on an event reads only the event.
func timeless(where segment.Condition) bool {
	if where == nil {
		return true
	}
	in := segment.Reads(where)
	return !in.Clock && len(in.Events)+len(in.Lists)+len(in.Segments)+len(in.History) == 0
}

// counts makes the attribute a plain count, if it is one.
func (a *attr) counts(m segment.Metric) bool {
	if m.Agg != segment.AggCount || m.Prop != "" || m.Events.Where != nil || !a.windowed(m) {
		return false
	}
	a.kind = attrCount
	return true
}

// windowed notes the event and the window of a metric; ok is false if it has
// several events, or its window is not a fixed length of time up to now.
func (a *attr) windowed(m segment.Metric) (ok bool) {
	if len(m.Events.Names) != 1 || isPattern(m.Events.Names[0]) {
		return false
	}
	switch m.Window.Kind {
	case segment.WindowAll:
		a.window = endless
	case segment.WindowLast:
		w, ok := rolling(m.Window.A)
		if !ok {
			return false
		}
		a.window = w
	default:
		return false
	}
	a.event = m.Events.Names[0]
	return true
}

// isPattern reports whether the name of an event stands for several.
func isPattern(name string) bool { return name != "" && name[len(name)-1] == '*' }

// add indexes a leaf and returns its local number.
func (a *attr) add(id leafID, l *leaf) (local int32) {
	a.version++
	if n := len(a.free); n > 0 {
		local = a.free[n-1]
		a.free = a.free[:n-1]
		a.leaves[local] = id
	} else {
		local = int32(len(a.leaves))
		a.leaves = append(a.leaves, id)
	}
	if len(a.leaves) > 64*len(a.listed[0]) {
		a.listed[0], a.listed[1] = append(a.listed[0], 0), append(a.listed[1], 0)
	}
	switch l.kind {
	case leafRange:
		a.addCut(l.bounds.lo, false, id)
		a.addCut(l.bounds.hi, true, id)
	case leafEqual:
		if a.equal == nil {
			a.equal = make(map[valueKey][]leafID)
		}
		for _, v := range l.values.list {
			a.equal[keyOf(v)] = append(a.equal[keyOf(v)], id)
			a.texts = a.texts || v.Kind() == segment.KindText
			a.addLimit(v, false)
			a.addLimit(v, true)
		}
	case leafHas:
		if l.values.all {
			if a.alls == nil {
				a.alls = make(map[valueKey][]leafID)
			}
			last := keyOf(l.values.list[len(l.values.list)-1])
			a.alls[last] = append(a.alls[last], id)
		}
		if a.elems == nil {
			a.elems = make(map[valueKey][]leafID)
		}
		for _, v := range l.values.list {
			a.elems[keyOf(v)] = append(a.elems[keyOf(v)], id)
		}
	case leafNull:
		a.nulls = append(a.nulls, id)
	case leafAge:
		for _, age := range [...]span{l.ages.from, l.ages.to} {
			if age != endless && age != beginless {
				e := edgeOfAge{age, id}
				at := sort.Search(len(a.edges), func(i int) bool { return e.age.less(a.edges[i].age) })
				a.edges = slices.Insert(a.edges, at, e)
			}
		}
	default:
		a.addOther(id, l)
	}
	return local
}

func (a *attr) addOther(id leafID, l *leaf) {
	if l.clock {
		a.clocks = append(a.clocks, id)
	}
	a.others = append(a.others, id)
}

// addCut adds an end of a range. The cut of a lower bound lies before its
// number, unless the bound is strict; that of an upper one the other way.
func (a *attr) addCut(b bound, upper bool, id leafID) {
	if b.none {
		return
	}
	c := cut{v: b.v, after: b.strict != upper, leaf: id}
	at, _ := slices.BinarySearchFunc(a.cuts, c, cut.compare)
	a.cuts = slices.Insert(a.cuts, at, c)
	a.rounded = slices.Insert(a.rounded, at, c.v.Float())
	a.addLimit(c.v, c.after)
}

// remove takes a leaf out of the index.
func (a *attr) remove(id leafID, l *leaf) {
	is := func(o leafID) bool { return o == id }
	a.version++
	a.leaves[l.local] = none
	a.free = append(a.free, l.local)
	a.nulls = slices.DeleteFunc(a.nulls, is)
	a.others = slices.DeleteFunc(a.others, is)
	a.clocks = slices.DeleteFunc(a.clocks, is)
	for i := len(a.cuts) - 1; i >= 0; i-- {
		if a.cuts[i].leaf == id {
			a.cuts, a.rounded = slices.Delete(a.cuts, i, i+1), slices.Delete(a.rounded, i, i+1)
		}
	}
	a.edges = slices.DeleteFunc(a.edges, func(e edgeOfAge) bool { return e.leaf == id })
	for _, v := range l.values.list {
		a.removeKey(a.equal, v, is)
		a.removeKey(a.elems, v, is)
		a.removeKey(a.alls, v, is)
	}
}

func (a *attr) removeKey(m map[valueKey][]leafID, v segment.Value, is func(leafID) bool) {
	k := keyOf(v)
	if m[k] == nil {
		return
	}
	if m[k] = slices.DeleteFunc(m[k], is); len(m[k]) == 0 {
		delete(m, k)
	}
}

// passed is how many cuts a number has passed. Numbers keep their order when
// they are rounded, so that only of cuts which are the same as v once both are
// rounded the exact number must be looked at.
func (a *attr) passed(v segment.Value) int {
	x, lo, hi := v.Float(), 0, len(a.rounded)
	for lo < hi {
		if mid := int(uint(lo+hi) >> 1); a.rounded[mid] < x {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	same := lo
	for same < len(a.rounded) && a.rounded[same] == x {
		same++
	}
	return lo + sort.Search(same-lo, func(i int) bool { return !a.cuts[lo+i].passedBy(v) })
}

// agePassed is how many ends of ranges of ages an age has reached.
func (a *attr) agePassed(age span) int {
	return sort.Search(len(a.edges), func(i int) bool { return age.less(a.edges[i].age) })
}
