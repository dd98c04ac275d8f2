package eventlog

import (
	"fmt"
	"iter"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/segmentrules/segment"
)

// plain is the log as a list of what happened, in order of arrival: what the
// Log must agree with.
type plain map[uint32][]segment.Event

func (p plain) has(row uint32, id string) int {
	return slices.IndexFunc(p[row], func(e segment.Event) bool { return e.ID == id })
}

func (p plain) append(row uint32, e segment.Event) bool {
	if p.has(row, e.ID) >= 0 {
		return false
	}
	p[row] = append(p[row], e)
	return true
}

func (p plain) retract(row uint32, id string) bool {
	i := p.has(row, id)
	if i >= 0 {
		p[row] = slices.Delete(p[row], i, i+1)
	}
	return i >= 0
}

// trim removes the oldest events of a name before the instant, but for keep.
func (p plain) trim(row uint32, name string, before time.Time, keep int) (removed int) {
	es := p.sorted(row, name)
	for i, e := range es {
		if i < len(es)-keep && e.At.Before(before) {
			p.retract(row, e.ID)
			removed++
		}
	}
	return removed
}

// sorted returns the events of a name, or all if it is empty.
func (p plain) sorted(row uint32, name string) (es []segment.Event) {
	for _, e := range p[row] {
		if name == "" || e.Name == name {
			e.At = e.At.UTC()
			es = append(es, e)
		}
	}
	slices.SortStableFunc(es, func(a, b segment.Event) int { return a.At.Compare(b.At) })
	return es
}

func (p plain) clone() plain {
	c := plain{}
	for row, es := range p {
		c[row] = slices.Clone(es)
	}
	return c
}

// state is what both a Log and a View answer.
type state interface {
	All(uint32) iter.Seq[segment.Event]
	Newest(uint32, []int) iter.Seq2[Stream, int]
	Streams(uint32) iter.Seq[Stream]
	Stream(uint32, int) Stream
	Names() []string
	Lookup(string) (int, bool)
	Len() int64
	Count(uint32) int
	AddCounts(int, uint32, time.Time, time.Time, []uint32)
	Extremes(int, uint32, Extreme) (RowSet, RowSet)
	Extreme(int, uint32, Extreme) (bool, bool)
	Kths(int, uint32, Stretch, func(uint32) uint32, func(uint32, time.Time), func(uint32, time.Time)) bool
}

// check compares everything that can be asked.
func check(t *testing.T, got state, want plain, rows uint32) {
	t.Helper()
	n := int64(0)
	for row := range rows {
		n += int64(len(want[row]))
		if got.Count(row) != len(want[row]) {
			t.Fatalf("row %d: Count %d, want %d", row, got.Count(row), len(want[row]))
		}
		all := want.sorted(row, "")
		same(t, all, slices.Collect(got.All(row)))
		var newest []segment.Event
		for s, i := range got.Newest(row, nil) {
			newest = append(newest, s.Event(i))
		}
		slices.Reverse(newest)
		same(t, all, newest)
		last := -1
		for s := range got.Streams(row) {
			if s.Name() <= last || s.Len() == 0 {
				t.Fatalf("row %d: stream %d of %d events after %d", row, s.Name(), s.Len(), last)
			}
			last = s.Name()
		}
		for number, name := range got.Names() {
			if found, ok := got.Lookup(name); !ok || found != number {
				t.Fatalf("Lookup(%q) = %d, %v", name, found, ok)
			}
			checkStream(t, got.Stream(row, number), want.sorted(row, name))
		}
	}
	if got.Len() != n {
		t.Fatalf("Len %d, want %d", got.Len(), n)
	}
	checkCounts(t, got, want, rows)
}

// checkCounts counts in windows between instants that occur, and around them.
func checkCounts(t *testing.T, got state, want plain, rows uint32) {
	t.Helper()
	var ends []time.Time
	for row := range rows {
		for i, e := range want.sorted(row, "") {
			if i%10 == 0 && len(ends) < 12 {
				ends = append(ends, e.At, e.At.Add(1))
			}
		}
	}
	for i, after := range ends {
		upTo := ends[(i*5+1)%len(ends)]
		for number, name := range got.Names()[:min(3, len(got.Names()))] {
			first := uint32(i) % (rows + 5)
			counts, expected := make([]uint32, rows+600), make([]uint32, rows+600)
			for i := range expected {
				for _, e := range want[first+uint32(i)] {
					if e.Name == name && e.At.After(after) && !e.At.After(upTo) {
						expected[i]++
					}
				}
			}
			got.AddCounts(number, first, after, upTo, counts)
			if i < 4 {
				checkGroups(t, got, number, Stretch{after, upTo}, Stretch{ends[i/2], ends[len(ends)-1-i]})
			}
			if !slices.Equal(counts, expected) {
				t.Fatalf("AddCounts(%s, %d, %v, %v): %s", name, first, after, upTo, cmp.Diff(expected, counts))
			}
		}
	}
}

// checkGroups holds what is asked of 256 rows against their streams.
func checkGroups(t *testing.T, got state, name int, of, in Stretch) {
	t.Helper()
	type found struct{ kth, next time.Time }
	is := map[uint32]found{}
	k := func(n uint32) uint32 { return n/2 + n%2 }
	quick := got.Kths(name, 0, of, k, func(row uint32, at time.Time) {
		is[row] = found{kth: at, next: is[row].next}
	}, func(row uint32, at time.Time) {
		is[row] = found{kth: is[row].kth, next: at}
	})
	for row := range uint32(blockRows) {
		s := got.Stream(row, name)
		from, to := s.UpTo(of.After), s.UpTo(of.UpTo)
		want := found{}
		if n := to - from; n > 0 {
			want.kth = s.At(to - int(k(uint32(n))))
		}
		if to < s.Len() {
			want.next = s.At(to)
		}
		if quick && is[row] != want {
			t.Fatalf("Kths of row %d in %v: %v, want %v", row, of, is[row], want)
		}
		for _, oldest := range []bool{false, true} {
			x := Extreme{of, in, oldest}
			has, within := got.Extremes(name, 0, x)
			one, oneIn := got.Extreme(name, row, x)
			at := time.Time{}
			if from < to {
				at = s.At(to - 1)
			}
			if from < to && oldest {
				at = s.At(from)
			}
			wantIn := from < to && at.After(in.After) && !at.After(in.UpTo)
			if bit := uint64(1) << (row % 64); one != (from < to) || oneIn != wantIn ||
				has[row/64]&bit != 0 != one || within[row/64]&bit != 0 != oneIn {
				t.Fatalf("row %d: %v in %v: %v, %v, and one by one %v, %v; want %v", row, of, in, has, within, one, oneIn, wantIn)
			}
		}
	}
}

// same compares events, quickly if they are.
func same(t *testing.T, want, got []segment.Event) {
	t.Helper()
	if !slices.EqualFunc(want, got, func(a, b segment.Event) bool {
		return a.ID == b.ID && a.Name == b.Name && a.At.Equal(b.At) && string(a.Props) == string(b.Props)
	}) {
		t.Fatal(cmp.Diff(want, got))
	}
}

func checkStream(t *testing.T, s Stream, want []segment.Event) {
	t.Helper()
	var es []segment.Event
	for i := range s.Len() {
		es = append(es, s.Event(i))
	}
	same(t, want, es)
	for i, e := range want {
		if i%7 != 0 {
			continue
		}
		for _, at := range []time.Time{e.At.Add(-1), e.At, e.At.Add(1), e.At.AddDate(0, 1, 0)} {
			upTo, before := 0, 0
			for _, e := range want {
				if !e.At.After(at) {
					upTo++
				}
				if e.At.Before(at) {
					before++
				}
			}
			if s.UpTo(at) != upTo || s.Before(at) != before {
				t.Fatalf("UpTo(%v) = %d, Before = %d, want %d and %d", at, s.UpTo(at), s.Before(at), upTo, before)
			}
		}
	}
}

// A world makes events of one kind, and does what happens to a log.
type world struct {
	*rand.Rand
	log   *Log
	want  plain
	rows  uint32
	names int
	ids   int // how many distinct ones there are
	at    func(r *rand.Rand) time.Time
}

func (w *world) id() string {
	n := w.IntN(w.ids)
	switch n % 8 {
	case 0:
		return fmt.Sprint(n)
	case 1:
		return fmt.Sprintf("%08x-0000-4000-8000-%012x", n, n)
	case 2:
		return fmt.Sprintf("evt-%07d", n)
	case 3:
		return fmt.Sprintf("%012x", n)
	case 4:
		return fmt.Sprintf("%09d", n) // as a number it would lose its zeros
	case 5:
		return fmt.Sprintf("a rather long id, as some hosts have them, %d", n)
	case 6:
		return fmt.Sprintf("%016X", n) // upper case is another id
	}
	return fmt.Sprintf("e%d", n)
}

func (w *world) event() segment.Event {
	e := segment.Event{ID: w.id(), Name: fmt.Sprintf("name%d", w.IntN(w.names)), At: w.at(w.Rand)}
	switch w.IntN(3) {
	case 0:
		e.Props = segment.Document(fmt.Sprintf(`{"campaign":%d}`, w.IntN(4)))
	case 1:
		e.Props = segment.Document(fmt.Sprintf(`{"amount":%d.5}`, w.IntN(1e6)))
	}
	return e
}

// step does one thing to log and oracle, and compares what they say.
func (w *world) step(t *testing.T) {
	t.Helper()
	row := w.Uint32N(w.rows)
	switch n := w.IntN(100); {
	case n < 70:
		e := w.event()
		if got, want := w.log.Append(row, e), w.want.append(row, e); got != want {
			t.Fatalf("Append(%d, %v) = %v", row, e, got)
		}
	case n < 90:
		id := w.id()
		if es := w.want[row]; len(es) > 0 && n < 80 {
			id = es[w.IntN(len(es))].ID
		}
		i := w.want.has(row, id)
		name, at, ok := w.log.Find(row, id)
		if ok != (i >= 0) || ok && (w.log.Names()[name] != w.want[row][i].Name || !at.Equal(w.want[row][i].At)) {
			t.Fatalf("Find(%d, %q) = %v, %v, %v", row, id, name, at, ok)
		}
		again, ok := w.log.Retract(row, id)
		if ok != w.want.retract(row, id) || again != name {
			t.Fatalf("Retract(%d, %q) = %v, %v", row, id, again, ok)
		}
	case n < 98:
		name, before, keep := w.IntN(w.names), w.at(w.Rand), w.IntN(20)
		text := fmt.Sprintf("name%d", name)
		number, ok := w.log.Lookup(text)
		if !ok {
			number = -1
		}
		if got, want := w.log.Trim(row, number, before, keep), w.want.trim(row, text, before, keep); got != want {
			t.Fatalf("Trim(%d, %s, %v, %d) = %d, want %d", row, text, before, keep, got, want)
		}
	case w.IntN(10) == 0:
		w.log.Clear(row)
		delete(w.want, row)
	}
}

func seconds(r *rand.Rand) time.Time { return time.Unix(1.7e9+r.Int64N(40), 0) }

// anywhere has instants at the ends of every width, and zones.
func anywhere(r *rand.Rand) time.Time {
	at := []time.Time{
		time.Date(0, 1, 1, 0, 0, 0, 0, time.FixedZone("", 14*3600)),
		time.Date(0, 1, 1, 0, 0, 0, 1, time.UTC),
		time.Date(1677, 1, 1, 0, 0, 0, 0, time.UTC),
		time.Date(1940, 1, 1, 0, 0, 0, 0, time.UTC),
		time.Date(2026, 5, 6, 7, 8, 9, 123456789, time.UTC),
		time.Date(2026, 5, 6, 7, 8, 9, 1e6, time.UTC),
		time.Unix(baseSeconds+1<<32, 0),
		time.Date(8918, 1, 1, 0, 0, 0, 0, time.UTC),
		time.Date(9999, 12, 31, 23, 59, 59, 999999999, time.FixedZone("", -12*3600)),
	}[r.IntN(9)]
	return at.Add(time.Duration(r.IntN(3)-1) * []time.Duration{1, 1e6, 1e9}[r.IntN(3)])
}

func worlds() map[string]*world {
	millis := func(r *rand.Rand) time.Time { return time.UnixMilli(1.7e12 + r.Int64N(1e3)) }
	mixed := func(r *rand.Rand) time.Time {
		if r.IntN(200) == 0 {
			return anywhere(r)
		}
		return seconds(r)
	}
	return map[string]*world{
		"few ids, many rows": {rows: 300, names: 4, ids: 30, at: seconds},
		"milliseconds":       {rows: 3, names: 12, ids: 200, at: millis},
		"all instants":       {rows: 6, names: 3, ids: 80, at: anywhere},
		"heavy rows":         {rows: 2, names: 2, ids: 3000, at: mixed},
		"one name":           {rows: 1, names: 1, ids: 600, at: seconds},
		"many names":         {rows: 2, names: 90, ids: 900, at: seconds},
	}
}

func TestLogAgreesWithAPlainList(t *testing.T) {
	for name, w := range worlds() {
		t.Run(name, func(t *testing.T) {
			w.Rand, w.log, w.want = rand.New(rand.NewPCG(1, 2)), New(), plain{}
			type kept struct {
				view *View
				want plain
			}
			var views []kept
			for i := range 6000 {
				w.step(t)
				if w.IntN(400) == 0 {
					views = append(views, kept{w.log.Freeze(), w.want.clone()})
				}
				if i%1500 == 1499 {
					check(t, w.log, w.want, w.rows)
				}
			}
			for _, k := range views {
				check(t, k.view, k.want, w.rows)
			}
		})
	}
}

func TestViewsAreReadWhileTheLogGoesOn(t *testing.T) {
	w := &world{rows: 40, names: 5, ids: 300, at: seconds}
	w.Rand, w.log, w.want = rand.New(rand.NewPCG(3, 4)), New(), plain{}
	var wait sync.WaitGroup
	for range 25 {
		for range 300 {
			w.step(t)
		}
		view, want := w.log.Freeze(), w.want.clone()
		wait.Go(func() {
			for row := range w.rows {
				if diff := cmp.Diff(want.sorted(row, ""), slices.Collect(view.All(row))); diff != "" {
					t.Errorf("row %d: %s", row, diff)
				}
			}
		})
	}
	wait.Wait()
}
