package cli

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/cmd/segment/internal/contacts"
	"github.com/segmentrules/segment/cmd/segment/internal/source"
	"github.com/segmentrules/segment/cmd/segment/internal/tally"
)

// A rule asked of a file of contacts: what preview and count have in common.

// A tallyFlags is their flags.
type tallyFlags struct {
	ruleFlags
	atFlags
	fileFlags
	id     string
	events string
	sorted bool
	sample int
}

func (f *tallyFlags) add(c *cobra.Command) {
	f.ruleFlags.add(c)
	f.atFlags.add(c)
	f.fileFlags.add(c)
	c.Flags().StringVar(&f.id, "id", "id", "column, or member of a line without parts, that holds the id of a contact")
	c.Flags().StringVar(&f.events, "events", "", "file with the events of the contacts")
	c.Flags().BoolVar(&f.sorted, "events-sorted", false, "both files are sorted by the bytes of the contact's id: no events are kept in memory")
}

// tallyHelp says how the files are read.
const tallyHelp = `CONTACTS is a file of NDJSON or CSV (also .gz), or - for standard input; "segment help
contacts" says how contacts and events are written. The files are read piece by piece, and
memory does not grow with them. Events may be within the contacts, or in a file of their
own: then those that the rule reads are kept in memory, unless both files are sorted by
contact (LC_ALL=C sort) and --events-sorted is given.`

// tallied reads the arguments RULE and CONTACTS, and asks.
func (a *app) tallied(ctx context.Context, f *tallyFlags, args []string, preview bool) (r tally.Result, err error) {
	if args[0] == "-" && (args[1] == "-" || f.events == "-") || args[1] == "-" && f.events == "-" {
		return r, input("standard input can be one thing only")
	}
	seg, err := a.rule(&f.ruleFlags, args[0])
	if err != nil {
		return r, err
	}
	q := tally.Question{Preview: preview, Sample: f.sample}
	if q.Condition, err = f.inline(seg.Condition); err != nil {
		return r, err
	}
	if preview {
		q.Parts = tally.PartsOf(seg.Condition, func(part segment.Condition) segment.Condition {
			in, _ := f.inline(part) // which has been done with the whole
			return in
		})
	}
	if q.At, err = a.instant(&f.atFlags, f.schema); err != nil {
		return r, err
	}
	in := tally.Input{Sorted: f.sorted, Options: contacts.Options{ID: f.id, Schema: f.schema}}
	if in.Contacts, err = f.open(a, args[1]); err != nil {
		return r, err
	}
	defer in.Contacts.Close()
	if f.events != "" {
		if in.Events, err = f.open(a, f.events); err != nil {
			return r, err
		}
		defer in.Events.Close()
	}
	b := a.bar("reading", sizeOf(in), true)
	in.Watch = contacts.Watch{Share: b.Add, Problem: f.problem(a)}
	r, err = tally.Run(ctx, in, q)
	b.Done(err == nil)
	f.tell(a)
	if err != nil && !errors.As(err, new(*source.Problem)) {
		return r, unreachable(err)
	}
	return r, err
}

// sizeOf is how many bytes there are to read; 0 if nobody knows.
func sizeOf(in tally.Input) int64 {
	if in.Events == nil {
		return in.Contacts.Size
	}
	if in.Contacts.Size == 0 || in.Events.Size == 0 {
		return 0
	}
	return in.Contacts.Size + in.Events.Size
}
