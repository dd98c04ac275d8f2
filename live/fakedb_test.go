package live_test

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"sync"
)

// A fakeDB is a database with the statements of an outbox and no others. Its transactions see
// what was committed when they began, and a commit takes the place of all there is. It fails
// where it is asked to.
type fakeDB struct {
	mu      sync.Mutex
	dollars bool
	rows    []string
	cursors map[string]int64
	fault   func() fault
}

type fault int

const (
	faultNone   fault = iota
	faultBefore       // a statement or a commit that is not carried out
	faultLost         // a commit that is, but the caller is not told
)

var errFault = errors.New("the connection is lost")

func (f *fakeDB) next() fault {
	if f.fault == nil {
		return faultNone
	}
	return f.fault()
}

func (f *fakeDB) count() int { f.mu.Lock(); defer f.mu.Unlock(); return len(f.rows) }

func (f *fakeDB) lines() []string { f.mu.Lock(); defer f.mu.Unlock(); return slices.Clone(f.rows) }

func (f *fakeDB) steal(sink string, revision int64) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.cursors = map[string]int64{sink: revision}
}

func (f *fakeDB) Connect(context.Context) (driver.Conn, error) { return &fakeConn{db: f}, nil }
func (f *fakeDB) Driver() driver.Driver                        { return nil }

// A fakeConn is a connection, with what its transaction has changed.
type fakeConn struct {
	db      *fakeDB
	open    bool
	rows    []string
	cursors map[string]int64
}

func (c *fakeConn) Prepare(string) (driver.Stmt, error) { return nil, errors.New("not here") }
func (c *fakeConn) Close() error                        { return nil }

func (c *fakeConn) Begin() (driver.Tx, error) {
	c.db.mu.Lock()
	defer c.db.mu.Unlock()
	if c.db.next() != faultNone {
		return nil, errFault
	}
	c.open, c.rows, c.cursors = true, slices.Clone(c.db.rows), maps.Clone(c.db.cursors)
	if c.cursors == nil {
		c.cursors = make(map[string]int64)
	}
	return c, nil
}

func (c *fakeConn) Commit() error {
	c.db.mu.Lock()
	defer c.db.mu.Unlock()
	c.open = false
	fault := c.db.next()
	if fault != faultBefore {
		c.db.rows, c.db.cursors = c.rows, c.cursors
	}
	if fault != faultNone {
		return errFault
	}
	return nil
}

func (c *fakeConn) Rollback() error { c.open = false; return nil }

// plain checks the placeholders and returns the statement with question marks.
func (c *fakeConn) plain(query string, args []driver.NamedValue) (string, error) {
	if c.db.next() != faultNone {
		return "", errFault
	}
	for i := len(args); c.db.dollars && i > 0; i-- {
		query = strings.Replace(query, fmt.Sprint("$", i), "?", 1)
	}
	if strings.Count(query, "?") != len(args) || strings.Contains(query, "$") {
		return "", fmt.Errorf("placeholders: %s", query)
	}
	return query, nil
}

func (c *fakeConn) QueryContext(_ context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	c.db.mu.Lock()
	defer c.db.mu.Unlock()
	query, err := c.plain(query, args)
	if err != nil {
		return nil, err
	}
	if query != "SELECT revision FROM segment_cursor WHERE sink = ?" {
		return nil, fmt.Errorf("what is %q?", query)
	}
	cursors := c.db.cursors
	if c.open {
		cursors = c.cursors
	}
	n, ok := cursors[args[0].Value.(string)]
	return &fakeRows{n, ok}, nil
}

func (c *fakeConn) ExecContext(_ context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	c.db.mu.Lock()
	defer c.db.mu.Unlock()
	query, err := c.plain(query, args)
	if err != nil {
		return nil, err
	}
	value := func(i int) any { return args[i].Value }
	switch {
	case strings.HasPrefix(query, "CREATE TABLE IF NOT EXISTS segment_"):
	case query == "UPDATE segment_cursor SET revision = ? WHERE sink = ? AND revision = ?":
		if c.cursors[value(1).(string)] != value(2).(int64) || value(2).(int64) == 0 {
			return driver.RowsAffected(0), nil
		}
		c.cursors[value(1).(string)] = value(0).(int64)
	case query == "INSERT INTO segment_cursor (sink, revision) VALUES (?, ?)":
		c.cursors[value(0).(string)] = value(1).(int64)
	case strings.HasPrefix(query, "INSERT INTO segment_outbox (sink, revision, step, contact, segment, definition, entered, at_utc, cause) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"):
		for i := 0; i < len(args); i += 9 {
			var cells []string
			for j := range 9 {
				cells = append(cells, fmt.Sprint(value(i+j)))
			}
			c.rows = append(c.rows, strings.Join(cells, " "))
		}
	default:
		return nil, fmt.Errorf("what is %q?", query)
	}
	return driver.RowsAffected(1), nil
}

// fakeRows is one number, or none.
type fakeRows struct {
	n  int64
	ok bool
}

func (r *fakeRows) Columns() []string { return []string{"revision"} }
func (r *fakeRows) Close() error      { return nil }

func (r *fakeRows) Next(dest []driver.Value) error {
	if !r.ok {
		return io.EOF
	}
	dest[0], r.ok = r.n, false
	return nil
}
