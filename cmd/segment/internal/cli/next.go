package cli

import (
	"time"

	"github.com/spf13/cobra"
)

// A nextReply is the output of next.
type nextReply struct {
	Contact string     `json:"contact"`
	At      time.Time  `json:"at"`
	Holds   bool       `json:"holds"`
	Next    *time.Time `json:"next"` // null for never
}

func newNext(a *app) *cobra.Command {
	var f contactFlags
	c := &cobra.Command{
		Use:   "next RULE CONTACT",
		Short: "Say when the answer for a contact will change by itself",
		Long: `Next gives the earliest instant at which the answer for a contact can change if nothing
happens but that time passes, or "never".

` + contactHelp,
		Example: `  segment next 'last_login OLDER THAN 90 days' '{"id": "ann", "last_login": "2026-03-01T09:00:00Z"}'`,
		Args:    cobra.ExactArgs(2),
		RunE: func(_ *cobra.Command, args []string) error {
			p, err := a.pair(&f, args)
			if err != nil {
				return err
			}
			out := nextReply{Contact: p.record.ID, At: p.at.UTC(), Holds: p.program.Match(p.record, p.at)}
			next, ok := p.program.Next(p.record, p.at)
			if ok {
				utc := next.UTC()
				out.Next = &utc
			}
			switch {
			case a.json:
				return a.reply(out)
			case !ok:
				return a.printf("never\n")
			}
			return a.printf("%s\n", next.Format(time.RFC3339Nano))
		},
	}
	f.add(c)
	return c
}
