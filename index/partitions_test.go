package index_test

import (
	"cmp"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/index"
)

// A partition keeps some of the contacts, and is an index of its own: on another machine, say.
// It hears of the calls that are for its contacts, of every definition, and of time.

// partitions are indexes that share the contacts, or a single one that has all.
type partitions []*index.Index

// at lets time run to an instant, inclusive and in bites, which every call does first: then
// what is told does not hang on which partition heard of what.
func (ps partitions) at(at time.Time) (ds []segment.Diff) {
	for _, ix := range ps {
		for done := false; !done; {
			var more []segment.Diff
			more, done = ix.Advance(at, 3)
			ds = append(ds, more...)
		}
	}
	return ds
}

// apply gives a call to the partition of each contact.
func (ps partitions) apply(us []segment.Update) (ds []segment.Diff, err error) {
	shares := make([][]segment.Update, len(ps))
	for _, u := range us {
		h := fnv.New32a()
		h.Write([]byte(u.Contact))
		n := int(h.Sum32() % uint32(len(ps)))
		shares[n] = append(shares[n], u)
	}
	for i, share := range shares {
		more, refused := ps[i].Apply(share...)
		ds, err = append(ds, more...), cmp.Or(err, refused)
	}
	return ds, err
}

// told is what diffs say, whoever numbered them, in one order.
func told(ds []segment.Diff) []string {
	all := make([]string, len(ds))
	for i, d := range ds {
		all[i] = fmt.Sprintf("%s %s %s %v %s %d", d.At.Format(time.RFC3339Nano), d.Contact, d.Segment, d.Entered, d.Cause, d.Definition)
	}
	slices.Sort(all)
	return all
}

// TestPartitionsAreOneIndex: contacts that are shared out over three indexes are told of as by
// one, where every call lets time run to its instant first. Instants are coarse, so that much
// falls due at the very instant of a call. PARTITION_CALLS sets how many calls are tried.
func TestPartitionsAreOneIndex(t *testing.T) {
	t.Parallel()
	calls, changes := 8_000, 0
	if testing.Short() {
		calls = 2_000
	}
	if n, err := strconv.Atoi(os.Getenv("PARTITION_CALLS")); err == nil {
		calls = n
	}
	for seed := uint64(1); calls > 0; seed++ {
		r := rand.New(rand.NewPCG(seed, 8))
		one, three := partitions{index.New(index.Options{})}, partitions{index.New(index.Options{}), index.New(index.Options{Shards: 2}), index.New(index.Options{})}
		now := newYear
		for range 100 {
			calls--
			now = now.Add(time.Duration(r.IntN(3)) * 12 * time.Hour)
			want, got := one.at(now), three.at(now)
			switch r.IntN(8) {
			case 0:
				s := segment.Segment{ID: fmt.Sprint("s", r.IntN(6)), Condition: segment.MustParse(callSegments[r.IntN(len(callSegments))])}
				if slices.Contains([]string{"s1", "s2"}, s.ID) {
					s.Condition = segment.MustParse(callSegments[1]) // which others refer to
				}
				for side, ps := range []partitions{one, three} {
					var ds []segment.Diff
					var failed error
					for _, ix := range ps {
						more, err := ix.Define(s, now)
						ds, failed = append(ds, more...), err
					}
					if failed != nil {
						continue // of all alike: it refers to a segment that is not there yet
					}
					if side == 0 {
						want = append(want, ds...)
					} else {
						got = append(got, ds...)
					}
				}
			default:
				var us []segment.Update
				for range 1 + r.IntN(3) {
					us = append(us, randomUpdate(r, now))
				}
				ds, err := one.apply(us)
				more, again := three.apply(us)
				if err != nil || again != nil {
					t.Fatal(err, again)
				}
				want, got = append(want, ds...), append(got, more...)
			}
			if w, g := told(want), told(got); !slices.Equal(w, g) {
				t.Fatalf("seed %d, at %v: three tell\n%v\nand one\n%v", seed, now, g, w)
			}
			changes += len(want)
		}
	}
	if changes < 1000 {
		t.Errorf("only %d diffs", changes)
	}
}
