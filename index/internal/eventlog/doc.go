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
// # Reading order
//
// log.go the log; block.go, block_pack.go and arena.go where events lie; stream.go those
// of one contact and name, reader.go all of a contact; instant.go and id.go instants and
// event ids, idset.go which ids a contact has had; merge.go events that come late; space.go
// what retracted ones leave; line.go, line_make.go, count.go, kth.go and last.go the
// events of one name in order of time over all contacts; encode.go and decode.go the bytes
// in a snapshot.
package eventlog
