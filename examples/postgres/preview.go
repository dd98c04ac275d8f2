package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/sqlgen"
)

// selected returns the ids of the contacts for which a rule holds, as the
// database and, where it cannot decide all of the rule, Go say.
func (c *crm) selected(ctx context.Context, q querier, rule segment.Condition, at time.Time) ([]string, error) {
	stmt, err := sqlgen.Select(sqlgen.DialectPostgreSQL, tables(), rule, at)
	if err != nil {
		return nil, err
	}
	ids, err := texts(ctx, q, stmt.Text+" ORDER BY id", stmt.Args...)
	if err != nil || stmt.Rest == nil {
		return ids, err
	}
	return filtered(ctx, q, stmt, ids)
}

// filtered keeps the candidates for which the rest of the rule holds.
func filtered(ctx context.Context, q querier, stmt sqlgen.Query, ids []string) (kept []string, err error) {
	if len(ids) == 0 {
		return nil, nil // Load would read all
	}
	kept = slices.Collect(stmt.Filter(func(yield func(string, segment.Contact) bool) {
		for x, failed := range sqlgen.Load(ctx, q, tables(), ids...) {
			if err = failed; err != nil || !yield(x.Field("id").Text(), x) {
				return
			}
		}
	}))
	return kept, err
}

// A preview is what a user sees of a rule before it is a segment.
type preview struct {
	count  int
	sample []string
	rest   segment.Condition // what Go decided, nil if nothing
}

const sampled = 3

// preview counts the contacts for which a rule holds, and shows some. The
// statement stands as a subquery: the database counts.
func (c *crm) preview(ctx context.Context, rule segment.Condition, at time.Time) (p preview, err error) {
	stmt, err := sqlgen.Select(sqlgen.DialectPostgreSQL, tables(), rule, at)
	if err != nil {
		return p, err
	}
	if p.rest = stmt.Rest; p.rest != nil {
		ids, err := c.selected(ctx, c.db, rule, at)
		p.count, p.sample = len(ids), ids[:min(sampled, len(ids))]
		return p, err
	}
	if err := c.db.QueryRowContext(ctx, `SELECT count(*) FROM (`+stmt.Text+`) t`, stmt.Args...).Scan(&p.count); err != nil {
		return p, err
	}
	p.sample, err = texts(ctx, c.db, fmt.Sprintf("%s ORDER BY id LIMIT %d", stmt.Text, sampled), stmt.Args...)
	return p, err
}

// texts runs a query of one column of texts.
func texts(ctx context.Context, q querier, query string, args ...any) (all []string, err error) {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			return nil, err
		}
		all = append(all, s)
	}
	return all, rows.Err()
}
