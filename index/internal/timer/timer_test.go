package timer

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	diff "github.com/google/go-cmp/cmp"
)

// oracle is the heap as a list that is always sorted.
type oracle []want

type want struct {
	row uint32
	at  time.Time
}

func (o *oracle) get(row uint32) (time.Time, bool) {
	i := slices.IndexFunc(*o, func(w want) bool { return w.row == row })
	if i < 0 {
		return time.Time{}, false
	}
	return (*o)[i].at, true
}

func (o *oracle) remove(row uint32) {
	*o = slices.DeleteFunc(*o, func(w want) bool { return w.row == row })
}

func (o *oracle) set(row uint32, at time.Time) {
	o.remove(row)
	*o = append(*o, want{row, at.UTC()})
	slices.SortFunc(*o, func(a, b want) int { return cmp.Or(a.at.Compare(b.at), cmp.Compare(a.row, b.row)) })
}

// instants are few, so that many are equal, and far apart.
func instant(r *rand.Rand) time.Time {
	at := []time.Time{
		time.Date(0, 1, 1, 0, 0, 0, 0, time.UTC),
		time.Unix(-1, 999999999),
		time.Unix(0, 0),
		time.Date(2026, 3, 4, 5, 6, 7, 8, time.FixedZone("", 3600)),
		time.Date(9999, 12, 31, 23, 59, 59, 999999998, time.UTC),
	}[r.IntN(5)]
	return at.Add(time.Duration(r.IntN(4)) * []time.Duration{1, 1e9}[r.IntN(2)])
}

func TestHeapAgreesWithASortedList(t *testing.T) {
	for _, rows := range []uint32{1, 7, 60, 500} {
		r := rand.New(rand.NewPCG(1, uint64(rows)))
		var h Heap
		var o oracle
		for range 8000 {
			step(t, r, &h, &o, rows)
			if h.Len() != len(o) {
				t.Fatalf("%d rows: Len %d, want %d", rows, h.Len(), len(o))
			}
			at, ok := h.Min()
			if ok != (len(o) > 0) || ok && !at.Equal(o[0].at) {
				t.Fatalf("Min %v, %v, want %v", at, ok, o)
			}
		}
		var got []want
		for h.Len() > 0 {
			at, _ := h.Min()
			row, ok := h.PopDue(at)
			if !ok {
				t.Fatalf("nothing due at the least instant")
			}
			got = append(got, want{row, at})
		}
		if d := diff.Diff([]want(o), got, diff.AllowUnexported(want{})); d != "" {
			t.Fatal(d)
		}
	}
}

// step does one thing to heap and oracle and compares what they say.
func step(t *testing.T, r *rand.Rand, h *Heap, o *oracle, rows uint32) {
	t.Helper()
	row, at := r.Uint32N(rows), instant(r)
	old, had := o.get(row)
	if got, ok := h.Get(row); ok != had || !got.Equal(old) {
		t.Fatalf("Get(%d) = %v, %v, want %v, %v", row, got, ok, old, had)
	}
	switch r.IntN(20) {
	default:
		h.Set(row, at)
		o.set(row, at)
	case 0, 1, 2, 3, 4, 5:
		moves := !had || at.Before(old)
		if h.Earlier(row, at) != moves {
			t.Fatalf("Earlier(%d, %v) = %v, it has %v", row, at, !moves, old)
		}
		if moves {
			o.set(row, at)
		}
	case 6, 7, 8, 9:
		if h.Remove(row) != had {
			t.Fatalf("Remove(%d) = %v", row, !had)
		}
		o.remove(row)
	case 10:
		got, ok := h.PopDue(at)
		due := len(*o) > 0 && !(*o)[0].at.After(at)
		if ok != due || ok && got != (*o)[0].row {
			t.Fatalf("PopDue(%v) = %d, %v, want %v", at, got, ok, *o)
		}
		if ok {
			o.remove(got)
		}
	case 11:
		popAll(t, h, o, at)
	}
	if r.IntN(3000) == 0 {
		h.Clear()
		*o = nil
	}
}

func popAll(t *testing.T, h *Heap, o *oracle, at time.Time) {
	t.Helper()
	got, least, ok := h.PopAll(at, []uint32{99})
	rows := []uint32{99}
	if len(*o) > 0 && !(*o)[0].at.After(at) {
		first := (*o)[0].at
		for len(*o) > 0 && (*o)[0].at.Equal(first) {
			rows = append(rows, (*o)[0].row)
			*o = (*o)[1:]
		}
		if !least.Equal(first) {
			t.Fatalf("PopAll at %v, want %v", least, first)
		}
	}
	if !slices.Equal(got, rows) || ok != (len(rows) > 1) {
		t.Fatalf("PopAll = %v, %v, want %v", got, ok, rows)
	}
}

func TestBytes(t *testing.T) {
	var h Heap
	for row := range uint32(10_000) {
		h.Set(row, time.Unix(int64(row), 0))
	}
	if b := h.Bytes(); b < 200_000 || b > 300_000 {
		t.Errorf("%d bytes for 10,000 timers of 20", b)
	}
}

const many = 1_000_000

func filled(r *rand.Rand) *Heap {
	h := &Heap{}
	for row := range uint32(many) {
		h.Set(row, time.Unix(1.7e9+r.Int64N(60*86400), r.Int64N(1e9)))
	}
	return h
}

func BenchmarkSetNew(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 1))
	b.ReportAllocs()
	h := &Heap{}
	row := uint32(0)
	for b.Loop() {
		if row == many {
			h.Clear()
			row = 0
		}
		h.Set(row, time.Unix(1.7e9+r.Int64N(60*86400), 5))
		row++
	}
}

func BenchmarkSetAgain(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 1))
	h := filled(r)
	b.ReportAllocs()
	for b.Loop() {
		h.Set(r.Uint32N(many), time.Unix(1.7e9+r.Int64N(60*86400), 5))
	}
}

func BenchmarkEarlierNot(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 1))
	h := filled(r)
	b.ReportAllocs()
	for b.Loop() {
		h.Earlier(r.Uint32N(many), time.Unix(1.9e9, 5))
	}
}

// BenchmarkPopAndSet is what a due row costs: it goes, and comes back later.
func BenchmarkPopAndSet(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 1))
	h := filled(r)
	b.ReportAllocs()
	for b.Loop() {
		at, _ := h.Min()
		row, _ := h.PopDue(at)
		h.Set(row, at.Add(time.Duration(r.Int64N(60*86400e9))))
	}
}
