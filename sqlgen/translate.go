package sqlgen

// How a condition becomes SQL: AND, OR and NOT here, each kind of test in the file
// of its subject. What is exact and what is not is carried along, for NOT can only
// be written of what is exact.

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/internal/textset"
	"github.com/segmentrules/segment/rule"
)

// A translation is a statement being written.
type translation struct {
	dialect
	name   Dialect // of the dialect
	tables *Tables
	key    frag // the contact's id in the outer statement
	joins  []join
	byKey  map[string]joined         // where aggregates are, by what they are of
	zones  map[string]*time.Location // those loaded, by name
	names  int                       // aliases given
	// narrow are conditions of the contact that aggregates are limited to.
	narrow []frag
	// sequences says that a condition is about events in order or in units of time, or
	// about the values that a field had: what is limited to some contacts as aggregates
	// are.
	sequences bool
	only      *frag  // a query of ids that is the whole statement
	given     *given // the contacts that the statement is for; nil if for all
	// families are the rows that others may be related to, by their aliases.
	families map[string]*family
	errs     segment.Errors
}

// A join is a query of one row a contact that the statement joins because an
// expression reads it: an aggregate of events, or the instants of joining a list.
type join struct {
	alias string
	on    frag  // what k equals; empty: the contact's id
	query frag  // its columns: k is the contact, v the value, n a number of values
	known bool  // each k is a contact, or NULL
	pass  *pass // what the query is written from; nil if it is written already
}

// alias makes a name for a table within the statement.
func (t *translation) alias(letter string) string {
	t.names++
	return letter + strconv.Itoa(t.names)
}

// A joined is where a statement has an aggregate: columns of a join.
type joined struct{ alias, value, number string }

// joinOnce returns where a join has its value. It is made once for each key. Its rows
// are known to be of contacts if the tables of these events promise that.
func (t *translation) joinOnce(key string, of rule.Events, query func() (frag, bool)) (j joined, ok bool) {
	if j, ok := t.byKey[key]; ok {
		return j, true
	}
	q, ok := query()
	if !ok {
		return joined{}, false
	}
	j = joined{t.alias("m"), "v", "n"}
	t.byKey[key] = j
	t.joins = append(t.joins, join{alias: j.alias, query: q, known: t.known(of)})
	return j, true
}

// value is the value of a join, NULL where the contact has no row in it, and valuesOf
// is how many values it is made of.
func (t *translation) value(j joined) frag    { return t.column(j.alias, j.value) }
func (t *translation) valuesOf(j joined) frag { return t.column(j.alias, j.number) }

// A scope is what names mean within a part of the rule: fields of the contact,
// properties of an event, or members of an element.
type scope struct {
	*translation
	now   time.Time // its Location is the calendar
	field func(rule.Field) (term, bool)
	elem  *term // what ELEMENT means, nil outside of HAS
	depth int   // how many HAS there are around
	// inner says that fields are not those of the contact: no aggregates, lists
	// and segments are asked for there.
	inner bool
	// written, if not nil, says that texts are read as instants (true) or as days
	// (false): see moments.
	written *bool
	// byRow says that rows of events are limited to some contacts one by one, and not as
	// groups.
	byRow bool
	// deep says that the condition is within an OR or the like, and not one of the
	// topmost AND.
	deep bool
}

// fresh is the scope of a WHERE or HAS before its names are said: what is asked of an
// event or an element does not hang on where in the rule the question stands. Of the
// scope around it only the calendar is left.
func (s scope) fresh() scope {
	return scope{translation: s.translation, now: s.now, inner: true}
}

// cond writes a condition of any kind.
func (s scope) cond(c segment.Condition) cond {
	switch c := c.(type) {
	case rule.And:
		return s.all(c)
	case rule.Or:
		return s.any(c)
	case rule.Not:
		s.deep = true
		return s.not(s.cond(c.C))
	case rule.Count:
		return s.counted(c)
	case rule.Everyone:
		return exactly(always())
	case rule.Zoned:
		return s.zoned(c)
	}
	return s.leaf(c)
}

// all holds if every condition does.
func (s scope) all(cs []segment.Condition) cond {
	all := make([]cond, len(cs))
	for i, c := range cs {
		all[i] = s.cond(c)
	}
	c := both(all...)
	c.contains, c.predicate = containsAll(all), predicates(" && ", all)
	return c
}

// each writes conditions one by one; exact says that all of them are.
func (s scope) each(cs []segment.Condition) (parts []frag, exact bool) {
	exact = true
	for _, c := range cs {
		part := s.cond(c)
		parts = append(parts, part.frag)
		exact = exact && part.exact
	}
	return parts, exact
}

// not negates a condition. One that is not exact is true of too many contacts, so
// its negation would be true of too few, and members would be lost.
func (s scope) not(c cond) cond {
	switch {
	case !c.exact:
		return undecided()
	case c.always():
		return exactly(never())
	case c.never():
		return exactly(always())
	case c.inverse != nil:
		return exactly(*c.inverse)
	}
	return exactly(s.notTrue(c.frag))
}

// counted writes AT LEAST k OF (…) and the like: it adds up a 1 for each condition
// that holds. Candidates of inexact conditions can only make the sum too large,
// which is harmless for AT LEAST alone.
func (s scope) counted(c rule.Count) cond {
	s.deep = true
	parts, exact := s.each(c.Of)
	if !exact && c.Quantity != rule.QuantityAtLeast {
		return undecided()
	}
	known := 0 // conditions that always hold
	var ones []frag
	for _, p := range parts {
		switch {
		case p.always():
			known++
		case !p.never():
			ones = append(ones, cat("CASE WHEN ", p, " THEN 1 ELSE 0 END"))
		}
	}
	op := map[rule.Quantity]rule.Op{rule.QuantityAtLeast: rule.OpGe, rule.QuantityAtMost: rule.OpLe, rule.QuantityExactly: rule.OpEq}[c.Quantity]
	if len(ones) == 0 {
		return cond{frag: truth(op.Holds(known - c.K)), exact: exact}
	}
	return cond{frag: cat("(", grouped(" + ", ones), opText(op), integer(int64(c.K-known)), ")"), exact: exact}
}

// zoned writes a condition IN ZONE: with another calendar for what is computed
// here. A zone that is a field of the contact differs from row to row, and is left
// to Go.
func (s scope) zoned(c rule.Zoned) cond {
	zone, ok := s.constant(c.Zone)
	if !ok {
		return undecided()
	}
	if name := zone.Text(); name != "" && name != "Local" {
		if loc, ok := s.location(name); ok {
			s.now = s.now.In(loc)
		}
	}
	return s.cond(c.C)
}

// location is the zone of a name, loaded once.
func (t *translation) location(name string) (loc *time.Location, ok bool) {
	if loc, ok := t.zones[name]; ok {
		return loc, true
	}
	loc, err := time.LoadLocation(name)
	if err == nil {
		t.zones[name] = loc
	}
	return loc, err == nil
}

// leaf writes a condition of any other kind.
func (s scope) leaf(c segment.Condition) cond {
	if e := tested(c); e != nil && rule.IsConstant(e) {
		return exactly(truth(segment.Evaluate(c, nil, s.now)))
	}
	if cases, found, ok := coalesced(c); found {
		if !ok {
			return undecided()
		}
		return s.cond(cases)
	}
	if test, ok := s.anniversaryTest(c); ok {
		return test
	}
	switch c := c.(type) {
	case rule.Compare:
		return s.compare(c)
	case rule.Between:
		return s.all([]segment.Condition{
			rule.Compare{Left: c.X, Op: rule.OpGe, Right: c.Lo, Fold: c.Fold},
			rule.Compare{Left: c.X, Op: rule.OpLe, Right: c.Hi, Fold: c.Fold}})
	case rule.In:
		return s.in(c)
	case rule.IsNull:
		return s.isNull(c.X)
	case rule.IsBlank:
		return s.isBlank(c.X)
	case rule.Contains:
		return s.contains(c)
	case rule.Like:
		return s.like(c)
	case rule.Matches:
		return s.matches(c)
	case rule.Each:
		return s.elements(c)
	case rule.When:
		return s.when(c)
	}
	if s.inner {
		return undecided()
	}
	switch c := c.(type) {
	case rule.Changed:
		return s.changed(c).of(s.tables.History != nil && s.tables.History.Known)
	case rule.HasBeen:
		return s.hasBeen(c).of(s.tables.History != nil && s.tables.History.Known)
	case rule.Sequence:
		return s.sequence(c).of(len(c.Steps) > 0 && s.known(c.Steps[0].Events))
	case rule.Regularity:
		return s.regular(c).of(s.known(c.Events))
	case rule.InList:
		return s.inList(string(c))
	case rule.InSegment:
		return s.inSegment(string(c))
	}
	return undecided() // InCIDR: no dialect reads addresses as netip does
}

// tested is the expression of a test of one expression with values of the rule.
// If it reads nothing of the contact either, the whole test is decided here.
func tested(c segment.Condition) rule.Expr {
	switch c := c.(type) {
	case rule.In:
		return c.X
	case rule.IsNull:
		return c.X
	case rule.IsBlank:
		return c.X
	case rule.Contains:
		return c.X
	case rule.Like:
		return c.X
	case rule.Matches:
		return c.X
	}
	return nil
}

// constant evaluates an expression that reads nothing of the contact.
func (s scope) constant(e rule.Expr) (v segment.Value, ok bool) {
	if !rule.IsConstant(e) {
		return segment.Value{}, false
	}
	return segment.EvaluateExpr(e, nil, s.now), true
}

// plain is the expression without the names of calculated fields.
func plain(e rule.Expr) rule.Expr {
	for {
		c, ok := e.(rule.Calculated)
		if !ok {
			return e
		}
		e = c.X
	}
}

// unknown reports a name that has no place, with the nearest that has one.
func (t *translation) unknown(what, name string, known []string) {
	t.failed(segment.Error{Msg: fmt.Sprintf("there is no %s %q among %v", what, name, known), Suggestion: textset.Nearest(name, known...)})
}

func (t *translation) unknownEvents(names []string) {
	t.failed(segment.Error{Msg: fmt.Sprintf("no table has events called %v", names)})
}

func (t *translation) unmapped(what string) {
	t.failed(segment.Error{Msg: fmt.Sprintf("the rule asks for %s, and Tables do not say where they are", what)})
}

// failed reports a name that has no place, once: conditions are written several times.
func (t *translation) failed(e segment.Error) {
	e.Code = segment.ErrUnknown
	same := func(other *segment.Error) bool { return other.Msg == e.Msg }
	if len(t.errs) < rule.DefaultErrors && !slices.ContainsFunc(t.errs, same) {
		t.errs = append(t.errs, &e)
	}
}
