package segment

import (
	"reflect"
	"time"
	"unsafe"
)

// The steps of a program once more, for contacts whose fields lie at known
// places: no frame is made, and the commonest tests are done where they stand.
// Everything else, and every value of an unexpected kind, goes to frame.test.

// A fastOp says how a fast step is tested.
type fastOp uint8

const (
	fastSlow fastOp = iota
	fastFloat64
	fastInt64
	fastNumber // of a slot
	fastText
	fastEqual // a text
	fastBool
	fastInstant
	fastUnix
	fastTexts // a list of texts that has some
	fastConstant
)

// A fastStep is one test and where to go from it.
type fastStep struct {
	op   fastOp
	yes  int32
	no   int32
	at   uintptr // offset in the struct, or number of the slot
	leaf *leaf
	flo  float64
	fhi  float64
	text string
	name string // of the field
}

// fastSteps copies the program's steps, each with the op that place gives it.
func (p *Program) fastSteps(place func(*leaf) (op fastOp, at uintptr)) []fastStep {
	steps := make([]fastStep, len(p.main))
	for i, st := range p.main {
		steps[i] = fastStep{yes: st.yes, no: st.no, leaf: st.leaf, flo: st.leaf.num.flo, fhi: st.leaf.num.fhi, text: st.leaf.text}
		if steps[i].op, steps[i].at = place(st.leaf); st.leaf.slot >= 0 {
			steps[i].name = p.space.names[st.leaf.slot][0]
		}
	}
	return steps
}

// resolveMemory works out the places of a struct's fields.
func (p *Program) resolveMemory(c *layoutCode) {
	c.access = make([]access, len(p.space.paths))
	for i, names := range p.space.names {
		c.access[i] = accessTo(c.typ, names)
	}
	c.steps = p.fastSteps(func(l *leaf) (fastOp, uintptr) {
		if l.slot < 0 {
			return fastSlow, 0
		}
		a := &c.access[l.slot]
		if a.typ == nil || len(a.hops) != 1 || len(a.rest) > 0 {
			return fastSlow, 0
		}
		return memoryOp(l, a.typ), a.hops[0]
	})
}

// memoryOp is how a leaf tests a field of a type.
func memoryOp(l *leaf, t reflect.Type) fastOp {
	switch {
	case l.op == leafNumber && t.Kind() == reflect.Float64:
		return fastFloat64
	case l.op == leafNumber && t.Kind() == reflect.Int64 && t != reflect.TypeFor[time.Duration](), l.op == leafNumber && t.Kind() == reflect.Int && unsafe.Sizeof(0) == 8:
		return fastInt64
	case l.unix && l.window.fixed && t.Kind() == reflect.Float64:
		return fastUnix
	case l.unix:
		return fastSlow
	case l.op == leafBool && t.Kind() == reflect.Bool:
		return fastBool
	case l.op == leafInstant && l.window.fixed && t == reflect.TypeFor[time.Time]():
		return fastInstant
	case l.textOp() != fastSlow && t.Kind() == reflect.String && t.Name() != "Number":
		return l.textOp()
	case l.op == leafHas && l.textOp() != fastSlow && t == reflect.TypeFor[[]string]():
		return fastTexts
	}
	return fastSlow
}

// textOp is how a leaf tests a text.
func (l *leaf) textOp() fastOp {
	switch {
	case l.fold:
	case l.op == leafText && l.cmp == Eq:
		return fastEqual
	case l.op == leafText, l.op == leafTexts, l.op == leafLike, l.op == leafHas && len(l.texts) == len(l.values):
		return fastText
	}
	return fastSlow
}

// testTexts tests a list of texts.
func (l *leaf) testTexts(list []string) bool {
	if list == nil {
		return false
	}
	for _, want := range l.texts {
		found := false
		for i := range list {
			if list[i] == want {
				found = true
				break
			}
		}
		if found != (l.mode == AllOf) {
			return l.mode == AnyOf
		}
	}
	return l.mode == AllOf
}

// runMemory runs the program over a bound struct.
func (p *Program) runMemory(c *layoutCode, base unsafe.Pointer, now moment, x Contact, at time.Time) bool {
	steps := c.steps
	pc := int32(0)
	for {
		st := &steps[pc]
		field := unsafe.Add(base, st.at)
		ok := false
		switch st.op {
		case fastFloat64:
			f := *(*float64)(field)
			ok = st.flo <= f && f <= st.fhi
		case fastEqual:
			ok = *(*string)(field) == st.text
		case fastText:
			ok = st.leaf.testText(*(*string)(field))
		case fastInt64:
			i := *(*int64)(field)
			ok = st.leaf.num.ilo <= i && i <= st.leaf.num.ihi
		case fastBool:
			ok = st.leaf.testBool(*(*bool)(field))
		case fastInstant:
			t := (*time.Time)(field)
			ok = !t.IsZero() && st.leaf.window.has(momentOf(*t), now)
		case fastUnix:
			f := *(*float64)(field)
			if sec := int64(f); float64(sec) == f && sec > -maxSeconds && sec < maxSeconds {
				ok = st.leaf.window.has(moment{sec: sec}, now)
			} else {
				ok = p.slow(st.leaf, c, base, x, at)
			}
		case fastTexts:
			ok = st.leaf.testTexts(*(*[]string)(field))
		default:
			ok = p.slow(st.leaf, c, base, x, at)
		}
		if pc = st.no; ok {
			pc = st.yes
		}
		if pc < 0 {
			return pc == holds
		}
	}
}

func (l *leaf) testBool(b bool) bool {
	n := 0
	if b {
		n = 1
	}
	return l.cmp.holds(n - int(l.value.n))
}

// resolveSlots works out the slots of a layout's fields.
func (p *Program) resolveSlots(c *layoutCode) {
	c.steps = p.fastSteps(func(l *leaf) (fastOp, uintptr) {
		if l.slot < 0 || len(p.space.names[l.slot]) != 1 {
			return fastSlow, 0
		}
		i, ok := c.layout.Slot(p.space.names[l.slot][0])
		if !ok {
			return fastSlow, 0
		}
		return l.slotOp(), uintptr(i)
	})
}

// slotOp is how a leaf tests a slot.
func (l *leaf) slotOp() fastOp {
	switch {
	case l.unix && l.window.fixed:
		return fastUnix
	case l.unix:
		return fastSlow
	case l.op == leafNumber:
		return fastNumber
	case l.op == leafBool:
		return fastBool
	case l.op == leafInstant && l.window.fixed:
		return fastInstant
	case l.op == leafHas && l.textOp() != fastSlow:
		return fastTexts
	}
	return l.textOp()
}

// runSlots runs the program over a record whose fields are in slots.
func (p *Program) runSlots(steps []fastStep, r *Record, now moment, at time.Time) bool {
	slots := r.Slots
	pc := int32(0)
	for {
		st := &steps[pc]
		ok, sure := st.test(&slots[st.at], now)
		if !sure {
			ok = p.slow(st.leaf, nil, nil, r, at)
		}
		if pc = st.no; ok {
			pc = st.yes
		}
		if pc < 0 {
			return pc == holds
		}
	}
}

// resolveFields makes the steps for records without a layout.
func (p *Program) resolveFields() {
	p.named = p.fastSteps(func(l *leaf) (fastOp, uintptr) {
		if l.slot < 0 || len(p.space.names[l.slot]) != 1 || p.space.names[l.slot][0] == "id" {
			return fastSlow, 0
		}
		return l.slotOp(), uintptr(l.slot)
	})
}

// runFields runs the program over a record whose fields are in a map.
func (p *Program) runFields(r *Record, now moment, at time.Time) bool {
	pc := int32(0)
	for {
		st := &p.named[pc]
		ok, sure := false, false
		if st.op != fastSlow {
			v := r.Fields[st.name]
			ok, sure = st.test(&v, now)
		}
		if !sure {
			ok = p.slow(st.leaf, nil, nil, r, at)
		}
		if pc = st.no; ok {
			pc = st.yes
		}
		if pc < 0 {
			return pc == holds
		}
	}
}

// test tests a value; sure is false if that takes a frame.
func (st *fastStep) test(v *Value, now moment) (ok, sure bool) {
	switch st.op {
	case fastNumber:
		return v.kind == KindNumber && st.leaf.num.has(*v), true
	case fastEqual:
		if v.kind == KindText {
			return v.Text() == st.text, true
		}
	case fastText:
		if v.kind == KindText {
			return st.leaf.testText(v.Text()), true
		}
	case fastBool:
		return v.kind == KindBool && st.leaf.cmp.holds(int(v.n)-int(st.leaf.value.n)), true
	case fastInstant:
		if v.kind == KindTime {
			t := moment{int64(v.n), int64(v.nsec)}
			return t.isSane() && st.leaf.window.has(t, now), t.isSane()
		}
	case fastUnix:
		if v.kind == KindNumber {
			t := moment{sec: int64(v.n)}
			known := v.form == plain && t.sec < maxSeconds && t.sec > -maxSeconds
			return known && st.leaf.window.has(t, now), known
		}
	case fastTexts:
		switch v.kind {
		case KindList:
			return st.leaf.testElements(v.List())
		case KindText:
			return st.leaf.testText(v.Text()), true
		}
	default:
		return false, false
	}
	return false, v.kind == KindNull
}

// testElements tests a list for texts; sure is false if it holds what a text
// may equal besides a text.
func (l *leaf) testElements(list []Value) (ok, sure bool) {
	for i := range list {
		if k := list[i].kind; k == KindTime || k == KindDate || k == KindVersion {
			return false, false
		}
	}
	for _, want := range l.texts {
		found := false
		for i := range list {
			if e := &list[i]; e.kind == KindText && e.Text() == want {
				found = true
				break
			}
		}
		if found != (l.mode == AllOf) {
			return l.mode == AnyOf, true
		}
	}
	return l.mode == AllOf, true
}
