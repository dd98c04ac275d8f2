package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"time"
)

// A director starts, stops and kills the children, by one goroutine: whatever it is asked to
// do, it does there.
type director struct {
	board    *board
	dir      string
	settings map[string]any // of each child, by its name
	r        *rand.Rand

	asked    chan func() error // see ask
	ended    chan end
	children map[string]*child
	later    []act // in order of their time
	byHand   bool  // a key was pressed: the plan is over
	healing  bool  // nothing is to be killed any more
}

// An act is to be done at a time.
type act struct {
	at time.Time
	do func() error
}

func newDirector(b *board, dir string, settings map[string]any, seed uint64) *director {
	return &director{board: b, dir: dir, settings: settings, r: rand.New(rand.NewPCG(seed, 1<<34)),
		asked: make(chan func() error), ended: make(chan end, len(settings)), children: make(map[string]*child)}
}

// run does what it is asked, until the context ends or a child cannot be started. When it
// returns no child is left.
func (d *director) run(ctx context.Context) error {
	runtime.LockOSThread() // and never unlocked: the children hang on this thread
	defer d.killAll()
	for {
		var next <-chan time.Time
		if len(d.later) > 0 {
			next = time.After(time.Until(d.later[0].at))
		}
		var err error
		select {
		case <-ctx.Done():
			return nil
		case do := <-d.asked:
			err = do()
		case e := <-d.ended:
			err = d.gone(e)
		case <-next:
			do := d.later[0].do
			d.later = d.later[1:]
			err = do()
		}
		if err != nil {
			return err
		}
	}
}

// ask has something done by the director, and waits until it begins.
func (d *director) ask(ctx context.Context, do func() error) {
	select {
	case <-ctx.Done():
	case d.asked <- do:
	}
}

// at has something done at a time.
func (d *director) at(t time.Time, do func() error) {
	i, _ := slices.BinarySearchFunc(d.later, t, func(a act, t time.Time) int { return a.at.Compare(t) })
	d.later = slices.Insert(d.later, i, act{t, do})
}

// follow has the orders of a plan carried out, until somebody gives one by hand.
func (d *director) follow(all []planned, from time.Time) {
	for _, p := range all {
		d.at(from.Add(p.at), func() error {
			if d.byHand {
				return nil
			}
			return d.obey(p.order)
		})
	}
}

// order is an order by hand.
func (d *director) order(ctx context.Context, o order) {
	d.ask(ctx, func() error {
		d.byHand = true
		return d.obey(o)
	})
}

// start starts a child.
func (d *director) start(name string) error {
	as := d.board.role(name)
	d.board.change(name, starting, time.Now(), time.Time{})
	c, err := spawn(as, name, d.settings[name], d.dir, d.hear, d.ended)
	if err != nil {
		return fmt.Errorf("%s %s cannot be started: %w", as, name, err)
	}
	d.children[name] = c
	return nil
}

// startAll starts all children of a role.
func (d *director) startAll(as role) error {
	for _, name := range d.board.names(as) {
		if err := d.start(name); err != nil {
			return err
		}
	}
	return nil
}

// hear takes in what a child says.
func (d *director) hear(name string, l line) {
	now := time.Now()
	switch l.What {
	case saysReady:
		d.board.change(name, running, now, time.Time{})
	case saysCommit:
		d.board.committed(name, l.Partition, l.Position, now)
	case saysFenced:
		d.board.fenced(name, l.Partition, now)
	case saysTrouble:
		d.board.trouble()
	}
}

// gone takes in that a child is no more. One that nobody has killed is an alarm.
func (d *director) gone(e end) error {
	name := e.child.name
	if d.children[name] != e.child {
		return nil
	}
	delete(d.children, name)
	text := fmt.Sprintf("%s %s has ended by itself (%v): %s", d.board.role(name), name, e.err, e.child.lastWords())
	d.board.happened(alarm, text, time.Now())
	d.board.change(name, dead, time.Now(), time.Now().Add(time.Second))
	d.at(time.Now().Add(time.Second), func() error { return d.start(name) })
	return nil
}

// obey carries out an order upon a child that is drawn among those at work.
func (d *director) obey(o order) error {
	as := isWorker
	if o == killBroker {
		as = isBroker
	}
	names := d.board.atWork(as)
	switch {
	case d.healing:
		return nil
	case len(names) == 0:
		d.board.happened(note, fmt.Sprintf("no %s is at work", as), time.Now())
		return nil
	}
	name := names[d.r.IntN(len(names))]
	c := d.children[name]
	now := time.Now()
	switch o {
	case stopWorker:
		if err := c.sleep(); err != nil {
			d.board.happened(note, err.Error(), now)
			return nil
		}
		d.board.change(name, asleep, now, now.Add(workerStop))
		d.at(now.Add(workerStop), func() error { return d.wake(name, c) })
		return nil
	case killWorker:
		return d.kill(name, now.Add(workerAway))
	}
	return d.kill(name, now.Add(brokerAway))
}

// kill kills a child, and has it started again at a time.
func (d *director) kill(name string, again time.Time) error {
	c := d.children[name]
	delete(d.children, name)
	if err := c.cmd.Process.Kill(); err != nil {
		return err
	}
	d.board.change(name, dead, time.Now(), again)
	d.at(again, func() error { return d.restart(name, c) })
	return nil
}

// restart starts a child again, once its process is gone.
func (d *director) restart(name string, was *child) error {
	if d.children[name] != nil {
		return nil
	}
	<-was.gone
	return d.start(name)
}

// wake lets a child go on, if it is still the same.
func (d *director) wake(name string, c *child) error {
	if d.children[name] != c || d.board.stateOf(name) != asleep {
		return nil
	}
	if err := c.wake(); err != nil {
		return err
	}
	d.board.change(name, running, time.Now(), time.Time{})
	return nil
}

// heal has all children at work, and none killed any more.
func (d *director) heal() error {
	d.healing = true
	later := d.later
	d.later = nil
	for _, a := range later {
		if err := a.do(); err != nil {
			return err
		}
	}
	return nil
}

// killAll kills what is left, and waits until it is gone.
func (d *director) killAll() {
	for _, c := range d.children {
		_ = c.cmd.Process.Kill() // it may be gone already
	}
	for _, c := range d.children {
		<-c.gone
	}
}
