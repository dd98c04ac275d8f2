package journal

import (
	"io"

	"github.com/segmentrules/segment/durable/internal/disk"
)

// A logWriter writes the last log of a store. It does no more after an error; whoever
// uses it sees to that.
type logWriter struct {
	file    disk.File
	head    logHeader
	prev    uint32 // the checksum of the last frame, or what the header says of the one before
	size    int64
	mistake fault
}

// createLog makes a log, with the frames that fill puts in it, and opens it. A log that had
// its name is gone then. The name is given only when all in it is on the disk, so a log
// whose header is broken was not interrupted but damaged.
func (d *folder) createLog(head logHeader, fill func(*logWriter) error) (*logWriter, error) {
	name := logName(head.first)
	f, err := d.dir.Create(name + tmpEnd)
	if err != nil {
		return nil, err
	}
	w := &logWriter{file: f, head: head, prev: head.prev, size: logHeadLen, mistake: d.mistake}
	_, err = f.Write(w.head.bytes())
	if err == nil && fill != nil {
		err = fill(w)
	}
	if err == nil && d.mistake != logHeaderNotSynced {
		err = f.Sync()
	}
	// closed before it is renamed, as Windows wants it
	if e := f.Close(); err == nil {
		err = e
	}
	if err == nil {
		err = d.dir.Rename(name+tmpEnd, name)
	}
	if err != nil {
		_ = d.dir.Remove(name + tmpEnd) // a full disk has its room again; else the next opening removes it
		return nil, err
	}
	if d.mistake != logNameNotSynced {
		if err := d.dir.Sync(); err != nil {
			return nil, err
		}
	}
	return d.appendLog(w.head, w.prev, w.size)
}

// appendLog opens a log that exists, of a size and with a last frame that are known.
func (d *folder) appendLog(head logHeader, prev uint32, size int64) (*logWriter, error) {
	f, err := d.dir.Append(logName(head.first))
	if err != nil {
		return nil, err
	}
	return &logWriter{file: f, head: head, prev: prev, size: size, mistake: d.mistake}, nil
}

// empty reports whether no record has been written.
func (w *logWriter) empty() bool { return w.size == logHeadLen }

// write seals the frames of a batch and writes them.
func (w *logWriter) write(batch []byte, durable uint64) error {
	w.prev = seal(batch, w.head.sum, w.prev, durable, w.mistake)
	n, err := w.file.Write(batch)
	w.size += int64(n)
	switch {
	case err != nil && w.mistake != shortWriteAccepted:
		return err
	case n < len(batch) && w.mistake != shortWriteAccepted:
		return io.ErrShortWrite
	}
	return nil
}

// sync makes lasting what was written.
func (w *logWriter) sync() error {
	err := w.file.Sync()
	if err != nil && w.mistake == ackAfterRetry {
		return w.file.Sync()
	}
	return err
}

func (w *logWriter) close() error { return w.file.Close() }
