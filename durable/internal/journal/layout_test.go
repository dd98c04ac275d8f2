package journal

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"slices"

	"github.com/segmentrules/segment/durable/internal/disk/simdisk"
)

// What a test must know of the files to say which damage may be excused. It reads the
// undamaged bytes itself, and shares no code with what is tested but the constants.

// A span is a frame as it stands in a log.
type span struct {
	at, end      int
	lsn, durable uint64
}

// spans takes a log apart, up to the first bytes that are no frame of it.
func spans(b []byte) (list []span) {
	seed := binary.LittleEndian.Uint32(b[logHeadLen-4:])
	for at := logHeadLen; at+frameRoom <= len(b); {
		end := at + frameRoom + int(binary.LittleEndian.Uint32(b[at+4:]))
		if end > len(b) || crc32.Update(seed, crc32.MakeTable(crc32.Castagnoli), b[at+4:end]) != binary.LittleEndian.Uint32(b[at:]) {
			break
		}
		list = append(list, span{at, end, binary.LittleEndian.Uint64(b[at+12:]), binary.LittleEndian.Uint64(b[at+20:])})
		at = end
	}
	return list
}

// A store is what lies on a disk that was not damaged, by what it is good for.
type store struct {
	disk  *simdisk.Disk
	snaps []uint64
	logs  []uint64 // of those that are needed, the first lsns
	first int      // the place in logs of the first that Open reads
	last  uint64   // the last record that an opening finds
	left  *Tail    // what it drops
}

func (w *world) store() store {
	s := store{disk: w.disk}
	l := listed(w.disk.Names())
	s.snaps, s.logs = l.snaps, l.logs
	if n := len(s.snaps); n > 2 {
		s.snaps = s.snaps[n-2:]
	}
	s.logs = s.logs[max(0, logOf(s.logs, base(s.snaps))):]
	s.first = logOf(s.logs, newest(s.snaps))
	var m machine
	c := w.disk.Clone(w.seed)
	j, rep, err := Open(c, w.o, m.restore, m.replay)
	if err != nil {
		w.broken("opened to compare: %v", err)
	}
	w.compare(m, rep, w.acked)
	s.last, s.left = j.Durable(), rep.Dropped
	return s
}

// needed is the end of the bytes of a log that anything is ever read from.
func (s store) needed(i int) int {
	b := s.disk.Bytes(logName(s.logs[i]))
	if i+1 < len(s.logs) {
		end := logHeadLen
		for _, f := range spans(b) {
			if f.lsn < s.logs[i+1] {
				end = f.end
			}
		}
		return end
	}
	if s.left != nil {
		return int(s.left.Offset)
	}
	return len(b)
}

// proven reports whether it can be known that the frame was durable in which damage to the
// last log begins: from its header, a snapshot, or a later frame that the damage spares.
func (s store) proven(at, until int) bool {
	name := logName(s.logs[len(s.logs)-1])
	b := s.disk.Bytes(name)
	list := spans(b)
	i := slices.IndexFunc(list, func(f span) bool { return f.at <= at && at < f.end })
	if i < 0 {
		return true // the header
	}
	lsn := list[i].lsn
	if lsn <= newest(s.snaps) || lsn <= binary.LittleEndian.Uint64(b[ownAt+8:]) {
		return true
	}
	return slices.ContainsFunc(list[i+1:], func(f span) bool { return f.at >= until && f.durable >= lsn })
}

// hollow reports whether the frame of the last log in which a bit is flipped has a sector
// then that is zero from the start of the frame on: as if it had never been written.
func (s store) hollow(bit int) bool {
	b := slices.Clone(s.disk.Bytes(logName(s.logs[len(s.logs)-1])))
	list := spans(b)
	i := slices.IndexFunc(list, func(f span) bool { return f.at <= bit/8 && bit/8 < f.end })
	if i < 0 {
		return false
	}
	flip(b, bit)
	for at := list[i].at / sectorLen * sectorLen; at < list[i].end; at += sectorLen {
		if len(bytes.Trim(b[max(at, list[i].at):min(len(b), at+sectorLen)], "\x00")) == 0 {
			return true
		}
	}
	return false
}
