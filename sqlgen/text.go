package sqlgen

// Tests of texts. Databases compare texts by collations, by which "a" may equal
// "A" or "a "; rules compare them by their code points, and so does all SQL here,
// whatever the collation of a column is.

import (
	"encoding/json"
	"regexp/syntax"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/rule"
)

// folded makes a stored text and a constant comparable IGNORING CASE. No database
// folds case as Go does. So only the characters that differ by case from one of
// the constant are swapped for it: for "us", U by u and S by s (and the long ſ). A
// text with any other character is not equal to the constant anyway.
func (s scope) folded(x frag, v string) (frag, string) {
	from, to := swaps(v)
	return s.swapped(x, from, to), strings.Map(firstOfCase, v)
}

// swaps are the characters to swap, from[i] for to[i].
func swaps(constants ...string) (from, to []rune) {
	for _, v := range constants {
		for _, r := range v {
			first := firstOfCase(r)
			for _, other := range otherCases(first) {
				if !slices.Contains(from, other) {
					from, to = append(from, other), append(to, first)
				}
			}
		}
	}
	return from, to
}

// otherCases are the characters that differ from r only by case.
func otherCases(r rune) (others []rune) {
	for next := unicode.SimpleFold(r); next != r; next = unicode.SimpleFold(next) {
		others = append(others, next)
	}
	return others
}

// firstOfCase is, of the characters that differ from r only by case, the one with
// the least code point: it stands for all of them.
func firstOfCase(r rune) rune {
	return slices.Min(append(otherCases(r), r))
}

// in writes a list of values: the texts at once, the integers at once, and all
// else one by one.
func (s scope) in(c rule.In) cond {
	x, stored := s.term(c.X)
	var parts []frag
	var texts []string
	var numbers, ids []int64
	exact := true
	for _, v := range c.Values {
		switch {
		case v.IsNull():
			continue
		case stored && x.writes != nil && v.Kind() == segment.KindText:
			n, ok := writtenInteger(v.Text())
			if id, isInt := s.gridInt(*x.writes, n); ok && isInt {
				ids = append(ids, id)
				continue
			}
		case stored && !c.Fold && v.Kind() == segment.KindText && (x.doc && !s.fewContained(x, c) || x.is(TypeText)) && s.plainText(v.Text()):
			texts = append(texts, v.Text())
			continue
		case stored && x.is(TypeInteger) && v.Kind() == segment.KindNumber:
			if n, ok := s.gridInt(x, v); ok {
				numbers = append(numbers, n)
				continue
			}
		}
		one := s.compareTo(c.X, rule.OpEq, v, c.Fold)
		parts = append(parts, one.frag)
		exact = exact && one.exact
	}
	if len(numbers) > 0 {
		parts = append(parts, s.inInts(x, numbers))
	}
	if len(ids) > 0 {
		parts = append(parts, s.inInts(*x.writes, ids))
	}
	if len(texts) > 0 {
		parts = append(parts, s.inTexts(x, texts))
	}
	if args := or(parts...); len(args.args) <= s.limits().params {
		return cond{frag: args, exact: exact}
	}
	return undecided()
}

// fewContained reports whether each value of a list is asked for alone, since an index
// may find documents that contain it.
func (s scope) fewContained(x term, c rule.In) bool {
	return s.limits().contains && x.in != nil && !x.in.inner && len(c.Values) <= mostContainedAlone
}

// mostContainedAlone is how many values of a list are: of more, looking them up one by
// one would take longer than reading all contacts.
const mostContainedAlone = 32

// gridInt is a number as the integer of a column; ok is false if it is none of
// 64 bits.
func (s scope) gridInt(x term, v segment.Value) (n int64, ok bool) {
	d, ok := decimalOf(v)
	if !ok {
		return 0, false
	}
	grid, _, ok := onGrid(rule.OpEq, d, x.col.Scale)
	return grid.Int64(), ok && grid.IsInt64()
}

// mostAlone is how many values of a list are sent one by one. More are sent
// together, as a JSON array.
const mostAlone = 500

// inInts holds if an integer is one of many.
func (s scope) inInts(x term, vs []int64) frag {
	if held, ok := x.asHeld(); ok { // 0 is missing
		x, vs = held, slices.DeleteFunc(vs, func(v int64) bool { return v == 0 })
	}
	if len(vs) == 0 {
		return never()
	}
	if len(vs) > mostAlone {
		if all, err := json.Marshal(vs); err == nil {
			return s.intInArray(x.frag, text(string(all)))
		}
	}
	list := make([]frag, len(vs))
	for i, v := range vs {
		list[i] = integer(v)
	}
	return cat(x.frag, " IN (", separated(", ", list), ")")
}

// inTexts holds if a text is one of many.
func (s scope) inTexts(x term, vs []string) frag {
	if f, ok := s.heldIn(x, vs); ok {
		return f
	}
	if len(vs) == 0 {
		return never() // only the default was asked for, which is missing
	}
	t := x.frag
	if x.doc {
		t = s.textOf(t)
	}
	if len(vs) > mostAlone {
		all, err := json.Marshal(vs)
		if err == nil {
			return s.textInArray(t, text(string(all)))
		}
	}
	list := make([]frag, len(vs))
	for i, v := range vs {
		list[i] = text(v)
	}
	return s.textIn(t, list)
}

// plainText reports whether a text can be sent as it is.
func (s scope) plainText(v string) bool {
	l := s.limits()
	return utf8.ValidString(v) && !((l.noNUL || l.cutsNUL) && strings.ContainsRune(v, 0))
}

// tellable reports whether the database can tell a text from all others: it can
// be an argument, or it has a NUL and the database holds no such text. DuckDB holds
// texts with a NUL but cuts arguments there: those are left to Go.
func (s scope) tellable(v string) bool {
	return s.plainText(v) || utf8.ValidString(v) && s.limits().noNUL
}

func (s scope) allTellable(vs []string) bool {
	return !slices.ContainsFunc(vs, func(v string) bool { return !s.tellable(v) })
}

// textOfExpr is the text of an expression; ok is false if it is no stored value.
// The text of a stored value of another kind is missing.
func (s scope) textOfExpr(e rule.Expr) (x textTerm, ok bool) {
	t, ok := s.term(e)
	switch {
	case !ok:
		return textTerm{}, false
	case t.doc:
		return textTerm{frag: s.textOf(t.frag)}, true
	case t.is(TypeText):
		return textTerm{t.frag, true}, true
	case t.asText:
		return textTerm{}, false
	}
	return textTerm{frag: frag{sql: "NULL"}}, true
}

// like writes STARTS WITH and ENDS WITH any of several texts.
func (s scope) like(c rule.Like) cond {
	x, ok := s.textOfExpr(c.X)
	if !ok {
		return undecided()
	}
	p := partFirst
	if c.End == rule.LikeSuffix {
		p = partLast
	}
	var parts []frag
	for _, v := range c.Values {
		if !s.tellable(v) {
			return undecided()
		}
		parts = append(parts, s.hasPart(p, x, v, c.Fold))
	}
	return exactly(or(parts...))
}

// contains asks a text for parts and a list for elements.
func (s scope) contains(c rule.Contains) cond {
	x, ok := s.term(c.X)
	if !ok {
		return undecided()
	}
	if x.list != nil {
		return s.listContains(x.list, c)
	}
	var parts []frag
	exact := true
	for _, v := range c.Values {
		one := s.has(x, v, c.Fold)
		parts = append(parts, one.frag)
		exact = exact && one.exact
	}
	if c.Mode == rule.ContainsAny {
		return cond{frag: or(parts...), exact: exact}
	}
	// CONTAINS ALL OF () with no values is true of texts and lists alone.
	there := never()
	switch {
	case x.doc:
		there = or(s.isKind(x.frag, jsonText), s.isKind(x.frag, jsonArray))
	case x.is(TypeText), x.asText:
		there = notNull(x.frag)
	}
	return cond{frag: and(append(parts, there)...), exact: exact}
}

// has holds if a text has the part, or a list the element, v.
func (s scope) has(x term, v segment.Value, fold bool) cond {
	part := never()
	if v.Kind() == segment.KindText {
		if !s.tellable(v.Text()) || x.asText {
			return undecided()
		}
		switch {
		case x.doc:
			part = s.hasPart(partWithin, textTerm{frag: s.textOf(x.frag)}, v.Text(), fold)
		case x.is(TypeText):
			part = s.hasPart(partWithin, textTerm{x.frag, true}, v.Text(), fold)
		}
	}
	if !x.doc || v.IsNull() {
		return exactly(part)
	}
	if x.col.List {
		part = never()
	}
	if c, ok := s.hasElement(x, v, fold); ok {
		if !part.never() {
			c = exactly(or(c.frag, part))
		}
		c.frag = and(s.arrayMayHave(x, v, fold), c.frag)
		return c
	}
	exact := true
	name := s.alias("j")
	among := s.exists(x, name, func(elem term) frag {
		one := s.compareTerm(elem, rule.OpEq, v, fold)
		exact = one.exact
		return one.frag
	})
	return cond{frag: and(s.arrayMayHave(x, v, fold), or(part, among)), exact: exact}
}

// matches writes MATCHES. Patterns without wildcards are written as tests of a
// part, beginning, end or the whole of a text; others are left to the databases
// that have the same regular expressions as Go (RE2): ClickHouse and DuckDB.
func (s scope) matches(c rule.Matches) cond {
	x, ok := s.textOfExpr(c.X)
	if !ok {
		return undecided()
	}
	begins, literal, ends, ok := simplePattern(c.Pattern)
	if !ok || c.Fold || !s.plainText(literal) {
		return s.matchesPattern(x.frag, c)
	}
	switch {
	case begins && ends:
		return exactly(s.textEquals(x.frag, text(literal)))
	case begins:
		return exactly(s.hasPart(partFirst, x, literal, false))
	case ends:
		return exactly(s.hasPart(partLast, x, literal, false))
	}
	return exactly(s.hasPart(partWithin, x, literal, false))
}

// matchesPattern hands a pattern to a database that has RE2.
func (s scope) matchesPattern(x frag, c rule.Matches) cond {
	if pattern, ok := portablePattern(c.Pattern, c.Fold); ok {
		if f, ok := s.dialect.matches(x, pattern); ok {
			return exactly(f)
		}
	}
	return cond{frag: notNull(x)}
}

// simplePattern takes a pattern apart that is a literal, anchored or not.
func simplePattern(pattern string) (begins bool, literal string, ends, ok bool) {
	re, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return false, "", false, false
	}
	parts := []*syntax.Regexp{re}
	if re.Op == syntax.OpConcat {
		parts = re.Sub
	}
	if len(parts) > 0 && parts[0].Op == syntax.OpBeginText {
		begins, parts = true, parts[1:]
	}
	if n := len(parts); n > 0 && parts[n-1].Op == syntax.OpEndText {
		ends, parts = true, parts[:n-1]
	}
	switch {
	case len(parts) == 0, len(parts) == 1 && parts[0].Op == syntax.OpEmptyMatch:
		return begins, "", ends, true
	case len(parts) == 1 && parts[0].Op == syntax.OpLiteral && parts[0].Flags&syntax.FoldCase == 0:
		return begins, string(parts[0].Rune), ends, true
	}
	return false, "", false, false
}
