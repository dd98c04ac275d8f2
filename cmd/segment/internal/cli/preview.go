package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/segmentrules/segment/cmd/segment/internal/tally"
)

// A previewReply is the output of preview: that of POST /v1/preview, and what became of the
// rows.
type previewReply struct {
	tally.Result
	Problems []fault `json:"problems"` // the first 20 rows that were left out
}

func newPreview(a *app) *cobra.Command {
	var f tallyFlags
	c := &cobra.Command{
		Use:   "preview RULE CONTACTS",
		Short: "Show who of a file matches a rule: funnel, sample, missing values",
		Long: `Preview says how many contacts of a file match a rule, how many each part of the top AND
leaves over, how many match only because a value is missing, and gives some of the ids.

` + tallyHelp,
		Example: `  segment preview 'country = "US" AND plan != "free"' contacts.ndjson`,
		Args:    cobra.ExactArgs(2),
		RunE: func(c *cobra.Command, args []string) error {
			if f.sample < 0 {
				return input("--sample is not negative")
			}
			r, err := a.tallied(c.Context(), &f, args, true)
			if err != nil {
				return err
			}
			if a.json {
				return a.reply(previewReply{r, f.problems})
			}
			if err := a.printf("%s", previewText(a.style(), r)); err != nil {
				return err
			}
			a.notes(r)
			return nil
		},
	}
	f.add(c)
	c.Flags().IntVar(&f.sample, "sample", 20, "how many ids to give")
	return c
}

// previewText is a preview as text.
func previewText(s style, r tally.Result) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s of %s match%s\n", s.bold(grouped(r.Count)), counted(r.Of, "contact"), percent(r.Count, r.Of))
	fmt.Fprintf(&b, "\n%12s  %12s\n", "by itself", "left")
	for _, p := range r.Parts {
		fmt.Fprintf(&b, "%12s  %12s  %s\n", grouped(p.Count), grouped(p.Left), p.Condition)
	}
	switch {
	case r.Missing == nil:
		fmt.Fprintf(&b, "\nhow many match only because a value is missing is not known for this rule\n")
	case *r.Missing > 0:
		fmt.Fprintf(&b, "\n%s of them only because a value is missing\n", grouped(*r.Missing))
		for _, m := range r.MissingIn {
			fmt.Fprintf(&b, "%12s  %s\n", grouped(m.Count), m.Condition)
		}
	}
	if len(r.Sample) > 0 {
		fmt.Fprintf(&b, "\nsample: %s\n", strings.Join(r.Sample, ", "))
	}
	return b.String()
}

// percent is a share in parentheses.
func percent(n, of int) string {
	if of == 0 {
		return ""
	}
	return fmt.Sprintf(" (%.1f %%)", 100*float64(n)/float64(of))
}
