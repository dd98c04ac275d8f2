// Package meter counts what every segment has done: who entered and left, on which
// days, and for how long contacts were in.
//
// Meters are a function of the diffs. Times are kept as sums of instants: the sum of
// the instants at which contacts left less the sum of those at which they entered is
// how long all stays were, so that an average costs nothing to keep. Sums of shards
// add up to those of one index.
//
// Words:
//
//   - meter: what is counted of one segment.
//   - moments: a sum of instants, as a length of time.
//   - stays: since when each member is in, if that is kept.
//
// Files in reading order: meter.go (counting, and what comes of it), snapshot.go
// (meters as bytes).
package meter
