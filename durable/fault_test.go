package durable

import (
	"errors"
	"testing"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/durable/internal/disk/simdisk"
	"github.com/segmentrules/segment/index"
	"github.com/segmentrules/segment/rule"
	"github.com/segmentrules/segment/schema"
)

// faultTests is every mistake of fault.go, with who finds it, or the reason if no test can.
var faultTests = []struct {
	mistake    fault
	find       func(f *finder, mistake fault, seed uint64)
	equivalent string
}{
	{mistake: ackAtOnce, find: byCrowd},
	{mistake: groupTold, find: byCrowd},
	{mistake: toldAhead, find: byCrowd},
	{mistake: nextAhead, find: byCrowd},
	{mistake: historyAhead, find: byCrowd},
	{mistake: repeatedAtOnce, find: byCrowd},
	{mistake: notAwaited, equivalent: "the journal commits no snapshot before its records are durable, so it is given up: see TestFaults of the journal for one that does"},
	{mistake: sameNumberTaken, find: byWorld},
	{mistake: refusedLogged, find: byWorld},
	{mistake: refusedCounts, find: byWorld},
	{mistake: refusedShifts, find: byWorld},
	{mistake: stoppedLost, find: byWorld},
	{mistake: beginNotLogged, find: byWorld},
	{mistake: notResolved, find: bySchema},
	{mistake: numberEarly, find: byWorld},
	{mistake: numberLate, find: byWorld},
	{mistake: producersForgotten, find: byWorld},
	{mistake: consumersForgotten, find: byWorld},
	{mistake: outboxForgotten, find: byWorld},
	{mistake: oldestForgotten, find: byWorld},
	{mistake: revisionForgotten, find: byWorld},
	{mistake: boxNotLent, find: byBox},
	{mistake: trimmedToFastest, find: byWorld},
	{mistake: trimmedTooFar, find: byWorld},
	{mistake: oldestStays, find: byWorld},
	{mistake: changeCut, find: byWorld},
	{mistake: ackNotReplayed, find: byWorld},
	{mistake: forgetNotMade, find: byWorld},
	{mistake: numberNotMade, find: byWorld},
	{mistake: heldTooLong, find: byWorld},
	{mistake: lastHeld, find: byWorld},
	{mistake: resultNotChecked, find: byResult},
}

// TestFaults makes each mistake, and wants it to be found within a minute; without any,
// nothing must be found.
func TestFaults(t *testing.T) {
	for _, test := range faultTests {
		t.Run(string(test.mistake), func(t *testing.T) {
			if test.equivalent != "" {
				t.Skip(test.equivalent)
			}
			var none finder
			if test.find(&none, "", 1); none.err != nil {
				t.Fatalf("without the mistake: %v", none.err)
			}
			began := time.Now()
			for seed := uint64(1); time.Since(began) < time.Minute; seed++ {
				var f finder
				if f.guarded(func() { test.find(&f, test.mistake, seed) }); f.err != nil {
					t.Logf("found by seed %d after %v: %.300v", seed, time.Since(began).Round(time.Millisecond), f.err)
					return
				}
			}
			t.Error("not found in a minute")
		})
	}
}

// byWorld lets a world live.
func byWorld(f *finder, mistake fault, seed uint64) { newWorld(f, seed, mistake).live() }

// byCrowd lets a crowd live.
func byCrowd(f *finder, mistake fault, seed uint64) { newCrowd(f, seed, mistake).live() }

// opensWith opens a core with a mistake.
func opensWith(f *finder, d *simdisk.Disk, mistake fault, o index.Options) (*core, error) {
	c, _, err := open(d, Options{mistake: mistake, Index: o, History: -1}.filled(), time.Now, func() [16]byte { return [16]byte{1} })
	if err != nil && c == nil && mistake == "" {
		f.Errorf("opening: %v", err)
	}
	return c, err
}

// bySchema defines a segment that a schema resolves, and opens the store with another.
func bySchema(f *finder, mistake fault, seed uint64) {
	fold := func(yes bool) index.Options {
		return index.Options{Schema: &segment.Schema{Fields: map[string]schema.FieldType{"plan": {Kind: rule.KindText, Fold: yes}}}}
	}
	d := simdisk.New(seed)
	c, _ := opensWith(f, d, mistake, fold(true))
	if _, err := c.define(pro, start); err != nil {
		f.Errorf("%v", err)
	}
	_ = c.j.Flush()
	d.Kill()
	c, err := opensWith(f, d, mistake, fold(false))
	if err != nil {
		f.Errorf("opening: %v", err)
		return
	}
	if out, err := c.apply("", 0, []segment.Update{setPlan("a", "PRO", start)}); err != nil || len(out.diffs) != 1 {
		f.Errorf("a definition that was resolved came back as another: %v, %v", out.diffs, err)
	}
}

// byBox takes hold of the state, and looks at it again when many diffs have come and gone.
func byBox(f *finder, mistake fault, seed uint64) {
	d := simdisk.New(seed)
	c, _ := opensWith(f, d, mistake, index.Options{})
	_, errMail := c.submit(&call{kind: kindConsumer, consumer: "mail"})
	_, errPro := c.define(pro, start)
	err := errors.Join(errMail, errPro)
	flip := func(i int) {
		_, e := c.apply("", 0, []segment.Update{setPlan("c", []string{"pro", "free"}[i%2], start)})
		err = errors.Join(err, e)
	}
	for i := range 10 {
		flip(i)
	}
	m := c.freeze()
	want := m.diffs[0]
	for i := range 200 {
		_, e := c.submit(&call{kind: kindAck, consumer: "mail", revision: c.revision})
		err = errors.Join(err, e)
		flip(i)
	}
	if err != nil {
		f.Errorf("%v", err)
	}
	if m.diffs[0] != want {
		f.Errorf("a snapshot of revision %d has diff %v now, and had %v", m.revision, m.diffs[0], want)
	}
}

// byResult reads a log in which a call came to something else.
func byResult(f *finder, mistake fault, seed uint64) {
	d := simdisk.New(seed)
	c, _ := opensWith(f, d, mistake, index.Options{})
	if _, err := c.define(pro, start); err != nil {
		f.Errorf("%v", err)
	}
	b, err := (&call{kind: kindApply, updates: []segment.Update{setPlan("a", "pro", start)}}).append(nil)
	if err == nil {
		b, err = appendResult(b, 0, nil) // as if it had brought nothing
	}
	if err == nil {
		_, err = c.j.Append(b)
	}
	if err == nil {
		err = c.j.Flush()
	}
	if err != nil {
		f.Errorf("%v", err)
	}
	d.Kill()
	var diverged *DivergedError
	if _, _, err := open(d, Options{mistake: mistake}.filled(), time.Now, nil); !errors.As(err, &diverged) {
		f.Errorf("a call came to something else, and opening says %v", err)
	}
}
