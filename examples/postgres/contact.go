package main

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/sqlgen"
)

// A querier is a transaction, or the database without one.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
}

// read returns the contacts with these ids, as rules see them: this is all that
// makes a segment.Contact of rows. An id that has no row is left out.
//
// It reads all events of a contact. A host whose contacts have thousands asks
// rule.Reads of its rules which names and how much of the past it needs.
func read(ctx context.Context, q querier, ids ...string) (map[string]*segment.Record, error) {
	found := make(map[string]*segment.Record, len(ids))
	err := each(ctx, q, `SELECT id, `+columns()+` FROM contacts WHERE id = ANY($1)`, ids, func(id string, cells []any) {
		x := &segment.Record{ID: id, Fields: make(map[string]segment.Value), Lists: make(map[string]time.Time)}
		for i, f := range fields() {
			x.Fields[f.name] = value(cells[i], f.typ)
		}
		found[id] = x
	})
	if err != nil {
		return nil, err
	}
	// Oldest first: a Log is in the order in which events arrived.
	err = each(ctx, q, `SELECT contact, id, name, at, props FROM events WHERE contact = ANY($1) ORDER BY contact, at, arrived`, ids, func(id string, cells []any) {
		if x := found[id]; x != nil {
			x.Log = append(x.Log, segment.Event{ID: text(cells[0]), Name: text(cells[1]), At: cells[2].(time.Time), Props: segment.Document(text(cells[3]))})
		}
	})
	if err != nil {
		return nil, err
	}
	err = each(ctx, q, `SELECT m.contact, l.name, m.joined FROM list_members m JOIN lists l ON l.id = m.list WHERE m.contact = ANY($1)`, ids, func(id string, cells []any) {
		if x := found[id]; x != nil {
			x.Lists[text(cells[0])] = cells[1].(time.Time)
		}
	})
	if err != nil {
		return nil, err
	}
	return found, each(ctx, q, `SELECT contact, segment FROM memberships WHERE contact = ANY($1)`, ids, func(id string, cells []any) {
		if x := found[id]; x != nil {
			x.Segments = append(x.Segments, text(cells[0]))
		}
	})
}

// value makes a value of a cell, as database/sql has it for the column's type.
func value(cell any, typ sqlgen.Type) segment.Value {
	switch cell := cell.(type) {
	case nil:
		return segment.Value{}
	case bool:
		return segment.Bool(cell)
	case time.Time:
		if typ == sqlgen.TypeDate {
			return segment.Date(cell.Date())
		}
		return segment.Time(cell)
	}
	switch typ {
	case sqlgen.TypeDecimal, sqlgen.TypeJSON:
		return segment.JSON(text(cell)) // numbers to the last digit
	}
	return segment.Text(text(cell))
}

func text(cell any) string {
	switch cell := cell.(type) {
	case nil:
		return ""
	case []byte:
		return string(cell)
	}
	return fmt.Sprint(cell)
}

func columns() string {
	var names []string
	for _, f := range fields() {
		names = append(names, f.name)
	}
	return strings.Join(names, ", ")
}

// each runs a query, the first column of which is a contact's id.
func each(ctx context.Context, q querier, query string, ids []string, row func(id string, cells []any)) error {
	rows, err := q.QueryContext(ctx, query, ids)
	if err != nil {
		return err
	}
	defer rows.Close()
	names, err := rows.Columns()
	if err != nil {
		return err
	}
	for rows.Next() {
		var id string
		cells, into := make([]any, len(names)-1), []any{&id}
		for i := range cells {
			into = append(into, &cells[i])
		}
		if err := rows.Scan(into...); err != nil {
			return err
		}
		row(id, cells)
	}
	return rows.Err()
}
