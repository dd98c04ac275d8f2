package index

// Stats counts what an index holds and the work it has done.
type Stats struct {
	Flips    uint64 // leaf conditions whose truth flipped
	Guards   uint64 // guards that were probed
	Examined uint64 // segments that were evaluated for one contact
	Woken    uint64 // contacts that were looked at because time passed
}
