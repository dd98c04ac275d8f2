package journal

import (
	"errors"
	"fmt"
)

// Records go to the disk in two steps, so that writers are not held up by the disk: Take
// hands over what has been appended, under the lock of the caller, and Sync writes it
// without the lock, while others append. That is a group commit: the slower the disk, the
// more records share one sync.

// A Batch is records that are written and synced together. The zero Batch is
// empty.
type Batch struct {
	frames      []byte
	first, last uint64
}

// Last returns the lsn of the last record of the batch; 0 if it is empty.
func (b Batch) Last() uint64 { return b.last }

// Bytes returns how many bytes the batch will write.
func (b Batch) Bytes() int { return len(b.frames) }

// errOrder is what a caller gets who syncs batches out of order, or leaves one out.
var errOrder = errors.New("journal: a batch does not follow the one synced before")

// Append adds a record, which may be empty, and returns its lsn. The payload is
// copied to the buffer; nothing is written before Sync. The caller's lock is held.
func (j *Journal) Append(payload []byte) (lsn uint64, err error) {
	if err := j.Err(); err != nil {
		return 0, err
	}
	if len(payload) > MaxRecord {
		return 0, ErrTooLong
	}
	lsn = j.lsn.Load() + 1
	if len(j.buf) == 0 {
		j.first = lsn
	}
	before := len(j.buf)
	j.buf = putRecord(j.buf, lsn, payload, j.o.piece)
	j.grown.Add(int64(len(j.buf) - before))
	j.lsn.Store(lsn)
	return lsn, nil
}

// putRecord appends the frames of a record.
func putRecord(b []byte, lsn uint64, payload []byte, piece int) []byte {
	if len(payload) <= piece {
		return put(b, lsn, kindWhole, payload)
	}
	b = put(b, lsn, kindFirst, payload[:piece])
	for payload = payload[piece:]; len(payload) > piece; payload = payload[piece:] {
		b = put(b, lsn, kindMiddle, payload[:piece])
	}
	return put(b, lsn, kindLast, payload)
}

// Pending returns how many bytes have been appended and not taken. The caller's
// lock is held.
func (j *Journal) Pending() int { return len(j.buf) }

// Take hands over what has been appended since the last Take, for Sync. The
// caller's lock is held.
func (j *Journal) Take() Batch {
	if len(j.buf) == 0 {
		return Batch{}
	}
	b := Batch{j.buf, j.first, j.lsn.Load()}
	j.mu.Lock()
	j.buf, j.spare = j.spare[:0], nil
	j.mu.Unlock()
	return b
}

// Sync writes a batch and makes it durable, with all before it. Batches come in
// the order in which they were taken, one at a time, and none is left out. The
// caller's lock need not be held. An empty batch costs nothing. The first error
// of the disk ends all writing: see [ErrPoisoned]. Then the batch may be found
// when the store is opened again, whole or some first records of it, or not.
func (j *Journal) Sync(b Batch) error {
	if err := j.Err(); err != nil || len(b.frames) == 0 {
		return err
	}
	if b.first != j.durable.Load()+1 && j.mistake != goOnAfterError {
		return j.Poison(errOrder)
	}
	if err := j.write(b); err != nil {
		return j.Poison(err)
	}
	j.durable.Store(b.last)
	j.recycle(b.frames)
	return nil
}

func (j *Journal) write(b Batch) error {
	// All before is durable here, which a new log says of the one before it. It is made
	// with the batch that needs it, so that the batch before has not had to wait.
	if full := j.rotate.Swap(false) || j.log.size >= j.o.FileBytes; full && !j.log.empty() {
		if err := j.nextLog(b.first); err != nil {
			return err
		}
	}
	if err := j.log.write(b.frames, j.durable.Load()); err != nil {
		return err
	}
	switch j.mistake {
	case ackWithoutSync:
		return nil
	case ackBeforeSync:
		j.durable.Store(b.last)
	case rotateUnsynced:
		return j.nextLog(b.last + 1)
	}
	return j.log.sync()
}

// nextLog goes on in a new log. What is in the one before must be durable.
func (j *Journal) nextLog(first uint64) error {
	w, err := j.createLog(logHeader{id: j.id, first: first, durable: first - 1, prev: j.log.prev}, nil)
	if err != nil {
		return fmt.Errorf("journal: a new log: %w", err)
	}
	if err := j.log.close(); err != nil {
		return err
	}
	j.log = w
	j.mu.Lock()
	j.logs = append(j.logs, first)
	j.mu.Unlock()
	return nil
}

// spareMost is the largest buffer that is kept for later: one very long record need not
// take memory for ever.
const spareMost = 8 << 20

func (j *Journal) recycle(b []byte) {
	if cap(b) > spareMost {
		return
	}
	j.mu.Lock()
	if cap(b) > cap(j.spare) {
		j.spare = b[:0]
	}
	j.mu.Unlock()
}

// Flush makes durable all that has been appended: Take and Sync in one, under the
// caller's lock.
func (j *Journal) Flush() error { return j.Sync(j.Take()) }
