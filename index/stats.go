package index

// Stats is what an index holds and the work it has done. What it has done grows
// with what flips, and not with the number of segments or contacts: that is what
// the counters are there to show.
type Stats struct {
	Contacts int
	Segments int
	Leaves   int // distinct conditions
	Events   int64
	Memory   Memory

	Flips    uint64 // conditions whose truth flipped
	Guards   uint64 // segments that a flipped condition led to, and whose guards were probed
	Examined uint64 // segments that were evaluated for one contact
	Woken    uint64 // contacts that were looked at because time passed
	Scanned  uint64 // contacts for which one segment was decided in bulk

	// ClockNexts is how often it was worked out when a condition flips that reads the
	// clock: once for all contacts where it reads nothing else, as DAY(TODAY) = 1 does.
	// Conditions that compare what a contact has with parts of today's date, as total >
	// DAY(TODAY) does, are tried at the beginnings of days or hours instead: ClockSteps
	// are these, at most 744 for a contact and a change.
	ClockNexts, ClockSteps uint64
}

// Stats returns what the index holds and has done. Its cost grows with the blocks
// of columns and of events and the compressed size of the members: a millisecond
// for a million contacts. When there are a thirtieth more or fewer segments and
// conditions than when it looked last, or twice as much work was done, it looks at
// all of these: some 50 microseconds for each segment, during which calls that write
// wait for a fraction of a millisecond only.
func (ix *Index) Stats() Stats {
	var all Stats
	ix.mu.RLock()
	for _, sh := range ix.shards {
		all.add(sh.counted())
	}
	ix.mu.RUnlock()
	for _, sh := range ix.shards {
		all.Memory.segments += sh.weigh(&ix.mu)
	}
	return all
}

// counted is all but the memory of segments.
func (ix *shard) counted() Stats {
	s := ix.stats
	s.ClockNexts, s.ClockSteps = ix.change.eval.ClockNexts, ix.change.eval.ClockSteps
	s.Contacts, s.Segments = ix.store.Count, len(ix.rules.PlanOf)
	s.Leaves = ix.rules.Distinct()
	s.Events = ix.store.Events.Len()
	s.Memory = ix.memory()
	return s
}

// add adds what another shard holds and has done.
func (s *Stats) add(o Stats) {
	s.Contacts, s.Events = s.Contacts+o.Contacts, s.Events+o.Events
	s.Segments, s.Leaves = o.Segments, o.Leaves // each shard has them all
	s.Flips, s.Guards, s.Examined, s.Woken = s.Flips+o.Flips, s.Guards+o.Guards, s.Examined+o.Examined, s.Woken+o.Woken
	s.Scanned += o.Scanned
	s.ClockNexts, s.ClockSteps = s.ClockNexts+o.ClockNexts, s.ClockSteps+o.ClockSteps
	s.Memory.add(o.Memory)
}
