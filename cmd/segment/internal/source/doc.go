// Package source reads files of rows, NDJSON and CSV, piece by piece: whatever the size of a
// file, no more than some pieces of it are in memory.
//
//	src, err := source.Open("contacts.ndjson", source.Options{})
//	err = source.Each(ctx, src, parse, use) // parse on all cores, use in the order of the file
//
// # Words
//
//   - chunk: some whole rows of a file, about 256 KiB of text, with the number of its first line.
//   - problem: something wrong in a file, with its line and column.
//   - share: how many bytes of the file have been dealt with, for a progress bar. It counts the
//     bytes as they lie on the disk, also of a file that is compressed or in UTF-16.
//
// # Reading the code
//
// In reading order; no file names what a later one declares.
//
//   - problem.go: what is wrong and where
//   - decode.go: compressed files and encodings other than UTF-8
//   - quotes.go: where a record of a CSV file ends
//   - source.go: a file, and its text in chunks; cut.go: where a chunk ends, and rows that are
//     left out
//   - each.go: chunks parsed on all cores and used in order
package source
