// Package eventlog keeps the events of very many contacts in memory: for each
// contact and event name the events in order of instant, and of arrival where
// instants are equal.
//
// A contact is a row number, dense from 0; an event name is a number too, see
// [Log.Name]. A [Log] is for one goroutine; [Log.Freeze] gives a [View] of its
// state at that moment for any number of others, while the log goes on.
//
// Events lie in blocks of 256 rows, in slabs without pointers, so that the
// garbage collector has nothing to walk, and a block is copied when it is
// written to and a view has it.
//
// # The words
//
//   - stream: the events of one contact with one name, oldest first.
//   - slab: a slice that all streams of a block share; chunk: the part of it that one
//     stream has, in one of some sizes, which are its class.
//   - slot: where an event of a stream stands; its instant, its record and a byte of the
//     hash of its id are kept by slot.
//   - record: the id and the properties of an event, which are written once and never move
//     with it; their order is the order of arrival.
//   - code: an id in few bytes, without loss; pattern: what counted ids have in common.
//   - arena: the records of a block, and the properties, each once if it comes again soon.
//   - heavy: a row with so many events that its ids are found by a hash table.
//   - line: the events of one name in order of time over all rows of a block, which counts
//     a window for all of them at once.
//   - epoch: how many views were taken; what is of an older one is copied before it is
//     written to.
//
// # Reading order
//
// log.go the log; block.go, block_pack.go and arena.go where events lie; stream.go those
// of one contact and name, reader.go all of a contact; instant.go and id.go instants and
// event ids, idset.go which ids a contact has had; merge.go the streams of a contact put
// together; space.go which chunks are free; line.go, line_make.go, count.go, kth.go and
// last.go the events of one name in order of time over all contacts; encode.go and
// decode.go the bytes in a snapshot.
package eventlog
