package index

import (
	"iter"
	"slices"

	"github.com/RoaringBitmap/roaring/v2"
)

// Contacts is an immutable set of contacts. It may be used by many goroutines,
// and stays as it is while the index goes on.
type Contacts struct {
	rows *roaring.Bitmap
	ids  []string
}

// Len returns how many contacts there are. It does not list them.
func (c Contacts) Len() int {
	if c.rows == nil {
		return 0
	}
	return int(c.rows.GetCardinality())
}

// All yields the ids, in the order in which the contacts came to be known.
func (c Contacts) All() iter.Seq[string] {
	return func(yield func(string) bool) {
		if c.rows == nil {
			return
		}
		for it := c.rows.Iterator(); it.HasNext(); {
			if !yield(c.ids[it.Next()]) {
				return
			}
		}
	}
}

// Members returns the members of a segment; none of an unknown one. Its cost
// grows with the compressed size of the set.
func (ix *Index) Members(id string) Contacts {
	ix.mu.RLock()
	defer ix.mu.RUnlock()
	root, ok := ix.rules.rootOf[id]
	if !ok {
		return Contacts{}
	}
	return Contacts{rows: ix.members[root].Clone(), ids: ix.store.ids}
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
