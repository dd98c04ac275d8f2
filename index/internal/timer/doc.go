// Package timer keeps one instant for each of very many rows, and gives the
// rows back in order of instant.
//
// # Reading order
//
// timer.go a heap over rows, with the place of each row in it, so that a timer is moved
// in the logarithm of their number; encode.go its bytes in a snapshot.
package timer
