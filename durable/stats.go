package durable

// Stats are what a store says of its log and its snapshots, for whoever watches it. The
// index has its own: [index.Index.Stats].
type Stats struct {
	Records uint64 // that were ever logged
	Durable uint64 // of them: up to this one they are on the disk

	Snapshot      uint64 // the record up to which the newest snapshot goes
	SnapshotBytes int64
	LogBytes      int64 // of the records since the newest snapshot began

	// SnapshotsFailed is how many snapshots could not be written since one could, and
	// SnapshotErr why the last could not, with the name of the file; 0 and nil while all is
	// well. The log goes on meanwhile, and the next snapshot is tried after a pause of a
	// second, doubled each time up to five minutes. Opening the store would take the longer,
	// as all calls since the newest snapshot are made again.
	SnapshotsFailed int
	SnapshotErr     error
}

// Stats returns where the log and the snapshots are. It costs next to nothing.
func (s *Store) Stats() Stats {
	s.mu.Lock()
	defer s.mu.Unlock()
	j := s.c.j
	return Stats{
		Records: j.LSN(), Durable: j.Durable(), Snapshot: j.Snapshot(), SnapshotBytes: j.SnapshotBytes(), LogBytes: j.LogBytes(),
		SnapshotsFailed: s.snaps.failed, SnapshotErr: s.snaps.why,
	}
}
