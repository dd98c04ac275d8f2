// Package live drives an index by the clock: members leave when their time has come though
// nobody calls, questions are answered as of now, and whoever wants to know who enters and
// leaves is told all of it, in order.
//
// An index is a state machine: it has no clock of its own, and returns its diffs to whoever
// calls. A program that embeds one needs a lock over reading the clock and applying, a timer,
// and a way from the diffs to those who wait for them. A [Host] is that, over an index or a
// durable store:
//
//	h := live.New(live.OverIndex(index.New(index.Options{})), live.Options{})
//	defer h.Close()
//	go func() {
//		for d, err := range h.Subscribe(ctx, 0) {
//			if err != nil {
//				return
//			}
//			fmt.Println(d)
//		}
//	}()
//	h.Define(segment.Segment{ID: "active", Condition: segment.MustParse("DID opened IN LAST 30 DAYS")})
//	h.Apply(segment.Update{Contact: "ann", Events: []segment.Event{{ID: "1", Name: "opened", At: h.Now()}}})
//
// # What holds
//
//   - What is told is what an index returns that is called one by one, with
//     Advance to the instant of each call before it. It does not depend on how many goroutines
//     call, nor on when the timer runs.
//   - Every diff is told to every subscriber once, in order of revision, and not before it is
//     safe. A subscriber that cannot be told all gets a [*ResyncError], never a gap.
//   - Time that has passed at once, as after the computer has slept, is made up for in bites,
//     between which other calls come.
//   - A host has one goroutine. Subscribers and sinks run in those of their callers.
//
// # Words
//
//   - machine: what a host drives, an index or a store that keeps one over restarts.
//   - now: the later of the time of day and the clock of the index.
//   - errand: what a call wants of the machine, with the instant up to which time is to run.
//   - turn: what is done of an errand while the lock is held once: a bite of time, or the last
//     one and the call.
//   - told: of a diff, that subscribers can have it.
//   - feed: the newest diffs that are told, and those that wait for others before them.
//   - sink: what carries diffs out of the program, and keeps in a cursor how far it has come.
//
// # Reading the code
//
// The files are in chapters, and no file names what a later one declares. In reading order:
//
//   - around a host: clock.go and manual.go (clocks, the second for tests), machine.go, error.go,
//     meter.go and counters.go (numbers about all that)
//   - the feed: feed.go
//   - the host: options.go, host.go, turn.go (how a call gets its turn), timer.go (the
//     goroutine), open.go, refuse.go, write.go, import.go and read.go
//   - subscribers: subscribe.go, pace.go (which diffs are told where few are wanted) and
//     coalesce.go (when)
//   - sinks: backoff.go, cursor.go, signature.go, webhook.go and webhook_send.go, outbox.go and
//     outbox_write.go
package live
