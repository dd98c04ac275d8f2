package cli

import (
	"time"

	"github.com/spf13/cobra"

	"github.com/segmentrules/segment"
)

// An explained is the output of explain.
type explained struct {
	Contact     string               `json:"contact"`
	At          time.Time            `json:"at"`
	Holds       bool                 `json:"holds"`
	Explanation *segment.Explanation `json:"explanation"`
}

func newExplain(a *app) *cobra.Command {
	var f contactFlags
	var mermaid bool
	c := &cobra.Command{
		Use:   "explain RULE CONTACT",
		Short: "Say why a contact matches a rule or does not",
		Long: `Explain shows the tree of a rule with the verdict of each part for one contact, the values
seen, how far off a comparison is, and when it will change by itself.

` + contactHelp,
		Example: `  segment explain 'plan = "pro" AND age >= 18' '{"id": "ann", "plan": "pro", "age": 17}'
  segment explain --at 2026-03-31 rule.txt contact.json`,
		Args: cobra.ExactArgs(2),
		RunE: func(_ *cobra.Command, args []string) error {
			p, err := a.pair(&f, args)
			if err != nil {
				return err
			}
			e := p.program.Explain(p.record, p.at)
			switch {
			case a.json:
				return a.reply(explained{p.record.ID, p.at.UTC(), e.Holds, e})
			case mermaid:
				return a.printf("%s", e.Mermaid())
			}
			return a.printf("%s\n", a.style().marks(e.String()))
		},
	}
	f.add(c)
	c.Flags().BoolVar(&mermaid, "mermaid", false, "write the tree as a flowchart for Mermaid")
	return c
}
