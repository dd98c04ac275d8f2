// Package scan decides conditions for all contacts at once, over a view that never
// changes, while the index goes on. It serves previews, definitions and whatever else
// must look at everybody.
//
// It goes by blocks of 65,536 rows. A set of rows is a mask with a bit for each row of
// the block, and a leaf is tested for a whole mask: a field by going through its
// column, a count by counting for groups of rows, anything else row by row. The parts
// of an AND are tested where the parts before them hold, the parts of an OR where
// those before them fail; which part goes first is learned from block to block.
//
// Words:
//
//   - frame: the columns, events and lists of all contacts at one moment.
//   - view: a frame with the lists, memberships and histories that some conditions
//     ask for.
//   - scan: conditions to be decided over a view at one instant.
//   - scanner: the part of a scan that one goroutine does.
//   - clause: a node of a condition made ready, with what was seen of it so far.
//   - tester: sets out to the rows of a mask for which a leaf holds.
//
// Files in reading order: view.go (what is looked at), scan.go (blocks, AND, OR and AT
// LEAST), leaf.go (tests of leaves), last.go (the newest and oldest events).
//
// What a condition means is not said here: a leaf is asked as package rules asks it,
// and what is known of its numbers and instants is only a hint that saves asking.
package scan
