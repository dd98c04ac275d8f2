package index_test

import (
	"bytes"
	"fmt"
	"io"
	"math/rand"
	"os"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/leanovate/gopter"
	"github.com/leanovate/gopter/prop"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/index"
	"github.com/segmentrules/segment/rule"
	"github.com/segmentrules/segment/segmenttest"
)

// inShards is an index of so many shards.
func inShards(n int, opts index.Options) *index.Index {
	opts.Shards = n
	return index.New(opts)
}

// restoreInto is [index.Restore] into so many shards; 0 are as many as it was made of.
func restoreInto(n int, r io.Reader, opts index.Options) (*index.Index, error) {
	opts.Shards = n
	return index.Restore(r, opts)
}

// sharded makes an [index.Index] of several shards a [segmenttest.System].
type sharded struct {
	*index.Index
	n int
}

func newSharded(n int, opts index.Options) sharded { return sharded{inShards(n, opts), n} }

func (s sharded) Members(id string) []string {
	return slices.Sorted(s.Index.Members(id).All())
}

func (s sharded) DryRunAll(g segment.Segment, at time.Time) ([]segmenttest.Outcome, error) {
	return outcomes(s.Index.DryRunAll(g, at))
}

func (s sharded) DryRun(g segment.Segment, at time.Time) (entered, left []string, err error) {
	in, out, err := s.Index.DryRun(g, at)
	return slices.Sorted(in.All()), slices.Sorted(out.All()), err
}

func (s sharded) Configure(schema *segment.Schema) (segmenttest.System, error) {
	loc, err := time.LoadLocation(schema.Zone)
	if err != nil {
		return nil, err
	}
	return newSharded(s.n, index.Options{Schema: schema, Location: loc}), nil
}

// Restart implements [segmenttest.Restarter]. The snapshot of a restored one must
// be the same to the byte; in every other restart the number of shards changes.
func (s sharded) Restart() (segmenttest.System, error) {
	var first, second bytes.Buffer
	if err := s.Snapshot(&first); err != nil {
		return nil, err
	}
	opts := index.Options{Verify: true}
	restored, err := restoreInto(s.n, bytes.NewReader(first.Bytes()), opts)
	if err != nil {
		return nil, err
	}
	if err := restored.Snapshot(&second); err != nil {
		return nil, err
	}
	if !bytes.Equal(first.Bytes(), second.Bytes()) {
		return nil, fmt.Errorf("the snapshot of restored shards is another")
	}
	n := s.n
	if first.Len()%2 == 0 {
		n = 1 + (n+2)%5
		if restored, err = restoreInto(n, bytes.NewReader(first.Bytes()), opts); err != nil {
			return nil, err
		}
	}
	if s.Hash() != restored.Hash() {
		return nil, fmt.Errorf("restored shards have another Hash")
	}
	return sharded{restored, n}, nil
}

func TestSharded(t *testing.T) {
	t.Parallel()
	for _, n := range []int{1, 3, 8} {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			if n != 3 && *long == 0 {
				t.Skip("only in the long run (-long); TestShardedLaw says that the number makes no difference")
			}
			segmenttest.Run(t, func(t *testing.T) segmenttest.System {
				return newSharded(n, index.Options{Location: time.UTC})
			})
		})
	}
}

// keeper is an index, of one shard or of several.
type keeper interface {
	Define(s segment.Segment, at time.Time) ([]segment.Diff, error)
	Drop(id string, at time.Time) ([]segment.Diff, error)
	Apply(us ...segment.Update) ([]segment.Diff, error)
	Advance(to time.Time, limit int) ([]segment.Diff, bool)
	Now() time.Time
	Due() (time.Time, bool)
	Members(id string) index.Contacts
	Preview(c segment.Condition) (index.Preview, error)
	Snapshot(w io.Writer) error
	Hash() [32]byte
}

// crowd makes a history of two contacts one of many.
func crowd(h segmenttest.History, r *rand.Rand) (out segmenttest.History) {
	for _, c := range h {
		var us []segment.Update
		for _, u := range c.Updates {
			for range 1 + r.Intn(6) {
				u.Contact = fmt.Sprint("c", r.Intn(15))
				us = append(us, u)
			}
		}
		c.Updates = us
		out = append(out, c)
	}
	return out
}

// transcript is all that can be seen of a history, with the clock stopped here
// and there by limits, always the same for one seed.
func transcript(k keeper, h segmenttest.History, seed int64, again func(keeper) keeper) (lines []string) {
	r := rand.New(rand.NewSource(seed))
	say := func(format string, args ...any) { lines = append(lines, fmt.Sprintf(format, args...)) }
	diffs := func(ds []segment.Diff) {
		for _, d := range ds {
			say("%d %s %s", d.Revision, d, d.Cause)
		}
	}
	for _, c := range h {
		for range r.Intn(5) {
			limit := 1 + r.Intn(4)*r.Intn(4)
			ds, done := k.Advance(c.At.Add(-time.Duration(r.Intn(2))*time.Hour), limit)
			diffs(ds)
			say("limit %d: done %v at %s", limit, done, k.Now())
			if r.Intn(3) == 0 {
				at, ok := k.Due()
				say("due %s %v", at, ok)
			}
			say("members %v", slices.Collect(k.Members("s1").All()))
		}
		var ds []segment.Diff
		var err error
		switch {
		case c.Segment.ID != "":
			ds, err = k.Define(c.Segment, c.At)
		case c.Drop != "":
			ds, err = k.Drop(c.Drop, c.At)
		case len(c.Updates) > 0:
			ds, err = k.Apply(c.Updates...)
		default:
			ds, _ = k.Advance(c.At, 0)
		}
		diffs(ds)
		say("at %s: %v", k.Now(), err)
		p, err := k.Preview(segment.MustParse(`plan IS NOT SET OR n > 3`))
		say("%v %v %v %x", p.Count, p.Sample, err, k.Hash())
		if r.Intn(3) == 0 {
			k = again(k)
			say("hash %x", k.Hash())
		}
	}
	for _, id := range []string{"s1", "s2", "s3"} {
		say("%v %v", slices.Collect(k.Members(id).All()), k.Members(id).Len())
	}
	return lines
}

// restarted is what was stopped and restored into a number of shards, or into as many
// as it had if that is 0.
func restarted(t *testing.T, k keeper, n int) keeper {
	t.Helper()
	ix, err := restoreInto(n, bytes.NewReader(snapshot(t, k)), index.Options{Verify: true})
	if err != nil {
		t.Fatal(err)
	}
	return ix
}

func TestShardedLaw(t *testing.T) {
	t.Parallel()
	params := gopter.DefaultTestParametersWithSeed(1)
	params.MinSuccessfulTests = 40
	if os.Getenv("CI") != "" && !testing.Short() {
		params.MinSuccessfulTests = 100
	}
	seed := int64(0)
	result := prop.ForAll(func(h segmenttest.History) string {
		seed++
		h = crowd(h, rand.New(rand.NewSource(seed)))
		same := func(k keeper) keeper { return k }
		want := transcript(index.New(index.Options{}), h, seed, same)
		for _, n := range []int{2, 3, 8} {
			if diff := cmp.Diff(want, transcript(inShards(n, index.Options{}), h, seed, same)); diff != "" {
				return fmt.Sprintf("%d shards: -index +sharded\n%s\n%s", n, diff, h)
			}
		}
		shards := rand.New(rand.NewSource(seed))
		got := transcript(index.New(index.Options{}), h, seed, func(k keeper) keeper {
			return restarted(t, k, shards.Intn(5))
		})
		if diff := cmp.Diff(want, got); diff != "" {
			return fmt.Sprintf("-index +restored into another number of shards\n%s\n%s", diff, h)
		}
		return ""
	}, segmenttest.Histories()).Check(params)
	if !result.Passed() {
		t.Errorf("after %d histories: %v %v %s", result.Succeeded, result.Status, result.Labels, result.Error)
	}
}

// town is a few hundred contacts of which time alone moves many at one instant,
// some by the clock itself.
func town(t *testing.T, k keeper, n int) time.Time {
	t.Helper()
	at := time.Date(2026, 1, 28, 12, 0, 0, 0, time.UTC)
	for _, s := range []segment.Segment{
		{ID: "late", Condition: segment.MustParse(`DAY(TODAY) >= 30 AND size = "m"`)},
		{ID: "fresh", Condition: segment.MustParse(`COUNT(opened) >= 1 IN LAST 2 days`)},
		{ID: "both", Condition: segment.MustParse(`IN SEGMENT "late" AND IN SEGMENT "fresh"`)},
	} {
		if _, err := k.Define(s, at); err != nil {
			t.Fatal(err)
		}
	}
	var us []segment.Update
	for i := range n {
		u := segment.Update{Contact: fmt.Sprint("c", i), At: at, Set: map[string]segment.Value{"size": segment.Text([]string{"s", "m", "l"}[i%3])}}
		// Some of these leave fresh at midnight of the 30th, others all by themselves.
		opened := time.Date(2026, 1, 28, 0, 0, 0, 0, time.UTC)
		if i%2 == 0 {
			opened = at.Add(time.Duration(i%7-6) * time.Hour)
		}
		u.Events = []segment.Event{{ID: fmt.Sprint("e", i), Name: "opened", At: opened}}
		us = append(us, u)
	}
	if _, err := k.Apply(us...); err != nil {
		t.Fatal(err)
	}
	return at
}

// A limit stops at the same diff, whatever it is, over instants at which one, a
// few, and all contacts are due.
func TestShardedLimit(t *testing.T) {
	for _, limit := range []int{1, 2, 5, 17, 64, 1000} {
		run := func(k keeper) (lines []string) {
			at := town(t, k, 200)
			for done := false; !done; {
				var ds []segment.Diff
				ds, done = k.Advance(at.AddDate(0, 0, 8), limit)
				for _, d := range ds {
					lines = append(lines, fmt.Sprintf("%d %s %s", d.Revision, d, d.Cause))
				}
				lines = append(lines, fmt.Sprint(done, k.Now(), k.Members("late").Len(), k.Members("fresh").Len(), k.Members("both").Len()))
			}
			return lines
		}
		want := run(index.New(index.Options{}))
		if len(want) < 400 {
			t.Fatalf("only %d lines", len(want))
		}
		for _, n := range []int{1, 2, 3, 8} {
			if diff := cmp.Diff(want, run(inShards(n, index.Options{}))); diff != "" {
				t.Fatalf("limit %d, %d shards: -index +sharded\n%s", limit, n, diff)
			}
		}
	}
}

// Readers see both segments of a pair change at once, over all shards, whatever
// the writer does.
func TestShardedReaders(t *testing.T) {
	ix := inShards(3, index.Options{})
	at := town(t, ix, 300)
	var wg sync.WaitGroup
	stop := make(chan struct{})
	for range 2 {
		wg.Go(func() {
			for i := 0; ; i++ {
				select {
				case <-stop:
					return
				default:
				}
				c := rule.And{rule.InSegment("late"), rule.InSegment("fresh")}
				p, err := ix.Preview(rule.Or{
					rule.And{c, rule.Not{C: rule.InSegment("both")}},
					rule.And{rule.InSegment("both"), rule.Not{C: c}},
				})
				if err != nil || p.Count != 0 {
					t.Errorf("%d contacts are in both and not in both: %v", p.Count, err)
					return
				}
				for err := range ix.Check() {
					t.Error(err)
					return
				}
				id := fmt.Sprint("c", i%300)
				ix.Members("fresh").Contains(id)
				ix.Contact(id)
				_ = slices.Collect(ix.Segments(id))
			}
		})
	}
	for i, done := 0, false; !done; i++ {
		_, done = ix.Advance(at.AddDate(0, 0, 4), 7)
		if i%10 == 0 {
			if _, err := ix.Apply(segment.Update{Contact: fmt.Sprint("c", i), At: ix.Now(), Set: map[string]segment.Value{"size": segment.Text("m")}}); err != nil {
				t.Error(err)
			}
		}
	}
	close(stop)
	wg.Wait()
}

// A bad update anywhere in a batch refuses it, with its position.
func TestShardedRefuses(t *testing.T) {
	at := time.Date(2026, 1, 28, 12, 0, 0, 0, time.UTC)
	for _, bad := range []int{0, 1, 63, 64, 500, 999} {
		ix := inShards(4, index.Options{})
		us := make([]segment.Update, 1000)
		for i := range us {
			us[i] = segment.Update{Contact: fmt.Sprint("c", i), At: at.Add(time.Duration(i))}
		}
		us[bad].At = us[bad].At.Add(-time.Hour)
		if bad == 0 {
			us[0].At = time.Time{}
		}
		_, err := ix.Apply(us...)
		if e, ok := err.(*index.UpdateError); !ok || e.Index != bad {
			t.Errorf("%v, want an error of update %d", err, bad)
		}
		if _, ok := ix.Contact("c1"); ok || !ix.Now().IsZero() {
			t.Error("something has changed")
		}
	}
}

// Metrics of every kind are the same in whatever number of shards it goes on.
func TestMetricsGoOnInOtherShards(t *testing.T) {
	opts := index.Options{Stays: true, Days: 5, Verify: true}
	want := index.New(opts)
	for id, text := range map[string]string{"a": "DID opened IN LAST 3 DAYS", "b": "DID opened IN LAST 1 DAY"} {
		if _, err := want.Define(segment.Segment{ID: id, Condition: segment.MustParse(text)}, newYear); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 40 {
		at := newYear.Add(time.Duration(i) * 7 * time.Hour)
		apply(t, want, segment.Update{Contact: fmt.Sprint("c", i*i%23), At: at, Events: []segment.Event{{ID: fmt.Sprint(i), Name: "opened", At: at}}})
	}
	b := snapshot(t, want)
	for _, n := range []int{3, 1, 4, 4, 2} {
		got, err := restoreInto(n, bytes.NewReader(b), opts)
		if err != nil {
			t.Fatal(err)
		}
		want.Advance(want.Now().Add(11*time.Hour), 0)
		got.Advance(want.Now(), 0)
		for _, id := range []string{"a", "b"} {
			w, _ := want.Metrics(id)
			g, _ := got.Metrics(id)
			if diff := cmp.Diff(w, g); diff != "" || w.Completed == 0 {
				t.Errorf("%d shards, %s: %s", n, id, diff)
			}
		}
		if want.Hash() != got.Hash() {
			t.Errorf("%d shards: another Hash", n)
		}
		b = snapshot(t, got)
	}
}
