package cluster

import (
	"encoding/binary"
	"maps"
	"slices"
	"time"

	"github.com/segmentrules/segment/internal/codec"
)

// Senders are the last numbers of those who number their messages, by name. They are part of
// the state. A producer has another name after each start of its process, so that names are
// let go: one that has sent nothing for some days, 30 at least and 60 at most, by the instants
// of messages.
type senders struct {
	period int64             // days since 1970, divided by keptDays
	now    map[string]uint64 // of those who have sent something in this period
	before map[string]uint64 // of those who had in the period before; it does not change
}

const keptDays = 30

// newSenders returns those of the beginning, none.
func newSenders() senders { return senders{now: make(map[string]uint64)} }

// last returns the last number of a sender; 0 if it is not known.
func (s *senders) last(name string) uint64 { return max(s.now[name], s.before[name]) }

// note keeps a number, which is above the last.
func (s *senders) note(name string, number uint64) { s.now[name] = number }

// turn lets go of those who have been silent for long. Instants must not go back.
func (s *senders) turn(at time.Time) {
	const seconds = keptDays * 24 * 60 * 60
	period := at.Unix() / seconds
	switch {
	case period == s.period:
		return
	case period == s.period+1:
		s.before = s.now
	default:
		s.before = nil
	}
	s.period, s.now = period, make(map[string]uint64)
}

// clone returns a copy, which stays as it is.
func (s *senders) clone() senders { return senders{s.period, maps.Clone(s.now), s.before} }

// append appends the senders as bytes.
func (s *senders) append(b []byte) []byte {
	b = binary.AppendVarint(b, s.period)
	for _, of := range [2]map[string]uint64{s.now, s.before} {
		b = binary.AppendUvarint(b, uint64(len(of)))
		for _, name := range slices.Sorted(maps.Keys(of)) {
			b = binary.AppendUvarint(codec.AppendText(b, name), of[name])
		}
	}
	return b
}

// readSenders reads what append has written.
func readSenders(r *codec.Reader) senders {
	s := senders{r.Varint(), make(map[string]uint64), make(map[string]uint64)}
	for _, of := range [2]map[string]uint64{s.now, s.before} {
		for i, n := 0, r.Count(codec.MaxText, "names"); i < n && r.OK(); i++ {
			name := r.Text()
			of[name] = r.Uvarint()
		}
	}
	return s
}
