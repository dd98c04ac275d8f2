package sweep

import (
	"container/heap"
	"time"
)

// A Queue is things that change by themselves, each at an instant of its own. The zero
// Queue is empty.
type Queue struct{ order dues }

// A due is a thing, by number, and when it changes.
type due struct {
	at time.Time
	i  int
}

// Add says that a thing changes at an instant.
func (q *Queue) Add(i int, at time.Time) { heap.Push(&q.order, due{at, i}) }

// Next is when the first of the things changes; ok is false if none does.
func (q *Queue) Next() (at time.Time, ok bool) {
	if len(q.order) == 0 {
		return at, false
	}
	return q.order[0].at, true
}

// Pop takes out the first of the things if it has changed up to an instant.
func (q *Queue) Pop(at time.Time) (i int, ok bool) {
	if len(q.order) == 0 || q.order[0].at.After(at) {
		return 0, false
	}
	return heap.Pop(&q.order).(due).i, true
}

// dues is a heap, the earliest on top.
type dues []due

func (d dues) Len() int           { return len(d) }
func (d dues) Less(i, j int) bool { return d[i].at.Before(d[j].at) }
func (d dues) Swap(i, j int)      { d[i], d[j] = d[j], d[i] }

// Push implements [heap.Interface].
func (d *dues) Push(x any) { *d = append(*d, x.(due)) }

// Pop implements [heap.Interface].
func (d *dues) Pop() any {
	old := *d
	last := old[len(old)-1]
	*d = old[:len(old)-1]
	return last
}
