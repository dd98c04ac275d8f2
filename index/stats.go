package index

// Stats is what an index holds and the work it has done. What it has done grows
// with what flips, and not with the number of segments or contacts: that is what
// the counters are there to show.
type Stats struct {
	Contacts int    `json:"contacts"`
	Segments int    `json:"segments"`
	Leaves   int    `json:"leaves"` // distinct conditions
	Events   int64  `json:"events"`
	Memory   Memory `json:"memory"`

	Flips    uint64 `json:"flips"`    // conditions whose truth flipped
	Guards   uint64 `json:"guards"`   // segments that a flipped condition led to, and whose guards were probed
	Examined uint64 `json:"examined"` // segments that were evaluated for one contact
	Woken    uint64 `json:"woken"`    // contacts that were looked at because time passed
	Scanned  uint64 `json:"scanned"`  // contacts for which one segment was decided in bulk
	// Read is how many events, and former values of fields, were read to decide conditions of
	// one contact and to find when they change. What only counts events of one name, or asks
	// for the first or the last, reads none: it finds them in the order of time. Anything
	// else reads those of the contact a few times for each look at it, however its window
	// moves.
	Read uint64 `json:"read"`

	// ClockNexts is how often it was worked out when a condition flips that reads the
	// clock: once for all contacts where it reads nothing else, as DAY(TODAY) = 1 does.
	// Conditions that compare what a contact has with parts of today's date, as total >
	// DAY(TODAY) does, are tried at the beginnings of days or hours instead: ClockSteps
	// are these, at most 744 for a contact and a change.
	ClockNexts uint64 `json:"clock_nexts"`
	ClockSteps uint64 `json:"clock_steps"`
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
	s.Read = ix.read.Load()
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
	s.Read += o.Read
	s.ClockNexts, s.ClockSteps = s.ClockNexts+o.ClockNexts, s.ClockSteps+o.ClockSteps
	s.Memory.add(o.Memory)
}
