package durable

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/segmentrules/segment"
)

// How long opening takes after a kill at any moment, against Options.RecoveryTarget. The
// tests measure, and assert times only with much room: machines are shared.

// number is a number from the environment, or the usual one.
func number(name string, usual int) int {
	if n, err := strconv.Atoi(os.Getenv(name)); err == nil {
		return n
	}
	return usual
}

// populate applies so many contacts.
func populate(t testing.TB, s *Store, contacts int) {
	t.Helper()
	for from := 0; from < contacts; from += 1000 {
		var us []segment.Update
		for i := from; i < min(contacts, from+1000); i++ {
			us = append(us, segment.Update{Contact: fmt.Sprint("contact-", i), At: start, Set: map[string]segment.Value{
				"plan": segment.Text(fmt.Sprint("p", i%40)), "seats": segment.Int(int64(i % 130)), "city": segment.Text(fmt.Sprint("city", i%997))},
				Events: []segment.Event{{ID: fmt.Sprint(i), Name: "opened", At: start.AddDate(0, 0, -i%90), Props: segment.Document(`{"campaign":"spring"}`)}}})
		}
		if _, err := s.Apply(us...); err != nil {
			t.Fatal(err)
		}
	}
}

// An opening is how long one took: on the clock, and of processors.
type opening struct {
	clock, cpu         time.Duration
	snapshot, replayed int
}

// reopens opens a copy of the store as it is now, and lets go of it.
func reopens(t testing.TB, s *Store, path string) opening {
	t.Helper()
	s.mu.Lock() // so that the copy is of one moment
	dead := killed(t, path)
	s.mu.Unlock()
	before := used(t)
	again, err := Open(dead, Options{NoSnapshots: true})
	if err != nil {
		t.Fatal(err)
	}
	o := opening{again.Opened().Took, used(t) - before, int(again.Opened().Snapshot), again.Opened().Replayed}
	leave(again)
	if err := os.RemoveAll(dead); err != nil {
		t.Fatal(err)
	}
	return o
}

// percentiles are the middle, the 99th of a hundred, and the longest of times.
func percentiles(all []opening, of func(opening) time.Duration) string {
	var ds []time.Duration
	for _, o := range all {
		ds = append(ds, of(o))
	}
	slices.Sort(ds)
	at := func(p int) time.Duration { return ds[min(len(ds)-1, len(ds)*p/100)].Round(time.Millisecond) }
	return fmt.Sprintf("p50 %v, p99 %v, longest %v", at(50), at(99), at(100))
}

// leave lets go of a store without a snapshot.
func leave(s *Store) {
	_ = s.c.j.Poison(errors.New("of no use any more"))
	_ = s.Close()
}

// TestRecoveryTime kills a store at moments that are chance, and opens what is left.
// RECOVERY_OPENS says how often, RECOVERY_CONTACTS how many contacts there are, and
// RECOVERY_TARGET, in milliseconds, what is wanted.
func TestRecoveryTime(t *testing.T) {
	opens, contacts := number("RECOVERY_OPENS", 4), number("RECOVERY_CONTACTS", 2_000)
	target := time.Duration(number("RECOVERY_TARGET", 200)) * time.Millisecond
	path := t.TempDir()
	s := opened(t, path, Options{RecoveryTarget: target})
	if err := benchSegments(s.Define); err != nil {
		t.Fatal(err)
	}
	populate(t, s, contacts)
	r := rand.New(rand.NewPCG(1, 1))
	var all, bare []opening
	for i := 0; len(all) < opens; {
		// a snapshot is due after half of the target
		for until := time.Now().Add(time.Duration(r.Int64N(int64(target)))); time.Now().Before(until); {
			var calls [][]segment.Update
			for range 20 {
				u := benchUpdate(i)
				u.Contact = fmt.Sprint("contact-", i*7919%contacts)
				calls = append(calls, []segment.Update{u})
				i++
			}
			s.ApplyCalls(calls)
		}
		if all = append(all, reopens(t, s, path)); len(all)%20 > 0 {
			continue
		}
		if err := s.Snapshot(); err != nil {
			t.Fatal(err)
		}
		bare = append(bare, reopens(t, s, path))
	}
	clock, cpu := func(o opening) time.Duration { return o.clock }, func(o opening) time.Duration { return o.cpu }
	t.Logf("%d contacts, target %v, %d opens; on the clock: %s; of processors: %s", contacts, target, opens, percentiles(all, clock), percentiles(all, cpu))
	if len(bare) > 0 {
		t.Logf("the snapshot alone; on the clock: %s; of processors: %s", percentiles(bare, clock), percentiles(bare, cpu))
	}
	for _, o := range all {
		if o.cpu > 10*(target+time.Duration(contacts)*2*time.Microsecond) {
			t.Errorf("opening took %v", o)
		}
	}
}

// TestManyDefinitions kills a store whose log is of definitions. DEFINITIONS says of how
// many, and RECOVERY_CONTACTS over how many contacts.
func TestManyDefinitions(t *testing.T) {
	many, contacts := number("DEFINITIONS", 300), number("RECOVERY_CONTACTS", 2_000)
	path := t.TempDir()
	s := opened(t, path, Options{RecoveryTarget: time.Duration(number("RECOVERY_TARGET", 5000)) * time.Millisecond})
	populate(t, s, contacts)
	if err := s.Snapshot(); err != nil {
		t.Fatal(err)
	}
	first := s.Stats().Snapshot
	var worst time.Duration
	for i := range many {
		text := fmt.Sprintf(`plan = "p%d" AND seats > %d AND city != "city%d" OR COUNT(opened) >= %d IN LAST %d DAYS`, i%40, i%130, i%997, 2+i%5, 1+i%30)
		if _, err := s.Define(segment.Segment{ID: fmt.Sprint("s", i), Condition: segment.MustParse(text)}, start); err != nil {
			t.Fatal(err)
		}
		if (i+1)%(max(many/20, 1)) != 0 {
			continue
		}
		o := reopens(t, s, path)
		t.Logf("after %d definitions: a snapshot of record %d, %d made again, in %v on the clock, %v of processors", i+1, o.snapshot, o.replayed, o.clock.Round(time.Millisecond), o.cpu.Round(time.Millisecond))
		if worst = max(worst, o.cpu); worst > time.Minute {
			t.Fatalf("opening took %v", o)
		}
	}
	t.Logf("%d definitions over %d contacts: opened in %v of processors at worst; snapshots were made: %v", many, contacts, worst.Round(time.Millisecond), s.Stats().Snapshot > first)
}
