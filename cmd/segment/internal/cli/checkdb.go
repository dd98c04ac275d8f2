package cli

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"github.com/segmentrules/segment/cmd/segment/internal/dbcheck"
)

// A checkDBFlags is the flags of check-db.
type checkDBFlags struct {
	ruleFlags
	atFlags
	tableFlags
	name int
}

func newCheckDB(a *app) *cobra.Command {
	var f checkDBFlags
	c := &cobra.Command{
		Use:   "check-db DSN --tables TABLES --segments FILE",
		Short: "Compare what a database answers with what Go answers",
		Long: `Check-db asks a database for the contacts of each segment, by the statement that "segment
sql" writes, and decides the same contacts in Go, all in one transaction that only reads. It
names contacts where the two differ.

A DSN is postgres://user@host/name, sqlite:FILE, or the name of a SQLite file.`,
		Example: `  segment check-db shop.db --tables tables.json --segments segments.json
  segment check-db postgres://localhost/listmonk --tables listmonk --segments segments.json`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error { return a.checkDB(c.Context(), &f, args[0]) },
	}
	f.ruleFlags.add(c)
	f.atFlags.add(c)
	f.tableFlags.add(c)
	c.Flags().IntVar(&f.name, "name", 20, "how many contacts to name of each difference")
	_ = c.MarkFlagRequired("segments")
	return c
}

func (a *app) checkDB(ctx context.Context, f *checkDBFlags, dsn string) error {
	o := dbcheck.Options{Name: max(f.name, 0)}
	var err error
	if o.Tables, err = f.read(); err != nil {
		return err
	}
	if err = f.load(); err != nil {
		return err
	}
	for _, seg := range f.segments {
		if o.Tables.Segments == nil { // the database does not keep who is in them
			if seg.Condition, err = f.inline(seg.Condition); err != nil {
				return err
			}
		}
		o.Segments = append(o.Segments, seg)
	}
	if o.At, err = a.instant(&f.atFlags, f.schema); err != nil {
		return err
	}
	db, err := dbcheck.Open(dsn)
	if err != nil {
		return unreachable(err)
	}
	defer db.Close()
	loading, asking := a.bar("loading contacts", 0, false), a.bar("asking for segments", int64(len(o.Segments)), false)
	o.Loaded, o.Asked = loading.Add, asking.Add
	r, err := dbcheck.Run(ctx, db, o)
	loading.Done(err == nil)
	asking.Done(err == nil)
	if err != nil {
		return unreachable(err)
	}
	if err := a.tellDB(r); err != nil {
		return err
	}
	switch {
	case r.Failed > 0:
		return &exit{code: codeInput}
	case r.Differ > 0:
		return found()
	}
	return nil
}

func (a *app) tellDB(r dbcheck.Report) error {
	if a.json {
		return a.reply(r)
	}
	s := a.style()
	var b strings.Builder
	for _, c := range r.Segments {
		switch {
		case c.Error != "":
			b.WriteString(s.red("error   ") + c.Segment + ": " + c.Error + "\n")
			continue
		case c.Same:
			b.WriteString(s.green("same    "))
		default:
			b.WriteString(s.red("differs "))
		}
		b.WriteString(c.Segment + ": " + counted(c.Go, "contact"))
		if !c.Same {
			b.WriteString(" by Go, " + grouped(c.Database) + " by the database")
		}
		b.WriteString("\n")
		only(&b, "only by Go:       ", c.OnlyGo)
		only(&b, "only by database: ", c.OnlyDB)
	}
	b.WriteString(counted(r.Contacts, "contact") + ", " + counted(len(r.Segments), "segment") + ": " +
		grouped(len(r.Segments)-r.Differ-r.Failed) + " the same, " + grouped(r.Differ) + " different, " + grouped(r.Failed) + " with errors\n")
	return a.printf("%s", b.String())
}

// only writes the contacts that one side alone has.
func only(b *strings.Builder, what string, ids []string) {
	if len(ids) > 0 {
		b.WriteString("        " + what + strings.Join(ids, ", ") + "\n")
	}
}
