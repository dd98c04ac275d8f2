package sqlgen

// A term is a stored value that a statement reads: the column or the node of JSON
// that a name of the rule stands for. This file finds terms by the names of
// fields and properties, and tests whether they have a value at all.

import (
	"slices"
	"strings"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/rule"
	"github.com/segmentrules/segment/sqlgen/tables"
)

// A term is one stored value: a column, a node of JSON, or what an aggregate
// gives.
type term struct {
	frag
	col  Column
	doc  bool  // frag is a node of JSON, of any kind; col may promise its digits
	list *list // the rows that a list is made of; frag and col are then empty
	// raw is the column as it is stored, if frag is its proper value: see values.go.
	raw frag
	// asText says that a rule sees the instant or day as its text; see held.go.
	asText bool
	// held, if not nil, is the column behind a term that was written as shownAs.
	held    *term
	shownAs string
	// digits, if not empty, is the same node of the document in which numbers are texts.
	digits frag
	// writes, if not nil, is the integer that this text is written from: an id.
	writes *term
	in     *place // where a node is, nil where that helps nobody
}

// contacts is the alias of the table of contacts.
const contacts = "c"

// is reports whether the term has one of the types, for certain.
func (t term) is(types ...Type) bool {
	return !t.doc && !t.asText && slices.Contains(types, t.col.Type)
}

// instant reports whether the term is an instant, in one of its forms.
func (t term) instant() bool {
	return t.is(tables.InstantTypes()...)
}

// held is what a column of the row called alias holds, without the path within it.
func (t *translation) held(alias string, c Column) frag {
	if c.Expr != "" {
		return cat("(", t.written(c.Expr, alias), ")")
	}
	return t.column(alias, c.Column)
}

// at writes a column of the row called alias.
func (t *translation) at(alias string, c Column) (term, bool) {
	if c.In != "" {
		return t.ofRelated(alias, c)
	}
	f := t.held(alias, c)
	if c.Type != TypeJSON && len(c.Path) == 0 {
		return t.shown(t.asValue(f, c)), true
	}
	node := t.document(f)
	digits, _ := t.digits(node)
	return t.within(term{frag: node, col: c, doc: true, digits: digits, in: &place{root: f}}, c.Path)
}

// nothing is a term that is always missing: a NULL that is a text, since some databases
// want to know the type of each expression.
func nothing() term {
	return term{frag: frag{sql: "NULLIF('', '')"}, col: Column{Type: TypeText}}
}

// within is a node that a path leads to from another.
func (t *translation) within(x term, path []string) (at term, ok bool) {
	if len(path) == 0 {
		return x, true
	}
	x.frag, ok = t.node(x.frag, path)
	x.in = x.in.at(path)
	if x.digits.sql != "" {
		x.digits, _ = t.node(x.digits, path)
	}
	return x, ok
}

// node is a value within a document; ok is false for names that the database
// cannot look up, such as those with a NUL, which no text of PostgreSQL holds.
func (t *translation) node(doc frag, path []string) (frag, bool) {
	for _, name := range path {
		if strings.ContainsRune(name, 0) {
			return frag{}, false
		}
	}
	return t.dialect.at(doc, path)
}

// column writes a column of the table called alias.
func (t *translation) column(alias, name string) frag {
	return frag{sql: t.quote(alias) + "." + t.quote(name)}
}

// readsRow reports whether a piece of SQL reads a column of the row called alias.
func (t *translation) readsRow(f frag, alias string) bool {
	return strings.Contains(f.sql, t.quote(alias)+".")
}

// find looks up where the value of a path is. For `company.size` that is, in this
// order: a column declared for the whole path, a JSON column declared for
// `company`, or the document that holds all other fields. known is false if the
// tables have no place for it, and ok is false where the dialect cannot write it.
func (t *translation) find(alias string, columns map[string]Column, document string, f rule.Field) (x term, ok, known bool) {
	names := f.Names()
	inOthers := haveParts(columns, f)
	if c, found := columns[string(f)]; found {
		x, ok = t.at(alias, c)
		return x, ok && !inOthers, true
	}
	for n := len(names) - 1; n > 0; n-- {
		c, found := columns[string(rule.Path(names[:n]...))]
		if !found {
			continue
		}
		if c.In != "" && t.tables.Several(t.families[alias].of, c) { // nor has a list
			return nothing(), true, true
		}
		if c.Type != TypeJSON { // a text or number has no parts
			return term{}, false, false
		}
		c.Path = slices.Concat(c.Path, names[n:])
		x, ok = t.at(alias, c)
		return x, ok && !inOthers, true
	}
	if document == "" || inOthers {
		return term{}, false, inOthers
	}
	x, ok = t.at(alias, Column{Column: document, Path: names, Type: TypeJSON})
	return x, ok, true
}

// haveParts reports whether a part of what a path stands for has a column of its own:
// of `company`, where there is a column for `company.size`. As a whole no place holds
// it then: the loader puts it together, and Go decides.
func haveParts(columns map[string]Column, f rule.Field) bool {
	for path := range columns {
		if strings.HasPrefix(path, string(f)+".") {
			return true
		}
	}
	return false
}

// member finds the fields of an element, or what is within a node.
func (t *translation) member(node term) func(rule.Field) (term, bool) {
	return func(f rule.Field) (term, bool) { return t.within(node, f.Names()) }
}

// element is an element of a list in JSON.
func element(node, digits frag) term {
	return term{frag: node, col: Column{Type: TypeJSON}, doc: true, digits: digits, in: &place{root: node, inner: true}}
}

// term writes an expression that is a stored value; ok is false if it is none, or
// cannot be had here: a WHERE or HAS has no aggregates and no lists.
func (s scope) term(e rule.Expr) (x term, ok bool) {
	switch e := plain(e).(type) {
	case rule.Field:
		return s.field(e)
	case rule.Elem:
		if s.elem != nil {
			return *s.elem, true
		}
	case rule.Joined:
		if !s.inner {
			return s.joining(string(e))
		}
	case rule.Metric:
		if m, ok := s.asRead(e); ok && !s.inner {
			return s.picked(m)
		}
	case rule.Call:
		if as := rule.ReadingKind(e.Fn); as != segment.KindNull && len(e.Args) == 1 {
			if x, ok = s.term(e.Args[0]); ok {
				return s.readAs(x, as)
			}
		}
	}
	return term{}, false
}

// reads reports whether TIME(x) or NUMBER(x) of the term is the term itself: of a column
// of a fit type. A text, or a node that may be one, is something else read that way.
func (t term) reads(as segment.Kind) bool {
	if as == segment.KindTime {
		return t.instant() || t.is(TypeDate)
	}
	return t.is(TypeInteger, TypeDecimal, TypeFloat)
}

// asRead reports whether the database reads what an aggregate takes of the events as AS
// says. An instant or a number that it reads as it is needs no AS.
func (s scope) asRead(m rule.Metric) (read rule.Metric, ok bool) {
	if m.As == segment.KindNull {
		return m, true
	}
	for _, e := range s.tablesOf(m.Events) {
		x, ok, _ := s.find("", e.Props, e.Document, m.Prop)
		if _, reads := s.readAs(s.asProperty(x), m.As); ok && !reads {
			return m, false
		}
	}
	return m, true
}

// missing holds where a term has no value. A float that is infinite or not a
// number has none to the rule language.
func (t *translation) missing(x term) frag {
	held, isHeld := x.asHeld()
	switch {
	case x.doc:
		return t.isMissing(x.frag)
	case isHeld && !held.col.EmptyIsMissing:
		return cat(held.frag, " IS NULL")
	case x.is(TypeFloat) && !t.limits().onlyFinite:
		return t.notTrue(t.finite(x.frag))
	}
	if held, ok := t.asRaw(x); ok {
		return t.absent(held, x.col.Type)
	}
	return cat(x.frag, " IS NULL")
}

// isNull writes `x IS NULL`. Of computed numbers it is exact only where NULL
// comes from the operands alone: a division by zero is missing too, and what may
// be an instant to Go may have a value where the database finds no number.
func (s scope) isNull(e rule.Expr) cond {
	x, ok := s.term(e)
	if !ok {
		if n, ok := s.number(e); ok && len(n.guards) == 0 && n.d == nil && n.may == 0 {
			return exactly(cat(n.n.frag, " IS NULL"))
		}
		return undecided()
	}
	if x.list != nil {
		return s.not(s.hasElements(x.list))
	}
	return exactly(s.missing(x))
}

// blanks are the characters that strings.TrimSpace trims: Unicode's White_Space.
const blanks = "\t\n\v\f\r \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"

// isBlank writes `x IS BLANK`: no value, an empty list or object, or a text of
// white space alone.
func (s scope) isBlank(e rule.Expr) cond {
	x, ok := s.term(e)
	if !ok {
		return undecided()
	}
	switch {
	case x.list != nil:
		return s.not(s.hasElements(x.list))
	case x.doc:
		return exactly(or(s.missing(x), s.onlySpace(s.textOf(x.frag)), s.isEmpty(x.frag)))
	case x.is(TypeText):
		return exactly(or(s.missing(x), s.onlySpace(x.frag)))
	}
	return exactly(s.missing(x))
}

// onlySpace holds for texts of which nothing is left without the white space.
// Databases trim other characters than Go does, so it is taken out one by one.
func (s scope) onlySpace(x frag) frag {
	return s.textEquals(s.swapped(x, []rune(blanks), nil), text(""))
}
