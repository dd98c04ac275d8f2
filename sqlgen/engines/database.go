package engines

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strconv"
	"time"
)

// A database is what the engines with a driver for database/sql have in common.
type database struct {
	dialect
	name    string
	version string // the query that tells it
	db      *sql.DB
	folder  string // removed on Close, where not empty
	stop    func() error
}

// DB returns the connections of an engine for what an Engine cannot do,
// transactions among them. ClickHouse has no driver for
// database/sql here: of it queries alone can be run. They are the engine's, and closed with it.
func DB(e Engine) *sql.DB {
	d, ok := e.(interface{ pool() *sql.DB })
	if !ok {
		return nil
	}
	return d.pool()
}

func (d *database) pool() *sql.DB { return d.db }

func (d *database) Name() string { return d.name }

func (d *database) Version() (string, error) {
	rows, err := d.Rows(d.version, nil)
	if err != nil {
		return "", err
	}
	return rows[0][0], nil
}

func (d *database) Quote(name string) string { return d.quote(name) }

func (d *database) Exec(text string) error {
	_, err := d.db.Exec(text)
	return err
}

func (d *database) Create(table string, columns []Column, key ...string) error {
	drop, create := d.create(table, columns, key)
	if err := d.Exec(drop); err != nil {
		return err
	}
	return d.Exec(create)
}

func (d *database) IDs(text string, args []any) ([]string, error) {
	return ids(d.Rows(text, args))
}

func ids(rows [][]string, err error) ([]string, error) {
	if err != nil {
		return nil, err
	}
	ids := make([]string, len(rows))
	for i, row := range rows {
		if len(row) != 1 {
			return nil, fmt.Errorf("the query has %d columns, not one", len(row))
		}
		ids[i] = row[0]
	}
	slices.Sort(ids)
	return ids, nil
}

func (d *database) Rows(text string, args []any) ([][]string, error) {
	rows, err := d.db.Query(text, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	types, err := rows.ColumnTypes()
	if err != nil {
		return nil, err
	}
	cells, into := make([]any, len(types)), make([]any, len(types))
	for i := range cells {
		into[i] = &cells[i]
	}
	all := [][]string{}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return nil, err
		}
		row := make([]string, len(cells))
		for i, cell := range cells {
			row[i] = cellText(cell, types[i].DatabaseTypeName())
		}
		all = append(all, row)
	}
	return all, rows.Err()
}

// cellText writes a cell as a driver hands it out.
func cellText(cell any, typ string) string {
	switch cell := cell.(type) {
	case nil:
		return Null
	case []byte:
		return string(cell)
	case float64:
		return strconv.FormatFloat(cell, 'g', -1, 64)
	case float32:
		return strconv.FormatFloat(float64(cell), 'g', -1, 32)
	case time.Time:
		if typ == "DATE" {
			return cell.Format(dateForm)
		}
		return cell.UTC().Format(timestampForm)
	case map[string]any, []any: // JSON, which DuckDB's driver decodes
		text, err := json.Marshal(cell)
		if err != nil {
			return err.Error()
		}
		return string(text)
	}
	return fmt.Sprint(cell)
}

// raw lends the driver's own connection, whose bulk load database/sql hides.
func (d *database) raw(f func(any) error) error {
	conn, err := d.db.Conn(context.Background())
	if err != nil {
		return err
	}
	defer conn.Close()
	return conn.Raw(f)
}

func (d *database) Close() error {
	err := d.db.Close()
	if d.stop != nil {
		if e := d.stop(); err == nil {
			err = e
		}
	}
	if d.folder != "" {
		if e := os.RemoveAll(d.folder); err == nil {
			err = e
		}
	}
	return err
}
