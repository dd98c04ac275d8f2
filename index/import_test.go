package index_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"testing"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/index"
	"github.com/segmentrules/segment/segmenttest"
)

// rowsOf yields updates as rows.
func rowsOf(us ...segment.Update) iter.Seq2[segment.Update, error] {
	return func(yield func(segment.Update, error) bool) {
		for _, u := range us {
			if !yield(u, nil) {
				return
			}
		}
	}
}

func TestApplyEachLosesNoGoodRow(t *testing.T) {
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for _, opts := range []index.Options{{}, {Shards: 3}} {
		ix := index.New(opts)
		if _, err := ix.Define(segment.Segment{ID: "pro", Condition: segment.MustParse(`plan = "pro"`)}, at); err != nil {
			t.Fatal(err)
		}
		pro := map[string]segment.Value{"plan": segment.Text("pro")}
		unread := errors.New("line 3 is no JSON")
		rows := func(yield func(segment.Update, error) bool) {
			for _, r := range []struct {
				u   segment.Update
				err error
			}{
				{segment.Update{Contact: "a", At: at, Set: pro}, nil},
				{segment.Update{Contact: "", At: at, Set: pro}, nil},
				{segment.Update{}, unread},
				{segment.Update{Contact: "b", At: at.Add(time.Hour), Set: pro}, nil},
				{segment.Update{Contact: "c", At: at, Set: pro}, nil},                   // before b
				{segment.Update{Contact: "d", At: at.AddDate(36, 0, 0), Set: pro}, nil}, // a slip
				{segment.Update{Contact: "ghost", At: at.Add(2 * time.Hour), Leave: []string{"l"}}, nil},
				{segment.Update{Contact: "b", At: at.Add(2 * time.Hour), Join: []string{"l"}}, nil},
				{segment.Update{Contact: "b", At: at.Add(2 * time.Hour), Delete: true}, nil},
				{segment.Update{Contact: "b", At: at.Add(2 * time.Hour), Leave: []string{"l"}}, nil},
				{segment.Update{Contact: "e", At: at.Add(3 * time.Hour), Set: pro}, nil},
			} {
				if !yield(r.u, r.err) {
					return
				}
			}
		}
		var diffs, refused []string
		last := index.Batch{}
		for b := range ix.ApplyEach(context.Background(), rows, index.ImportOptions{Batch: 2, Until: at.AddDate(0, 0, 1)}) {
			for _, d := range b.Diffs {
				diffs = append(diffs, d.String()[:7])
			}
			for _, e := range b.Refused {
				code := "?"
				var se *segment.Error
				if errors.As(e, &se) {
					code = string(se.Code)
				}
				refused = append(refused, fmt.Sprint(e.Index, " ", code))
				if e.Index == 2 && !errors.Is(e, unread) {
					t.Errorf("%v", e)
				}
			}
			last = b
		}
		if want := []string{"+ pro a", "+ pro b", "- pro b", "+ pro e"}; !slices.Equal(diffs, want) {
			t.Errorf("%q, want %q", diffs, want)
		}
		if want := []string{"1 value", "2 ?", "4 value", "5 value", "6 not_found", "9 not_found"}; !slices.Equal(refused, want) {
			t.Errorf("%q, want %q", refused, want)
		}
		if last.Rows != 11 || last.Err != nil {
			t.Errorf("%+v", last)
		}
		if _, there := ix.Contact("ghost"); there {
			t.Error("a ghost was created")
		}
	}
}

// Rows of one instant stay together, whatever the size of a batch; a cancelled import has
// applied the batches that it told; and who asks creates.
func TestApplyEachInBatches(t *testing.T) {
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	ix := index.New(index.Options{})
	if _, err := ix.Define(segment.Segment{ID: "pro", Condition: segment.MustParse(`plan = "pro"`)}, at); err != nil {
		t.Fatal(err)
	}
	set := func(plan string) segment.Update {
		return segment.Update{Contact: "a", At: at, Set: map[string]segment.Value{"plan": segment.Text(plan)}}
	}
	for b := range ix.ApplyEach(context.Background(), rowsOf(set("pro"), set("free"), set("pro"), set("free")), index.ImportOptions{Batch: 1}) {
		if len(b.Diffs) > 0 || b.Applied != 4 {
			t.Errorf("%+v", b)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	var last index.Batch
	taken := 0
	endless := func(yield func(segment.Update, error) bool) {
		for i := 0; ; i++ {
			if taken++; !yield(segment.Update{Contact: fmt.Sprint("x", i), At: at.Add(time.Duration(i) * time.Second), Join: []string{"l"}}, nil) {
				return
			}
		}
	}
	for last = range ix.ApplyEach(ctx, endless, index.ImportOptions{Batch: 10, Create: true}) {
		if last.Rows == 50 {
			cancel()
		}
	}
	if last.Rows != 50 || !errors.Is(last.Err, context.Canceled) || ix.Stats().Contacts != 51 || taken > 62 {
		t.Errorf("%+v, %d contacts, %d rows taken", last, ix.Stats().Contacts, taken)
	}
}

// An update that only joins, leaves or retracts changes nothing of an unknown contact,
// unless it asks to create it.
func TestJoiningCreatesNobodyUnasked(t *testing.T) {
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for name, sys := range map[string]segmenttest.System{
		"index": newSystem(), "shards": newSharded(2, index.Options{Location: time.UTC}), "reference": segmenttest.Reference(),
	} {
		if _, err := sys.Define(segment.Segment{ID: "all", Condition: segment.MustParse(`EVERYONE`)}, at); err != nil {
			t.Fatal(err)
		}
		_, err := sys.Apply(
			segment.Update{Contact: "joins", At: at, Join: []string{"l"}},
			segment.Update{Contact: "leaves", At: at, Leave: []string{"l"}},
			segment.Update{Contact: "retracts", At: at, Retract: []string{"e"}},
			segment.Update{Contact: "asks", At: at, Join: []string{"l"}, Create: true},
			segment.Update{Contact: "sets", At: at, Join: []string{"l"}, Set: map[string]segment.Value{"n": segment.Int(1)}},
			segment.Update{Contact: "is", At: at},
			segment.Update{Contact: "is", At: at, Join: []string{"l"}},
			segment.Update{Contact: "goes", At: at},
			segment.Update{Contact: "goes", At: at, Delete: true},
			segment.Update{Contact: "goes", At: at, Leave: []string{"l"}},
		)
		if got := sys.Members("all"); err != nil || !slices.Equal(got, []string{"asks", "is", "sets"}) {
			t.Errorf("%s: %v %v", name, got, err)
		}
	}
}
