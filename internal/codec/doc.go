// Package codec is values, instants and texts as bytes that are kept: in logs, in messages
// and, by package index/internal/wire, in snapshots. Equal values have equal bytes, objects
// apart, whose members keep their order; and what is read back is the same value. Nothing
// that is read is trusted: a length is looked at before it is believed.
//
// # The words
//
//   - tag: the byte before a value that says of which kind it is.
//   - count: a number that the reader takes only up to a bound that the caller gives.
//   - blob: bytes behind their length; a text is a blob that is UTF-8.
//   - source: where a value is read from, such as bytes or a stream of frames.
//
// # Reading order
//
// value.go values written; source.go values read from anywhere; reader.go all of it read
// from bytes.
package codec
