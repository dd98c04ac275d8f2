package main

import (
	"context"
	"fmt"
	"io"
	"time"
)

// The page where there is no terminal: one line a second, and a line for each event.

// plainly writes what a page shows, until the context ends.
func plainly(ctx context.Context, b *board, w io.Writer) {
	told := 0
	for n := 1; ctx.Err() == nil; n++ {
		pause(ctx, time.Second)
		s := b.see(time.Now())
		told = s.tell(w, told, false)
		if ctx.Err() == nil {
			fmt.Fprintln(w, s.line())
		}
	}
	s := b.see(time.Now())
	s.tell(w, told, true)
}

// tell writes the events behind those that are told, up to one that may still grow unless all
// are wanted, and returns how many are told then.
func (s *sight) tell(w io.Writer, told int, all bool) int {
	for ; told < len(s.events); told++ {
		e := s.events[told]
		if !all && e.grows() && s.now.Sub(e.changed) < time.Second {
			break
		}
		fmt.Fprintf(w, "%6s s  * %s\n", seconds(e.at.Sub(s.began)), e)
	}
	return told
}

// line is a sight in one line.
func (s *sight) line() string {
	return fmt.Sprintf("%6s s  %s: %d of %d brokers, %d of %d workers; messages %s, %s/s; diffs %s, %s/s; lag %s; gaps %d",
		seconds(s.since), s.phase, s.atWork(isBroker), s.count(isBroker), s.atWork(isWorker), s.count(isWorker),
		thousands(s.all.entries), thousands(int(s.all.messages)), thousands(s.all.diffs), thousands(int(s.all.rate)), thousands(s.all.lag), s.all.gaps)
}
