package query

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/cluster"
)

// Asking all partitions. Each is asked of its owner; if it does not answer it is asked again,
// after a while, and every second time of another member, since owners move. A partition is
// asked of one member at a time, and its first answer is taken.

// An open is a partition that has not answered.
type open struct {
	tries int
	from  int       // which request has asked it last; 0 if none is under way
	after time.Time // when it is asked again
	why   string    // there is no answer yet
}

// A gathering is a question under way.
type gathering struct {
	*Cluster
	question question
	open     map[int]*open
	events   chan event
	requests int // begun
	under    int // of them under way

	members []cluster.Member // that have an address
	owners  []string
	looked  time.Time
}

// An event is an answer that has come, or the end of a request.
type event struct {
	request int
	answer  answer
	end     bool
	err     error // at the end
}

// gather asks partitions, and calls take with each answer as it comes, until all have answered
// or take wants no more. The error is an [*IncompleteError], a [*RefusedError], what is wrong
// with the question, or that of take.
func (c *Cluster) gather(ctx context.Context, q question, partitions []int, take func(answer) error) error {
	own, stop := context.WithCancel(ctx)
	g := &gathering{Cluster: c, question: q, open: make(map[int]*open), events: make(chan event)}
	defer func() {
		stop()
		for g.under > 0 { // goroutines end with the call
			if e := <-g.events; e.end {
				g.under--
			}
		}
	}()
	for _, p := range partitions {
		g.open[p] = &open{why: "nobody was asked"}
	}
	for len(g.open) > 0 {
		g.send(own)
		timer := time.NewTimer(g.wait())
		select {
		case <-ctx.Done():
			timer.Stop()
			return g.incomplete(ctx)
		case e := <-g.events:
			timer.Stop()
			if err := g.heard(e, take); err != nil {
				return err
			}
		case <-timer.C:
		}
	}
	return nil
}

// incomplete says which partitions have not answered.
func (g *gathering) incomplete(ctx context.Context) error {
	missing := slices.Sorted(maps.Keys(g.open))
	return &IncompleteError{Missing: missing, Why: g.open[missing[0]].why, Err: ctx.Err()}
}

// longestWait is how long is waited at most without asking again for who lives.
const longestWait = time.Second / 2

// wait is how long nothing is to be asked.
func (g *gathering) wait() time.Duration {
	d := longestWait
	for _, o := range g.open {
		if o.from == 0 {
			d = min(d, time.Until(o.after))
		}
	}
	return max(d, time.Millisecond)
}

// send asks for the partitions whose time has come, each member once for all of its own.
func (g *gathering) send(ctx context.Context) {
	now := time.Now()
	var due []int
	for p, o := range g.open {
		if o.from == 0 && !now.Before(o.after) {
			due = append(due, p)
		}
	}
	if len(due) == 0 {
		return
	}
	if now.Sub(g.looked) > longestWait/4 {
		g.look(ctx)
	}
	asked := make(map[string][]need)
	slices.Sort(due)
	for _, p := range due {
		o := g.open[p]
		m := g.choose(p, o.tries)
		if m == "" {
			g.later(o, "no member with an address is known to live")
			continue
		}
		o.tries++
		n := needOf(p, g.marks)
		n.Upto = g.core.least(p)
		asked[m] = append(asked[m], n)
	}
	for _, m := range g.members {
		if needs := asked[m.Name]; len(needs) > 0 {
			g.request(ctx, m, needs)
		}
	}
}

// look asks who lives, and computes the owners. If nobody says, it stays as it was.
func (g *gathering) look(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, 4*longestWait)
	defer cancel()
	all, err := g.core.signs.Members(ctx)
	if err != nil {
		return
	}
	g.looked = time.Now()
	g.members = slices.DeleteFunc(slices.Clone(all), func(m cluster.Member) bool { return m.Address == "" })
	names := make([]string, len(all))
	for i, m := range all {
		names[i] = m.Name
	}
	g.owners = cluster.Shares(names, g.core.o.Partitions)
}

// choose returns whom to ask for a partition: the owner, and every second time another.
func (g *gathering) choose(partition, tries int) string {
	n := len(g.members)
	if n == 0 {
		return ""
	}
	owner := slices.IndexFunc(g.members, func(m cluster.Member) bool { return m.Name == g.owners[partition] })
	if owner < 0 || tries%2 == 1 && n > 1 {
		other := (tries/2 + partition) % n
		if other == owner {
			other = (other + 1) % n
		}
		return g.members[other].Name
	}
	return g.members[owner].Name
}

// request asks a member in a goroutine of its own.
func (g *gathering) request(ctx context.Context, m cluster.Member, needs []need) {
	g.requests++
	g.under++
	id, q := g.requests, g.question
	q.Partitions = needs
	for _, n := range needs {
		g.open[n.Partition].from = id
	}
	go func() {
		err := g.core.ask(ctx, m, q, func(a answer) { g.events <- event{request: id, answer: a} })
		g.events <- event{request: id, end: true, err: err}
	}()
}

// later has a partition asked again after a while.
func (g *gathering) later(o *open, why string) {
	o.from, o.why = 0, why
	o.after = time.Now().Add(min(10*time.Millisecond<<min(o.tries/2, 10), longestWait))
}

// heard takes what has come.
func (g *gathering) heard(e event, take func(answer) error) error {
	if e.end {
		return g.ended(e)
	}
	a := &e.answer
	o := g.open[a.Partition]
	switch {
	case o == nil || o.from != e.request:
		return nil // nobody has asked it for that
	case a.none == noneElsewhere:
		g.later(o, "those who were asked do not have it")
		return nil
	case a.none != "" || a.Upto < g.core.least(a.Partition):
		g.later(o, "it has not read what the answer must have")
		return nil
	}
	delete(g.open, a.Partition)
	g.core.seen(a.Partition, a.Upto)
	if a.refuse != nil {
		return fmt.Errorf("query: partition %d refuses the question: %w", a.Partition, a.refuse)
	}
	return take(*a)
}

// ended takes the end of a request: what it has not answered is asked again.
func (g *gathering) ended(e event) error {
	g.under--
	var refused *RefusedError
	if errors.As(e.err, &refused) || errors.As(e.err, new(*segment.Error)) || errors.As(e.err, new(segment.Errors)) {
		return e.err
	}
	why := "the answer ends before it"
	if e.err != nil {
		why = e.err.Error()
	}
	for _, o := range g.open {
		if o.from == e.request {
			g.later(o, why)
		}
	}
	return nil
}
