package journal

import "errors"

// When a store was not closed, nobody knows whether the last records in its log are on the
// disk. They can be read, but perhaps from the cache of the system only: the process may
// have been killed before it synced them. Syncing the file now does not help. If a sync of
// it has failed before the process ended, the system takes what it could not write for
// written, and the next sync succeeds without writing it.
//
// So these records are written anew, into a new log that begins with the first of them. It
// takes the place of the end of the log before, where a torn tail may stand too, and which
// is not read any more. The log before is not touched, and as all of this gets its name
// at once, a crash on the way leaves things as they were.

// anew makes that log. In most cases it is small: the last batch or two. The log it is
// read from is read once more.
func (j *Journal) anew(p *replay) error {
	from := p.durable + 1
	if j.mistake == syncedAgain {
		return j.again(p)
	}
	r, err := j.openLog(p.head.first, p.buf)
	if err != nil {
		return err
	}
	defer r.close()
	for r.next.lsn != from {
		if _, _, ok, err := r.record(); err != nil {
			return err
		} else if !ok {
			return errChanged
		}
	}
	head := logHeader{id: j.id, first: from, durable: p.next.lsn - 1, prev: r.next.prev}
	j.log, err = j.createLog(head, func(w *logWriter) error { return j.copy(r, w, p) })
	if err == nil && from != p.head.first {
		j.logs = append(j.logs, from)
	}
	return err
}

// errChanged says that a file was read twice with different results.
var errChanged = errors.New("journal: the last log changed while it was opened")

// copyBytes is how much is written at a time.
const copyBytes = 1 << 20

// copy writes what is left of the records of a log to another.
func (j *Journal) copy(r *logReader, w *logWriter, p *replay) error {
	var b []byte
	for r.next.lsn != p.next.lsn {
		lsn, payload, ok, err := r.record()
		if err != nil {
			return err
		}
		if !ok {
			return errChanged
		}
		b = putRecord(b, lsn, payload, j.o.piece)
		if len(b) < copyBytes && r.next.lsn != p.next.lsn {
			continue
		}
		if err := w.write(b, p.durable); err != nil {
			return err
		}
		b = b[:0]
	}
	r.close() // before another file takes its name, as Windows wants it
	return nil
}

// again is a mistake: it syncs what was read, and relies on it.
func (j *Journal) again(p *replay) (err error) {
	if j.log, err = j.appendLog(p.head, p.next.prev, p.size); err != nil {
		return err
	}
	if err := j.log.sync(); err != nil {
		return err
	}
	return j.nextLog(p.next.lsn)
}
