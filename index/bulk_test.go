package index

import (
	"context"
	"errors"
	"fmt"
	"math/rand"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/leanovate/gopter"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/index/internal/column"
	"github.com/segmentrules/segment/index/internal/rules"
	"github.com/segmentrules/segment/index/internal/size"
	"github.com/segmentrules/segment/rule"
	"github.com/segmentrules/segment/segmenttest"
)

// draw makes n things of a generator.
func draw[T any](g gopter.Gen, r *rand.Rand, n int) (out []T) {
	p := gopter.DefaultGenParameters()
	p.Rng = r
	for range n {
		v, _ := g(p).Retrieve()
		out = append(out, v.(T))
	}
	return out
}

// crowd is an index of contacts in four blocks, with gaps between them, some of
// whom changed, went, or came back.
func crowd(t *testing.T, r *rand.Rand, contacts []segment.Record, start time.Time) *Index {
	t.Helper()
	ix := New(Options{})
	at := start
	apply := func(u segment.Update) {
		at = at.Add(time.Duration(r.Intn(1000)) * time.Millisecond)
		u.At = at
		if _, err := ix.Apply(u); err != nil {
			t.Fatal(err)
		}
	}
	for i, c := range contacts {
		if i%(len(contacts)/4+1) == len(contacts)/8 {
			for n := len(ix.shards[0].store.IDs) + column.BlockRows - 1 - r.Intn(70); len(ix.shards[0].store.IDs) < n; {
				ix.shards[0].store.Row(fmt.Sprintf("nobody %d", len(ix.shards[0].store.IDs)))
			}
		}
		id := fmt.Sprintf("c%d", i)
		u := segment.Update{Contact: id, Set: valid(c.Fields)}
		for n, e := range c.Log {
			e.ID = fmt.Sprintf("e%d", n)
			if one := (segment.Update{Contact: id, At: at, Events: []segment.Event{e}}); one.Validate() == nil {
				u.Events = append(u.Events, e)
			}
		}
		for list := range c.Lists {
			u.Join = append(u.Join, list)
		}
		apply(u)
		switch other := contacts[r.Intn(len(contacts))]; r.Intn(8) {
		case 0:
			apply(segment.Update{Contact: id, Delete: true})
		case 1:
			apply(segment.Update{Contact: id, Delete: true})
			apply(segment.Update{Contact: id, Set: valid(other.Fields)})
		case 2, 3:
			apply(segment.Update{Contact: id, Set: valid(other.Fields), Leave: slices.Sorted(slices.Values(u.Join[:len(u.Join)/2]))})
		}
	}
	return ix
}

// valid drops the values that no update may have.
func valid(fields map[string]segment.Value) map[string]segment.Value {
	set := make(map[string]segment.Value)
	for name, v := range fields {
		one := segment.Update{Contact: "c", At: time.Unix(0, 0), Set: map[string]segment.Value{name: v}}
		if one.Validate() == nil {
			set[name] = v
		}
	}
	return set
}

// TestBulkIsEvaluate holds the bulk path against the definition: the set, the
// funnel and what only matches because a value is missing.
func TestBulkIsEvaluate(t *testing.T) {
	t.Parallel()
	kinds := make(map[rules.LeafKind]int)
	for seed := range int64(2) {
		r := rand.New(rand.NewSource(seed))
		cases := draw[segmenttest.Case](segmenttest.Cases(), r, 60)
		cases = append(cases, draw[segmenttest.Case](segmenttest.WildCases(), r, 60)...)
		slices.SortFunc(cases, func(a, b segmenttest.Case) int { return a.At.Compare(b.At) })
		var contacts []segment.Record
		for _, c := range cases {
			contacts = append(contacts, c.Contact)
		}
		ix := crowd(t, r, contacts, cases[0].At.AddDate(-1, 0, 0))
		for i, c := range cases {
			if _, err := segment.Compile(c.Condition); err != nil {
				continue
			}
			ix.Advance(c.At, 0)
			for _, ref := range rules.References(c.Condition) {
				if _, ok := ix.shards[0].rules.PlanOf[ref]; !ok {
					s := segment.Segment{ID: ref, Condition: segment.MustParse(`COUNT(*) > 1`)}
					if _, err := ix.Define(s, ix.now()); err != nil {
						t.Fatal(err)
					}
				}
			}
			comparePreview(t, ix, c.Condition, kinds)
			if i%4 == 0 {
				compareDefine(t, ix, c.Condition)
			}
		}
		for err := range ix.Check() {
			t.Error(err)
		}
	}
	for k := rules.LeafOpaque; k <= rules.LeafGlobal; k++ {
		if kinds[k] < 4 {
			t.Errorf("leaves of kind %d: only %d of them", k, kinds[k])
		}
	}
}

// compareDefine holds that a definition wakes every contact in time.
func compareDefine(t *testing.T, ix *Index, c segment.Condition) {
	t.Helper()
	diffs, err := ix.Define(segment.Segment{ID: "defined", Condition: c}, ix.now())
	if err != nil {
		t.Fatal(err)
	}
	if got := ix.Members("defined").Len(); got != len(diffs) {
		t.Fatalf("%v: %d members, %d diffs", c, got, len(diffs))
	}
	for row, alive := range ix.shards[0].store.Alive {
		if !alive {
			continue
		}
		sh := ix.shards[0]
		sh.change.eval.Reset()
		sh.change.begin(uint32(row), sh.now)
		n := sh.outlook(uint32(row))
		timer := sh.global // then all are looked at for whom it matters
		timer.Add(sh.timers.Get(uint32(row)))
		if at, ok := timer.At, timer.OK; n.OK && (!ok || at.After(n.At)) {
			t.Fatalf("%v at %v: contact %s wakes at %v (%v), and may move at %v", c, ix.now(), ix.shards[0].store.IDs[row], at, ok, n.At)
		}
	}
	if _, err := ix.Drop("defined", ix.now()); err != nil {
		t.Fatal(err)
	}
}

func comparePreview(t *testing.T, ix *Index, c segment.Condition, kinds map[rules.LeafKind]int) {
	t.Helper()
	got, err := ix.Preview(c)
	if err != nil {
		t.Fatalf("%v: %v", c, err)
	}
	r := rules.New()
	r.Add(segment.Segment{Condition: c})
	for _, l := range r.Leaves {
		kinds[l.Kind]++
	}
	parts := []segment.Condition{c}
	if and, ok := c.(rule.And); ok && len(and) > 0 {
		parts = and
	}
	want := Preview{At: ix.now(), Of: ix.shards[0].store.Count, Parts: make([]Part, len(parts))}
	var ids []string
	missing := make([]int, maxLooseTests)
	loose := looseTests(c)
	for row, alive := range ix.shards[0].store.Alive {
		if !alive {
			continue
		}
		p, all := &storedContact{ix: ix.shards[0], row: uint32(row)}, true
		for i, part := range parts {
			holds := segment.Evaluate(part, p, ix.now())
			all = all && holds
			want.Parts[i].Count += size.Flag(holds)
			want.Parts[i].Left += size.Flag(all)
			want.Parts[i].Condition = part.String()
		}
		if all {
			ids = append(ids, ix.shards[0].store.IDs[row])
			want.Missing += size.Flag(!segment.Evaluate(strict(c), p, ix.now()))
			for i, test := range loose {
				missing[i] += size.Flag(segment.Evaluate(test.loosely, p, ix.now()))
			}
		}
	}
	want.Count, want.Sample = len(ids), ids[:min(20, len(ids))]
	for i, test := range loose {
		if missing[i] > 0 {
			want.MissingIn = append(want.MissingIn, MissingCount{test.says, missing[i]})
		}
	}
	bare, err := ix.PreviewContext(context.Background(), c, PreviewOptions{Bare: true})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range []Preview{got, bare} {
		if diff := cmp.Diff(ids, slices.Collect(p.contacts.All())); diff != "" {
			t.Fatalf("%v at %v: %s", c, ix.now(), diff)
		}
	}
	if got.contacts = (Contacts{}); len(got.Sample)+len(want.Sample) == 0 {
		got.Sample = want.Sample
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(Preview{}), cmp.Comparer(func(a, b Contacts) bool { return true })); diff != "" {
		t.Fatalf("%v at %v: %s", c, ix.now(), diff)
	}
}

// TestPreviewBesideWrites takes previews while contacts move between two values:
// at every moment there are as many in both together.
func TestPreviewBesideWrites(t *testing.T) {
	const n = 3000
	ix := New(Options{})
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	set := func(i int, v int64) {
		if _, err := ix.Apply(segment.Update{Contact: fmt.Sprint(i), At: at, Set: map[string]segment.Value{"x": segment.Int(v)},
			Events: []segment.Event{{ID: fmt.Sprint(v), Name: "e", At: at}}, Join: []string{"l"}}); err != nil {
			t.Error(err)
		}
	}
	for i := range n {
		set(i, 1)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for i := range 3 * n {
			if i%n == 0 {
				at = at.Add(time.Hour)
			}
			set(i%n, int64(2+i/n))
		}
	}()
	c := rule.And{segment.MustParse(`(x = 1 OR x > 1) AND COUNT(e) >= 1 AND IN LIST "l"`), rule.Changed{Field: "x"}}
	for running := true; running; {
		select {
		case <-done:
			running = false
		default:
		}
		p, err := ix.Preview(c)
		if err != nil {
			t.Fatal(err)
		}
		if p.Count != n || p.Of != n {
			t.Fatalf("%d of %d, want all %d", p.Count, p.Of, n)
		}
	}
}

func TestPreviewProgressAndCancel(t *testing.T) {
	r := rand.New(rand.NewSource(1))
	ix := crowd(t, r, draw[segment.Record](segmenttest.Contacts(), r, 40), time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
	last := -1
	progress := func(done, of int) {
		if done < last || of != len(ix.shards[0].store.IDs) {
			t.Errorf("%d of %d after %d", done, of, last)
		}
		last = done
	}
	c := segment.MustParse(`x IS NULL`)
	if _, err := ix.PreviewContext(context.Background(), c, PreviewOptions{Progress: progress}); err != nil {
		t.Fatal(err)
	}
	if last != len(ix.shards[0].store.IDs) {
		t.Errorf("ended at %d of %d", last, len(ix.shards[0].store.IDs))
	}
	ctx, cancel := context.WithCancel(context.Background())
	_, err := ix.PreviewContext(ctx, c, PreviewOptions{Progress: func(int, int) { cancel() }})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

// TestTurn: when a leaf that reads only the clock flips, those are looked at for
// whom something comes of it, and those who are due by themselves.
func TestTurn(t *testing.T) {
	ix := New(Options{})
	start := time.Date(2026, 1, 20, 0, 0, 0, 0, time.UTC)
	for id, rule := range map[string]string{
		"winter": `vip = TRUE AND MONTH(TODAY()) = 2`,
		"recent": `seen WITHIN LAST 12 days`,
	} {
		define(t, ix, id, rule, start)
	}
	define(t, ix, "both", `IN SEGMENT "winter" AND NOT IN SEGMENT "recent"`, start)
	define(t, ix, "cold", `MONTH(TODAY()) = 2 AND NOT IN SEGMENT "recent" AND city = "Oslo"`, start)
	for i := range 300 {
		set := map[string]segment.Value{"seen": segment.Time(start.Add(time.Hour)), "vip": segment.Bool(i < 2), "city": segment.Text("Rome")}
		switch i {
		case 1: // leaves "recent" at the very instant at which the month begins
			set["seen"] = segment.Time(start)
		case 7:
			set["seen"], set["city"] = segment.Time(start), segment.Text("Oslo")
		}
		if _, err := ix.Apply(segment.Update{Contact: fmt.Sprint(i), At: start.Add(2 * time.Hour), Set: set}); err != nil {
			t.Fatal(err)
		}
	}
	before := ix.Stats().Woken
	diffs, _ := ix.Advance(time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC), 0)
	var got []string
	for _, d := range diffs {
		got = append(got, fmt.Sprintf("%s %s %v", d.Contact, d.Segment, d.Entered))
	}
	want := []string{"0 winter true", "1 both true", "1 recent false", "1 winter true", "7 cold true", "7 recent false"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if woken := ix.Stats().Woken - before; woken != 3 {
		t.Errorf("%d contacts were looked at, want 3", woken)
	}
	for err := range ix.Check() {
		t.Error(err)
	}
}

func define(t *testing.T, ix *Index, id, rule string, at time.Time) {
	t.Helper()
	if _, err := ix.Define(segment.Segment{ID: id, Condition: segment.MustParse(rule)}, at); err != nil {
		t.Fatal(err)
	}
}
