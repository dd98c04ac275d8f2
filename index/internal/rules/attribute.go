package rules

import (
	"cmp"
	"math"
	"slices"
	"sort"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/index/internal/size"
	"github.com/segmentrules/segment/rule"
)

// Attributes: what leaves are about. The leaves of an attribute are kept in order of the
// values at which they flip, so that from an old and a new value those that flip are found
// without asking each. For example the leaves `age > 30`, `age > 40` and `age > 50` are three
// cuts; a change of age from 35 to 45 passes one.

// An AttributeKind says how an attribute gets its value.
type AttributeKind uint8

const (
	AttributeField   AttributeKind = iota // a field as it is
	AttributeCount                        // how many events of one name, ever or in a rolling window
	AttributeFormula                      // any other expression
)

// An Attribute is an attribute: one distinct expression that leaves are about, with
// those leaves ordered so that a change of its value finds the ones that flip.
// Rules that came of one another have the subject in common; the leaves are copied
// before they change.
type Attribute struct {
	Subject
	LeafIndex
	refs int // how many leaves there are
}

// A Subject is what an attribute is. It never changes.
type Subject struct {
	key      string
	Expr     rule.Expr
	Kind     AttributeKind
	Path     rule.Field  // AttributeField
	Names    []string    // of the path
	Number   int32       // the number among the rules of the field or event that it reads, 0 for none: see Watch
	Event    string      // AttributeCount, Single and Moving
	Window   size.Length // AttributeCount, and Single: Endless counts all
	formula  *segment.Formula
	shortcut shortcut
	Single   bool          // AttributeFormula: reads the events of one name in a window and nothing else
	empty    segment.Value // of Single: what it is if there are none of them
	Moving   *rule.Window  // AttributeFormula: a count of the events of one name in this window
	Inputs   rule.Inputs
	clock    bool // its value may change by time
	pace     pace // how often, if it is known
	Expiring
	demands  bool // of events it counts only those with this value
	demand   demand
	programs *attributePrograms
}

// HasShortcut reports whether the value is found without running a program.
func (s *Subject) HasShortcut() bool {
	return s.Kind != AttributeFormula || s.shortcut.kind != noShortcut
}

// attributePrograms about an attribute, over the contact.
type attributePrograms struct{ missing, numeric lazyProgram }

// A LeafIndex is the leaves of an attribute, as they are found by its values.
type LeafIndex struct {
	Leaves     []LeafID              // by local number; none where one has gone
	words      []int32               // of its row, see bit
	free       []int32               // local numbers of those
	cuts       []cut                 // of LeafRange, sorted
	rounded    []float64             // the numbers of cuts, rounded: what they are searched by
	equal      map[valueKey][]LeafID // of LeafEqual, by each value
	Edges      []AgeEdge             // of LeafAge, sorted
	nulls      []LeafID
	others     []LeafID              // LeafValue: tested one by one
	elems      map[valueKey][]LeafID // of CONTAINS, by each value
	alls       map[valueKey][]LeafID // leafHas that ask for all of their values, by the last one
	listed     [2]Row                // by local number: whether plans are listed under the leaf being false, and true
	version    uint32                // counts the changes of leaves
	Clocks     []LeafID              // LeafValue whose truth may change by time
	texts      bool                  // some LeafEqual has a text, which times read as a time
	thresholds []threshold           // every number that a leaf of a moving attribute compares with, sorted
}

// clone returns an index that may change while the other stays as it is.
func (x *LeafIndex) clone() LeafIndex {
	// what is not a slice or a map is copied with the struct
	c := *x
	c.Leaves, c.words, c.free = slices.Clone(x.Leaves), slices.Clone(x.words), slices.Clone(x.free)
	c.cuts, c.rounded, c.Edges, c.thresholds = slices.Clone(x.cuts), slices.Clone(x.rounded), slices.Clone(x.Edges), slices.Clone(x.thresholds)
	c.equal, c.elems, c.alls = cloneKeys(x.equal), cloneKeys(x.elems), cloneKeys(x.alls)
	c.nulls, c.others, c.Clocks = slices.Clone(x.nulls), slices.Clone(x.others), slices.Clone(x.Clocks)
	c.listed = [2]Row{slices.Clone(x.listed[0]), slices.Clone(x.listed[1])}
	return c
}

// cloneKeys copies a map and the lists in it.
func cloneKeys(m map[valueKey][]LeafID) map[valueKey][]LeafID {
	if m == nil {
		return nil
	}
	out := make(map[valueKey][]LeafID, len(m))
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
	leaf  LeafID
}

// compare orders cuts by their place on the line of numbers.
func (c cut) compare(o cut) int {
	n, _ := c.v.Compare(o.v)
	return cmp.Or(n, cmp.Compare(size.Flag(c.after), size.Flag(o.after)), cmp.Compare(c.leaf, o.leaf))
}

// passedBy reports whether the number has passed the cut.
func (c cut) passedBy(v segment.Value) bool {
	n, _ := v.Compare(c.v)
	return n > 0 || n == 0 && !c.after
}

// An AgeEdge is an end of the range of ages of a leaf.
type AgeEdge struct {
	Age  size.Length
	leaf LeafID
}

// A valueKey finds values that may be equal. Equal values of one kind have the
// same key; leaves found by it are tested.
type valueKey struct {
	kind segment.Kind
	n    uint64
	s    string
}

// keyOf returns the key of a value. For numbers with a fraction, instants, dates and lists the
// key is not the value: values that differ may share it.
func keyOf(v segment.Value) valueKey {
	switch v.Kind() {
	case segment.KindText:
		return valueKey{kind: segment.KindText, s: v.Text()}
	case segment.KindBool:
		return valueKey{kind: segment.KindBool, n: uint64(size.Flag(v.Bool()))}
	case segment.KindNumber:
		if i, ok := v.Int(); ok {
			return valueKey{kind: segment.KindNumber, n: uint64(i)}
		}
		return valueKey{kind: segment.KindNumber, n: math.Float64bits(v.Float()), s: "f"}
	}
	return valueKey{kind: v.Kind()}
}

// newAttribute makes an attribute without leaves. The expression has been compiled as part
// of a condition, so it compiles.
func newAttribute(x rule.Expr, key string) *Attribute {
	a := &Attribute{Subject: Subject{key: key, Expr: x, Kind: AttributeFormula, Inputs: rule.Reads(rule.IsNull{X: x}), programs: new(attributePrograms)}}
	a.clock = a.Inputs.Clock
	a.pace = paceOf(rule.Compare{Left: x, Op: rule.OpGt, Right: segment.Int(0)}, a.Inputs)
	a.Expiring = expiriesOfExpr(x)
	// either events that come to an age are all that moves it, or it never moves by time
	a.OnlyExpires = a.OnlyExpires && len(a.expiries) > 0 || !a.clock && len(a.Inputs.Events) == 0
	a.demand, a.demands = demandOf(x)
	switch x := x.(type) {
	case rule.Field:
		a.Kind, a.Path, a.Names = AttributeField, x, x.Names()
		return a
	case rule.Metric:
		if a.counts(x) {
			return a
		}
	}
	f, err := segment.CompileExpr(x)
	if err != nil {
		// cannot be, and a value that is always missing is safe
		f, _ = segment.CompileExpr(segment.Value{})
	}
	a.formula, a.shortcut = f, newShortcut(x, f)
	if m, ok := x.(rule.Metric); ok && timeless(m.Events.Where) && a.windowed(m) {
		a.Single, a.empty = true, f.Value(&Nobody, time.Unix(0, 0))
	} else if ok {
		if a.Moving = movingWindow(m); a.Moving != nil {
			a.Event = m.Events.Names[0]
		}
	}
	return a
}

// timeless reports whether a condition on an event reads only the event.
func timeless(where segment.Condition) bool {
	if where == nil {
		return true
	}
	in := rule.Reads(where)
	return !in.Clock && len(in.Events)+len(in.Lists)+len(in.Segments)+len(in.History) == 0
}

// counts makes the attribute a plain count, if it is one.
func (a *Attribute) counts(m rule.Metric) bool {
	if m.Agg != rule.AggCount || m.Prop != "" || m.Events.Where != nil || !a.windowed(m) {
		return false
	}
	a.Kind = AttributeCount
	return true
}

// windowed notes the event and the window of a metric; ok is false if it has
// several events, or its window is not a fixed length of time up to now.
func (a *Attribute) windowed(m rule.Metric) (ok bool) {
	if len(m.Events.Names) != 1 || IsPattern(m.Events.Names[0]) {
		return false
	}
	switch m.Window.Kind {
	case rule.WindowAll:
		a.Window = size.Endless
	case rule.WindowLast:
		w, ok := size.Fixed(m.Window.A)
		if !ok {
			return false
		}
		a.Window = w
	default:
		return false
	}
	a.Event = m.Events.Names[0]
	return true
}

// IsPattern reports whether the name of an event stands for several.
func IsPattern(name string) bool { return name != "" && name[len(name)-1] == '*' }

// add indexes a leaf and returns its local number.
func (a *Attribute) add(id LeafID, l *Leaf) (local int32) {
	// rows that were kept are of other leaves
	a.version++
	// a place of a leaf that has gone
	if n := len(a.free); n > 0 {
		local = a.free[n-1]
		a.free = a.free[:n-1]
		a.Leaves[local] = id
	} else {
		local = int32(len(a.Leaves))
		a.Leaves = append(a.Leaves, id)
	}
	if len(a.Leaves) > 64*len(a.listed[0]) {
		a.listed[0], a.listed[1] = append(a.listed[0], 0), append(a.listed[1], 0)
	}
	switch l.Kind {
	case LeafRange:
		a.addCut(l.Bounds.Lo, false, id)
		a.addCut(l.Bounds.Hi, true, id)
	case LeafEqual:
		if a.equal == nil {
			a.equal = make(map[valueKey][]LeafID)
		}
		for _, v := range l.Values.List {
			a.equal[keyOf(v)] = append(a.equal[keyOf(v)], id)
			a.texts = a.texts || v.Kind() == segment.KindText
			a.addThreshold(v, false)
			a.addThreshold(v, true)
		}
	case leafHas:
		if l.Values.all {
			if a.alls == nil {
				a.alls = make(map[valueKey][]LeafID)
			}
			// a list that has all of them has the last one, which is enough to be asked
			last := keyOf(l.Values.List[len(l.Values.List)-1])
			a.alls[last] = append(a.alls[last], id)
		}
		if a.elems == nil {
			a.elems = make(map[valueKey][]LeafID)
		}
		for _, v := range l.Values.List {
			a.elems[keyOf(v)] = append(a.elems[keyOf(v)], id)
		}
	case LeafNull:
		a.nulls = append(a.nulls, id)
	case LeafAge:
		for _, age := range [...]size.Length{l.Ages.From, l.Ages.To} {
			// an end that no age reaches is none
			if age != size.Endless && age != size.Beginless {
				e := AgeEdge{age, id}
				at := sort.Search(len(a.Edges), func(i int) bool { return e.Age.Less(a.Edges[i].Age) })
				a.Edges = slices.Insert(a.Edges, at, e)
			}
		}
	default:
		a.addOther(id, l)
	}
	return local
}

// addOther adds a leaf that no order of values finds.
func (a *Attribute) addOther(id LeafID, l *Leaf) {
	if l.Clock {
		a.Clocks = append(a.Clocks, id)
	}
	a.others = append(a.others, id)
}

// addCut adds an end of a range. The cut of a lower bound lies before its
// number, unless the bound is strict; that of an upper one the other way.
func (a *Attribute) addCut(b Bound, upper bool, id LeafID) {
	if b.none {
		return
	}
	c := cut{v: b.Value, after: b.Strict != upper, leaf: id}
	at, _ := slices.BinarySearchFunc(a.cuts, c, cut.compare)
	a.cuts = slices.Insert(a.cuts, at, c)
	a.rounded = slices.Insert(a.rounded, at, c.v.Float())
	a.addThreshold(c.v, c.after)
}

// removeCut takes back what addCut has added.
func (a *Attribute) removeCut(b Bound, upper bool, id LeafID) {
	if b.none {
		return
	}
	c := cut{v: b.Value, after: b.Strict != upper, leaf: id}
	if at, found := slices.BinarySearchFunc(a.cuts, c, cut.compare); found {
		a.cuts, a.rounded = slices.Delete(a.cuts, at, at+1), slices.Delete(a.rounded, at, at+1)
	}
	a.dropThreshold(c.v, c.after)
}

// remove takes a leaf out of the index.
func (a *Attribute) remove(id LeafID, l *Leaf) {
	is := func(o LeafID) bool { return o == id }
	a.version++
	a.Leaves[l.local] = None
	a.free = append(a.free, l.local)
	switch l.Kind {
	case LeafRange:
		a.removeCut(l.Bounds.Lo, false, id)
		a.removeCut(l.Bounds.Hi, true, id)
	case LeafEqual:
		for _, v := range l.Values.List {
			a.dropThreshold(v, false)
			a.dropThreshold(v, true)
		}
	case LeafNull:
		a.nulls = slices.DeleteFunc(a.nulls, is)
	case LeafAge:
		a.Edges = slices.DeleteFunc(a.Edges, func(e AgeEdge) bool { return e.leaf == id })
	}
	// few leaves are of these, and a leaf of an age may be among them
	a.others = slices.DeleteFunc(a.others, is)
	a.Clocks = slices.DeleteFunc(a.Clocks, is)
	for _, v := range l.Values.List {
		a.removeKey(a.equal, v, is)
		a.removeKey(a.elems, v, is)
		a.removeKey(a.alls, v, is)
	}
}

// removeKey takes a leaf away from under a value.
func (a *Attribute) removeKey(m map[valueKey][]LeafID, v segment.Value, is func(LeafID) bool) {
	k := keyOf(v)
	// not under this value, or of another kind of leaf
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
func (a *Attribute) passed(v segment.Value) int {
	x, lo, hi := v.Float(), 0, len(a.rounded)
	for lo < hi {
		if mid := int(uint(lo+hi) >> 1); a.rounded[mid] < x {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	// cuts with the same rounded number as v: the exact ones decide
	same := lo
	for same < len(a.rounded) && a.rounded[same] == x {
		same++
	}
	return lo + sort.Search(same-lo, func(i int) bool { return !a.cuts[lo+i].passedBy(v) })
}

// AgePassed is how many ends of ranges of ages an age has reached.
func (a *Attribute) AgePassed(age size.Length) int {
	return sort.Search(len(a.Edges), func(i int) bool { return age.Less(a.Edges[i].Age) })
}
