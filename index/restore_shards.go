package index

import (
	"slices"
	"strings"

	"github.com/segmentrules/segment/index/internal/contacts"
	"github.com/segmentrules/segment/index/internal/rowset"
	"github.com/segmentrules/segment/index/internal/rules"
	"github.com/segmentrules/segment/rule"
)

// redistribute makes the shards of one number of another. It goes contact by
// contact, some microseconds each, and needs the memory for both.
func redistribute(parts []*shard, opts Options, n int) []*shard {
	f := parts[0].freeze()
	out := make([]*shard, n)
	for i := range out {
		ix := parts[0].sibling(opts)
		for _, planID := range ix.state(f.segments, f.versions) {
			ix.members[planID] = new(rowset.Set)
		}
		// it is about the clock alone, and the same in all
		ix.global = parts[0].global
		out[i] = ix
	}
	for _, from := range parts {
		// rows differ between shards: m notes who went where, for what is kept by row
		m := mover{from: from, to: out, shard: make([]uint32, len(from.store.IDs)), row: make([]uint32, len(from.store.IDs))}
		m.move()
	}
	for _, ix := range out {
		ids := ix.store.IDs
		slices.SortFunc(ix.pending, func(a, b uint32) int { return strings.Compare(ids[b], ids[a]) })
		ix.store.Reorder(contacts.InstantOf(ix.now))
	}
	for _, s := range f.segments {
		shareMeter(s.ID, parts, out)
	}
	return out
}

// A mover moves the contacts of an index to others, which state the same rules.
type mover struct {
	from       *shard
	to         []*shard
	shard, row []uint32 // by row: where the contact is now
}

// move moves all contacts, and then what is kept apart from them: former values,
// memberships, what is due.
func (m *mover) move() {
	from := m.from
	for row, alive := range from.store.Alive {
		if alive {
			m.contact(uint32(row))
		}
	}
	for at, past := range from.store.Former {
		to := m.to[m.shard[at.Row]].store
		to.Former[contacts.Cell{Row: m.row[at.Row], Column: int32(to.Column(from.store.Fields.Names()[at.Column]))}] = past
	}
	for planID, plan := range from.rules.Plans {
		if !plan.Used {
			continue
		}
		for row := range from.members[planID].All() {
			to := m.to[m.shard[row]]
			to.members[to.rules.PlanOf[plan.Segment.ID]].Add(m.row[row])
		}
	}
	for _, row := range from.pending {
		to := m.to[m.shard[row]]
		to.pending = append(to.pending, m.row[row])
		for _, l := range from.flipped {
			c := from.rules.Leaves[l].Condition
			i := slices.IndexFunc(to.rules.Globals, func(l rules.LeafID) bool { return rule.Equal(to.rules.Leaves[l].Condition, c) })
			if flipped := to.rules.Globals[i]; !slices.Contains(to.flipped, flipped) {
				to.flipped = append(to.flipped, flipped)
			}
		}
	}
}

// contact moves what is known of a contact alone.
func (m *mover) contact(row uint32) {
	s := m.from.store
	shard := contacts.ShardOf(s.IDs[row], len(m.to))
	to := m.to[shard].store
	at := to.Row(s.IDs[row])
	m.shard[row], m.row[row] = uint32(shard), at
	to.Create(at, s.Created[row].Time())
	to.Created[at] = s.Created[row]
	for name, v := range s.Fields.Fields(row) {
		to.Fields.Set(at, to.Column(name), v)
	}
	for name, v := range s.Since.Fields(row) {
		to.Since.Set(at, to.Column(name), v)
	}
	for e := range s.Events.All(row) {
		to.Events.Append(at, e)
	}
	for e := range s.Lists.All(row) {
		to.Join(at, e.Name, e.At)
	}
	if t, ok := m.from.timers.Get(row); ok {
		m.to[shard].timers.Set(at, t)
	}
}

// shareMeter gives each shard its part of what is counted of a segment. Who has
// left is not known by contact, and need not be, since only sums are told: all
// of it goes to the first.
func shareMeter(id string, parts, out []*shard) {
	all := *parts[0].meters.Of[id]
	for _, p := range parts[1:] {
		all = *all.Sum(p.meters.Of[id])
	}
	all.Days = slices.Clone(all.Days)
	since := make(map[string]contacts.Instant)
	for _, p := range parts {
		for row, at := range p.meters.Of[id].In {
			since[p.store.IDs[row]] = at
		}
	}
	for i, ix := range slices.Backward(out) {
		planID, ids := ix.rules.PlanOf[id], ix.store.IDs
		part := all.Share(ix.members[planID], func(row uint32) contacts.Instant { return since[ids[row]] }, contacts.InstantOf(ix.now), i == 0)
		ix.meter(planID, part)
	}
}
