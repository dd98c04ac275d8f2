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
// segments that state it share. Once made it never changes but for what is compiled
// when first asked for, so that rules which came of one another share it. How often
// it is stated is counted by the rules.
type leaf struct {
	cond   segment.Condition
	key    string
	inputs segment.Inputs
	likely float64 // how often it holds, guessed: only speed depends on it

	kind   leafKind
	attr   attrID // none for leaves that are not about an attribute
	local  int32  // its number among the leaves of the attribute
	clock  bool   // its truth may change by time while its attribute does not
	refers bool   // it reads segments, which change while an update spreads

	// What it is tested by, as its kind says; the others are empty.
	bounds bounds // leafRange
	values values // leafEqual, leafHas
	ages   ages   // leafAge
	name   string // leafList, leafSegment

	// What moves a leaf without an attribute.
	pulsing
	parts []quick // what of the contact decides a leaf that was merged

	compiled compiled
	moving   compiled // over the contact, for a leaf about an attribute
}

// Bounds are the two ends of a range of numbers.
type bounds struct{ lo, hi bound }

// A bound is one end of a range of numbers.
type bound struct {
	v      segment.Value
	none   bool
	strict bool // the bound itself is out
}

// Values are those that a leaf names.
type values struct {
	list  []segment.Value
	texts map[string]bool // the texts among very many of them
	all   bool            // of leafHas: all of them, not any
}

// Ages are a range: from <= age < to.
type ages struct{ from, to span }

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
			return l.bounds.hold(v)
		}
	case leafEqual:
		if !readsAsTime(kind) {
			return l.values.has(v)
		}
	case leafHas:
		if kind == segment.KindList {
			if holds, sure := l.values.hasElements(v.List()); sure {
				return holds
			}
		}
	case leafAge:
		if kind == segment.KindTime {
			return l.ages.hold(between(v.Time(), at))
		}
	}
	return p.ask(l.program(), v, at)
}

// hold reports whether a number lies between the bounds.
func (b *bounds) hold(v segment.Value) bool { return b.lo.below(v) && b.hi.above(v) }

// hold reports whether an age lies in the range.
func (a *ages) hold(age span) bool { return !age.less(a.from) && age.less(a.to) }

// manyTexts is from where on the values of a leaf are found by a map.
const manyTexts = 6

func newValues(list []segment.Value, all bool) values {
	vs := values{list: list, all: all}
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
func (vs *values) has(v segment.Value) bool {
	if vs.texts != nil && v.Kind() == segment.KindText {
		return vs.texts[v.Text()]
	}
	for i := range vs.list {
		if want := vs.list[i]; want.Kind() == v.Kind() && want.Equal(v) {
			return true
		}
	}
	return false
}

// hasElements reports whether a list contains any, or all, of the values; sure is
// false if an element may equal a text that reads as a time.
func (vs *values) hasElements(elems []segment.Value) (holds, sure bool) {
	for i := range elems {
		if readsAsTime(elems[i].Kind()) {
			return false, false
		}
		if !vs.all && vs.has(elems[i]) {
			return true, true
		}
	}
	if !vs.all {
		return false, true
	}
	for _, want := range vs.list {
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
