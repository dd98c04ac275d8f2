package clustertest

import (
	"bytes"
	"fmt"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/cluster"
	"github.com/segmentrules/segment/index"
)

// What the input comes to is told here a second time, by an index and nothing else: no
// worker, no commit, no snapshot. It is written apart from the worker, so that a mistake
// there is not one here as well.

// A history is what the input of one partition comes to, or that of all in one index.
type history struct {
	ix      *index.Index
	bite    int
	epoch   cluster.Epoch
	numbers map[string]uint64 // the last of each sender
	diffs   []segment.Diff    // not yet compared
	refused uint64
}

func newHistory(o cluster.Options) *history {
	bite := o.Bite
	if bite == 0 {
		bite = 10_000
	}
	return &history{ix: index.New(o.Index), bite: bite, numbers: make(map[string]uint64)}
}

// at is the instant of what is stored then: the clock of the index, should it be later.
func (h *history) at(stored time.Time) time.Time {
	if now := h.ix.Now(); now.After(stored) {
		return now
	}
	return stored.UTC()
}

// tell adds a message that is stored at an instant; m is nil for one that cannot be read.
// Time runs to the instant first, so that what is due then comes before the call.
func (h *history) tell(m *cluster.Message, stored time.Time, own func(contact string) bool) {
	at := h.at(stored)
	for done := false; !done; {
		var early []segment.Diff
		early, done = h.ix.Advance(at, h.bite)
		h.diffs = append(h.diffs, early...)
	}
	if m == nil || !h.call(m, at, own) {
		h.refused++
	}
}

// call makes a call, and reports whether it was not refused.
func (h *history) call(m *cluster.Message, at time.Time, own func(string) bool) bool {
	if h.epoch.Number == 0 && m.Kind != cluster.KindEpoch {
		return false
	}
	sender := fmt.Sprint(m.Producer, " ", m.Kind == cluster.KindUpdates)
	if m.Producer != "" && m.Number <= h.numbers[sender] {
		return true // sent again
	}
	if m.Producer != "" {
		h.numbers[sender] = m.Number // of what is refused as well
	}
	var diffs []segment.Diff
	var err error
	switch m.Kind {
	case cluster.KindUpdates:
		us := make([]segment.Update, len(m.Updates))
		for i, u := range m.Updates {
			if !own(u.Contact) {
				return false
			}
			u.At = at
			us[i] = u
		}
		diffs, err = h.ix.Apply(us...)
	case cluster.KindDefine:
		diffs, err = h.ix.DefineResolved(m.Segment, at)
	case cluster.KindDrop:
		diffs, err = h.ix.Drop(m.Segment.ID, at)
	case cluster.KindEpoch:
		if h.epoch.Number > 0 && m.Epoch.Number > h.epoch.Number && m.Epoch.Partitions != h.epoch.Partitions {
			return false
		}
		if m.Epoch.Number > h.epoch.Number {
			h.epoch = m.Epoch
		}
	}
	if err != nil {
		return false
	}
	h.diffs = append(h.diffs, diffs...)
	return true
}

// A placed is an entry of the input of a partition, read.
type placed struct {
	cluster.Entry
	message *cluster.Message // nil if it cannot be read
	at      time.Time        // when the partition makes it
}

// isBroadcast reports whether the entry is in the input of every partition. A tick is if it
// has a sender: those of members go to one partition, and have none.
func (p *placed) isBroadcast() bool {
	m := p.message
	return m != nil && m.Kind != cluster.KindUpdates && (m.Kind != cluster.KindTick || m.Producer != "")
}

// read reads an entry.
func read(e cluster.Entry) *placed {
	p := &placed{Entry: e, message: new(cluster.Message)}
	if err := p.message.UnmarshalBinary(e.Data); err != nil {
		p.message = nil
	}
	return p
}

// same reports whether two partitions have the same entry.
func (p *placed) same(other *placed) bool {
	return bytes.Equal(p.Data, other.Data) && p.Stored.Equal(other.Stored)
}
