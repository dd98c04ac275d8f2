package lint

import (
	"slices"

	"github.com/segmentrules/segment/internal/calendar"
	"github.com/segmentrules/segment/internal/textset"
	"github.com/segmentrules/segment/rule"
)

// A meaning is what a test says of the value of one expression: the values of
// which it holds, and those of which it fails. Each set may be too large, never
// too small; where both are exact they are complements.
type meaning struct {
	x            rule.Expr
	holds, fails domain
}

// meaningOf reads a leaf in normal form; ok is false if nothing is known of it.
func meaningOf(c rule.Condition) (m meaning, ok bool) {
	switch c := c.(type) {
	case rule.Compare:
		return comparisonMeaning(c)
	case rule.In:
		return inMeaning(c)
	case rule.IsNull:
		m.holds, m.fails = domain{loose: isMissing}, anything()
		m.fails.loose &^= isMissing
		m.x = c.X
	case rule.IsBlank:
		m.x, m.holds, m.fails = c.X, domain{loose: isMissing | isListValue | isObjectValue}, anything()
		m.holds.text = allTexts()
		m.holds.text.sides[textPlain] = ranges{{rangeEnd{at: rule.Text("")}, rangeEnd{at: rule.Text("\u3001"), open: true}}} // white space ends at U+3000
		m.fails.loose &^= isMissing
		m.fails.text.sides[textPlain] = side(rule.OpGt, rule.Text(""))
	case rule.Like:
		return likeMeaning(c), true
	case rule.Contains:
		m = meaning{c.X, domain{loose: isListValue}, anything()}
		m.holds.text = allTexts()
	case rule.Matches:
		m = meaning{c.X, domain{}, anything()}
		m.holds.text = allTexts()
	case rule.InCIDR:
		m = meaning{c.X, domain{}, anything()}
		m.holds.text = allTexts()
	case rule.Each:
		m = eachMeaning(c)
	case rule.When:
		return whenMeaning(c)
	}
	return m, m.x != nil
}

func eachMeaning(c rule.Each) meaning {
	m := meaning{c.X, domain{loose: isListValue}, anything()}
	if c.Quantifier == rule.QuantifierNone {
		m.holds, m.fails = m.fails, m.holds
	}
	return m
}

// comparisonMeaning reads a comparison with a constant, or with an instant or a
// day relative to now.
func comparisonMeaning(c rule.Compare) (m meaning, ok bool) {
	if _, ok := relativeTo(c.Left); ok {
		if _, ok := relativeTo(c.Right); !ok {
			c.Left, c.Op, c.Right = c.Right, c.Op.Mirrored(), c.Left
		}
	}
	m = meaning{c.Left, domain{}, anything()}
	if v, ok := c.Right.(rule.Value); ok {
		m.compareConstant(c.Op, v, c.Fold)
		return m, true
	}
	at, ok := relativeTo(c.Right)
	if ok {
		m.temporal(at, side(c.Op, rule.Int(at.n)), at.whole)
	}
	return m, ok
}

// compareConstant notes what x op v says of x.
func (m *meaning) compareConstant(op rule.Op, v rule.Value, fold bool) {
	switch v.Kind() {
	case rule.KindNumber:
		m.holds.num = side(op, v)
		m.fails.num = m.holds.num.not()
	case rule.KindDuration:
		m.holds.dur = side(op, v)
		m.fails.dur = m.holds.dur.not()
	case rule.KindBool:
		for b, bit := range [2]looseSet{isFalse, isTrue} {
			if op.Holds(b - int(v.Word())) {
				m.holds.loose |= bit
			}
		}
		m.fails.loose &^= m.holds.loose
	case rule.KindList, rule.KindObject:
		m.holds.loose = isListValue | isObjectValue
	case rule.KindText:
		m.texts(textSide(fold), side(op, rule.Text(textset.Folded(v.Text(), fold))))
		if rule.IsVersion(v.Text()) {
			m.holds.loose |= isVersionText
		}
		if t := rule.ReadTime(v.Text()); !t.IsNull() {
			m.compareTime(op, t, false)
		}
	case rule.KindVersion:
		m.holds.loose, m.holds.text = isVersionText, allTexts()
	case rule.KindTime, rule.KindDate:
		m.compareTime(op, v, true)
	}
}

func textSide(fold bool) int {
	if fold {
		return textFolded
	}
	return textPlain
}

// texts notes that texts hold that lie in these ranges of one side.
func (m *meaning) texts(at int, r ranges) {
	m.holds.text, m.fails.text = allTexts(), allTexts()
	m.holds.text.sides[at], m.fails.text.sides[at] = r, r.not()
}

// compareTime notes a comparison with an instant or a date. An instant beside a
// date is its day; a date beside an instant is only near it, so nothing is said
// of that. A text is read as either only if the constant is no text itself.
func (m *meaning) compareTime(op rule.Op, v rule.Value, readTexts bool) {
	if v.Kind() == rule.KindDate {
		r := side(op, rule.Int(int64(v.Word())))
		m.onLine(onCalendar, r, readTexts, true)
		return
	}
	m.onLine(onClock, side(op, v), readTexts, false)
}

// onLine notes that instants, and dates if they are told apart by the same
// line, hold if they lie in the ranges of that line.
func (m *meaning) onLine(l int, r ranges, readTexts, dates bool) {
	m.holds.time, m.fails.time = onLine(l, r), onLine(l, r.not())
	m.holds.date, m.fails.date = allTimes(), allTimes()
	if dates {
		m.holds.date, m.fails.date = m.holds.time, m.fails.time
	}
	if readTexts {
		m.holds.text, m.fails.text = allTexts(), allTexts()
		m.holds.text.unreadable = false
		m.holds.text.time, m.holds.text.date = m.holds.time, m.holds.date
		m.fails.text.time, m.fails.text.date = m.fails.time, m.fails.date
	}
}

// temporal notes a comparison with a point relative to now.
func (m *meaning) temporal(at relative, r ranges, dates bool) { m.onLine(at.line, r, true, dates) }

// A relative is an instant or day relative to now: a point of a line of times.
// whole says that it is a day.
type relative struct {
	line  int
	n     int64
	whole bool
}

// relativeTo reads NOW, TODAY, and one of them with a span added or taken away.
func relativeTo(e rule.Expr) (at relative, ok bool) {
	var d rule.Span
	if a, isArith := e.(rule.Arith); isArith && (a.Op == rule.ArithAdd || a.Op == rule.ArithSub) {
		if d, ok = a.Right.(rule.Span); !ok || !d.Valid() {
			return relative{}, false
		}
		if a.Op == rule.ArithSub {
			d = d.Negative()
		}
		e = a.Left
	}
	call, ok := e.(rule.Call)
	if !ok || call.Fn != rule.FnNow && call.Fn != rule.FnToday {
		return relative{}, false
	}
	if call.Fn == rule.FnNow {
		l, n := lineOf(d)
		return relative{line: l, n: n}, true
	}
	days := d.Seconds() / calendar.SecondsPerDay
	_, c := d.Months()
	whole := !c && days*calendar.SecondsPerDay == d.Seconds() && (d.Unit == 0 || d.Unit >= rule.UnitDay)
	return relative{fromToday, days, true}, whole
}

// lineOf is where the instant d after now is.
func lineOf(d rule.Span) (l int, n int64) {
	if n, ok := d.Months(); ok {
		return inMonths, n
	}
	return fromNow, d.Seconds()
}

// inMeaning reads an IN whose values are of one kind; others are told apart
// before (see solver.assume).
func inMeaning(c rule.In) (m meaning, ok bool) {
	m = meaning{c.X, domain{}, anything()}
	switch c.Values[0].Kind() {
	case rule.KindNumber:
		m.holds.num = pointSet(c.Values)
		m.fails.num = m.holds.num.not()
	case rule.KindText:
		if slices.ContainsFunc(c.Values, func(v rule.Value) bool { return !rule.ReadTime(v.Text()).IsNull() }) {
			return meaning{c.X, anything(), anything()}, true
		}
		vs := make([]rule.Value, len(c.Values))
		for i, v := range c.Values {
			vs[i] = rule.Text(textset.Folded(v.Text(), c.Fold))
		}
		m.texts(textSide(c.Fold), pointSet(vs))
		m.holds.loose = isVersionText
	case rule.KindDate:
		days := make([]rule.Value, len(c.Values))
		for i, v := range c.Values {
			days[i] = rule.Int(int64(v.Word()))
		}
		m.onLine(onCalendar, pointSet(days), true, true)
	case rule.KindTime:
		m.onLine(onClock, pointSet(c.Values), true, false)
	case rule.KindDuration:
		m.holds.dur = pointSet(c.Values)
		m.fails.dur = m.holds.dur.not()
	case rule.KindBool:
		for _, v := range c.Values {
			m.compareConstant(rule.OpEq, v, false)
		}
	default:
		m.holds = anything()
	}
	return m, true
}

// likeMeaning: the texts with a prefix are an interval, from the prefix to the
// first text behind all that begin with it.
func likeMeaning(c rule.Like) meaning {
	m := meaning{c.X, domain{}, anything()}
	at := textSide(c.Fold)
	is := make([]interval, len(c.Values))
	for i, v := range c.Values {
		v = textset.Folded(v, c.Fold)
		if c.End == rule.LikeSuffix {
			v = reversed(v)
		}
		is[i] = interval{rangeEnd{at: rule.Text(v)}, behind(v)}
	}
	if c.End == rule.LikeSuffix {
		at += textReversed
	}
	m.texts(at, union(is))
	return m
}

// behind is the edge behind all texts with a prefix.
func behind(prefix string) rangeEnd {
	b := []byte(prefix)
	for len(b) > 0 && b[len(b)-1] == 0xff {
		b = b[:len(b)-1]
	}
	if len(b) == 0 {
		return rangeEnd{loose: true}
	}
	b[len(b)-1]++
	return rangeEnd{at: rule.Text(string(b)), open: true}
}

func reversed(s string) string {
	b := []byte(s)
	slices.Reverse(b)
	return string(b)
}
