package live_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/index"
	"github.com/segmentrules/segment/live"
)

type rowsOf []any // an Update, or an error

func (rs rowsOf) all(yield func(segment.Update, error) bool) {
	for i, r := range rs {
		u, ok := r.(segment.Update)
		if !ok {
			u.At = newYear.Add(time.Duration(i)) // rows without an instant may be torn apart
		}
		err, _ := r.(error)
		if !yield(u, err) {
			return
		}
	}
}

// Import takes and refuses the rows that an index would, with the same numbers and codes, also
// those that only the machine refuses.
func TestImportIsApplyEach(t *testing.T) {
	schema := &segment.Schema{}
	if err := schema.UnmarshalJSON([]byte(`{"fields": {"n": {"kind": "number"}}, "lists": ["vip"]}`)); err != nil {
		t.Fatal(err)
	}
	options := index.Options{
		Schema:    schema,
		Strict:    true,
		Retention: index.Retention{Newest: 5},
	}
	for seed := range uint64(40) {
		r := rand.New(rand.NewPCG(seed, 4))
		var rows rowsOf
		at := newYear
		for i := range 120 {
			at = at.Add(time.Duration(r.IntN(3)) * time.Minute)
			u := segment.Update{Contact: fmt.Sprint("c", r.IntN(9)), At: at, Set: map[string]segment.Value{"n": segment.Int(int64(i))}}
			switch r.IntN(12) {
			case 0:
				rows = append(rows, fmt.Errorf("line %d cannot be read", i))
				continue
			case 1:
				u.Contact = ""
			case 2:
				u.At = at.Add(-time.Hour)
			case 3:
				u.At = at.AddDate(50, 0, 0)
			case 4:
				u.Set["m"] = segment.Int(1)
			case 5:
				u.Retract = []string{"1"}
			case 6:
				u.Set, u.Join = nil, []string{"vip"}
			case 7:
				u.Delete = true
			}
			rows = append(rows, u)
		}
		until := newYear.AddDate(0, 0, 1)
		o := index.ImportOptions{Batch: 10, Until: until}
		want := index.New(options)
		clock := live.NewManualClock(newYear)
		ix := index.New(options)
		h := live.New(live.OverIndex(ix), live.Options{Clock: clock, Ahead: 24 * time.Hour})
		must(t)(h.Define(rule("big", "n > 50")))
		must(t)(want.Define(rule("big", "n > 50"), newYear))
		var batches []index.Batch
		for b := range want.ApplyEach(context.Background(), rows.all, o) {
			batches = append(batches, b)
		}
		i := 0
		for b := range h.Import(context.Background(), rows.all, o) {
			w := batches[i]
			i++
			if b.Err != nil || b.Rows != w.Rows || b.Applied != w.Applied || len(b.Refused) != len(w.Refused) {
				t.Fatalf("seed %d, batch %d: %d %d %v, and should be %d %d %v", seed, i, b.Rows, b.Applied, b.Refused, w.Rows, w.Applied, w.Refused)
			}
			for j, e := range b.Refused {
				if f := w.Refused[j]; e.Index != f.Index || code(e) != code(f) {
					t.Fatalf("seed %d: %v, and should be %v", seed, e, f)
				}
			}
			equal(t, "batch", b.Diffs, w.Diffs)
		}
		if ix.Hash() != want.Hash() {
			t.Fatalf("seed %d: another state", seed)
		}
		h.Close()
	}
}

// code is that of an error, or its text if it has none.
func code(err error) string {
	var e *segment.Error
	if errors.As(err, &e) {
		return string(e.Code)
	}
	var es segment.Errors
	if errors.As(err, &es) {
		return string(es[0].Code)
	}
	return err.Error()
}

// Rows and updates without an instant happen now; late ones are refused, or taken now on
// request; those far in the future are refused, and time does not run there.
func TestInstantsOfUpdates(t *testing.T) {
	set := func(at time.Time) segment.Update {
		return segment.Update{Contact: "ann", At: at, Set: map[string]segment.Value{"n": segment.Int(1)}}
	}
	for _, late := range []bool{false, true} {
		h, ix, clock := host(t, live.Options{TakeLate: late})
		must(t)(h.Apply(set(time.Time{})))
		clock.Jump(time.Hour)
		must(t)(h.Apply(set(newYear.Add(30*time.Minute)), set(time.Time{}), set(time.Time{})))
		if now := ix.Now(); !now.Equal(newYear.Add(time.Hour)) {
			t.Errorf("the clock stands at %v", now)
		}
		us := []segment.Update{set(newYear), set(time.Time{})}
		_, err := h.Apply(us...)
		if (err == nil) != late || !us[1].At.IsZero() {
			t.Errorf("late: %v", err)
		}
		// a little ahead is taken, and what has no instant comes after it
		must(t)(h.Apply(set(newYear.Add(time.Hour+30*time.Second)), set(time.Time{})))
		var refused *index.UpdateError
		_, err = h.Apply(set(time.Time{}), set(newYear.AddDate(36, 0, 0)))
		if !errors.As(err, &refused) || refused.Index != 1 || !errors.Is(err, segment.ErrValue) {
			t.Errorf("ahead: %v", err)
		}
		wrong := set(newYear.Add(time.Hour + time.Minute))
		wrong.Set[""] = segment.Int(1)
		if _, err = h.Apply(wrong); !errors.As(err, &refused) {
			t.Errorf("wrong: %v", err)
		}
		if now := ix.Now(); !now.Equal(newYear.Add(time.Hour + 30*time.Second)) {
			t.Errorf("the clock stands at %v", now)
		}
		var b index.Batch
		for b = range h.Import(context.Background(), rowsOf{set(time.Time{}), set(newYear.AddDate(36, 0, 0)), set(newYear), set(time.Time{})}.all, index.ImportOptions{}) {
		}
		if n := 2; b.Err != nil || len(b.Refused) != n && !late || b.Rows != 4 || late && len(b.Refused) != 1 {
			t.Errorf("Import: %+v", b)
		}
	}
}

// An import ends with its context, when its loop is left, and when the host is closed.
func TestImportEnds(t *testing.T) {
	h, ix, _ := host(t, live.Options{})
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	rows := func(yield func(segment.Update, error) bool) {
		for i := 0; yield(opened(fmt.Sprint("c", i), "1", newYear), nil); i++ {
			if i == 25 {
				cancel()
			}
		}
	}
	var last index.Batch
	for last = range h.Import(ctx, rows, index.ImportOptions{Batch: 10}) {
	}
	if !errors.Is(last.Err, context.Canceled) || last.Rows != 20 || ix.Stats().Contacts != 20 {
		t.Errorf("%+v, %d contacts", last, ix.Stats().Contacts)
	}
	for last = range h.Import(context.Background(), rows, index.ImportOptions{Batch: 10}) {
		h.Close()
	}
	if last.Err != live.ErrClosed || last.Rows != 10 {
		t.Errorf("%+v", last)
	}
}

// Time does not run ahead of the clock for an update that is refused.
func TestRefusedUpdateAhead(t *testing.T) {
	h, ix, _ := host(t, live.Options{})
	must(t)(h.Define(rule("active", "DID opened IN LAST 1 MINUTES")))
	must(t)(h.Apply(opened("ann", "1", newYear.Add(-30*time.Second))))
	wrong := opened("bob", "", newYear)
	wrong.At = newYear.Add(time.Minute)
	if _, err := h.Apply(wrong); err == nil {
		t.Error("taken")
	}
	if !ix.Now().Equal(newYear) || ix.Revision() != 1 {
		t.Errorf("time has run to %v", ix.Now())
	}
	wrong.Events[0].ID = "1"
	if ds := must(t)(h.Apply(wrong)); len(ds) != 0 || ix.Revision() != 2 || h.Revision() != 2 {
		t.Errorf("%v, %d", ds, ix.Revision())
	}
}
