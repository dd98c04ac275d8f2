package index_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/index"
	"github.com/segmentrules/segment/rule"
	"github.com/segmentrules/segment/segmenttest"
)

// midnights makes histories in which all happens at midnight: contacts come and
// change, time passes in steps, and segments are defined, replaced and dropped at
// the very instants at which time moves them.
type midnights struct {
	r   *rand.Rand
	now time.Time
}

// rules refer to segments of lesser numbers only.
func (m *midnights) rule(n int) string {
	k := m.r.IntN(4) + 1
	own := []string{
		fmt.Sprintf(`signup OLDER THAN %d days`, k), fmt.Sprintf(`signup WITHIN LAST %d days`, k),
		fmt.Sprintf(`COUNT(opened) >= %d IN LAST %d DAYS`, m.r.IntN(2)+1, k), fmt.Sprintf(`n > %d`, k-2),
		`DAY(TODAY) IN (2, 3, 5, 6, 9)`, fmt.Sprintf(`MONTH(TODAY) = 1 AND n = %d`, k-1), `NOT EVERYONE`, `EVERYONE`,
		fmt.Sprintf(`last = TODAY - %d days`, k),
	}
	rule := own[m.r.IntN(len(own))]
	if n == 0 || m.r.IntN(3) == 0 {
		return rule
	}
	ref := fmt.Sprintf("s%d", m.r.IntN(n))
	return []string{
		fmt.Sprintf(`IN SEGMENT "%s"`, ref), fmt.Sprintf(`NOT IN SEGMENT "%s" AND %s`, ref, rule),
		fmt.Sprintf(`IN SEGMENT "%s" OR %s`, ref, rule), fmt.Sprintf(`AT LEAST 2 OF (IN SEGMENT "%s", %s, n = 1)`, ref, rule),
	}[m.r.IntN(4)]
}

// step returns something to do to a system.
func (m *midnights) step() func(segmenttest.System) ([]segment.Diff, error) {
	days := m.r.IntN(3)
	at := m.now.AddDate(0, 0, days)
	switch m.r.IntN(8) {
	case 0, 1, 2:
		m.now = at
		n := m.r.IntN(5)
		s := segment.Segment{ID: fmt.Sprintf("s%d", n), Condition: segment.MustParse(m.rule(n))}
		return func(sys segmenttest.System) ([]segment.Diff, error) { return sys.Define(s, at) }
	case 3:
		m.now = at
		id := fmt.Sprintf("s%d", m.r.IntN(5))
		return func(sys segmenttest.System) ([]segment.Diff, error) { return sys.Drop(id, at) }
	case 4:
		limit := m.r.IntN(4)
		if limit == 0 {
			m.now = at
		}
		return func(sys segmenttest.System) ([]segment.Diff, error) {
			ds, _ := sys.Advance(at, limit)
			return ds, nil
		}
	}
	m.now = at
	var us []segment.Update
	for range m.r.IntN(4) + 1 {
		u := segment.Update{Contact: fmt.Sprintf("c%02d", m.r.IntN(14)), At: at}
		day := at.AddDate(0, 0, m.r.IntN(6)-4)
		switch m.r.IntN(6) {
		case 0:
			u.Delete = true
		case 1, 2:
			u.Events = []segment.Event{{ID: fmt.Sprint(m.r.Uint32()), Name: "opened", At: day}}
		default:
			u.Set = map[string]segment.Value{"n": segment.Int(int64(m.r.IntN(4))), "signup": segment.Time(day), "last": segment.Date(day.Year(), day.Month(), day.Day())}
		}
		us = append(us, u)
	}
	return func(sys segmenttest.System) ([]segment.Diff, error) { return sys.Apply(us...) }
}

// A cancellable is a system that is always defined in with a context that could be
// cancelled, which is another way to the same.
type cancellable struct {
	segmenttest.System
	ix interface {
		DefineContext(ctx context.Context, s segment.Segment, at time.Time, progress func(done, of int)) ([]segment.Diff, error)
	}
}

func (c cancellable) Define(s segment.Segment, at time.Time) ([]segment.Diff, error) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	return c.ix.DefineContext(ctx, s, at, nil)
}

// TestDefineAtMidnight holds all ways to define to the reference, and to one
// another in all that can be seen.
func TestDefineAtMidnight(t *testing.T) {
	t.Parallel()
	histories := 50
	if testing.Short() {
		histories = 15
	}
	opts := index.Options{Location: time.UTC, Stays: true, Days: 3}
	for seed := range histories {
		m := &midnights{r: rand.New(rand.NewPCG(uint64(seed), 5)), now: time.Date(2026, 1, 30, 0, 0, 0, 0, time.UTC)}
		plain, later, conds, brief := system{index.New(opts)}, system{index.New(opts)}, system{index.New(opts)}, system{index.New(opts)}
		conds.ByConditions()
		three, threeLater := newSharded(3, opts), newSharded(2, opts)
		plain.AtLength()
		conds.AtLength()
		three.AtLength()
		systems := []segmenttest.System{
			plain, cancellable{later, later.Index}, conds, three, cancellable{threeLater, threeLater.Index}, brief, newSharded(2, opts),
		}
		reference := segmenttest.Reference()
		told := newTally()
		for i := range 60 {
			do := m.step()
			want, refused := do(reference)
			for n, sys := range systems {
				got, err := do(sys)
				if (err == nil) != (refused == nil) {
					t.Fatalf("seed %d, step %d, system %d: error %v, want %v", seed, i, n, err, refused)
				}
				if d := cmp.Diff(numbered(want), numbered(got)); d != "" {
					t.Fatalf("seed %d, step %d, system %d: -want +got\n%s", seed, i, n, d)
				}
			}
			told.take(want, plain)
			if msg := told.differs(plain.Index); msg != "" {
				t.Fatalf("seed %d, step %d: %s", seed, i, msg)
			}
			hash := plain.Hash()
			if later.Hash() != hash || brief.Hash() != hash || three.Hash() != hash || threeLater.Hash() != hash {
				t.Fatalf("seed %d, step %d: hashes differ", seed, i)
			}
			for err := range plain.Check() {
				t.Fatalf("seed %d, step %d: %v", seed, i, err)
			}
		}
	}
}

// A tally is what diffs make of the metrics.
type tally struct {
	in            map[string]map[string]time.Time // by segment and contact, since when
	entered, left map[string]uint64
}

func newTally() *tally {
	return &tally{in: make(map[string]map[string]time.Time), entered: make(map[string]uint64), left: make(map[string]uint64)}
}

func (l *tally) take(ds []segment.Diff, sys system) {
	for _, d := range ds {
		if l.in[d.Segment] == nil {
			l.in[d.Segment] = make(map[string]time.Time)
		}
		if d.Entered {
			l.entered[d.Segment]++
			l.in[d.Segment][d.Contact] = d.At
		} else {
			l.left[d.Segment]++
			delete(l.in[d.Segment], d.Contact)
		}
	}
	for id := range l.in { // of what was dropped nothing is known
		if _, ok := sys.Metrics(id); !ok {
			delete(l.in, id)
			delete(l.entered, id)
			delete(l.left, id)
		}
	}
}

// differs says how the metrics of an index are not what the diffs make of them.
func (l *tally) differs(ix *index.Index) string {
	for id, in := range l.in {
		m, _ := ix.Metrics(id)
		var current time.Duration
		for _, since := range in {
			current += ix.Now().Sub(since) / time.Duration(len(in))
		}
		if m.Size != len(in) || m.Entered != l.entered[id] || m.Left != l.left[id] || (m.Current-current).Abs() > time.Second {
			return fmt.Sprintf("metrics of %s: %d in, %d entered, %d left, for %s; the diffs say %d, %d, %d, %s",
				id, m.Size, m.Entered, m.Left, m.Current, len(in), l.entered[id], l.left[id], current)
		}
	}
	return ""
}

// A definer is an Index, of one shard or of several.
type definer interface {
	keeper
	DefineContext(ctx context.Context, s segment.Segment, at time.Time, progress func(done, of int)) ([]segment.Diff, error)
	DryRun(s segment.Segment, at time.Time) (entered, left index.Contacts, err error)
	Segments(contact string) iter.Seq[string]
	Contact(id string) (segment.Contact, bool)
	Explain(contact, id string) (*segment.Explanation, error)
	Defined() []segment.Segment
	Metrics(id string) (index.Metrics, bool)
	Check() iter.Seq[error]
	Stats() index.Stats
}

// definers calls f with an index, and with shards, that go about definitions as with
// many contacts.
func definers(t *testing.T, f func(t *testing.T, ix definer)) {
	t.Run("index", func(t *testing.T) {
		ix := index.New(index.Options{})
		ix.AtLength()
		f(t, ix)
	})
	for _, n := range []int{1, 3} {
		t.Run(fmt.Sprint(n, " shards"), func(t *testing.T) {
			ix := inShards(n, index.Options{})
			ix.AtLength()
			f(t, ix)
		})
	}
}

// village gives an index 40 contacts at noon, and two segments.
func village(t *testing.T, ix definer) (at time.Time) {
	t.Helper()
	at = time.Date(2026, 1, 28, 12, 0, 0, 0, time.UTC)
	for i := range 40 {
		u := segment.Update{Contact: fmt.Sprint("c", i), At: at, Set: map[string]segment.Value{"n": segment.Int(int64(i)), "signup": segment.Time(at.Add(-time.Duration(i) * time.Hour))}}
		if _, err := ix.Apply(u); err != nil {
			t.Fatal(err)
		}
	}
	for _, s := range []segment.Segment{
		{ID: "fresh", Condition: segment.MustParse(`signup WITHIN LAST 2 days`)}, {ID: "some", Condition: segment.MustParse(`n > 10`)},
		{ID: "others", Condition: segment.MustParse(`NOT IN SEGMENT "some"`)},
	} {
		if _, err := ix.Define(s, at); err != nil {
			t.Fatal(err)
		}
	}
	return at
}

// TestDefineCancelled: a definition that is cancelled, at whatever moment, or
// refused, has changed nothing, not even where time would have had much to do.
func TestDefineCancelled(t *testing.T) {
	definers(t, func(t *testing.T, ix definer) {
		at := village(t, ix)
		before, later := ix.Hash(), at.AddDate(0, 0, 1)
		for _, id := range []string{"new", "some"} {
			s := segment.Segment{ID: id, Condition: segment.MustParse(`IN SEGMENT "fresh" AND n > 3`)}
			for stop := range 2 {
				ctx, cancel := context.WithCancel(context.Background())
				calls := 0
				ds, err := ix.DefineContext(ctx, s, later, func(done, of int) {
					if calls == stop {
						cancel()
					}
					calls++
				})
				cancel()
				if !errors.Is(err, context.Canceled) || ds != nil {
					t.Fatalf("cancelled: %v %v", ds, err)
				}
				if _, _, err := ix.DryRun(s, later); err != nil {
					t.Fatalf("a dry run: %v", err)
				}
				if ix.Hash() != before || !ix.Now().Equal(at) {
					t.Fatal("what was cancelled has changed something")
				}
			}
		}
		for _, bad := range []segment.Segment{
			{ID: "", Condition: rule.Everyone{}}, {ID: "x", Condition: rule.InSegment("x")}, {ID: "x", Condition: rule.InSegment("nobody")},
		} {
			if _, err := ix.Define(bad, later); err == nil || ix.Hash() != before {
				t.Fatalf("%v gives %v, or has changed something", bad, err)
			}
		}
	})
}
