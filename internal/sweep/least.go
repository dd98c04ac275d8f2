package sweep

import (
	"sort"
	"time"
)

// A Least answers which is the earliest of the instants in a stretch of a list.
type Least struct {
	n    int
	tree []time.Time // the instants from n on; below, the earlier of two
}

// NewLeast returns the answers for a list. Its cost grows with the length.
func NewLeast(ts []time.Time) Least {
	l := Least{len(ts), make([]time.Time, 2*len(ts))}
	copy(l.tree[l.n:], ts)
	for i := l.n - 1; i > 0; i-- {
		l.tree[i] = earlier(l.tree[2*i], l.tree[2*i+1])
	}
	return l
}

// Of is the earliest of the instants from one position on and before another; ok is false
// if there is none. Its cost grows with the logarithm of the length.
func (l Least) Of(from, to int) (t time.Time, ok bool) {
	add := func(o time.Time) {
		if !ok || o.Before(t) {
			t, ok = o, true
		}
	}
	for i, j := from+l.n, to+l.n; i < j; i, j = i/2, j/2 {
		if i&1 == 1 {
			add(l.tree[i])
			i++
		}
		if j&1 == 1 {
			j--
			add(l.tree[j])
		}
	}
	return t, ok
}

// earlier is the earlier of two instants.
func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

// Before is how many of the instants, oldest first, are before t.
func Before(ts []time.Time, t time.Time) int {
	return sort.Search(len(ts), func(i int) bool { return !ts[i].Before(t) })
}

// UpTo is how many of the instants, oldest first, are not after t.
func UpTo(ts []time.Time, t time.Time) int {
	return sort.Search(len(ts), func(i int) bool { return ts[i].After(t) })
}
