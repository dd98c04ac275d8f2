package index

import (
	"sync/atomic"
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
	leafAge                     // an instant so and so long ago
	leafList                    // on a list
	leafSegment                 // in a segment
	leafGlobal                  // reads the clock and nothing of the contact
)

// A leaf is one distinct condition without AND, OR, NOT and AT LEAST: what all
// segments that state it share.
type leaf struct {
	cond segment.Condition
	key  string
	kind leafKind
	attr attrID // none for leaves that are not about an attribute
	refs int    // how often roots state it

	lo, hi bound           // leafRange
	set    []segment.Value // leafEqual
	from   span            // leafAge: from <= age < to
	to     span
	name   string // leafList, leafSegment

	clock    bool // its truth may change by time while its attribute does not
	refers   bool // it reads segments, which change while an update spreads
	fan      fan
	enter    [2]fan // roots listed under the leaf being false, and true
	hashed   bool   // the value of the attribute leads to the leaf wherever it holds
	compiled atomic.Pointer[segment.Program]
	moving   atomic.Pointer[segment.Program] // over the contact, for a leaf about an attribute
	likely   float64                         // how often it holds, guessed: only speed depends on it
	inputs   segment.Inputs
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
	if p := l.compiled.Load(); p != nil {
		return p
	}
	c := l.cond
	if l.attr != none {
		_, with := subjectOf(c)
		c = with(segment.Field(subjectName))
	}
	p, err := segment.Compile(c)
	if err != nil { // Define has compiled the whole, so every part compiles
		p, _ = segment.Compile(segment.Or{})
	}
	l.compiled.CompareAndSwap(nil, p)
	return l.compiled.Load()
}

// holds reports whether the leaf holds for a value of its attribute. What it
// does not know by heart, it asks the compiled leaf.
func (l *leaf) holds(v segment.Value, at time.Time) bool {
	kind := v.Kind()
	if kind == segment.KindNull {
		switch l.kind {
		case leafNull:
			return true
		case leafRange, leafEqual, leafAge:
			return false
		}
	}
	switch l.kind {
	case leafNull:
		return v.IsNull()
	case leafRange:
		if kind == segment.KindNumber {
			return l.lo.below(v) && l.hi.above(v)
		}
	case leafEqual:
		for _, want := range l.set {
			if want.Kind() == kind && want.Equal(v) {
				return true
			}
		}
		if !readsAsTime(kind) {
			return false
		}
	case leafAge:
		if kind == segment.KindTime {
			age := between(v.Time(), at)
			return !age.less(l.from) && age.less(l.to)
		}
	}
	record := segment.Record{Layout: subjectLayout, Slots: []segment.Value{v}}
	return l.program().Match(&record, at)
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
