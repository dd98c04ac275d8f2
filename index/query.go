package index

import (
	"iter"
	"slices"
)

// Contacts is an immutable set of contacts. It may be used by many goroutines,
// and stays as it is while the index goes on.
type Contacts struct{ parts []part } // none, or one for each shard

// Members returns the members of a segment; none of an unknown one. Its cost
// grows with the compressed size of the set.
func (ix *Index) Members(id string) Contacts {
	ix.mu.RLock()
	defer ix.mu.RUnlock()
	if _, ok := ix.shards[0].rules.rootOf[id]; !ok {
		return Contacts{}
	}
	parts := make([]part, len(ix.shards))
	for i, sh := range ix.shards {
		parts[i] = part{members: sh.set(id).Clone(), who: sh.store.known()}
	}
	return Contacts{parts}
}

// Segments yields the ids of the segments that a contact is a member of, sorted.
func (ix *Index) Segments(contact string) iter.Seq[string] {
	ix.mu.RLock()
	defer ix.mu.RUnlock()
	var ids []string
	sh := ix.of(contact)
	if row, ok := sh.store.find(contact); ok {
		ids = sh.segments(row)
	}
	return slices.Values(ids)
}
