package sql

import (
	"sync"
	"time"
)

// What the engine knows of the heads without asking: the last positions of all partitions,
// from one query for all of them, every so often. With it an idle partition costs no query.
//
// What is known may be old; so may the answers of an engine. But who has appended a message
// finds it: the head of its partition is forgotten then.

// notKnown stands in place of a position.
const notKnown = -1

// heads are what is known. They may be used by several goroutines.
type heads struct {
	mu      sync.Mutex
	in, out []int64         // the last position of each partition, or notKnown
	turn    []uint64        // how often what is known of an input was forgotten
	asked   time.Time       // when the last query began that was answered
	changed chan struct{}   // closed at the next news of the output
	waiting []chan struct{} // of each partition, closed at the next news of its input; nil if nobody waits
}

func newHeads(partitions int) *heads {
	h := &heads{in: make([]int64, partitions), out: make([]int64, partitions), turn: make([]uint64, partitions),
		changed: make(chan struct{}), waiting: make([]chan struct{}, partitions)}
	for p := range partitions {
		h.in[p], h.out[p] = notKnown, notKnown
	}
	return h
}

// turns returns what learn must be told: taken before a query is made.
func (h *heads) turns() []uint64 {
	h.mu.Lock()
	defer h.mu.Unlock()
	return append([]uint64(nil), h.turn...)
}

// learn takes the answer of a query that began at an instant. What was forgotten since then
// stays so.
func (h *heads) learn(in, out []int64, began time.Time, turns []uint64) {
	h.mu.Lock()
	defer h.mu.Unlock()
	news := false
	for p := range h.in {
		if h.turn[p] == turns[p] && h.in[p] != in[p] {
			h.in[p] = in[p]
			h.tellOf(p)
		}
		if h.out[p] != out[p] {
			h.out[p], news = out[p], true
		}
	}
	h.asked = began
	if news {
		h.tell()
	}
}

// tell wakes who waits; the lock is held.
func (h *heads) tell() {
	close(h.changed)
	h.changed = make(chan struct{})
}

// tellOf wakes who waits for the input of a partition; the lock is held.
func (h *heads) tellOf(p int) {
	if h.waiting[p] != nil {
		close(h.waiting[p])
		h.waiting[p] = nil
	}
}

// forget forgets the heads of partitions, all without one, and wakes nobody.
func (h *heads) forget(partitions ...int32) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, p := range partitions {
		h.in[p] = notKnown
		h.turn[p]++
	}
	if len(partitions) == 0 {
		for p := range h.in {
			h.in[p] = notKnown
			h.turn[p]++
		}
	}
}

// fail says that the heads cannot be asked for. Who waits is woken, to see for itself.
func (h *heads) fail() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.asked = time.Time{}
	h.tell()
	for p := range h.waiting {
		h.tellOf(p)
	}
}

// nothing reports whether there is nothing in the input of a partition behind a position, as
// far as is known since an instant.
func (h *heads) nothing(partition int, after int64, since time.Time) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.in[partition] == after && h.asked.After(since)
}

// What is known of the input of a partition.
type known int

const (
	unsure known = iota
	rest         // there is nothing behind the position
	there        // there is
)

// await says what is known of the input of a partition behind a position since an instant, and
// returns what is closed when more is.
func (h *heads) await(partition int, after int64, since time.Time) (known, <-chan struct{}) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.waiting[partition] == nil {
		h.waiting[partition] = make(chan struct{})
	}
	is := unsure
	if h.asked.After(since) && h.in[partition] >= after {
		if is = rest; h.in[partition] > after {
			is = there
		}
	}
	return is, h.waiting[partition]
}

// moved returns those of some partitions whose output is not where it is given for each, or
// may not be, and what is closed when there may be more.
func (h *heads) moved(at []followed, since time.Time) (out []int, changed <-chan struct{}) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for i, a := range at {
		if h.out[a.partition] != a.position || !h.asked.After(since) {
			out = append(out, i)
		}
	}
	return out, h.changed
}

// A followed partition is how far its commits are told.
type followed struct {
	partition int
	position  int64
}
