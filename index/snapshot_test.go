package index_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/leanovate/gopter"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/index"
	"github.com/segmentrules/segment/rule"
	"github.com/segmentrules/segment/segmenttest"
)

// Restart implements [segmenttest.Restarter]: with it, Run's law about restarts
// covers snapshots.
func (s system) Restart() (segmenttest.System, error) {
	ix, err := again(s.Index)
	return system{ix}, err
}

// again returns the index restored from its snapshot, which must have its Hash,
// and whose snapshot must be the same to the byte.
func again(ix *index.Index) (*index.Index, error) {
	var first, second bytes.Buffer
	if err := ix.Snapshot(&first); err != nil {
		return nil, err
	}
	restored, err := index.Restore(bytes.NewReader(first.Bytes()), index.Options{Verify: true})
	if err != nil {
		return nil, err
	}
	if err := restored.Snapshot(&second); err != nil {
		return nil, err
	}
	switch {
	case ix.Hash() != restored.Hash():
		return nil, fmt.Errorf("a restored index has another Hash")
	case !bytes.Equal(first.Bytes(), second.Bytes()):
		return nil, fmt.Errorf("the snapshot of a restored index is another")
	}
	return restored, nil
}

var newYear = time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC)

// eventful returns an index that has some of everything a snapshot holds: what
// was deleted, several events at one instant, properties, histories, lists, a
// calendar, values of every kind, and an Advance that stopped at its limit.
func eventful(t testing.TB) *index.Index {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	ix := index.New(index.Options{Location: zone})
	define := func(id string, c segment.Condition) {
		if _, err := ix.Define(segment.Segment{ID: id, Name: strings.ToUpper(id), Condition: c}, newYear); err != nil {
			t.Fatal(err)
		}
	}
	score := rule.Calculated{Name: "Score", X: rule.Arith{Op: rule.ArithMul, Left: rule.Field("visits"), Right: segment.Int(2)}}
	define("january", segment.MustParse(`MONTH(TODAY) = 1`))
	define("active", segment.MustParse(`DID opened IN LAST 7 DAYS`))
	define("rich", rule.Compare{Left: score, Op: rule.OpGt, Right: segment.Int(10)})
	define("abroad", rule.Zoned{C: segment.MustParse(`HOUR(NOW) < 12`), Zone: segment.Text("America/New_York")})
	define("free", rule.Compare{Left: rule.Field("plan"), Right: segment.Text("FREE"), Fold: true})
	define("best", segment.MustParse(`IN SEGMENT "active" AND (IN LIST "trial" OR IN SEGMENT "rich") AND NOT IN SEGMENT "free"`))
	define("moved", segment.MustParse(`plan CHANGED IN LAST 3 DAYS AND COUNT(bought WHERE sku = "x") >= 1`))
	opened := func(id string, at time.Time) segment.Event { return segment.Event{ID: id, Name: "opened", At: at} }
	apply(t, ix, segment.Update{Contact: "ann", At: newYear, Set: map[string]segment.Value{
		"plan": segment.Text("free"), "visits": segment.Int(3), "ratio": segment.Number(0.25), "huge": segment.Uint(1 << 63),
		"born": segment.Date(1990, 2, 28), "seen": segment.Time(newYear), "stay": segment.Duration(90 * time.Minute),
		"vip": segment.Bool(true), "tags": segment.JSON(`["a",{"b":[1,null]}]`)},
		Events: []segment.Event{opened("1", newYear), {ID: "order-00017", Name: "bought", At: newYear, Props: []byte(`{"sku":"x"}`)}},
		Join:   []string{"trial"}})
	apply(t, ix, segment.Update{Contact: "bob", At: newYear, Set: map[string]segment.Value{"plan": segment.Text("pro"), "ratio": segment.Int(7)},
		Events: []segment.Event{opened("1", newYear), opened("2", newYear.Add(-time.Hour)), {ID: "3", Name: "bought", At: newYear, Props: []byte(`{"sku":"x"}`)}}})
	apply(t, ix, segment.Update{Contact: "gone", At: newYear, Set: map[string]segment.Value{"plan": segment.Text("pro")}, Join: []string{"trial"}})
	apply(t, ix, segment.Update{Contact: "cat", At: newYear.AddDate(0, 0, 1), Events: []segment.Event{opened("0123456789abcdef", newYear.Add(7*24*time.Hour))}})
	apply(t, ix, segment.Update{Contact: "gone", At: newYear.AddDate(0, 0, 2), Delete: true})
	apply(t, ix, segment.Update{Contact: "ann", At: newYear.AddDate(0, 0, 2), Set: map[string]segment.Value{"plan": segment.Text("Pro"), "visits": segment.Int(9)}})
	if _, done := ix.Advance(time.Date(2026, time.February, 1, 0, 0, 0, 0, zone), 0); !done {
		t.Fatal("Advance without a limit was not done")
	}
	apply(t, ix, segment.Update{Contact: "dan", At: ix.Now(), Events: []segment.Event{opened("late", ix.Now())}})
	if _, done := ix.Advance(ix.Now().AddDate(1, 0, 0), 30); done {
		t.Fatal("Advance to the next year had fewer than 30 diffs")
	}
	if due, ok := ix.Due(); !ok || !due.Equal(ix.Now()) {
		t.Fatal("Advance has not stopped in the middle of an instant")
	}
	return ix
}

func apply(t testing.TB, ix *index.Index, us ...segment.Update) {
	t.Helper()
	if _, err := ix.Apply(us...); err != nil {
		t.Fatal(err)
	}
}

func snapshot(t testing.TB, ix keeper) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := ix.Snapshot(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestSnapshotOfNothing(t *testing.T) {
	ix, err := again(index.New(index.Options{}))
	if err != nil {
		t.Fatal(err)
	}
	if !ix.Now().IsZero() {
		t.Errorf("the clock of an empty index is %v", ix.Now())
	}
	apply(t, ix, segment.Update{Contact: "ann", At: newYear})
}

func TestRestoredGoesOn(t *testing.T) {
	want := eventful(t)
	got, err := again(want)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want.Defined(), got.Defined(), cmp.Comparer(rule.Equal)); diff != "" {
		t.Errorf("definitions: %s", diff)
	}
	for range 20 { // in steps, each of them restored
		to := want.Now().AddDate(0, 1, 0)
		wantDiffs, wantDone := want.Advance(to, 1)
		gotDiffs, gotDone := got.Advance(to, 1)
		if diff := cmp.Diff(wantDiffs, gotDiffs); diff != "" || wantDone != gotDone {
			t.Fatalf("done %v and %v, %s", wantDone, gotDone, diff)
		}
		if got, err = again(got); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(metrics(want), metrics(got)); diff != "" || want.Hash() != got.Hash() {
			t.Fatal("Hash differs, or metrics do", diff)
		}
	}
	if want.Now().Equal(newYear) || len(slices.Collect(want.Check())) > 0 {
		t.Errorf("nothing has happened, or Check fails")
	}
}

// metrics are those of all segments.
func metrics(ix *index.Index) map[string]index.Metrics {
	all := map[string]index.Metrics{}
	for _, s := range ix.Defined() {
		all[s.ID], _ = ix.Metrics(s.ID)
	}
	return all
}

func TestMetricsAreRestored(t *testing.T) {
	opts := index.Options{Stays: true, Days: 5}
	want := index.New(opts)
	if _, err := want.Define(segment.Segment{ID: "a", Condition: segment.MustParse("DID opened IN LAST 3 DAYS")}, newYear); err != nil {
		t.Fatal(err)
	}
	for i := range 40 {
		at := newYear.Add(time.Duration(i) * 7 * time.Hour)
		apply(t, want, segment.Update{Contact: fmt.Sprint("c", i*i%23), At: at, Events: []segment.Event{{ID: fmt.Sprint(i), Name: "opened", At: at}}})
	}
	b := snapshot(t, want)
	got, err := index.Restore(bytes.NewReader(b), opts)
	if err != nil {
		t.Fatal(err)
	}
	without, err := index.Restore(bytes.NewReader(b), index.Options{Otherwise: true})
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if m := metrics(want)["a"]; m.Current == 0 || m.Completed == 0 || len(m.Days) == 0 {
			t.Fatalf("%+v says nothing", m)
		}
		if diff := cmp.Diff(metrics(want), metrics(got)); diff != "" || want.Hash() != got.Hash() {
			t.Fatal(diff)
		}
		if m := metrics(without)["a"]; m.Current != 0 || m.Average != metrics(want)["a"].Average {
			t.Errorf("without Stays: %+v", m)
		}
		for _, ix := range []*index.Index{want, got, without} {
			ix.Advance(ix.Now().Add(20*time.Hour), 0)
		}
	}
	opts.Otherwise = true
	if _, err := index.Restore(bytes.NewReader(snapshot(t, without)), opts); err == nil {
		t.Error("Stays are not known, and were restored")
	}
}

// TestRestartAfterEveryStep plays random histories on an index that goes on and
// on one that is restored every k steps, time passing in limited steps.
func TestRestartAfterEveryStep(t *testing.T) {
	histories := int64(8)
	if os.Getenv("CI") != "" && !testing.Short() {
		histories = 40
	}
	for seed := range histories {
		params := gopter.DefaultGenParameters()
		params.Rng.Seed(seed)
		v, ok := segmenttest.Histories()(params).Retrieve()
		if !ok {
			t.Fatal("no history")
		}
		h, every := v.(segmenttest.History), 1+int(seed%3)
		a, b := index.New(index.Options{}), index.New(index.Options{})
		for i, c := range h {
			want, got := step(a, c), step(b, c)
			if diff := cmp.Diff(want, got); diff != "" || a.Hash() != b.Hash() || !cmp.Equal(metrics(a), metrics(b)) {
				t.Fatalf("seed %d, step %d: same Hash %v, %s\n%s", seed, i, a.Hash() == b.Hash(), diff, h)
			}
			if i%every > 0 {
				continue
			}
			var err error
			if b, err = again(b); err != nil {
				t.Fatalf("seed %d, step %d: %v\n%s", seed, i, err, h)
			}
		}
	}
}

// step makes one call; time passes one diff at a time, and stops every other time.
func step(ix *index.Index, c segmenttest.Call) (ds []segment.Diff) {
	switch {
	case c.Segment.ID != "":
		ds, _ = ix.Define(c.Segment, c.At)
	case c.Drop != "":
		ds, _ = ix.Drop(c.Drop, c.At)
	case len(c.Updates) > 0:
		ds, _ = ix.Apply(c.Updates...)
	default:
		ds, _ = ix.Advance(c.At, 1)
	}
	return ds
}

func TestRestoreRefuses(t *testing.T) {
	good := snapshot(t, eventful(t))
	zone, _ := time.LoadLocation("Europe/Berlin")
	for name, c := range map[string]struct {
		bytes []byte
		opts  index.Options
		want  string // "" if it is restored
	}{
		"as it is":         {good, index.Options{}, ""},
		"its calendar":     {good, index.Options{Location: zone}, ""},
		"another calendar": {good, index.Options{Location: time.UTC}, `the calendar is "Europe/Berlin", and not "UTC"`},
		"nothing":          {nil, index.Options{}, "cut off"},
		"a text":           {[]byte(strings.Repeat("text", 99)), index.Options{}, "no snapshot"},
		"line ends":        {bytes.Replace(good, []byte("\r\n"), []byte("\n"), 1), index.Options{}, "no snapshot"},
		"later version":    {append([]byte("segment\r\n\x1a\n\x05"), good[12:]...), index.Options{}, "version 5, and versions 1 to 4 are known"},
		"half":             {good[:len(good)/2], index.Options{}, "ends too soon"},
		"no end":           {good[:len(good)-14], index.Options{}, "ends too soon"},
		"more":             {append(slices.Clone(good), 0), index.Options{}, "bytes behind the end"},
		"twice":            {append(slices.Clone(good), good...), index.Options{}, "bytes behind the end"},
	} {
		_, err := index.Restore(bytes.NewReader(c.bytes), c.opts)
		switch {
		case c.want == "" && err != nil:
			t.Errorf("%s: %v", name, err)
		case c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want) || !errors.Is(err, segment.ErrValue)):
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
}

func TestSnapshotAndRestoreTellOfTheirStreams(t *testing.T) {
	broken := errors.New("the disk is full")
	good := snapshot(t, eventful(t))
	if _, err := index.Restore(io.MultiReader(bytes.NewReader(good[:99]), iotest.ErrReader(broken)), index.Options{}); !errors.Is(err, broken) {
		t.Errorf("Restore: %v", err)
	}
	if _, err := index.Restore(iotest.OneByteReader(bytes.NewReader(good)), index.Options{}); err != nil {
		t.Errorf("byte by byte: %v", err)
	}
	if err := eventful(t).Snapshot(failing{broken}); !errors.Is(err, broken) {
		t.Errorf("Snapshot: %v", err)
	}
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }

// TestSnapshotWhileWriting takes snapshots while a writer works: each is a state
// between two calls. It is run with the race detector.
func TestSnapshotWhileWriting(t *testing.T) {
	ix := eventful(t)
	start := ix.Now()
	done := make(chan struct{})
	go func() {
		defer close(done)
		for i := range 300 {
			at := start.Add(time.Duration(i) * time.Hour)
			id := fmt.Sprintf("c%d", i%20)
			_, err := ix.Apply(segment.Update{Contact: id, At: at, Set: map[string]segment.Value{"plan": segment.Int(int64(i / 2)), "visits": segment.Int(int64(i % 9))},
				Events: []segment.Event{{ID: fmt.Sprint(i), Name: "opened", At: at}}, Delete: i%50 == 49})
			if err != nil {
				t.Error(err)
			}
			if i%10 == 0 { // twice at one instant, and back: a history that shrinks
				for _, v := range []int64{-1, int64(i / 2)} {
					if _, err := ix.Apply(segment.Update{Contact: id, At: at, Set: map[string]segment.Value{"plan": segment.Int(v)}}); err != nil {
						t.Error(err)
					}
				}
			}
		}
	}()
	for working := true; working; {
		select {
		case <-done:
			working = false
		default:
		}
		if _, err := index.Restore(bytes.NewReader(snapshot(t, ix)), index.Options{Verify: true}); err != nil {
			t.Fatal(err)
		}
		ix.Hash()
	}
}
