package segment

import (
	"reflect"
	"slices"
	"strings"
	"time"
	"unsafe"

	"github.com/segmentrules/segment/internal/calendar"
	"github.com/segmentrules/segment/internal/structs"
	"github.com/segmentrules/segment/internal/textset"
	"github.com/segmentrules/segment/rule"
)

// The steps of a program once more, for contacts whose fields lie at known
// places: no frame is made, and the commonest tests are made within the loop.
// Everything else, and every value of an unexpected kind, goes to frame.test.
//
// There are two loops: runMemory over a bound struct and runValues over a record.
// They differ in how they read a field; the tests themselves are the same small
// functions. A loop returns the number of the step it stopped at: an end of the
// block (holds or fails), or a step that takes a frame. So nothing but the place of
// the fields and the clock has to be kept in registers.

// A fastOp says how a fast step is tested.
type fastOp uint8

const (
	fastSlow fastOp = iota
	fastFloat64
	fastInt64
	fastNumber // of a slot
	fastBool
	fastUnix
	fastInstant
	fastTexts  // a list of texts that has some
	fastEqual  // a text
	fastEqual2 // a text of 2 or 3 bytes
	fastSet    // one of some texts
	fastShort  // one of some of up to 8 bytes
	fastPrefix
	fastSuffix
	fastNeedle // a text that contains one
	fastText   // as the leaf says
)

// A fastStep is one test and where to go from it.
type fastStep struct {
	op    fastOp
	bools uint8    // which bools hold: bit 0 for false, bit 1 for true
	clock [2]uint8 // which entries of the clock are added to ilo and ihi of a window
	yes   int32
	no    int32
	slot  int32   // of the field in the program's space
	at    uintptr // offset in the struct or in the slots
	flo   float64
	fhi   float64
	ilo   int64 // of integers; of the whole seconds of a window, with ihi outside; or what a text op needs
	ihi   int64
	text  string
	set   *textset.Set
	leaf  *leaf
	name  string // of the field
}

// A clock is what the bounds of windows count from: nothing, the seconds of
// now, and the first whole second that is not before now. The last entry is the
// nanoseconds of now.
type clock [4]int64

// set sets the clock; in place, for a copy of what has just been written waits.
func (c *clock) set(now moment) {
	c[1], c[2], c[3] = now.sec, now.sec, now.nsec
	if now.nsec > 0 {
		c[2] = now.sec + 1
	}
}

// whole is the first whole second at or after an edge, as a number to be added
// to an entry of the clock.
func (e *edge) whole() (sec int64, entry uint8) {
	switch {
	case e.mask == 0 && e.nsec == 0:
		return e.sec, 0
	case e.mask == 0:
		return e.sec + 1, 0
	case e.nsec == 0:
		return e.sec, 2
	}
	return e.sec + 1, 1
}

// fastSteps copies the program's steps, each with the op that place gives it.
func (p *Program) fastSteps(place func(*leaf) (op fastOp, at uintptr)) []fastStep {
	steps := make([]fastStep, len(p.main))
	for i, from := range p.main {
		l, st := from.leaf, &steps[i]
		*st = fastStep{yes: from.yes, no: from.no, slot: int32(l.slot), leaf: l, text: l.text, set: l.set}
		st.flo, st.fhi, st.ilo, st.ihi = l.num.FloatMin, l.num.FloatMax, l.num.IntMin, l.num.IntMax
		st.op, st.at = place(l)
		if l.slot >= 0 {
			st.name = p.space.names[l.slot][0]
		}
		if l.window != nil && l.window.fixed {
			st.ilo, st.clock[0] = l.window.lo.whole()
			st.ihi, st.clock[1] = l.window.hi.whole()
		}
		for b := range 2 {
			if l.cmp.Holds(b - int(l.value.Word())) {
				st.bools |= 1 << b
			}
		}
		switch st.op {
		case fastPrefix, fastSuffix:
			st.text = l.texts[0]
		case fastEqual2:
			st.ilo, st.ihi = int64(textset.Load16(l.text, 0)), int64(textset.Load16(l.text, len(l.text)-2))
		case fastNeedle:
			n := textset.NewNeedle(l.texts[0])
			st.text, st.ilo = n.Text, int64(n.At)
		}
	}
	return steps
}

// resolveMemory works out the places of a struct's fields.
func (p *Program) resolveMemory(c *layoutCode) {
	c.access = make([]structs.Access, len(p.space.paths))
	for i, names := range p.space.names {
		c.access[i] = structs.AccessTo(c.typ, names)
	}
	c.steps = p.fastSteps(func(l *leaf) (fastOp, uintptr) {
		if l.slot < 0 {
			return fastSlow, 0
		}
		a := &c.access[l.slot]
		kind, form, at, _, ok := a.Direct()
		if !ok {
			return fastSlow, 0
		}
		if a.IsTexts() {
			return textsOp(l), at
		}
		return memoryOp(l, kind, form), at
	})
	for i := range c.steps {
		if st := &c.steps[i]; st.leaf != nil && st.leaf.slot >= 0 && st.holdsOfZero() {
			if _, _, _, omits, _ := c.access[st.leaf.slot].Direct(); omits {
				st.op = fastSlow // it must not hold of what is zero, and so missing
			}
		}
	}
}

// holdsOfZero reports whether a step may hold of a field that is zero or empty. Where
// it does not, it makes no difference whether such a field is missing.
func (st *fastStep) holdsOfZero() bool {
	if st.op == fastUnix || st.op == fastSlow {
		return true // the window moves
	}
	var zero [unsafe.Sizeof([]string{})]byte
	one := *st
	one.at, one.yes, one.no = 0, -1, -2
	return runMemory([]fastStep{one}, 0, unsafe.Pointer(&zero), new(clock)) != -2
}

// memoryOp is how a leaf tests a field of a type, by its kind and what it is read as.
func memoryOp(l *leaf, kind reflect.Kind, form structs.Form) fastOp {
	float := form == structs.FormFloat && kind == reflect.Float64
	switch {
	case l.op == leafNumber && float:
		return fastFloat64
	case l.op == leafNumber && form == structs.FormInt && (kind == reflect.Int64 || kind == reflect.Int && unsafe.Sizeof(0) == 8):
		return fastInt64
	case l.unix && l.window.fixed && float:
		return fastUnix
	case l.unix:
		return fastSlow
	case l.op == leafBool && form == structs.FormBool:
		return fastBool
	case l.op == leafInstant && l.window.fixed && form == structs.FormTime:
		return fastInstant
	case l.textOp() != fastSlow && form == structs.FormText:
		return l.textOp()
	}
	return fastSlow
}

// textsOp is how a leaf tests a field that is a list of texts.
func textsOp(l *leaf) fastOp {
	if l.op == leafHas && l.textOp() != fastSlow && !l.unix {
		return fastTexts
	}
	return fastSlow
}

// textOp is how a leaf tests a text.
func (l *leaf) textOp() fastOp {
	switch {
	case l.fold:
	case l.op == leafText && l.cmp == rule.OpEq && (len(l.text) == 2 || len(l.text) == 3):
		return fastEqual2
	case l.op == leafText && l.cmp == rule.OpEq:
		return fastEqual
	case l.op == leafTexts && l.set.OfShort():
		return fastShort
	case l.op == leafTexts:
		return fastSet
	case l.op == leafLike && len(l.texts) == 1 && l.end == rule.LikeSuffix:
		return fastSuffix
	case l.op == leafLike && len(l.texts) == 1 && l.end == rule.LikePrefix:
		return fastPrefix
	case l.op == leafHas && len(l.texts) == 1 && len(l.values) == 1 && l.mode <= rule.ContainsAll:
		return fastNeedle
	case l.op == leafText, l.op == leafLike, l.op == leafHas && len(l.texts) == len(l.values):
		return fastText
	}
	return fastSlow
}

// testTexts tests a list of texts.
func (l *leaf) testTexts(list []string) bool {
	return list != nil && l.hasTexts(func(want string) bool { return slices.Contains(list, want) })
}

// The tests that both loops below make, each small enough to be inlined there.

// hasInt reports whether an integer is in the step's range.
func (st *fastStep) hasInt(i int64) bool { return st.ilo <= i && i <= st.ihi }

// hasBool reports whether the step holds of a bool: 0 is false, 1 is true.
func (st *fastStep) hasBool(b uint8) bool { return st.bools>>(b&1)&1 != 0 }

// hasSecond reports whether a whole second since 1970 is in the step's window.
func (st *fastStep) hasSecond(sec int64, c *clock) bool {
	return st.ilo+c[st.clock[0]&3] <= sec && sec < st.ihi+c[st.clock[1]&3]
}

// isBrief reports whether a text is the step's, which has 2 or 3 bytes: its
// first two and its last two bytes are compared, each pair as one number.
func (st *fastStep) isBrief(t string) bool {
	return len(t) == len(st.text) && len(t) >= 2 && textset.Load16(t, 0) == uint64(st.ilo) && textset.Load16(t, len(t)-2) == uint64(st.ihi)
}

// runMemory runs steps from one on over a bound struct, and returns the number
// of the step it stopped at: an end of the block, or one that takes a frame.
func runMemory(steps []fastStep, pc int, base unsafe.Pointer, c *clock) int {
	for uint(pc) < uint(len(steps)) {
		st := &steps[pc]
		field := unsafe.Add(base, st.at)
		ok := false
		switch st.op {
		case fastFloat64:
			f := *(*float64)(field)
			ok = st.flo <= f && f <= st.fhi
		case fastInt64:
			ok = st.hasInt(*(*int64)(field))
		case fastBool:
			ok = st.hasBool(*(*uint8)(field))
		case fastUnix:
			f := *(*float64)(field)
			sec := int64(f)
			if float64(sec) != f || sec <= -calendar.MaxSeconds || sec >= calendar.MaxSeconds {
				return pc
			}
			ok = st.hasSecond(sec, c)
		case fastInstant:
			t := (*time.Time)(field)
			ok = !t.IsZero() && st.hasInstant(momentOf(*t), c)
		case fastTexts:
			ok = st.leaf.testTexts(*(*[]string)(field))
		case fastEqual:
			ok = *(*string)(field) == st.text
		case fastEqual2:
			ok = st.isBrief(*(*string)(field))
		case fastShort:
			ok = st.set.HasShort(*(*string)(field))
		case fastPrefix:
			ok = strings.HasPrefix(*(*string)(field), st.text)
		case fastSuffix:
			ok = strings.HasSuffix(*(*string)(field), st.text)
		case fastSlow:
			return pc
		default:
			ok = st.testText(*(*string)(field))
		}
		if ok {
			pc = int(st.yes)
		} else {
			pc = int(st.no)
		}
	}
	return pc
}

// hasInstant reports whether a window has an instant. Whole seconds decide,
// but in the second of a bound.
func (st *fastStep) hasInstant(t moment, c *clock) bool {
	if t.sec >= st.ilo+c[st.clock[0]&3] && t.sec < st.ihi+c[st.clock[1]&3]-1 {
		return true
	}
	return st.leaf.window.has(t, moment{c[1], c[3]})
}

// resolveSlots works out the slots of a layout's fields.
func (p *Program) resolveSlots(c *layoutCode) {
	c.steps = p.fastSteps(func(l *leaf) (fastOp, uintptr) {
		if l.slot < 0 || len(p.space.names[l.slot]) != 1 || p.space.names[l.slot][0] == "id" {
			return fastSlow, 0
		}
		i, ok := c.layout.Slot(p.space.names[l.slot][0])
		if !ok {
			return fastSlow, 0
		}
		return l.slotOp(), uintptr(i) * unsafe.Sizeof(Value{})
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

// resolveFields makes the steps for records without a layout.
func (p *Program) resolveFields() {
	p.named = p.fastSteps(func(l *leaf) (fastOp, uintptr) {
		if l.slot < 0 || len(p.space.names[l.slot]) != 1 || p.space.names[l.slot][0] == "id" {
			return fastSlow, 0
		}
		return l.slotOp(), 0
	})
}

// runValues is runMemory over a record. Its fields are in slots, as many as the
// layout names, so that every place is one of them; or in a map, and then one
// that the step before has looked up is not looked up again.
func runValues(steps []fastStep, pc int, slots *Value, fields map[string]Value, c *clock) int {
	found, last := Value{}, int32(-1)
	for uint(pc) < uint(len(steps)) {
		st := &steps[pc]
		if st.op == fastSlow {
			return pc
		}
		v := &found
		if slots != nil {
			v = (*Value)(unsafe.Add(unsafe.Pointer(slots), st.at))
		} else if st.slot != last {
			found, last = fields[st.name], st.slot
		}
		ok := false
		kind, form, word := v.Held()
		switch st.op {
		case fastNumber:
			if kind == KindNumber && form == rule.FormInt {
				ok = st.hasInt(int64(word))
			} else {
				ok = kind == KindNumber && st.leaf.num.Has(*v)
			}
		case fastBool:
			ok = kind == KindBool && st.hasBool(uint8(word))
		case fastUnix:
			if sec := int64(word); kind != KindNull {
				if kind != KindNumber || form != rule.FormInt || sec >= calendar.MaxSeconds || sec <= -calendar.MaxSeconds {
					return pc
				}
				ok = st.hasSecond(sec, c)
			}
		case fastInstant:
			sure := false
			if ok, sure = st.testInstant(v, c); !sure {
				return pc
			}
		case fastTexts:
			sure := false
			if ok, sure = st.leaf.testList(v); !sure {
				return pc
			}
		default:
			if kind == KindNull {
				break
			}
			if kind != KindText {
				return pc
			}
			switch t := v.RawText(); st.op {
			case fastShort:
				ok = st.set.HasShort(t)
			case fastEqual2:
				ok = st.isBrief(t)
			case fastEqual:
				ok = t == st.text
			case fastPrefix:
				ok = strings.HasPrefix(t, st.text)
			case fastSuffix:
				ok = strings.HasSuffix(t, st.text)
			default:
				ok = st.testText(t)
			}
		}
		pc = int(st.no)
		if ok {
			pc = int(st.yes)
		}
	}
	return pc
}

// testInstant tests an instant; sure is false if that takes a frame.
func (st *fastStep) testInstant(v *Value, c *clock) (ok, sure bool) {
	kind, _, word := v.Held()
	if kind != KindTime {
		return false, kind == KindNull
	}
	if t := (moment{int64(word), int64(v.Nanos())}); t.isSane() {
		return st.hasInstant(t, c), true
	}
	return false, false
}

// testList tests a list or text for texts; sure is false if that takes a frame.
func (l *leaf) testList(v *Value) (ok, sure bool) {
	kind, _, _ := v.Held()
	switch kind {
	case KindList:
		return l.testElements(v.List())
	case KindText:
		return l.testText(v.RawText()), true
	}
	return false, kind == KindNull
}

// testElements tests a list for texts; sure is false if it holds what a text
// may equal besides a text.
func (l *leaf) testElements(list []Value) (ok, sure bool) {
	for i := range list {
		if k := list[i].Kind(); k == KindTime || k == KindDate || k == KindVersion {
			return false, false
		}
	}
	return l.hasTexts(func(want string) bool {
		for i := range list {
			if e := &list[i]; e.Kind() == KindText && e.Text() == want {
				return true
			}
		}
		return false
	}), true
}
