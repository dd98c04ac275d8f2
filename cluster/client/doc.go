// Package client is for programs around a cluster: those that send what happens, and those
// that are told who enters and leaves. Both need a part of an engine only, and no worker.
//
//	p, err := client.NewProducer(engine, client.Options{Name: "shop"})
//	err = p.Define(ctx, segment.Segment{ID: "pro", Condition: segment.MustParse(`plan = "pro"`)})
//	err = p.Publish(ctx, segment.Update{Contact: "ann", Set: map[string]segment.Value{"plan": segment.Text("pro")}})
//
//	r, err := client.NewReader(engine, client.ReaderOptions{})
//	for d, err := range r.Subscribe(ctx, cursor) {
//		if err != nil {
//			return err
//		}
//		fmt.Println(d.Partition, d.Diff)
//		cursor.Take(d)
//	}
//
// Questions such as how many contacts a condition holds for are asked with package query
// beside this one.
//
// # Sending
//
// After an error of an engine nobody knows whether a message was appended, or will be. So a
// message is sent again, and each has a number by which partitions know it again. A partition
// drops what is not above the last number of its sender; therefore at most one message of a
// sender is under way to a partition, and its number is never given to another. Calls for
// different partitions go on at once.
//
//   - A [Producer] numbers by itself, under a name that is its own for as long as it lives:
//     the name that it was given, and random letters. Two processes that are given one name
//     do each other no harm. What a process had under way when it died is in the input or not;
//     if that matters, keep what is to be sent and use a Relay.
//   - A [Relay] sends what a log or an outbox has, under the numbers that it has there, which
//     are the same after a restart. Two processes that send the same log at once, each in
//     order, do no harm: what comes second is dropped.
//
// What no worker could accept is refused here, before anything is sent. What the index refuses
// as it stands then, such as a segment that refers to one that is not there, the partitions
// count (cluster.Commit.Refused), and no producer hears of.
//
// # Being told
//
// A [Reader] checks that the revisions of each partition follow each other, and compares the
// checksum over all diffs with that of the worker: a [*GapError] and a [*ChangedError] say
// what is wrong. It goes on after errors of the engine. A [Cursor] says how far it is, and can
// be stored. There is no order between partitions but by the instants of the diffs.
//
// # The words
//
//   - sender: under whose name messages are numbered.
//   - lane: the way of one sender to one partition, on which one message is at a time.
//   - pending: of a message, sent and of unknown outcome.
//   - place: how far a partition's output has been read, [Place]; all of them are a [Cursor].
//
// # Reading the code
//
// In reading order; no file names what a later one declares.
//
//   - rest.go (waiting after errors), cursor.go (places, and diffs with them), error.go
//   - sending: options.go (and what is refused), sender.go (numbers and lanes), mark.go (what was
//     sent), parts.go (a call, by partitions), producer.go, relay.go
//   - being told: track.go (what is checked), reader.go (commits), subscribe.go (diffs)
package client
