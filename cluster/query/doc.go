// Package query answers questions about a cluster: how many contacts a condition holds for,
// who is in a segment and why. Each member answers for its partitions over HTTP ([Handler]);
// a [Cluster] asks all members and puts the answers together.
//
//	runner := &cluster.Runner{…, Member: cluster.Member{Name: "a", Address: "http://10.0.0.7:8080"}}
//	http.Handle("POST "+query.Path, query.Handler(runner, query.HandlerOptions{Authorize: check}))
//
//	c, err := query.New(engine, query.Options{Client: withToken})
//	n, at, err := c.Count(ctx, segment.MustParse(`plan = "pro"`))
//
// # What an answer is of
//
// Each partition answers for itself, as of one moment of its own, and says of which: a [State]
// has the position of the last message of the input that is done, the clock, and the place in
// the output. Two partitions answer as of different moments; of one there are never two
// answers in one.
//
//   - A member may be ahead of what it has committed. That is right: its state is a function
//     of the input, which is durable.
//   - An answer is never behind one that the same Cluster has had of the partition before.
//   - Who has sent something and wants it to be in the answer asks with [Cluster.After], and a
//     mark of the producer (client.Producer.Sent). A message that was refused counts as read.
//   - Time in a partition stands at its last message. Members leave in time all the same: the
//     worker sends a tick when something falls due. But a question of another condition, such
//     as DID opened IN LAST 1 HOUR, is answered as of State.Now, which may be long ago where
//     nothing happens. Send a tick (client.Producer.Tick) and ask behind it to have it as of now.
//   - All answers together are what one index with all contacts would say, if the partitions
//     have read the same broadcasts, and their clocks are the same.
//
// # Where answers come from
//
// Who has which partition is computed from the signs of life (cluster.Shares). A member says
// which of those it was asked for it does not have; these are asked for again, of the owner and
// now and then of others, until the context ends. If some have not answered by then, the error
// is an [*IncompleteError], which names them; the answer that comes with it is of the others.
//
// # The words
//
//   - question, answer: what is asked of some partitions, and what one of them says.
//   - need: what a partition must have read before it may answer.
//   - ask: one request to one member under way.
//
// # Reading the code
//
// In reading order; no file names what a later one declares.
//
//   - state.go (what an answer is of), wire.go (questions and answers as JSON)
//   - members: problem.go (errors), prepare.go (reading a question), look.go (one partition
//     answers), handler.go
//   - who asks: error.go, cluster.go, ask.go (one request), gather.go (all partitions), each.go
//   - questions: count.go, preview.go, members.go, metrics.go, contact.go
package query
