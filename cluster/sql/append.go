package sql

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"

	"github.com/segmentrules/segment/cluster"
)

// MaxLength is how long a message or a commit may be, in bytes.
const MaxLength = 64 << 20

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
