// Package cluster spreads one set of segments over many machines: contacts over partitions,
// each of which is an index of its own, fed from a broker that keeps an input of calls and
// an output of diffs. It knows no broker in particular. Modules nats, kafka and sql
// beside it have engines for NATS JetStream, Kafka and PostgreSQL; [Fake] is one in memory.
//
//	w, err := cluster.NewWorker(broker, partition, cluster.Options{})
//	for {
//		idle, err := w.Step(ctx) // reads, makes calls, commits; after an error it loads anew
//		…
//	}
//
// [Runner] does that for all partitions that are this process's share.
//
// Programs that send messages and that are told diffs use package client, which is below this
// one; questions, such as who is in a segment, are asked with package query.
//
// # What is told
//
// The diffs of a partition are a function of its input: each is committed once, in order,
// whoever dies, sleeps or is cut off, and however often. The partitions together tell what
// one index with all contacts tells, if the instants that the broker stores do not go back.
//
//   - Definitions, drops, epochs and ticks are broadcast: all partitions read them in one
//     order with their own input. Contacts do not know each other, so nothing else need be.
//   - The instant of a call is when the broker has stored its message, or the clock of the
//     partition if that is later. Time runs to it, that very instant too, before the call.
//   - A commit is diffs and how far the input is read, appended in one step at a place that
//     must be free. That is the fence: a worker that was thought dead, and wakes up, finds
//     its place taken. Who owns a partition is not agreed on; it is only a matter of doing
//     the work once.
//   - One commit is under way at a time. After an unknown outcome the worker forgets its
//     state and asks what is committed. Several under way, each fenced by its place alone,
//     are no fence: when the first is refused, the second may fit behind the commit of
//     another worker. The simulation finds that mistake, among others: see fault.go.
//   - A worker that loads reads the input again, from a snapshot or from the beginning. What
//     is committed it compares by a checksum over all diffs, and does not commit again.
//   - What is no message, and what the index refuses, is counted and skipped by all alike.
//     What is a message of a later version holds the partition up until such a worker comes.
//
// # Another version of the code
//
// Answers hang on [segment.Environment]. An [Epoch] in the input names the one that reads
// what follows. Workers of the environment before commit up to there, put a snapshot and
// step down ([EnvironmentError]); those of the other begin with it. Keep some of the former
// running until every partition has gone over: without that snapshot the input before the
// epoch can be read again by them alone. Memberships stay as they were until something
// changes for the contact; define segments again to have them right by the new code.
//
// # What a host must see to
//
//   - The input is kept from the oldest snapshot that is needed on, and the last commit of
//     every partition for ever.
//   - Messages are sent once, or with a producer and a number; conditions are resolved
//     (index.Options.Resolve) and updates fitted to a schema (index.Options.Fit) before they are
//     sent. Package client does all that.
//   - An input begins with an epoch, which also says how many partitions there are, for
//     ever.
//
// # The words
//
//   - position: the place of a message in the input, or of a commit in the output.
//   - commit: diffs and how far the input is read: [Commit].
//   - load: to find out what is committed, and to come to the same.
//   - poison message: one that no worker can read.
//   - member: a process that takes its share of the partitions.
//
// # Reading the code
//
// In reading order; no file names what a later one declares.
//
//   - what is sent: fault.go (mistakes for tests), error.go, broker.go (what a broker does),
//     transport.go (what producers, readers and members ask), partition.go (contacts spread), message.go, commit.go
//   - one partition: senders.go (numbers of messages), machine.go (what the input comes to),
//     image.go (a snapshot as bytes), snapshot.go (taken now and put later), worker.go (the
//     worker and its options), view.go (looking at its state), load.go (how it comes back),
//     keep.go (when it takes a snapshot), step.go (one step)
//   - a process: share.go (who has which partition), room.go (how much at once), status.go
//     (how partitions are doing), tend.go (a goroutine for each), runner.go (all of them)
//   - brokers in memory: fake.go, unruly.go (one that misbehaves)
//
// How it is proven: sim_test.go and oracle_test.go.
package cluster
