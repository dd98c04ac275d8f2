package index

import (
	"iter"
	"slices"
	"time"

	"github.com/segmentrules/segment/index/internal/contacts"
	"github.com/segmentrules/segment/index/internal/rowset"
)

// Contacts is an immutable set of contacts. It may be used by many goroutines,
// and stays as it is while the index goes on.
type Contacts struct{ set contacts.Set }

// Len returns how many contacts there are. It does not list them.
func (c Contacts) Len() (n int) { return c.set.Size() }

// All yields the ids, in the order in which the contacts came to be known; one
// that was deleted and came again is known since then. Once rows of deleted
// contacts have gone to others, it sorts the contacts first.
func (c Contacts) All() iter.Seq[string] { return c.set.All() }

// And returns the contacts in both sets. Both must come from one index.
func (c Contacts) And(o Contacts) Contacts { return Contacts{c.set.And(o.set)} }

// Or returns the contacts in either set. Both must come from one index.
func (c Contacts) Or(o Contacts) Contacts { return Contacts{c.set.Or(o.set)} }

// AndNot returns the contacts in the set and not in the other. Both must come
// from one index.
//
// The cost of these three grows with the compressed size of the sets, but with
// the number of contacts in them if rows of deleted contacts went to others
// between the times at which the sets were asked for.
func (c Contacts) AndNot(o Contacts) Contacts { return Contacts{c.set.AndNot(o.set)} }

// Contains reports whether a contact is in the set, in constant time.
func (c Contacts) Contains(id string) bool { return c.set.Has(id) }

// Known returns since when a contact of the set is known, in UTC, in constant time: All yields
// the contacts by it. ok is false if the contact is not in the set. With it those known longest
// are found of the contacts of several indexes.
func (c Contacts) Known(id string) (at time.Time, ok bool) { return c.set.Created(id) }

// Members returns the members of a segment; none of an unknown one. It takes a
// constant time: the set is copied, block by block, as the index changes it.
func (ix *Index) Members(id string) Contacts {
	ix.mu.RLock()
	defer ix.mu.RUnlock()
	if _, ok := ix.shards[0].rules.PlanOf[id]; !ok {
		return Contacts{}
	}
	var all contacts.Set
	for _, sh := range ix.shards {
		all = all.Beside(sh.contacts(sh.set(id).Clone()))
	}
	return Contacts{all}
}

// Segments yields the ids of the segments that a contact is a member of, sorted.
func (ix *Index) Segments(contact string) iter.Seq[string] {
	ix.mu.RLock()
	defer ix.mu.RUnlock()
	var ids []string
	sh := ix.of(contact)
	if row, ok := sh.store.Find(contact); ok {
		ids = sh.segments(row)
	}
	return slices.Values(ids)
}

// contacts is the set of the contacts in some rows.
func (ix *shard) contacts(rows *rowset.Set) contacts.Set {
	return contacts.SetOf(rows, ix.store.Roster())
}

// segments returns the ids of the segments of a contact, sorted.
func (ix *shard) segments(row uint32) (ids []string) {
	for planID, plan := range ix.rules.Plans {
		if plan.Used && ix.members[planID].Contains(row) {
			ids = append(ids, plan.Segment.ID)
		}
	}
	slices.Sort(ids)
	return ids
}
