package journal

import (
	"errors"
	"io"
	"io/fs"

	"github.com/segmentrules/segment/durable/internal/disk"
)

// A folder is a directory with the files of one store.
type folder struct {
	dir     disk.Dir
	id      id // zero until the first file has been read
	mistake fault
}

// check makes sure that a file is of this store; the first that is read says which it is.
func (d *folder) check(file string, of id) error {
	if d.id == (id{}) {
		d.id = of
	}
	if d.id != of && d.mistake != idNotChecked {
		return corrupt(file, idAt, "it belongs to the store %x, and the others to %x", of, d.id)
	}
	return nil
}

// readFull reads len(b) bytes at an offset; the file is long enough.
func readFull(f disk.Reader, b []byte, at int64) error {
	n, err := f.ReadAt(b, at)
	if n == len(b) {
		return nil
	}
	if err == nil || errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

// lock takes the lock of the directory. A store that is only read may lie where there is no
// lock file and none can be made: nobody can write there either.
func (d *folder) lock(readOnly bool) (io.Closer, error) {
	l, err := d.dir.Lock(lockName, readOnly)
	if readOnly && errors.Is(err, fs.ErrNotExist) {
		return io.NopCloser(nil), nil
	}
	return l, err
}

// list reads which files there are.
func (d *folder) list() (listing, error) {
	names, err := d.dir.List()
	return listed(names), err
}
