package sql

import (
	"context"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/segmentrules/segment/cluster"
)

// longestName is how many bytes the name or the address of a member may have.
const longestName = 1000

// Sign is that of [cluster.Signs]. It holds for Options.Lease by the clock of the database.
// Errors: [ErrName], [ErrTooLong], those of the database.
func (e *Engine) Sign(ctx context.Context, m cluster.Member) error {
	if err := checkName(m.Name, m.Address); err != nil {
		return err
	}
	return e.exec(ctx, "sign of life", "sign($1, $2, $3)", m.Name, m.Address, e.o.Lease.Nanoseconds())
}

// checkName refuses what the table cannot hold.
func checkName(name, address string) error {
	if name == "" {
		return fmt.Errorf("%w: it is empty", ErrName)
	}
	for _, s := range [...]string{name, address} {
		switch {
		case !utf8.ValidString(s):
			return fmt.Errorf("%w: %.80q is not UTF-8", ErrName, s)
		case strings.Contains(s, "\x00"):
			return fmt.Errorf("%w: %.80q has a zero in it", ErrName, s)
		case len(s) > longestName:
			return fmt.Errorf("%w: the name or address of a member of %d bytes, and it may have %d", ErrTooLong, len(s), longestName)
		}
	}
	return nil
}

// Leave is that of [cluster.Signs].
func (e *Engine) Leave(ctx context.Context, name string) error {
	if err := checkName(name, ""); err != nil {
		return err
	}
	ctx, cancel := e.bounded(ctx)
	defer cancel()
	if _, err := e.pool.Exec(ctx, "DELETE FROM "+e.s+".sign WHERE name = $1", name); err != nil {
		return named("leave", err)
	}
	return nil
}

// Members is that of [cluster.Signs].
func (e *Engine) Members(ctx context.Context) (members []cluster.Member, err error) {
	var m cluster.Member
	err = e.rows(ctx, "members", "SELECT name, address FROM "+e.s+".sign WHERE ends > "+e.s+".clock() ORDER BY name", nil, []any{&m.Name, &m.Address}, func() error {
		members = append(members, m)
		return nil
	})
	return members, err
}
