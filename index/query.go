package index

import (
	"iter"
	"slices"
)

// Contacts is an immutable set of contacts. It may be used by many goroutines,
// and stays as it is while the index goes on.
type Contacts struct{ parts []part } // none, or one for each shard

// Members returns the members of a segment; none of an unknown one. It takes a
// constant time: the set is copied, block by block, as the index changes it.
func (ix *Index) Members(id string) Contacts {
	ix.mu.RLock()
	defer ix.mu.RUnlock()
	root, ok := ix.rules.rootOf[id]
	if !ok {
		return Contacts{}
	}
	return ix.contacts(ix.members[root].Clone())
}

// Segments yields the ids of the segments that a contact is a member of, sorted.
func (ix *Index) Segments(contact string) iter.Seq[string] {
	ix.mu.RLock()
	defer ix.mu.RUnlock()
	var ids []string
	if row, ok := ix.store.find(contact); ok {
		ids = ix.segments(row)
	}
	return slices.Values(ids)
}
