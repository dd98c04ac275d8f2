package index

import (
	"slices"
	"strings"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/index/internal/rowset"
)

// redistribute makes the shards of one number of another. It goes contact by
// contact, some microseconds each, and needs the memory for both.
func redistribute(parts []*shard, opts Options, n int) []*shard {
	f := parts[0].freeze()
	out := make([]*shard, n)
	for i := range out {
		ix := parts[0].sibling(opts)
		for _, root := range ix.state(f.segments) {
			ix.members[root] = new(rowset.Set)
		}
		ix.global = parts[0].global
		out[i] = ix
	}
	for _, from := range parts {
		m := mover{from: from, to: out, shard: make([]uint32, len(from.store.ids)), row: make([]uint32, len(from.store.ids))}
		m.move()
	}
	for _, ix := range out {
		ids := ix.store.ids
		slices.SortFunc(ix.pending, func(a, b uint32) int { return strings.Compare(ids[b], ids[a]) })
		ix.store.order(instantOf(ix.now))
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

func (m *mover) move() {
	from := m.from
	for row, alive := range from.store.alive {
		if alive {
			m.contact(uint32(row))
		}
	}
	for at, past := range from.store.former {
		to := m.to[m.shard[at.row]].store
		to.former[cell{m.row[at.row], int32(to.column(from.store.fields.Names()[at.col]))}] = past
	}
	for root, rt := range from.rules.roots {
		if !rt.used {
			continue
		}
		for row := range from.members[root].All() {
			to := m.to[m.shard[row]]
			to.members[to.rules.rootOf[rt.segment.ID]].Add(m.row[row])
		}
	}
	for _, row := range from.pending {
		to := m.to[m.shard[row]]
		to.pending = append(to.pending, m.row[row])
		for _, l := range from.flipped {
			c := from.rules.leaves[l].cond
			i := slices.IndexFunc(to.rules.globals, func(l leafID) bool { return segment.Equal(to.rules.leaves[l].cond, c) })
			if flipped := to.rules.globals[i]; !slices.Contains(to.flipped, flipped) {
				to.flipped = append(to.flipped, flipped)
			}
		}
	}
}

// contact moves what is known of a contact alone.
func (m *mover) contact(row uint32) {
	s := m.from.store
	shard := shardOf(s.ids[row], len(m.to))
	to := m.to[shard].store
	at := to.row(s.ids[row])
	m.shard[row], m.row[row] = uint32(shard), at
	to.create(at, s.created[row].time())
	to.created[at] = s.created[row]
	for name, v := range s.fields.Fields(row) {
		to.fields.Set(at, to.column(name), v)
	}
	for name, v := range s.since.Fields(row) {
		to.since.Set(at, to.column(name), v)
	}
	for e := range s.events.All(row) {
		to.events.Append(at, e)
	}
	for e := range s.lists.All(row) {
		to.join(at, e.Name, e.At)
	}
	if t, ok := m.from.timers.Get(row); ok {
		m.to[shard].timers.Set(at, t)
	}
}

// shareMeter gives each shard its part of what is counted of a segment. Who has
// left is not known by contact, and need not be, since only sums are told: all
// of it goes to the first.
func shareMeter(id string, parts, out []*shard) {
	all := *parts[0].meters.of[id]
	for _, p := range parts[1:] {
		all = *all.sum(p.meters.of[id])
	}
	all.days = slices.Clone(all.days)
	since := make(map[string]instant)
	for _, p := range parts {
		for row, at := range p.meters.of[id].in {
			since[p.store.ids[row]] = at
		}
	}
	for i, ix := range slices.Backward(out) {
		root, ids := ix.rules.rootOf[id], ix.store.ids
		part := all.share(ix.members[root], func(row uint32) instant { return since[ids[row]] }, instantOf(ix.now), i == 0)
		ix.meter(root, part)
	}
}
