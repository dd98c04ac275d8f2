package segment

import (
	"net/netip"
	"slices"
	"strings"
	"unsafe"

	"github.com/segmentrules/segment/internal/calendar"
	"github.com/segmentrules/segment/internal/numeric"
	"github.com/segmentrules/segment/rule"
)

// How each kind of leaf is tested in a frame. These are the tests of the definition,
// specialised where the kind of the constant is known; what they cannot decide, such
// as instants near the limits of int64, they ask the definition for.

// test tests one leaf.
func (f *frame) test(l *leaf) bool {
	switch l.op {
	case leafDefinition:
		return f.scope().holds(l.c)
	case leafConstant:
		return l.k == 1
	case leafCount:
		return f.count(l)
	case leafZoned:
		return f.zoned(l)
	case leafMetric:
		return f.comparesMetric(l)
	case leafEach:
		return f.each(l)
	case leafList:
		joined, ok := f.s.x.List(l.name)
		return ok && !joined.After(f.s.now)
	case leafSegment:
		return f.s.x.Segment(l.name)
	case leafSequence:
		return f.happensInOrder(l)
	case leafRegular:
		return f.isRegular(l)
	case leafChanged, leafHasBeen:
		return f.history(l)
	}
	if l.unix {
		lo, hi, ok := f.edges(l.window)
		return ok && f.inUnixWindow(f.field(l.slot), lo, hi)
	}
	var v Value
	if l.slot >= 0 {
		v = f.field(l.slot)
	} else {
		v = f.value(l.x)
	}
	return f.testValue(l, v)
}

// testValue tests a leaf that looks at one value.
func (f *frame) testValue(l *leaf, v Value) bool {
	switch l.op {
	case leafNumber:
		return v.Kind() == KindNumber && l.num.Has(v)
	case leafNumbers:
		return v.Kind() == KindNumber && numeric.IsAmong(l.values, v)
	case leafText:
		if v.Kind() == KindText {
			return l.testText(f.folded(l, v.Text()))
		}
		return f.compares(v, l.cmp, l.value, l.fold)
	case leafTexts:
		if v.Kind() == KindText {
			return l.testText(f.folded(l, v.Text()))
		}
		return (v.Kind() == KindTime || v.Kind() == KindDate || v.Kind() == KindVersion) && f.isAny(l, v)
	case leafLike:
		return v.Kind() == KindText && l.testText(f.folded(l, v.Text()))
	case leafBool:
		return v.Kind() == KindBool && l.cmp.Holds(int(v.Word())-int(l.value.Word()))
	case leafInstant:
		return f.testInstant(l, v)
	case leafHas:
		return f.contains(l, v)
	case leafIsNull:
		return v.IsNull()
	case leafIsBlank:
		return v.Blank()
	case leafIn:
		return f.isAny(l, v)
	case leafCompare:
		return f.compares(v, l.cmp, f.value(l.y), l.fold)
	case leafBetween:
		return f.compares(v, rule.OpGe, f.value(l.y), l.fold) && f.compares(v, rule.OpLe, f.value(l.z), l.fold)
	case leafMatches:
		return l.re != nil && v.Kind() == KindText && l.re.MatchString(v.Text())
	case leafNet:
		return v.Kind() == KindText && l.hasAddress(v.Text())
	}
	return false
}

// compares is scope.compares, without allocating where a text is no time or
// has to be folded.
func (f *frame) compares(a Value, op rule.Op, b Value, fold bool) bool {
	if a.Kind() == KindText && b.Kind() != KindText && (b.Kind() == KindTime || b.Kind() == KindDate) {
		a = textTime(a.Text())
	} else if b.Kind() == KindText && (a.Kind() == KindTime || a.Kind() == KindDate) {
		b = textTime(b.Text())
	}
	if fold && a.Kind() == KindText && b.Kind() == KindText {
		s := f.scratch()
		x := s.folded(a.Text())
		return op.Holds(strings.Compare(x, s.folded(b.Text())))
	}
	return rule.Compares(f.s.now.Location(), a, op, b, fold)
}

// folded is the text as the leaf compares it: if it folds, without case, in the
// scratch.
func (f *frame) folded(l *leaf, text string) string {
	if !l.fold {
		return text
	}
	return f.scratch().folded(text)
}

// folded is the text without case, in the scratch: valid until the frame is released.
func (s *scratch) folded(text string) string {
	from := len(s.Buf)
	s.Buf = appendFolded(s.Buf, text)
	return unsafe.String(unsafe.SliceData(s.Buf[from:]), len(s.Buf)-from)
}

// isAny reports whether a value equals one of the leaf's.
func (f *frame) isAny(l *leaf, v Value) bool {
	for _, w := range l.values {
		if f.compares(v, rule.OpEq, w, l.fold) {
			return true
		}
	}
	return false
}

// testInstant tests an instant, a date, or a text that is one.
func (f *frame) testInstant(l *leaf, v Value) bool {
	if v.Kind() == KindText {
		v = textTime(v.Text())
	}
	if l.y != nil && v.Kind() != KindTime { // a comparison, which takes a date as a whole day
		return f.compares(v, l.cmp, f.value(l.y), false)
	}
	var t moment
	switch v.Kind() {
	case KindTime:
		t = moment{int64(v.Word()), int64(v.Nanos())}
	case KindDate:
		t = momentOf(calendar.StartOfDay(int64(v.Word()), f.s.now.Location()))
	default:
		return false
	}
	if !t.isSane() {
		return f.scope().holds(l.c)
	}
	lo, hi, ok := f.edges(l.window)
	return ok && !t.less(lo) && t.less(hi)
}

// contains is scope.contains.
func (f *frame) contains(l *leaf, x Value) bool {
	if x.Kind() == KindText && len(l.texts) == len(l.values) {
		return l.testText(f.folded(l, x.Text()))
	}
	if x.Kind() != KindText && x.Kind() != KindList {
		return false
	}
	for _, v := range l.values {
		if f.has(l, x, v) != (l.mode == rule.ContainsAll) {
			return l.mode == rule.ContainsAny
		}
	}
	return l.mode == rule.ContainsAll
}

// has reports whether a text or list has a value.
func (f *frame) has(l *leaf, x, v Value) bool {
	if x.Kind() == KindText {
		if v.Kind() != KindText {
			return false
		}
		text := f.folded(l, x.Text())
		return strings.Contains(text, f.folded(l, v.Text()))
	}
	for _, e := range x.List() {
		if e.Kind() == KindText && v.Kind() == KindText && !l.fold {
			if e.Text() == v.Text() {
				return true
			}
		} else if f.compares(e, rule.OpEq, v, l.fold) {
			return true
		}
	}
	return false
}

// hasAddress reports whether a text is an address in one of the nets. What has
// none of an address's characters is not parsed, since that would allocate.
func (l *leaf) hasAddress(text string) bool {
	if len(text) < 2 || len(text) > 100 || !strings.ContainsAny(text, ".:") {
		return false
	}
	addr, err := netip.ParseAddr(text)
	if err != nil {
		return false
	}
	addr = addr.Unmap()
	for _, n := range l.nets {
		if n.Contains(addr) {
			return true
		}
	}
	return false
}

// history tests what the field was.
func (f *frame) history(l *leaf) bool {
	if f.record == nil {
		return !f.isEventless() && f.scope().holds(l.c)
	}
	changes := f.record.Changes[l.name]
	if l.op == leafHasBeen {
		return f.hasBeen(l, changes)
	}
	if l.c.(rule.Changed).As != KindNull {
		return f.scope().holds(l.c)
	}
	lo, hi, ok := f.edges(l.window)
	return ok && slices.ContainsFunc(changes, func(ch Change) bool {
		t := momentOf(ch.At)
		return !ch.At.After(f.s.now) && !t.less(lo) && t.less(hi)
	})
}

// hasBeen is scope.hasBeen over the changes of a record, the newest of which is last.
func (f *frame) hasBeen(l *leaf, changes []Change) bool {
	c := l.c.(rule.HasBeen)
	until := c.For.EndBefore(f.s.now)
	for i := len(changes) - 1; i >= 0; i-- {
		switch ch := changes[i]; {
		case ch.At.After(f.s.now):
		case !f.compares(rule.ReadAs(ch.Value, c.As), rule.OpEq, c.Value, c.Fold):
			return false
		case !ch.At.After(until):
			return true
		}
	}
	return false
}
