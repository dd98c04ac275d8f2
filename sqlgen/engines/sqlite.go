package engines

import (
	"database/sql"
	"os"
	"path/filepath"
	"strings"
	"time"

	_ "modernc.org/sqlite" // the driver
)

type sqliteEngine struct{ database }

func openSQLite() (Engine, error) {
	folder, err := newFolder("sqlite")
	if err != nil {
		return nil, err
	}
	db, err := sql.Open("sqlite", "file:"+filepath.Join(folder, "db")+
		"?_pragma=journal_mode(wal)&_pragma=synchronous(0)&_pragma=busy_timeout(60000)")
	if err == nil {
		err = db.Ping()
	}
	if err != nil {
		os.RemoveAll(folder)
		return nil, err
	}
	return &sqliteEngine{database{
		name:    "sqlite",
		version: "SELECT 'SQLite ' || sqlite_version()",
		db:      db,
		folder:  folder,
		dialect: dialect{
			quote:  doubleQuoted,
			nulled: "%s",
			types: map[Type]string{Text: "TEXT", Integer: "INTEGER", Decimal: "NUMERIC", Float: "REAL",
				Bool: "INTEGER", Timestamp: "TEXT", Date: "TEXT", JSON: "TEXT"},
		},
	}}, nil
}

func (e *sqliteEngine) Insert(table string, columns []Column, rows [][]any) error {
	tx, err := e.db.Begin()
	if err != nil {
		return err
	}
	defer tx.Rollback()
	stmt, err := tx.Prepare(insertText(e.quote, table, columns))
	if err != nil {
		return err
	}
	cells := make([]any, len(columns))
	for n, row := range rows {
		if err := fits(n, row, columns); err != nil {
			return err
		}
		copy(cells, row)
		for i, cell := range cells {
			if t, ok := cell.(time.Time); ok {
				cells[i] = timeText(t, columns[i].Type)
			}
		}
		if _, err := stmt.Exec(cells...); err != nil {
			return err
		}
	}
	return tx.Commit()
}

// insertText inserts one row of question marks.
func insertText(quote func(string) string, table string, columns []Column) string {
	marks := strings.TrimSuffix(strings.Repeat("?, ", len(columns)), ", ")
	return "INSERT INTO " + quote(table) + " (" + columnList(quote, columns) + ") VALUES (" + marks + ")"
}

func columnList(quote func(string) string, columns []Column) string {
	names := make([]string, len(columns))
	for i, c := range columns {
		names[i] = quote(c.Name)
	}
	return strings.Join(names, ", ")
}
