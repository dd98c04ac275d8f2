package cluster

import (
	"fmt"
	"slices"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/index"
)

// The oracles read the input once, from the first entry to the last, with an index and no
// worker, no commit and no snapshot. They are written by themselves, so that a mistake of
// the machine is not theirs as well.

// A judge is told what must not be: a test, or who wants to know whether a mistake is found.
type judge interface {
	Errorf(format string, args ...any)
	Failed() bool
}

// A history is what the input comes to.
type history struct {
	diffs   []segment.Diff
	refused uint64
	upto    uint64
	hash    [32]byte // of the index at the end
	ties    int      // calls at whose very instant something fell due
}

// A number is the last of a sender, and in which 30 days it was heard of.
type number struct {
	number uint64
	month  int64
}

// replay is the history of one partition, or of all contacts in one index if partition is
// below zero.
func replay(input []fakeEntry, partition, partitions, bite int) (h history) {
	ix, epoch, seen := index.New(index.Options{}), Epoch{}, map[string]number{}
	for _, e := range input {
		if partition >= 0 && !e.broadcast && e.partition != partition {
			continue
		}
		at := e.Stored
		if ix.Now().After(at) {
			at = ix.Now()
		}
		var early []segment.Diff
		for done := false; !done; {
			var more []segment.Diff
			more, done = ix.Advance(at, bite)
			early = append(early, more...)
		}
		h.diffs = append(h.diffs, early...)
		if len(early) > 0 && early[len(early)-1].At.Equal(at) {
			h.ties++
		}
		h.upto = e.Position
		var m Message
		if m.UnmarshalBinary(e.Data) != nil {
			h.refused++
			continue
		}
		sender := fmt.Sprint(m.Producer, e.broadcast, e.partition)
		month := at.Unix() / (30 * 24 * 60 * 60)
		if old := seen[sender]; m.Producer != "" && old.number >= m.Number && month <= old.month+1 && epoch.Number > 0 {
			seen[sender] = number{old.number, month}
			continue
		}
		if !h.call(ix, &e, &m, &epoch, at, partitions) {
			h.refused++
		}
		if epoch.Number > 0 {
			seen[sender] = number{m.Number, month}
		}
	}
	h.hash = ix.Hash()
	return h
}

// call makes one call, and reports whether it was not refused.
func (h *history) call(ix *index.Index, e *fakeEntry, m *Message, epoch *Epoch, at time.Time, partitions int) bool {
	if m.Kind == KindEpoch {
		if m.Epoch.Number > epoch.Number {
			if epoch.Number > 0 && m.Epoch.Partitions != epoch.Partitions {
				return false
			}
			*epoch = m.Epoch
		}
		return true
	}
	if epoch.Number == 0 {
		return false
	}
	if epoch.Number > 1 {
		newMeaning(m)
	}
	var diffs []segment.Diff
	var err error
	switch m.Kind {
	case KindUpdates:
		for i := range m.Updates {
			if Partition(m.Updates[i].Contact, partitions) != e.partition {
				return false
			}
			m.Updates[i].At = at
		}
		diffs, err = ix.Apply(m.Updates...)
	case KindDefine:
		diffs, err = ix.DefineResolved(m.Segment, at)
	case KindDrop:
		diffs, err = ix.Drop(m.Segment.ID, at)
	}
	h.diffs = append(h.diffs, diffs...)
	return err == nil
}

// newMeaning is what the second version of the code makes of a message: whoever is on the
// plan "free" is on "pro".
func newMeaning(m *Message) {
	for _, u := range m.Updates {
		if v, ok := u.Set["plan"]; ok && v.String() == segment.Text("free").String() {
			u.Set["plan"] = segment.Text("pro")
		}
	}
}

// checkOutput compares the commits of a partition with its history, and returns the diffs.
func checkOutput(t judge, f *Fake, partition int, want history) (got []segment.Diff) {
	var last Commit
	var chain segment.Chain
	for i, k := range f.Output(partition) {
		var c Commit
		if err := c.UnmarshalBinary(k.Data); err != nil {
			t.Errorf("partition %d, commit %d: %v", partition, i, err)
			return got
		}
		chain = chain.Add(c.Diffs...)
		switch n := len(c.Diffs); {
		case n > 0 && (c.Diffs[0].Revision != last.Revision+1 || c.Diffs[n-1].Revision != c.Revision), n == 0 && c.Revision != last.Revision:
			t.Errorf("partition %d, commit %d: revisions up to %d with %d diffs, behind %d", partition, i, c.Revision, n, last.Revision)
		case c.Upto < last.Upto || c.Done < last.Done || c.Done > c.Revision || c.Refused < last.Refused:
			t.Errorf("partition %d, commit %d: %s, behind %s", partition, i, saidOf(c), saidOf(last))
		case c.Chain != chain:
			t.Errorf("partition %d, commit %d: chain %x, want %x", partition, i, c.Chain, chain)
		}
		got, last = append(got, c.Diffs...), c
	}
	if !slices.EqualFunc(got, want.diffs, func(a, b segment.Diff) bool {
		at, bt := a.At, b.At
		a.At, b.At = time.Time{}, time.Time{}
		return a == b && at.Equal(bt)
	}) {
		t.Errorf("partition %d tells\n%v\nand its input comes to\n%v", partition, got, want.diffs)
	}
	if last.Upto != want.upto || last.Refused != want.refused || last.Done != last.Revision {
		t.Errorf("partition %d ends at %s; want position %d and %d refused", partition, saidOf(last), want.upto, want.refused)
	}
	return got
}

// told is what diffs say, whoever numbered them, in one order.
func told(diffs []segment.Diff) []string {
	all := make([]string, len(diffs))
	for i, d := range diffs {
		all[i] = fmt.Sprintf("%s %s %s %v %s %d", d.At.UTC().Format(time.RFC3339Nano), d.Contact, d.Segment, d.Entered, d.Cause, d.Definition)
	}
	slices.Sort(all)
	return all
}
