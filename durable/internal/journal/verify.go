package journal

import (
	"errors"

	"github.com/segmentrules/segment/durable/internal/disk"
)

// A Verification is what [Verify] found.
type Verification struct {
	ID        [16]byte
	Snapshots int   // how many were read: two at most
	Logs      int   // how many were read
	Records   int   // how many sound records are in them
	Bytes     int64 // of all that was read

	// Damaged holds a [CorruptError] or [VersionError] for each file in which something
	// is wrong, the first that was found in it, and for what is missing.
	Damaged []error

	Tail     *Tail    // what the next opening will drop from the end; nil for nothing
	Leftover []string // unfinished files, which the next opening will remove
}

// Verify reads everything that a store may ever need again: the two newest
// snapshots and all logs from the older one on. It changes nothing, and goes on
// behind damage. The error is that of the disk, or [disk.ErrLocked] while the
// store is open to write, or [ErrNoStore].
func Verify(dir disk.Dir) (Verification, error) { return verify(dir, "") }

func verify(dir disk.Dir, mistake fault) (v Verification, err error) {
	d := folder{dir: dir, mistake: mistake}
	lock, err := d.lock(true)
	if err != nil {
		return v, err
	}
	defer lock.Close()
	l, err := d.list()
	if err != nil {
		return v, err
	}
	if len(l.logs) == 0 && len(l.snaps) == 0 {
		return v, ErrNoStore
	}
	v.Leftover = l.tmps
	if err := v.snapshots(&d, l.snaps); err != nil {
		return v, err
	}
	err = v.logs(&d, l)
	v.ID = d.id
	return v, err
}

// found notes damage, and passes on any other error.
func (v *Verification) found(err error) error {
	var damage *CorruptError
	var later *VersionError
	if errors.As(err, &damage) || errors.As(err, &later) {
		v.Damaged = append(v.Damaged, err)
		return nil
	}
	return err
}

func (v *Verification) snapshots(d *folder, snaps []uint64) error {
	// the newest first, as it says which store this is
	for i := len(snaps) - 1; i >= max(0, len(snaps)-2); i-- {
		size, err := d.checkSnap(snaps[i])
		if err := v.found(err); err != nil {
			return err
		}
		v.Snapshots++
		v.Bytes += size
	}
	return nil
}

func (v *Verification) logs(d *folder, l listing) error {
	p := replay{folder: d, logs: l.logs, after: base(l.snaps), covered: newest(l.snaps)}
	start := logOf(l.logs, p.after)
	if start < 0 {
		return v.found(corrupt(logName(p.after+1), 0, "the log with record %d is missing", p.after+1))
	}
	whole := true // whether the log before was read to its end
	for i := start; i < len(l.logs); i++ {
		known := len(v.Damaged)
		if err := v.found(p.log(i, i > start && whole)); err != nil {
			return err
		}
		whole = len(v.Damaged) == known
		v.Logs++
		v.Bytes += p.size
	}
	v.Records, v.Tail = p.replayed, p.tail
	if !whole {
		return nil // where they end is not known
	}
	return v.found(p.reached())
}
