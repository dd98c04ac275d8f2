package index

import (
	"fmt"
	"iter"
	"maps"
	"slices"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/index/internal/contacts"
	"github.com/segmentrules/segment/index/internal/rules"
)

// Contact returns a contact as it is now, with the segments it is a member of:
// what is returned stays as it is while the index goes on. ok is false if there
// is none with the id. Its cost grows with what is known of the contact.
func (ix *Index) Contact(id string) (x segment.Contact, ok bool) {
	ix.mu.RLock()
	defer ix.mu.RUnlock()
	sh := ix.of(id)
	row, ok := sh.store.Find(id)
	if !ok {
		return nil, false
	}
	return sh.record(row), true
}

// record copies what is known of a contact.
func (ix *shard) record(row uint32) *contactCopy {
	p := &contactCopy{Record: ix.store.Record(row)}
	p.past = ix.store.Past(row)
	p.Record.Segments = ix.segments(row)
	return p
}

// A contactCopy is a contact as it was when the index was asked for it.
type contactCopy struct {
	segment.Record
	past map[string][]segment.Change
}

// History yields the values that a field took, newest first.
func (p *contactCopy) History(path string) iter.Seq[segment.Change] {
	return contacts.HistoryOf(func(name string) iter.Seq[segment.Change] { return slices.Values(p.past[name]) }, path)
}

// Explain says why a contact is, or is not, a member of a segment now, and when
// that changes by itself. Errors: no such contact or segment
// ([segment.ErrNotFound]).
func (ix *Index) Explain(contact, id string) (*segment.Explanation, error) {
	ix.mu.RLock()
	defer ix.mu.RUnlock()
	sh := ix.of(contact)
	row, ok := sh.store.Find(contact)
	if !ok {
		return nil, rules.Refuse(segment.ErrNotFound, "there is no contact %q", contact)
	}
	planID, ok := sh.rules.PlanOf[id]
	if !ok {
		return nil, rules.Refuse(segment.ErrNotFound, "there is no segment %q", id)
	}
	p, err := segment.Compile(sh.rules.Plans[planID].Segment.Condition)
	if err != nil {
		return nil, err
	}
	return p.Explain(&storedContact{ix: sh, row: row}, sh.now), nil
}

// Defined returns the segments as they are defined, ordered by id.
func (ix *Index) Defined() []segment.Segment {
	ix.mu.RLock()
	defer ix.mu.RUnlock()
	r := ix.shards[0].rules
	var ss []segment.Segment
	for _, id := range slices.Sorted(maps.Keys(r.PlanOf)) {
		ss = append(ss, r.Plans[r.PlanOf[id]].Segment)
	}
	return ss
}

// Check recomputes every membership with [segment.Evaluate], and yields an error
// for each that is wrong: there is none unless this package has a fault. Where an
// Advance has stopped in the middle of an instant it yields nothing. Its cost
// grows with the contacts times the segments; calls that write wait until the
// loop over it is over, and so must not be made in it.
func (ix *Index) Check() iter.Seq[error] {
	return func(yield func(error) bool) {
		ix.mu.RLock()
		defer ix.mu.RUnlock()
		for _, sh := range ix.shards {
			if !sh.check(yield) {
				return
			}
		}
	}
}

// check yields what is wrong in the shard, and reports whether to go on.
func (ix *shard) check(yield func(error) bool) bool {
	if len(ix.pending) > 0 {
		return true // in the middle of an instant: not all has been decided
	}
	for row, alive := range ix.store.Alive {
		for _, plan := range ix.rules.Plans {
			if !plan.Used {
				continue
			}
			// membership as it is kept, against the condition evaluated from the beginning
			p := storedContact{ix: ix, row: uint32(row)}
			in := p.Member(plan.Segment.ID)
			want := alive && segment.Evaluate(plan.Segment.Condition, &p, ix.now)
			if in != want && !yield(fmt.Errorf("contact %q, segment %q: member %v, and should be %v",
				ix.store.IDs[row], plan.Segment.ID, in, want)) {
				return false
			}
		}
	}
	return true
}
