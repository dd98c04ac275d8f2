package cli

import (
	"time"

	"github.com/spf13/cobra"
)

// An evaluated is the output of eval.
type evaluated struct {
	Contact string    `json:"contact"`
	At      time.Time `json:"at"`
	Holds   bool      `json:"holds"`
}

func newEval(a *app) *cobra.Command {
	var f contactFlags
	var asCode bool
	c := &cobra.Command{
		Use:   "eval RULE CONTACT",
		Short: "Say whether a contact matches a rule",
		Long: `Eval prints true or false.

` + contactHelp,
		Example: `  segment eval 'age >= 18' '{"id": "ann", "age": 17}'
  segment eval --exit-code rule.txt - < contact.json && echo in`,
		Args: cobra.ExactArgs(2),
		RunE: func(_ *cobra.Command, args []string) error {
			p, err := a.pair(&f, args)
			if err != nil {
				return err
			}
			holds := p.program.Match(p.record, p.at)
			if a.json {
				err = a.reply(evaluated{p.record.ID, p.at.UTC(), holds})
			} else {
				err = a.printf("%t\n", holds)
			}
			if err == nil && asCode && !holds {
				return found()
			}
			return err
		},
	}
	f.add(c)
	c.Flags().BoolVar(&asCode, "exit-code", false, "end with exit code 1 if the contact does not match")
	return c
}
