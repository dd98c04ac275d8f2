package rules

import (
	"strings"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/index/internal/size"
)

// A Row says of every leaf of an attribute whether it holds for a value: bit i is
// the leaf with local number i. Values between which no leaf can tell have the
// same row, and so rows are kept: by the value itself, by the cuts that a number
// has passed, by the ends of ranges of ages that an instant has reached. Two rows
// that are XORed give the leaves that flip, and a leaf is tested by one bit.
type Row []uint64

// set says that a leaf holds.
func (w Row) set(i int) { w[i>>6] |= 1 << (i & 63) }

// put says whether a leaf holds.
func (w Row) put(i int32, on bool) {
	w[i>>6] &^= 1 << (i & 63)
	if on {
		w[i>>6] |= 1 << (i & 63)
	}
}

// Rows are the rows of one attribute that were worked out. They are good as long
// as the attribute has the leaves it had.
type rows struct {
	of       *Attribute
	version  uint32
	byValue  map[valueKey]Row
	byText   textCache        // some of byValue
	byPlace  []Row            // by how many cuts a number has passed
	byAge    []Row            // by how many ends of ranges an age has reached
	elements map[valueKey]Row // that leaves name
	byWord   textCache        // some of elements, and of the texts that no leaf names
}

// maxRows is how many rows by value are kept of an attribute; one with more
// distinct values than that begins anew.
const maxRows = 1 << 13

// rowOf returns the row of an attribute for a value at an instant.
func (e *Evaluator) rowOf(id AttributeID, v segment.Value, at time.Time) Row {
	a, c := e.Rules.Attributes[id], &e.cache[id]
	// the attribute has other leaves than when these rows were made
	if c.of != a || c.version != a.version {
		*c = rows{of: a, version: a.version}
	}
	w := e.timeless(a, c, v, at)
	if w == nil {
		return e.workOut(a, v, at, false)
	}
	if len(a.Clocks) == 0 {
		return w
	}
	// the kept row is shared; leaves that read the clock are put into a copy
	w = append(e.blank(a)[:0], w...)
	for _, l := range a.Clocks {
		if e.Rules.Leaves[l].Holds(v, at, &e.probe) {
			w.set(int(e.Rules.Leaves[l].local))
		}
	}
	return w
}

// timeless is the row without the leaves whose truth depends on the instant; nil
// if there is none that could be kept.
func (e *Evaluator) timeless(a *Attribute, c *rows, v segment.Value, at time.Time) Row {
	switch v.Kind() {
	case segment.KindNumber:
		// A leaf without an index may tell any two numbers apart, so the row is of this one alone.
		if len(a.others)+len(a.Clocks) > 0 {
			return e.byValue(a, c, v, at)
		}
		if len(a.equal) > 0 && len(a.equal[keyOf(v)]) > 0 {
			return e.byValue(a, c, v, at)
		}
		// all numbers between two cuts have one row
		return e.kept(a, &c.byPlace, a.passed(v), len(a.cuts)+1, v, at)
	case segment.KindText:
		if len(a.Edges) > 0 {
			return nil // read as a time, it has an age
		}
		if w, ok := c.byText.get(v.Text()); ok {
			return w
		}
		return e.byValue(a, c, v, at)
	case segment.KindNull, segment.KindBool:
		return e.byValue(a, c, v, at)
	case segment.KindTime:
		if len(a.others)+len(a.Clocks) > 0 || a.texts {
			return nil
		}
		// all instants whose ages lie between the same ends have one row
		return e.kept(a, &c.byAge, a.AgePassed(size.Between(v.Time(), at)), len(a.Edges)+1, v, at)
	case segment.KindList:
		if len(a.others)+len(a.Clocks) > 0 {
			return nil
		}
		return e.ofList(a, c, v, at)
	}
	return nil
}

// kept returns the row at a place of a line, worked out for the value if it is
// the first one there.
func (e *Evaluator) kept(a *Attribute, line *[]Row, place, places int, v segment.Value, at time.Time) Row {
	if len(*line) != places {
		*line = make([]Row, places)
	}
	if (*line)[place] == nil {
		(*line)[place] = e.workOut(a, v, at, true)
	}
	return (*line)[place]
}

// byValue returns the row of a value from the rows kept by value, worked out if it is new.
func (e *Evaluator) byValue(a *Attribute, c *rows, v segment.Value, at time.Time) Row {
	key := keyOf(v)
	if key.s == "f" {
		return nil // the key is not the value
	}
	w, ok := c.byValue[key]
	if ok && v.Kind() != segment.KindText {
		return w
	}
	if !ok {
		if c.byValue == nil || len(c.byValue) >= maxRows {
			// too many distinct values to be worth keeping: begin anew
			c.byValue, c.byText = make(map[valueKey]Row), textCache{}
		}
		w = e.workOut(a, v, at, true)
	}
	if v.Kind() == segment.KindText {
		// the text may be part of a large document, which should not be held for it
		key = keyOf(segment.Text(strings.Clone(v.Text())))
		c.byText.add(key.s, w)
	}
	c.byValue[key] = w
	return w
}

// ofList is the row of a list: what holds for any of its elements, and the
// leaves that ask for all of several.
func (e *Evaluator) ofList(a *Attribute, c *rows, v segment.Value, at time.Time) Row {
	w := e.blank(a)
	for _, elem := range v.List() {
		if readsAsTime(elem.Kind()) || elem.Kind() == segment.KindNumber && keyOf(elem).s == "f" {
			return nil
		}
		for i, bits := range e.ofElement(a, c, elem) {
			// a leaf about a list holds if it does for any element
			w[i] |= bits
		}
	}
	if len(a.alls) > 0 {
		for _, elem := range v.List() {
			for _, l := range a.alls[keyOf(elem)] {
				if e.Rules.Leaves[l].Holds(v, at, &e.probe) {
					w.set(int(e.Rules.Leaves[l].local))
				}
			}
		}
	}
	return w
}

// ofElement is the row of one element of a list.
func (e *Evaluator) ofElement(a *Attribute, c *rows, elem segment.Value) Row {
	text := elem.Kind() == segment.KindText
	if text {
		if w, ok := c.byWord.get(elem.Text()); ok {
			return w
		}
	}
	key := keyOf(elem)
	w, ok := c.elements[key]
	if !ok {
		w = e.named(a, c, key)
	}
	if text {
		c.byWord.add(strings.Clone(elem.Text()), w)
	}
	return w
}

// named is the row of an element, nil if no leaf names it.
func (e *Evaluator) named(a *Attribute, c *rows, key valueKey) Row {
	found := a.elems[key]
	if len(found) == 0 {
		return nil
	}
	w := make(Row, (len(a.Leaves)+63)/64)
	for _, l := range found {
		if leaf := e.Rules.Leaves[l]; !leaf.Values.all {
			w.set(int(e.Rules.Leaves[l].local))
		}
	}
	if c.elements == nil {
		c.elements = make(map[valueKey]Row)
	}
	key.s = strings.Clone(key.s)
	c.elements[key] = w // as many as the leaves name: it needs no bound
	return w
}

// workOut asks every leaf; those that depend on the instant only if the row is
// not to be kept, or the place it is kept at stands for their answer.
func (e *Evaluator) workOut(a *Attribute, v segment.Value, at time.Time, keep bool) Row {
	w := e.blank(a)
	if keep {
		w = make(Row, len(w))
	}
	for i, l := range a.Leaves {
		if l == None {
			continue
		}
		leaf := e.Rules.Leaves[l]
		if keep && leaf.Clock && leaf.Kind != LeafAge {
			continue
		}
		if leaf.Holds(v, at, &e.probe) {
			w.set(i)
		}
	}
	return w
}

// blank returns an empty row in memory that lasts as long as two looks at the
// contact: rows before and after a change.
func (e *Evaluator) blank(a *Attribute) Row {
	n := (len(a.Leaves) + 63) / 64
	if len(e.arena)+n > cap(e.arena) {
		e.arena = make([]uint64, 0, max(1024, 2*cap(e.arena), n))
	}
	from := len(e.arena)
	e.arena = e.arena[:from+n]
	w := e.arena[from : from+n : from+n]
	clear(w)
	return w
}
