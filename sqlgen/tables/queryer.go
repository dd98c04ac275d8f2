package tables

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/segmentrules/segment"
)

// A Queryer runs a query. *sql.DB, *sql.Conn and *sql.Tx are Queryers.
type Queryer interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// DialectOf asks a database which one it is. It is an error if the database is
// none of [Dialects], or older than the dialect says, or a SQLite that holds its
// texts in UTF-16. It runs one to three statements, of which the first fails in
// SQLite.
func DialectOf(ctx context.Context, db Queryer) (Dialect, error) {
	if db == nil {
		return "", errors.New("there is no database: the connection is nil")
	}
	version, err := one(ctx, db, "SELECT version()")
	if err == nil {
		return dialectOfVersion(version)
	}
	lite, err2 := one(ctx, db, "SELECT sqlite_version()")
	if err2 != nil {
		return "", fmt.Errorf("the database does not say its version: %w", errors.Join(err, err2))
	}
	if err := atLeast("SQLite", lite, 3, 38); err != nil {
		return "", err
	}
	return DialectSQLite, textsInUTF8(ctx, db)
}

// textsInUTF8 refuses a SQLite that holds texts in UTF-16: their bytes compare in
// another order than code points, and a cast to BLOB gives other bytes.
func textsInUTF8(ctx context.Context, db Queryer) error {
	encoding, err := one(ctx, db, "PRAGMA encoding")
	if err != nil {
		return err
	}
	if encoding != "UTF-8" {
		return refused("this SQLite database holds texts in %s: only UTF-8 is supported", encoding)
	}
	return nil
}

// fourNumbers is a version as ClickHouse has it: 24.3.1.2672.
var fourNumbers = regexp.MustCompile(`^[0-9]+\.[0-9]+\.[0-9]+\.[0-9]+`)

// dialectOfVersion tells the database by what its function version() gives.
func dialectOfVersion(version string) (Dialect, error) {
	number, isPostgres := strings.CutPrefix(version, "PostgreSQL ")
	switch {
	case isPostgres:
		return DialectPostgreSQL, atLeast("PostgreSQL", number, 14, 0)
	case strings.Contains(version, "MariaDB"):
		return DialectMySQL, atLeast("MariaDB", version, 10, 6)
	case strings.HasPrefix(version, "v"):
		return DialectDuckDB, atLeast("DuckDB", version[1:], 1, 1)
	case fourNumbers.MatchString(version):
		return DialectClickHouse, atLeast("ClickHouse", version, 24, 0)
	case versionNumbers.MatchString(version) && !strings.Contains(version, "TiDB"):
		return DialectMySQL, atLeast("MySQL", version, 8, 0)
	}
	return "", refused("there is no dialect for the database %q; there are %v", version, Dialects())
}

var versionNumbers = regexp.MustCompile(`^([0-9]+)(?:\.([0-9]+))?`)

// atLeast is an error if a version is older than the dialect needs.
func atLeast(name, version string, major, minor int) error {
	m := versionNumbers.FindStringSubmatch(version)
	if m == nil {
		return refused("the version %q of %s is no number", version, name)
	}
	a, _ := strconv.Atoi(m[1])
	b, _ := strconv.Atoi(m[2]) // none is 0
	if a < major || a == major && b < minor {
		return refused("%s %s is too old: it must be %d.%d or later", name, version, major, minor)
	}
	return nil
}

func refused(format string, args ...any) error {
	return segment.Errors{{Code: segment.ErrValue, Msg: fmt.Sprintf(format, args...)}}
}

// one is the only cell of a query of one row and one column.
func one(ctx context.Context, db Queryer, query string) (text string, err error) {
	rows, err := db.QueryContext(ctx, query)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	if rows.Next() {
		if err := rows.Scan(&text); err != nil {
			return "", err
		}
	}
	return text, rows.Err()
}
