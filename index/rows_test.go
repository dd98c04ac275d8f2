package index_test

import (
	"fmt"
	"maps"
	"math/rand"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/leanovate/gopter"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/index"
	"github.com/segmentrules/segment/segmenttest"
)

// recycling is an index, or shards, that use rows again at once.
type recycling interface {
	keeper
	RecycleAt(n int)
}

func atOnce(k keeper) keeper {
	k.(recycling).RecycleAt(1)
	return k
}

// TestRowsCannotBeSeen plays histories in which many contacts come and go: whether
// rows are used again makes no difference, nor does a restart.
func TestRowsCannotBeSeen(t *testing.T) {
	for seed := range int64(mutations(12, 100)) {
		r := rand.New(rand.NewSource(seed))
		params := gopter.DefaultGenParameters()
		params.Rng.Seed(seed)
		v, ok := segmenttest.Histories()(params).Retrieve()
		if !ok {
			t.Fatal("no history")
		}
		h := crowd(v.(segmenttest.History), r)
		for i := range h {
			for j := range h[i].Updates { // one is deleted and comes again at one instant
				if u := &h[i].Updates[j]; r.Intn(3) == 0 {
					*u = segment.Update{Contact: u.Contact, At: u.At, Delete: true}
				}
			}
		}
		same := func(k keeper) keeper { return k }
		want := transcript(index.New(index.Options{}), h, seed, same)
		again := func(k keeper) keeper { return atOnce(restarted(t, k, int(seed%4))) }
		for name, got := range map[string][]string{
			"index":    transcript(atOnce(index.New(index.Options{})), h, seed, same),
			"restored": transcript(atOnce(index.New(index.Options{})), h, seed, again),
			"sharded":  transcript(atOnce(inShards(3, index.Options{})), h, seed, same),
		} {
			if diff := cmp.Diff(want, got); diff != "" {
				t.Fatalf("seed %d, %s: %s\n%s", seed, name, diff, h)
			}
		}
	}
}

// TestComesAgainAtOneInstant deletes a member and lets it come again at the same
// instant: no diff, and the stay goes on.
func TestComesAgainAtOneInstant(t *testing.T) {
	for _, at := range []int{1, 1000} {
		ix := index.New(index.Options{Stays: true})
		ix.RecycleAt(at)
		if _, err := ix.Define(segment.Segment{ID: "pro", Condition: segment.MustParse(`plan = "pro"`)}, newYear); err != nil {
			t.Fatal(err)
		}
		u := segment.Update{Contact: "ann", At: newYear, Set: map[string]segment.Value{"plan": segment.Text("pro")}}
		apply(t, ix, u)
		for day := 1; day <= 4; day++ {
			gone, back := segment.Update{Contact: "ann", At: newYear.AddDate(0, 0, day), Delete: true}, u
			back.At = gone.At
			diffs, err := ix.Apply(gone, back, gone, back)
			if err != nil || len(diffs) > 0 {
				t.Fatal(diffs, err)
			}
			if m, _ := ix.Metrics("pro"); m.Current != time.Duration(day)*24*time.Hour || m.Entered != 1 {
				t.Fatalf("%+v", m)
			}
		}
		diffs, err := ix.Apply(segment.Update{Contact: "ann", At: newYear.AddDate(0, 0, 5), Delete: true}, segment.Update{Contact: "ann", At: newYear.AddDate(0, 0, 5)})
		if err != nil || len(diffs) != 1 || diffs[0].Entered {
			t.Fatal(diffs, err)
		}
		if m, _ := ix.Metrics("pro"); m.Completed != 5*24*time.Hour {
			t.Fatalf("%+v", m)
		}
	}
}

// TestSetsOfDifferentTimes holds sets that were asked for at different times
// against sets of ids, while rows go from contact to contact.
func TestSetsOfDifferentTimes(t *testing.T) {
	for _, shards := range []int{0, 3} {
		var k interface {
			recycling
			Members(id string) index.Contacts
		} = index.New(index.Options{})
		if shards > 0 {
			k = inShards(shards, index.Options{})
		}
		k.RecycleAt(3)
		if _, err := k.Define(segment.Segment{ID: "all", Condition: segment.MustParse(`n >= 0`)}, newYear); err != nil {
			t.Fatal(err)
		}
		r := rand.New(rand.NewSource(1))
		var sets []index.Contacts
		var want []map[string]bool
		now := map[string]bool{}
		for i := range 300 {
			id := fmt.Sprint("c", r.Intn(20))
			u := segment.Update{Contact: id, At: newYear.Add(time.Duration(i/3) * time.Hour), Set: map[string]segment.Value{"n": segment.Int(int64(i))}}
			if now[id] {
				u = segment.Update{Contact: id, At: u.At, Delete: true}
			}
			if now[id] = !now[id]; !now[id] {
				delete(now, id)
			}
			if _, err := k.Apply(u); err != nil {
				t.Fatal(err)
			}
			sets, want = append(sets, k.Members("all")), append(want, maps.Clone(now))
			if n := r.Intn(len(sets)); r.Intn(2) == 0 { // a set of sets
				m := r.Intn(len(sets))
				a, b := want[n], want[m]
				or := maps.Clone(a)
				maps.Copy(or, b)
				and, not := maps.Clone(a), maps.Clone(a)
				maps.DeleteFunc(and, func(id string, _ bool) bool { return !b[id] })
				maps.DeleteFunc(not, func(id string, _ bool) bool { return b[id] })
				sets = append(sets, sets[n].Or(sets[m]), sets[n].And(sets[m]), sets[n].AndNot(sets[m]))
				want = append(want, or, and, not)
			}
		}
		for i, set := range sets {
			got := slices.Collect(set.All())
			if diff := cmp.Diff(slices.Sorted(maps.Keys(want[i])), slices.Sorted(slices.Values(got))); diff != "" || set.Len() != len(got) {
				t.Fatalf("set %d: %s", i, diff)
			}
			for n := range 20 {
				if id := fmt.Sprint("c", n); set.Contains(id) != want[i][id] {
					t.Fatalf("set %d contains %s: %v", i, id, set.Contains(id))
				}
			}
		}
	}
}

// TestChurnKeepsMemoryFlat lets contacts come and go: memory is that of those who
// are there.
func TestChurnKeepsMemoryFlat(t *testing.T) {
	ix := index.New(index.Options{})
	if _, err := ix.Define(segment.Segment{ID: "active", Condition: segment.MustParse(`DID opened IN LAST 7 DAYS AND plan = "pro"`)}, newYear); err != nil {
		t.Fatal(err)
	}
	const each, rounds = 4000, 30
	var sizes []uint64
	for round := range rounds {
		at := newYear.Add(time.Duration(round) * time.Hour)
		us := make([]segment.Update, 0, 2*each)
		for i := range each {
			us = append(us, segment.Update{Contact: fmt.Sprintf("contact-%d-%d", round, i), At: at,
				Set:    map[string]segment.Value{"plan": segment.Text([]string{"pro", "free"}[i%2]), "email": segment.Text(fmt.Sprintf("someone.%d.%d@example.com", round, i)), "n": segment.Int(int64(i * round))},
				Events: []segment.Event{{ID: fmt.Sprintf("e%d-%d", round, i), Name: "opened", At: at, Props: []byte(`{"a":1}`)}}, Join: []string{"trial"}})
			if round >= 2 { // two generations are there
				us = append(us, segment.Update{Contact: fmt.Sprintf("contact-%d-%d", round-2, i), At: at, Delete: true})
			}
		}
		apply(t, ix, us...)
		us = nil
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		sizes = append(sizes, m.HeapAlloc>>10)
	}
	if rows := ix.Rows(); rows > 4*each {
		t.Errorf("%d rows for %d contacts", rows, 2*each)
	}
	early, late := slices.Max(sizes[3:12]), slices.Max(sizes[len(sizes)-9:])
	if late > early+early/10 {
		t.Errorf("kB after each round: %d", sizes)
	}
	if p, err := ix.Preview(segment.MustParse(`plan = "pro"`)); err != nil || p.Count != each || p.Sample[0] != fmt.Sprintf("contact-%d-0", rounds-2) {
		t.Errorf("%+v, %v", p, err)
	}
}

// TestReadersWhileRowsChangeHands reads sets, previews and snapshots while
// contacts come and go. It is run with the race detector.
func TestReadersWhileRowsChangeHands(t *testing.T) {
	ix := index.New(index.Options{})
	ix.RecycleAt(5)
	if _, err := ix.Define(segment.Segment{ID: "even", Condition: segment.MustParse(`even = TRUE`)}, newYear); err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	stop := make(chan struct{})
	for range 2 {
		wg.Go(func() {
			last := ix.Members("even")
			for {
				select {
				case <-stop:
					return
				default:
				}
				set := ix.Members("even")
				for id := range set.All() {
					if n := 0; !set.Contains(id) {
						t.Error("not in its own set:", id)
					} else if _, err := fmt.Sscanf(id, "c%d", &n); err != nil || n%2 != 0 {
						t.Error("not even:", id)
					}
				}
				set.Or(last).AndNot(set).And(last).Len()
				last = set
				p, err := ix.Preview(segment.MustParse(`even = TRUE AND id STARTS WITH "c"`))
				if err != nil || p.Count != p.Contacts().Len() {
					t.Error(p, err)
				}
				ix.Hash()
			}
		})
	}
	for i := range 2000 {
		at := newYear.Add(time.Duration(i) * time.Minute)
		us := []segment.Update{{Contact: fmt.Sprint("c", i), At: at, Set: map[string]segment.Value{"even": segment.Bool(i%2 == 0)}}}
		if i >= 40 {
			us = append(us, segment.Update{Contact: fmt.Sprint("c", i-40), At: at, Delete: true})
		}
		apply(t, ix, us...)
	}
	close(stop)
	wg.Wait()
	if rows := ix.Rows(); rows > 60 {
		t.Errorf("%d rows for 40 contacts", rows)
	}
}

// TestOneContactComesAndGoes: what is gone of a contact does not stand in its way.
func TestOneContactComesAndGoes(t *testing.T) {
	ix := index.New(index.Options{})
	us := make([]segment.Update, 0, 2000)
	for range 50 {
		us = us[:0]
		for range 1000 {
			us = append(us, segment.Update{Contact: "ann", At: newYear}, segment.Update{Contact: "ann", At: newYear, Delete: true})
		}
		apply(t, ix, us...)
	}
	if rows := ix.Rows(); rows > 3000 {
		t.Errorf("%d rows", rows)
	}
}
