// Million shows package index under load: a million made-up contacts of 26
// fields, twenty million events, and thousands of segments like those people
// define, all of them current at every moment.
//
// It defines the segments, loads the contacts with their past, and then lets
// them live: events arrive, fields change, lists are joined and left, and time
// passes, far faster than on a wall clock. Rates and latencies are shown while
// it runs, and a table at the end, after memberships of some contacts have been
// recomputed with segment.Evaluate.
//
//	go run ./examples/million                                    # needs several GiB and some minutes
//	go run ./examples/million -contacts 100000 -events 2000000   # a tenth of it
//
// Read people.go (contacts and events), rules.go (segments), life.go (what a
// host does) and meter.go (measuring).
package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"time"
)

// A Size is how much there is of everything.
type Size struct {
	contacts, events, segments int
	shards                     int           // of the index, see index.Options
	life                       time.Duration // how long to live, on the wall clock
	updates                    int           // after how many updates to stop before that; 0 means never
	checked                    int           // contacts
}

var (
	start = time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC) // where the clock of the index begins
	past  = 90 * 24 * time.Hour                         // how long before that the events of the load lie
)

func main() {
	var size Size
	flag.IntVar(&size.contacts, "contacts", 1_000_000, "how many contacts")
	flag.IntVar(&size.events, "events", 20_000_000, "how many events they have done when life begins")
	flag.IntVar(&size.segments, "segments", 5_000, "how many segments")
	flag.IntVar(&size.shards, "shards", 1, "over how many shards the index spreads the contacts")
	flag.IntVar(&size.checked, "check", 200, "how many contacts to check at the end")
	seconds := flag.Float64("seconds", 30, "how long to let them live")
	flag.Parse()
	size.life = time.Duration(*seconds * float64(time.Second))
	info, err := os.Stdout.Stat()
	live := err == nil && info.Mode()&os.ModeCharDevice != 0
	if err := run(os.Stdout, live, size); err != nil {
		fmt.Fprintln(os.Stderr, "million:", err)
		os.Exit(1)
	}
}

// run loads, lives, checks and sums up.
func run(w io.Writer, live bool, size Size) error {
	if size.contacts < 1 || size.events < 1 || size.segments < 0 {
		return fmt.Errorf("there must be contacts and events")
	}
	world, err := newWorld(&Screen{w: w, live: live}, size)
	if err != nil {
		return err
	}
	if err := world.load(); err != nil {
		return err
	}
	if err := world.live(); err != nil {
		return err
	}
	if err := world.look(); err != nil {
		return err
	}
	if err := world.check(); err != nil {
		return err
	}
	world.table(w)
	return nil
}
