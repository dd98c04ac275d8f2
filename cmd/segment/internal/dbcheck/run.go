package dbcheck

// The comparison: all contacts are loaded and decided once, and then the database is asked for
// one segment after the other.

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/cmd/segment/internal/rules"
	"github.com/segmentrules/segment/sqlgen"
)

// Options are how a database is compared.
type Options struct {
	Tables   sqlgen.Tables
	Segments []segment.Segment // as the schema has resolved them
	At       time.Time
	Name     int // how many contacts to name of each difference
	Loaded   func(n int64)
	Asked    func(n int64)
}

// Run compares all segments. The error is that of the database or of the tables; a statement
// that cannot be written is told of its segment.
func Run(ctx context.Context, db *sql.DB, o Options) (r Report, err error) {
	d, err := sqlgen.DialectOf(ctx, db)
	if err != nil {
		return r, err
	}
	r.Dialect, r.Segments = string(d), []Compared{}
	loader, err := sqlgen.NewLoader(d, o.Tables)
	if err != nil {
		return r, err
	}
	var programs []*segment.Program
	for _, seg := range o.Segments {
		p, err := segment.Compile(seg.Condition)
		if err != nil {
			return r, fmt.Errorf("segment %s: %w", seg.ID, err)
		}
		programs = append(programs, p)
	}
	tx, err := db.BeginTx(ctx, transaction(d))
	if err != nil {
		return r, err
	}
	defer func() { _ = tx.Rollback() }() // it has only read
	in, err := insideOf(ctx, tx, loader, programs, o.At, o.Loaded)
	if err != nil {
		return r, err
	}
	r.Contacts = len(in.ids)
	for i, seg := range o.Segments {
		c, err := compare(ctx, tx, d, loader, in, i, seg, o)
		if err != nil {
			return r, fmt.Errorf("segment %s: %w", seg.ID, err)
		}
		switch r.Segments = append(r.Segments, c); {
		case c.Error != "":
			r.Failed++
		case !c.Same:
			r.Differ++
		}
		o.Asked(1)
	}
	return r, nil
}

// transaction is one in which all statements see the same rows.
func transaction(d sqlgen.Dialect) *sql.TxOptions {
	if d == sqlgen.DialectPostgreSQL {
		return &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true}
	}
	return nil // a transaction of SQLite sees the rows of its beginning
}

// compare asks the database for a segment.
func compare(ctx context.Context, tx *sql.Tx, d sqlgen.Dialect, l *sqlgen.Loader, in *inside, i int, seg segment.Segment, o Options) (Compared, error) {
	c := Compared{Segment: seg.ID, OnlyGo: []string{}, OnlyDB: []string{}}
	q, err := sqlgen.Select(d, o.Tables, seg.Condition, o.At)
	if err != nil {
		c.Error = err.Error()
		return c, nil
	}
	if q.Rest != nil {
		c.Rest = rules.Canonical(q.Rest)
	}
	ids, err := answer(ctx, tx, l, q)
	if err != nil {
		return c, err
	}
	seen := make([]uint64, (len(in.ids)+63)/64)
	for _, id := range ids {
		n, known := in.number[id]
		if known {
			seen[n/64] |= 1 << (n % 64)
		}
		if c.Database++; !known || !in.has(i, n) {
			c.Differ++
			c.OnlyDB = append(c.OnlyDB, id)
		}
	}
	for n, id := range in.ids {
		if !in.has(i, n) {
			continue
		}
		if c.Go++; seen[n/64]>>(n%64)&1 == 0 {
			c.Differ++
			c.OnlyGo = append(c.OnlyGo, id)
		}
	}
	c.Same = c.Differ == 0
	c.OnlyDB, c.OnlyGo = first(c.OnlyDB, o.Name), first(c.OnlyGo, o.Name)
	return c, nil
}

// first is the first few in order.
func first(ids []string, n int) []string {
	slices.Sort(ids)
	return ids[:min(len(ids), n)]
}

// answer is the ids that a statement gives, of candidates those for which the rest holds.
func answer(ctx context.Context, tx *sql.Tx, l *sqlgen.Loader, q sqlgen.Query) (ids []string, err error) {
	rows, err := tx.QueryContext(ctx, q.Text, q.Args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	if err := rows.Err(); err != nil || q.Rest == nil || len(ids) == 0 {
		return ids, err
	}
	candidates := func(yield func(string, segment.Contact) bool) {
		for some := range slices.Chunk(ids, 1000) {
			for x, loadErr := range l.Load(ctx, tx, some...) {
				if loadErr != nil {
					err = loadErr
					return
				}
				if !yield(x.Field("id").Text(), x) {
					return
				}
			}
		}
	}
	return slices.Collect(q.Filter(candidates)), err
}
