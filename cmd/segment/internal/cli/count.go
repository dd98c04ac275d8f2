package cli

import (
	"time"

	"github.com/spf13/cobra"

	"github.com/segmentrules/segment/cmd/segment/internal/tally"
)

// A countReply is the output of count.
type countReply struct {
	At       time.Time `json:"at"`
	Count    int       `json:"count"`
	Of       int       `json:"of"`
	LeftOut  int       `json:"left_out"`
	Misfits  int       `json:"misfits"`
	Orphans  int       `json:"orphans"`
	Problems []fault   `json:"problems"` // the first 20 rows that were left out
}

func newCount(a *app) *cobra.Command {
	var f tallyFlags
	c := &cobra.Command{
		Use:   "count RULE CONTACTS",
		Short: "Count the contacts of a file that match a rule",
		Long: `Count says how many contacts of a file match a rule.

` + tallyHelp,
		Example: `  segment count 'country = "US"' contacts.ndjson
  segment count --events events.csv 'opened >= 5 emails IN LAST 30 DAYS' contacts.csv`,
		Args: cobra.ExactArgs(2),
		RunE: func(c *cobra.Command, args []string) error {
			r, err := a.tallied(c.Context(), &f, args, false)
			if err != nil {
				return err
			}
			if a.json {
				return a.reply(countReply{r.At, r.Count, r.Of, r.LeftOut, r.Misfits, r.Orphans, f.problems})
			}
			if err := a.printf("%d\n", r.Count); err != nil {
				return err
			}
			a.notes(r)
			return nil
		},
	}
	f.add(c)
	return c
}

// notes says on the error stream what the count leaves open.
func (a *app) notes(r tally.Result) {
	s := a.colours(a.ErrTerm)
	note := func(n int, noun, what string) {
		if n > 0 {
			_, _ = a.Err.Write([]byte(s.yellow("note: ") + counted(n, noun) + what + "\n"))
		}
	}
	note(r.LeftOut, "row", " left out")
	note(r.Misfits, "cell", " kept as text in a column of another kind; a schema says what columns hold")
	note(r.Orphans, "event", " of contacts that are not in the file")
}
