package cli

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/segmentrules/segment/cmd/segment/internal/rules"
	"github.com/segmentrules/segment/sqlgen"
)

// A sqlReply is the output of sql.
type sqlReply struct {
	Dialect string     `json:"dialect"`
	At      time.Time  `json:"at"`
	SQL     string     `json:"sql"`
	Args    []any      `json:"args"`
	Rest    *string    `json:"rest"` // what Go decides of the candidates; null for nothing
	Next    *time.Time `json:"next"` // when the answer may change though no row does; null for never
}

func newSQL(a *app) *cobra.Command {
	var f ruleFlags
	var at atFlags
	var t tableFlags
	var dialect string
	c := &cobra.Command{
		Use:   "sql RULE --tables TABLES",
		Short: "Write a rule as a SELECT for a database",
		Long: `Sql writes the statement for the ids of the contacts for which a rule holds at an instant,
its arguments, and the rest: what the database cannot decide as the library does, and what
is left to Go for the candidates that the statement gives.`,
		Example: `  segment sql --tables listmonk --at 2026-03-31 'IN LIST "news" AND status = "enabled"'
  segment sql --dialect sqlite --tables tables.json rule.txt`,
		Args: cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			d, err := dialectOf(dialect)
			if err != nil {
				return err
			}
			tables, err := t.read()
			if err != nil {
				return err
			}
			seg, err := a.rule(&f, args[0])
			if err != nil {
				return err
			}
			c := seg.Condition
			if tables.Segments == nil { // the database does not keep who is in them
				if c, err = f.inline(c); err != nil {
					return err
				}
			}
			now, err := a.instant(&at, f.schema)
			if err != nil {
				return err
			}
			q, err := sqlgen.Select(d, tables, c, now)
			if err != nil {
				return err
			}
			return a.tellSQL(d, q, now)
		},
	}
	f.add(c)
	at.add(c)
	t.add(c)
	c.Flags().StringVar(&dialect, "dialect", "postgres", "database: postgres, sqlite, mysql, duckdb or clickhouse")
	return c
}

func (a *app) tellSQL(d sqlgen.Dialect, q sqlgen.Query, now time.Time) error {
	out := sqlReply{Dialect: string(d), At: now.UTC(), SQL: q.Text, Args: q.Args}
	if out.Args == nil {
		out.Args = []any{}
	}
	if q.Rest != nil {
		rest := rules.Canonical(q.Rest)
		out.Rest = &rest
	}
	if !q.Next.IsZero() {
		next := q.Next.UTC()
		out.Next = &next
	}
	if a.json {
		return a.reply(out)
	}
	s := a.style()
	if err := a.printf("%s\n", q.Text); err != nil {
		return err
	}
	for i, arg := range q.Args {
		if err := a.printf("%s %s\n", s.faint(fmt.Sprintf("-- argument %d:", i+1)), argText(arg)); err != nil {
			return err
		}
	}
	if out.Rest != nil {
		if err := a.printf("%s %s\n", s.yellow("-- left to Go:"), *out.Rest); err != nil {
			return err
		}
	}
	return nil
}

// argText is an argument as JSON writes it, on one line.
func argText(arg any) string {
	text, err := json.Marshal(arg)
	if err != nil {
		return fmt.Sprint(arg)
	}
	return string(text)
}
