package index_test

import (
	"fmt"
	"math/rand"
	"slices"
	"testing"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/index"
)

// purchases are days of purchases of some contacts, in order: many at one instant, so
// that what falls due often meets another purchase.
func purchases(r *rand.Rand) (us []segment.Update) {
	for day := range 60 {
		for contact := range 12 {
			if r.Intn(8) > 0 {
				continue
			}
			at := newYear.AddDate(0, 0, day)
			us = append(us, segment.Update{Contact: fmt.Sprint("c", contact), At: at, Events: []segment.Event{
				{ID: fmt.Sprint(day), Name: "purchase", At: at, Props: fmt.Appendf(nil, `{"amount":%d}`, r.Intn(100))}}})
		}
	}
	return us
}

// A batchChange is what a diff says, without its number and cause.
type batchChange struct {
	at               time.Time
	contact, segment string
	entered          bool
}

// net leaves out what is changed and changed back at one instant.
func net(ds []segment.Diff) (out []batchChange) {
	for _, d := range ds {
		c := batchChange{d.At, d.Contact, d.Segment, d.Entered}
		back := c
		back.entered = !c.entered
		if i := slices.Index(out, back); i >= 0 {
			out = slices.Delete(out, i, i+1)
			continue
		}
		out = append(out, c)
	}
	slices.SortFunc(out, func(a, b batchChange) int {
		if c := a.at.Compare(b.at); c != 0 {
			return c
		}
		return slices.Compare([]string{a.contact, a.segment}, []string{b.contact, b.segment})
	})
	return out
}

// TestMetricsAreWhatIsTold: however updates are cut into calls, Metrics count the diffs
// that were returned, each once. Where no instant is torn these are the same; where the
// updates of an instant come in several calls, or time was let run to it before, what is
// changed and changed back at it is two diffs, and counts twice.
func TestMetricsAreWhatIsTold(t *testing.T) {
	for seed := range 4 {
		us := purchases(rand.New(rand.NewSource(int64(seed))))
		var whole []batchChange
		for _, size := range []int{1 << 20, 1, 2, 3, 7, 20, 50} {
			for _, way := range []string{"whole", "torn", "advanced", "limited"} {
				for _, shards := range []int{1, 3} {
					ix := inShards(shards, index.Options{})
					var told []segment.Diff
					for id, text := range map[string]string{"recent": `DID purchase IN LAST 7 DAYS`, "lapsed": `DID purchase AND NOT purchase IN LAST 7 DAYS`,
						"rich": `SUM(purchase.amount) > 100 IN LAST 14 DAYS`} {
						ds, err := ix.Define(segment.Segment{ID: id, Condition: segment.MustParse(text)}, newYear)
						if err != nil {
							t.Fatal(err)
						}
						told = append(told, ds...)
					}
					for left := us; len(left) > 0; {
						n := min(size, len(left))
						for way == "whole" && n < len(left) && left[n].At.Equal(left[n-1].At) {
							n++
						}
						for done := way == "whole" || way == "torn"; !done; {
							var ds []segment.Diff
							ds, done = ix.Advance(left[0].At, map[string]int{"limited": 1}[way])
							told = append(told, ds...)
						}
						ds, err := ix.Apply(left[:n]...)
						if err != nil {
							t.Fatal(err)
						}
						told, left = append(told, ds...), left[n:]
					}
					ds, _ := ix.Advance(newYear.AddDate(0, 3, 0), 0)
					told = append(told, ds...)
					name := fmt.Sprintf("seed %d, %s, %d updates a call, %d shards", seed, way, size, shards)
					sameAsTold(t, name, ix, told)
					switch got := net(told); {
					case whole == nil:
						whole = got
					case !slices.Equal(whole, got):
						t.Errorf("%s: %d changes, and in one call %d", name, len(got), len(whole))
					}
					if way == "whole" && len(told) != len(whole) {
						t.Errorf("%s: %d diffs where %d changes were", name, len(told), len(whole))
					}
				}
			}
		}
	}
}

// sameAsTold compares Metrics with all diffs that were returned.
func sameAsTold(t *testing.T, name string, ix *index.Index, told []segment.Diff) {
	t.Helper()
	for _, s := range ix.Defined() {
		m, _ := ix.Metrics(s.ID)
		var entered, left uint64
		for _, d := range told {
			switch {
			case d.Segment != s.ID:
			case d.Entered:
				entered++
			default:
				left++
			}
		}
		if m.Entered != entered || m.Left != left || m.Size != int(entered-left) {
			t.Errorf("%s, %s: %d entered and %d left by the diffs, by Metrics %d, %d, size %d", name, s.ID, entered, left, m.Entered, m.Left, m.Size)
		}
	}
}
