package journal

// A Tail is what was dropped from the end of the last log when the store was
// opened: bytes of records that were being written when the power went, and of
// which nobody had been told that they were durable.
type Tail struct {
	File   string // its name in the directory
	Offset int64  // where the sound records end
	Bytes  int64  // how many were dropped
	Record uint64 // the lsn of the first record that was dropped
}

// A Report says what was found when a store was opened.
type Report struct {
	ID       [16]byte
	Created  bool     // there was no store, and one was made
	Snapshot uint64   // the lsn of the snapshot that was restored; 0 for none
	Last     uint64   // the lsn of the last record; 0 if there has never been one
	Replayed int      // how many records followed the snapshot
	Dropped  *Tail    // nil if the last log ended with a sound record
	Leftover []string // unfinished files, which were removed

	// Damaged is what was wrong with the newest snapshot, if the store was opened
	// without it ([Options.OlderSnapshot]). Its file has been renamed to *.bad, unless
	// the store was opened to read only, and may be removed.
	Damaged *CorruptError
}
