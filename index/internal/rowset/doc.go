// Package rowset holds sets of rows: whole numbers from 0 to the largest uint32, one
// for each contact of an index. The members of every segment are such a set, so it is
// built for three things: to add and remove one row quickly, to hand out the set to a
// reader for nothing, and to join whole sets.
//
// # The words
//
// A block is the 65,536 rows that share their upper 16 bits. Of each block that has
// any rows, a set has a chunk; the table of a set is its chunks in ascending order. A
// chunk has one of two forms: few rows are a sorted list of their lower 16 bits, two
// bytes each; many rows are a plane, a bit for each row of the block, 8 KiB. All
// chunks with every row of their block have one plane in common, and so take nothing.
// A set of up to seven rows has no chunks: the rows lie in the set itself.
//
// That is what the Roaring bitmaps of Chambi, Lemire, Kaser and Godin do ("Better
// bitmap performance with Roaring bitmaps", Software: Practice and Experience 46(5),
// 2016). Lists of runs, which they added later, are left out: rows are given to
// contacts as they come, so that those of a segment seldom follow each other.
//
// # Copies
//
// Sets share chunks. [Set.Clone] takes a constant time, and the sets that [Or] and the
// like make have the chunks that were in one operand only in common with it. A chunk
// that several sets may have is never written to: a set copies it when it is next to
// change it, once, and only that chunk. So a clone that is held for an hour costs the
// set it was made of one copy of each chunk that changes meanwhile, and no more.
//
// # Concurrency
//
// Any number of goroutines may read a set at once: call all its methods but [Set.Add],
// [Set.Remove] and the two that append, clone it, and use it as an operand. One that
// writes must be alone with its set, but not with the clones: these may be read, and
// written to, by others at the same time.
//
// # Reading order
//
// set.go has the set and how one row changes it, chunk.go the two forms of a chunk and
// when one becomes the other; list.go and plane.go work on one form each. join.go joins
// sets and join_chunk.go two chunks. cursor.go goes over rows one by one, block.go takes
// whole blocks in and out.
package rowset
