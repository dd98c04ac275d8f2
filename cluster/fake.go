package cluster

import (
	"bytes"
	"context"
	"maps"
	"slices"
	"sync"
	"time"
)

// A Fake is an [Engine] in memory, for tests and simulations: it keeps to what the interface
// says, never fails, and forgets everything with the process. It may be used by several
// goroutines at once. For a broker that misbehaves see [Unruly].
type Fake struct {
	mu      sync.Mutex
	input   []fakeEntry
	purged  uint64 // up to this position
	output  map[int][]Committed
	snaps   map[int][]fakeSnap // by upto, growing
	changed chan struct{}      // closed at the next commit or message
	signs   map[string]fakeSign
}

// A fakeSign is a sign of life.
type fakeSign struct {
	member Member
	at     time.Time
}

// fakeLease is how long a sign of life holds.
const fakeLease = 2 * time.Second

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
	return &Fake{output: make(map[int][]Committed), snaps: make(map[int][]fakeSnap), changed: make(chan struct{}), signs: make(map[string]fakeSign)}
}

// Store appends to the input of a partition, or of [Everyone], what is stored at an instant,
// and returns its position. The bytes are copied.
func (f *Fake) Store(partition int, stored time.Time, data []byte) uint64 {
	f.mu.Lock()
	defer f.mu.Unlock()
	e := fakeEntry{Entry{uint64(len(f.input)) + 1, stored, bytes.Clone(data)}, partition, partition == Everyone}
	f.input = append(f.input, e)
	f.wake()
	return e.Position
}

// wake lets go on who waits for a change.
func (f *Fake) wake() {
	close(f.changed)
	f.changed = make(chan struct{})
}

// Append is that of [Input]: it stores the message now, whatever the key.
func (f *Fake) Append(ctx context.Context, partition int, _ string, message []byte) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	f.Store(partition, time.Now(), message)
	return nil
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
		partition = Everyone
	}
	return f.Store(partition, stored, data), nil
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
func (f *Fake) Read(ctx context.Context, partition int, after uint64, most int) (out []Entry, err error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
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

// Wait is that of [Waiter].
func (f *Fake) Wait(ctx context.Context, partition int, after uint64) error {
	for {
		f.mu.Lock()
		changed, there := f.changed, slices.ContainsFunc(f.input[min(after, uint64(len(f.input))):], func(e fakeEntry) bool { return e.broadcast || e.partition == partition })
		f.mu.Unlock()
		if there {
			return nil
		}
		select {
		case <-ctx.Done():
			return nil
		case <-changed:
		}
	}
}

// Last is that of [Broker].
func (f *Fake) Last(ctx context.Context, partition int) (c Committed, err error) {
	if err := ctx.Err(); err != nil {
		return Committed{}, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if all := f.output[partition]; len(all) > 0 {
		c = all[len(all)-1]
	}
	return c, nil
}

// Commit is that of [Broker].
func (f *Fake) Commit(ctx context.Context, partition int, expected uint64, commit []byte) (uint64, error) {
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	all := f.output[partition]
	if uint64(len(all)) != expected {
		return 0, ErrFenced
	}
	f.output[partition] = append(all, Committed{Position: expected + 1, Data: bytes.Clone(commit)})
	f.wake()
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
func (f *Fake) Snap(ctx context.Context, partition int, most uint64) (data []byte, err error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
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
func (f *Fake) PutSnap(ctx context.Context, partition int, upto uint64, snapshot []byte) error {
	if err := ctx.Err(); err != nil {
		return err
	}
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

// Follow is that of [Output].
func (f *Fake) Follow(ctx context.Context, after map[int]uint64, tell func(int, Committed) error) error {
	at := maps.Clone(after)
	for {
		f.mu.Lock()
		changed := f.changed
		f.mu.Unlock()
		for _, p := range slices.Sorted(maps.Keys(at)) {
			all := f.Output(p)
			for _, c := range all[min(at[p], uint64(len(all))):] {
				if ctx.Err() != nil {
					return ctx.Err()
				}
				if err := tell(p, c); err != nil {
					return err
				}
				at[p] = c.Position
			}
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-changed:
		}
	}
}

// Sign is that of [Signs]. It holds for two seconds.
func (f *Fake) Sign(ctx context.Context, m Member) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.signs[m.Name] = fakeSign{m, time.Now()}
	return nil
}

// Leave is that of [Signs].
func (f *Fake) Leave(ctx context.Context, name string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.signs, name)
	return nil
}

// Members is that of [Signs].
func (f *Fake) Members(ctx context.Context) (members []Member, err error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, name := range slices.Sorted(maps.Keys(f.signs)) {
		if s := f.signs[name]; time.Since(s.at) <= fakeLease {
			members = append(members, s.member)
		}
	}
	return members, nil
}
