package live

import (
	"errors"
	"fmt"
	"hash/crc32"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
)

// A Cursor keeps how far a sink has come, over restarts.
type Cursor interface {
	// Load returns the revision that was saved last, 0 if none was.
	Load() (revision uint64, err error)
	// Save keeps a revision. When it returns, the next Load returns the revision also after
	// a crash.
	Save(revision uint64) error
}

// A FileCursor is a [Cursor] in the file with this path. The file is replaced as a whole, so
// that a crash leaves the old or the new one. A file that is not whole is an error that names
// it, and never another revision. To have a sink begin at the present, save the revision of the
// host before its first run. Only one sink may use a file at a time.
type FileCursor string

const cursorFormat = "segment cursor 1 %d %08x\n"

// Load reads the file.
func (f FileCursor) Load() (revision uint64, err error) {
	text, err := os.ReadFile(string(f))
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("live: the cursor: %w", err)
	}
	var sum uint32
	if _, err := fmt.Sscanf(string(text), cursorFormat, &revision, &sum); err != nil || cursorText(revision) != string(text) {
		return 0, fmt.Errorf("live: %s is not a cursor, or is damaged: write the last revision that the receiver has with FileCursor.Save, or remove the file to begin at revision 0", string(f))
	}
	return revision, nil
}

// cursorText is what a file says for a revision.
func cursorText(revision uint64) string {
	sum := crc32.ChecksumIEEE(fmt.Append(nil, revision))
	return fmt.Sprintf(cursorFormat, revision, sum)
}

// Save writes a new file and puts it in the place of the old one.
func (f FileCursor) Save(revision uint64) error {
	if err := f.replace(cursorText(revision)); err != nil {
		return fmt.Errorf("live: the cursor: %w", err)
	}
	return nil
}

// replace writes the new file beside the old one, has it on disk, and renames it.
func (f FileCursor) replace(text string) (err error) {
	next := string(f) + ".new"
	file, err := os.OpenFile(next, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o644)
	if err != nil {
		return err
	}
	_, err = file.WriteString(text)
	err = errors.Join(err, file.Sync(), file.Close())
	if err != nil {
		return err
	}
	if err := os.Rename(next, string(f)); err != nil {
		return err
	}
	if runtime.GOOS == "windows" {
		return nil // directories cannot be synced there
	}
	dir, err := os.Open(filepath.Dir(string(f)))
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}
