package sql

import (
	"slices"
	"sync"

	"github.com/segmentrules/segment/cluster"
)

// Messages that goroutines append at the same time go to the database together: while one
// transaction is under way, what comes is queued, and the next takes all of it, of whatever
// partitions. So a write to the disk is for many, and one who appends alone waits for nobody.
//
// The transaction locks the heads of its partitions, in their order; that of a broadcast
// locks all of them, in the same order, so that no two wait for each other.

// The bounds of a transaction of several messages.
const (
	mostTogether      = 1000
	mostBytesTogether = 4 << 20
)

// A waitingMessage is one that is to be appended.
type waitingMessage struct {
	partition int
	key, data []byte
	done      chan error // takes one
}

// A queue is what waits to be appended. The zero queue is empty.
type queue struct {
	mu      sync.Mutex
	waiting []*waitingMessage
	busy    bool // somebody appends, and takes what comes
}

// next takes what is to be appended together: a broadcast alone, others up to the next
// broadcast, of the same key in a partition the first alone, to whose fate the others are
// tied. None means that nothing waits and nobody appends.
func (q *queue) next() (together []*waitingMessage, also map[*waitingMessage][]*waitingMessage) {
	q.mu.Lock()
	defer q.mu.Unlock()
	type name struct {
		partition int
		key       string
	}
	first := make(map[name]*waitingMessage)
	n, bytes := 0, 0
	for _, m := range q.waiting {
		everyone := m.partition == cluster.Everyone
		if n > 0 && (everyone || bytes+len(m.data) > mostBytesTogether || n == mostTogether) {
			break
		}
		n, bytes = n+1, bytes+len(m.data)
		if was := first[name{m.partition, string(m.key)}]; m.key != nil && was != nil {
			if also == nil {
				also = make(map[*waitingMessage][]*waitingMessage)
			}
			also[was] = append(also[was], m)
			continue
		}
		first[name{m.partition, string(m.key)}] = m
		together = append(together, m)
		if everyone {
			break
		}
	}
	q.waiting = slices.Delete(q.waiting, 0, n)
	q.busy = n > 0
	return together, also
}
