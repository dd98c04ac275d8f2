package main

import (
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/cluster"
)

// A partition is what is known of one: what its input holds, and what its commits tell.
type partition struct {
	number  int
	owner   string // who has committed last, as far as workers have said
	said    uint64 // the position of that commit
	orphan  time.Time
	orphans string // who had it when it was killed or stopped, at orphan; "" if that is over

	entries int      // read from the input
	waiting []uint64 // the positions of those that are not yet done
	upto    uint64   // the position up to which commits are done
	done    int      // entries that are

	at     uint64        // the position of the last commit
	last   time.Time     // when it came
	rev    uint64        // its revision
	chain  segment.Chain // over all diffs
	diffs  int
	gaps   int           // commits that do not begin where the one before ends
	pause  time.Duration // the longest time between two commits since a broker was killed
	strip  []cell
	refuse int
}

// A cell is what happened in one step of time.
type cell struct {
	diffs, done int
	owner       string
}

// step is the length of time that a cell stands for.
const step = 500 * time.Millisecond

// cell is that of a moment so long after the beginning.
func (p *partition) cell(since time.Duration) *cell {
	for n := int(max(since, 0) / step); len(p.strip) <= n; {
		p.strip = append(p.strip, cell{})
	}
	return &p.strip[len(p.strip)-1]
}

// entry takes in that a message is in the input.
func (p *partition) entry(position uint64, since time.Duration) {
	p.entries++
	if position <= p.upto {
		p.done++
		p.cell(since).done++
		return
	}
	p.waiting = append(p.waiting, position)
}

// heard takes in a commit, and returns what is wrong with it.
func (p *partition) heard(k cluster.Committed, now time.Time, since time.Duration) (wrong string) {
	var c cluster.Commit
	if err := c.UnmarshalBinary(k.Data); err != nil {
		p.gaps++
		return err.Error()
	}
	next, chain := p.rev+1, p.chain.Add(c.Diffs...)
	switch n := len(c.Diffs); {
	case n > 0 && (c.Diffs[0].Revision != next || c.Diffs[n-1].Revision != c.Revision), n == 0 && c.Revision != p.rev:
		wrong = "its revisions do not begin where those before end"
	case c.Chain != chain:
		wrong = "its checksum is not that of the diffs"
	}
	if wrong != "" {
		p.gaps++
	}
	p.pause = max(p.pause, now.Sub(p.last))
	p.at, p.last, p.rev, p.chain, p.upto = k.Position, now, c.Revision, c.Chain, c.Upto
	n := 0
	for n < len(p.waiting) && p.waiting[n] <= p.upto {
		n++
	}
	p.waiting = p.waiting[n:]
	p.done += n
	p.diffs += len(c.Diffs)
	here := p.cell(since)
	here.diffs += len(c.Diffs)
	here.done += n
	here.owner = p.owner
	return wrong
}

// rate is how many diffs were told and messages done a second, in the last three seconds.
func (p *partition) rate(since time.Duration) (diffs, done float64) {
	const steps = 6
	p.cell(since)
	full := p.strip[:len(p.strip)-1]
	full = full[max(0, len(full)-steps):]
	for _, c := range full {
		diffs += float64(c.diffs)
		done += float64(c.done)
	}
	span := (step * time.Duration(max(1, len(full)))).Seconds()
	return diffs / span, done / span
}
