package main

import (
	"maps"
	"slices"
	"time"
)

// A sight is a board at a moment, as a page shows it.
type sight struct {
	since     time.Duration // the beginning
	phase     string
	processes []process
	parts     []row
	all       row // of all partitions together
	events    []event
	began     time.Time
	now       time.Time
	sizes     map[string]size
	defined   int
}

// A row is what a page says of a partition.
type row struct {
	number   int
	owner    string
	lost     bool          // its owner is killed or stopped, and nobody has taken it over
	lostFor  time.Duration // since when
	entries  int
	lag      int // entries that are not done
	diffs    int
	rate     float64 // diffs a second
	messages float64 // done a second
	gaps     int
	refused  int
	strip    []cell
}

// see returns what a page shows.
func (b *board) see(now time.Time) sight {
	b.mu.Lock()
	defer b.mu.Unlock()
	since := now.Sub(b.began)
	s := sight{since: since, phase: b.phase, began: b.began, now: now, sizes: maps.Clone(b.sizes), defined: b.defined}
	for _, p := range b.processes {
		s.processes = append(s.processes, *p)
	}
	for _, e := range b.events {
		copied := *e
		copied.parts, copied.by, copied.after = slices.Clone(e.parts), slices.Clone(e.by), slices.Clone(e.after)
		s.events = append(s.events, copied)
	}
	for _, p := range b.parts {
		r := row{number: p.number, owner: p.owner, lost: p.orphans != "", entries: p.entries, lag: p.entries - p.done,
			diffs: p.diffs, gaps: p.gaps, refused: p.refuse}
		if r.lost {
			r.lostFor = now.Sub(p.orphan)
		}
		r.rate, r.messages = p.rate(since)
		r.strip = slices.Clone(p.strip)
		s.parts = append(s.parts, r)
		s.all.add(r)
	}
	return s
}

// add adds what is counted.
func (r *row) add(o row) {
	r.entries += o.entries
	r.lag += o.lag
	r.diffs += o.diffs
	r.gaps += o.gaps
	r.refused += o.refused
	r.rate += o.rate
	r.messages += o.messages
}

// has is how many partitions a worker has.
func (s *sight) has(name string) (n int) {
	for _, p := range s.parts {
		if p.owner == name && !p.lost {
			n++
		}
	}
	return n
}

// count is how many processes of a role there are.
func (s *sight) count(as role) (n int) {
	for _, p := range s.processes {
		if p.as == as {
			n++
		}
	}
	return n
}

// atWork is how many of them are at work.
func (s *sight) atWork(as role) (n int) {
	for _, p := range s.processes {
		if p.as == as && p.state == running {
			n++
		}
	}
	return n
}
