package eventlog

import (
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"testing"
	"time"

	"github.com/segmentrules/segment"
)

var noon = time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC)

func event(id, name string, at time.Time, props string) segment.Event {
	e := segment.Event{ID: id, Name: name, At: at}
	if props != "" {
		e.Props = segment.Document(props)
	}
	return e
}

func TestAnEmptyLogAnswers(t *testing.T) {
	l := New()
	if l.Has(5, 0) || l.Has(5, -1) || l.Len() != 0 || l.Rows() != 0 || l.Count(9) != 0 {
		t.Errorf("an empty log has something")
	}
	if _, _, ok := l.Find(3, "x"); ok {
		t.Errorf("an empty log finds an event")
	}
	if _, ok := l.Retract(3, ""); ok {
		t.Errorf("an empty log retracts an event")
	}
	l.Clear(7)
	if l.Trim(7, 0, noon, 0) != 0 {
		t.Errorf("an empty log trims an event")
	}
	for range l.All(math.MaxUint32) {
		t.Errorf("an empty log yields an event")
	}
	if s := l.Stream(1, 2); s.Len() != 0 || s.UpTo(noon) != 0 || s.Name() != 2 {
		t.Errorf("an empty log has a stream")
	}
}

func TestNamesAndRows(t *testing.T) {
	l := New()
	if a, b, again := l.Name("a"), l.Name("b"), l.Name("a"); a != 0 || b != 1 || again != 0 {
		t.Errorf("names %d, %d, %d", a, b, again)
	}
	view := l.Freeze()
	l.Append(1000, event("1", "c", noon, ""))
	if n, ok := l.Lookup("c"); n != 2 || !ok || !l.Has(1000, 2) || l.Has(1000, 0) || l.Rows() != 1001 {
		t.Errorf("c is %d, %v; rows %d", n, ok, l.Rows())
	}
	if _, ok := view.Lookup("c"); ok || len(view.Names()) != 2 || view.Rows() != 0 {
		t.Errorf("a view knows what came later")
	}
}

func TestRoom(t *testing.T) {
	l := New()
	for range 2 {
		for _, c := range []struct {
			events, ids, props int
			want               bool
		}{
			{0, 0, 0, true}, {1e6, 1e7, 1e9, true}, {1e9, 0, 0, false}, {math.MaxInt, 0, 0, false},
			{1, 4 << 30, 0, false}, {1, math.MaxInt, 0, false}, {1, 10, math.MaxInt, false},
		} {
			if got := l.Room(3, c.events, c.ids, c.props); got != c.want {
				t.Errorf("Room%v = %v", c, got)
			}
		}
		l.Append(2, event("1", "c", noon, ""))
	}
}

// What a document gives out stays as it is, and no caller can spoil the log.
func TestPropertiesStay(t *testing.T) {
	l := New()
	l.Append(1, event("1", "c", noon, `{"a":1}`))
	l.Append(1, event("2", "c", noon, `{"a":1}`))
	props := l.Stream(1, 0).Props(1)
	_ = append(props, "spoilt"...)
	for i := range 2000 {
		id := fmt.Sprint("x", i)
		l.Append(1, event(id, "c", noon, fmt.Sprintf(`{"long":"%0100d"}`, i)))
		l.Retract(1, id)
	}
	if got := l.Stream(1, 0).Props(0); string(props) != `{"a":1}` || string(got) != `{"a":1}` {
		t.Errorf("properties are %s and %s", props, got)
	}
}

// What is retracted, trimmed and cleared gives its memory back, in the end.
func TestGarbageIsBounded(t *testing.T) {
	l := New()
	for i := range 100_000 {
		row, id := uint32(i%50), fmt.Sprintf("evt-%07d", i)
		l.Append(row, event(id, "c", noon.Add(time.Duration(i)*time.Second), fmt.Sprintf(`{"long":"%0200d"}`, i)))
		switch {
		case i%3 == 0:
			l.Retract(row, id)
		case i%100 == 0:
			l.Clear(row)
		default:
			l.Trim(row, 0, noon.Add(time.Duration(i-1000)*time.Second), 0)
		}
	}
	if n := l.Bytes(); l.Len() > 1000 || n > 1000*250*3 {
		t.Errorf("%d events take %d bytes", l.Len(), n)
	}
}

func TestBytesAreThoseOfTheHeap(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, rows := range []uint32{10_000, 20} {
		before := heap()
		l := New()
		for i := range 150_000 {
			l.Append(r.Uint32N(rows), event(fmt.Sprintf("e%08d", i), benchNames[i%4], noon.Add(time.Duration(i)*time.Second), amount(i, r)))
		}
		held, told := float64(heap()-before), float64(l.Bytes())
		if told < held*0.9 || told > held*1.1 {
			t.Errorf("%d rows: the heap has grown by %.0f bytes, the log says %.0f", rows, held, told)
		}
		runtime.KeepAlive(l)
	}
}

func TestReadingDoesNotAllocate(t *testing.T) {
	l := New()
	for i := range 100 {
		l.Append(7, event(fmt.Sprint(i), benchNames[i%4], noon.Add(time.Duration(i)), `{"a":1}`))
	}
	sum := 0
	if n := testing.AllocsPerRun(100, func() {
		s := l.Stream(7, 2)
		for i := range s.Len() {
			sum += len(s.Props(i)) + s.At(i).Nanosecond()
		}
		sum += s.UpTo(noon.Add(50)) + s.Before(noon)
		_, _, ok := l.Find(7, "44")
		if !ok || l.Append(7, segment.Event{ID: "44", Name: "visited", At: noon}) {
			t.Errorf("event 44 is not found")
		}
		for s, i := range l.Newest(7, nil) {
			sum += s.At(i).Nanosecond()
		}
	}); n > 0 {
		t.Errorf("%v allocations", n)
	}
}

// Loops that stop early stop.
func TestLoopsMayStop(t *testing.T) {
	l := New()
	for i := range 10 {
		l.Append(7, event(fmt.Sprint(i), benchNames[i%4], noon, ""))
	}
	n := 0
	for range l.All(7) {
		n++
		break
	}
	for range l.Streams(7) {
		n++
		break
	}
	for s, i := range l.Oldest(7, []int{1, 3}) {
		if n++; i == 1 && s.Name() == 1 {
			break
		}
	}
	if n != 5 { // 1, 1, and of names 1 and 3 the events 1, 3, 5
		t.Errorf("%d steps", n)
	}
}
