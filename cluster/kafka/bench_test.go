package kafka

import (
	"bytes"
	"fmt"
	"runtime"
	"sync/atomic"
	"testing"

	"github.com/segmentrules/segment/cluster"
)

// BenchmarkCommit is the time that one commit of a partition takes; the next begins when it is
// done.
func BenchmarkCommit(b *testing.B) {
	for _, size := range []int{100, 22_000} {
		b.Run(fmt.Sprint("bytes=", size), func(b *testing.B) {
			e := open(b, setup(b, start(b), 1))
			at, data := uint64(0), bytes.Repeat([]byte("0123456789"), size/10)
			var err error
			for b.Loop() {
				if at, err = e.Commit(b.Context(), 0, at, data); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkCommits is the same of many partitions at once: the time for each commit.
func BenchmarkCommits(b *testing.B) {
	const partitions = 64
	e := open(b, setup(b, start(b), partitions))
	var next atomic.Int64
	data := bytes.Repeat([]byte("0123456789"), 200)
	at := make([]uint64, partitions)
	for p := range at {
		at[p] = commit(b, e, p, 0, "one")
	}
	b.ResetTimer()
	b.SetParallelism(partitions / runtime.GOMAXPROCS(0))
	b.RunParallel(func(pb *testing.PB) {
		p := int(next.Add(1)-1) % partitions
		var err error
		for pb.Next() {
			if at[p], err = e.Commit(b.Context(), p, at[p], data); err != nil {
				b.Error(err)
				return
			}
		}
	})
}

// BenchmarkLast is the time to take a partition over.
func BenchmarkLast(b *testing.B) {
	e := open(b, setup(b, start(b), 1))
	commit(b, e, 0, 0, "one")
	for b.Loop() {
		if _, err := e.Last(b.Context(), 0); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkAppend is the time for each message of 120 bytes, of so many senders.
func BenchmarkAppend(b *testing.B) {
	for _, senders := range []int{1, 1024} {
		b.Run(fmt.Sprint("senders=", senders), func(b *testing.B) {
			e := open(b, setup(b, start(b), 16))
			data := bytes.Repeat([]byte("a"), 120)
			var next atomic.Int64
			send := func() {
				if err := e.Append(b.Context(), int(next.Add(1))%16, "", data); err != nil {
					b.Error(err)
				}
			}
			if senders == 1 {
				for b.Loop() {
					send()
				}
				return
			}
			b.SetParallelism(senders / runtime.GOMAXPROCS(0))
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					send()
				}
			})
		})
	}
}

// BenchmarkBroadcast is the time of one broadcast.
func BenchmarkBroadcast(b *testing.B) {
	for _, partitions := range []int{8, 256} {
		b.Run(fmt.Sprint("partitions=", partitions), func(b *testing.B) {
			e := open(b, setup(b, start(b), partitions))
			for b.Loop() {
				if err := e.Append(b.Context(), cluster.Everyone, "", []byte("all")); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkRead is the time for each message that is there to be read.
func BenchmarkRead(b *testing.B) {
	e := open(b, setup(b, start(b), 1))
	const n = 20_000
	data, done := bytes.Repeat([]byte("a"), 120), make(chan error, n)
	for range n {
		go func() { done <- e.Append(b.Context(), 0, "", data) }()
	}
	for range n {
		if err := <-done; err != nil {
			b.Fatal(err)
		}
	}
	after, left := uint64(0), 0
	for b.Loop() {
		if left > 0 {
			left--
			continue
		}
		es, err := e.Read(b.Context(), 0, after, 1000)
		if err != nil {
			b.Fatal(err)
		}
		if len(es) == 0 {
			after = 0
			continue
		}
		after, left = es[len(es)-1].Position, len(es)-1
	}
}

// BenchmarkSnap is putting and reading a snapshot of 16 MiB.
func BenchmarkSnap(b *testing.B) {
	e := open(b, setup(b, start(b), 1))
	data := make([]byte, 16<<20)
	for i := range data {
		data[i] = byte(i * i >> 3)
	}
	b.SetBytes(int64(len(data)))
	upto := uint64(0)
	for b.Loop() {
		upto++
		if err := e.PutSnap(b.Context(), 0, upto, data); err != nil {
			b.Fatal(err)
		}
		if got, err := e.Snap(b.Context(), 0, upto); err != nil || len(got) != len(data) {
			b.Fatal(len(got), err)
		}
	}
}

// BenchmarkPartitions is what a process holds that works on 256 partitions, all taken over and
// at rest.
func BenchmarkPartitions(b *testing.B) {
	for range b.N {
		e := open(b, setup(b, start(b), 256))
		before := held()
		routines := runtime.NumGoroutine()
		for p := range 256 {
			commit(b, e, p, 0, "one")
		}
		b.ReportMetric(float64(held()-before)/256, "bytes/partition")
		b.ReportMetric(float64(runtime.NumGoroutine()-routines)/256, "goroutines/partition")
	}
}

// held is how much of the heap is in use.
func held() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
