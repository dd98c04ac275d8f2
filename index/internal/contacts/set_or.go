package contacts

import "github.com/segmentrules/segment/index/internal/rowset"

// latest is who knows the contacts of both parts; ok is false if a row may be one
// contact in one and another in the other.
func (p part) latest(o part) (_ Roster, ok bool) {
	switch {
	case len(o.IDs) == 0:
		return p.Roster, true
	case len(p.IDs) == 0:
		return o.Roster, true
	case p.mixed || o.mixed || p.generation != o.generation:
		return Roster{}, false
	case p.made < o.made:
		return o.Roster, true
	}
	return p.Roster, true
}

// and is the contacts in both parts.
func (p part) and(o part) part {
	if all, ok := p.latest(o); ok {
		return part{rowset.And(p.members, o.members), all}
	}
	return p.those(o.has)
}

// andNot is the contacts in p and not in o.
func (p part) andNot(o part) part {
	if all, ok := p.latest(o); ok {
		return part{rowset.AndNot(p.members, o.members), all}
	}
	return p.those(func(id string) bool { return !o.has(id) })
}

// those is the part of the contacts for which f holds.
func (p part) those(f func(id string) bool) part {
	some := part{new(rowset.Set), p.Roster}
	for row := range p.members.All() {
		if f(p.IDs[row]) {
			some.members.Add(row)
		}
	}
	return some
}

// or is the contacts in either part. If rows do not tell who is the same, a new part is
// made by ids, with rows of its own.
func (p part) or(o part) part {
	if all, ok := p.latest(o); ok {
		return part{rowset.Or(p.members, o.members), all}
	}
	if p.generation < o.generation {
		p, o = o, p // who came again is known since then
	}
	both := part{new(rowset.Set), Roster{rows: newDirectory(), mixed: true}}
	for _, p := range [...]part{p, o} {
		for at := p.cursor(); at.next(); {
			if id := p.IDs[at.row]; !both.has(id) {
				both.put(id, at.creation())
			}
		}
	}
	return both
}

// put adds a contact to a set that is being made.
func (p *part) put(id string, at Creation) {
	row := uint32(len(p.IDs))
	p.IDs, p.creations = append(p.IDs, id), append(p.creations, at)
	p.members.Add(row)
	p.rows.add(p.IDs, row)
}
