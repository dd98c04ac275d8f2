package client

import "github.com/segmentrules/segment/cluster"

// A Mark says what a producer has sent, for questions that are to be answered by a state that
// has it: see package query. It can be stored, and given to another process.
type Mark struct {
	Producer   string         `json:"producer"`   // the name under which messages are numbered
	Updates    map[int]uint64 `json:"updates"`    // by partition: the number of the last message of updates
	Broadcasts uint64         `json:"broadcasts"` // the number of the last definition, drop, epoch or tick; 0 if there is none
}

// mark returns what is in the input for sure.
func (s *sender) mark() Mark {
	m := Mark{Producer: s.name, Updates: make(map[int]uint64), Broadcasts: s.lane(cluster.Everyone).last.Load()}
	for p := range len(s.lanes) - 1 {
		if n := s.lanes[p].last.Load(); n > 0 {
			m.Updates[p] = n
		}
	}
	return m
}
