package sqlgen

// A column may hold a value in another form than a rule sees it in: a uuid is a text to
// a rule, and a default such as 0 may stand for no value. The term of such a column is
// SQL that gives what the rule sees, so that every test of it is right. Behind it stands
// the column as it is, for the comparisons that an index of the column can answer: to
// `key = "6f1c…"` the database compares uuids, and to `n > 5` the column n itself.
//
// Instants and days that are properties of events are the other way round: to a rule
// they are texts, of RFC 3339, which are read as instants nearly wherever they are used.
// Their term is the instant, marked as a text. What asks for the text is left to Go.

import (
	"slices"
	"strings"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/rule"
	"github.com/segmentrules/segment/sqlgen/tables"
)

// shown is the term that a rule sees of a column.
func (t *translation) shown(held term) term {
	x := held
	x.held = nil
	if held.col.EmptyIsMissing {
		x.frag = cat("(CASE WHEN ", t.notDefault(held), " THEN ", held.frag, " END)")
		x.col.EmptyIsMissing = false
	}
	switch held.col.Type {
	case TypeUUID, TypeEnum, TypeCIText:
		x.frag, x.col = t.labelText(x.frag), Column{Type: TypeText}
	case TypeTextArray:
		x.frag, x.col, x.doc = t.arrayNode(x.frag), Column{Type: TypeJSON, List: true}, true
		x.digits, _ = t.digits(x.frag)
	}
	if x.frag.sql != held.frag.sql {
		x.held, x.shownAs = &held, x.frag.sql
	}
	return x
}

// asHeld is the column behind a term; ok is false if the term is a column as it is, or
// has become something else since: the result of an aggregate, say.
func (t term) asHeld() (held term, ok bool) {
	if t.held == nil || t.frag.sql != t.shownAs {
		return term{}, false
	}
	return *t.held, true
}

// defaultOf is the value that a column has which was given none.
func defaultOf(c Column) segment.Value {
	switch c.Type {
	case TypeText, TypeEnum, TypeCIText:
		return segment.Text("")
	case TypeUUID:
		return segment.Text("00000000-0000-0000-0000-000000000000")
	case TypeBool:
		return segment.Bool(false)
	case TypeDate:
		return segment.Date(1970, 1, 1)
	case TypeInteger, TypeDecimal, TypeFloat:
		return segment.Int(0)
	}
	return segment.Time(time.Unix(0, 0).UTC())
}

// notDefault holds where a column has another value than its default.
func (t *translation) notDefault(held term) frag {
	switch x := held.frag; held.col.Type {
	case TypeText:
		return t.textCompares(x, " <> ", frag{sql: "''"})
	case TypeEnum, TypeCIText:
		return t.textCompares(t.labelText(x), " <> ", frag{sql: "''"})
	case TypeUUID:
		return cat(x, " <> ", hold(defaultOf(held.col).Text(), argUUID))
	case TypeBool:
		return cat(x, " = TRUE")
	case TypeDate:
		f := cat(x, " <> ", hold(t.dateArg(time.Unix(0, 0).UTC()), argDate))
		if l := t.limits(); l.firstIsDefault { // ClickHouse's Date32 begins in 1900
			f = and(f, cat(x, " <> ", hold(t.dateArg(l.oldest), argDate)))
		}
		return f
	case TypeTextArray:
		return t.hasElements(x)
	case TypeTimestamp, TypeDatetime, TypeISOTimestamp:
		return cat(x, " <> ", t.instantArg(held.col, time.Unix(0, 0).UTC()))
	default:
		return cat(x, " <> 0")
	}
}

// compareHeld compares a column as it is with a constant, where that is the same as
// comparing what a rule sees of it; ok is false where it is not.
func (s scope) compareHeld(x term, op rule.Op, v segment.Value, fold bool) (c cond, ok bool) {
	held, ok := x.asHeld()
	switch {
	case !ok || x.doc || x.asText: // what is behind a text of an instant is none
		return cond{}, false
	case x.col.Type == held.col.Type: // its default is missing
		held.col.EmptyIsMissing = false
		c = s.compareTerm(held, op, v, fold)
		if d := defaultOf(held.col); segment.Evaluate(rule.Compare{Left: d, Op: op, Right: v, Fold: fold}, nil, s.now) {
			c = cond{frag: and(c.frag, s.notDefault(held)), exact: c.exact}
		}
		return c, true
	case op != rule.OpEq || fold || v.Kind() != segment.KindText:
		return cond{}, false
	}
	f, ok := s.heldIn(x, []string{v.Text()})
	return exactly(f), ok
}

// heldIn holds if a column, as it is, has one of the texts that a rule may see of it; ok
// is false if the database must be asked for its text.
func (s scope) heldIn(x term, texts []string) (f frag, ok bool) {
	held, ok := x.asHeld()
	if !ok || x.doc {
		return frag{}, false
	}
	if held.col.EmptyIsMissing {
		texts = slices.DeleteFunc(slices.Clone(texts), func(v string) bool { return v == defaultOf(held.col).Text() })
	}
	typ := argText
	switch held.col.Type {
	case TypeText:
		held.col.EmptyIsMissing = false
		return s.inTexts(held, texts), true
	case TypeUUID:
		typ, texts = argUUID, slices.DeleteFunc(slices.Clone(texts), func(v string) bool { return !isUUID(v) })
	case TypeEnum:
		if len(held.col.Values) == 0 {
			return frag{}, false
		}
		typ, texts = argLabel, slices.DeleteFunc(slices.Clone(texts), func(v string) bool { return !slices.Contains(held.col.Values, v) || !s.plainText(v) })
	case TypeCIText:
		texts = slices.DeleteFunc(slices.Clone(texts), func(v string) bool { return !s.plainText(v) })
	default:
		return frag{}, false
	}
	if len(texts) > mostAlone {
		return frag{}, false
	}
	if held.col.Type == TypeCIText && len(texts) > 0 {
		return s.ciTextIn(held.frag, texts), true
	}
	native := make([]frag, len(texts))
	for i, v := range texts {
		native[i] = hold(v, typ)
	}
	return oneOf(held.frag, native), true
}

// oneOf holds if a column equals one of the constants.
func oneOf(x frag, vs []frag) frag {
	switch len(vs) {
	case 0:
		return never()
	case 1:
		return cat(x, " = ", vs[0])
	}
	return cat(x, " IN (", separated(", ", vs), ")")
}

// isUUID reports whether a text is a uuid as databases write it: all others equal none.
func isUUID(v string) bool {
	if len(v) != 36 {
		return false
	}
	for i := range len(v) {
		hyphen := i == 8 || i == 13 || i == 18 || i == 23
		if hyphen != (v[i] == '-') || !hyphen && !strings.ContainsRune("0123456789abcdef", rune(v[i])) {
			return false
		}
	}
	return true
}

// arrayMayHave is a test that an index of a column of lists can answer: it holds for all
// lists with the text, and maybe for others, lists of lists with it; TRUE where there is
// no such test.
func (s scope) arrayMayHave(x term, v segment.Value, fold bool) frag {
	held, ok := x.asHeld()
	if !ok || held.col.Type != TypeTextArray || v.Kind() != segment.KindText || fold || !s.plainText(v.Text()) {
		return always()
	}
	return s.arrayHas(held.frag, v.Text())
}

// arrayMayFulfil is such a test for lists with an element of which a condition holds: that
// it is a text, or one of some.
func (s scope) arrayMayFulfil(x term, c segment.Condition) frag {
	switch c := c.(type) {
	case rule.Compare:
		v, ok := c.Right.(segment.Value)
		if _, isElem := c.Left.(rule.Elem); isElem && ok && c.Op == rule.OpEq {
			return s.arrayMayHave(x, v, c.Fold)
		}
	case rule.In:
		if _, isElem := c.X.(rule.Elem); isElem && len(c.Values) <= mostAlone {
			some := never()
			for _, v := range c.Values {
				some = or(some, s.arrayMayHave(x, v, c.Fold))
			}
			return some
		}
	}
	return always()
}

// asProperty is a stored value as a property of an event. Those are JSON, where an
// instant or a day is a text.
func (t *translation) asProperty(x term) term {
	x.asText = x.instant() || x.is(TypeDate)
	return x
}

// firstTextDay is the day of firstText, as a number since 1970.
const firstTextDay = -719162

// firstText and lastText are the instants between which instants have a text that a
// rule reads.
var (
	firstText = time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC)
	lastText  = time.Date(9999, 12, 31, 23, 59, 59, 999_999_999, time.UTC)
)

// asWritten is a property that is an instant or a day, as TIME(x) reads its text.
func (s scope) asWritten(x term) term {
	x.asText = false
	bounds := s.inText(x)
	if !bounds.always() && !x.is(TypeISOTimestamp) {
		x.frag = cat("(CASE WHEN ", bounds, " THEN ", x.frag, " END)")
	}
	return x
}

// inText holds if an instant or a day has a text that a rule reads.
func (s scope) inText(x term) frag {
	if x.is(TypeDate) {
		m := moment{day: x}
		if l := s.limits(); l.firstDay >= firstTextDay && l.lastDay <= lastOfTexts {
			return always() // it holds no other days
		}
		return s.dayCompares(m, dayBound{rule.OpGe, firstTextDay}, dayBound{rule.OpLe, lastOfTexts})
	}
	if x.is(TypeISOTimestamp) {
		return notNull(x.frag)
	}
	return and(s.compareInstant(x, rule.OpGe, firstText), s.compareInstant(x, rule.OpLe, lastText))
}

// readAs is a term as TIME(x) or NUMBER(x) reads it, if the database can.
func (s scope) readAs(x term, as segment.Kind) (read term, ok bool) {
	switch {
	case as == segment.KindNull:
		return x, true
	case x.asText && as == segment.KindTime:
		return s.asWritten(x), true
	}
	return x, x.reads(as)
}

// writtenProperty is a property that is an instant or a day, where its text is read.
func (s scope) writtenProperty(x term) (m moment, ok bool) {
	x.asText = false
	if !x.instant() {
		return s.storedDay(s.asWritten(x)), true
	}
	return moment{instant: func(op rule.Op, at time.Time) cond {
		order := 0 // of all instants that have a text, beside a constant that has none
		switch {
		case at.Before(firstText):
			order = 1
		case at.After(lastText):
			order = -1
		}
		switch {
		case order != 0 && op.Holds(order):
			return exactly(s.inText(x))
		case order != 0:
			return exactly(never())
		case x.is(TypeISOTimestamp) || op == rule.OpEq:
			return exactly(s.compareInstant(x, op, at))
		case op == rule.OpLt || op == rule.OpLe:
			return exactly(and(s.compareInstant(x, op, at), s.compareInstant(x, rule.OpGe, firstText)))
		}
		return exactly(and(s.compareInstant(x, op, at), s.compareInstant(x, rule.OpLe, lastText)))
	}}, true
}

// storedDay is a column of days as a moment.
func (s scope) storedDay(x term) moment {
	m := moment{day: x, value: func(d segment.Value) rule.Expr { return d }}
	if held, ok := x.asHeld(); ok { // its default is missing
		m.day, m.there = held, s.notDefault(held)
	}
	return m
}

// compareHeldInstants compares a column of instants of which the default is missing.
func (s scope) compareHeldInstants(x term, bs ...bound) (f frag, ok bool) {
	held, ok := x.asHeld()
	if !ok || !slices.Contains(tables.InstantTypes(), held.col.Type) {
		return frag{}, false
	}
	held.col.EmptyIsMissing = false
	f = s.compareInstants(held, bs...)
	if !slices.ContainsFunc(bs, func(b bound) bool { return !b.op.Holds(time.Unix(0, 0).Compare(b.at)) }) {
		f = and(f, s.notDefault(held))
	}
	return f, true
}
