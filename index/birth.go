package index

import (
	"cmp"
	"math"
	"slices"
	"time"
)

// A birth is when a contact was created, and which it was of those at that
// instant: in this order contacts are listed.
type birth struct {
	sec  int64
	nsec int32
	turn uint32
}

// instant is when the contact was created.
func (b birth) instant() instant { return instant{b.sec, b.nsec} }

// time is the instant, in UTC.
func (b birth) time() time.Time { return b.instant().time() }

// compare orders contacts as they were created.
func (b birth) compare(o birth) int {
	return cmp.Or(cmp.Compare(b.sec, o.sec), cmp.Compare(b.nsec, o.nsec), cmp.Compare(b.turn, o.turn))
}

// setTurn says that the next contact to be created at the instant has at least
// this turn.
func (s *store) setTurn(at instant, turn uint32) {
	if s.turn.instant() != at {
		s.turn = birth{sec: at.sec, nsec: at.nsec}
	}
	s.turn.turn = max(s.turn.turn, turn)
}

// order finds what is kept of the order of births, from the births.
func (s *store) order(now instant) {
	newest := birth{}
	s.ordered, s.last = true, -1
	for row, alive := range s.alive {
		if !alive {
			continue
		}
		b := s.created[row]
		if s.last >= 0 {
			s.ordered = s.ordered && newest.compare(b) < 0
		}
		if s.last < 0 || newest.compare(b) < 0 {
			newest = b
		}
		s.last = row
	}
	if s.last >= 0 && newest.instant() == now {
		s.setTurn(now, min(newest.turn, math.MaxUint32-1)+1)
	}
}

// known is who the contacts are, as it stands: a reader may keep it.
func (s *store) known() who {
	return who{ids: slices.Clip(s.ids), births: slices.Clip(s.created), ordered: s.ordered, rows: s.rows, generation: s.generation, made: s.made}
}

// recycle frees the rows of deleted contacts once there are many, an eighth of all.
// Nothing may speak of them but sets of contacts that were given out, and what
// was frozen: these have the ids and births as they were until now, which are
// copied, and of a row that is free now no later one speaks before it is taken
// again. So a row is one contact at most between two times, and readers go on
// without a lock. Rows are not part of the state: which one a contact gets cannot
// be seen.
func (s *store) recycle() {
	if len(s.gone) < max(s.spare, len(s.ids)/8) && s.again < maxAgain {
		return
	}
	again := s.again >= maxAgain
	s.ids, s.created = slices.Clone(s.ids), slices.Clone(s.created)
	for _, row := range s.gone {
		s.texts -= idBytes(s.ids[row])
		s.ids[row], s.created[row] = "", birth{}
	}
	s.release(s.gone)
	s.gone = s.gone[:0]
	s.generation++
	if s.again = 0; again {
		for n, t := range s.rows.tables {
			if t != nil {
				s.rows.renew(n, s.ids)
			}
		}
	}
}

// enter puts a row that has an id in the directory. Sets from before do not go with
// later ones by row if the contact comes again, and so has two.
func (s *store) enter(row uint32) {
	if past := s.rows.add(s.ids, row); past > 0 {
		s.again = max(s.again, past)
		s.generation++
	}
}

// maxAgain is how often one contact may be deleted and come again before rows are
// recycled for its sake: what is gone stands in the way of who looks for it.
const maxAgain = 256

// release lets rows be taken again.
func (s *store) release(rows []uint32) {
	s.free = append(s.free, rows...)
	slices.SortFunc(s.free, func(a, b uint32) int { return cmp.Compare(b, a) })
}
