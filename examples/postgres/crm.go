package main

import (
	"context"
	"database/sql"
	_ "embed"
	"sync"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/index"
)

//go:embed schema.sql
var schema string

// A crm keeps contacts, and who is a member of which segment, in PostgreSQL. In
// memory it has the segments alone.
type crm struct {
	db *sql.DB

	mu       sync.RWMutex // held for reading while contacts change, for writing while segments do
	matcher  *index.Matcher
	segments []segment.Segment
}

func open(ctx context.Context, db *sql.DB) (*crm, error) {
	if _, err := db.ExecContext(ctx, schema); err != nil {
		return nil, err
	}
	m, err := index.NewMatcher()
	return &crm{db: db, matcher: m}, err
}

// transact runs f in a transaction.
func (c *crm) transact(ctx context.Context, f func(tx *sql.Tx) error) error {
	tx, err := c.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	if err := f(tx); err != nil {
		_ = tx.Rollback() // what went wrong before says more
		return err
	}
	return tx.Commit()
}
