// Package nats is a [cluster.Engine] on NATS JetStream: the input, the commits and the
// snapshots of a cluster are streams of servers that people already run.
//
//	nc, err := nats.Connect("nats://one:4222,nats://two:4222,nats://three:4222")
//	err = nats.Setup(ctx, nc, nats.Options{Name: "shop"})       // once, or every time
//	engine, err := nats.Open(ctx, nc, nats.Options{Name: "shop"})
//	runner := cluster.Runner{Broker: engine, Signs: engine, Input: engine, Member: cluster.Member{Name: "a"}}
//	err = runner.Run(ctx)
//
// # The streams
//
//   - NAME_IN has the messages, on the subject NAME.in.P for partition P and NAME.in.all for
//     all of them. The position of a message is its sequence in the stream. A partition is read
//     by a consumer of both subjects, so that all partitions have the broadcasts in one order
//     with their own messages, each with the instant at which it was stored.
//   - NAME_DIFF has the commits, on NAME.diff.P.
//   - NAME_SNAP has the snapshots, on NAME.snap.P.ID, and a list of them on NAME.snap.P.list.
//
// The first two refuse what they have no room for (discard: new), and nothing in them grows
// old: a limit of age or number would take input that is still needed, or the last commit of
// a quiet partition, and with it the fence. [Setup] makes the streams so, and [Open] checks.
// A limit of bytes may be set: then producers, or workers, get an error at that limit.
// [Engine.Trim] and [Engine.TrimOutput] let go of what nobody needs. Nobody else should purge,
// and never by subject.
//
// Signs of life are plain messages on NAME.sign that no server keeps.
//
// # The fence
//
// A commit says in a header which sequence the last message of its subject must have
// (Nats-Expected-Last-Subject-Sequence), and the server appends it or refuses it. What that
// rests on in a replicated stream was read in the source of server 2.15.3:
//
//   - Only the leader of the stream compares, when it proposes a message to the others, under
//     one lock. It refuses the message if another one of that subject is proposed and not
//     applied yet, else it compares with the last one that is applied. So of two commits to
//     one place the second is refused, whether the first is stored or still on its way.
//   - A server that is elected takes no messages before it has applied everything in its log,
//     so that it compares with all that leaders before it had proposed and that survived. What
//     a former leader had proposed and that did not survive is nowhere.
//   - A message that was compared under one leadership cannot be proposed under a later one:
//     the proposal carries the term, and is dropped if the term has changed.
//   - The proposal also carries the place in the stream for which it was made. When it is
//     applied, by every server alike, it is stored at that very place or not at all. So if a
//     leader had counted wrong the message would be dropped, and not stored elsewhere.
//   - An answer is sent when the message is applied, which is after most servers have written
//     it. "Wrong last sequence" is sent instead of a proposal: nothing was appended then. The
//     client library sends a request a second time only if no server had taken it, and this
//     package asks it not to.
//
// What it does not rest on: Nats-Expected-Last-Msg-Id. A worker has one commit under way, and
// the sequence that it names is that of a commit that was applied, so nothing else can come to
// stand at that sequence. With several under way that would not be so.
//
// A commit whose answer is missing is sent again with the same header, until it is known what
// stands at its place: at most one of the copies can be there. So the election of a leader
// costs a worker some seconds, and not its state.
//
// There is one stream for the commits of all partitions, and not one for each. It has one log,
// so that commits of many partitions are synced to disk together; there is one leader to be
// elected and not 256; one consumer follows all partitions. README.md has what that is worth.
// The price is that one leader takes all commits. It takes about as many as the leader of the
// input takes messages, and a commit has up to a thousand of them.
//
// # Reading
//
// A consumer of a stream numbers what it delivers, and so a message that the connection has
// lost is noticed. Messages that were purged before the consumer came to them are not in these
// numbers. Therefore [Engine.Read] asks, once it has some messages and before it returns them,
// for the first sequence that the stream still has; partitions that ask at once share the
// answer. In the output every commit names the one before it.
//
// # What the servers must be
//
//   - Three or more, and Replicas 3, so that the loss of one loses nothing and stops nothing
//     for long.
//   - sync_interval: always. A server that answers before its disk has the message loses it
//     with the power, and if two do so at once a commit that was told is gone: the next worker
//     commits something else at its place, and readers have seen diffs that never were.
//     Nothing in a stream says how its server syncs, so that Setup cannot check it.
//   - 2.15 or later. From there on replicated streams sync in groups: with many messages under
//     way that costs little. One replica that syncs always syncs every message by itself, and
//     is slow. The version of the server that one is connected to is checked.
//   - Clocks that agree within a second. The instant of a message is that of the leader.
//
// # Reading the code
//
// In reading order; no file names what a later one declares.
//
//   - what all use: error.go, options.go (names and numbers), setup.go (the streams; asking
//     again)
//   - parts of an engine: flow.go (a consumer), floor.go (what is still kept), reader.go (the
//     consumer of a partition), ear.go (who lives)
//   - the engine: engine.go (opening), input.go (messages are sent), read.go, commit.go (the
//     fence), snaplist.go, snap.go, follow.go, signs.go, trim.go
package nats
