package nats

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/cluster"
	"github.com/segmentrules/segment/cluster/clustertest"
)

// Bad input, and what is purged too early: named errors in the partitions that it concerns,
// and the others go on.

// A shop is a cluster of two partitions with a worker each, on one server.
type shop struct {
	*testing.T
	e       *Engine
	workers [2]*cluster.Worker
	sent    int // updates
	all     int // broadcasts
}

func newShop(t *testing.T) *shop {
	s := &shop{T: t, e: openEngine(t, startServer(t), testOptions(2))}
	for p := range s.workers {
		s.worker(p)
	}
	s.send(cluster.Message{Kind: cluster.KindEpoch, Epoch: cluster.Epoch{Number: 1, Partitions: 2, Environment: segment.EnvironmentHere()}})
	s.send(cluster.Message{Kind: cluster.KindDefine, Segment: segment.Segment{ID: "pro", Condition: segment.MustParse(`plan = "pro"`)}})
	return s
}

// worker makes a new worker for a partition.
func (s *shop) worker(p int) {
	w, err := cluster.NewWorker(s.e, p, cluster.Options{Partitions: 2, SnapshotEvery: 5})
	if err != nil {
		s.Fatal(err)
	}
	s.workers[p] = w
}

func (s *shop) send(m cluster.Message) {
	s.Helper()
	if m.Producer == "" {
		s.all++
		m.Producer, m.Number = "all", uint64(s.all)
	}
	if err := clustertest.Send(s.Context(), s.e, m, 2); err != nil {
		s.Fatal(err)
	}
}

// enter has a new contact of a partition enter the segment.
func (s *shop) enter(p int) {
	s.Helper()
	for {
		s.sent++
		if c := fmt.Sprint("c", s.sent); cluster.Partition(c, 2) == p {
			s.send(cluster.Message{Kind: cluster.KindUpdates, Producer: "shop", Number: uint64(s.sent), Updates: []segment.Update{{Contact: c, Set: map[string]segment.Value{"plan": segment.Text("pro")}}}})
			return
		}
	}
}

// work steps a worker until it has told so many diffs and is idle, or returns its error.
func (s *shop) work(p int, revision uint64) error {
	s.Helper()
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); {
		idle, err := s.workers[p].Step(s.Context())
		if err != nil {
			return err
		}
		if idle && s.workers[p].Told().Revision >= revision {
			return nil
		}
	}
	s.Fatalf("partition %d has told %d of %d diffs", p, s.workers[p].Told().Revision, revision)
	return nil
}

// TestPurgedTooEarly: a partition that needs purged input says so, each time; one that has a
// snapshot goes on.
func TestPurgedTooEarly(t *testing.T) {
	s := newShop(t)
	for range 8 {
		s.enter(0)
		s.enter(1)
	}
	if err := s.work(0, 8); err != nil { // and has put a snapshot
		t.Fatal(err)
	}
	in, err := s.e.js.Stream(t.Context(), s.e.o.inStream())
	if err != nil {
		t.Fatal(err)
	}
	list, err := s.e.snapList(t.Context(), 0)
	if err != nil || len(list.Snaps) == 0 {
		t.Fatalf("snapshots %v, %v", list, err)
	}
	if err := in.Purge(t.Context(), jetstream.WithPurgeSequence(list.Snaps[0].Upto+1)); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := s.work(1, 8); err != cluster.ErrPurged {
			t.Errorf("partition 1: %v", err)
		}
	}
	s.worker(0) // another worker, that loads from the snapshot
	s.enter(0)
	if err := s.work(0, 9); err != nil || s.workers[0].Stats().Restored != 1 {
		t.Errorf("partition 0: %v, %+v", err, s.workers[0].Stats())
	}
	// A worker that reads on is not told of less either: what it has not read is purged.
	s.enter(0)
	info, err := in.Info(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := in.Purge(t.Context(), jetstream.WithPurgeSequence(info.State.LastSeq+1)); err != nil {
		t.Fatal(err)
	}
	s.enter(0)
	if err := s.work(0, 11); err != cluster.ErrPurged {
		t.Errorf("a worker that had not read what is purged: %v, %+v", err, s.workers[0].Told())
	}
}

// TestTrim lets go of what no partition needs.
func TestTrim(t *testing.T) {
	s := newShop(t)
	for range 30 {
		s.enter(0)
	}
	if err := s.work(0, 30); err != nil {
		t.Fatal(err)
	}
	if first, holder, err := s.e.Trim(t.Context()); first != 1 || holder != 1 || err != nil {
		t.Errorf("a partition that has told nothing: %d, partition %d, %v", first, holder, err)
	}
	for range 12 {
		s.enter(1)
	}
	if err := s.work(1, 12); err != nil {
		t.Fatal(err)
	}
	first, _, err := s.e.Trim(t.Context())
	if first < 5 || err != nil {
		t.Errorf("kept from %d on, %v", first, err)
	}
	if at, err := s.e.floor.first(t.Context()); at != first || err != nil {
		t.Errorf("the first that is kept is %d, %v; want %d", at, err, first)
	}
	for p := range 2 {
		s.worker(p)
		s.enter(p)
		if err := s.work(p, 1); err != nil || s.workers[p].Stats().Restored != 1 {
			t.Errorf("partition %d: %v, %+v", p, err, s.workers[p].Stats())
		}
	}
}

// TestBadMessages: what is no message, is for another partition, is sent twice or comes too
// late is counted or passed over; what is of a later version holds up its partition alone.
func TestBadMessages(t *testing.T) {
	s := newShop(t)
	ctx := t.Context()
	s.enter(0)
	s.enter(1)
	foreign, err := cluster.Message{Kind: cluster.KindUpdates, Updates: []segment.Update{{Contact: "c1", Set: map[string]segment.Value{"plan": segment.Text("pro")}}}}.AppendBinary(nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, bad := range [][]byte{nil, []byte("hello"), {0xff}, []byte("sg"), foreign} {
		if err := s.e.Append(ctx, 1-cluster.Partition("c1", 2), "", bad); err != nil {
			t.Fatal(err)
		}
	}
	twice := cluster.Message{Kind: cluster.KindUpdates, Producer: "shop", Number: 1, Updates: []segment.Update{{Contact: "c1", Delete: true}}}
	for _, key := range []string{"x", "y"} { // too late, and twice
		data, err := twice.AppendBinary(nil)
		if err == nil {
			err = s.e.Append(ctx, cluster.Partition("c1", 2), key, data)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	for p, refused := range map[int]uint64{1 - cluster.Partition("c1", 2): 5, cluster.Partition("c1", 2): 0} {
		s.enter(p)
		if err := s.work(p, 2); err != nil || s.workers[p].Told().Refused != refused || s.workers[p].Told().Revision != 2 {
			t.Errorf("partition %d: %v, %+v; want %d refused", p, err, s.workers[p].Told(), refused)
		}
	}
	if err := s.e.Append(ctx, 0, "", []byte("sg\xff\x01")); err != nil {
		t.Fatal(err)
	}
	s.enter(0)
	s.enter(1)
	var later *cluster.VersionError
	for range 2 {
		if err := s.work(0, 3); !errors.As(err, &later) {
			t.Errorf("a message of a later version: %v", err)
		}
	}
	if err := s.work(1, 3); err != nil {
		t.Errorf("the other partition: %v", err)
	}
}

// TestAnotherEnvironment: where the input is to be read with another tzdata, workers put a
// snapshot and step down, all partitions alike; and nothing behind is told.
func TestAnotherEnvironment(t *testing.T) {
	s := newShop(t)
	other := segment.EnvironmentHere()
	other.Zones += " and later"
	s.enter(0)
	s.send(cluster.Message{Kind: cluster.KindEpoch, Epoch: cluster.Epoch{Number: 2, Partitions: 2, Environment: other}})
	s.enter(0)
	s.enter(1)
	for p := range 2 {
		var down *cluster.EnvironmentError
		for range 2 {
			if err := s.work(p, 2); !errors.As(err, &down) || down.Partition != p {
				t.Fatalf("partition %d: %v", p, err)
			}
		}
		list, err := s.e.snapList(t.Context(), p)
		if err != nil || len(list.Snaps) != 1 {
			t.Errorf("partition %d has %d snapshots, %v", p, len(list.Snaps), err)
		}
		last, err := s.e.Last(t.Context(), p)
		var c cluster.Commit
		if err == nil {
			err = c.UnmarshalBinary(last.Data)
		}
		if err != nil || c.Revision != uint64(1-p) || c.Epoch.Number != 2 {
			t.Errorf("partition %d has told %+v, %v", p, c, err)
		}
	}
}

// TestTwoClusters: a second cluster that begins on the streams of a first is the first one:
// its epoch is passed over, and one with another number of partitions is refused.
func TestTwoClusters(t *testing.T) {
	s := newShop(t)
	s.enter(0)
	for n, partitions := range map[uint64]int{1: 2, 2: 4} {
		s.send(cluster.Message{Kind: cluster.KindEpoch, Epoch: cluster.Epoch{Number: n, Partitions: partitions, Environment: segment.EnvironmentHere()}})
	}
	s.enter(0)
	if err := s.work(0, 2); err != nil || s.workers[0].Told().Refused != 1 || s.workers[0].Told().Epoch.Partitions != 2 {
		t.Errorf("%v, %+v", err, s.workers[0].Told())
	}
	o := testOptions(4)
	var named *ConfigError
	if _, err := Open(t.Context(), s.e.nc, o); !errors.As(err, &named) || named.What != "partitions" {
		t.Errorf("an engine of four partitions: %v", err)
	}
}
