// Package disk is the little that a store asks of a file system: one directory
// of files that are written once from front to back, and what it takes to make
// each step lasting.
//
// It is an interface so that the code that must survive a power cut can be run
// on a disk that is simulated, package simdisk, where power is cut at every
// step. Hosts run on [OSDir].
//
// # The words
//
//   - lasting: a power cut does not undo it. The bytes of a file last once
//     [File.Sync] has returned; that a name stands for a file, and that a name is
//     gone, last once [Dir.Sync] has.
//   - lock: a file that one process holds while it uses the directory. The
//     system lets go of it when the process dies.
//
// # Reading order
//
// disk.go the interface; os.go the directory of a real file system; lock_*.go and
// dirsync_*.go what differs between systems.
package disk
