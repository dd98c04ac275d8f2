// Package wire is the bytes of snapshots: sections, each a sequence of frames of
// bounded size with checksums, and the primitives within them. Nothing that is
// read is trusted: a length is looked at before it is believed.
//
// A frame is a header of ten bytes (the kind of its section, 1 if it is the last
// of it, the length of its payload, and the CRC-32C of these six), the payload,
// and a CRC-32C of all headers and payloads from the start of the file up to
// there. So every frame, every section and the whole are checked, and their
// order is. A number never lies across two frames; a run of bytes may.
//
// # The words
//
//   - section: one part of a snapshot, such as the fields, with a number for its kind.
//   - frame: up to 128 KiB of a section, which is what writer and reader hold in memory.
//   - count: a number that the reader takes only up to a bound that the caller gives.
//   - blob: bytes behind their length; a text is a blob that is UTF-8.
//   - words: numbers of one length, as they lie in memory, without their count.
//   - tail: a text behind its length plus one, so that 0 is left for none.
//   - tag: the byte before a value that says of which kind it is.
//
// # Reading order
//
// wire.go frames and their kinds; writer.go and reader.go sections and the primitives
// in them; value.go values of fields.
package wire
