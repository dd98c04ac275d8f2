package main

import (
	"context"
	"database/sql"
	_ "embed"
	"sync"

	"github.com/segmentrules/segment"
)

//go:embed schema.sql
var schema string

// A crm keeps contacts, and who is a member of which segment, in PostgreSQL. In
// memory it has the segments alone.
type crm struct {
	db *sql.DB

	mu       sync.RWMutex // held for reading while contacts change, for writing while segments do
	segments []segment.Segment
}

func open(ctx context.Context, db *sql.DB) (*crm, error) {
	if _, err := db.ExecContext(ctx, schema); err != nil {
		return nil, err
	}
	return &crm{db: db}, nil
}

// A querier is a transaction, or the database without one.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
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
