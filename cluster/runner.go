package cluster

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/segmentrules/segment/cluster/internal/pause"
)

// A Runner is one process of a cluster: it looks now and then who lives, and has a goroutine
// with a [Worker] for each partition of its share. It has a clock; the workers have none.
// What goes wrong with one partition does not stop the others. Its fields must not change
// once Run is called.
type Runner struct {
	Broker  Broker // safe for concurrent use; it may be a [Waiter]
	Signs   Signs
	Options Options
	Member  Member // this one; it gives signs of life while Run goes on

	// Input, if set, is where a message of [KindTick] is appended when nothing more is to
	// be read and something of a partition falls due. Without it time runs only as messages
	// come. There is at most one a Poll, and ticks of several members do no harm.
	Input Input

	// Report, if set, is told of errors: of a partition, or with [Everyone] of the signs of
	// life, after which the partitions stay as they are. An error that goes on is told once,
	// and again when all was well in between. Several goroutines call it at once.
	Report func(partition int, err error)

	// Look is how often signs of life are given and read; 0 means half a second. Poll is how
	// long an idle partition waits before it reads again; 0 means 100 milliseconds.
	Look, Poll time.Duration

	// Loads is how many partitions load at once, and Snapshots how many snapshots are written
	// and put at once beside the workers; 0 means 16 and 2. Each snapshot is held in memory once while it is put or read.
	Loads, Snapshots int

	mu      sync.Mutex
	owners  []string // of the partitions, as last heard
	tenders map[int]*tender
}

// Run works until the context ends, and returns when all of its goroutines have. The error
// is nil then; or it says why no worker can be made, and nothing was done. What is not
// committed at the end the next member makes again.
func (r *Runner) Run(ctx context.Context) error {
	if r.Broker == nil || r.Signs == nil || r.Member.Name == "" {
		return errors.New("cluster: a Runner needs a Broker, Signs and the name of its member")
	}
	o := r.Options.filled()
	if _, err := NewWorker(r.Broker, 0, o); err != nil {
		return err
	}
	var work sync.WaitGroup
	defer r.leave()
	defer work.Wait()
	defer r.share(make([]string, o.Partitions), nil)
	loads, snapshots := r.Loads, r.Snapshots
	if loads < 1 {
		loads = 16
	}
	if snapshots < 1 {
		snapshots = 2
	}
	all := process{broker: r.Broker, input: r.Input, report: r.Report, poll: or(r.Poll, time.Second/10), loads: make(room, loads)}
	images := &queue{places: snapshots, asked: make(map[int]asking)}
	start := func(p int) *tender {
		w, _ := NewWorker(r.Broker, p, o) // as it was made for partition 0
		t := &tender{process: &all, w: w}
		w.aside = &putter{ctx: ctx, broker: r.Broker, partition: p, places: images, work: &work, tell: func(err error) { t.tell(&t.images, err) }}
		own, stop := context.WithCancel(ctx)
		t.stop = stop
		work.Go(func() { t.run(own) })
		return t
	}
	var signs news
	for {
		members, err := r.members(ctx)
		if err == nil {
			r.share(Shares(members, o.Partitions), start)
		}
		if signs.is(err) && err != nil && r.Report != nil && ctx.Err() == nil {
			r.Report(Everyone, err)
		}
		if !pause.For(ctx, r.look()) {
			return nil
		}
	}
}

// look is Look, or what it is if nobody has said.
func (r *Runner) look() time.Duration { return or(r.Look, time.Second/2) }

// share starts what is of this member's share, and stops what no longer is.
func (r *Runner) share(owners []string, start func(partition int) *tender) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.tenders == nil {
		r.tenders = make(map[int]*tender)
	}
	r.owners = owners
	for p, owner := range owners {
		switch t := r.tenders[p]; {
		case owner == r.Member.Name && t == nil:
			r.tenders[p] = start(p)
		case owner != r.Member.Name && t != nil:
			t.stop()
			delete(r.tenders, p)
		}
	}
}

// patience is for how many looks signs of life may take.
const patience = 4

// members gives a sign of life and returns the names of those that live.
func (r *Runner) members(ctx context.Context) (names []string, err error) {
	ctx, cancel := context.WithTimeout(ctx, patience*r.look())
	defer cancel()
	if err := r.Signs.Sign(ctx, r.Member); err != nil {
		return nil, err
	}
	all, err := r.Signs.Members(ctx)
	for _, m := range all {
		names = append(names, m.Name)
	}
	return names, err
}

// leave tells the others that this member stops. If that fails, its lease ends.
func (r *Runner) leave() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	if err := r.Signs.Leave(ctx, r.Member.Name); err != nil && r.Report != nil {
		r.Report(Everyone, err)
	}
}

// View calls a function with the state of a partition, as [Worker.View] does, and reports
// whether it did: a partition that is of another member's share shows nothing here. The
// function must not wait for others. Several goroutines may look at once.
func (r *Runner) View(partition int, look func(View)) bool {
	r.mu.Lock()
	t := r.tenders[partition]
	r.mu.Unlock()
	return t != nil && t.w.View(look)
}

// Status returns how the partitions are doing, the first first, as this member knows; none
// before it has heard who lives. It costs less than a microsecond a partition, and several
// goroutines may call it at once.
func (r *Runner) Status() []PartitionStatus {
	r.mu.Lock()
	defer r.mu.Unlock()
	all := make([]PartitionStatus, len(r.owners))
	for p, owner := range r.owners {
		if t := r.tenders[p]; t != nil {
			all[p] = t.look()
			all[p].Here = true
		}
		all[p].Partition, all[p].Owner = p, owner
	}
	return all
}
