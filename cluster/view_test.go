package cluster

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/index"
)

// TestView: who looks while a worker steps, dies and loads anew always sees a state that the
// input comes to at the position that is shown, and never one before what was committed.
func TestView(t *testing.T) {
	const messages = 400
	f := NewFake()
	start := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	send := func(i int, m Message) {
		t.Helper()
		if _, err := f.Send(m, 1, start.Add(time.Duration(i)*time.Second)); err != nil {
			t.Fatal(err)
		}
	}
	send(0, Message{Kind: KindEpoch, Epoch: Epoch{1, 1, segment.EnvironmentHere()}})
	send(0, Message{Kind: KindDefine, Segment: segment.Segment{ID: "odd", Condition: segment.MustParse("odd = true")}})
	chains := []segment.Chain{0}
	plain := index.New(index.Options{})
	if _, err := plain.Define(segment.Segment{ID: "odd", Condition: segment.MustParse("odd = true")}, start); err != nil {
		t.Fatal(err)
	}
	for i := range messages {
		at := start.Add(time.Duration(i) * time.Second)
		u := segment.Update{Contact: fmt.Sprint("c", i), Set: map[string]segment.Value{"odd": segment.Bool(i%2 == 1)}, At: at}
		ds, err := plain.Apply(u)
		if err != nil {
			t.Fatal(err)
		}
		if len(ds) > 0 {
			chains = append(chains, chains[len(chains)-1].Add(ds...))
		}
		send(i, Message{Kind: KindUpdates, Producer: "p", Number: uint64(i) + 1, Updates: []segment.Update{u}})
	}
	w, err := NewWorker(f, 0, Options{Partitions: 1, CommitDiffs: 7, SnapshotEvery: 10, Read: 20})
	if err != nil {
		t.Fatal(err)
	}
	if w.View(func(View) {}) {
		t.Error("a worker that has not loaded shows a state")
	}
	var looking sync.WaitGroup
	done := make(chan struct{})
	for range 2 {
		looking.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
				}
				upto := committed(t, f, 0)
				w.View(func(v View) { checkView(t, v, upto, chains) })
			}
		})
	}
	ctx := context.Background()
	for n, idle := 1, false; !idle; n++ {
		if idle, err = w.Step(ctx); err != nil {
			t.Fatal(err)
		}
		if n%97 == 0 && !idle {
			w.reset()
		}
	}
	close(done)
	looking.Wait()
	if !w.View(func(v View) {
		position, revision, chain := v.Output()
		if told := w.Told(); v.Upto() != messages+2 || revision != messages/2 || chain != told.Chain || position != w.last || v.Number("p", true) != 0 || v.Epoch().Number != 1 {
			t.Errorf("in the end: up to %d, revision %d, chain %x", v.Upto(), revision, uint64(chain))
		}
	}) {
		t.Error("an idle worker shows nothing")
	}
}

// checkView looks whether all that a view shows is of one moment, and not before what was
// committed when it was asked for. The chains are those of TestView's input by revision.
func checkView(t *testing.T, v View, committed uint64, chains []segment.Chain) {
	ix, n := v.Index(), v.Number("p", false)
	_, revision, chain := v.Output()
	switch {
	case n > 0 && v.Upto() != n+2, v.Upto() < committed, revision != n/2, ix.Stats().Contacts != int(n), ix.Members("odd").Len() != int(n/2):
		t.Errorf("position %d, number %d, revision %d, %d contacts, %d members; committed is %d", v.Upto(), n, revision, ix.Stats().Contacts, ix.Members("odd").Len(), committed)
	case chain != chains[revision]:
		t.Errorf("the checksum up to revision %d is %x", revision, uint64(chain))
	}
}

// committed is up to which position of the input a partition has committed.
func committed(t *testing.T, f *Fake, partition int) uint64 {
	last, err := f.Last(context.Background(), partition)
	var c Commit
	if last.Position > 0 && err == nil {
		err = c.UnmarshalBinary(last.Data)
	}
	if err != nil {
		t.Error(err)
	}
	return c.Upto
}
