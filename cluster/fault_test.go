package cluster

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/segmentrules/segment"
)

// faultTests is every mistake of fault.go, with who finds it.
var faultTests = []struct {
	mistake fault
	find    func(f judge, mistake fault, seed uint64)
}{
	{noFence, byWorld},
	{pipelined, byWorld},
	{unknownAgain, byWorld},
	{snapshotAhead, byWorld},
	{snapshotEarly, byWorld}, // the input that a worker without it needs may be purged
	{producersLost, byWorld},
	{producersShared, byWorld},
	{snapshotLive, byWorld},
	{steppedDownEarly, byStepDown},
	{skippedBroadcast, byWorld},
	{tieDropped, byOneIndex},
	{clockGoesBack, byWorld},
	{notSuppressed, byWorld},
	{uptoEarly, byWorld},
	{foreignTaken, byWorld},
	{repeatedTaken, byWorld},
	{epochIgnored, byWorld},
	{versionSkipped, byVersion},
	{notCompared, byForgery},
}

// A finder is told what is wrong, and keeps the first of it.
type finder struct{ err error }

func (f *finder) Errorf(format string, args ...any) {
	if f.err == nil {
		f.err = fmt.Errorf(format, args...)
	}
}

func (f *finder) Failed() bool { return f.err != nil }

// TestFaults makes each mistake, and wants it to be found within a minute; without any,
// nothing must be found.
func TestFaults(t *testing.T) {
	for _, test := range faultTests {
		t.Run(string(test.mistake), func(t *testing.T) {
			var none finder
			if test.find(&none, "", 1); none.err != nil {
				t.Fatalf("without the mistake: %v", none.err)
			}
			began := time.Now()
			for seed := uint64(1); time.Since(began) < time.Minute; seed++ {
				var f finder
				if test.find(&f, test.mistake, seed); f.err != nil {
					t.Logf("found by seed %d after %v: %.300v", seed, time.Since(began).Round(time.Millisecond), f.err)
					return
				}
			}
			t.Error("not found in a minute")
		})
	}
}

// byWorld lets a world live.
func byWorld(f judge, mistake fault, seed uint64) { newWorld(f, seed, mistake).live() }

// byOneIndex lets a world live whose partitions are compared with one index alone.
func byOneIndex(f judge, mistake fault, seed uint64) {
	w := newWorld(f, seed, mistake)
	w.oneOnly = true
	w.live()
}

// here is the environment of the workers of small tests.
var here = segment.Environment{Meaning: 1}

// small returns a broker in whose one partition an epoch, a definition and some updates are,
// and a worker for it.
func small(t judge, mistake fault, o Options) (*Fake, *Worker) {
	f := NewFake()
	ann, bob := segment.Update{Contact: "ann", Set: map[string]segment.Value{"plan": segment.Text("pro")}}, segment.Update{Contact: "bob", Join: []string{"trial"}, Create: true}
	for i, m := range []Message{
		{Kind: KindEpoch, Epoch: Epoch{1, 1, here}},
		{Kind: KindDefine, Segment: segment.Segment{ID: "pro", Condition: segment.MustParse(`plan = "pro" OR IN LIST "trial"`)}},
		{Kind: KindUpdates, Updates: []segment.Update{ann}},
		{Kind: KindUpdates, Updates: []segment.Update{bob}},
	} {
		if _, err := f.Send(m, 1, newYear.Add(time.Duration(i)*time.Hour)); err != nil {
			t.Errorf("%v", err)
		}
	}
	return f, smallWorker(t, f, mistake, o)
}

var newYear = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// smallWorker returns another worker for it.
func smallWorker(t judge, b Broker, mistake fault, o Options) *Worker {
	o.Partitions, o.mistake = 1, mistake
	w, err := NewWorker(b, 0, o)
	if err != nil {
		t.Errorf("%v", err)
	}
	w.here = here
	return w
}

// run steps until the worker is idle, or fails.
func run(w *Worker) error {
	for range 100_000 {
		if idle, err := w.Step(context.Background()); idle || err != nil {
			return err
		}
	}
	return errors.New("it never comes to an end")
}

// byVersion sends a message of a later version, which must hold the partition up, whichever
// worker comes.
func byVersion(f judge, mistake fault, _ uint64) {
	b, w := small(f, mistake, Options{})
	b.Store(0, newYear.AddDate(0, 0, 1), []byte{messageMagic[0], messageMagic[1], messageVersion + 1, byte(KindTick)})
	var later *VersionError
	if err := run(w); !errors.As(err, &later) {
		f.Errorf("a message of a later version: %v", err)
	}
	for range 2 {
		if err := run(w); !errors.As(err, &later) {
			f.Errorf("a message of a later version, once more: %v", err)
		}
	}
	if c := w.Stats().Commits; c != 1 || len(b.output[0]) != 1 {
		f.Errorf("%d commits, want that of the 4 messages before it", c)
	}
}

// A grave is where snapshots are kept by a process that dies before it has put any.
type grave struct{}

func (grave) free() bool    { return true }
func (grave) put(*snapshot) {}

// byStepDown has a worker step down and die, with which all snapshots beside it die, too. One
// of the next environment must be able to begin.
func byStepDown(f judge, mistake fault, _ uint64) {
	b, w := small(f, mistake, Options{SnapshotEvery: 2})
	w.aside = grave{}
	next := segment.Environment{Meaning: 2}
	if _, err := b.Send(Message{Kind: KindEpoch, Epoch: Epoch{2, 1, next}}, 1, newYear.AddDate(0, 0, 1)); err != nil {
		f.Errorf("%v", err)
	}
	var down *EnvironmentError
	if err := run(w); !errors.As(err, &down) {
		f.Errorf("the old one: %v", err)
	}
	w = smallWorker(f, b, "", Options{})
	w.here = next
	if err := run(w); err != nil || w.Stats().Restored != 1 {
		f.Errorf("the new one: %v, %+v", err, w.Stats())
	}
}

// byForgery has commits that their input does not come to.
func byForgery(f judge, mistake fault, seed uint64) {
	for name, change := range map[string]func(c *Commit){
		"another diff":           func(c *Commit) { c.Diffs[0].Contact = "eve"; c.Chain = segment.Chain(0).Add(c.Diffs...) },
		"another end":            func(c *Commit) { c.Done-- },
		"one more refused":       func(c *Commit) { c.Refused++ },
		"another epoch":          func(c *Commit) { c.Epoch.Number++ },
		"a message that is gone": func(c *Commit) { c.Upto = 3; c.Done = 1; c.Refused = 9 },
	} {
		b, w := small(f, mistake, Options{})
		if err := run(w); err != nil || len(b.output[0]) != 1 {
			f.Errorf("%d commits, %v", len(b.output[0]), err)
			return
		}
		var c Commit
		err := c.UnmarshalBinary(b.output[0][0].Data)
		if err == nil {
			change(&c)
			b.output[0][0].Data, err = c.AppendBinary(nil)
		}
		var diverged *DivergedError
		if err != nil {
			f.Errorf("%v", err)
		} else if err = run(smallWorker(f, b, mistake, Options{})); !errors.As(err, &diverged) {
			f.Errorf("%s (seed %d): %v", name, seed, err)
		}
	}
}

// TestEveryFaultIsTried holds the list and fault.go together.
func TestEveryFaultIsTried(t *testing.T) {
	text, err := os.ReadFile("fault.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range faultTests {
		if !strings.Contains(string(text), strconv.Quote(string(test.mistake))) {
			t.Errorf("%q is not in fault.go", test.mistake)
		}
	}
	if n := strings.Count(string(text), " fault = \""); n != len(faultTests) {
		t.Errorf("fault.go has %d mistakes, and %d are tried", n, len(faultTests))
	}
}
