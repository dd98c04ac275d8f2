package sqlgen

// Select, from a condition to the text of a statement: the topmost AND is written
// part by part, what is not exact is put aside as the Rest, the parts become the
// WHERE clause, and the aggregates they read are joined.

import (
	"iter"
	"slices"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/rule"
)

// A Query is a rule as SQL.
type Query struct {
	// Text is one SELECT of one column: the ids of the contacts, each once, in no
	// order. It can stand as a subquery: SELECT count(*) FROM (…) t.
	Text string
	// Args are the values of the placeholders, in their order.
	Args []any
	// Rest is what the database cannot decide, nil if that is nothing. The
	// statement then gives candidates: all contacts for which the rule holds, and
	// others. Those for which Rest holds too are the answer. See [Query.Filter].
	Rest segment.Condition
	// Next is the earliest instant at which the answer may change though no row
	// does. It is the instant of the query itself if that may be at any moment, as
	// with a window that moves over stored instants (IN LAST 7 DAYS), and zero if it
	// never does. Events and joinings dated in the future are not considered.
	Next time.Time

	at    time.Time
	order *order // what was asked for, nil if the query is not from Select
}

// Select writes the statement for the contacts for which the condition holds at
// the instant, whose zone is the calendar. Its errors are those of
// [segment.Compile] and of [Tables.Validate], and names of the rule that the
// tables do not know, with the nearest one that they do. It may be called by
// many goroutines at once. Its cost grows with the size of the condition.
func Select(d Dialect, t Tables, c segment.Condition, at time.Time) (Query, error) {
	o, err := ordered(d, t, c, at)
	if err != nil {
		return Query{}, err
	}
	q, err := write(&o)
	if err != nil {
		return Query{}, err
	}
	q.Next = next(d, &t, o.c, o.at)
	return q, nil
}

// ordered checks what a statement is asked for.
func ordered(d Dialect, t Tables, c segment.Condition, at time.Time) (order, error) {
	if err := t.Validate(d); err != nil {
		return order{}, err
	}
	if _, err := segment.Compile(c); err != nil {
		return order{}, err
	}
	if err := namesOf(&t, c); err != nil {
		return order{}, err
	}
	return order{dialect: d, tables: &t, c: segment.Simplify(c), at: at.Round(0)}, nil
}

// An order is what a statement was asked for: a condition in the normal form of
// [segment.Simplify] at an instant.
type order struct {
	dialect Dialect
	tables  *Tables
	c       segment.Condition
	at      time.Time
	// ids, if some, are the contacts that the statement is for, in order; else it is
	// for all.
	ids  []string
	some bool
}

// write writes the statement that was asked for.
func write(o *order) (Query, error) {
	tr, parts := translated(o, nil)
	switch {
	case len(tr.errs) > 0:
		return Query{}, tr.errs
	case tr.given != nil && tr.given.size() == 0:
		return tr.sent(tr.statement([]frag{never()})).query(parts, o), nil
	}
	// Which conditions narrow the aggregates is known once all are written: then the
	// whole is written a second time.
	if few := tr.narrowing(frags(parts)); len(few) > 0 {
		narrow, parts := translated(o, few)
		f := narrow.whole(parts)
		if _, ok := narrow.exceeded(frags(parts), f); !ok {
			return f.query(parts, o), nil
		}
	}
	f, err := tr.fitting(parts)
	if err != nil {
		return Query{}, err
	}
	return f.query(parts, o), nil
}

// dialectOf is the writer of a dialect, which [Tables.Validate] has found to exist.
func dialectOf(d Dialect) dialect {
	switch d {
	case DialectSQLite:
		return sqlite{}
	case DialectMySQL:
		return mysql{}
	case DialectDuckDB:
		return duckdb{}
	case DialectClickHouse:
		return clickhouse{}
	}
	return postgres{}
}

// whole writes the statement of conditions. A single one that has a query of ids, all of
// contacts that exist, needs no look at the contacts.
func (t *translation) whole(parts []conjunct) sent {
	asking := slices.DeleteFunc(slices.Clone(parts), func(p conjunct) bool { return p.always() })
	t.only = nil
	if len(asking) == 1 && asking[0].known && len(t.narrow) == 0 {
		t.only = asking[0].ids
	}
	return t.sent(t.statement(frags(parts)))
}

// statement writes the SELECT of the contacts for which all conditions hold.
func (t *translation) statement(parts []frag) frag {
	id, from, where := t.key, cat(t.relation(t.tables.Contacts), " ", t.quote(contacts)), and(parts...)
	for i, j := range t.joins {
		if j.pass != nil {
			t.joins[i].query = t.queryOf(j.pass, parts)
		}
	}
	own, others := t.splitByJoins(parts)
	lead, ok := t.leadingJoin(own, others)
	if ok {
		id, from, where = t.column(lead.alias, "k"), cat("(", lead.query, ") ", t.quote(lead.alias)), and(others...)
		if len(t.narrow) == 0 {
			where = and(where, notNull(id))
		}
	}
	where = and(t.isOneGiven(id), where)
	if t.only != nil {
		id, where = frag{sql: "u.k"}, and(t.isOneGiven(frag{sql: "u.k"}), notNull(frag{sql: "u.k"}))
		return t.expanded(cat("SELECT DISTINCT ", t.shownID(id), " AS ", t.quote("id"), " FROM (", *t.only, ") u", whereClause(where), t.settings()))
	}
	distinct := ""
	if t.readsNewest(where) {
		distinct = "DISTINCT "
	}
	whole := []any{"SELECT ", distinct, t.shownID(id), " AS ", t.quote("id"), " FROM ", from, t.kinOf(t.families[contacts], where)}
	for _, j := range t.joins {
		if j.alias == lead.alias || !t.readsRow(where, j.alias) {
			continue // made for a condition that then became undecided
		}
		on := id
		if j.on.sql != "" {
			on = j.on
		}
		whole = append(whole, " LEFT JOIN (", j.query, ") ", t.quote(j.alias), " ON ", t.column(j.alias, "k"), " = ", on)
	}
	return t.expanded(cat(append(whole, whereClause(where), t.settings())...))
}

// shownID is an id as a statement gives it: a uuid as its text.
func (t *translation) shownID(id frag) frag {
	if t.tables.ID.Type == TypeUUID {
		return t.labelText(id)
	}
	return id
}

// query is the statement as the host gets it.
func (s sent) query(parts []conjunct, o *order) Query {
	q := Query{Text: s.text, Rest: restOf(parts), at: o.at, order: o}
	for _, a := range s.args {
		q.Args = append(q.Args, a.value)
	}
	return q
}

// translated writes the conditions of the topmost AND, with aggregates that are
// limited to some contacts.
func translated(o *order, narrow []frag) (tr *translation, parts []conjunct) {
	tr = newTranslation(o.dialect, o.tables)
	tr.narrow = narrow
	if o.some {
		tr.given = tr.givenOf(o.ids)
	}
	return tr, tr.ofContact(o.at).split(o.c)
}

// ofContact is the outermost scope, where fields are those of the contact.
func (t *translation) ofContact(at time.Time) scope {
	s := scope{translation: t, now: at}
	s.field = func(f rule.Field) (term, bool) { return t.contactField(contacts, f) }
	return s
}

// newTranslation is a translation of which nothing is written yet.
func newTranslation(d Dialect, t *Tables) *translation {
	tr := &translation{dialect: dialectOf(d), name: d, tables: t, byKey: make(map[string]joined), zones: make(map[string]*time.Location), families: make(map[string]*family)}
	tr.families[contacts] = tr.contactFamily()
	tr.key = tr.held(contacts, t.ID) // as the database compares it with those of other tables
	return tr
}

// A conjunct is a condition of the topmost AND: as SQL, and as the rule has it.
type conjunct struct {
	cond
	c segment.Condition
}

// split writes the conditions of the topmost AND one by one.
func (s scope) split(c segment.Condition) (parts []conjunct) {
	cs := []segment.Condition{c}
	if and, ok := c.(rule.And); ok {
		cs = and
	}
	for _, c := range cs {
		parts = append(parts, conjunct{s.cond(c), c})
	}
	return parts
}

// frags are conditions as SQL alone.
func frags(parts []conjunct) []frag {
	fs := make([]frag, len(parts))
	for i, p := range parts {
		fs[i] = p.frag
	}
	return fs
}

// restOf are the conditions that are not exact; the others are decided by the
// statement.
func restOf(parts []conjunct) segment.Condition {
	var left rule.And
	for _, p := range parts {
		if !p.exact {
			left = append(left, p.c)
		}
	}
	switch len(left) {
	case 0:
		return nil
	case 1:
		return left[0]
	}
	return left
}

// A sent statement is one as the database gets it.
type sent struct {
	text string
	args []arg // the values of the placeholders, in their order
}

// sent writes the placeholders of a statement, each with its number and type. Where they
// have numbers, an argument that stands at several places is sent once. Two that only
// happen to be equal are sent twice, so that the text of a statement does not depend on
// the values of the rule.
func (t *translation) sent(f frag) sent {
	var args []arg
	first := make(map[arg]int)
	sql := f.withPlaceholders(func(a arg) string {
		n, again := first[a]
		// PostgreSQL finds the type of a time by what is beside it at its place.
		if !again || !t.limits().numbered || a.typ == argTime || a.typ == argLabel {
			args = append(args, a)
			n = len(args)
			first[a] = n
		}
		return t.placeholder(n, a)
	})
	return sent{sql, args}
}

// contactField finds a field of the contact. The field `id` is the contact's id as
// text, whatever the document has under that name; a text has no parts.
func (t *translation) contactField(alias string, f rule.Field) (x term, ok bool) {
	if names := f.Names(); names[0] == "id" && len(names) > 1 {
		return nothing(), true
	}
	if f == "id" {
		id, ok := t.at(alias, t.tables.ID)
		if id.col.Type != TypeText {
			key := id
			key.col.Scale = 0 // its text is that of the integer
			id = term{frag: t.asText(key.frag), col: Column{Type: TypeText}, writes: &key}
		}
		return id, ok
	}
	x, ok, known := t.find(alias, t.tables.Fields, t.tables.Document, f)
	if !known {
		t.unknown("field", string(f), keys(t.tables.Fields))
	}
	return x, ok
}

// Filter yields the candidates for which the rule holds: all if there is no
// Rest. It takes the rows of the statement as contacts, each with its id, and
// decides them as [segment.Evaluate] does at the instant of the query. Its cost
// grows with the candidates.
func (q Query) Filter(candidates iter.Seq2[string, segment.Contact]) iter.Seq[string] {
	return func(yield func(string) bool) {
		var rest *segment.Program
		if q.Rest != nil {
			p, err := segment.Compile(q.Rest)
			if err != nil {
				return // the host put a Rest there that no Select gave
			}
			rest = p
		}
		for id, x := range candidates {
			if (rest == nil || rest.Match(asRow(id, x), q.at)) && !yield(id) {
				return
			}
		}
	}
}

// A candidate is a contact with the id of its row.
type candidate struct {
	segment.Contact
	id string
}

// Field is the id of the row, or a field of the contact.
func (c candidate) Field(path string) segment.Value {
	if names := rule.Field(path).Names(); names[0] == "id" {
		return segment.Text(c.id).At(names[1:]...)
	}
	return c.Contact.Field(path)
}

// asRow is a contact whose field id is that of its row, which most have themselves.
func asRow(id string, x segment.Contact) segment.Contact {
	if x == nil || x.Field("id").Equal(segment.Text(id)) {
		return x
	}
	return candidate{x, id}
}
