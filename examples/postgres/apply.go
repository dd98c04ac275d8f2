package main

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/sqlgen"
)

// apply writes an update into the tables. It knows nothing of segments.
func apply(ctx context.Context, q querier, u segment.Update) error {
	if u.Delete {
		_, err := q.ExecContext(ctx, `DELETE FROM contacts WHERE id = $1`, u.Contact)
		return err
	}
	if _, err := q.ExecContext(ctx, `INSERT INTO contacts (id) VALUES ($1) ON CONFLICT DO NOTHING`, u.Contact); err != nil {
		return err
	}
	for _, f := range fields() {
		v, ok := u.Set[f.name]
		if !ok {
			continue
		}
		if _, err := q.ExecContext(ctx, `UPDATE contacts SET `+f.name+` = $2 WHERE id = $1`, u.Contact, cell(v, f.typ)); err != nil {
			return fmt.Errorf("field %s: %w", f.name, err)
		}
	}
	for _, e := range u.Events { // an event that comes twice is one event
		_, err := q.ExecContext(ctx, `INSERT INTO events (id, contact, name, at, props) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`,
			e.ID, u.Contact, e.Name, e.At, sql.Null[string]{V: string(e.Props), Valid: len(e.Props) > 0})
		if err != nil {
			return err
		}
	}
	for _, name := range u.Join {
		_, err := q.ExecContext(ctx, `INSERT INTO list_members (list, contact, joined) SELECT id, $2, $3 FROM lists WHERE name = $1 ON CONFLICT DO NOTHING`,
			name, u.Contact, u.At)
		if err != nil {
			return err
		}
	}
	for _, name := range u.Leave {
		_, err := q.ExecContext(ctx, `DELETE FROM list_members m USING lists l WHERE l.id = m.list AND l.name = $1 AND m.contact = $2`, name, u.Contact)
		if err != nil {
			return err
		}
	}
	return nil
}

// cell is a value as a cell of a column.
func cell(v segment.Value, typ sqlgen.Type) any {
	switch {
	case v.IsNull():
		return nil
	case typ == sqlgen.TypeBool:
		return v.Bool()
	case typ == sqlgen.TypeTimestamp:
		return v.Time()
	case typ == sqlgen.TypeText:
		return v.Text()
	case typ == sqlgen.TypeJSON:
		text, err := v.MarshalJSON()
		if err != nil {
			return nil // what is no JSON, Update.Validate refuses
		}
		return string(text)
	}
	return v.String() // a number to the last digit, a date as 2026-01-31
}
