// Package engines runs real databases for the tests and examples of package
// sqlgen: PostgreSQL, MariaDB, SQLite, DuckDB and ClickHouse, each started by
// the test itself in a temporary folder of its own and gone when it ends.
//
// A test binary that uses All or Need calls Main from its TestMain, so that the
// engines, which all its tests share, are closed at the end. Where an engine
// cannot be had its tests skip with the reason; with SEGMENT_NEED_ENGINES=1 in
// the environment they fail instead. install.sh installs what is missing.
package engines

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// ErrAbsent is in the chain of what Open returns where an engine is not
// installed; the message says what is missing.
var ErrAbsent = errors.New("not installed")

// Null stands for the absent value in what Rows returns.
const Null = "\u2400"

// An Engine is a running database of the tests' own. Its methods may be called
// from several goroutines, but ClickHouse does one thing at a time.
type Engine interface {
	// Name is "postgres", "mariadb", "sqlite", "duckdb" or "clickhouse".
	Name() string

	// Version is what the engine says about itself.
	Version() (string, error)

	// Quote quotes an identifier for the engine.
	Quote(name string) string

	// Create makes a table after dropping one of the same name. Columns other
	// than the key accept NULL; without a key the table has none.
	Create(table string, columns []Column, key ...string) error

	// Exec runs one or more statements, separated by semicolons, that have no
	// parameters.
	Exec(text string) error

	// Insert adds rows the quickest way the engine has. A cell is nil or a
	// string, int64, float64, bool or time.Time. A decimal and JSON are given
	// as a string, a timestamp and a date as a time.Time (or a string in the
	// engine's own form). The engine may refuse a cell, PostgreSQL a NUL in a
	// text say, as does DuckDB's driver, which binds a parameter up to its
	// first NUL; then no row, or in MariaDB and ClickHouse some, are there.
	Insert(table string, columns []Column, rows [][]any) error

	// IDs runs a query of one column with parameters ($1 in PostgreSQL and
	// DuckDB, ? in MariaDB and SQLite, {p1:Type} in ClickHouse) and returns
	// its texts, sorted.
	IDs(text string, args []any) ([]string, error)

	// Rows runs any query and returns its cells as texts: Null for NULL,
	// instants as 2006-01-02 15:04:05.000000 in UTC, dates as 2006-01-02, the
	// rest as the engine writes it.
	Rows(text string, args []any) ([][]string, error)

	// Close stops the engine and removes its folder.
	Close() error
}

// A Column of a table in neutral terms.
type Column struct {
	Name        string
	Type        Type
	Size, Scale int // of Decimal; where Size is 0, 18 and 4. Of Text in MariaDB; where it is 0, 512
}

// A Type is what a column holds, in neutral terms.
type Type int

// The types of columns.
const (
	Text      Type = iota // in MariaDB of a size, compared without case and accents
	Integer               // of 64 bits
	Decimal               // exact, but in SQLite, which has none
	Float                 // of 64 bits
	Bool                  // in MariaDB and SQLite 1 and 0
	Timestamp             // microseconds in UTC; in SQLite a text 2006-01-02 15:04:05.000000
	Date                  // in SQLite a text 2006-01-02
	JSON                  // in SQLite and ClickHouse a text
)

const (
	timestampForm = "2006-01-02 15:04:05.000000"
	dateForm      = "2006-01-02"
)

// timeText is an instant as the text most engines read in a column.
func timeText(t time.Time, typ Type) string {
	if typ == Date {
		return t.Format(dateForm)
	}
	return t.UTC().Format(timestampForm)
}

// fits reports an error if row number n has not a cell for each column.
func fits(n int, row []any, columns []Column) error {
	if len(row) != len(columns) {
		return fmt.Errorf("row %d has %d cells, not %d", n, len(row), len(columns))
	}
	return nil
}

// Names returns the names of the engines, the quickest to start first.
func Names() []string {
	return []string{"sqlite", "duckdb", "clickhouse", "postgres", "mariadb"}
}

// Open starts an engine, which the caller closes. It takes up to some seconds.
// An engine that is not installed gives an error with ErrAbsent in its chain.
func Open(name string) (Engine, error) {
	var e Engine
	var err error
	switch name {
	case "sqlite":
		e, err = openSQLite()
	case "duckdb":
		e, err = openDuckDB()
	case "clickhouse":
		e, err = openClickHouse()
	case "postgres":
		e, err = openPostgres()
	case "mariadb":
		e, err = openMariaDB()
	default:
		return nil, fmt.Errorf("there is no engine %q, only %s", name, strings.Join(Names(), ", "))
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return e, nil
}

// A dialect is how an engine spells a table.
type dialect struct {
	quote  func(string) string
	types  map[Type]string
	nulled string // what makes a type accept NULL, with %s for it
	after  string // what follows the columns, with %s for the key
}

func (d dialect) typeOf(c Column) string {
	typ := d.types[c.Type]
	switch {
	case c.Type == Decimal && c.Size == 0:
		typ += "(18, 4)"
	case c.Type == Decimal:
		typ += fmt.Sprintf("(%d, %d)", c.Size, c.Scale)
	case strings.Contains(typ, "%d"):
		typ = fmt.Sprintf(typ, cmp.Or(c.Size, 512))
	}
	return typ
}

// create returns the statements that make a table anew.
func (d dialect) create(table string, columns []Column, key []string) (drop, create string) {
	var parts, keys []string
	for _, c := range columns {
		typ := d.typeOf(c)
		if slices.Contains(key, c.Name) {
			if d.nulled == "%s" {
				typ += " NOT NULL"
			}
		} else {
			typ = fmt.Sprintf(d.nulled, typ)
		}
		parts = append(parts, d.quote(c.Name)+" "+typ)
	}
	for _, k := range key {
		keys = append(keys, d.quote(k))
	}
	if d.after == "" && len(key) > 0 {
		parts = append(parts, "PRIMARY KEY ("+strings.Join(keys, ", ")+")")
	}
	create = "CREATE TABLE " + d.quote(table) + " (" + strings.Join(parts, ", ") + ")"
	if d.after != "" {
		create += fmt.Sprintf(d.after, strings.Join(keys, ", "))
	}
	return "DROP TABLE IF EXISTS " + d.quote(table), create
}

func doubleQuoted(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

// backslashed quotes for ClickHouse, which reads escapes in names as in texts.
func backslashed(name string) string {
	return "`" + strings.NewReplacer(`\`, `\\`, "`", "\\`").Replace(name) + "`"
}

func backticked(name string) string { return "`" + strings.ReplaceAll(name, "`", "``") + "`" }
