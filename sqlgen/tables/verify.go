package tables

// Verify looks at the database: whether all that is declared is there, and is what it
// is said to be. For each relation it asks which columns there are, tries every
// expression on no rows, and asks what the database holds the columns as; what fits
// which type is in verify_types.go. All that is wrong is told, with its place.

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/internal/textset"
	"github.com/segmentrules/segment/sqlgen/internal/cell"
)

// Verify looks at a database and reports all that is declared and is not there or does
// not fit: tables and columns, with the nearest name that is there; expressions and
// queries that the database refuses; types that a column has not, with one that fits;
// contacts without an id, or with the id of another. It returns [segment.Errors] with
// a JSON Pointer each; first come those of [DialectOf] and [Tables.Validate], alone.
//
// It runs a few statements for each relation that read no rows, and two that read all
// contacts. It may be called by many goroutines at once, with a Queryer that may. In a
// transaction of PostgreSQL it makes savepoints.
func (t Tables) Verify(ctx context.Context, db Queryer) error {
	d, err := DialectOf(ctx, db)
	if err != nil {
		return err
	}
	if err := t.Validate(d); err != nil {
		return err
	}
	v := &verifier{check: check{dialect: d, params: t.Params}, ctx: ctx, db: db, t: t}
	v.encoding()
	for _, r := range t.declared() {
		v.relation(r)
	}
	v.ids()
	if err := ctx.Err(); err != nil {
		return err
	}
	if len(v.errs) > 0 {
		return v.errs
	}
	return nil
}

type verifier struct {
	check
	ctx context.Context
	db  Queryer
	t   Tables
}

// A declared is a relation with all that is declared of its columns.
type declared struct {
	place    string
	relation Relation
	owner    string // the column with the contact's id, if it has one
	columns  []declaredColumn
}

// A declaredColumn is a column with its place. The type is empty where it may be any.
type declaredColumn struct {
	place string
	Column
	name bool // the place is that of the name itself, and says nothing else of the column
}

// needs is what the database must hold the column as.
func (c declaredColumn) needs() Type {
	if len(c.Path) > 0 {
		return TypeJSON
	}
	return c.Type
}

// named adds columns that are given by their names, those that are.
func (r *declared) named(typ Type, names map[string]string) {
	for _, place := range slices.Sorted(maps.Keys(names)) {
		if names[place] != "" {
			r.columns = append(r.columns, declaredColumn{r.place + place, Column{Column: names[place], Type: typ}, true})
		}
	}
}

// declared are all relations.
func (t Tables) declared() []declared {
	contacts := declared{relation: t.Contacts, place: "/contacts"}
	contacts.columns = []declaredColumn{{"/id", t.ID, false}}
	related := make(map[string]*declared)
	for _, name := range slices.Sorted(maps.Keys(t.Related)) {
		r := t.Related[name]
		one := &declared{place: "/related/" + escaped(name), relation: r.Relation}
		one.named("", map[string]string{"/key": r.Key, "/order": r.Order})
		for column := range r.Match {
			one.named("", map[string]string{"/match/" + escaped(column): column})
		}
		related[name] = one
	}
	for name, r := range t.Related {
		owner := declaredColumn{"/related/" + escaped(name) + "/owner", Column{Column: r.Owner}, true}
		switch {
		case r.Owner != "" && r.Of == "":
			contacts.columns = append(contacts.columns, owner)
		case r.Owner != "":
			related[r.Of].columns = append(related[r.Of].columns, owner)
		}
	}
	// values adds columns by the paths of rules to the relation that each is of.
	var values func(of *declared, place string, columns map[string]Column)
	values = func(of *declared, place string, columns map[string]Column) {
		for _, path := range slices.Sorted(maps.Keys(columns)) {
			c, to := columns[path], of
			if c.In != "" {
				to = related[c.In]
			}
			if len(c.Members) > 0 {
				values(to, place+escaped(path)+"/members/", c.Members)
				continue
			}
			to.columns = append(to.columns, declaredColumn{place + escaped(path), c, false})
		}
	}
	values(&contacts, "/fields/", t.Fields)
	if t.Document != "" {
		contacts.columns = append(contacts.columns, declaredColumn{"/document", Column{Column: t.Document, Type: TypeJSON}, true})
	}
	all := []declared{contacts}
	for i, e := range t.Events {
		r := declared{place: fmt.Sprintf("/events/%d", i), relation: e.Relation, owner: e.Contact}
		r.named("", map[string]string{"/order": e.Order, "/id": e.ID})
		r.named(TypeText, map[string]string{"/names": e.Names})
		r.named(TypeJSON, map[string]string{"/document": e.Document})
		r.columns = append(r.columns, declaredColumn{r.place + "/at", e.At, false})
		values(&r, r.place+"/props/", e.Props)
		all = append(all, r)
	}
	all = append(all, t.memberships()...)
	for _, name := range slices.Sorted(maps.Keys(related)) {
		all = append(all, *related[name])
	}
	return all
}

// memberships are the relations of lists, segments and history.
func (t Tables) memberships() (all []declared) {
	if l := t.Lists; l != nil {
		r := declared{place: "/lists", relation: l.Relation, owner: l.Contact}
		r.named(TypeText, map[string]string{"/list": l.List})
		if l.Joined != nil {
			r.columns = append(r.columns, declaredColumn{"/lists/joined", *l.Joined, false})
		}
		all = append(all, r)
	}
	if g := t.Segments; g != nil {
		r := declared{place: "/segments", relation: g.Relation, owner: g.Contact}
		r.named(TypeText, map[string]string{"/segment": g.Segment})
		if g.Since != nil {
			r.columns = append(r.columns, declaredColumn{"/segments/since", *g.Since, false})
		}
		all = append(all, r)
		if d := g.Dues; d != nil {
			r := declared{place: "/segments/dues", relation: d.Relation, owner: d.Contact}
			r.named(TypeText, map[string]string{"/segment": d.Segment})
			r.columns = append(r.columns, declaredColumn{"/segments/dues/due", d.Due, false})
			all = append(all, r)
		}
		if l := g.Locks; l != nil {
			r := declared{place: "/segments/locks", relation: l.Relation}
			r.named(TypeText, map[string]string{"/segment": l.Segment})
			all = append(all, r)
		}
	}
	if h := t.History; h != nil {
		r := declared{place: "/history", relation: h.Relation, owner: h.Contact}
		r.named("", map[string]string{"/order": h.Order})
		r.named(TypeText, map[string]string{"/field": h.Field})
		r.columns = append(r.columns, declaredColumn{"/history/at", h.At, false}, declaredColumn{"/history/value", h.Value, false})
		all = append(all, r)
	}
	return all
}

// relation looks at a relation and its columns.
func (v *verifier) relation(r declared) {
	bare := r.relation
	bare.Where = ""
	names, err := v.names(v.write().add("SELECT *").from(bare).add(" LIMIT 0"))
	if err != nil {
		v.noRelation(r, err)
		return
	}
	if r.relation.Where != "" {
		if _, err := v.names(v.write().add("SELECT *").from(r.relation).add(" LIMIT 0")); err != nil {
			v.report(r.place+"/where", segment.ErrValue, "the database refuses the condition: %v", err)
			r.relation = bare
		}
	}
	if r.owner != "" && v.there(r, declaredColumn{r.place + "/contact", Column{Column: r.owner}, true}, names) {
		v.joins(r)
	}
	var found []declaredColumn
	for _, c := range r.columns {
		if v.there(r, c, names) {
			found = append(found, c)
		}
	}
	v.types(r, found)
}

// noRelation reports a table that is not there, or a query that the database refuses.
func (v *verifier) noRelation(r declared, err error) {
	if r.relation.Query != "" {
		v.report(r.place+"/query", segment.ErrValue, "the database refuses the query: %v", err)
		return
	}
	v.report(r.place+"/table", segment.ErrUnknown, "the database does not give the table %q: %v", r.relation.Table, err)
	query := "SELECT table_name FROM information_schema.tables WHERE table_schema NOT IN ('pg_catalog', 'information_schema', 'INFORMATION_SCHEMA', 'system')"
	if v.dialect == DialectSQLite {
		query = "SELECT name FROM sqlite_master WHERE type IN ('table', 'view')"
	}
	if rows, err := v.rows(v.write().add(query)); err == nil {
		var known []string
		for _, row := range rows {
			known = append(known, row[0])
		}
		v.errs[len(v.errs)-1].Suggestion = textset.Nearest(r.relation.Table, known...)
	}
}

// there reports a column that is not there, or an expression that the database
// refuses, if it is one.
func (v *verifier) there(r declared, c declaredColumn, names []string) bool {
	if c.Expr == "" && slices.Contains(names, c.Column.Column) {
		return true
	}
	// The database is asked even so: it may not tell cases apart, and have columns that *
	// does not give.
	_, err := v.names(v.write().add("SELECT ").value(c.Column).from(r.relation).add(" LIMIT 0"))
	switch {
	case err == nil:
		return true
	case c.Expr != "":
		v.report(c.place+"/expr", segment.ErrValue, "the database refuses the expression: %v", err)
		return false
	}
	place := c.place
	if !c.name {
		place += "/column"
	}
	v.report(place, segment.ErrUnknown, "there is no column %q", c.Column.Column)
	v.errs[len(v.errs)-1].Suggestion = textset.Nearest(c.Column.Column, names...)
	return false
}

// joins reports a contact's id that cannot be compared with that of the contacts.
func (v *verifier) joins(r declared) {
	s := v.write().add("SELECT 1").from(v.t.Contacts).add(" JOIN ").relation(r.relation).add(" " + v.quoted("e"))
	_, err := v.names(s.add(" ON " + v.quoted("e") + "." + v.quoted(r.owner) + " = ").value(v.t.ID).add(" LIMIT 0"))
	if err != nil && !v.reported("/contacts") && !v.reported("/id") {
		v.report(r.place+"/contact", segment.ErrType, "the column %q cannot be compared with the contacts' id: %v", r.owner, err)
	}
}

// reported reports whether something is wrong at a place or within it.
func (v *verifier) reported(place string) bool {
	return slices.ContainsFunc(v.errs, func(e *segment.Error) bool { return e.Path == place || strings.HasPrefix(e.Path, place+"/") })
}

// ids reports contacts without an id, and ids of several contacts.
func (v *verifier) ids() {
	if v.reported("/contacts") || v.reported("/id") {
		return
	}
	s := v.write().add("SELECT COUNT(*)").from(v.t.Contacts).add(" WHERE ").value(v.t.ID).add(" IS NULL")
	if rows, err := v.rows(s); err != nil {
		v.report("/id", segment.ErrValue, "%v", err)
	} else if len(rows) > 0 && rows[0][0] != "0" {
		v.report("/id", segment.ErrValue, "the id is NULL in %s rows: each contact must have one", rows[0][0])
	}
	s = v.write().add("SELECT k FROM (SELECT ").exactID().add(" AS k").from(v.t.Contacts).add(" WHERE ").value(v.t.ID)
	if rows, err := v.rows(s.add(" IS NOT NULL) i GROUP BY k HAVING COUNT(*) > 1 LIMIT 1")); err != nil {
		v.report("/id", segment.ErrValue, "%v", err)
	} else if len(rows) > 0 {
		v.report("/id", segment.ErrValue, "the id %q is that of several rows: each contact must have its own", rows[0][0])
	}
}

// encoding reports a database of PostgreSQL that does not hold texts in UTF-8.
func (v *verifier) encoding() {
	if v.dialect != DialectPostgreSQL {
		return
	}
	if name, err := one(v.ctx, v.db, "SHOW server_encoding"); err == nil && name != "UTF8" {
		v.report("", segment.ErrValue, "this database holds texts in %s: only UTF8 is supported", name)
	}
}

// names runs a statement and returns the names of its columns.
func (v *verifier) names(s *statement) (names []string, err error) {
	err = v.query(s, func(rows *sql.Rows) (err error) {
		names, err = rows.Columns()
		return err
	})
	return names, err
}

// rows runs a statement and returns its cells as texts, "" for NULL.
func (v *verifier) rows(s *statement) (all [][]string, err error) {
	err = v.query(s, func(rows *sql.Rows) error {
		names, err := rows.Columns()
		if err != nil {
			return err
		}
		row, into := make([]any, len(names)), make([]any, len(names))
		for i := range row {
			into[i] = &row[i]
		}
		for rows.Next() {
			if err := rows.Scan(into...); err != nil {
				return err
			}
			texts := make([]string, len(row))
			for i, x := range row {
				texts[i], _ = cell.String(x)
			}
			all = append(all, texts)
		}
		return nil
	})
	return all, err
}

// query runs a statement. In a transaction of PostgreSQL one that fails would have all
// others fail behind it.
func (v *verifier) query(s *statement, read func(rows *sql.Rows) error) (err error) {
	if tx, ok := v.db.(*sql.Tx); ok && v.dialect == DialectPostgreSQL {
		if _, err := tx.ExecContext(v.ctx, "SAVEPOINT segment_verify"); err != nil {
			return err
		}
		defer func() {
			if err != nil {
				_, err2 := tx.ExecContext(v.ctx, "ROLLBACK TO SAVEPOINT segment_verify")
				err = errors.Join(err, err2)
			}
		}()
	}
	rows, err := v.db.QueryContext(v.ctx, s.text.String(), s.args...)
	if err != nil {
		return err
	}
	err = read(rows)
	for err == nil && rows.Next() { // some drivers tell an error once rows are asked for
	}
	return errors.Join(err, rows.Err(), rows.Close())
}
