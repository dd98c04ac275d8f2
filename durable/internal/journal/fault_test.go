package journal

import (
	"testing"
	"time"
)

// faultTests is every mistake of fault.go, with the reason if no test can find it.
var faultTests = []struct {
	mistake    fault
	equivalent string
	mode       int // of worlds in which it is not too rare; 0 for all
}{
	{mistake: ackWithoutSync},
	{mistake: ackBeforeSync},
	{mistake: ackAfterRetry},
	{mistake: goOnAfterError},
	{mistake: shortWriteAccepted},
	{mistake: rotateUnsynced},
	{mistake: logNameNotSynced},
	{mistake: logHeaderNotSynced},
	{mistake: snapNotSynced},
	{mistake: snapNameNotSynced},
	{mistake: snapAhead},
	{mistake: pruneFirst},
	{mistake: pruneLogs},
	{mistake: pruneSnapshot},
	{mistake: appendBehindTail},
	{mistake: openNotSynced},
	{mistake: syncedAgain},
	{mistake: openDirNotSynced},
	{mistake: tmpKept},
	{mistake: replayTwice},
	{mistake: pieceLost},
	{mistake: shortLogAccepted},
	{mistake: gapAccepted},
	{mistake: idNotChecked},
	{mistake: coveredAsTorn, equivalent: "the log ends before the snapshot then, which is found: this check is there for the better message"},
	{mistake: sumNotChecked},
	{mistake: prevNotChecked, mode: aligned},
	{mistake: noProof},
	{mistake: noFlip},
	{mistake: noEnd},
	{mistake: zeroSectorAsFlip, mode: hollow},
	{mistake: badSnapshotKept},
	{mistake: blockNotChecked},
	{mistake: endBlockNotNeeded},
}

// TestFaults makes each mistake, and wants the worlds to find it within so many crashes:
// which they do or not is the same on every machine, since all comes from the seeds.
// DURABLE_CRASHES=1000000 gives them more.
func TestFaults(t *testing.T) {
	most := max(30_000, int(number(t, "DURABLE_CRASHES")))
	for _, test := range faultTests {
		t.Run(string(test.mistake), func(t *testing.T) {
			if test.equivalent != "" {
				t.Skip(test.equivalent)
			}
			start, crashes := time.Now(), 0
			for seed := uint64(1); crashes < most; seed++ {
				w := newWorld(seed, test.mistake, test.mode)
				err := w.live(lives)
				crashes += w.crashes
				if err != nil {
					t.Logf("found after %d crashes, %v: %v", crashes, time.Since(start).Round(time.Millisecond), err)
					return
				}
			}
			t.Errorf("not found in %d crashes", crashes)
		})
	}
}
