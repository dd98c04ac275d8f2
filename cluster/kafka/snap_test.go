package kafka

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/cluster"
)

// wantSnap compares a snapshot.
func wantSnap(t testing.TB, e *Engine, most uint64, want []byte) {
	t.Helper()
	if got, err := e.Snap(t.Context(), 0, most); err != nil || !bytes.Equal(got, want) || (got == nil) != (want == nil) {
		t.Errorf("the snapshot up to %d has %d bytes, %v; want %d", most, len(got), err, len(want))
	}
}

// some bytes that compress little.
func randomBytes(r *rand.Rand, n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(r.Uint32())
	}
	return b
}

// TestSnapWriters: several write snapshots of one partition at once, in chunks that lie between
// each other. Each that is kept is whole.
func TestSnapWriters(t *testing.T) {
	o := setup(t, start(t), 1)
	var all sync.WaitGroup
	var mu sync.Mutex
	wrote := map[uint64][]byte{}
	for w := range 3 {
		e, r := open(t, o), rand.New(rand.NewPCG(1, uint64(w)))
		all.Go(func() {
			for i := range 4 {
				upto, b := uint64(10*i+w+1), randomBytes(r, r.IntN((2+4*i)*chunkBytes))
				mu.Lock()
				wrote[upto] = b
				mu.Unlock()
				if err := e.PutSnap(t.Context(), 0, upto, b); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	e := open(t, o)
	wantSnap(t, e, 1000, wrote[33])
	for upto, b := range wrote {
		got, err := e.Snap(t.Context(), 0, upto)
		if err != nil || upto > 30 && !bytes.Equal(got, b) {
			t.Errorf("the snapshot up to %d: %d bytes, %v; want %d", upto, len(got), err, len(b))
		}
	}
	if all, err := e.list(t.Context(), 0); err != nil || len(all) > 6 {
		t.Errorf("%d snapshots are listed, %v", len(all), err)
	}
}

// TestSnapEmpty: a snapshot without a byte is one.
func TestSnapEmpty(t *testing.T) {
	e := open(t, setup(t, start(t), 1))
	wantSnap(t, e, 9, nil)
	if err := e.PutSnap(t.Context(), 0, 5, nil); err != nil {
		t.Fatal(err)
	}
	wantSnap(t, e, 9, []byte{})
}

// TestSnapDamaged: what is not as the list says, and what is no list, is passed over.
func TestSnapDamaged(t *testing.T) {
	fake := start(t)
	o := setup(t, fake, 1)
	e := open(t, o)
	good := bytes.Repeat([]byte("0123456789"), chunkBytes/4)
	if err := e.PutSnap(t.Context(), 0, 10, good); err != nil {
		t.Fatal(err)
	}
	all, err := e.list(t.Context(), 0)
	if err != nil || len(all) != 1 || len(all[0].Chunks) != 3 {
		t.Fatalf("%v, %v", all, err)
	}
	put := func(text []byte) {
		t.Helper()
		if err := e.produce(t.Context(), &kgo.Record{Topic: o.topic(kindList), Value: text}); err != nil {
			t.Fatal(err)
		}
	}
	upto := uint64(10)
	list := func(change func(*listed)) {
		t.Helper()
		l := all[0]
		l.Chunks = append([]int64(nil), l.Chunks...)
		upto++
		l.Upto = upto
		change(&l)
		text, err := json.Marshal(l)
		if err != nil {
			t.Fatal(err)
		}
		put(text)
	}
	put([]byte("no list"))
	put(nil)
	list(func(l *listed) { l.Version = 2 })
	list(func(l *listed) { l.Sum++ })
	list(func(l *listed) { l.Size++ })
	list(func(l *listed) { l.Size-- })
	list(func(l *listed) { l.Size = -1 })
	list(func(l *listed) { l.Chunks = l.Chunks[:2] })
	list(func(l *listed) { l.Chunks = nil })
	list(func(l *listed) { l.Chunks[1] = l.Chunks[0] })
	list(func(l *listed) { l.Chunks[2] = 500 })
	list(func(l *listed) { l.Chunks[0] = -7 })
	list(func(l *listed) { l.Chunks[0] = -1 })
	wantSnap(t, e, 1000, good)
	if err := e.sweep(t.Context(), 0); err != nil {
		t.Fatal(err)
	}
	if info := fake.PartitionInfo(o.topic(kindSnap), 0); info.LogStartOffset > all[0].Chunks[0] {
		t.Errorf("chunks up to %d are gone", info.LogStartOffset)
	}
	if err := fake.DeleteRecords(o.topic(kindSnap), 0, 1); err != nil { // its first chunk
		t.Fatal(err)
	}
	wantSnap(t, e, 1000, nil)
}

// TestTrim: only what no worker reads again is let go of, and a worker comes to the same after
// that.
func TestTrim(t *testing.T) {
	fake := start(t)
	o := setup(t, fake, 2)
	e := open(t, o)
	options := cluster.Options{Partitions: 2, SnapshotEvery: 10, CommitMessages: 4}
	post := func(m cluster.Message) {
		t.Helper()
		b, err := m.AppendBinary(nil)
		if err != nil {
			t.Fatal(err)
		}
		send(t, e, cluster.Everyone, string(b))
	}
	post(cluster.Message{Kind: cluster.KindEpoch, Epoch: cluster.Epoch{Number: 1, Partitions: 2, Environment: segment.EnvironmentHere()}})
	if got, err := e.Trim(t.Context()); err != nil || len(got) > 0 {
		t.Errorf("nothing is committed, and Trim lets go of %v, %v", got, err)
	}
	for range 24 {
		post(cluster.Message{Kind: cluster.KindTick})
	}
	time.Sleep(2 * freshFor)
	work := func() (w *cluster.Worker) {
		t.Helper()
		w, err := cluster.NewWorker(e, 0, options)
		for idle := false; !idle && err == nil; {
			idle, err = w.Step(t.Context())
		}
		if err != nil {
			t.Fatal(err)
		}
		return w
	}
	told := work().Told()
	all, err := e.list(t.Context(), 0)
	if err != nil || len(all) != 2 {
		t.Fatalf("snapshots %v, %v", all, err)
	}
	lowest := all[1].Upto
	if got, err := e.Trim(t.Context()); err != nil || len(got) != 1 || got[0] != lowest || lowest >= told.Upto {
		t.Errorf("Trim: %v, %v; want partition 0 up to %d", got, err, lowest)
	}
	if info := fake.PartitionInfo(o.topic(kindIn), 0); info.LogStartOffset != int64(lowest) {
		t.Errorf("the input begins at offset %d, want %d", info.LogStartOffset, lowest)
	}
	if w := work(); w.Told().Upto != told.Upto || w.Stats().Restored != 1 {
		t.Errorf("loaded up to %d with %+v, want %d", w.Told().Upto, w.Stats(), told.Upto)
	}
	// the newest is damaged: the oldest still does
	if err := fake.DeleteRecords(o.topic(kindSnap), 0, all[0].Chunks[0]); err != nil {
		t.Fatal(err)
	}
	if got, err := e.Trim(t.Context()); err != nil || got[0] != all[0].Upto {
		t.Errorf("the oldest snapshot is gone, and Trim lets go of %v, %v; want %d", got, err, all[0].Upto)
	}
	if w := work(); w.Told().Upto != told.Upto {
		t.Errorf("loaded up to %d, want %d", w.Told().Upto, told.Upto)
	}
}
