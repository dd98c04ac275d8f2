package cli

import (
	"context"
	"errors"

	"github.com/spf13/cobra"
)

// Main runs the command with its arguments and returns the exit code. The context ends long
// work.
func Main(ctx context.Context, args []string, std Std) int {
	std.In = &interruptible{ctx: ctx, r: std.In}
	a := &app{Std: std}
	root := newRoot(a)
	root.SetArgs(args)
	root.SetIn(std.In)
	root.SetOut(std.Out)
	root.SetErr(std.Err)
	err := root.ExecuteContext(ctx)
	if err != nil {
		if errors.Is(err, context.Canceled) {
			err = unreachable(errors.New("interrupted"))
		}
		a.complain(err)
	}
	return codeOf(err)
}

func newRoot(a *app) *cobra.Command {
	root := &cobra.Command{
		Use:   "segment",
		Short: "Rules that decide which contacts belong to which segments",
		Long: `Segment works with rules that decide which contacts belong to which segments: it checks
and explains them, counts who matches in files and databases, replays what happened, and
serves segments over HTTP.

` + exitCodes,
		SilenceErrors:     true,
		SilenceUsage:      true,
		PersistentPreRunE: func(*cobra.Command, []string) error { return a.check() },
	}
	root.PersistentFlags().BoolVar(&a.json, "json", false, "write JSON, errors too")
	root.PersistentFlags().StringVar(&a.color, "color", "auto", "colours: auto (on a terminal, unless NO_COLOR is set), always or never")
	root.PersistentFlags().StringVar(&a.progress, "progress", "auto", "progress bar of long work: auto (on a terminal), always or never")
	root.PersistentFlags().Lookup("progress").NoOptDefVal = "always"
	root.AddGroup(&cobra.Group{ID: "rules", Title: "Rules:"}, &cobra.Group{ID: "contacts", Title: "Contacts:"},
		&cobra.Group{ID: "stores", Title: "Databases and stores:"})
	add := func(group string, cs ...*cobra.Command) {
		for _, c := range cs {
			c.GroupID = group
			root.AddCommand(c)
		}
	}
	add("rules", newCheck(a), newFmt(a), newSQL(a), newImport(a), newExport(a))
	add("contacts", newEval(a), newExplain(a), newNext(a), newCount(a), newPreview(a), newReplay(a))
	add("stores", newCheckDB(a), newServe(a), newVerify(a))
	root.AddCommand(newVersion(a), contactsTopic())
	return root
}

// contactsTopic is the help about how contacts and events are written.
func contactsTopic() *cobra.Command {
	return &cobra.Command{
		Use:   "contacts",
		Short: "How contacts and events are written",
		Long: `A line of NDJSON is an object of a contact's fields:

  {"id": "ann", "country": "US", "company": {"size": 40}}

or, if it has a member "fields" that is an object, the contact with its parts, each of which
may be left out:

  {"id": "ann", "fields": {"country": "US"},
   "events": [{"id": "e1", "name": "opened", "at": "2026-03-01T09:00:00Z", "props": {"campaign": "spring"}}],
   "lists": {"vip": "2026-01-01T00:00:00Z"}, "segments": ["active"],
   "changes": {"plan": [{"at": "2026-02-01T00:00:00Z", "value": "pro"}]}}

(on one line). The same event id twice in a contact is one event.

A CSV file names its columns in the first row. A dot leads into an object: company.size. An
empty cell is a missing value. With a schema the kinds of its fields say how cells are read,
and a cell that is nothing of the kind is an error of its row:

  number 12, -0.5, 007      bool true, false, 1, 0       date 2026-01-31
  time 2026-01-31T10:00:00Z, 2026-01-31 10:00:00 (UTC)   duration 36h
  list a;b;c or JSON        object JSON                  text as it stands

Of other columns the first 1,000 rows tell: numbers if all cells are written as JSON numbers
(so 007 stays text), bools if all are true or false, dates, instants, JSON, and else text. A
later cell that is nothing of the guessed kind is kept as text, and counted.

Events in a file of their own (--events) are lines {"contact", "name", "at", "id", "props"},
or updates with events as "segment replay" reads them; in CSV the columns contact, name, at
and id, and the properties in the others.

Files may be compressed with gzip, and in UTF-8 or UTF-16; --encoding tells of Latin-1.`,
	}
}
