package engines

import (
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/duckdb/duckdb-go/v2"
)

type duckEngine struct{ database }

func openDuckDB() (Engine, error) {
	connector, err := duckdb.NewConnector("", nil)
	if err != nil {
		return nil, err
	}
	e := &duckEngine{database{
		name:    "duckdb",
		version: "SELECT 'DuckDB ' || version()",
		db:      sql.OpenDB(connector),
		stop:    connector.Close,
		dialect: dialect{
			quote:  doubleQuoted,
			nulled: "%s",
			types: map[Type]string{Text: "VARCHAR", Integer: "BIGINT", Decimal: "DECIMAL", Float: "DOUBLE",
				Bool: "BOOLEAN", Timestamp: "TIMESTAMP", Date: "DATE", JSON: "JSON"},
		},
	}}
	// It must find all it needs in itself: nothing is fetched while tests run.
	for _, text := range []string{
		"SET autoinstall_known_extensions = false",
		"SET GLOBAL TimeZone = 'UTC'",
	} {
		if err := e.Exec(text); err != nil {
			return nil, errors.Join(err, e.Close())
		}
	}
	return e, nil
}

// Insert appends. Decimals and JSON, which the appender takes as numbers of
// words and as trees, come by way of a table of texts and a cast.
func (e *duckEngine) Insert(table string, columns []Column, rows [][]any) error {
	plain, cast := make([]Column, len(columns)), make([]string, len(columns))
	direct := true
	for i, c := range columns {
		plain[i], cast[i] = c, e.quote(c.Name)
		if c.Type == Decimal || c.Type == JSON {
			direct = false
			plain[i].Type = Text
		}
	}
	target := table
	if !direct {
		target = table + " (texts)"
		if err := e.Create(target, plain); err != nil {
			return err
		}
		defer e.Exec("DROP TABLE " + e.quote(target))
	}
	if err := e.raw(func(conn any) error { return appendRows(conn, target, plain, rows) }); err != nil || direct {
		return err
	}
	list := columnList(e.quote, columns)
	return e.Exec("INSERT INTO " + e.quote(table) + " (" + list + ") SELECT " + strings.Join(cast, ", ") +
		" FROM " + e.quote(target))
}

func appendRows(conn any, table string, columns []Column, rows [][]any) (err error) {
	appender, err := duckdb.NewAppenderFromConn(conn.(driver.Conn), "", table)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, appender.Close()) }()
	cells := make([]driver.Value, len(columns))
	for n, row := range rows {
		if err := fits(n, row, columns); err != nil {
			return err
		}
		for i, cell := range row {
			text, ok := cell.(string)
			if ok && strings.Contains(text, "\x00") {
				return fmt.Errorf("row %d, %s: the driver cuts a text at a NUL", n, columns[i].Name)
			}
			if ok && (columns[i].Type == Timestamp || columns[i].Type == Date) {
				form := timestampForm
				if columns[i].Type == Date {
					form = dateForm
				}
				if cell, err = time.Parse(form, text); err != nil {
					return err
				}
			}
			cells[i] = cell
		}
		if err := appender.AppendRow(cells...); err != nil {
			return fmt.Errorf("row %d: %w", n, err)
		}
	}
	return nil
}
