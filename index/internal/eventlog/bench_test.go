package eventlog

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"syscall"
	"testing"
	"time"

	"github.com/segmentrules/segment"
)

const (
	benchRows   = 100_000
	benchEvents = 1_000_000
)

var benchNames = []string{"email_opened", "email_clicked", "visited", "purchased"}

// feed returns a million events of a hundred thousand contacts in order of
// time: opens and visits more often than purchases.
func feed(id func(i int, r *rand.Rand) string, props func(i int, r *rand.Rand) string) (rows []uint32, events []segment.Event) {
	r := rand.New(rand.NewPCG(7, 7))
	rows, events = make([]uint32, benchEvents), make([]segment.Event, benchEvents)
	at := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)
	for i := range events {
		at = at.Add(time.Duration(r.IntN(120)) * time.Second)
		rows[i] = r.Uint32N(benchRows)
		events[i] = segment.Event{ID: id(i, r), Name: benchNames[min(r.IntN(4), r.IntN(4))], At: at}
		if props != nil {
			events[i].Props = segment.Document(props(i, r))
		}
	}
	return rows, events
}

func counted(i int, _ *rand.Rand) string { return fmt.Sprintf("e%08d", i) }

func uuid(_ int, r *rand.Rand) string {
	a, b := r.Uint64(), r.Uint64()
	return fmt.Sprintf("%08x-%04x-4%03x-8%03x-%012x", a>>32, a&0xffff, b>>52, b>>40&0xfff, b&(1<<48-1))
}

func random(_ int, r *rand.Rand) string { return fmt.Sprintf("evt_%X", r.Uint64()) }

func campaign(_ int, r *rand.Rand) string { return fmt.Sprintf(`{"campaign":"c%d"}`, r.IntN(50)) }
func amount(_ int, r *rand.Rand) string {
	return fmt.Sprintf(`{"amount":%d.%02d,"sku":"s-%d"}`, r.IntN(500), r.IntN(100), r.IntN(2000))
}

func fill(rows []uint32, events []segment.Event) *Log {
	l := New()
	for i, row := range rows {
		l.Append(row, events[i])
	}
	return l
}

// cpu reports the processor's time an operation from now on: on a machine that
// others use, the wall clock says little.
func cpu(b *testing.B) (report func()) {
	used := func() int64 {
		var u syscall.Rusage
		if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
			b.Fatal(err)
		}
		return u.Utime.Nano() + u.Stime.Nano()
	}
	start := used()
	return func() { b.ReportMetric(float64(used()-start)/float64(b.N), "cpu-ns/op") }
}

// BenchmarkBytes is the memory an event takes, in a log as loaded, by the heap
// after a collection and as the log says.
func BenchmarkBytes(b *testing.B) {
	for _, c := range []struct {
		name      string
		id, props func(int, *rand.Rand) string
	}{
		{"counted ids", counted, nil},
		{"uuids", uuid, nil},
		{"random text ids", random, nil},
		{"counted ids, campaigns", counted, campaign},
		{"counted ids, amounts", counted, amount},
	} {
		b.Run(c.name, func(b *testing.B) {
			rows, events := feed(c.id, c.props)
			for b.Loop() {
				before := heap()
				start := time.Now()
				l := fill(rows, events)
				b.ReportMetric(float64(time.Since(start).Nanoseconds())/benchEvents, "ns/append")
				b.ReportMetric(float64(heap()-before)/benchEvents, "B/event")
				b.ReportMetric(float64(l.Bytes())/benchEvents, "told-B/event")
				runtime.KeepAlive(l)
			}
		})
	}
}

func heap() uint64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// BenchmarkAppend is an event more for a contact of some, in order of time,
// among a hundred thousand contacts and among few.
func BenchmarkAppend(b *testing.B) {
	for _, n := range []uint32{100, benchRows} {
		b.Run(fmt.Sprint(n, " rows"), func(b *testing.B) {
			rows, events := feed(counted, nil)
			l := New()
			i := 0
			b.ReportAllocs()
			defer cpu(b)()
			for b.Loop() {
				if i == len(events) || i == 20*int(n) {
					b.StopTimer()
					l, i = New(), 0
					b.StartTimer()
				}
				l.Append(rows[i]%n, events[i])
				i++
			}
		})
	}
}

// BenchmarkAppendHeavy is a contact with very many events.
func BenchmarkAppendHeavy(b *testing.B) {
	_, events := feed(counted, nil)
	l := New()
	i := 0
	b.ReportAllocs()
	defer cpu(b)()
	for b.Loop() {
		if i == len(events) {
			l, i = New(), 0
		}
		l.Append(0, events[i])
		i++
	}
}

// BenchmarkLate appends and retracts an event that is the third newest.
func BenchmarkLate(b *testing.B) {
	l := New()
	at := time.Unix(1.7e9, 0)
	for row := range uint32(1000) {
		for i := range 20 {
			l.Append(row, segment.Event{ID: fmt.Sprintf("e%07d", i), Name: "visited", At: at.Add(time.Duration(i) * time.Second)})
		}
	}
	late := segment.Event{ID: "e1000000", Name: "visited", At: at.Add(17 * time.Second)}
	row := uint32(0)
	b.ReportAllocs()
	defer cpu(b)()
	for b.Loop() {
		l.Append(row%1000, late)
		l.Retract(row%1000, late.ID)
		row += 7
	}
}

// BenchmarkDuplicate appends events that are there, to contacts of 10 events,
// of 100, and of 100,000.
func BenchmarkDuplicate(b *testing.B) {
	for _, n := range []int{10, 100, 100_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			rows := uint32(max(100_000/n, 1))
			events := make([]segment.Event, n)
			l := New()
			for i := range events {
				events[i] = segment.Event{ID: fmt.Sprintf("e%07d", i), Name: benchNames[i%4], At: time.Unix(1.7e9+int64(i), 0)}
				for row := range rows {
					l.Append(row, events[i])
				}
			}
			i := 0
			b.ReportAllocs()
			defer cpu(b)()
			for b.Loop() {
				if l.Append(uint32(i)%rows, events[i%n]) {
					b.Fatal("appended twice")
				}
				i += 7
			}
		})
	}
}

// BenchmarkSearch counts the events of one name in a window, contact by contact.
func BenchmarkSearch(b *testing.B) {
	rows, events := feed(counted, nil)
	l := fill(rows, events)
	cut := events[benchEvents*2/3].At
	name, _ := l.Lookup("email_opened")
	b.ReportAllocs()
	for _, order := range []string{"in order", "at random"} {
		b.Run(order, func(b *testing.B) {
			row, n := uint32(0), 0
			defer cpu(b)()
			for b.Loop() {
				s := l.Stream(row, name)
				n += s.Len() - s.UpTo(cut)
				if row++; order != "in order" {
					row += 7919
				}
				if row >= benchRows {
					row -= benchRows
				}
			}
		})
	}
}

// BenchmarkAddCounts is the same for all contacts at once, a contact.
func BenchmarkAddCounts(b *testing.B) {
	rows, events := feed(counted, nil)
	l := fill(rows, events)
	name, _ := l.Lookup("email_opened")
	from, to := events[benchEvents*2/3].At, events[benchEvents-1].At
	counts := make([]uint32, benchRows)
	b.ReportAllocs()
	defer cpu(b)()
	for b.Loop() {
		l.AddCounts(name, 0, from, to, counts)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/benchRows, "ns/row")
}

// BenchmarkFreeze is a view and the copy of the block that is written next.
func BenchmarkFreeze(b *testing.B) {
	rows, events := feed(counted, nil)
	l := fill(rows, events)
	i := 0
	b.ReportAllocs()
	defer cpu(b)()
	for b.Loop() {
		l.Freeze()
		l.Append(rows[i%len(rows)], segment.Event{ID: fmt.Sprintf("f%08d", i), Name: "visited", At: events[len(events)-1].At})
		i++
	}
}
