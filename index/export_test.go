package index

// WithoutMetrics makes an index count nothing for the segments it has, to measure
// what counting costs.
func (ix *Index) WithoutMetrics() {
	for _, sh := range ix.shards {
		clear(sh.metered)
	}
}

// RecycleAt lets rows of deleted contacts be used again as soon as n are gone, to
// see that it makes no difference.
func (ix *Index) RecycleAt(n int) {
	for _, sh := range ix.shards {
		sh.store.Spare = n
	}
}

// Rows is how many rows there are, used or not.
func (ix *Index) Rows() (n int) {
	for _, sh := range ix.shards {
		n += len(sh.store.IDs)
	}
	return n
}

// ByConditions makes an index set timers by conditions, as it does of itself where
// there are many segments.
func (ix *Index) ByConditions() {
	for _, sh := range ix.shards {
		sh.timedSegments = -1
	}
}

// SayDue makes a row due, whoever has it, to see that Restore does not believe it.
func (ix *Index) SayDue(row uint32) { ix.shards[0].pending = append(ix.shards[0].pending, row) }

// HoldTimers keeps who has put a segment in place from setting timers, until what
// it returns is called.
func (ix *Index) HoldTimers() (release func()) {
	held, released := make(chan struct{}), make(chan struct{})
	go ix.shards[0].mu.Worked(func() {
		close(held)
		<-released
	})
	<-held
	return func() { close(released) }
}

// AtLength makes an index decide segments while readers go on, however few contacts
// there are, as it does of itself where there are many.
func (ix *Index) AtLength() {
	for _, sh := range ix.shards {
		sh.inlineContacts = -1
	}
}
