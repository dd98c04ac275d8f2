package cluster

import (
	"errors"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/index"
)

// The machine is the state of one partition: what the input has come to so far. It is a
// function of the input and the Options, and of nothing else: no clock, no broker, no
// worker's habits.

// A machine is that state.
type machine struct {
	ix         *index.Index
	partition  int
	partitions int
	upto       uint64 // the position of the last message that is done
	refused    uint64 // messages, up to there
	epoch      Epoch  // in force; the zero Epoch before the first
	senders    senders
	call       call // the last that was opened
	mistake    fault
	twist      func(*Message) // of tests: what another version of the code makes of a message
}

// A call is a message that is being made.
type call struct {
	position uint64
	at       time.Time
	message  Message
	poison   bool // the bytes are no message
}

// open reads an entry, in place of the last one. Its instant is what the broker has stored,
// or the clock if that is later: after a change of leader a broker may store an instant
// before one it has stored. The error is a [*VersionError].
func (m *machine) open(e Entry) (*call, error) {
	c, room := &m.call, m.room()
	*c = call{position: e.Position, at: e.Stored.UTC()}
	if now := m.ix.Now(); c.at.Before(now) && m.mistake != clockGoesBack {
		c.at = now
	}
	if err := c.message.read(e.Data, room); err != nil {
		var later *VersionError
		if errors.As(err, &later) && m.mistake != versionSkipped {
			return nil, err
		}
		c.poison = true
	}
	return c, nil
}

// mostRoom is for how many updates of a message the room is used again.
const mostRoom = 64

// room is that of the updates of the last message: an index keeps nothing of the slice.
func (m *machine) room() []segment.Update {
	if us := m.call.message.Updates; cap(us) <= mostRoom {
		return us[:0]
	}
	return nil
}

// next makes the next part of a call, and reports whether it is done. Time runs to its
// instant first, that very instant too: what is told then does not depend on which partition
// heard of what, so that partitions tell what one index would. It runs in bites of some
// diffs, so that a long silence does not bring all of them at once.
//
// The error is a [*PartitionsError], and has changed nothing that matters.
func (m *machine) next(c *call, bite int) (diffs []segment.Diff, done bool, err error) {
	if m.mistake != tieDropped {
		diffs, done = m.ix.Advance(c.at, bite)
		if !done || len(diffs) > 0 {
			return diffs, false, nil
		}
	}
	diffs, refused, err := m.make(c)
	if err != nil {
		return nil, false, err
	}
	if refused {
		m.refused++
	}
	m.upto = c.position
	return diffs, true, nil
}

// make makes the call itself, or refuses it without a trace.
func (m *machine) make(c *call) (diffs []segment.Diff, refused bool, err error) {
	k := &c.message
	if c.poison || m.epoch.Number == 0 && k.Kind != KindEpoch {
		return nil, true, nil
	}
	m.senders.turn(c.at)
	sender := k.sender()
	if last := m.senders.last(sender); sender != "" && k.Number <= last && m.mistake != repeatedTaken {
		m.senders.note(sender, last) // it is not silent
		return nil, false, nil
	}
	if m.twist != nil {
		m.twist(k)
	}
	var why error
	switch k.Kind {
	case KindUpdates:
		diffs, why = m.apply(k.Updates, c.at)
	case KindDefine:
		diffs, why = m.ix.DefineResolved(k.Segment, c.at)
	case KindDrop:
		diffs, why = m.ix.Drop(k.Segment.ID, c.at)
	case KindTick:
	case KindEpoch:
		if refused, err = m.begin(k.Epoch); err != nil {
			return nil, false, err
		}
	}
	if sender != "" { // also if it is refused: were it taken when it comes again, it would be behind later ones
		m.senders.note(sender, k.Number)
	}
	if refused || why != nil {
		return nil, true, nil
	}
	return diffs, false, nil
}

// sender is by whom a message is numbered; empty if it is not. A producer numbers its
// broadcasts by themselves: else one that comes late would be taken by the partitions to
// which the producer has sent nothing since, and not by the others.
func (m *Message) sender() string {
	switch {
	case m.Producer == "":
		return ""
	case m.Kind == KindUpdates:
		return "one " + m.Producer
	}
	return "all " + m.Producer
}

// errForeign says that a contact is of another partition, where it may be as well.
var errForeign = errors.New("cluster: an update of a contact of another partition")

// apply applies updates at the instant of their message.
func (m *machine) apply(us []segment.Update, at time.Time) ([]segment.Diff, error) {
	for i := range us {
		if Partition(us[i].Contact, m.partitions) != m.partition && m.mistake != foreignTaken {
			return nil, errForeign
		}
		us[i].At = at
	}
	return m.ix.Apply(us...)
}

// begin begins an epoch. One that is not above the last is sent again, and nothing.
func (m *machine) begin(e Epoch) (refused bool, err error) {
	switch first := m.epoch.Number == 0; {
	case e.Number == 0 || e.Partitions < 1:
		return true, nil
	case !first && e.Number <= m.epoch.Number:
		return false, nil
	case !first && e.Partitions != m.epoch.Partitions:
		return true, nil
	case e.Partitions != m.partitions:
		return false, &PartitionsError{Input: e.Partitions, Here: m.partitions}
	}
	m.epoch = e
	return false, nil
}
