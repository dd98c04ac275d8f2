package journal

import "errors"

// Close flushes, and lets go of the directory; the caller's lock is held, and no
// Sync and no snapshot job is under way. It makes a new log if the last has
// records, which says of all of them that they are durable: whatever is broken
// in them later is damage. After an error of the disk it writes nothing, and
// returns that error. The lock is free whatever the error.
func (j *Journal) Close() error {
	if errors.Is(j.Err(), ErrClosed) {
		return nil
	}
	err := j.Flush()
	if err == nil && !j.log.empty() {
		if err = j.nextLog(j.LSN() + 1); err != nil {
			err = j.Poison(err)
		}
	}
	if errors.Is(err, ErrReadOnly) {
		err = nil
	}
	if e := j.Abandon(); err == nil {
		err = e
	}
	return err
}

// Abandon lets go of the directory and writes nothing: what was not durable is
// found or not when the store is opened again, as after a crash. It is for a
// caller that cannot use what it has opened. It does nothing after Close.
func (j *Journal) Abandon() error {
	if errors.Is(j.Err(), ErrClosed) {
		return nil
	}
	j.stop(ErrClosed)
	var err error
	if j.log != nil {
		err = j.log.close()
	}
	if e := j.lock.Close(); err == nil {
		err = e
	}
	return err
}
