package engines

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
)

// What database/sql needs to run queries on ClickHouse's library: the least that
// *sql.DB asks of a driver. Every cell is a text, and arguments are {p1:Type}, in
// their order.

func (e *clickEngine) pool() *sql.DB { return sql.OpenDB(clickConnector{e}) }

type clickConnector struct{ e *clickEngine }

func (c clickConnector) Connect(context.Context) (driver.Conn, error) { return clickConn(c), nil }
func (c clickConnector) Driver() driver.Driver                        { return c }
func (c clickConnector) Open(string) (driver.Conn, error)             { return clickConn(c), nil }

type clickConn struct{ e *clickEngine }

var errOnlyQueries = errors.New("this driver runs queries alone")

func (clickConn) Prepare(string) (driver.Stmt, error)        { return nil, errOnlyQueries }
func (clickConn) Begin() (driver.Tx, error)                  { return nil, errOnlyQueries }
func (clickConn) Close() error                               { return nil }
func (clickConn) CheckNamedValue(v *driver.NamedValue) error { return nil }

// QueryContext asks for the names of the columns first, in a form of its own.
func (c clickConn) QueryContext(ctx context.Context, text string, args []driver.NamedValue) (driver.Rows, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	values := make([]any, len(args))
	for i, a := range args {
		if a.Name != fmt.Sprint("p", i+1) {
			return nil, fmt.Errorf("argument %d is named %q", i+1, a.Name)
		}
		values[i] = a.Value
	}
	rows, err := c.e.Rows(text, values)
	if err != nil {
		return nil, err
	}
	names, err := c.e.Rows("DESCRIBE ("+text+")", values)
	if err != nil {
		return nil, err
	}
	return &clickRows{names, rows}, nil
}

type clickRows struct{ names, rows [][]string }

func (r *clickRows) Columns() (names []string) {
	for _, row := range r.names {
		names = append(names, row[0])
	}
	return names
}

func (r *clickRows) Close() error { return nil }

func (r *clickRows) Next(row []driver.Value) error {
	if len(r.rows) == 0 {
		return io.EOF
	}
	for i, text := range r.rows[0] {
		row[i] = text
		if text == Null {
			row[i] = nil
		}
	}
	r.rows = r.rows[1:]
	return nil
}
