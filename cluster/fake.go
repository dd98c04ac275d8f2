package cluster

import (
	"bytes"
	"context"
	"sync"
	"time"
)

// A Fake is a broker in memory, for tests and simulations: it keeps to what [Broker] says,
// never fails, and forgets everything with the process. It may be used by several goroutines
// at once. For a broker that misbehaves see [Unruly].
type Fake struct {
	mu     sync.Mutex
	input  []fakeEntry
	purged uint64 // up to this position
	output map[int][]Committed
	snaps  map[int][]fakeSnap // by upto, growing
}

// A fakeEntry is an entry of a partition, or of all.
type fakeEntry struct {
	Entry
	partition int
	broadcast bool
}

// A fakeSnap is a snapshot that was put.
type fakeSnap struct {
	upto uint64
	data []byte
}

// mostSnaps is how many snapshots of a partition a Fake keeps.
const mostSnaps = 3

// NewFake returns an empty broker.
func NewFake() *Fake {
	return &Fake{output: make(map[int][]Committed), snaps: make(map[int][]fakeSnap)}
}

// Append appends to the input of a partition what is stored at an instant, and returns its
// position. The bytes are copied.
func (f *Fake) Append(partition int, stored time.Time, data []byte) uint64 {
	return f.append(fakeEntry{Entry{Stored: stored, Data: bytes.Clone(data)}, partition, false})
}

// Broadcast appends to the input of all partitions.
func (f *Fake) Broadcast(stored time.Time, data []byte) uint64 {
	return f.append(fakeEntry{Entry{Stored: stored, Data: bytes.Clone(data)}, 0, true})
}

func (f *Fake) append(e fakeEntry) uint64 {
	f.mu.Lock()
	defer f.mu.Unlock()
	e.Position = uint64(len(f.input)) + 1
	f.input = append(f.input, e)
	return e.Position
}

// Send routes a message over a number of partitions and appends it, or broadcasts it.
// Errors are those of [Message.AppendBinary] and [Message.Route].
func (f *Fake) Send(m Message, partitions int, stored time.Time) (position uint64, err error) {
	data, err := m.AppendBinary(nil)
	if err != nil {
		return 0, err
	}
	partition, broadcast, err := m.Route(partitions)
	if err != nil {
		return 0, err
	}
	if broadcast {
		return f.Broadcast(stored, data), nil
	}
	return f.Append(partition, stored, data), nil
}

// Purge lets go of the input up to a position.
func (f *Fake) Purge(upto uint64) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for i := f.purged; i < min(upto, uint64(len(f.input))); i++ {
		f.input[i].Data = nil
	}
	f.purged = max(f.purged, upto)
}

// Read is that of [Broker].
func (f *Fake) Read(_ context.Context, partition int, after uint64, most int) (out []Entry, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for i := after; i < uint64(len(f.input)) && len(out) < most; i++ {
		e := &f.input[i]
		if !e.broadcast && e.partition != partition {
			continue
		}
		if e.Position <= f.purged {
			return nil, ErrPurged
		}
		out = append(out, e.Entry)
	}
	return out, nil
}

// Last is that of [Broker].
func (f *Fake) Last(_ context.Context, partition int) (c Committed, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if all := f.output[partition]; len(all) > 0 {
		c = all[len(all)-1]
	}
	return c, nil
}

// Commit is that of [Broker].
func (f *Fake) Commit(_ context.Context, partition int, expected uint64, commit []byte) (uint64, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	all := f.output[partition]
	if uint64(len(all)) != expected {
		return 0, ErrFenced
	}
	f.output[partition] = append(all, Committed{Position: expected + 1, Data: bytes.Clone(commit)})
	return expected + 1, nil
}

// Output returns the commits of a partition, the first first.
func (f *Fake) Output(partition int) []Committed {
	f.mu.Lock()
	defer f.mu.Unlock()
	all := f.output[partition]
	return all[:len(all):len(all)]
}

// Snap is that of [Broker].
func (f *Fake) Snap(_ context.Context, partition int, most uint64) (data []byte, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, s := range f.snaps[partition] {
		if s.upto <= most {
			data = s.data
		}
	}
	return data, nil
}

// PutSnap is that of [Broker]. The three with the highest upto are kept.
func (f *Fake) PutSnap(_ context.Context, partition int, upto uint64, snapshot []byte) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	all, i := f.snaps[partition], 0
	for i < len(all) && all[i].upto < upto {
		i++
	}
	s := fakeSnap{upto, bytes.Clone(snapshot)}
	if i < len(all) && all[i].upto == upto {
		all[i] = s
		return nil
	}
	all = append(all[:i:i], append([]fakeSnap{s}, all[i:]...)...)
	f.snaps[partition] = all[max(0, len(all)-mostSnaps):]
	return nil
}
