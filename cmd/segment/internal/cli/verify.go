package cli

import (
	"errors"
	"io/fs"
	"time"

	"github.com/spf13/cobra"

	"github.com/segmentrules/segment/durable"
)

// A verified is the output of verify.
type verified struct {
	Sound     bool     `json:"sound"`
	Snapshots int      `json:"snapshots"`
	Logs      int      `json:"logs"`
	Records   int      `json:"records"`
	Bytes     int64    `json:"bytes"`
	Damaged   []string `json:"damaged"` // each names a file
	Torn      string   `json:"torn"`    // what the next opening will cut off; empty for nothing
	Leftover  []string `json:"leftover"`
}

func newVerify(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "verify DIRECTORY",
		Short: "Read all that a store may need again, and name what is damaged",
		Long: `Verify reads the snapshots and logs of a store, and names every file in which something is
damaged, with the place. It changes nothing. The store must not be open to write. The bar
shows the time that it takes, and no share: reading does not tell how far it is.

The exit code is 1 if something is damaged. An interrupted write at the end, as after a power
cut, is no damage: the next opening cuts it off.`,
		Example: `  segment verify data`,
		Args:    cobra.ExactArgs(1),
		RunE:    func(_ *cobra.Command, args []string) error { return a.verify(args[0]) },
	}
}

func (a *app) verify(dir string) error {
	c, err := a.verifying(dir)
	if err != nil {
		if errors.Is(err, durable.ErrNoStore) && !errors.Is(err, fs.ErrNotExist) {
			return input("%s: %v", dir, err)
		}
		return unreachable(err)
	}
	out := verified{Sound: len(c.Damaged) == 0, Snapshots: c.Snapshots, Logs: c.Logs, Records: c.Records, Bytes: c.Bytes,
		Damaged: []string{}, Torn: c.Torn, Leftover: append([]string{}, c.Leftover...)}
	for _, d := range c.Damaged {
		out.Damaged = append(out.Damaged, d.Error())
	}
	if err := a.tellVerified(out); err != nil {
		return err
	}
	if !out.Sound {
		return found()
	}
	return nil
}

// verifying verifies, and shows that it goes on.
func (a *app) verifying(dir string) (durable.Check, error) {
	b := a.bar("reading the store", 0, false)
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	type outcome struct {
		check durable.Check
		err   error
	}
	done := make(chan outcome, 1)
	go func() {
		c, err := durable.Verify(dir)
		done <- outcome{c, err}
	}()
	for {
		select {
		case <-tick.C:
			b.Tick()
		case o := <-done:
			b.Done(o.err == nil)
			return o.check, o.err
		}
	}
}

func (a *app) tellVerified(v verified) error {
	if a.json {
		return a.reply(v)
	}
	s := a.style()
	for _, d := range v.Damaged {
		if err := a.printf("%s %s\n", s.red("damaged:"), d); err != nil {
			return err
		}
	}
	if v.Torn != "" {
		if err := a.printf("%s %s\n", s.yellow("an interrupted write, which the next opening cuts off:"), v.Torn); err != nil {
			return err
		}
	}
	for _, file := range v.Leftover {
		if err := a.printf("%s %s\n", s.yellow("an unfinished file, which the next opening removes:"), file); err != nil {
			return err
		}
	}
	verdict := s.green("sound")
	if !v.Sound {
		verdict = s.red("damaged")
	}
	return a.printf("%s: %s, %s, %s, %s read\n", verdict, counted(v.Snapshots, "snapshot"), counted(v.Logs, "log"), counted(v.Records, "record"), counted(int(v.Bytes), "byte"))
}
