// Package journal keeps records on a disk so that what was acknowledged is there
// after a crash, in order, once and unchanged, or an error says what is damaged.
//
// A record is bytes of the caller. It is appended to a buffer, and durable once
// the buffer has been written and synced, with all that was appended before it.
// After a crash a store holds all durable records, and of the others some first
// ones or none. The state that the records lead to can be written as a snapshot,
// which shortens what is to be replayed.
//
//	0000000000000001.log                      records 1, 2, 3 ...
//	0000000000000007.log                      records 7, 8 ...
//	0000000000000006.snap                     the state after record 6
//	0000000000000009.snap.tmp                 a snapshot being written; dropped when the store is opened
//	lock                                      held by the process that has the store open
//
// A log begins with a header and goes on with frames. Numbers are little-endian,
// checksums CRC-32C.
//
//	header    magic 8, version 4, store id 16, first lsn 8, durable lsn 8, checksum of the frame before 4, checksum 4
//	frame     checksum 4, length of the payload 4, checksum of the frame before 4, lsn 8, durable lsn 8, kind 1, payload, 0xFF
//
// The checksum of a frame starts from that of the header, so no frame of another
// file or store is taken for one of this. The durable lsn is that of the last
// record that was durable before the frame was written: a sound frame behind a
// broken one may prove that the broken one was durable, and then it is damage
// and no interrupted write. A record of more than 1 MiB is several frames, with
// kinds that say first, middle and last.
//
//	header    magic 8, version 4, store id 16, lsn 8, length of meta 8, checksum 4
//	block     checksum 4, length 4, up to 64 KiB of meta and body; the last block has length 0
//
// is a snapshot; the checksum of a block starts from that of the block before.
//
// Every version to come begins its files with these headers, so that an old
// program can say that it does not know them.
//
// # The order of steps
//
// Whatever gets a lasting name is synced before it is renamed to it, so a log
// with a broken header is always damage. A new log is made only when all records
// before its first are durable, so a broken frame of one of them is damage. A
// snapshot gets its name only when the log is durable up to it, and what it
// replaces is removed only when its name is durable. The two newest snapshots
// and the logs from the older one on are kept.
//
// The first error of a write or a sync of a log, or of a sync of the directory,
// ends all writing for good: nobody knows what is on the disk then, and a second
// sync that succeeds proves nothing. Opening the store again reads what is there.
// An error of the file of a snapshot ends that snapshot alone, and its file is
// removed; a file that cannot be removed is tried again later.
//
// # What it cannot see
//
// That the last log was removed, or cut between two records that nothing proves
// to have been durable; that the whole directory is an older copy of itself; that
// more than one bit of the last batch was damaged, which is reported as a torn
// tail. After [Journal.Close] the last log has no records, and all that is left
// is the first two.
//
// # The words
//
//   - lsn: the number of a record, from 1 on.
//   - durable: on the disk for good, whatever fails but the disk itself.
//   - frame: a record, or a piece of a long one, with its checksum.
//   - batch: the frames that are written and synced together.
//   - torn: written in part when the power went. Dropped and reported.
//   - damaged: durable once, and changed since. Always an error.
//   - tail: what lies behind the last sound record of the last log.
//   - meta: bytes of the caller at the start of a snapshot, read as a whole.
//   - body: the rest of a snapshot, read as a stream.
//
// # Reading order
//
// fault.go mistakes for tests; error.go what can go wrong; name.go names of
// files; header.go and frame.go the layout; flip.go and tail.go torn or damaged;
// folder.go a directory of one store; logwriter.go and logreader.go one log;
// snapwriter.go and snapreader.go one snapshot; replay.go all logs, one after
// the other; report.go what was found; journal.go the journal; append.go records
// and batches; prune.go what is no longer needed; snapshot.go the writing of
// snapshots beside records; anew.go what a crash left, open.go and close.go; verify.go a check of everything.
package journal
