package sql

import (
	"errors"
	"fmt"
)

// The errors of the engine, besides those of package cluster that the interfaces name.
var (
	// ErrNoTables says that the schema has no tables of this engine, or not all of them:
	// call [Setup].
	ErrNoTables = errors.New("cluster/sql: the tables are not there: call Setup")

	// ErrDatabase says that the database is not one that the engine can work on.
	ErrDatabase = errors.New("cluster/sql: this database cannot be used")

	// ErrWentBack says that the database has less than this program has read from it: it is
	// another one, or was put back to a state before. Load what was read from it anew.
	ErrWentBack = errors.New("cluster/sql: the database has gone back behind what was read from it")

	// ErrPartition is the answer to a partition that there is not.
	ErrPartition = errors.New("cluster/sql: there is no such partition")

	// ErrTooLong is the answer to a message, commit or name that is longer than may be.
	ErrTooLong = errors.New("cluster/sql: too long")

	// ErrName is the answer to the name or address of a member that no text of the database
	// can hold, and to no name.
	ErrName = errors.New("cluster/sql: not the name of a member")

	// ErrClosed is the answer of an engine that was closed.
	ErrClosed = errors.New("cluster/sql: the engine is closed")
)

// A VersionError says that the tables are of another version than this program is for. Those
// of an earlier version [Setup] brings up to date; those of a later one are for later
// programs.
type VersionError struct {
	Schema       string
	Found, Known int
}

// Error says both versions.
func (e *VersionError) Error() string {
	advice := "call Setup"
	if e.Found > e.Known {
		advice = "a later program is needed"
	}
	return fmt.Sprintf("cluster/sql: the tables in schema %q are of version %d, and this program is for version %d: %s", e.Schema, e.Found, e.Known, advice)
}

// A LayoutError says that Setup was called with other options than the tables were made with.
type LayoutError struct{ Schema, Here, Wanted string }

// Error says both.
func (e *LayoutError) Error() string {
	return fmt.Sprintf("cluster/sql: the tables in schema %q were made %s, and %s were asked for; that cannot be changed", e.Schema, e.Here, e.Wanted)
}
