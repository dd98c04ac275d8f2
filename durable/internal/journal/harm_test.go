package journal

import (
	"encoding/binary"
	"errors"
	"hash/crc32"
	"slices"

	"github.com/segmentrules/segment/durable/internal/disk/simdisk"
)

// Damage is done to copies of the disk, and the copies are opened. What Open reads must be
// an error if it was durable and there is a proof; what it does not read must be found by
// Verify; what nobody reads must change nothing.

// A tally is how many damages ended in which way.
type tally struct {
	errors   int // of Open
	verified int // Open does not read it, Verify names it
	reported int // as a torn tail
	dead     int // nothing is ever read there, and nothing changed
}

// An outcome is what became of a damaged copy.
type outcome struct {
	m       machine
	rep     Report
	err     error // of Open
	found   []error
	opened  *Journal
	damaged *simdisk.Disk
}

// try opens a damaged copy.
func (w *world) try(c *simdisk.Disk, o Options) (out outcome) {
	v, err := verify(c, o.mistake)
	if err != nil && !errors.Is(err, ErrNoStore) {
		w.broken("verify: %v", err)
	}
	out.found, out.damaged = v.Damaged, c
	out.opened, out.rep, out.err = Open(c, o, out.m.restore, out.m.replay)
	return out
}

// harm does damage of every kind.
func (w *world) harm() {
	if l := listed(w.disk.Names()); len(l.logs) == 0 {
		return
	}
	s := w.store()
	for range 3 {
		w.flipSomewhere(s)
	}
	w.burst(s)
	w.cutSomewhere(s)
	w.removeOne(s)
	w.foreign(s)
	w.passOver(s)
}

func (w *world) copy() *simdisk.Disk { return w.disk.Clone(w.rng.Uint64()) }

// flipSomewhere flips one bit.
func (w *world) flipSomewhere(s store) {
	names := w.disk.Names()
	name := names[w.rng.IntN(len(names))]
	if n := len(w.disk.Bytes(name)); n > 0 {
		w.flip(s, name, w.rng.IntN(8*n))
	}
}

func (w *world) flip(s store, name string, bit int) {
	w.flips++
	c := w.copy()
	c.Flip(name, bit)
	w.judge(s, w.try(c, w.o), name, bit/8, bit/8+1, func() bool { return s.hollow(bit) && !s.proven(bit/8, bit/8+1) })
}

// burst overwrites some bytes, as a disk does that loses a sector.
func (w *world) burst(s store) {
	name := logName(s.logs[len(s.logs)-1])
	old := w.disk.Bytes(name)
	at := w.rng.IntN(len(old))
	end := min(len(old), at+2+w.rng.IntN(20))
	b := slices.Clone(old)
	for i := at; i < end; i++ {
		b[i] ^= byte(1 + w.rng.IntN(255))
	}
	c := w.copy()
	c.Put(name, b)
	w.judge(s, w.try(c, w.o), name, at, end, func() bool { return !s.proven(at, end) })
}

// judge says whether damage to some bytes of a file had the outcome that it must have. In
// the records of the last log, excused says whether the damage may look like a torn tail.
func (w *world) judge(s store, out outcome, name string, at, end int, excused func() bool) {
	w.damages++
	switch {
	case out.err != nil:
		w.tally.errors++
	case len(out.found) > 0:
		w.tally.verified++
	case out.m.n < s.last:
		w.tally.reported++
	default:
		w.tally.dead++
	}
	if lsn, ok := parseName(name, logEnd); ok {
		i := slices.Index(s.logs, lsn)
		switch {
		case i < 0 || at >= s.needed(i):
			w.harmless(s, out, name, at)
		case i < s.first:
			w.later(s, out, name, at)
		case i == len(s.logs)-1 && at >= logHeadLen && excused():
			w.reported(s, out, name, at)
		default:
			w.error(out, name, at)
		}
		return
	}
	lsn, ok := parseName(name, snapEnd)
	switch {
	case !ok || !slices.Contains(s.snaps, lsn):
		w.harmless(s, out, name, at)
	case lsn == newest(s.snaps):
		w.error(out, name, at)
	default:
		w.later(s, out, name, at)
	}
}

// error: Open must have failed, and Verify must have named the file.
func (w *world) error(out outcome, name string, at int) {
	var damage *CorruptError
	switch {
	case out.err == nil:
		w.broken("damage at byte %d of %s was not found: %+v", at, name, out.rep)
	case !errors.As(out.err, &damage):
		w.broken("damage at byte %d of %s is another error: %v", at, name, out.err)
	case !names(out.found, damage.File):
		w.broken("damage at byte %d of %s is an error of Open, and Verify found %v", at, name, out.found)
	}
}

// later: Open does not read it, and Verify does.
func (w *world) later(s store, out outcome, name string, at int) {
	w.same(s, out, name, at)
	if !names(out.found, name) {
		w.broken("damage at byte %d of %s, for which no opening has a use yet, was not found: %v", at, name, out.found)
	}
}

// harmless: nothing is read there, so all is as it was; or it is an error, as where a torn
// record is changed, which nobody was ever told to be durable.
func (w *world) harmless(s store, out outcome, name string, at int) {
	if out.err == nil {
		w.same(s, out, name, at)
	}
}

// reported: fewer records may be found, if the report says so.
func (w *world) reported(s store, out outcome, name string, at int) {
	if out.err != nil {
		return
	}
	w.compare(out.m, out.rep, newest(s.snaps))
	if out.rep.Dropped == nil || out.m.n >= s.last {
		w.broken("damage at byte %d of %s was not reported: record %d of %d is the last, %+v", at, name, out.m.n, s.last, out.rep)
	}
}

func (w *world) same(s store, out outcome, name string, at int) {
	if out.err != nil {
		w.broken("damage at byte %d of %s, which is not read: %v", at, name, out.err)
	}
	w.compare(out.m, out.rep, s.last)
	if out.m.n != s.last {
		w.broken("damage at byte %d of %s, which is not read: record %d is the last, and was %d", at, name, out.m.n, s.last)
	}
}

func names(damage []error, file string) bool {
	return slices.ContainsFunc(damage, func(err error) bool {
		var e *CorruptError
		return errors.As(err, &e) && e.File == file
	})
}

// cutSomewhere shortens a file. The end of the last log may be cut between two records, and
// nobody can know, unless something says how far the log went.
func (w *world) cutSomewhere(s store) {
	if len(s.snaps) > 0 && w.rng.IntN(2) == 0 {
		name := snapName(newest(s.snaps))
		w.cut(s, name, w.cutOfSnap(w.disk.Bytes(name)))
		return
	}
	i := s.first + w.rng.IntN(len(s.logs)-s.first)
	name := logName(s.logs[i])
	b := w.disk.Bytes(name)
	at := w.rng.IntN(len(b))
	if list := spans(b); len(list) > 0 && w.rng.IntN(2) == 0 {
		at = list[w.rng.IntN(len(list))].at
	}
	if i == len(s.logs)-1 {
		w.cutLast(s, name, at)
	} else {
		w.cut(s, name, at)
	}
}

// cutOfSnap is a place to cut a snapshot at, often between two blocks.
func (w *world) cutOfSnap(b []byte) int {
	if w.rng.IntN(2) == 0 {
		return w.rng.IntN(len(b))
	}
	at := snapHeadLen
	for w.rng.IntN(4) > 0 {
		next := at + blockHead + int(binary.LittleEndian.Uint32(b[at+4:]))
		if next >= len(b) {
			break
		}
		at = next
	}
	return at
}

// cut shortens a file that nothing may be missing from.
func (w *world) cut(s store, name string, at int) {
	w.damages++
	c := w.copy()
	c.Put(name, slices.Clone(w.disk.Bytes(name)[:at]))
	lsn, isLog := parseName(name, logEnd)
	if out := w.try(c, w.o); isLog && at >= s.needed(slices.Index(s.logs, lsn)) {
		w.harmless(s, out, name, at)
	} else {
		w.error(out, name, at)
	}
}

func (w *world) cutLast(s store, name string, at int) {
	w.damages++
	c := w.copy()
	b := w.disk.Bytes(name)
	c.Put(name, slices.Clone(b[:at]))
	out := w.try(c, w.o)
	if at < logHeadLen {
		w.error(out, name, at)
		return
	}
	if out.err != nil {
		return
	}
	// what remains must be as it was, and reach as far as is known from elsewhere
	w.compare(out.m, out.rep, max(newest(s.snaps), binary.LittleEndian.Uint64(b[ownAt+8:])))
	if boundary := slices.ContainsFunc(spans(b), func(f span) bool { return f.at == at || f.end == at }); !boundary && at != logHeadLen && out.rep.Dropped == nil && at < s.needed(len(s.logs)-1) {
		w.broken("%s was cut at byte %d in a record, and this was not reported", name, at)
	}
}

// removeOne takes away a log that is not the last.
func (w *world) removeOne(s store) {
	if s.first >= len(s.logs)-1 {
		return
	}
	w.damages++
	name := logName(s.logs[s.first+w.rng.IntN(len(s.logs)-1-s.first)])
	c := w.copy()
	c.Put(name, nil)
	out := w.try(c, w.o)
	if out.err == nil && out.m.n == s.last && w.past[out.m.n] == out.m {
		return // the log before still holds the same records
	}
	var damage *CorruptError
	if !errors.As(out.err, &damage) || len(out.found) == 0 {
		w.broken("%s was removed, and this was not found: %v, %v", name, out.err, out.found)
	}
}

// passOver damages the newest snapshot: the store can be opened without it, and is as
// whole then as before. It goes on as if nothing had been, and that twice.
func (w *world) passOver(s store) {
	if len(s.snaps) == 0 {
		return
	}
	w.damages++
	c, want := w.copy(), w.past[s.last]
	o := w.o
	o.OlderSnapshot = true
	for range 2 {
		name := snapName(newest(listed(c.Names()).snaps))
		c.Flip(name, w.rng.IntN(8*len(c.Bytes(name))))
		var m machine
		j, rep, err := Open(c, o, m.restore, m.replay)
		switch {
		case err != nil:
			w.broken("opened without %s, which is damaged: %v", name, err)
		case m != want:
			w.broken("opened without %s, which is damaged: another state", name)
		case rep.Damaged == nil || rep.Damaged.File != name:
			w.broken("%s was passed over, and the report does not say so: %+v", name, rep)
		}
		payload, after := m.payload(nil, []byte("more"))
		if _, err := j.Append(payload); err != nil {
			w.broken("append after %s was passed over: %v", name, err)
		}
		if err := w.snapshot(j, after); err != nil {
			w.broken("a snapshot after %s was passed over: %v", name, err)
		}
		m = machine{}
		if j, _, err = Open(c, w.o, m.restore, m.replay); err != nil || m != after {
			w.broken("opened after %s was passed over: %v", name, err)
		}
		if err := j.Abandon(); err != nil {
			w.broken("abandon: %v", err)
		}
		want = after
	}
}

// snapshot writes a snapshot and ends without closing.
func (w *world) snapshot(j *Journal, m machine) error {
	job, err := j.BeginSnapshot(m.n, m.meta())
	if err != nil {
		return err
	}
	_, err = job.Write(m.body(100))
	if err := errors.Join(err, j.Flush(), job.Commit(), j.Abandon()); err != nil {
		return err
	}
	return nil
}

// foreign exchanges the last log for one of another store with the same history.
func (w *world) foreign(s store) {
	if len(s.snaps)+len(s.logs) == 1 {
		return // it is a store of its own
	}
	w.damages++
	name := logName(s.logs[len(s.logs)-1])
	b := slices.Clone(w.disk.Bytes(name))
	list := spans(b)
	b[idAt]++
	table := crc32.MakeTable(crc32.Castagnoli)
	seed := crc32.Checksum(b[:logHeadLen-4], table)
	binary.LittleEndian.PutUint32(b[logHeadLen-4:], seed)
	prev := binary.LittleEndian.Uint32(b[logHeadLen-8:])
	for _, f := range list {
		binary.LittleEndian.PutUint32(b[f.at+8:], prev)
		prev = crc32.Update(seed, table, b[f.at+4:f.end])
		binary.LittleEndian.PutUint32(b[f.at:], prev)
	}
	c := w.copy()
	c.Put(name, b)
	w.error(w.try(c, w.o), name, idAt)
}
