package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/charmbracelet/x/term"
)

// What the program ends with.
const (
	exitEqual       = 0
	exitWrong       = 1 // the comparison has found something, or a process has ended by itself
	exitTrouble     = 2 // it could not be run
	exitInterrupted = 130
)

func main() {
	if len(os.Args) == 3 && (os.Args[1] == string(isBroker) || os.Args[1] == string(isWorker)) {
		fmt.Fprintln(os.Stderr, play(role(os.Args[1]), os.Args[2]))
		os.Exit(exitTrouble)
	}
	var c config
	flag.DurationVar(&c.lasts, "for", time.Minute, "how long the load lasts")
	flag.IntVar(&c.partitions, "partitions", 8, "over how many partitions contacts are spread")
	flag.Float64Var(&c.rate, "rate", 400, "messages a second, of which each has one to three updates")
	flag.IntVar(&c.contacts, "contacts", 4_000, "how many contacts to make up")
	flag.Uint64Var(&c.seed, "seed", 1, "other contacts, and other victims, for another number")
	flag.BoolVar(&c.plain, "plain", false, "one line a second in place of the page; so it is where there is no terminal")
	flag.StringVar(&c.dir, "dir", "", "where brokers keep their streams, and processes their logs; a temporary folder if it is not given, which is removed")
	flag.Parse()
	os.Exit(exit(c))
}

// exit runs the cluster, and returns what the program ends with.
func exit(c config) int {
	ctx, cancel := context.WithCancelCause(context.Background())
	defer cancel(nil)
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	go func() {
		<-signals
		cancel(errInterrupted)
	}()
	if !term.IsTerminal(os.Stdout.Fd()) || !term.IsTerminal(os.Stdin.Fd()) {
		c.plain = true
	}
	v, err := run(ctx, c, os.Stdout)
	switch {
	case errors.Is(err, errInterrupted):
		fmt.Fprintln(os.Stderr, "cluster:", err)
		return exitInterrupted
	case err != nil:
		fmt.Fprintln(os.Stderr, "cluster:", err)
		return exitTrouble
	case !v.good():
		return exitWrong
	}
	return exitEqual
}
