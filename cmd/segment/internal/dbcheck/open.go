package dbcheck

import (
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"strings"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver pgx
	_ "modernc.org/sqlite"             // the driver sqlite
)

// Open opens a database: postgres://user@host/name and host=… dbname=… are PostgreSQL, sqlite:FILE and the name of
// a file SQLite. SQLite files are opened to read, and are not made.
func Open(dsn string) (*sql.DB, error) {
	scheme, rest, _ := strings.Cut(dsn, ":")
	switch {
	case scheme == "postgres" || scheme == "postgresql":
		return sql.Open("pgx", dsn)
	case strings.HasPrefix(dsn, "host=") || strings.Contains(dsn, " dbname="): // words of libpq
		return sql.Open("pgx", dsn)
	case scheme == "sqlite":
		dsn = strings.TrimPrefix(rest, "//")
	case scheme == "mysql", scheme == "mariadb", scheme == "clickhouse", scheme == "duckdb":
		return nil, fmt.Errorf("databases of kind %s cannot be opened by this command: PostgreSQL and SQLite can", scheme)
	}
	path := strings.TrimPrefix(dsn, "file:")
	path, query, _ := strings.Cut(path, "?")
	if _, err := os.Stat(path); err != nil {
		return nil, err
	}
	if query == "" {
		query = "mode=ro"
	}
	return sql.Open("sqlite", "file:"+(&url.URL{Path: path}).EscapedPath()+"?"+query)
}
