// Cluster shows segments over several machines on one: three brokers and three workers, each a
// process of its own, that are killed and stopped while you watch, and in the end the proof that
// nothing was lost.
//
//	cd examples/cluster && go run .
//
// README.md says what to look at.
//
// # Reading the code
//
// In reading order; no file names what a later one declares. A host of your own needs what is in
// engine.go, load.go and worker.go, which are short; the rest makes the processes, the page and
// the proof.
//
//   - what is sent: config.go, guard.go (goroutines that end together), segments.go (ten segments),
//     people.go (contacts, and what they do), load.go
//   - processes: engine.go (how they reach the brokers), line.go (what a child says), broker.go
//     (a NATS server), worker.go, child.go (how they are started, and die with their parent)
//   - what is known: event.go, partition.go, board.go, told.go, sight.go
//   - who does it: plan.go, director.go (starts and kills), watch.go (hears commits), ask.go
//     (asks how many members segments have)
//   - what is shown: verdict.go, plain.go, palette.go, table.go, paint.go, page.go
//   - all of it: show.go (the course of it), main.go
package main
