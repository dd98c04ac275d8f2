// Package edge says how the edges of windows move with time: `IN LAST 1 month`
// begins a month before now, and an instant leaves it when that edge passes.
//
// A database adds seconds, but no months as a rule means them. Yet for a while an edge
// by months is a fixed number of seconds from now too: from the 1st to the 28th of March
// a month before is 28 days before. So an edge is known by that number, and by the
// instant up to which it holds.
//
// # Reading order
//
// edge.go is all of it.
package edge
