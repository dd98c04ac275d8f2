package journal

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

const (
	lockName  = "lock"
	logEnd    = ".log"
	snapEnd   = ".snap"
	tmpEnd    = ".tmp" // behind one of the others, while the file is being written
	badEnd    = ".bad" // behind that of a damaged snapshot that was passed over
	nameWidth = 16     // digits of the lsn
)

// logName is the name of the log whose first record is to be lsn.
func logName(lsn uint64) string { return fmt.Sprintf("%016x%s", lsn, logEnd) }

// snapName is the name of the snapshot of the state after lsn.
func snapName(lsn uint64) string { return fmt.Sprintf("%016x%s", lsn, snapEnd) }

// parseName gives the lsn back, if name is exactly what the functions above make.
func parseName(name, end string) (lsn uint64, ok bool) {
	digits, found := strings.CutSuffix(name, end)
	if !found || len(digits) != nameWidth || digits != strings.ToLower(digits) {
		return 0, false
	}
	lsn, err := strconv.ParseUint(digits, 16, 64)
	return lsn, err == nil
}

// A listing is what lies in a directory, by kind; files that are none of a store are left out.
type listing struct {
	logs  []uint64 // first lsns, in order
	snaps []uint64 // lsns, in order
	tmps  []string
}

func listed(names []string) (l listing) {
	for _, name := range names {
		if lsn, ok := parseName(name, logEnd); ok {
			l.logs = append(l.logs, lsn)
		} else if lsn, ok := parseName(name, snapEnd); ok {
			l.snaps = append(l.snaps, lsn)
		} else if whole, ok := strings.CutSuffix(name, tmpEnd); ok {
			_, log := parseName(whole, logEnd)
			_, snap := parseName(whole, snapEnd)
			if log || snap {
				l.tmps = append(l.tmps, name)
			}
		}
	}
	slices.Sort(l.logs)
	slices.Sort(l.snaps)
	return l
}

// base is the lsn from which the records are kept: that of the snapshot before the newest,
// or 0, so that a store can do without its newest snapshot.
func base(snaps []uint64) uint64 {
	if len(snaps) < 2 {
		return 0
	}
	return snaps[len(snaps)-2]
}

// logOf is the place in logs of the one that holds the record after lsn; -1 if there is none.
func logOf(logs []uint64, lsn uint64) int {
	i, found := slices.BinarySearch(logs, lsn+1)
	if found {
		return i
	}
	return i - 1
}
