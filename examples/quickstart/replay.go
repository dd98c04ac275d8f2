package main

import (
	"cmp"
	"container/heap"
	"slices"
	"time"

	"github.com/segmentrules/segment"
)

// A Replay keeps the members of the segments current while orders arrive and
// time passes. Two things can change an answer: an order, so it asks again for
// the customer who ordered; and time, so it asks each program when that will
// be, and asks again then. Nothing else is ever looked at.
type Replay struct {
	shop     *Shop
	segments []Segment
	members  [][]bool      // by segment, then customer
	due      [][]time.Time // by segment, then customer: when the answer changes by itself
	timers   timers
	diffs    []segment.Diff
	revision uint64
	ordered  int // orders that have happened
}

// newReplay puts every customer where it belongs before the first order. Those
// memberships count from 1970 on: the customers were always there.
func newReplay(shop *Shop, segments []Segment) *Replay {
	r := &Replay{shop: shop, segments: segments}
	for _, c := range shop.Customers {
		c.log = nil
	}
	start := shop.Orders[0].Event.At
	for s := range segments {
		r.members = append(r.members, make([]bool, len(shop.Customers)))
		r.due = append(r.due, make([]time.Time, len(shop.Customers)))
		for c := range shop.Customers {
			r.ask(s, c, start, segment.CauseDefinition)
		}
	}
	for i := range r.diffs {
		r.diffs[i].At = time.Unix(0, 0).UTC()
	}
	return r
}

// run lets time run to an instant, and returns what changed since it was last
// called.
func (r *Replay) run(until time.Time) []segment.Diff {
	for {
		now, ok := r.next()
		if !ok || now.After(until) {
			diffs := r.diffs
			r.diffs = nil
			return diffs
		}
		// All that happens at one instant counts as one change: first the orders
		// become known, and only then is anybody asked.
		for _, c := range r.arrive(now) {
			for s := range r.segments {
				if len(r.segments[s].reads.Events) > 0 { // an order says nothing to the others
					r.ask(s, c, now, segment.CauseEvent)
				}
			}
		}
		for len(r.timers) > 0 && r.timers[0].at.Equal(now) {
			t := heap.Pop(&r.timers).(timer)
			if r.due[t.segment][t.customer].Equal(now) {
				r.ask(t.segment, t.customer, now, segment.CauseTime)
			}
		}
	}
}

// next is the instant at which something happens next: an order or a timer.
func (r *Replay) next() (at time.Time, ok bool) {
	if r.ordered < len(r.shop.Orders) {
		at, ok = r.shop.Orders[r.ordered].Event.At, true
	}
	if len(r.timers) > 0 && (!ok || r.timers[0].at.Before(at)) {
		at, ok = r.timers[0].at, true
	}
	return at, ok
}

// arrive makes the orders of an instant known, and returns who ordered, sorted.
func (r *Replay) arrive(now time.Time) (who []int) {
	for ; r.ordered < len(r.shop.Orders) && r.shop.Orders[r.ordered].Event.At.Equal(now); r.ordered++ {
		o := r.shop.Orders[r.ordered]
		c := r.shop.Customers[o.Customer]
		c.log = append(c.log, o.Event)
		who = append(who, o.Customer)
	}
	slices.Sort(who)
	return slices.Compact(who)
}

// ask finds out whether a customer is in a segment now, and when that may
// change if the customer does nothing.
func (r *Replay) ask(s, c int, now time.Time, cause segment.Cause) {
	x, program := segment.Bind(r.shop.Customers[c]), r.segments[s].Program
	if in := program.Match(x, now); in != r.members[s][c] {
		r.members[s][c] = in
		r.revision++
		r.diffs = append(r.diffs, segment.Diff{
			Revision: r.revision, Contact: r.shop.Customers[c].ID, Segment: r.segments[s].ID,
			Entered: in, At: now, Cause: cause,
		})
	}
	at, ok := program.Next(x, now)
	if !ok {
		at = time.Time{} // never
	}
	if !at.Equal(r.due[s][c]) && ok {
		heap.Push(&r.timers, timer{at, s, c})
	}
	r.due[s][c] = at
}

// A timer is an instant at which to ask again. It is out of date if meanwhile
// another became due.
type timer struct {
	at                time.Time
	segment, customer int
}

// timers is a heap, the earliest on top.
type timers []timer

func (t timers) Len() int      { return len(t) }
func (t timers) Swap(i, j int) { t[i], t[j] = t[j], t[i] }

// Less orders by instant, and so that every run gives the same order also by
// segment and customer.
func (t timers) Less(i, j int) bool {
	a, b := t[i], t[j]
	return cmp.Or(a.at.Compare(b.at), a.segment-b.segment, a.customer-b.customer) < 0
}

// Push and Pop are for package heap.
func (t *timers) Push(x any) { *t = append(*t, x.(timer)) }

// Pop removes the last element.
func (t *timers) Pop() any {
	last := (*t)[len(*t)-1]
	*t = (*t)[:len(*t)-1]
	return last
}
