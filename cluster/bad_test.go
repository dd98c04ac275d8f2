package cluster

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/segmentrules/segment"
)

// What should not be in a stream, and what a broker should not do: each happens to one of three
// partitions of a process. The error has its name, nothing is applied twice, and the others
// go on.

// badPart is the partition it happens to, of badParts.
const badPart, badParts = 1, 3

// A strange broker gives other answers than it should for one partition.
type strange struct {
	*Fake
	read func(entries []Entry) []Entry
}

// Read is that of Broker.
func (s *strange) Read(ctx context.Context, partition int, after uint64, most int) ([]Entry, error) {
	entries, err := s.Fake.Read(ctx, partition, after, most)
	if partition == badPart && s.read != nil {
		entries = s.read(entries)
	}
	return entries, err
}

// A bad is a broker to which something happens before a runner starts.
type bad struct {
	t *testing.T
	*strange
	input []fakeEntry // also what is purged
}

// put stores bytes in the input of the partition.
func (b *bad) put(data []byte) uint64 { return b.Store(badPart, time.Now(), data) }

// message stores a message there, also one of those that are else for all.
func (b *bad) message(m Message) uint64 {
	data, err := m.AppendBinary(nil)
	if err != nil {
		b.t.Fatal(err)
	}
	return b.put(data)
}

// send sends a message as it should be.
func (b *bad) send(m Message) {
	if _, err := b.Send(m, badParts, time.Now()); err != nil {
		b.t.Fatal(err)
	}
}

// first puts another epoch in place of that with which the input of the partition begins.
func (b *bad) first(e Epoch) {
	data, err := Message{Kind: KindEpoch, Epoch: e}.AppendBinary(nil)
	if err != nil {
		b.t.Fatal(err)
	}
	b.read = func(entries []Entry) []Entry {
		if len(entries) > 0 && entries[0].Position == 1 {
			entries[0].Data = data
		}
		return entries
	}
}

// finish has a worker come to the end of the input of a partition.
func (b *bad) finish(partition, snapshotEvery int) {
	w, err := NewWorker(b.Fake, partition, Options{Partitions: badParts, SnapshotEvery: snapshotEvery})
	if err == nil {
		err = run(w)
	}
	if err != nil {
		b.t.Fatal(err)
	}
}

// forge has a worker come to the end, and changes its commit.
func (b *bad) forge(change func(c *Commit)) {
	b.finish(badPart, -1)
	last := &b.output[badPart][0]
	var c Commit
	err := c.UnmarshalBinary(last.Data)
	if err == nil {
		change(&c)
		last.Data, err = c.AppendBinary(nil)
	}
	if err != nil {
		b.t.Fatal(err)
	}
}

// diffs is how many are in the output of a partition that can be read.
func (b *bad) diffs(partition int) (n int) {
	for _, k := range b.Output(partition) {
		var c Commit
		if c.UnmarshalBinary(k.Data) == nil {
			n += len(c.Diffs)
		}
	}
	return n
}

// contactOf returns a contact of a partition, one for each n.
func contactOf(partition, n int) string {
	for i := 0; ; i++ {
		if id := fmt.Sprintf("c%d-%d", n, i); Partition(id, badParts) == partition {
			return id
		}
	}
}

// as reports whether an error is of a type.
func as[T error](err error) bool {
	var e T
	return errors.As(err, &e)
}

var (
	here3   = Epoch{1, badParts, segment.EnvironmentHere()}
	zones   = segment.Environment{Meaning: here3.Environment.Meaning, Unicode: here3.Environment.Unicode, Zones: "2019a"}
	entered = segment.Update{Contact: contactOf(badPart, 7), Set: map[string]segment.Value{"plan": segment.Text("pro")}}
	left    = segment.Update{Contact: entered.Contact, Set: map[string]segment.Value{"plan": segment.Text("free")}}
)

// A badCase is what happens, and what comes of it. Where the partition goes on, its output is
// what its input comes to, with so many messages refused and so many diffs; where it does not,
// it has so many diffs as it had before.
type badCase struct {
	name           string
	happen         func(b *bad)
	err            func(error) bool // nil for none
	goesOn         bool
	refused, diffs int
}

var badCases = []badCase{
	{name: "no call", happen: func(b *bad) { b.put([]byte("hello")); b.put(nil) }, goesOn: true, refused: 2, diffs: 1},
	{name: "of a future codec", happen: func(b *bad) {
		b.put([]byte{messageMagic[0], messageMagic[1], messageVersion + 1, byte(KindTick)})
	}, err: as[*VersionError], diffs: 1},
	{name: "twice", happen: func(b *bad) {
		for range 3 {
			b.message(Message{Kind: KindUpdates, Producer: "shop", Number: 1, Updates: []segment.Update{entered}})
		}
	}, goesOn: true, diffs: 2},
	{name: "out of order", happen: func(b *bad) {
		b.message(Message{Kind: KindUpdates, Producer: "shop", Number: 2, Updates: []segment.Update{entered}})
		b.message(Message{Kind: KindUpdates, Producer: "shop", Number: 1, Updates: []segment.Update{left}})
	}, goesOn: true, diffs: 2},
	{name: "given twice", happen: func(b *bad) {
		b.message(Message{Kind: KindUpdates, Updates: []segment.Update{entered}})
		b.read = func(entries []Entry) []Entry {
			if n := len(entries); n > 1 {
				entries = append(entries, entries[n-1])
			}
			return entries
		}
	}, err: as[*OrderError]},
	{name: "given out of order, once", happen: func(b *bad) {
		b.message(Message{Kind: KindUpdates, Updates: []segment.Update{entered}})
		b.message(Message{Kind: KindUpdates, Updates: []segment.Update{left}})
		done := false
		b.read = func(entries []Entry) []Entry {
			if n := len(entries); n > 1 && !done {
				done = true
				entries[n-2], entries[n-1] = entries[n-1], entries[n-2]
			}
			return entries
		}
	}, err: as[*OrderError], goesOn: true, diffs: 3},
	{name: "for a wrong partition", happen: func(b *bad) {
		b.message(Message{Kind: KindUpdates, Updates: []segment.Update{{Contact: contactOf(2, 8), Set: entered.Set}}})
		b.message(Message{Kind: KindUpdates, Updates: []segment.Update{entered, {Contact: contactOf(0, 8), Set: entered.Set}}})
	}, goesOn: true, refused: 2, diffs: 1},
	{name: "purged too early", happen: func(b *bad) {
		for p := range badParts {
			if p != badPart { // the others have snapshots
				b.finish(p, 1)
			}
		}
		b.input = slices.Clone(b.Fake.input)
		b.Purge(uint64(len(b.input)))
	}, err: func(err error) bool { return errors.Is(err, ErrPurged) }},
	{name: "another cluster's epochs behind the first", happen: func(b *bad) {
		b.message(Message{Kind: KindEpoch, Epoch: Epoch{2, 8, here3.Environment}})
		b.message(Message{Kind: KindEpoch, Epoch: Epoch{1, 8, zones}})
	}, goesOn: true, refused: 1, diffs: 1},
	{name: "another cluster's epoch as the first", happen: func(b *bad) {
		b.first(Epoch{1, 8, here3.Environment})
	}, err: as[*PartitionsError]},
	{name: "another cluster's commit", happen: func(b *bad) {
		b.forge(func(c *Commit) { c.Diffs[0].Contact = "eve"; c.Chain = segment.Chain(0).Add(c.Diffs...) })
	}, err: as[*DivergedError], diffs: 1},
	{name: "another cluster's commit, far ahead", happen: func(b *bad) {
		b.forge(func(c *Commit) {
			c.Upto, c.Done, c.Diffs[0].Revision, c.Diffs[0].Step, c.Revision = c.Upto+1000, 90, 90, 90, 90
		})
	}, err: as[*DivergedError], diffs: 1},
	{name: "a commit of a future codec", happen: func(b *bad) {
		b.forge(func(*Commit) {})
		b.output[badPart][0].Data[2]++
	}, err: as[*VersionError]},
	{name: "an output that others write to", happen: func(b *bad) {
		b.forge(func(*Commit) {})
		b.output[badPart] = append(b.output[badPart], Committed{Position: 2, Data: []byte("hello")})
	}, err: as[*OutputError], diffs: 1},
	{name: "another tzdata", happen: func(b *bad) {
		b.message(Message{Kind: KindEpoch, Epoch: Epoch{2, badParts, zones}})
		b.message(Message{Kind: KindUpdates, Updates: []segment.Update{entered}})
	}, err: as[*EnvironmentError], diffs: 1},
	{name: "another tzdata from the first", happen: func(b *bad) {
		b.first(Epoch{1, badParts, zones})
	}, err: as[*EnvironmentError]},
	{name: "a broker that panics", happen: func(b *bad) { b.read = func([]Entry) []Entry { panic("out of luck") } }, err: as[*PanicError]},
}

// TestBadInput has each of them happen, and a runner go on for some minutes while more is sent.
func TestBadInput(t *testing.T) {
	for _, test := range badCases {
		t.Run(test.name, func(t *testing.T) { synctest.Test(t, test.run) })
	}
}

func (test *badCase) run(t *testing.T) {
	b := &bad{t: t, strange: &strange{Fake: NewFake()}}
	b.send(Message{Kind: KindEpoch, Epoch: here3})
	b.send(Message{Kind: KindDefine, Segment: segment.Segment{ID: "pro", Condition: segment.MustParse(`plan = "pro"`)}})
	for p := range badParts {
		b.send(Message{Kind: KindUpdates, Updates: []segment.Update{{Contact: contactOf(p, 1), Set: entered.Set}}})
	}
	test.happen(b)
	members := new(club)
	members.set("a")
	var told []error // of the partition
	r := &Runner{Broker: b, Signs: members, Input: b, Member: Member{Name: "a"}, Options: Options{Partitions: badParts, SnapshotEvery: -1}, Report: func(p int, err error) {
		if p != badPart {
			t.Errorf("partition %d: %v", p, err)
			return
		}
		told = append(told, err)
	}}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error)
	go func() { done <- r.Run(ctx) }()
	time.Sleep(time.Minute)
	for p := range badParts { // and life goes on
		if p != badPart {
			b.send(Message{Kind: KindUpdates, Updates: []segment.Update{{Contact: contactOf(p, 2), Set: entered.Set}}})
		}
	}
	time.Sleep(10 * time.Minute)
	status := r.Status()
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
	b.input = append(b.input, b.Fake.input[len(b.input):]...)
	test.check(b, told, status)
}

// check looks at what was told, and at what has come of each partition.
func (test *badCase) check(b *bad, told []error, status []PartitionStatus) {
	t := b.t
	switch {
	case test.err == nil && len(told) > 0:
		t.Errorf("told %v", told)
	case test.err != nil && (len(told) != 1 || !test.err(told[0])):
		t.Errorf("told %d errors, the first %.300v", len(told), told)
	}
	s := status[badPart]
	if s.Owner != "a" || !s.Here || (s.Err == nil) != test.goesOn || s.Idle != test.goesOn || s.Loaded != test.goesOn {
		t.Errorf("its status is %+v", s)
	}
	if !test.goesOn && (test.err == nil || !test.err(s.Err) || s.Since.IsZero()) {
		t.Errorf("its status is %+v", s)
	}
	for p := range badParts {
		want := 2
		if p == badPart {
			want = test.diffs
		}
		if p == badPart && !test.goesOn {
			if n := b.diffs(p); n != want {
				t.Errorf("%d diffs, want %d", n, want)
			}
			continue
		}
		h := replay(b.input, p, badParts, 0)
		if checkOutput(t, b.Fake, p, h); len(h.diffs) != want || p == badPart && int(h.refused) != test.refused {
			t.Errorf("partition %d comes to %d diffs, want %d, and %d messages refused, want %d", p, len(h.diffs), want, h.refused, test.refused)
		}
		if s := status[p]; s.Err != nil || !s.Idle || !s.Loaded || s.Revision != uint64(want) || s.Lag != 0 {
			t.Errorf("the status of partition %d is %+v", p, s)
		}
	}
}
