package journal

import (
	"errors"
	"io/fs"
)

// prune removes what no opening will need: all snapshots but the two newest, and the logs
// that end before the record after the older one. Nothing depends on the order, nor on
// whether they are gone for good: whatever comes back after a power cut is older than what
// is used, and is removed when the store is opened.
func (j *Journal) prune() error {
	j.mu.Lock()
	j.useless = append(j.useless, j.needless()...)
	j.mu.Unlock()
	return j.sweep()
}

// needless takes from the lists what is to be removed, and returns the names. The lock is
// held.
func (j *Journal) needless() (names []string) {
	keep, from := 2, base(j.snaps)
	switch j.mistake {
	case pruneSnapshot:
		keep, from = 1, newest(j.snaps)
	case pruneLogs:
		from = newest(j.snaps)
	}
	for len(j.snaps) > keep {
		names = append(names, snapName(j.snaps[0]))
		j.snaps = j.snaps[1:]
	}
	for len(j.logs) > 1 && j.logs[1] <= from+1 {
		names = append(names, logName(j.logs[0]))
		j.logs = j.logs[1:]
	}
	return names
}

// sweep removes what is of no use, and keeps for later what it cannot remove. The error is
// the first.
func (j *Journal) sweep() (first error) {
	j.mu.Lock()
	names := j.useless
	j.useless = nil
	j.mu.Unlock()
	for _, name := range names {
		if err := j.drop(name); first == nil {
			first = err
		}
	}
	return first
}

// drop removes a file, or has it removed later if that fails.
func (j *Journal) drop(name string) error {
	err := j.dir.Remove(name)
	if err == nil || errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	j.mu.Lock()
	j.useless = append(j.useless, name)
	j.mu.Unlock()
	return err
}
