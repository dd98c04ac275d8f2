package index_test

import (
	"bytes"
	"fmt"
	"io"
	"math/rand"
	"os"
	"runtime"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/index"
)

// asked is a number from the environment, or the usual one.
func asked(name string, usual int) int {
	if n, err := strconv.Atoi(os.Getenv(name)); err == nil {
		return n
	}
	return usual
}

// throng returns an index of 100,000 contacts with 12 fields and 10 events each, and
// 30 segments, in one shard. THRONG_CONTACTS, THRONG_SEGMENTS and THRONG_SHARDS ask for
// others.
func throng(b *testing.B) (ix *index.Index, contacts int) {
	b.Helper()
	contacts = asked("THRONG_CONTACTS", 100_000)
	ix = index.New(index.Options{Shards: asked("THRONG_SHARDS", 1)})
	r := rand.New(rand.NewSource(1))
	pick := func(from string, n int) segment.Value { return segment.Text(fmt.Sprint(from, r.Intn(n))) }
	events := [...]string{"opened", "clicked", "purchase", "visited"}
	for from := 0; from < contacts; from += 1000 {
		var us []segment.Update
		for i := from; i < min(contacts, from+1000); i++ {
			u := segment.Update{Contact: fmt.Sprintf("contact-%07d", i), At: newYear, Set: map[string]segment.Value{
				"email": segment.Text(fmt.Sprintf("person%d@example%d.com", i, r.Intn(500))), "plan": pick("plan", 4), "city": pick("city", 2000),
				"country": pick("country", 60), "age": segment.Int(int64(r.Intn(80))), "score": segment.Int(int64(r.Intn(1_000_000))),
				"spent": segment.Number(float64(r.Intn(1_000_000)) / 100), "born": segment.Date(1940, 1, 1+r.Intn(25000)),
				"seen": segment.Time(newYear.Add(-time.Duration(r.Intn(1<<30)) * time.Second / 64)), "vip": segment.Bool(r.Intn(9) == 0),
				"first": pick("name", 5000), "last": pick("name", 20000)}}
			for e := range 10 {
				ev := segment.Event{ID: fmt.Sprint(i*10 + e), Name: events[r.Intn(4)], At: newYear.Add(-time.Duration(r.Intn(90*24)) * time.Hour)}
				if r.Intn(3) == 0 {
					ev.Props = fmt.Appendf(nil, `{"amount":%d,"sku":"s%d"}`, r.Intn(200), r.Intn(50))
				}
				u.Events = append(u.Events, ev)
			}
			us = append(us, u)
		}
		if _, err := ix.Apply(us...); err != nil {
			b.Fatal(err)
		}
	}
	for i := range asked("THRONG_SEGMENTS", 30) {
		text := fmt.Sprintf(`country = "country%d" AND age > %d AND score > %d OR COUNT(opened) >= %d IN LAST %d DAYS`, i%60, i%70, i, 1+i%3, 1+i%5)
		if _, err := ix.Define(segment.Segment{ID: fmt.Sprint("s", i), Condition: segment.MustParse(text)}, newYear); err != nil {
			b.Fatal(err)
		}
	}
	return ix, contacts
}

// cpu reports the processor's speed from now on: on a machine that others use too
// the time on the clock says little.
func cpu(b *testing.B, size int64) func() {
	used := func() time.Duration {
		var u syscall.Rusage
		if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
			b.Fatal(err)
		}
		return time.Duration(u.Utime.Nano() + u.Stime.Nano())
	}
	runtime.GC()
	start := used()
	return func() {
		b.ReportMetric(float64(size)*float64(b.N)/1e6/(used()-start).Seconds(), "cpu-MB/s")
	}
}

func BenchmarkSnapshot(b *testing.B) {
	ix, contacts := throng(b)
	size := int64(len(snapshot(b, ix)))
	b.Run("Write", func(b *testing.B) {
		b.SetBytes(size)
		defer cpu(b, size)()
		for b.Loop() {
			if err := ix.Snapshot(io.Discard); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(size)/float64(contacts), "bytes/contact")
	})
	b.Run("Restore", func(b *testing.B) {
		bs := snapshot(b, ix)
		b.SetBytes(size)
		defer cpu(b, size)()
		for b.Loop() {
			if _, err := index.Restore(bytes.NewReader(bs), index.Options{Shards: asked("THRONG_SHARDS", 1)}); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("Hash", func(b *testing.B) {
		b.SetBytes(size)
		defer cpu(b, size)()
		for b.Loop() {
			ix.Hash()
		}
	})
}

// BenchmarkFreeze is how long calls that write wait for Freeze, with 1,000 changes of
// contacts between one and the next, in one shard. See throng for how many there are.
func BenchmarkFreeze(b *testing.B) {
	runtime.LockOSThread() // else the time of one thread is compared with that of another
	defer runtime.UnlockOSThread()
	ix, contacts := throng(b)
	r := rand.New(rand.NewSource(2))
	var worst, used time.Duration
	for b.Loop() {
		b.StopTimer()
		for range 1000 {
			u := segment.Update{Contact: fmt.Sprintf("contact-%07d", r.Intn(contacts)), At: newYear, Set: map[string]segment.Value{"age": segment.Int(int64(r.Intn(80)))}}
			if _, err := ix.Apply(u); err != nil {
				b.Fatal(err)
			}
		}
		runtime.GC()
		before := threadTime(b)
		b.StartTimer()
		ix.Freeze()
		b.StopTimer()
		t := threadTime(b) - before
		used += t
		worst = max(worst, t)
		b.StartTimer()
	}
	b.ReportMetric(float64(used.Microseconds())/1e3/float64(b.N), "cpu-ms/op")
	b.ReportMetric(float64(worst.Microseconds())/1e3, "cpu-ms-worst")
}

// threadTime is the time that a processor has spent on the thread.
func threadTime(b *testing.B) time.Duration {
	b.Helper()
	const thread = 1 // RUSAGE_THREAD
	var u syscall.Rusage
	if err := syscall.Getrusage(thread, &u); err != nil {
		b.Skip("the time of a thread is not to be had here: ", err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
