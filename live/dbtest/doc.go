// Package dbtest runs the outbox of package live on real databases: SQLite, PostgreSQL and
// MariaDB, as the tests of sqlgen start them. A database that cannot be had is skipped with
// the reason.
//
//	cd live/dbtest && go test .
package dbtest
