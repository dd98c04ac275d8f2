// Package contacts keeps what is known of the contacts of an index: who has which
// row, the fields with their history, the events and the lists.
//
// Every contact has a row, a small number, and all else is kept by row: a field is a
// column, a membership is a set of rows. So the id of a contact is compared once for
// each update, and sets are combined without looking at ids.
//
// Words:
//
//   - row: the place of a contact. The row of a deleted contact goes to another in
//     time. Between two such times, within one generation, a row is one contact.
//   - creation: when a contact was created, and which it was of those at that
//     instant. Contacts are listed in this order, whatever their rows are.
//   - roster: who the contacts are, by row, as it was at one moment. A reader may
//     keep it while the store goes on.
//   - set: some rows together with the roster that says who they are.
//   - shard: one of several stores that each have some of the contacts.
//
// Files in reading order: instant.go and created.go (small types of time), store.go
// (the store), directory.go (from id to row), stream.go (questions about the events
// of one name), set.go and set_or.go (sets of contacts), shard.go (which contact
// lives in which shard).
//
// A Store is written to by one goroutine at a time, and not read meanwhile; a Set
// and a roster never change.
package contacts
