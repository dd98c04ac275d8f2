package index_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/index"
)

// callSegments flip by fields, events, lists, each other and time.
var callSegments = []string{
	`plan = "pro"`,
	`COUNT(opened) >= 2 IN LAST 3 days`,
	`IN LIST "trial" AND NOT IN SEGMENT "s1"`,
	`JOINED LIST "trial" OLDER THAN 2 days OR SUM(purchase.amount) > 100 IN LAST 5 days`,
	`born OLDER THAN 1 day`,
	`DAY(TODAY) % 2 = 0 AND plan IS SET`,
}

// randomCalls are calls with coarse instants, of which some are refused.
func randomCalls(r *rand.Rand, now time.Time, n int) (calls [][]segment.Update, end time.Time) {
	for range n {
		var us []segment.Update
		for range r.IntN(4) {
			now = now.Add(time.Duration(r.IntN(3)) * 6 * time.Hour)
			us = append(us, randomUpdate(r, now))
		}
		if r.IntN(12) == 0 {
			us = append(us, segment.Update{Contact: "late", At: now.AddDate(0, 0, -200)})
		}
		calls = append(calls, us)
	}
	return calls, now
}

func randomUpdate(r *rand.Rand, at time.Time) segment.Update {
	u := segment.Update{Contact: fmt.Sprint("c", r.IntN(9)), At: at}
	switch r.IntN(8) {
	case 0, 1:
		u.Set = map[string]segment.Value{"plan": segment.Text([]string{"pro", "free"}[r.IntN(2)])}
	case 2:
		u.Set = map[string]segment.Value{"born": segment.Time(at.Add(time.Duration(r.IntN(50)-25) * time.Hour)), "plan": segment.Value{}}
	case 3, 4:
		u.Events = []segment.Event{{ID: fmt.Sprint(r.IntN(60)), Name: []string{"opened", "purchase"}[r.IntN(2)], At: at.Add(-time.Duration(r.IntN(40)) * time.Hour), Props: fmt.Appendf(nil, `{"amount":%d}`, r.IntN(90))}}
	case 5:
		u.Join = []string{"trial"}
	case 6:
		u.Leave, u.Retract = []string{"trial"}, []string{fmt.Sprint(r.IntN(60))}
	default:
		u.Delete = r.IntN(3) == 0
	}
	return u
}

// TestManyCallsAreTheCalls: ApplyCalls returns, in whatever number of shards, what Apply
// returns for one call after another, and leaves the same state.
func TestManyCallsAreTheCalls(t *testing.T) {
	t.Parallel()
	refused, told := 0, 0
	for seed := range uint64(60) {
		r := rand.New(rand.NewPCG(seed, 4))
		shards := []int{1, 2, 3, 7}[seed%4]
		one, many := index.New(index.Options{}), index.New(index.Options{Shards: shards})
		now := newYear
		for i, text := range callSegments {
			for _, ix := range []*index.Index{one, many} {
				defined(t, ix, now, fmt.Sprint("s", i), text)
			}
		}
		for range 6 {
			var calls [][]segment.Update
			calls, now = randomCalls(r, now, 1+r.IntN(40))
			var want []index.Applied
			for _, us := range calls {
				ds, err := one.Apply(us...)
				want = append(want, index.Applied{Diffs: ds, Err: err})
				told += len(ds)
			}
			for i, got := range many.ApplyCalls(calls) {
				if fmt.Sprint(got.Err) != fmt.Sprint(want[i].Err) || cmp.Diff(want[i].Diffs, got.Diffs) != "" && len(want[i].Diffs)+len(got.Diffs) > 0 {
					t.Fatalf("seed %d, call %d of %v:\n%v, %v\nwant %v, %v\n%s", seed, i, calls[i], got.Diffs, got.Err, want[i].Diffs, want[i].Err, cmp.Diff(want[i].Diffs, got.Diffs))
				}
				if got.Err != nil {
					refused++
				}
			}
			if one.Hash() != many.Hash() || one.Revision() != many.Revision() || !one.Now().Equal(many.Now()) {
				t.Fatalf("seed %d: another state", seed)
			}
		}
	}
	if refused < 50 || told < 2_500 {
		t.Errorf("%d calls were refused, and %d diffs told", refused, told)
	}
}

// TestStepsEndCalls: the diffs of a call have one step, which is the revision of the last.
func TestStepsEndCalls(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 5))
	ix, now := index.New(index.Options{Shards: 2}), newYear
	check := func(ds []segment.Diff) {
		t.Helper()
		for _, d := range ds {
			if last := ds[len(ds)-1]; d.Step != last.Revision || d.Definition == 0 {
				t.Fatalf("%v has step %d, and the last revision is %d; definition %d", d, d.Step, last.Revision, d.Definition)
			}
		}
	}
	for i, text := range callSegments {
		ds, err := ix.Define(segment.Segment{ID: fmt.Sprint("s", i), Condition: segment.MustParse(text)}, now)
		if err != nil {
			t.Fatal(err)
		}
		check(ds)
	}
	for range 30 {
		var calls [][]segment.Update
		calls, now = randomCalls(r, now, 5)
		for _, got := range ix.ApplyCalls(calls) {
			check(got.Diffs)
		}
		for done := false; !done; {
			var ds []segment.Diff
			ds, done = ix.Advance(now.Add(30*time.Hour), 2)
			check(ds)
		}
		now = ix.Now()
		ds, err := ix.Define(segment.Segment{ID: "s0", Condition: segment.MustParse(callSegments[r.IntN(2)])}, now)
		if err != nil {
			t.Fatal(err)
		}
		check(ds)
	}
}
