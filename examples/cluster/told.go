package main

import (
	"time"

	"github.com/segmentrules/segment/cluster"
)

// What a board is told while the load goes on: by workers, by who hears the commits, by who
// reads the input, by who asks.

// committed takes in that a worker says it has committed. What it says late changes nothing.
func (b *board) committed(name string, part int, position uint64, now time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	p := b.parts[part]
	if position <= p.said {
		return
	}
	before := p.owner
	p.owner, p.said = name, position
	p.cell(now.Sub(b.began)).owner = name
	switch {
	case p.orphans != "" && p.orphans != name:
		e := b.grow(taken, p.orphans, part, now)
		e.by, e.after = append(e.by, name), append(e.after, now.Sub(p.orphan))
	case before != "" && before != name:
		e := b.grow(moved, "", part, now)
		e.by = append(e.by, name)
	}
	p.orphans = ""
}

// fenced takes in that a worker says its commit was refused.
func (b *board) fenced(name string, part int, now time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.parts[part].refuse++
	b.grow(refused, b.process(name).title(), part, now)
}

// redefined counts a definition that has changed.
func (b *board) redefined() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.defined++
}

// counted takes in how many members a segment has.
func (b *board) counted(id string, n, missing int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.sizes[id] = size{n, missing}
}

// trouble counts an error after which a worker goes on.
func (b *board) trouble() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.troubles++
}

// heard takes in a commit of a partition.
func (b *board) heard(part int, k cluster.Committed, now time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	defer b.settle(now)
	if wrong := b.parts[part].heard(k, now, now.Sub(b.began)); wrong != "" {
		b.add(event{kind: alarm, text: parts([]int{part}) + ": " + wrong}, now)
	}
}

// entry takes in that a message is in the input of a partition.
func (b *board) entry(part int, position uint64, now time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.parts[part].entry(position, now.Sub(b.began))
}

// settle says how long partitions have paused after a broker was killed, once all go on.
func (b *board) settle(now time.Time) {
	away := now.Sub(b.harmed)
	if b.harmed.IsZero() || away < settling {
		return
	}
	longest := time.Duration(0)
	for _, p := range b.parts {
		if now.Sub(p.last) > step && away < 10*settling {
			return // it has nothing to tell, or does not go on yet
		}
		longest = max(longest, p.pause)
	}
	b.harmed = time.Time{}
	b.add(event{kind: paused, text: "all partitions go on; the longest pause of one was " + seconds(longest) + " s"}, now)
}

// settling is how long is looked at least whether partitions go on.
const settling = 2 * time.Second
