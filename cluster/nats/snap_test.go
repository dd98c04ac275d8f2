package nats

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

// TestSnapsDamaged: a snapshot that is not what was put is passed over.
func TestSnapsDamaged(t *testing.T) {
	e, ctx := openEngine(t, startServer(t), testOptions(2)), t.Context()
	e.o.Timeout = 300 * time.Millisecond
	for upto := range uint64(3) {
		if err := e.PutSnap(ctx, 0, upto+1, fmt.Append(nil, "snapshot ", upto+1)); err != nil {
			t.Fatal(err)
		}
	}
	want := func(text string) {
		t.Helper()
		if s, err := e.Snap(ctx, 0, 100); string(s) != text || err != nil {
			t.Errorf("the snapshot is %q, %v; want %q", s, err, text)
		}
	}
	want("snapshot 3")
	list, err := e.snapList(ctx, 0)
	if err != nil {
		t.Fatal(err)
	}
	// A piece less, and another piece in its place.
	if err := e.snap.Purge(ctx, jetstream.WithPurgeSubject(e.o.snapSubject(0, list.Snaps[0].ID))); err != nil {
		t.Fatal(err)
	}
	want("snapshot 2")
	for _, line := range list.Snaps[:2] {
		if _, err := e.js.Publish(ctx, e.o.snapSubject(0, line.ID), []byte("snapshot x")); err != nil {
			t.Fatal(err)
		}
	}
	if err := e.snap.DeleteMsg(ctx, 3); err != nil { // the piece of the second
		t.Fatal(err)
	}
	want("snapshot 1")
	if err := e.snap.Purge(ctx, jetstream.WithPurgeSubject(e.o.snapSubject(0, list.Snaps[2].ID))); err != nil {
		t.Fatal(err)
	}
	want("")
	if _, err := e.js.Publish(ctx, e.o.snapSubject(0, listName), []byte("{")); err != nil {
		t.Fatal(err)
	}
	if _, err := e.Snap(ctx, 0, 100); err == nil || !strings.Contains(err.Error(), "list of snapshots of partition 0") {
		t.Errorf("a list that cannot be read: %v", err)
	}
}

// TestSnapsTogether: of snapshots that are put at the same time none is forgotten, and what a
// process that died has left is cleared away.
func TestSnapsTogether(t *testing.T) {
	s := startServer(t)
	e, ctx := openEngine(t, s, testOptions(2)), t.Context()
	left := e.o.snapSubject(1, "1000000000000000000-dead")
	young := e.o.snapSubject(1, fmt.Sprint(time.Now().Add(time.Hour).UnixNano(), "-busy"))
	for _, subject := range []string{left, young} {
		if _, err := e.js.Publish(ctx, subject, []byte("piece")); err != nil {
			t.Fatal(err)
		}
	}
	var all sync.WaitGroup
	var others []*Engine
	for range 8 {
		others = append(others, openEngine(t, s, testOptions(2)))
	}
	for i, other := range others {
		all.Go(func() {
			if err := other.PutSnap(ctx, 1, uint64(i+1), []byte("snapshot")); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	list, err := e.snapList(ctx, 1)
	if err != nil || len(list.Snaps) != 3 || list.Snaps[2].Upto != 6 {
		t.Errorf("the list is %v, %v", list, err)
	}
	info, err := e.snap.Info(ctx, jetstream.WithSubjectFilter(e.o.snapSubject(1, "*")))
	if err != nil || info.State.Subjects[left] != 0 || info.State.Subjects[young] != 1 {
		t.Errorf("there are pieces of %v, %v", info.State.Subjects, err)
	}
}
