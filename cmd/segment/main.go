// Segment is the command of the library: it checks and explains rules, counts who matches in
// files and databases, replays what happened, and serves segments over HTTP.
//
//	go run . check 'country = "US" AND opened >= 5 emails IN LAST 30 DAYS'
//
// docs/command.md has every subcommand with an example. The code is in internal: cli the
// subcommands, one a file; rules what a rule is given as; source, contacts and tally files of
// contacts; dbcheck databases; bar progress. This file is the process around them.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"github.com/segmentrules/segment/cmd/segment/internal/cli"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	go func() {
		<-ctx.Done()
		stop() // a second signal ends the process at once
	}()
	code := cli.Main(ctx, os.Args[1:], cli.OfProcess())
	os.Exit(code)
}
