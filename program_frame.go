package segment

import (
	"slices"
	"time"
	"unsafe"

	"github.com/segmentrules/segment/internal/document"
	"github.com/segmentrules/segment/internal/structs"
	"github.com/segmentrules/segment/rule"
)

// A frame is one run of a program: the contact, the instant, and where the
// fields of the present space come from. It lives on the stack. For what does not
// fit there it borrows a scratch from the program's pool, the first time that it
// needs one.
type frame struct {
	p         *Program
	s         scope // what the definition would have; elem is not set for events
	space     *space
	base      int64 // the instant's seconds and nanoseconds
	nsec      int64
	source    source
	isEvent   bool     // the space is an event's
	props     Document // of the event
	cells     []document.Cell
	record    *Record // the contact, if it is one
	layout    *layoutCode
	memory    unsafe.Pointer
	scratchAt *scratch
}

// A source says where a frame's fields come from.
type source uint8

const (
	fromContact source = iota
	fromCells
	fromElem
	fromNowhere
)

// A scratch is memory for values that have no place of their own: decoded and
// folded texts, lists read from JSON. It is valid until the end of a Match.
type scratch struct {
	document.Scanner
	cellStack []document.Cell
	values    []Value
	log       []Event // of a contact of the host's own, if logged
	logged    bool
	collect   func(Event) bool // appends to log
	named     []Event          // of one name each: those of the innermost aggregate last
	since     moment           // that named reads back to
	gather    func(Event) bool // appends to named
}

// readLog reads a contact's events. What collects them is made once: made here
// it would be made for every contact.
func (s *scratch) readLog(x Contact) {
	if s.collect == nil {
		s.collect = func(e Event) bool {
			s.log = append(s.log, e)
			return true
		}
	}
	x.Events("")(s.collect)
	slices.Reverse(s.log)
	s.logged = true
}

// readNamed returns a contact's events of one name from an instant on, oldest first, to be
// given back with giveNamed. They come newest first: no older ones are read.
func (s *scratch) readNamed(x Contact, name string, since moment) []Event {
	s.since = since
	if s.gather == nil {
		s.gather = func(e Event) bool {
			if momentOf(e.At).less(s.since) {
				return false
			}
			s.named = append(s.named, e)
			return true
		}
	}
	from := len(s.named)
	x.Events(name)(s.gather)
	log := s.named[from:]
	slices.Reverse(log)
	return log
}

// giveNamed gives back the last n events that readNamed returned.
func (s *scratch) giveNamed(n int) {
	left := len(s.named) - n
	clear(s.named[left:])
	s.named = s.named[:left]
}

// scratch is the frame's scratch, which it takes from the pool the first time.
func (f *frame) scratch() *scratch {
	if f.scratchAt == nil {
		f.scratchAt = f.p.pool.Get().(*scratch)
	}
	return f.scratchAt
}

// maxScratch is how much scratch is kept; one large contact must not hold
// memory for ever.
const maxScratch = 1 << 12

// release gives the scratch back, if the frame took one. Values read by the frame
// must not be used after it.
func (f *frame) release() {
	s := f.scratchAt
	if s == nil {
		return
	}
	if cap(s.Buf) > 64*maxScratch || cap(s.Arena)+cap(s.Stack)+cap(s.MemberArena)+cap(s.MemberStack)+cap(s.cellStack)+cap(s.values)+cap(s.Keys)+cap(s.log)+cap(s.named) > maxScratch {
		*s = scratch{}
	}
	clear(s.cellStack[:cap(s.cellStack)])
	clear(s.log)
	s.log, s.logged = s.log[:0], false
	s.Reset()
	s.cellStack, s.values = s.cellStack[:0], s.values[:0]
	f.p.pool.Put(s)
}

// takeCells returns cells for one document, to be given back in reverse order.
func (s *scratch) takeCells(n int) []document.Cell {
	from := len(s.cellStack)
	s.cellStack = slices.Grow(s.cellStack, n)[:from+n]
	cells := s.cellStack[from : from+n : from+n]
	clear(cells)
	return cells
}

// giveCells gives back the last n cells that takeCells returned.
func (s *scratch) giveCells(n int) { s.cellStack = s.cellStack[:len(s.cellStack)-n] }

// open makes a document the source of fields.
func (f *frame) open(d Document) {
	f.source = fromNowhere
	if len(d) == 0 || len(f.space.paths) == 0 {
		return
	}
	s := f.scratch()
	f.cells = s.takeCells(len(f.space.paths))
	if s.Document(d, f.space.tree, f.cells) {
		f.source = fromCells
	}
}

// isEventless reports whether the contact has neither events nor history, so
// that nothing need be made to go over them.
func (f *frame) isEventless() bool {
	switch x := f.s.x.(type) {
	case Document, *Document:
		return true
	case boundStruct:
		return !x.hasPast()
	}
	return false
}

// field returns the value of a field of the present space.
func (f *frame) field(slot int) Value {
	switch f.source {
	case fromCells:
		c := &f.cells[slot]
		if !c.Done && c.Raw != "" {
			c.Val = f.scratch().RawValue(c.Raw)
		}
		c.Done = true
		return c.Val
	case fromElem:
		return f.s.elem.At(f.space.names[slot]...)
	case fromNowhere:
		return Value{}
	}
	if f.layout != nil && f.layout.access != nil {
		return f.fromMemory(&f.layout.access[slot])
	}
	if f.record != nil {
		names := f.space.names[slot]
		if len(names) == 1 {
			return f.record.member(names[0])
		}
		return f.record.member(names[0]).At(names[1:]...)
	}
	return f.s.x.Field(f.space.paths[slot])
}

// elem is what Elem is.
func (f *frame) elem() Value {
	if f.isEvent {
		return f.props.Value()
	}
	return f.s.elem
}

// scope is the frame as the definition would have it.
func (f *frame) scope() scope {
	if f.isEvent {
		return f.s.bind(f.props.Value())
	}
	return f.s
}

// run tests a block.
func (f *frame) run(steps []step) bool {
	pc := int32(0)
	for {
		st := &steps[pc]
		if f.test(st.leaf) {
			pc = st.yes
		} else {
			pc = st.no
		}
		if pc < 0 {
			return pc == holds
		}
	}
}

// zoned runs a block with another calendar.
func (f *frame) zoned(l *leaf) bool {
	before := f.s.now
	if loc := f.zone(f.value(l.x).Text()); loc != nil {
		f.s.now = before.In(loc)
	}
	ok := f.run(l.blocks[0])
	f.s.now = before
	return ok
}

// zone is the time zone of a name, nil if there is none.
func (f *frame) zone(name string) *time.Location {
	if name == "" {
		return nil
	}
	return f.p.zones.load(name)
}

// count counts the blocks that hold, no further than needed.
func (f *frame) count(l *leaf) bool {
	n := 0
	for i, b := range l.blocks {
		if f.run(b) {
			n++
		}
		left := len(l.blocks) - 1 - i
		switch {
		case n > l.k:
			return l.quantity == rule.QuantityAtLeast
		case n+left < l.k:
			return l.quantity == rule.QuantityAtMost
		case n == l.k && l.quantity == rule.QuantityAtLeast:
			return true
		}
	}
	return l.quantity.Holds(n, l.k)
}

// each counts the elements for which the inner block holds.
func (f *frame) each(l *leaf) bool {
	elems, n := f.value(l.x).List(), 0
	if len(elems) == 0 {
		return l.each == rule.QuantifierNone || l.each >= rule.QuantifierMin && l.k <= 0
	}
	f.scratch() // to be shared with the inner frame
	inner := *f
	inner.space, inner.source, inner.isEvent = l.inner, fromElem, false
	for i, e := range elems {
		inner.s = f.s.bind(e)
		if inner.run(l.blocks[0]) {
			n++
		}
		switch left := len(elems) - 1 - i; {
		case n > 0 && l.each == rule.QuantifierAny, n <= i && l.each == rule.QuantifierAll, n > 0 && l.each == rule.QuantifierNone:
			return l.each == rule.QuantifierAny
		case l.each >= rule.QuantifierMin && n >= l.k:
			return true
		case l.each >= rule.QuantifierMin && n+left < l.k:
			return false
		}
	}
	switch l.each {
	case rule.QuantifierAny:
		return n > 0
	case rule.QuantifierAll:
		return n == len(elems)
	case rule.QuantifierNone:
		return n == 0
	}
	return n >= l.k
}

// fromMemory reads a field of a bound struct. A list of texts goes to the
// scratch; other lists, and objects, allocate.
func (f *frame) fromMemory(a *structs.Access) Value {
	texts, ok := a.Texts(f.memory)
	if !ok {
		return a.Value(f.memory)
	}
	if texts == nil {
		return Value{}
	}
	s := f.scratch()
	from := len(s.Arena)
	for _, t := range texts {
		s.Arena = append(s.Arena, Text(t))
	}
	return List(s.Arena[from:]...)
}
