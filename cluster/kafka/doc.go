// Package kafka runs a cluster of segments on Kafka: an [Engine] is a [cluster.Engine] on
// brokers that people already have. Brokers are of version 3.6 or later.
//
//	o := kafka.Options{Brokers: []string{"kafka-1:9092"}, Name: "shop"}
//	err := kafka.Setup(ctx, o) // once
//	e, err := kafka.Open(ctx, o)
//	r := cluster.Runner{Broker: e, Signs: e, Input: e, Member: cluster.Member{Name: host}}
//	err = r.Run(ctx)
//
// # What is where
//
// A cluster has five topics, which [Setup] makes, with a partition for each of its own:
//
//   - NAME-in, the input. A position is the offset of a record and one. Transactions leave marks
//     in the log, so that positions have gaps.
//   - NAME-diff, the output: a record for each commit, in a transaction of its own.
//   - NAME-snap and NAME-list: snapshots in chunks of 512 KiB, and the list that says which
//     chunks are a snapshot. The design had the list among the chunks; apart, it is read without
//     reading what it lists. The three highest are kept; [Engine.Trim] lets go of the input that
//     no snapshot needs.
//   - NAME-signs, one partition: signs of life.
//
// Nothing is ever deleted by age but signs of life.
//
// # The fence
//
// Each partition of the output has a transactional id, NAME-0 and so on. Who wants to commit
// becomes its producer: Kafka answers when the transactions of all others are ended, and refuses
// whatever they send later. Only then is the last commit read. From there on the producer knows
// the end of the output without asking, since nobody else can write; a commit is appended only
// if the expected position is that end. So the place decides, atomically, as package cluster
// wants it.
//
// To be fenced does not mean that the place is taken: somebody may only have looked. A commit
// that is fenced before its transaction was to be ended looks itself, and goes on if the place
// is still free; so two that work on one partition by mistake take turns, and need not load
// anew each time. After anything else that fails the producer is given up, and the next commit
// looks anew. What fails before the end of a transaction was asked for is never committed
// ([ErrNotCommitted]); after that, nobody knows, not even when the answer is that the producer
// is fenced, for the client may have asked twice.
//
// What is open in an output hides what lies behind it. A reader that stopped there would take an
// old commit for the last, so that it is an error ([ErrOpen]) if it does not end soon.
//
// # Time
//
// The instant of a message is set by who sends it. Kafka could set it, but then each partition
// would have its own for one broadcast. What follows:
//
//   - A sender whose clock is ahead moves the clock of the partitions to which it sends, for the
//     clock of a partition does not go back. Setup has Kafka refuse what is ahead by more than a
//     minute. A clock that is behind is no harm.
//   - What is broadcast is one transaction over all partitions, of one transactional id for the
//     cluster, so that all have one order. Its instant is some 200 milliseconds ahead, and it is
//     committed only if all of it was written while the instant was still ahead by Options.Skew.
//     So no message before it, in any partition, is later than it, as long as the clocks of all
//     who send differ by less than Skew. Then the partitions tell what one index tells. If they
//     differ by more, each partition still tells what its own input comes to.
//   - What comes right behind a broadcast is at its instant at the earliest, in every partition.
//
// Whose clock ends a lease? That of who reads the signs, compared with itself: a sign holds for
// Options.Lease from when it is read. Who begins to read hears of some who are dead, and holds
// them for alive once. It is a matter of when partitions are taken over, and of nothing else.
//
// # What Kafka must be
//
// Topics are made with three replicas of which two have a record before it counts, and a leader
// is only elected of those that have all. Those of Kafka's own topic of transactions are the
// brokers' settings: transaction.state.log.replication.factor 3, transaction.state.log.min.isr 2.
// Kafka forgets a transactional id after a week without use (transactional.id.expiration.ms); a
// commit then looks anew. Before 3.6 a record that was held up for long could be written behind
// the end of its transaction, which leaves it open for ever.
//
// Rights that are needed: to read, write and describe the topics and their configurations; to
// delete records; to write and describe the transactional ids; for Setup, to create topics.
//
// # Reading the code
//
// In reading order; no file names what a later one declares.
//
//   - how it is set up: error.go, options.go, topic.go, check.go, setup.go
//   - what franz-go has not, or not so: route.go (leaders), fetch.go (reading from anywhere),
//     session.go (transactions that are given up at the first doubt)
//   - what is known without asking: ends.go (of the input), roll.go (who lives)
//   - the engine: engine.go, input.go, append.go, output.go, follow.go, list.go and snap.go
//     (snapshots), trim.go, signs.go
//
// How it is proven: kill_test.go, and cut_test.go for what happens to answers.
package kafka
