package journal

// prune removes what no opening will need: all snapshots but the two newest, and the logs
// that end before the record after the older one. Nothing depends on the order, nor on
// whether they are gone for good: whatever comes back after a power cut is older than what
// is used, and is removed when the store is opened.
func (j *Journal) prune() error {
	for _, name := range j.needless() {
		if err := j.dir.Remove(name); err != nil {
			return err
		}
	}
	return nil
}

// needless takes from the lists what is to be removed, and returns the names.
func (j *Journal) needless() (names []string) {
	j.mu.Lock()
	defer j.mu.Unlock()
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
