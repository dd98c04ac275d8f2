package cluster

import (
	"bytes"
	"context"
	"sync/atomic"

	"github.com/segmentrules/segment/index"
)

// Snapshots beside the worker. To take hold of the state takes some milliseconds, to write
// and put it takes seconds where a partition is large. So the worker takes hold of it, and
// who drives the worker has it put meanwhile: a Runner by a goroutine, the simulation when it
// likes. It may be put long after, also when the worker is dead: what it says stays true,
// since all of it was committed when it was taken.

// A snapshot is a state that is taken and not put yet, or has been.
type snapshot struct {
	partition int
	head      imageHead
	state     index.Frozen
	live      *index.Index // in place of the state: by a mistake
	room      int          // how many bytes the one before had
	outcome   atomic.Int32
}

// The outcomes of a snapshot.
const (
	snapshotOpen int32 = iota
	snapshotPut
	snapshotFailed
)

// take takes hold of the machine, of which all is committed in a commit. The machine may go
// on at once.
func (m *machine) take(c Commit) *snapshot {
	s := &snapshot{partition: m.partition, head: imageHead{c, m.senders}, state: m.ix.Freeze()}
	switch m.mistake {
	case producersLost:
		s.head.senders = newSenders()
	case producersShared:
	case snapshotLive:
		s.live = m.ix
		fallthrough
	default:
		s.head.senders = m.senders.clone()
	}
	return s
}

// bytes writes it.
func (s *snapshot) bytes() ([]byte, error) {
	b := bytes.NewBuffer(make([]byte, 0, s.room))
	b.Write(s.head.append(nil))
	state := s.state
	if s.live != nil {
		state = s.live.Freeze()
	}
	_, err := state.WriteTo(b)
	return b.Bytes(), err
}

// put writes and puts it, and lets go of the state. It may be called beside the worker.
func (s *snapshot) put(ctx context.Context, b Broker) error {
	text, err := s.bytes()
	if err == nil {
		err = b.PutSnap(ctx, s.partition, s.head.commit.Upto, text)
	}
	s.room, s.state = len(text), index.Frozen{}
	if err != nil {
		s.outcome.Store(snapshotFailed)
		return err
	}
	s.outcome.Store(snapshotPut)
	return nil
}

// An aside has snapshots put beside a worker.
type aside interface {
	// free reports whether there is room for one more, which is kept for it.
	free() bool
	// put has it put at some time, or lets it drop as a process that dies does.
	put(s *snapshot)
}
