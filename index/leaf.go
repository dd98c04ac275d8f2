package index

import (
	"slices"
	"time"

	"github.com/segmentrules/segment"
)

// A leafKind says how a leaf is tested and found when its attribute changes.
type leafKind uint8

const (
	leafOpaque  leafKind = iota // evaluated for the contact whenever an input of it changes
	leafValue                   // evaluated for the attribute's value
	leafRange                   // a number between bounds
	leafEqual                   // a text, number or bool among some
	leafNull                    // whether the attribute is missing
	leafHas                     // a list that contains texts, numbers or bools
	leafAge                     // an instant so and so long ago
	leafList                    // on a list
	leafSegment                 // in a segment
	leafGlobal                  // reads the clock and nothing of the contact
)

// A leaf is one distinct condition without AND, OR, NOT and AT LEAST: what all
// segments that state it share.
type leaf struct {
	cond  segment.Condition
	key   string
	kind  leafKind
	attr  attrID // none for leaves that are not about an attribute
	local int32  // its number among the leaves of the attribute
	refs  int    // how often roots state it

	lo, hi bound           // leafRange
	set    []segment.Value // leafEqual
	from   span            // leafAge: from <= age < to
	to     span
	name   string          // leafList, leafSegment
	texts  map[string]bool // leafEqual: the texts among very many values
	all    bool            // leafHas: all of the values, not any

	clock    bool // its truth may change by time while its attribute does not
	pulsed   bool // without an attribute: it changes only as events come, and at pulses
	pulses   []pulse
	refers   bool // it reads segments, which change while an update spreads
	compiled compiled
	moving   compiled // over the contact, for a leaf about an attribute
	likely   float64  // how often it holds, guessed: only speed depends on it
	inputs   segment.Inputs
	parts    []quick // what of the contact decides a leaf that was merged
}

// A bound is one end of a range of numbers.
type bound struct {
	v      segment.Value
	none   bool
	strict bool // the bound itself is out
}

// subjectName is the field that stands for the subject of a leaf.
const subjectName = "subject"

var subjectLayout = segment.NewLayout(subjectName)

// program is the leaf compiled: over a record that holds only the subject, if
// it is about an attribute, else over the contact.
func (l *leaf) program() *segment.Program {
	return l.compiled.of(func() segment.Condition {
		if l.attr == none {
			return l.cond
		}
		_, with := subjectOf(l.cond)
		return with(segment.Field(subjectName))
	})
}

// A probe tests values of attributes. What a leaf does not know by heart, the
// compiled leaf is asked, over a record with the value in its only slot.
type probe struct{ record segment.Record }

func (p *probe) ask(q *segment.Program, v segment.Value, at time.Time) bool {
	return q.Match(p.with(v), at)
}

func (p *probe) with(v segment.Value) *segment.Record {
	if p.record.Layout == nil {
		p.record = segment.Record{Layout: subjectLayout, Slots: make([]segment.Value, 1)}
	}
	p.record.Slots[0] = v
	return &p.record
}

// holds reports whether the leaf holds for a value of its attribute.
func (l *leaf) holds(v segment.Value, at time.Time, p *probe) bool {
	kind := v.Kind()
	if kind == segment.KindNull && l.kind != leafValue {
		return l.kind == leafNull
	}
	switch l.kind {
	case leafNull:
		return v.IsNull()
	case leafRange:
		if kind == segment.KindNumber {
			return l.lo.below(v) && l.hi.above(v)
		}
	case leafEqual:
		if !readsAsTime(kind) {
			return l.has(v)
		}
	case leafHas:
		if kind == segment.KindList {
			if holds, sure := l.hasElements(v.List()); sure {
				return holds
			}
		}
	case leafAge:
		if kind == segment.KindTime {
			age := between(v.Time(), at)
			return !age.less(l.from) && age.less(l.to)
		}
	}
	return p.ask(l.program(), v, at)
}

// manyTexts is from where on the values of a leaf are found by a map.
const manyTexts = 6

// has reports whether the value is one of the leaf's; of many values the texts
// are in a map.
func (l *leaf) has(v segment.Value) bool {
	if l.texts != nil && v.Kind() == segment.KindText {
		return l.texts[v.Text()]
	}
	for i := range l.set {
		if want := l.set[i]; want.Kind() == v.Kind() && want.Equal(v) {
			return true
		}
	}
	return false
}

func (l *leaf) hashTexts() {
	if len(l.set) < manyTexts {
		return
	}
	l.texts = make(map[string]bool, len(l.set))
	for _, v := range l.set {
		if v.Kind() == segment.KindText {
			l.texts[v.Text()] = true
		}
	}
}

// hasElements reports whether a list contains any, or all, of the values; sure is
// false if an element may equal a text that reads as a time.
func (l *leaf) hasElements(elems []segment.Value) (holds, sure bool) {
	for i := range elems {
		if readsAsTime(elems[i].Kind()) {
			return false, false
		}
		if !l.all && l.has(elems[i]) {
			return true, true
		}
	}
	if !l.all {
		return false, true
	}
	for _, want := range l.set {
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
func (b bound) below(v segment.Value) bool {
	if b.none {
		return true
	}
	n, ok := b.v.Compare(v)
	return ok && (n < 0 || n == 0 && !b.strict)
}

func (b bound) above(v segment.Value) bool {
	if b.none {
		return true
	}
	n, ok := b.v.Compare(v)
	return ok && (n > 0 || n == 0 && !b.strict)
}
