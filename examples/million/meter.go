package main

import (
	"fmt"
	"io"
	"math"
	"runtime"
	"strconv"
	"time"
)

// A Meter counts how long things took, in buckets that are 2 % wide: it needs
// the same memory however much it measures.
type Meter struct {
	buckets [1600]uint64
	n       uint64
	total   time.Duration
	most    time.Duration
}

const width = 1.02

// add counts one thing.
func (m *Meter) add(d time.Duration) {
	i := int(math.Log(math.Max(1, float64(d))) / math.Log(width))
	m.buckets[min(i, len(m.buckets)-1)]++
	m.n++
	m.total += d
	m.most = max(m.most, d)
}

// share is the time within which a share of all things was done.
func (m *Meter) share(of float64) time.Duration {
	seen, limit := uint64(0), uint64(math.Ceil(of*float64(m.n)))
	for i, n := range m.buckets {
		if seen += n; n > 0 && seen >= limit {
			return min(time.Duration(math.Pow(width, float64(i+1))), m.most)
		}
	}
	return 0
}

func (m *Meter) mean() time.Duration { return m.total / time.Duration(max(1, m.n)) }

// per is how many things are done in a second of the time that was measured.
func per(n uint64, d time.Duration) float64 { return float64(n) / max(d.Seconds(), 1e-9) }

// A Screen shows progress: on a terminal in one line that is written over,
// otherwise in a line every few seconds.
type Screen struct {
	w    io.Writer
	live bool
	next time.Time
}

// due reports whether it is time to show something.
func (s *Screen) due() bool {
	now := time.Now()
	if now.Before(s.next) {
		return false
	}
	s.next = now.Add(5 * time.Second)
	if s.live {
		s.next = now.Add(time.Second / 2)
	}
	return true
}

func (s *Screen) show(format string, args ...any) {
	line := fmt.Sprintf(format, args...)
	if s.live {
		fmt.Fprintf(s.w, "\r%-120s", line)
		return
	}
	fmt.Fprintln(s.w, line)
}

// end leaves the line that was written over.
func (s *Screen) end() {
	if s.live {
		fmt.Fprintln(s.w)
	}
}

// heap returns the memory in use after a collection.
func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// taken returns the memory that the process has from the operating system.
func taken() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.Sys - m.HeapReleased
}

// count writes a number with commas between the thousands.
func count[T int | int64 | uint64](n T) string {
	s := strconv.FormatInt(int64(n), 10)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

func mebi(n uint64) string { return count(n>>20) + " MiB" }
