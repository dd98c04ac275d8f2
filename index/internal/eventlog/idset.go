package eventlog

import "bytes"

// heavyEvents is how many events of a row are scanned for an id, a byte each;
// a row with more has a set of its own.
const heavyEvents = 128

// An idSet finds the records of a row by the hash of their ids: an open hash
// table with linear probing. An entry is 32 bits of the hash and the offset of
// the record, which is never 0; 0 is no entry.
type idSet struct {
	slots []uint64
	used  int
}

// noteHeavy adds a new record to the set of its row, if the row has or now
// needs one.
func (l *Log) noteHeavy(row, rec uint32, hash uint64) {
	b, local := l.block(row), row%blockRows
	switch events := b.head(local).events; {
	case events <= heavyEvents:
	case l.heavy[row] != nil:
		l.heavy[row].add(rec, uint32(hash>>32))
	default:
		// it has just become too many for a scan
		l.makeHeavy(row)
	}
}

// makeHeavy makes the set of a row.
func (l *Log) makeHeavy(row uint32) {
	b, local := l.block(row), row%blockRows
	ids := &idSet{}
	ids.grow(int(b.head(local).events))
	for i := range b.head(local).streams() {
		s := b.stream(local, i)
		for slot := range s.n {
			rec := b.rec(s.off + slot)
			ids.add(rec, uint32(l.of(b.code(rec))>>32))
		}
	}
	l.heavy[row] = ids
}

// grow makes the table large enough for so many records, at most two thirds
// full.
func (s *idSet) grow(n int) {
	size := max(len(s.slots), 16)
	for size*2 < n*3 {
		size *= 2
	}
	if size == len(s.slots) {
		return
	}
	old := s.slots
	s.slots = make([]uint64, size)
	for _, e := range old {
		if e != 0 {
			s.put(e)
		}
	}
}

// put puts an entry into the first free slot from its home on.
func (s *idSet) put(e uint64) {
	i := s.home(e)
	for s.slots[i] != 0 {
		i = s.next(i)
	}
	s.slots[i] = e
}

// home is where the search for an entry begins.
func (s *idSet) home(e uint64) int { return int(e>>32) & (len(s.slots) - 1) }

// next is the slot behind one, the first behind the last.
func (s *idSet) next(i int) int { return (i + 1) & (len(s.slots) - 1) }

// add adds a record that is not in the set.
func (s *idSet) add(rec, hash uint32) {
	s.used++
	s.grow(s.used)
	s.put(uint64(hash)<<32 | uint64(rec))
}

// find returns the record with the code.
func (s *idSet) find(hash uint32, code []byte, b *block) (rec uint32, ok bool) {
	for i := s.home(uint64(hash) << 32); s.slots[i] != 0; i = s.next(i) {
		e := s.slots[i]
		if uint32(e>>32) == hash && bytes.HasPrefix(b.ids[uint32(e):], code) {
			return uint32(e), true
		}
	}
	return 0, false
}

// remove takes a record out, and closes the gap: entries behind it move up as
// far as their search allows.
func (s *idSet) remove(rec, hash uint32) {
	i := s.home(uint64(hash) << 32)
	for s.slots[i] != uint64(hash)<<32|uint64(rec) {
		i = s.next(i)
	}
	mask := len(s.slots) - 1
	for j := s.next(i); s.slots[j] != 0; j = s.next(j) {
		// its home is at the gap or before it, so that a search still comes by
		if (j-s.home(s.slots[j]))&mask >= (j-i)&mask {
			s.slots[i] = s.slots[j]
			i = j
		}
	}
	s.slots[i] = 0
	s.used--
}
