package rules

import (
	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/rule"
)

// mergeDates makes one leaf of the parts of an AND that compare parts of one
// date with the clock. DAY(x) = DAY(TODAY) flips twice a month for everybody;
// together with MONTH(x) = MONTH(TODAY) twice a year, and that is how often a
// contact must be looked at.
func mergeDates(cs []segment.Condition) (rest []segment.Condition, merged segment.Condition) {
	var field rule.Field
	var dates []segment.Condition
	for _, c := range cs {
		// only parts of one field: two dates may differ
		if f, ok := partOfDate(c); ok && (dates == nil || f == field) {
			field, dates = f, append(dates, c)
		} else {
			rest = append(rest, c)
		}
	}
	if len(dates) < 2 {
		return cs, nil
	}
	return rest, rule.And(dates)
}

// partOfDate returns the field of a leaf that compares a part of it with the
// clock, and reads nothing else.
func partOfDate(c segment.Condition) (rule.Field, bool) {
	cmp, ok := c.(rule.Compare)
	if !ok || cmp.Op != rule.OpEq {
		return "", false
	}
	if _, ok := cmp.Left.(rule.Call); !ok {
		return "", false
	}
	in := rule.Reads(c)
	if !in.Clock || len(in.Fields) != 1 || len(in.Events)+len(in.Lists)+len(in.Segments)+len(in.History) > 0 {
		return "", false
	}
	return in.Fields[0], true
}

// partsOf returns what of the contact a merged leaf looks at: contacts of whom
// that is the same have the same trajectory. It is nil if there is more to it.
func partsOf(merged rule.And) (parts []shortcut) {
	for _, c := range merged {
		cmp := c.(rule.Compare)
		f, err := segment.CompileExpr(cmp.Left)
		clock := rule.Reads(rule.IsNull{X: cmp.Left}).Clock
		if err != nil || clock || AsksContact(rule.Reads(rule.IsNull{X: cmp.Right})) {
			return nil
		}
		parts = append(parts, newShortcut(cmp.Left, f))
	}
	// 16 bits of the key for each
	if len(parts) > 4 {
		return nil
	}
	return parts
}

// keyOfParts is what the parts of a merged leaf are; ok is false if they are
// not all small numbers, which they are of a date.
func (e *Evaluator) keyOfParts(l *Leaf) (key trajectoryKey, ok bool) {
	key = trajectoryKey{l, valueKey{kind: segment.KindNumber}}
	for i := range l.parts {
		i, ok := e.byShortcut(&l.parts[i], nil, 0, e.At).Int()
		if !ok || i < 0 || i >= 1<<16 {
			return key, false
		}
		key.value.n = key.value.n<<16 | uint64(i)
	}
	return key, len(l.parts) > 0
}
