package sqlgen

// Apply runs a change: the lock, what finds the difference, and what writes it. Where Go
// decides, contacts are loaded some hundreds at a time.

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"iter"
	"slices"

	"github.com/segmentrules/segment"
)

// An Entry is a contact that has entered a segment, or has left it.
type Entry struct {
	Contact string
	Entered bool
}

// A Session is a transaction of the host: *sql.Tx, or a *sql.Conn with one begun.
type Session interface {
	Queryer
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
}

// Loading reads contacts by their ids, as rules see them; one that is not there is left
// out. [Loader.Load] is one.
type Loading func(ctx context.Context, db Queryer, ids ...string) iter.Seq2[segment.Contact, error]

// Apply runs a change in a transaction, and returns who has entered and who has left, in
// no order. If the transaction is rolled back none of it has happened. [Diff] says which
// transaction it must be. Its errors are those of the database, a Change that is not from
// Diff, and where another run has to be waited for too long.
func Apply(ctx context.Context, tx Session, c Change) ([]Entry, error) {
	if c.changing == nil {
		return nil, errors.New("this change is not from Diff or DiffFor")
	}
	if tx == nil {
		return nil, errors.New("there is no database: the transaction is nil")
	}
	if c.dialect == DialectClickHouse {
		return nil, errors.New("ClickHouse has no transactions: run Change.Find (Change.Query if that has a Rest), and write the difference in a way of your own")
	}
	if err := c.hold(ctx, tx); err != nil {
		return nil, err
	}
	if c.Whole.Text != "" {
		entries, err := entriesOf(ctx, tx, c.Whole)
		if err != nil || !c.DuesInGo {
			return entries, err
		}
		return entries, c.writeDues(ctx, tx)
	}
	entries, err := c.found(ctx, tx)
	if err != nil {
		return nil, err
	}
	for _, s := range c.writes(entries) {
		if _, err := tx.ExecContext(ctx, s.Text, s.Args...); err != nil {
			return nil, err
		}
	}
	return entries, c.writeDues(ctx, tx)
}

// hold takes the lock. A snapshot that is older than it would not show what was written
// meanwhile, so PostgreSQL must not keep one.
func (c *changing) hold(ctx context.Context, tx Session) error {
	for i, s := range c.lock() {
		if c.dialect == DialectSQLite {
			if _, err := tx.ExecContext(ctx, s.Text); err != nil {
				return err
			}
			continue
		}
		first, err := texts(ctx, tx, s)
		switch {
		case err != nil:
			return err
		case c.dialect == DialectPostgreSQL && !slices.Contains(first, "read committed"):
			return fmt.Errorf("the transaction is %v: memberships are kept by one that is READ COMMITTED", first)
		case c.dialect == DialectMySQL && i == 0 && len(first) == 0:
			return fmt.Errorf("segment %q has no row in %s to be locked", c.segment, c.tables.Segments.Locks.Table)
		}
	}
	return nil
}

// texts runs a statement and returns its first column.
func texts(ctx context.Context, tx Session, s Statement) (all []string, err error) {
	rows, err := tx.QueryContext(ctx, s.Text, s.Args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	names, err := rows.Columns()
	if err != nil {
		return nil, err
	}
	var text string
	into := []any{&text}
	for range names[1:] {
		into = append(into, new(any))
	}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return nil, err
		}
		all = append(all, text)
	}
	return all, rows.Err()
}

// entriesOf runs a statement that gives who enters and who leaves.
func entriesOf(ctx context.Context, tx Session, s Statement) (entries []Entry, err error) {
	rows, err := tx.QueryContext(ctx, s.Text, s.Args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var e Entry
		if err := rows.Scan(&e.Contact, &e.Entered); err != nil {
			return nil, err
		}
		entries = append(entries, e)
	}
	return entries, rows.Err()
}

// found is who enters and who leaves, with Go's help where there is a Rest.
func (c Change) found(ctx context.Context, tx Session) ([]Entry, error) {
	if c.Find.Text != "" {
		return entriesOf(ctx, tx, c.Find)
	}
	candidates, err := texts(ctx, tx, Statement{c.Query.Text, c.Query.Args})
	if err != nil {
		return nil, err
	}
	members, err := texts(ctx, tx, c.members())
	if err != nil {
		return nil, err
	}
	was := make(map[string]bool, len(members))
	for _, id := range members {
		was[id] = true
	}
	var entries []Entry
	loaded, failed := c.loaded(ctx, tx, candidates)
	for id := range c.Query.Filter(loaded) {
		if !was[id] {
			entries = append(entries, Entry{id, true})
		}
		delete(was, id)
	}
	for id := range was {
		entries = append(entries, Entry{id, false})
	}
	return entries, failed()
}

// mostLoaded is how many contacts are loaded at a time.
const mostLoaded = 500

// loaded loads contacts; failed is the error that has ended it.
func (c Change) loaded(ctx context.Context, tx Session, ids []string) (xs iter.Seq2[string, segment.Contact], failed func() error) {
	var failure error
	return func(yield func(string, segment.Contact) bool) {
		load := c.Load
		if load == nil {
			l, err := NewLoader(c.dialect, *c.tables)
			if err != nil {
				failure = err
				return
			}
			load = l.Load
		}
		for some := range slices.Chunk(ids, mostLoaded) {
			for x, err := range load(ctx, tx, some...) {
				if err != nil {
					failure = err
					return
				}
				if !yield(x.Field("id").Text(), x) {
					return
				}
			}
		}
	}, func() error { return failure }
}

// members gives the members that the table has.
func (c *changing) members() Statement {
	t := c.translation()
	g := t.tables.Segments
	return c.numbered(cat("SELECT ", t.shownID(t.column("m", g.Contact)), " FROM ", t.relation(g.Relation), " ", t.quote("m"), " WHERE ",
		c.ofSegment(t, "m", g.Segment, g.Contact)), 0)
}

// mostWritten is how many contacts one statement writes.
const mostWritten = 500

// writes are the statements that write entries. The ids are arguments; those of contacts
// that have entered are taken from the table of contacts, as it has them.
func (c *changing) writes(entries []Entry) (all []Statement) {
	var came, gone []string
	for _, e := range entries {
		if e.Entered {
			came = append(came, e.Contact)
		} else {
			gone = append(gone, e.Contact)
		}
	}
	g := c.tables.Segments
	for ids := range slices.Chunk(gone, mostWritten) {
		all = append(all, c.numbered(c.deletion(c.forIDs(ids, true), g.Relation, g.Segment, g.Contact), 0))
	}
	for ids := range slices.Chunk(came, mostWritten) {
		t := c.forIDs(ids, true)
		members := cat("SELECT ", t.column("m", g.Contact), " AS k FROM ", t.relation(g.Relation), " ", t.quote("m"), " WHERE ", c.ofSegment(t, "m", g.Segment, g.Contact))
		all = append(all, c.numbered(c.insert(t, t.key, cat(" FROM ", t.relation(t.tables.Contacts), " ", t.quote(contacts), " WHERE ",
			and(t.isOneGiven(t.key), t.notIn(t.key, members)))), 0))
	}
	return all
}

// deletion deletes the rows of the segment for the contacts of a translation.
func (c *changing) deletion(t *translation, from Relation, segment, contact string) frag {
	of := c.ofSegment(t, "m", segment, contact)
	if c.dialect == DialectMySQL {
		return cat("DELETE ", t.quote("m"), " FROM ", t.relation(from), " ", t.quote("m"), " WHERE ", of)
	}
	return cat("DELETE FROM ", t.relation(from), " AS ", t.quote("m"), " WHERE ", of)
}

// writeDues writes when the contacts of the change are due, in place of what the table has.
func (c Change) writeDues(ctx context.Context, tx Session) error {
	ds := c.tables.Segments.Dues
	if ds == nil {
		return nil
	}
	t := c.translation()
	all := []Statement{c.numbered(c.deletion(t, ds.Relation, ds.Segment, ds.Contact), 0)}
	if !c.DuesInGo && c.dues.sql != "" {
		all = append(all, c.numbered(cat("INSERT INTO ", t.relation(ds.Relation), " (", t.quote(ds.Contact), ", ", t.quote(ds.Segment), ", ", t.quote(ds.Due.Column),
			") SELECT w.k, ", text(c.segment), ", w.due FROM (", c.dues, ") w"), 0))
	}
	if c.DuesInGo {
		found, err := c.duesInGo(ctx, tx)
		if err != nil {
			return err
		}
		all = append(all, found...)
	}
	for _, s := range all {
		if _, err := tx.ExecContext(ctx, s.Text, s.Args...); err != nil {
			return err
		}
	}
	return nil
}

// duesInGo loads the contacts of the change, and those of which a membership may change by
// time get the instant at which it first does.
func (c Change) duesInGo(ctx context.Context, tx Session) (all []Statement, err error) {
	p, err := segment.Compile(c.c)
	if err != nil {
		return nil, err
	}
	tr, parts := translated(c.order, nil)
	where := append(static(parts), tr.isOneGiven(tr.key))
	ids, err := texts(ctx, tx, c.numbered(cat("SELECT ", tr.shownID(tr.key), " FROM ", tr.relation(tr.tables.Contacts), " ", tr.quote(contacts),
		tr.kinOf(tr.families[contacts], where...), whereClause(and(where...))), 0))
	if err != nil {
		return nil, err
	}
	var rows []frag
	ds := c.tables.Segments.Dues
	loaded, failed := c.loaded(ctx, tx, ids)
	for id, x := range loaded {
		due, ok := p.Next(asRow(id, x), c.at)
		if !ok || due.After(lastDue) {
			continue
		}
		rows = append(rows, cat("(", tr.idArg(id), ", ", text(c.segment), ", ", tr.instantFor(ds.Due, due), ")"))
	}
	for some := range slices.Chunk(rows, mostWritten) {
		all = append(all, c.numbered(cat("INSERT INTO ", tr.relation(ds.Relation), " (", tr.quote(ds.Contact), ", ", tr.quote(ds.Segment), ", ",
			tr.quote(ds.Due.Column), ") VALUES ", separated(", ", some)), 0))
	}
	return all, failed()
}

// idArg is the id of a contact as an argument.
func (t *translation) idArg(id string) frag {
	switch g := t.givenOf([]string{id}); {
	case len(g.ints) > 0:
		return integer(g.ints[0])
	case len(g.large) > 0:
		return hold(g.large[0], argDecimal)
	case len(g.odd) > 0:
		return t.uncutText(g.odd[0])
	case len(g.texts) > 0:
		return text(g.texts[0])
	case len(g.uuids) > 0:
		return hold(g.uuids[0], argUUID)
	}
	return frag{sql: "NULL"}
}
