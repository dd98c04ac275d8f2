package disk

import (
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// An OSDir is a directory of the file system.
type OSDir struct{ path string }

// OpenDir returns the directory at a path, which must exist.
func OpenDir(path string) (*OSDir, error) {
	switch info, err := os.Stat(path); {
	case err != nil:
		return nil, err
	case !info.IsDir():
		return nil, &fs.PathError{Op: "open", Path: path, Err: fs.ErrInvalid}
	}
	return &OSDir{path}, nil
}

// MakeDir returns the directory at a path, made with those above it if need be,
// and makes lasting that it is there.
func MakeDir(path string) (*OSDir, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	var missing []string // the directories above what is not there, which get a new name in them
	for at := path; ; at = filepath.Dir(at) {
		if _, err := os.Stat(at); err == nil || filepath.Dir(at) == at {
			break
		}
		missing = append(missing, filepath.Dir(at))
	}
	if err := os.MkdirAll(path, 0o777); err != nil {
		return nil, err
	}
	for _, parent := range missing {
		if err := syncDir(parent); err != nil {
			return nil, err
		}
	}
	return OpenDir(path)
}

func (d *OSDir) at(name string) string { return filepath.Join(d.path, name) }

// List implements [Dir].
func (d *OSDir) List() (names []string, err error) {
	entries, err := os.ReadDir(d.path)
	for _, e := range entries {
		if !e.IsDir() {
			names = append(names, e.Name())
		}
	}
	return names, err
}

// Create implements [Dir].
func (d *OSDir) Create(name string) (File, error) {
	return writable(os.OpenFile(d.at(name), os.O_WRONLY|os.O_CREATE|os.O_EXCL|os.O_APPEND, 0o666))
}

// Append implements [Dir].
func (d *OSDir) Append(name string) (File, error) {
	return writable(os.OpenFile(d.at(name), os.O_WRONLY|os.O_APPEND, 0))
}

// writable makes sure that a file that could not be opened is a nil File.
func writable(f *os.File, err error) (File, error) {
	if err != nil {
		return nil, err
	}
	return f, nil
}

// Open implements [Dir].
func (d *OSDir) Open(name string) (Reader, error) {
	f, err := os.Open(d.at(name))
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err != nil {
		f.Close()
		return nil, err
	}
	return osReader{f, info.Size()}, nil
}

type osReader struct {
	*os.File
	size int64
}

func (r osReader) Size() int64 { return r.size }

// Rename implements [Dir].
func (d *OSDir) Rename(from, to string) error { return os.Rename(d.at(from), d.at(to)) }

// Remove implements [Dir].
func (d *OSDir) Remove(name string) error { return os.Remove(d.at(name)) }

// Sync implements [Dir].
func (d *OSDir) Sync() error { return syncDir(d.path) }

// Lock implements [Dir].
func (d *OSDir) Lock(name string, shared bool) (io.Closer, error) { return lock(d.at(name), shared) }
