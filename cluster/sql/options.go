package sql

import (
	"fmt"
	"regexp"
	"time"

	"github.com/segmentrules/segment/cluster"
)

// Options are how an engine works. The zero Options are good.
type Options struct {
	// Schema is the schema of the database that holds the tables; empty means "segment". A
	// database may have several, each a cluster. It is small letters, digits and _, 63 at
	// most, and begins with none of the digits.
	Schema string

	// Partitions is how many there are; 0 means cluster.Partitions. It is fixed when the
	// tables are made.
	Partitions int

	// Members and Diffs are for [Setup] alone: whether there is a table of members, and one
	// with a row for each diff. They are fixed when the tables are made, and engines see
	// from the tables what is to be kept. Then a commit must be a cluster.Commit.
	Members, Diffs bool

	// Lease is how long a sign of life holds, by the clock of the database; 0 means 2
	// seconds.
	Lease time.Duration

	// Poll is how often the engine looks for news if nobody wakes it; 0 means a second.
	// Where notifications come through that is the longest anybody waits for news after one
	// was lost. Where they do not, as behind a pooler that shares connections between
	// transactions, make it shorter: 50 milliseconds are 20 queries a second for a process.
	Poll time.Duration

	// Timeout is how long a request may take, of which several may make up a call; 0 means
	// 30 seconds. Behind it the connection is given up, and the outcome is not known.
	Timeout time.Duration
}

// filled returns the options with what was left out.
func (o Options) filled() Options {
	if o.Schema == "" {
		o.Schema = "segment"
	}
	if o.Partitions == 0 {
		o.Partitions = cluster.Partitions
	}
	for _, d := range [...]struct {
		of    *time.Duration
		means time.Duration
	}{{&o.Lease, 2 * time.Second}, {&o.Poll, time.Second}, {&o.Timeout, 30 * time.Second}} {
		if *d.of == 0 {
			*d.of = d.means
		}
	}
	return o
}

// leastInput is how long messages are kept at least.
const leastInput = 10 * time.Minute

// mostPartitions is how many there may be: so many heads a broadcast locks.
const mostPartitions = 1 << 16

var schemaName = regexp.MustCompile(`^[a-z_][a-z0-9_]{0,62}$`)

// check refuses what cannot be, in options that are filled.
func (o Options) check() error {
	switch {
	case !schemaName.MatchString(o.Schema):
		return fmt.Errorf("cluster/sql: %q is not the name of a schema: small letters, digits and _, 63 at most", o.Schema)
	case o.Partitions < 1 || o.Partitions > mostPartitions:
		return fmt.Errorf("cluster/sql: %d partitions; there may be 1 to %d", o.Partitions, mostPartitions)
	case o.Lease < 0 || o.Poll < 0 || o.Timeout < 0:
		return fmt.Errorf("cluster/sql: a length of time in Options is below zero")
	}
	return nil
}

// quoted is the schema as SQL has it.
func (o Options) quoted() string { return `"` + o.Schema + `"` }

// made says in words what tables are made with.
func (o Options) made() string {
	with := func(what string, yes bool) string {
		if yes {
			return "with " + what
		}
		return "without " + what
	}
	return fmt.Sprintf("for %d partitions, %s, %s", o.Partitions, with("members", o.Members), with("diffs", o.Diffs))
}
