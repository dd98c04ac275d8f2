package contacts

import (
	"cmp"
	"math"
	"slices"
	"time"

	"github.com/segmentrules/segment/index/internal/size"
)

// A Creation is when a contact was created, and which it was of those at that
// instant: in this order contacts are listed.
type Creation struct {
	Sec  int64
	Nsec int32
	Turn uint32
}

// Instant is when the contact was created.
func (b Creation) Instant() Instant { return Instant{b.Sec, b.Nsec} }

// Time is the instant, in UTC.
func (b Creation) Time() time.Time { return b.Instant().Time() }

// Compare orders contacts as they were created.
func (b Creation) Compare(o Creation) int {
	return cmp.Or(cmp.Compare(b.Sec, o.Sec), cmp.Compare(b.Nsec, o.Nsec), cmp.Compare(b.Turn, o.Turn))
}

// SetNext says that the next contact to be created at the instant has at least
// this turn.
func (s *Store) SetNext(at Instant, turn uint32) {
	if s.Next.Instant() != at {
		s.Next = Creation{Sec: at.Sec, Nsec: at.Nsec}
	}
	s.Next.Turn = max(s.Next.Turn, turn)
}

// Reorder finds what is kept of the order of creations, from the creations.
func (s *Store) Reorder(now Instant) {
	newest := Creation{}
	s.ordered, s.last = true, -1
	for row, alive := range s.Alive {
		if !alive {
			continue
		}
		b := s.Created[row]
		if s.last >= 0 {
			s.ordered = s.ordered && newest.Compare(b) < 0
		}
		if s.last < 0 || newest.Compare(b) < 0 {
			newest = b
		}
		s.last = row
	}
	if s.last >= 0 && newest.Instant() == now {
		s.SetNext(now, min(newest.Turn, math.MaxUint32-1)+1)
	}
}

// Roster is who the contacts are, as it stands: a reader may keep it.
func (s *Store) Roster() Roster {
	return Roster{IDs: slices.Clip(s.IDs), creations: slices.Clip(s.Created), ordered: s.ordered, rows: s.Rows, generation: s.generation, made: s.made}
}

// Recycle frees the rows of deleted contacts once there are many, an eighth of all.
// By then only sets of contacts that were given out, and frozen views, may still hold
// such rows. They keep the ids and creations as they were, since these are copied here
// before they are changed; and whoever asks from now on finds no contact in a freed row
// until another gets it. So between two times at which rows are recycled a row is one
// contact at most, and readers need no lock. Rows are not part of the state: which one
// a contact gets cannot be seen.
func (s *Store) Recycle() {
	if len(s.gone) < max(s.Spare, len(s.IDs)/8) && s.returns < maxAgain {
		return
	}
	again := s.returns >= maxAgain
	s.IDs, s.Created = slices.Clone(s.IDs), slices.Clone(s.Created)
	for _, row := range s.gone {
		s.TextBytes -= size.TextBytes(s.IDs[row])
		s.IDs[row], s.Created[row] = "", Creation{}
	}
	s.Release(s.gone)
	s.gone = s.gone[:0]
	s.generation++
	if s.returns = 0; again {
		for n, t := range s.Rows.tables {
			if t != nil {
				s.Rows.renew(n, s.IDs)
			}
		}
	}
}

// Enter puts a row that has an id in the directory. Sets from before do not go with
// later ones by row if the contact comes again, and so has two.
func (s *Store) Enter(row uint32) {
	if past := s.Rows.add(s.IDs, row); past > 0 {
		s.returns = max(s.returns, past)
		s.generation++
	}
}

// maxAgain is how often one contact may be deleted and come again before rows are
// recycled, however few are gone: to find it, all its former entries in the directory
// must be passed.
const maxAgain = 256

// Release lets rows be taken again.
func (s *Store) Release(rows []uint32) {
	s.free = append(s.free, rows...)
	slices.SortFunc(s.free, func(a, b uint32) int { return cmp.Compare(b, a) })
}
