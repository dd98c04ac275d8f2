// Package simdisk is a disk in memory that does, at a power cut, every bad thing
// that a real one may do, and does it again in the same way from the same seed.
//
// What was written and not synced is at the mercy of the disk: sector by sector
// it is there, or not, or as it was in between; the length of the file is old or
// new; the end is cut at any byte, or zero from there on. A place that the
// length covers and that was never written shows zeros or, if the test wants it,
// what another file had there that is gone. Names that were made, changed or removed since the last
// sync of the directory are kept or lost one by one. What was synced stays.
//
// Every operation is a step, and a test says at which step the power goes or an
// operation fails. After a Sync of a file that failed, some of the data is lost
// and still seen until the power is cut, and a second Sync succeeds and does not
// bring it back, as on Linux. After a Sync of the directory that failed, a second
// one does what the first did not: file systems that cannot write their names
// stop altogether.
//
// # The words
//
//   - step: one operation, the first is 1.
//   - cut: the power is gone; what was not synced is at the mercy of the disk.
//   - kill: the process is gone, and the system with its cache goes on: all that
//     was written can be read, and may be lost by a later cut.
//   - sector: 512 bytes, which are written as a whole or not at all.
//
// # Reading order
//
// node.go the bytes of a file and what a cut leaves of them; names.go the same
// for the directory; simdisk.go the disk, its steps, cuts and kills; file.go and
// dir.go its operations; damage.go what a test breaks by hand.
package simdisk
