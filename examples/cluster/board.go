package main

import (
	"slices"
	"sync"
	"time"
)

// A board is all that is known while the cluster is at work: who lives, what each partition
// has told, what has happened. The watcher and the director write on it, the page reads it.
// It has no clock: every method is told the time.
type board struct {
	mu        sync.Mutex
	began     time.Time
	processes []*process
	parts     []*partition
	events    []*event
	phase     string
	harmed    time.Time // when a broker was killed, until all partitions go on
	sizes     map[string]size
	defined   int // how often a segment was defined anew
	troubles  int // errors after which workers and producers have gone on
	wrong     []string
}

// What the cluster is about, behind the start.
const (
	phaseWork    = "at work"
	phaseFinish  = "finishing"
	phaseCompare = "comparing"
	phaseDone    = "compared"
)

// A state is what a process does.
type state int

// The states.
const (
	starting state = iota
	running
	asleep // stopped by a signal
	dead
)

// A process is a broker or a worker.
type process struct {
	name  string
	as    role
	state state
	since time.Time // of the state
	until time.Time // when it is to be at work again, if it is not
	gone  state     // dead or asleep: why it was not at work, until it is again
}

// A size is how many members a segment has, as workers have answered.
type size struct {
	n       int
	missing int // partitions that have not answered in time
}

// title is what a process is called in events.
func (p *process) title() string { return string(p.as) + " " + p.name }

// newBoard returns a board on which nothing has happened yet.
func newBoard(brokers, workers []string, partitions int, now time.Time) *board {
	b := &board{began: now, phase: "starting", sizes: make(map[string]size)}
	for _, name := range brokers {
		b.processes = append(b.processes, &process{name: name, as: isBroker, since: now})
	}
	for _, name := range workers {
		b.processes = append(b.processes, &process{name: name, as: isWorker, since: now})
	}
	for p := range partitions {
		b.parts = append(b.parts, &partition{number: p, last: now})
	}
	return b
}

// begin sets the beginning of time: the load begins.
func (b *board) begin(now time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.began, b.phase = now, phaseWork
	for _, p := range b.parts {
		p.last, p.strip = now, nil
	}
}

// enter says what the cluster is about.
func (b *board) enter(phase string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.phase = phase
}

// happened notes something.
func (b *board) happened(k kind, text string, now time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.add(event{kind: k, text: text}, now)
}

func (b *board) add(e event, now time.Time) *event {
	e.at, e.changed = now, now
	b.events = append(b.events, &e)
	if e.kind == alarm {
		b.wrong = append(b.wrong, e.text)
	}
	return &e
}

// last is the newest event of a kind and, if it is given, a process, if it still grows.
func (b *board) last(k kind, who string, now time.Time) *event {
	for _, e := range slices.Backward(b.events) {
		if e.kind == k && e.who == who && now.Sub(e.changed) < growing {
			return e
		}
	}
	return nil
}

// grow adds a partition to the newest event of a kind, or makes one.
func (b *board) grow(k kind, who string, part int, now time.Time) *event {
	e := b.last(k, who, now)
	if e == nil {
		e = b.add(event{kind: k, who: who}, now)
	}
	e.parts, e.changed = append(e.parts, part), now
	return e
}

func (b *board) process(name string) *process {
	for _, p := range b.processes {
		if p.name == name {
			return p
		}
	}
	return nil
}

// change says what a process does from now on, and when it is to be at work again.
func (b *board) change(name string, to state, now, until time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	p := b.process(name)
	p.state, p.since, p.until = to, now, until
	switch {
	case to == dead:
		p.gone = dead
		b.add(event{kind: killed, who: p.title(), parts: b.lose(p, now)}, now)
	case to == asleep:
		p.gone = asleep
		b.add(event{kind: stopped, who: p.title(), parts: b.lose(p, now)}, now)
	case to == running && p.gone != 0:
		text := p.title() + " is back"
		if p.gone == asleep {
			text = p.title() + " goes on where it was stopped"
		}
		p.gone = 0
		b.add(event{kind: back, text: text}, now)
	}
}

// lose notes that partitions have lost their owner, and returns them. A broker has none, but
// all may pause.
func (b *board) lose(p *process, now time.Time) (had []int) {
	for _, part := range b.parts {
		if p.as == isBroker {
			part.pause, b.harmed = 0, now
		} else if part.owner == p.name {
			part.orphan, part.orphans = now, p.name
			had = append(had, part.number)
		}
	}
	return had
}

// all reports whether all processes of a kind are in a state.
func (b *board) all(as role, in state) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return !slices.ContainsFunc(b.processes, func(p *process) bool { return p.as == as && p.state != in })
}

// names are those of the processes of a role.
func (b *board) names(as role) (names []string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, p := range b.processes {
		if p.as == as {
			names = append(names, p.name)
		}
	}
	return names
}

// atWork are the names of the processes of a role that are at work.
func (b *board) atWork(as role) []string {
	return slices.DeleteFunc(b.names(as), func(name string) bool { return b.stateOf(name) != running })
}

// stateOf is what a process does.
func (b *board) stateOf(name string) state {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.process(name).state
}

// role is what a process is.
func (b *board) role(name string) role {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.process(name).as
}

// alarms are what must not be, and was.
func (b *board) alarms() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.wrong)
}

// failures are how many errors workers and producers have gone on after.
func (b *board) failures() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.troubles
}
