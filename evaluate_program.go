package segment

import (
	"reflect"
	"sync"
	"sync/atomic"
	"time"
	"unsafe"
)

// A Program is a compiled condition. It is immutable to its users, and may be
// used by many goroutines at once: what it remembers for itself (offsets of
// struct types, slots of layouts, time zones, scratch memory) changes no
// answer and is guarded.
//
// A Program is a list of tests. Each names the test that comes next if it
// holds and if it does not, so AND, OR and NOT cost nothing. Tests are
// specialised by operator and kind of constant. For structs made contacts by
// [Bind] and for records with a [Layout] they are specialised once more by the
// place of the field, the first time such a contact is seen.
type Program struct {
	c     Condition // as it was given
	space *space
	main  []step
	zones zoneCache
	fast  atomic.Pointer[layoutCode]
	pool  sync.Pool // of *scratch
}

// Compile compiles a condition. It reports everything that is wrong with the
// tree, as [Errors]: nil or foreign nodes, constants, patterns and zones that
// do not exist, limits exceeded. Its cost grows with the size of the condition.
func Compile(c Condition) (*Program, error) {
	if err := valid(c, Limits{}); err != nil {
		return nil, err
	}
	return compile(c), nil
}

// compile compiles any tree, also one that Compile refuses.
func compile(c Condition) *Program {
	p := &Program{c: c}
	p.pool.New = func() any { return new(scratch) }
	comp := compiler{space: newSpace()}
	p.main = comp.block(Simplify(c))
	comp.space.seal()
	p.space = comp.space
	return p
}

// Match reports whether the condition holds for the contact at the instant,
// whose zone is the calendar: what [Evaluate] reports, for every contact and
// instant.
//
// It does not allocate for a *[Record], a [Document] or what [Bind] makes, but
// where a value itself has no place: a list or object read from JSON or from a
// struct, a fraction or a number of more than 17 digits, sequences, or where
// the contact's own methods allocate. A [Document] or Record handed over by value must be
// turned into a Contact by the caller, which may allocate; do that once. The
// cost grows with the conditions looked at, and with the contact's events for
// each aggregate.
func (p *Program) Match(x Contact, at time.Time) bool {
	switch r := x.(type) {
	case *Record:
		if r != nil && sane(at) {
			return p.matchRecord(r, x, at)
		}
	case boundStruct:
		if m := r.memory(); m.at != nil && sane(at) {
			return p.matchBound(m, x, at)
		}
	}
	return p.matchAny(x, at)
}

// sane reports whether an instant is so near that adding spans to it cannot
// overflow; the definition decides of others.
func sane(at time.Time) bool { return uint64(at.Unix()+saneSeconds) < 2*saneSeconds }

const saneSeconds = 1 << 55

// matchAny matches a contact of any kind.
func (p *Program) matchAny(x Contact, at time.Time) bool {
	if !sane(at) {
		return Evaluate(p.c, x, at)
	}
	f := p.frame(x, at)
	switch r := f.s.x.(type) {
	case *Record:
		f.record = r
	case Record:
		f.s.x, f.record = &r, &r
	case Document:
		f.open(r)
	case *Document:
		if r != nil {
			f.open(*r)
		}
	}
	holds := f.run(p.main)
	f.release()
	return holds
}

func (p *Program) frame(x Contact, at time.Time) frame {
	f := frame{p: p, s: newScope(x, at), space: p.space, base: at.Unix(), nsec: int64(at.Nanosecond())}
	return f
}

func (p *Program) matchRecord(r *Record, x Contact, at time.Time) bool {
	if r.Layout != nil && len(r.Slots) > 0 && len(r.Slots) == len(r.Layout.names) {
		c := p.codeFor(nil, r.Layout)
		return p.runSlots(c.steps, r, at)
	}
	f := p.frame(x, at)
	f.record = r
	holds := f.run(p.main)
	f.release()
	return holds
}

func (p *Program) matchBound(m memory, x Contact, at time.Time) bool {
	c := p.codeFor(m.typ, nil)
	return p.runMemory(c, m.at, x, at)
}

// slow tests one leaf of a contact whose other leaves are tested without a frame.
func (p *Program) slow(l *leaf, c *layoutCode, at unsafe.Pointer, x Contact, now time.Time) bool {
	f := p.frame(x, now)
	f.record, _ = x.(*Record)
	f.layout, f.memory = c, at
	holds := f.test(l)
	f.release()
	return holds
}

// A layoutCode is the program for one layout of contacts. They form a list,
// newest first, which only grows: a host has few types and layouts.
type layoutCode struct {
	typ    reflect.Type // of a bound struct, or
	layout *Layout
	steps  []fastStep
	access []access // of a bound struct: the way to each field of the program
	next   *layoutCode
}

// maxLayouts bounds the list, for hosts that make layouts without end.
const maxLayouts = 64

// codeFor returns the program for a type or layout.
func (p *Program) codeFor(t reflect.Type, l *Layout) *layoutCode {
	first, n := p.fast.Load(), 0
	for c := first; c != nil; c = c.next {
		if c.layout == l && c.typ == t {
			return c
		}
		n++
	}
	c := &layoutCode{typ: t, layout: l}
	if t != nil {
		p.resolveMemory(c)
	} else {
		p.resolveSlots(c)
	}
	if n < maxLayouts {
		c.next = first
		p.fast.CompareAndSwap(first, c) // if another was quicker, the next call tries again
	}
	return c
}
