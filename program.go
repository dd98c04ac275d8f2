package segment

import (
	"reflect"
	"sync"
	"sync/atomic"
	"time"
	"unsafe"

	"github.com/segmentrules/segment/internal/check"
	"github.com/segmentrules/segment/internal/definition"
	"github.com/segmentrules/segment/internal/structs"
	"github.com/segmentrules/segment/rule"
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
// place of the field, the first time such a contact is seen. Cheap tests are
// looked at before dear ones, wherever they stand in the condition.
type Program struct {
	c     Condition // as it was given
	space *space
	main  []step
	named []fastStep // main, for records without a layout
	zones zoneCache
	fast  atomic.Pointer[layoutCode]
	ahead atomic.Value // what Next makes of c, once it is asked for
	pool  sync.Pool    // of *scratch
}

// Compile compiles a condition. It reports everything that is wrong with the
// tree, as [Errors]: nil or foreign nodes, constants, patterns and zones that
// do not exist, limits exceeded. Its cost grows with the size of the condition.
func Compile(c Condition) (*Program, error) {
	if err := check.Condition(c, Limits{}); err != nil {
		return nil, definition.PointTo(err, c, Limits{})
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
	p.resolveFields()
	return p
}

// Match reports whether the condition holds for the contact at the instant,
// whose zone is the calendar: what [Evaluate] reports, for every contact and
// instant.
//
// It does not allocate for a *[Record], a [Document] or what [Bind] makes, but
// where a value itself has no place: a list or object read from JSON or from a
// struct, a fraction or a number of more than 17 digits, or where the
// contact's own methods allocate. A [Document] or Record handed over by value must be
// turned into a Contact by the caller, which may allocate; do that once. The
// cost grows with the conditions looked at, and with the contact's events for
// each aggregate.
func (p *Program) Match(x Contact, at time.Time) bool {
	now := momentOf(at)
	if !now.isSane() {
		return Evaluate(p.c, x, at)
	}
	var c clock
	c.set(now)
	if r, ok := x.(*Record); ok {
		if r != nil {
			return p.matchRecord(r, &c, at)
		}
	} else if code := p.fast.Load(); code != nil && code.table == wordsOf(&x).table && wordsOf(&x).data != nil {
		return p.matchMemory(code, wordsOf(&x).data, &c, x, at)
	} else if b, ok := x.(boundStruct); ok {
		if m := b.memory(); m.at != nil {
			return p.matchMemory(p.codeFor(m.typ, nil, wordsOf(&x).table), m.at, &c, x, at)
		}
	}
	return p.matchAny(x, at)
}

// words are the two words of an interface: what stands for its dynamic type,
// and the pointer to the value. Of a bound struct the pointer is its memory. A
// program knows the first word of contacts that it has met, which is quicker
// than asking them for their type; one that it does not know is asked.
type words struct{ table, data unsafe.Pointer }

func wordsOf(x *Contact) *words { return (*words)(unsafe.Pointer(x)) }

// matchAny matches a contact of any kind.
func (p *Program) matchAny(x Contact, at time.Time) bool {
	f := p.frame(x, at)
	f.openContact()
	holds := f.run(p.main)
	f.release()
	return holds
}

// openContact finds out where the fields of a contact of any kind come from.
func (f *frame) openContact() {
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
}

// frame is a frame for one contact; it does not know yet where the fields are.
func (p *Program) frame(x Contact, at time.Time) frame {
	f := frame{p: p, s: newScope(x, at), space: p.space, base: at.Unix(), nsec: int64(at.Nanosecond())}
	return f
}

// matchMemory matches a bound struct.
func (p *Program) matchMemory(code *layoutCode, base unsafe.Pointer, c *clock, x Contact, at time.Time) bool {
	pc := runMemory(code.steps, 0, base, c)
	if pc < 0 {
		return pc == int(holds)
	}
	f := p.frame(x, at)
	f.layout, f.memory = code, base
	for pc >= 0 {
		pc = runMemory(code.steps, f.step(&code.steps[pc]), base, c)
	}
	f.release()
	return pc == int(holds)
}

// matchRecord matches a record by slots if it has them, else by names.
func (p *Program) matchRecord(r *Record, c *clock, at time.Time) bool {
	steps, slots := p.named, (*Value)(nil)
	if l := r.Layout; l != nil {
		if len(r.Slots) == 0 || len(r.Slots) != len(l.names) {
			return p.matchAny(r, at)
		}
		code := p.fast.Load()
		if code == nil || code.layout != l {
			code = p.codeFor(nil, l, nil)
		}
		steps, slots = code.steps, unsafe.SliceData(r.Slots)
	}
	pc := runValues(steps, 0, slots, r.Fields, c)
	if pc < 0 {
		return pc == int(holds)
	}
	f := p.frame(r, at)
	f.record = r
	for pc >= 0 {
		pc = runValues(steps, f.step(&steps[pc]), slots, r.Fields, c)
	}
	f.release()
	return pc == int(holds)
}

// step does one step of a fast program, and returns the next.
func (f *frame) step(st *fastStep) int {
	if f.test(st.leaf) {
		return int(st.yes)
	}
	return int(st.no)
}

// A layoutCode is the program for one layout of contacts. They form a list,
// newest first, which only grows: a host has few types and layouts.
type layoutCode struct {
	typ    reflect.Type // of a bound struct, or
	layout *Layout
	table  unsafe.Pointer // the first word of a bound struct as a Contact
	steps  []fastStep
	access []structs.Access // of a bound struct: the way to each field of the program
	next   *layoutCode
}

// maxLayouts bounds the list, for hosts that make layouts without end.
const maxLayouts = 64

// codeFor returns the program for a type or layout.
func (p *Program) codeFor(t reflect.Type, l *Layout, table unsafe.Pointer) *layoutCode {
	first, n := p.fast.Load(), 0
	for c := first; c != nil; c = c.next {
		if c.layout == l && c.typ == t {
			return c
		}
		n++
	}
	c := &layoutCode{typ: t, layout: l, table: table}
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

// EvaluateExpr returns the value of an expression for the contact at the
// instant, null where it is missing. It is the definition of what an expression
// means, as [Evaluate] is of a condition; use [CompileExpr] where speed matters.
func EvaluateExpr(e rule.Expr, x Contact, at time.Time) Value {
	return newScope(x, at).value(e)
}

// A Formula is a compiled expression: what a [Program] is to a condition. It is
// immutable to its users and may be used by many goroutines at once.
type Formula struct {
	p *Program
	x *expr
	e rule.Expr
}

// CompileExpr compiles an expression, and reports everything that is wrong with
// it, as [Compile] does for a condition.
func CompileExpr(e rule.Expr) (*Formula, error) {
	if err := check.Condition(rule.IsNull{X: e}, Limits{}); err != nil {
		return nil, err
	}
	p := &Program{c: rule.IsNull{X: e}}
	p.pool.New = func() any { return new(scratch) }
	c := compiler{space: newSpace()}
	f := &Formula{p: p, x: c.expr(e), e: e}
	c.space.seal()
	p.space = c.space
	return f, nil
}

// Value returns what [EvaluateExpr] returns, for every contact and instant. Its
// cost grows with the events that the expression looks at.
func (f *Formula) Value(x Contact, at time.Time) Value {
	if !momentOf(at).isSane() {
		return EvaluateExpr(f.e, x, at)
	}
	frame := f.p.frame(x, at)
	frame.openContact()
	v := frame.value(f.x).Clone()
	frame.release()
	return v
}
