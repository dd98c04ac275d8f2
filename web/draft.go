package web

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"
)

// Drafts keep segments that somebody is working on: a name and a rule text, which may be
// wrong. Each is a JSON file of its own in a directory, which is replaced as a whole, so that
// a crash leaves the one before or the one after. The zero Drafts keep them in memory only.
// They may be used by many goroutines; a directory must be used by one Drafts at a time.
type Drafts struct {
	mu  sync.Mutex
	dir string
	all map[string]Draft
}

// A Draft is one of them. Revision is 1 when it is saved first, and grows by one each time after.
type Draft struct {
	ID       string    `json:"id"`
	Name     string    `json:"name"`
	Rule     string    `json:"rule"`
	Updated  time.Time `json:"updated"`
	Revision uint64    `json:"revision"`
}

// A ConflictError says that a draft is not as whoever saves it supposes. Current is how it is;
// its revision is 0 if there is none.
type ConflictError struct{ Current Draft }

// Error says what has happened.
func (e *ConflictError) Error() string {
	if e.Current.Revision == 0 {
		return "the draft is not there any more"
	}
	return fmt.Sprintf("somebody else has saved revision %d of the draft", e.Current.Revision)
}

// OpenDrafts returns the drafts of a directory, which it makes if it is not there. A file that
// cannot be read as a draft is an error that names it.
func OpenDrafts(dir string) (*Drafts, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	d := &Drafts{dir: dir, all: make(map[string]Draft)}
	files, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	for _, f := range files {
		path := filepath.Join(dir, f.Name())
		switch {
		case strings.HasSuffix(f.Name(), unfinished): // a crash came before it was told as saved
			if err := os.Remove(path); err != nil {
				return nil, err
			}
		case strings.HasSuffix(f.Name(), ".json"):
			one, err := readDraft(path)
			if err != nil {
				return nil, fmt.Errorf("%s is no draft: %w", path, err)
			}
			d.all[one.ID] = one
		}
	}
	return d, nil
}

// unfinished ends the name of a file that is still being written.
const unfinished = ".json.new"

// readDraft reads a file.
func readDraft(path string) (one Draft, err error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return one, err
	}
	in := json.NewDecoder(bytes.NewReader(text))
	in.DisallowUnknownFields()
	if err := in.Decode(&one); err != nil {
		return one, err
	}
	if one.ID == "" || one.Revision == 0 || filepath.Base(path) != fileOf(one.ID) {
		return one, errors.New("its name is not that of the draft in it")
	}
	return one, nil
}

// fileOf is the name of the file of a draft. Ids are any text, names of files are not.
func fileOf(id string) string {
	sum := sha256.Sum256([]byte(id))
	return hex.EncodeToString(sum[:16]) + ".json"
}

// All returns the drafts, ordered by id.
func (d *Drafts) All() []Draft {
	d.mu.Lock()
	defer d.mu.Unlock()
	all := make([]Draft, 0, len(d.all))
	for _, one := range d.all {
		all = append(all, one)
	}
	slices.SortFunc(all, func(a, b Draft) int { return strings.Compare(a.ID, b.ID) })
	return all
}

// Get returns a draft; ok is false if there is none.
func (d *Drafts) Get(id string) (one Draft, ok bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	one, ok = d.all[id]
	return one, ok
}

// Save keeps a draft in place of the one with a revision, 0 if there must be none yet, and
// returns it with its new revision. If the draft is at another revision the error is a
// [*ConflictError], and nothing has changed. It is on the disk when Save returns.
func (d *Drafts) Save(one Draft, replaces uint64) (Draft, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if now := d.all[one.ID]; now.Revision != replaces {
		return now, &ConflictError{now}
	}
	one.Revision = replaces + 1
	if err := d.write(one); err != nil {
		return one, err
	}
	if d.all == nil {
		d.all = make(map[string]Draft)
	}
	d.all[one.ID] = one
	return one, nil
}

// Delete forgets a draft at a revision, 0 for whichever it has. One that is not there is no
// error if no revision is given.
func (d *Drafts) Delete(id string, revision uint64) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	now, ok := d.all[id]
	switch {
	case revision != 0 && now.Revision != revision:
		return &ConflictError{now}
	case !ok:
		return nil
	case d.dir != "":
		if err := os.Remove(filepath.Join(d.dir, fileOf(id))); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		if err := syncDir(d.dir); err != nil {
			return err
		}
	}
	delete(d.all, id)
	return nil
}

// write puts the file of a draft in place of the one before.
func (d *Drafts) write(one Draft) error {
	if d.dir == "" {
		return nil
	}
	text, err := json.MarshalIndent(one, "", "  ")
	if err != nil {
		return err
	}
	path := filepath.Join(d.dir, fileOf(one.ID))
	fresh := strings.TrimSuffix(path, ".json") + unfinished
	if err := writeSynced(fresh, append(text, '\n')); err != nil {
		return err
	}
	if err := os.Rename(fresh, path); err != nil {
		return err
	}
	return syncDir(d.dir)
}

// writeSynced writes a file, which is on the disk when it returns.
func writeSynced(path string, text []byte) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	return errors.Join(err, f.Sync(), f.Close())
}

// syncDir makes names in a directory last. Systems whose directories cannot be synced do so by
// themselves.
func syncDir(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	_ = f.Sync()
	return f.Close()
}
