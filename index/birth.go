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

func (b birth) instant() instant { return instant{b.sec, b.nsec} }

func (b birth) time() time.Time { return b.instant().time() }

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
	return who{ids: slices.Clip(s.ids), births: slices.Clip(s.created), ordered: s.ordered}
}
