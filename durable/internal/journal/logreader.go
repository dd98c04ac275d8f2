package journal

import (
	"github.com/segmentrules/segment/durable/internal/disk"
)

// A logReader reads the records of one log, as long as they are sound. It says where they
// end, and leaves it to others what that means.
type logReader struct {
	file    disk.Reader
	name    string
	size    int64
	head    logHeader
	mistake fault

	next  place // what is to follow at offset at
	at    int64
	buf   []byte // the bytes from offset from on
	from  int64
	long  []byte // a record of several pieces
	whole int64  // where the record that is being read begins, the end of those before it
	kept  place  // what is to follow there

	durable uint64 // the last record of which the log says that it was durable when it was written
}

// window is how much of a log is read at a time.
const window = 256 << 10

// openLog opens a log and reads its header, into a buffer that may have served for another.
func (d *folder) openLog(first uint64, buf []byte) (*logReader, error) {
	name := logName(first)
	f, err := d.dir.Open(name)
	if err != nil {
		return nil, err
	}
	r := &logReader{file: f, name: name, size: f.Size(), at: logHeadLen, whole: logHeadLen, buf: buf[:0], mistake: d.mistake}
	if err = r.header(); err == nil {
		err = d.check(name, r.head.id)
	}
	if err == nil && r.head.first != first {
		err = corrupt(name, ownAt, "it was written as the log that begins with record %d", r.head.first)
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	r.next = place{seed: r.head.sum, prev: r.head.prev, lsn: first}
	r.kept, r.durable = r.next, max(r.head.durable, first-1)
	return r, nil
}

func (r *logReader) header() (err error) {
	if r.size < logHeadLen {
		return corrupt(r.name, r.size, "it is shorter than its header")
	}
	b, err := r.load(0, logHeadLen)
	if err == nil {
		r.head, err = parseLogHeader(r.name, b[:logHeadLen])
	}
	return err
}

// load returns what the file holds from an offset on, n bytes at least unless it ends before.
func (r *logReader) load(at int64, n int) ([]byte, error) {
	if skip := at - r.from; skip >= 0 && skip+int64(n) <= int64(len(r.buf)) {
		return r.buf[skip:], nil
	}
	n = int(min(int64(max(n, window)), r.size-at))
	if cap(r.buf) < n {
		r.buf = make([]byte, n)
	}
	r.from, r.buf = at, r.buf[:n]
	if err := readFull(r.file, r.buf, at); err != nil {
		r.buf = r.buf[:0]
		return nil, err
	}
	return r.buf, nil
}

// frame reads the next frame; ok is false if what is there is not it.
func (r *logReader) frame() (f []byte, ok bool, err error) {
	b, err := r.load(r.at, int(min(frameRoom, r.size-r.at)))
	if err != nil || len(b) < frameRoom {
		return nil, false, err
	}
	f, ok = frameAt(b)
	if n := lengthOf(b); !ok && n >= 0 && n <= maxPiece && r.at+frameRoom+int64(n) <= r.size {
		// it lies in the file, and only the window is too short for it
		if b, err = r.load(r.at, frameRoom+n); err != nil {
			return nil, false, err
		}
		f, ok = frameAt(b)
	}
	return f, ok && r.next.sound(f, r.mistake) && r.next.follows(f, r.mistake), nil
}

// record reads the next record, good until the next call; ok is false where the sound
// records end.
func (r *logReader) record() (lsn uint64, payload []byte, ok bool, err error) {
	r.whole, r.kept, r.long = r.at, r.next, r.long[:0]
	for {
		f, ok, err := r.frame()
		if err != nil {
			return 0, nil, false, err
		}
		if !ok {
			if r.next.open && r.mistake == pieceLost {
				r.next.open, r.next.lsn = false, r.next.lsn+1
				return r.next.lsn - 1, r.long, true, nil
			}
			return 0, nil, false, nil
		}
		r.next, r.at, r.durable = r.next.after(f), r.at+int64(len(f)), max(r.durable, durableOf(f))
		switch payload := f[payloadAt : len(f)-1]; {
		case f[kindAt] == kindWhole:
			return lsnOf(f), payload, true, nil
		case len(r.long)+len(payload) > MaxRecord:
			return 0, nil, false, corrupt(r.name, r.whole, "record %d is longer than any may be", lsnOf(f))
		default:
			r.long = append(r.long, payload...)
		}
		if !r.next.open {
			return lsnOf(f), r.long, true, nil
		}
	}
}

// end reports whether the log ends where its records do.
func (r *logReader) end() bool { return r.whole == r.size }

// tail reads what stands from the broken frame on, into memory as a whole: it is rare, and
// as long as a log at most.
func (r *logReader) tail() ([]byte, error) {
	b := make([]byte, r.size-r.at)
	return b, readFull(r.file, b, r.at)
}

func (r *logReader) close() { r.file.Close() }
