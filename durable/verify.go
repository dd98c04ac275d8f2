package durable

import (
	"fmt"

	"github.com/segmentrules/segment/durable/internal/disk"
	"github.com/segmentrules/segment/durable/internal/journal"
)

// A Check is what [Verify] has found.
type Check struct {
	Snapshots int      // that were read: two at most
	Logs      int      // that were read
	Records   int      // that are sound
	Bytes     int64    // of all that was read
	Damaged   []error  // a [*CorruptError] or [*VersionError] for each file in which something is wrong, and for what is missing
	Torn      string   // what the next opening will cut off from the end; empty for nothing
	Leftover  []string // unfinished files, which the next opening will remove
}

// Verify reads all that a store in a directory may need again, the two newest snapshots and
// the logs from the older one on, and names everything that is damaged. It changes nothing.
// Whether the calls of the log come to the same when they are made again, only opening
// shows. The error is that of the file system, [ErrLocked] while the store is open to
// write, or [ErrNoStore].
func Verify(path string) (Check, error) {
	dir, err := disk.OpenDir(path)
	if err != nil {
		return Check{}, err
	}
	v, err := journal.Verify(dir)
	c := Check{Snapshots: v.Snapshots, Logs: v.Logs, Records: v.Records, Bytes: v.Bytes, Damaged: v.Damaged, Leftover: v.Leftover}
	if v.Tail != nil {
		c.Torn = fmt.Sprintf("%d bytes of %s from byte %d on", v.Tail.Bytes, v.Tail.File, v.Tail.Offset)
	}
	return c, err
}
