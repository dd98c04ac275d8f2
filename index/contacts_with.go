package index

import "github.com/segmentrules/segment/index/internal/rowset"

// latest is who knows the contacts of both parts; ok is false if a row may be one
// contact in one and another in the other.
func (p part) latest(o part) (_ who, ok bool) {
	switch {
	case len(o.ids) == 0:
		return p.who, true
	case len(p.ids) == 0:
		return o.who, true
	case p.mixed || o.mixed || p.generation != o.generation:
		return who{}, false
	case p.made < o.made:
		return o.who, true
	}
	return p.who, true
}

func (p part) and(o part) part {
	if all, ok := p.latest(o); ok {
		return part{rowset.And(p.members, o.members), all}
	}
	return p.those(o.has)
}

func (p part) andNot(o part) part {
	if all, ok := p.latest(o); ok {
		return part{rowset.AndNot(p.members, o.members), all}
	}
	return p.those(func(id string) bool { return !o.has(id) })
}

// those is the part of the contacts for which f holds.
func (p part) those(f func(id string) bool) part {
	some := part{new(rowset.Set), p.who}
	for row := range p.members.All() {
		if f(p.ids[row]) {
			some.members.Add(row)
		}
	}
	return some
}

func (p part) or(o part) part {
	if all, ok := p.latest(o); ok {
		return part{rowset.Or(p.members, o.members), all}
	}
	if p.generation < o.generation {
		p, o = o, p // who came again is known since then
	}
	both := part{new(rowset.Set), who{rows: newDirectory(), mixed: true}}
	for _, p := range [...]part{p, o} {
		for at := p.cursor(); at.next(); {
			if id := p.ids[at.row]; !both.has(id) {
				both.put(id, at.birth())
			}
		}
	}
	return both
}

// put adds a contact to a set that is being made.
func (p *part) put(id string, at birth) {
	row := uint32(len(p.ids))
	p.ids, p.births = append(p.ids, id), append(p.births, at)
	p.members.Add(row)
	p.rows.add(p.ids, row)
}
