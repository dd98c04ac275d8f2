package durable

import (
	"time"

	"github.com/segmentrules/segment/index"
)

// Options are how a store is opened. The zero Options are good: every call is on the disk
// before its diffs are returned, and opening again takes some seconds.
type Options struct {
	// Index is what the index is made with, as for [index.New]. What is kept (Retention,
	// History, Days, Stays) and the calendar must be as they were, or the error says what
	// differs, unless Index.Otherwise is set. The schema may grow from one opening to the
	// next: definitions that are in place stay what they are.
	Index index.Options

	// SyncEvery, if not zero, returns diffs without waiting for the disk, and syncs so often.
	// It is lossy: a power cut takes back calls of which callers have been told, up to those
	// of that time. Zero is to sync always.
	SyncEvery time.Duration

	// RecoveryTarget is about how long the calls behind a snapshot may take to be made
	// again when the store is opened; 0 means 5 seconds. The snapshot itself takes some 2
	// seconds a million contacts. A shorter one means more snapshots.
	RecoveryTarget time.Duration

	// NoSnapshots leaves it to [Store.Snapshot] and [Store.Close] to make them.
	NoSnapshots bool

	// Outbox is how many diffs are kept for consumers that are behind, some 200 bytes
	// each; 0 means 1,000,000. Who is further behind gets a [ResyncError].
	Outbox int

	// History is how many of the newest diffs are kept for [Store.History], whoever has
	// acknowledged them, also over restarts; 0 means 10,000, and below zero none.
	History int

	// ReadOnly changes nothing in the directory. It goes together with other openings to
	// read, and not with one to write.
	ReadOnly bool

	// OlderSnapshot starts from the snapshot before the newest if the newest is damaged,
	// and the logs behind it. What was damaged is set aside, and in the [Report].
	OlderSnapshot bool

	// OtherEnvironment makes calls again that were made in another environment: see
	// [EnvironmentError]. They must come to the same all the same.
	OtherEnvironment bool

	// FileBytes is from which size on a log is followed by the next; 0 means 64 MiB.
	FileBytes int64

	mistake fault // of tests only
}

// recoveryTarget is what RecoveryTarget means if it is not set.
const recoveryTarget = 5 * time.Second

// mostDiffs is what Outbox means if it is not set.
const mostDiffs = 1_000_000

// newestDiffs is what History means if it is not set.
const newestDiffs = 10_000

// filled returns the options with what was left out.
func (o Options) filled() Options {
	if o.RecoveryTarget <= 0 {
		o.RecoveryTarget = recoveryTarget
	}
	if o.Outbox <= 0 {
		o.Outbox = mostDiffs
	}
	if o.History == 0 {
		o.History = newestDiffs
	}
	o.History = max(o.History, 0)
	return o
}

// A Report says what was found when a store was opened.
type Report struct {
	Created  bool          // there was no store, and one was made
	Snapshot uint64        // the record up to which a snapshot was read; 0 for none
	Replayed int           // how many records were made again
	Took     time.Duration // how long all of it took

	// Torn says that the end of the log was an interrupted write and was cut off: calls of
	// which nobody had been told. It is usual after a power cut.
	Torn string
	// Damaged says what was wrong with the newest snapshot, if it was passed over.
	Damaged string
	// Environment says what differs from the environment in which the last record was
	// written; empty for nothing. Memberships that hang on it are as they were until
	// something else changes for the contact: define the segments anew to have them right.
	Environment string
}
