package live_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/index"
	"github.com/segmentrules/segment/live"
)

// newYear is where the clocks of tests begin.
var newYear = time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC)

// opened is an update without an instant that brings one event of now.
func opened(contact, id string, at time.Time) segment.Update {
	return segment.Update{Contact: contact, Events: []segment.Event{{ID: id, Name: "opened", At: at}}}
}

func rule(id, text string) segment.Segment {
	return segment.Segment{ID: id, Condition: segment.MustParse(text)}
}

// host is a host over a new index, which ends with the test.
func host(t testing.TB, o live.Options) (*live.Host, *index.Index, *live.ManualClock) {
	t.Helper()
	clock := live.NewManualClock(newYear)
	if o.Clock == nil {
		o.Clock = clock
	}
	ix := index.New(index.Options{})
	h := live.New(live.OverIndex(ix), o)
	t.Cleanup(func() { h.Close() })
	return h, ix, clock
}

// must is for calls that are not refused.
func must(t testing.TB) func([]segment.Diff, error) []segment.Diff {
	return func(ds []segment.Diff, err error) []segment.Diff {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return ds
	}
}

// texts are diffs as lines.
func texts(ds []segment.Diff) (out []string) {
	for _, d := range ds {
		out = append(out, fmt.Sprint(d.Revision, " ", d))
	}
	return out
}

// first reads so many diffs after a revision.
func first(t testing.TB, h *live.Host, from uint64, n int) (ds []segment.Diff) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	for d, err := range h.Subscribe(ctx, from) {
		if err != nil {
			t.Fatalf("after %d diffs: %v", len(ds), err)
		}
		if ds = append(ds, d); len(ds) == n {
			break
		}
	}
	return ds
}

func equal(t testing.TB, what string, got, want []segment.Diff) {
	t.Helper()
	if !slices.Equal(got, want) {
		for i := range min(len(got), len(want)) {
			if got[i] != want[i] {
				t.Fatalf("%s: diff %d is %+v, and should be %+v", what, i, got[i], want[i])
			}
		}
		t.Fatalf("%s: %d diffs, and should be %d", what, len(got), len(want))
	}
}

func newIndex() *index.Index { return index.New(index.Options{}) }
