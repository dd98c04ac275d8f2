package cluster

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/index"
	"github.com/segmentrules/segment/rule"
)

// TestWorker: one worker, nothing goes wrong.
func TestWorker(t *testing.T) {
	f, w := small(t, "", Options{})
	if err := run(w); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, d := range checkOutput(t, f, 0, replay(f.input, 0, 1, 0)) {
		got = append(got, d.String())
	}
	if want := []string{"+ pro ann 2026-01-01T02:00:00Z", "+ pro bob 2026-01-01T03:00:00Z"}; !slices.Equal(got, want) {
		t.Errorf("told %v, want %v", got, want)
	}
	if c := w.Told(); c.Upto != 4 || c.Revision != 2 || c.Epoch.Number != 1 {
		t.Errorf("the last commit is %+v", c)
	}
	if n := w.Index().Members("pro").Len(); n != 2 {
		t.Errorf("%d members", n)
	}
}

// TestPoison: what is no message, and what the index refuses, is counted and skipped; a
// worker that replays it counts the same.
func TestPoison(t *testing.T) {
	f, w := small(t, "", Options{SnapshotEvery: -1})
	f.Store(0, newYear.AddDate(0, 0, 1), []byte("hello"))
	f.Store(0, newYear.AddDate(0, 0, 1), nil)
	for _, m := range []Message{
		{Kind: KindDrop, Segment: segment.Segment{ID: "no such"}},
		{Kind: KindDefine, Segment: segment.Segment{ID: "a", Condition: segment.MustParse(`IN SEGMENT "no such"`)}},
		{Kind: KindEpoch, Epoch: Epoch{2, 7, here}},
		{Kind: KindEpoch, Epoch: Epoch{1, 1, segment.Environment{Meaning: 9}}}, // sent again, and so nothing
	} {
		if _, err := f.Send(m, 1, newYear.AddDate(0, 0, 2)); err != nil {
			t.Fatal(err)
		}
	}
	f.Store(0, newYear.AddDate(0, 0, 2), appendEpoch([]byte{messageMagic[0], messageMagic[1], messageVersion, byte(KindEpoch), 0, 0}, Epoch{0, 1, here}))
	for range 2 {
		if err := run(w); err != nil {
			t.Fatal(err)
		}
		if c := w.Told(); c.Refused != 6 || c.Upto != 11 || c.Epoch != (Epoch{1, 1, here}) {
			t.Errorf("the last commit is %+v", c)
		}
		w = smallWorker(t, f, "", Options{})
	}
}

// TestWildInstants: what a broker stores at an instant that no clock has is refused, or made
// at the clock of the partition, and holds nothing up.
func TestWildInstants(t *testing.T) {
	f, w := small(t, "", Options{})
	for i, at := range []time.Time{{}, newYear.AddDate(18_000, 0, 0), newYear.AddDate(-9000, 0, 0), newYear.AddDate(0, 0, 1)} {
		u := segment.Update{Contact: fmt.Sprint("c", i), Set: map[string]segment.Value{"plan": segment.Text("pro")}}
		if _, err := f.Send(Message{Kind: KindUpdates, Updates: []segment.Update{u}}, 1, at); err != nil {
			t.Fatal(err)
		}
	}
	if err := run(w); err != nil || w.Told().Refused != 1 {
		t.Errorf("%+v, %v", w.Told(), err)
	}
	var got []string
	for _, d := range checkOutput(t, f, 0, replay(f.input, 0, 1, 0)) {
		got = append(got, d.String())
	}
	want := []string{"+ pro c0 2026-01-01T03:00:00Z", "+ pro c2 2026-01-01T03:00:00Z", "+ pro c3 2026-01-02T00:00:00Z"}
	if !slices.Equal(got[2:], want) {
		t.Errorf("told %v, want %v", got[2:], want)
	}
}

// TestNothingBeforeTheFirstEpoch: updates before it are refused.
func TestNothingBeforeTheFirstEpoch(t *testing.T) {
	f := NewFake()
	if _, err := f.Send(Message{Kind: KindDefine, Segment: segment.Segment{ID: "a", Condition: segment.MustParse(`plan IS SET`)}}, 1, newYear); err != nil {
		t.Fatal(err)
	}
	w := smallWorker(t, f, "", Options{})
	if err := run(w); err != nil || w.Told().Refused != 1 {
		t.Errorf("%+v, %v", w.Told(), err)
	}
}

// TestOtherNumberOfPartitions: a worker that was told of another number commits nothing.
func TestOtherNumberOfPartitions(t *testing.T) {
	f := NewFake()
	if _, err := f.Send(Message{Kind: KindEpoch, Epoch: Epoch{1, 2, here}}, 2, newYear); err != nil {
		t.Fatal(err)
	}
	var wrong *PartitionsError
	if err := run(smallWorker(t, f, "", Options{})); !errors.As(err, &wrong) || len(f.Output(0)) > 0 {
		t.Errorf("%v", err)
	}
}

// TestManyDiffsOfOneMessage: a definition that brings many diffs is committed in parts, and
// another worker goes on amid them.
func TestManyDiffsOfOneMessage(t *testing.T) {
	o := Options{CommitDiffs: 7, CommitMessages: 20, SnapshotEvery: 10}
	f, w := small(t, "", o)
	for i := range 100 {
		u := segment.Update{Contact: fmt.Sprint("c", i), Set: map[string]segment.Value{"age": segment.Int(int64(i))}}
		if _, err := f.Send(Message{Kind: KindUpdates, Updates: []segment.Update{u}}, 1, newYear.AddDate(0, 0, 1)); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := f.Send(Message{Kind: KindDefine, Segment: segment.Segment{ID: "old", Condition: segment.MustParse(`age >= 10`)}}, 1, newYear.AddDate(0, 0, 2)); err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	for w.told.Revision < 40 {
		if idle, err := w.Step(ctx); idle || err != nil {
			t.Fatal(idle, err)
		}
	}
	if w.told.Revision <= w.told.Done {
		t.Fatal("not amid a message")
	}
	if w = smallWorker(t, f, "", o); run(w) != nil || w.Stats().Restored != 1 {
		t.Errorf("%+v", w.Stats())
	}
	checkOutput(t, f, 0, replay(f.input, 0, 1, 0))
	for i, k := range f.Output(0) {
		var c Commit
		if err := c.UnmarshalBinary(k.Data); err != nil || len(c.Diffs) > 7 {
			t.Errorf("commit %d has %d diffs, %v", i, len(c.Diffs), err)
		}
	}
}

// TestFencedWorkerLoadsAnew: of two workers one is refused, loads, and finds all done.
func TestFencedWorkerLoadsAnew(t *testing.T) {
	f, a := small(t, "", Options{CommitMessages: 1})
	b := smallWorker(t, f, "", Options{CommitMessages: 1})
	if _, err := a.Step(context.Background()); err != nil { // it has loaded
		t.Fatal(err)
	}
	if err := run(b); err != nil {
		t.Fatal(err)
	}
	if err := run(a); !errors.Is(err, ErrFenced) {
		t.Errorf("the slower one: %v", err)
	}
	if err := run(a); err != nil || a.Stats().Loads != 2 {
		t.Errorf("the slower one, then: %v", err)
	}
	checkOutput(t, f, 0, replay(f.input, 0, 1, 0))
}

// TestSnapshotsAreACache: without, or with one that is damaged, the input is read from its
// beginning; if that is purged, a snapshot is needed, and the error says so.
func TestSnapshotsAreACache(t *testing.T) {
	f, w := small(t, "", Options{SnapshotEvery: 1})
	if err := run(w); err != nil || len(f.snaps[0]) == 0 {
		t.Fatal(err)
	}
	f.Purge(4)
	w = smallWorker(t, f, "", Options{})
	if err := run(w); err != nil || w.Stats().Restored != 1 {
		t.Errorf("with a snapshot: %v, %+v", err, w.Stats())
	}
	for i := range f.snaps[0] {
		data := f.snaps[0][i].data
		data[len(data)/2] ^= 1
	}
	w = smallWorker(t, f, "", Options{})
	if err := run(w); !errors.Is(err, ErrPurged) || w.Stats().Bad != 1 {
		t.Errorf("with a damaged snapshot, and no input: %v, %+v", err, w.Stats())
	}
	f, w = small(t, "", Options{SnapshotEvery: 1})
	if err := run(w); err != nil {
		t.Fatal(err)
	}
	for i := range f.snaps[0] {
		f.snaps[0][i].data[9] ^= 1
	}
	w = smallWorker(t, f, "", Options{})
	if err := run(w); err != nil || w.Stats().Bad != 1 || w.Told().Revision != 2 {
		t.Errorf("with a damaged snapshot: %v, %+v", err, w.Stats())
	}
}

// TestEpochs: a worker of the environment before reads up to the epoch, and steps down; one
// of the environment behind goes on, and cannot read what comes before.
func TestEpochs(t *testing.T) {
	f, old := small(t, "", Options{SnapshotEvery: -1})
	next := segment.Environment{Meaning: 2}
	newer := func() *Worker {
		w := smallWorker(t, f, "", Options{})
		w.here = next
		return w
	}
	steps := func(w *Worker, what string) {
		t.Helper()
		var down *EnvironmentError
		if err := run(w); !errors.As(err, &down) || !strings.Contains(err.Error(), "the meaning of rules") {
			t.Errorf("%s: %v", what, err)
		}
	}
	steps(newer(), "too early")
	if _, err := f.Send(Message{Kind: KindEpoch, Epoch: Epoch{2, 1, next}}, 1, newYear.AddDate(0, 0, 1)); err != nil {
		t.Fatal(err)
	}
	u := segment.Update{Contact: "eve", Set: map[string]segment.Value{"plan": segment.Text("pro")}}
	if _, err := f.Send(Message{Kind: KindUpdates, Updates: []segment.Update{u}}, 1, newYear.AddDate(0, 0, 2)); err != nil {
		t.Fatal(err)
	}
	steps(newer(), "still too early")
	steps(old, "behind its epoch")
	steps(old, "behind its epoch, again")
	if all := f.snaps[0]; all[len(all)-1].upto != 5 {
		t.Fatalf("the last snapshot is at %d", all[len(all)-1].upto)
	}
	w := newer()
	if err := run(w); err != nil || w.Told().Upto != 6 || w.Stats().Restored != 1 {
		t.Errorf("the new one: %v, %+v", err, w.Told())
	}
	steps(old, "long ago")
	f.snaps[0] = nil // those of the others
	steps(newer(), "without the snapshot of the old one")
	steps(old, "asked for a snapshot")
	if w = newer(); run(w) != nil || w.Stats().Restored != 1 {
		t.Errorf("the old one has not put its snapshot again: %+v", w.Stats())
	}
	checkOutput(t, f, 0, replay(f.input, 0, 1, 0))
}

// TestOptions: what no worker can have is refused.
func TestOptions(t *testing.T) {
	for _, test := range []struct {
		partition int
		o         Options
	}{
		{0, Options{Index: index.Options{Schema: &segment.Schema{}}}},
		{0, Options{Index: index.Options{Strict: true}}},
		{256, Options{}}, {-1, Options{}}, {0, Options{Partitions: -1}}, {0, Options{Bite: -1}},
	} {
		if _, err := NewWorker(NewFake(), test.partition, test.o); err == nil {
			t.Errorf("%+v is accepted", test)
		}
	}
}

// TestRoute: a message is of one partition or of all.
func TestRoute(t *testing.T) {
	us := []segment.Update{{Contact: "a"}, {Contact: "b"}, {Contact: "a"}, {Contact: "c"}}
	parts := Split(us, 256)
	if len(parts) != 3 || len(parts[Partition("a", 256)]) != 2 {
		t.Errorf("%v", parts)
	}
	if _, _, err := (Message{Kind: KindUpdates, Updates: us}).Route(256); err == nil || !strings.Contains(err.Error(), `"b"`) {
		t.Errorf("updates of several partitions: %v", err)
	}
	if p, all, err := (Message{Kind: KindUpdates, Updates: us[:1]}).Route(256); p != Partition("a", 256) || all || err != nil {
		t.Error(p, all, err)
	}
	if _, all, err := (Message{Kind: KindDrop}).Route(256); !all || err != nil {
		t.Error(all, err)
	}
	pro := segment.MustParse(`plan = "pro"`)
	for _, m := range []Message{
		{}, {Kind: KindEpoch + 1}, {Kind: KindUpdates}, {Kind: KindUpdates, Updates: []segment.Update{{}}}, {Kind: KindUpdates, Updates: us, Producer: "\xff", Number: 1},
		{Kind: KindDefine}, {Kind: KindDefine, Segment: segment.Segment{Condition: pro}}, {Kind: KindDefine, Segment: segment.Segment{ID: "a"}},
		{Kind: KindDefine, Segment: segment.Segment{ID: "a", Condition: segment.MustParse(`plan = "` + strings.Repeat("x", rule.DefaultBytes-9) + `"`)}},
		{Kind: KindDrop}, {Kind: KindDrop, Segment: segment.Segment{ID: "\xff"}}, {Kind: KindTick, Producer: "a"},
		{Kind: KindEpoch}, {Kind: KindEpoch, Epoch: Epoch{Number: 1}}, {Kind: KindEpoch, Epoch: Epoch{Number: 1, Partitions: 2 << 20}},
		{Kind: KindEpoch, Epoch: Epoch{1, 1, segment.Environment{Meaning: -1}}}, {Kind: KindEpoch, Epoch: Epoch{1, 1, segment.Environment{Zones: "\xff"}}},
	} {
		if _, err := m.AppendBinary(nil); err == nil {
			t.Errorf("%.300v is written", m)
		}
	}
}

// BenchmarkMessage is what a message of one update and one diff costs, with its share of a
// commit, on a broker that takes no time; and what the index alone takes of it.
func BenchmarkMessage(b *testing.B) {
	b.Run("index alone", func(b *testing.B) {
		f, _ := small(b, "", Options{})
		crowd(b, f, b.N)
		messages := make([]Message, len(f.input))
		for i, e := range f.input {
			if err := messages[i].UnmarshalBinary(e.Data); err != nil {
				b.Fatal(err)
			}
		}
		ix := index.New(index.Options{})
		b.ReportAllocs()
		b.ResetTimer()
		for i := range messages {
			ix.Advance(f.input[i].Stored, 0)
			if !new(history).call(ix, &f.input[i], &messages[i], &Epoch{Number: 1}, f.input[i].Stored, 1) {
				b.Fatal("refused")
			}
		}
	})
	for _, each := range []int{1, 10, 1000} {
		b.Run(fmt.Sprintf("commit every %d", each), func(b *testing.B) {
			f, w := small(b, "", Options{CommitMessages: each, SnapshotEvery: -1})
			crowd(b, f, b.N)
			b.ReportAllocs()
			b.ResetTimer()
			for idle := false; !idle; {
				var err error
				if idle, err = w.Step(context.Background()); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(w.Stats().Commits)/float64(b.N), "commits/op")
		})
	}
}

// crowd sends updates of 1,000 contacts, each of which enters or leaves a segment.
func crowd(t testing.TB, f *Fake, n int) {
	for i := range n {
		u := segment.Update{Contact: fmt.Sprint("c", i%1000), Set: map[string]segment.Value{"plan": segment.Text([]string{"pro", "free"}[i/1000%2])}}
		if _, err := f.Send(Message{Kind: KindUpdates, Updates: []segment.Update{u}}, 1, newYear.Add(4*time.Hour+time.Duration(i)*time.Minute)); err != nil {
			t.Fatal(err)
		}
	}
}

// BenchmarkCommit is what a commit of some diffs costs: made, written, appended.
func BenchmarkCommit(b *testing.B) {
	for _, n := range []int{0, 1, 100, 1000} {
		b.Run(fmt.Sprintf("of %d diffs", n), func(b *testing.B) {
			f, w := small(b, "", Options{CommitMessages: 10_000, CommitDiffs: 10_000, SnapshotEvery: -1})
			crowd(b, f, n)
			for len(w.ahead) < n+2 || w.open != nil {
				if _, err := w.Step(context.Background()); err != nil {
					b.Fatal(err)
				}
			}
			w.o.CommitDiffs = n
			diffs, marks, size := w.ahead, w.marks, 0
			for b.Loop() {
				w.ahead, w.marks, w.told.Revision = diffs, marks, 0
				if err := w.commit(context.Background()); err != nil {
					b.Fatal(err)
				}
				size = len(f.output[0][len(f.output[0])-1].Data)
				f.output[0], w.last = f.output[0][:0], 0
			}
			b.ReportMetric(float64(size), "bytes")
		})
	}
}

// BenchmarkLoad is what it takes to come back with a snapshot of 10,000 contacts.
func BenchmarkLoad(b *testing.B) {
	f, w := small(b, "", Options{SnapshotEvery: 10_000, Partitions: 1})
	for i := range 10_000 {
		u := segment.Update{Contact: fmt.Sprint("c", i), Set: map[string]segment.Value{"plan": segment.Text("pro")}}
		if _, err := f.Send(Message{Kind: KindUpdates, Updates: []segment.Update{u}}, 1, newYear); err != nil {
			b.Fatal(err)
		}
	}
	if err := run(w); err != nil || len(f.snaps[0]) == 0 {
		b.Fatal(err)
	}
	for b.Loop() {
		if err := run(smallWorker(b, f, "", Options{})); err != nil {
			b.Fatal(err)
		}
	}
}
