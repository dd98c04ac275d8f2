package rules

import (
	"slices"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/index/internal/size"
	"github.com/segmentrules/segment/rule"
)

// Leaves and how they are tested against a value. A leaf has one small part for each kind of
// test, of which its kind says the one that counts; [Leaf.Holds] is where that is read.

// A LeafKind says how a leaf is tested and found when its attribute changes.
type LeafKind uint8

const (
	LeafOpaque  LeafKind = iota // evaluated for the contact whenever an input of it changes
	LeafValue                   // evaluated for the attribute's value
	LeafRange                   // a number between bounds
	LeafEqual                   // a text, number or bool among some
	LeafNull                    // whether the attribute is missing
	leafHas                     // a list that contains texts, numbers or bools
	LeafAge                     // an instant so and so long ago
	LeafList                    // on a list
	LeafSegment                 // in a segment
	LeafGlobal                  // reads the clock and nothing of the contact
)

// A Leaf is one distinct condition without AND, OR, NOT and AT LEAST: what all
// segments that state it share. Once made it never changes but for what is compiled
// when first asked for, so that rules which came of one another share it. How often
// it is stated is counted by the rules.
type Leaf struct {
	Condition segment.Condition
	key       string
	Inputs    rule.Inputs
	Likely    float64 // how often it holds, guessed: only speed depends on it

	Kind      LeafKind
	Attribute AttributeID // None for leaves that are not about an attribute
	local     int32       // its number among the leaves of the attribute
	Clock     bool        // its truth may change by time while its attribute does not
	Refers    bool        // it reads segments, which change while an update spreads

	// What it is tested by, as its kind says; the others are empty.
	Bounds Bounds // LeafRange
	Values Values // LeafEqual, leafHas
	Ages   Ages   // LeafAge
	Name   string // LeafList, LeafSegment

	// What moves a leaf without an attribute.
	Expiring
	parts []shortcut // what of the contact decides a leaf that was merged
	pace  pace       // how often it may flip by time while what it reads stays

	compiled lazyProgram
	moving   lazyProgram // over the contact, for a leaf about an attribute
}

// Bounds are the two ends of a range of numbers.
type Bounds struct{ Lo, Hi Bound }

// A Bound is one end of a range of numbers.
type Bound struct {
	Value  segment.Value
	none   bool
	Strict bool // the bound itself is out
}

// Values are those that a leaf names.
type Values struct {
	List  []segment.Value
	texts map[string]bool // the texts among very many of them
	all   bool            // of leafHas: all of them, not any
}

// Ages are a range: from <= age < to.
type Ages struct{ From, To size.Length }

// subjectName is the field that stands for the subject of a leaf.
const subjectName = "subject"

var subjectLayout = segment.NewLayout(subjectName)

// Program is the leaf compiled: over a record that holds only the subject, if
// it is about an attribute, else over the contact.
func (l *Leaf) Program() *segment.Program {
	return l.compiled.of(func() segment.Condition {
		// of the whole contact
		if l.Attribute == None {
			return l.Condition
		}
		_, with := SubjectOf(l.Condition)
		return with(rule.Field(subjectName))
	})
}

// wholePace is the pace of the leaf over the contact, with its attribute: unknown if the
// attribute moves, and not at that pace.
func (l *Leaf) wholePace(a *Attribute) pace {
	switch {
	case a.clock && a.pace == paceUnknown || l.Clock && l.pace == paceUnknown:
		return paceUnknown
	}
	return max(a.pace, l.pace)
}

// A Probe tests values of attributes. What no part of a leaf decides, the
// compiled leaf is asked, over a record with the value in its only slot.
type Probe struct{ record segment.Record }

// ask runs a program over a record that has only the value.
func (p *Probe) ask(q *segment.Program, v segment.Value, at time.Time) bool {
	return q.Match(p.with(v), at)
}

// with returns the record with another value. It is good until the next call.
func (p *Probe) with(v segment.Value) *segment.Record {
	if p.record.Layout == nil {
		p.record = segment.Record{Layout: subjectLayout, Slots: make([]segment.Value, 1)}
	}
	p.record.Slots[0] = v
	return &p.record
}

// Holds reports whether the leaf holds for a value of its attribute.
func (l *Leaf) Holds(v segment.Value, at time.Time, p *Probe) bool {
	kind := v.Kind()
	// what is missing lies in no range, equals nothing and has no age; only a leaf of no
	// such kind must be asked
	if kind == segment.KindNull && l.Kind != LeafValue {
		return l.Kind == LeafNull
	}
	switch l.Kind {
	case LeafNull:
		return v.IsNull()
	case LeafRange:
		if kind == segment.KindNumber {
			return l.Bounds.hold(v)
		}
	case LeafEqual:
		if !readsAsTime(kind) {
			return l.Values.has(v)
		}
	case leafHas:
		if kind == segment.KindList {
			// unless an element may be equal to a text by being read as a time
			if holds, sure := l.Values.hasElements(v.List()); sure {
				return holds
			}
		}
	case LeafAge:
		if kind == segment.KindTime {
			return l.Ages.hold(size.Between(v.Time(), at))
		}
	}
	// a value of another kind than the leaf is about: the compiled leaf knows what that means
	return p.ask(l.Program(), v, at)
}

// hold reports whether a number lies between the bounds.
func (b *Bounds) hold(v segment.Value) bool { return b.Lo.below(v) && b.Hi.above(v) }

// hold reports whether an age lies in the range.
func (a *Ages) hold(age size.Length) bool { return !age.Less(a.From) && age.Less(a.To) }

// manyTexts is from where on the values of a leaf are found by a map.
const manyTexts = 6

// newValues returns the values of a leaf, with a map of the texts if they are many.
func newValues(list []segment.Value, all bool) Values {
	vs := Values{List: list, all: all}
	if len(list) < manyTexts {
		return vs
	}
	vs.texts = make(map[string]bool, len(list))
	for _, v := range list {
		if v.Kind() == segment.KindText {
			vs.texts[v.Text()] = true
		}
	}
	return vs
}

// has reports whether the value is one of them; of many values the texts are in a map.
func (vs *Values) has(v segment.Value) bool {
	// all its texts are in the map
	if vs.texts != nil && v.Kind() == segment.KindText {
		return vs.texts[v.Text()]
	}
	for i := range vs.List {
		if want := vs.List[i]; want.Kind() == v.Kind() && want.Equal(v) {
			return true
		}
	}
	return false
}

// hasElements reports whether a list contains any, or all, of the values; sure is
// false if an element may equal a text that reads as a time.
func (vs *Values) hasElements(elems []segment.Value) (holds, sure bool) {
	for i := range elems {
		if readsAsTime(elems[i].Kind()) {
			return false, false
		}
		if !vs.all && vs.has(elems[i]) {
			return true, true
		}
	}
	// none of the elements was one of the values
	if !vs.all {
		return false, true
	}
	for _, want := range vs.List {
		if !slices.ContainsFunc(elems, want.Equal) {
			return false, true
		}
	}
	return true, true
}

// readsAsTime reports whether a text may equal a value of the kind.
func readsAsTime(k segment.Kind) bool {
	return k == segment.KindTime || k == segment.KindDate || k == segment.KindVersion
}

// below reports whether a number is on the right side of a lower bound.
func (b Bound) below(v segment.Value) bool {
	if b.none {
		return true
	}
	n, ok := b.Value.Compare(v)
	return ok && (n < 0 || n == 0 && !b.Strict)
}

// above reports whether a number is on the right side of an upper bound.
func (b Bound) above(v segment.Value) bool {
	if b.none {
		return true
	}
	n, ok := b.Value.Compare(v)
	return ok && (n > 0 || n == 0 && !b.Strict)
}
