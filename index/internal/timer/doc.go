// Package timer keeps one instant for each of very many rows, and gives the
// rows back in order of instant.
//
// The instant of a row is when the contact in it is to be looked at next. It moves
// whenever the contact changes, and so the heap knows where each row stands in it:
// moving one takes the logarithm of the number of rows.
//
// # The words
//
//   - timer: the instant of one row.
//   - place: where the timer of a row stands in the heap.
//   - due: at or before an instant.
//
// # Reading order
//
// timer.go the heap; encode.go its bytes in a snapshot.
package timer
