// Package sweep keeps what an aggregate comes to, while a window moves over events.
//
// As time goes on, events enter a window one after the other, and leave it in the same
// order. So what COUNT, SUM or MAX is after each step follows from what it was, at a cost
// that does not grow with the events in the window: a [Tally] is told which events come and
// go. Example: the sum of the window is 12, an event of 5 leaves, the sum is 7.
//
// tally.go the aggregates; distinct.go how many different values; least.go when a sequence of
// events is complete; due.go what changes by itself at an instant of its own.
package sweep
