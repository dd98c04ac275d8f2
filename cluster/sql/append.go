package sql

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
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

// MaxLength is how long a message or a commit may be, in bytes.
const MaxLength = 64 << 20

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

// Append is that of [cluster.Input]. A message with a key is appended once for as long as the
// first is kept, by partition and key; [Engine.Trim] keeps each for ten minutes at least. The
// instant at which a message is stored is that of the clock of the database, to the
// microsecond, or the last that was stored in the partition if that is later.
//
// A message costs a share of a transaction; one to [cluster.Everyone] a transaction that
// waits for all that append, and changes a row for each partition.
//
// Errors: [ErrPartition], [ErrTooLong] and [ErrClosed], after which nothing was appended; those of
// the database or of the context, after which nobody knows.
func (e *Engine) Append(ctx context.Context, partition int, key string, message []byte) error {
	if partition != cluster.Everyone {
		if err := e.partition(partition); err != nil {
			return err
		}
	}
	if len(message) > MaxLength {
		return fmt.Errorf("%w: a message of %d bytes, and at most %d can be appended", ErrTooLong, len(message), MaxLength)
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	m := &waitingMessage{partition: partition, data: append([]byte{}, message...), done: make(chan error, 1)}
	if key != "" {
		sum := sha256.Sum256([]byte(key))
		m.key = sum[:16]
	}
	if err := e.enqueue(m); err != nil {
		return err
	}
	select {
	case err := <-m.done:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// enqueue has a message appended with others.
func (e *Engine) enqueue(m *waitingMessage) error {
	q := &e.waiting
	q.mu.Lock()
	defer q.mu.Unlock()
	if !q.busy && !e.begin(e.appendAll) {
		return ErrClosed
	}
	q.waiting, q.busy = append(q.waiting, m), true
	return nil
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

// appendAll appends until nothing waits.
func (e *Engine) appendAll() {
	for {
		together, also := e.waiting.next()
		if len(together) == 0 {
			return
		}
		err := e.appendTogether(together)
		if errors.Is(err, context.Canceled) && e.ctx.Err() != nil {
			err = fmt.Errorf("%w: whether the message was appended is not known", ErrClosed)
		}
		for _, m := range together {
			m.done <- err
			for _, same := range also[m] {
				same.done <- err
			}
		}
	}
}

// appendTogether appends in one transaction.
func (e *Engine) appendTogether(all []*waitingMessage) error {
	if m := all[0]; m.partition == cluster.Everyone {
		defer e.heads.forget()
		if err := e.exec(e.ctx, "append to all", "append_all($1, $2)", m.key, m.data); err != nil {
			return err
		}
		e.wake()
		return nil
	}
	partitions := make([]int32, len(all))
	keys, data := make([][]byte, len(all)), make([][]byte, len(all))
	for i, m := range all {
		partitions[i], keys[i], data[i] = int32(m.partition), m.key, m.data
	}
	defer func() { e.heads.forget(partitions...) }()
	if err := e.exec(e.ctx, "append", "append($1, $2, $3)", partitions, keys, data); err != nil {
		return err
	}
	e.wake()
	return nil
}
