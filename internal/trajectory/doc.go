// Package trajectory says how a value moves as time goes on and nothing else
// happens, so that Next can leap to the instant at which a comparison flips.
//
// The age of a contact grows as fast as time does; a date stands still until
// midnight; a sum of two moving values moves with both. A trajectory is the value
// now and linear bounds that it keeps to, each until some instant. From the bounds of
// both sides of a comparison follows the first instant at which they may meet. An
// answer may be early, which costs another look; it is never late.
//
// trajectory.go the values; line.go the bounds; ratio.go exact slopes. The idea
// is that of kinetic data structures (Basch, Guibas and Hershberger, 1997).
package trajectory
