// Package durable keeps an index over restarts. A [Store] is an index with a log of the
// calls that were made and snapshots of what they came to, in a directory: whatever was
// told to a caller is there again after a crash, once and unchanged, and so are the diffs
// that nobody has acknowledged yet.
//
//	store, err := durable.Open("segments", durable.Options{})
//	diffs, err := store.Apply(segment.Update{Contact: "ann", At: now, Join: []string{"trial"}})
//
// A call is applied to the index first and logged with what came of it; its diffs are
// returned once the log is on the disk. Calls that wait at the same time share one write:
// the more callers, the more calls a second. When the store is opened, the newest snapshot
// is read and the calls behind it are made again; they must come to the same diffs, byte for
// byte, or the error says which call did not.
//
// Reading goes to the index itself, [Store.Index]. It may show what is not on the disk yet,
// and so what a crash takes back; the diffs never do.
//
// # The words
//
//   - call: updates that were applied together, an instant to which time was let run, a
//     definition or a drop. It is one record of the log.
//   - durable: on the disk for good.
//   - outbox: the diffs that some consumer has not acknowledged.
//   - consumer: who takes diffs from the outbox in order, under a name that outlives it.
//   - producer: who sends calls, and numbers them, so that one that is sent twice is applied
//     once.
//   - environment: what answers hang on besides the data: [segment.Environment].
//   - poisoned: after an error of the log on the disk nothing is written any more, and the
//     store can be read. Opening it again reads what is there. A snapshot that cannot be
//     written poisons nothing.
//
// # Reading order
//
// fault.go mistakes for tests; error.go what can go wrong; options.go how a store is opened; record.go a call as bytes;
// outbox.go diffs and consumers; core.go the machine, one step at a time; image.go its
// snapshots; replay.go calls made again; open.go how it comes back; store.go the store, with
// its goroutine; calls.go the calls that write; snapshot.go when snapshots are made;
// stats.go what there is to watch; consumer.go who takes diffs; verify.go a check of a directory.
//
// The log itself, and how it is proven on a disk that is simulated, is package
// internal/journal.
package durable
