// Package bench holds the sets of rows beside Roaring bitmaps, in what an index does
// with either: go test -bench . -benchtime 200ms
package bench

import (
	"fmt"
	"io"
	"math/rand/v2"
	"runtime"
	"syscall"
	"testing"
	"time"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/segmentrules/segment/index/internal/rowset"
)

const contacts = 1_000_000

// sizes are how many of the contacts are in a set.
var sizes = []int{10, 1_000, 100_000, 1_000_000}

// random returns so many rows of contacts, unordered; the same for the same seed.
func random(n int, seed uint64) []uint32 {
	r := rand.New(rand.NewPCG(seed, 1))
	in := make([]bool, contacts)
	rows := make([]uint32, 0, n)
	for len(rows) < n {
		row := uint32(r.IntN(contacts))
		if n > contacts/2 {
			row = uint32(len(rows))
		}
		if !in[row] {
			in[row] = true
			rows = append(rows, row)
		}
	}
	r.Shuffle(n, func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
	return rows
}

func ours(rows []uint32) *rowset.Set {
	s := new(rowset.Set)
	for _, row := range rows {
		s.Add(row)
	}
	return s
}

func theirs(rows []uint32) *roaring.Bitmap {
	b := roaring.New()
	for _, row := range rows {
		b.Add(row)
	}
	return b
}

// cpu is the processor time the process has used: what counts on a machine that
// others use too.
func cpu() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// measure measures f, which is told how often it was called.
func measure(b *testing.B, name string, f func(i int)) {
	b.Run(name, func(b *testing.B) {
		b.ReportAllocs()
		runtime.GC()
		began, n := cpu(), 0
		for ; b.Loop(); n++ {
			f(n)
		}
		b.ReportMetric(float64(cpu()-began)/float64(n), "cpu-ns/op")
	})
}

func name(n int) string { return fmt.Sprintf("%07d", n) }

// BenchmarkMemory is what a set takes of the heap that was filled one by one.
func BenchmarkMemory(b *testing.B) {
	for _, n := range append([]int{0, 1, 5, 100, 10_000}, sizes...) {
		rows := random(n, 1)
		many := max(1, min(2000, 200_000/(n+1)))
		weigh := func(b *testing.B, one func() any) {
			for b.Loop() {
				var before, after runtime.MemStats
				sets := make([]any, many)
				runtime.GC()
				runtime.ReadMemStats(&before)
				for i := range sets {
					sets[i] = one()
				}
				runtime.GC()
				runtime.ReadMemStats(&after)
				b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/float64(many), "B/set")
				runtime.KeepAlive(sets)
			}
		}
		b.Run(name(n)+"/ours", func(b *testing.B) { weigh(b, func() any { return ours(rows) }) })
		b.Run(name(n)+"/roaring", func(b *testing.B) { weigh(b, func() any { return theirs(rows) }) })
	}
}

// BenchmarkChange is two rows that go and two that come. With readers, a copy of the
// set is handed out every so many of these, as for a call of Members.
func BenchmarkChange(b *testing.B) {
	for _, n := range sizes {
		rows, other := random(n, 1), random(100_000, 2)
		for _, every := range []int{0, 1000, 10} {
			at := name(n) + "/alone"
			if every > 0 {
				at = fmt.Sprintf("%s/clone-every-%d", name(n), every)
			}
			s, held := ours(rows), new(rowset.Set)
			measure(b, at+"/ours", func(i int) {
				if every > 0 && i%every == 0 {
					held = s.Clone()
				}
				s.Remove(rows[i%n])
				s.Add(other[i%len(other)])
				s.Remove(other[i%len(other)])
				s.Add(rows[i%n])
			})
			t, kept := theirs(rows), roaring.New()
			measure(b, at+"/roaring", func(i int) {
				if every > 0 && i%every == 0 {
					kept = t.Clone()
				}
				t.Remove(rows[i%n])
				t.Add(other[i%len(other)])
				t.Remove(other[i%len(other)])
				t.Add(rows[i%n])
			})
			runtime.KeepAlive(held)
			runtime.KeepAlive(kept)
		}
	}
}

func BenchmarkContains(b *testing.B) {
	for _, n := range sizes {
		rows, asked, in := random(n, 1), random(100_000, 2), 0
		s, t := ours(rows), theirs(rows)
		measure(b, name(n)+"/ours", func(i int) {
			if s.Contains(asked[i%len(asked)]) {
				in++
			}
		})
		measure(b, name(n)+"/roaring", func(i int) {
			if t.Contains(asked[i%len(asked)]) {
				in++
			}
		})
	}
}

func BenchmarkJoin(b *testing.B) {
	joins := []struct {
		name   string
		ours   func(a, b *rowset.Set) int
		theirs func(a, b *roaring.Bitmap) int
	}{
		{"And", func(a, b *rowset.Set) int { return rowset.And(a, b).Len() }, func(a, b *roaring.Bitmap) int { return int(roaring.And(a, b).GetCardinality()) }},
		{"Or", func(a, b *rowset.Set) int { return rowset.Or(a, b).Len() }, func(a, b *roaring.Bitmap) int { return int(roaring.Or(a, b).GetCardinality()) }},
		{"Xor", func(a, b *rowset.Set) int { return rowset.Xor(a, b).Len() }, func(a, b *roaring.Bitmap) int { return int(roaring.Xor(a, b).GetCardinality()) }},
		{"AndNot", func(a, b *rowset.Set) int { return rowset.AndNot(a, b).Len() }, func(a, b *roaring.Bitmap) int { return int(roaring.AndNot(a, b).GetCardinality()) }},
		{"Count", rowset.CountAnd, func(a, b *roaring.Bitmap) int { return int(a.AndCardinality(b)) }},
	}
	for _, pair := range [][2]int{{10, 10}, {10, 100_000}, {1_000, 1_000}, {1_000, 100_000}, {20_000, 20_000}, {100_000, 100_000}, {400_000, 300_000}, {100_000, 1_000_000}} {
		x, y := random(pair[0], 1), random(pair[1], 2)
		for _, j := range joins {
			at := fmt.Sprintf("%s/%d-%d", j.name, pair[0], pair[1])
			p, q := ours(x), ours(y)
			measure(b, at+"/ours", func(int) { j.ours(p, q) })
			t, u := theirs(x), theirs(y)
			measure(b, at+"/roaring", func(int) { j.theirs(t, u) })
		}
	}
}

// BenchmarkWords is a set of the bits that a scan has found, and the bits of a set.
func BenchmarkWords(b *testing.B) {
	for _, n := range sizes {
		rows := random(n, 1)
		s, t := ours(rows), theirs(rows)
		words := s.Words((contacts + 63) / 64)
		measure(b, "From/"+name(n)+"/ours", func(int) { rowset.FromWords(words) })
		measure(b, "From/"+name(n)+"/roaring", func(int) { roaring.FromDense(words, true) })
		measure(b, "To/"+name(n)+"/ours", func(int) { s.Words(len(words)) })
		measure(b, "To/"+name(n)+"/roaring", func(int) { t.WriteDenseTo(make([]uint64, len(words))) })
	}
}

// BenchmarkAll goes over all rows: in a loop, with a cursor, and into a slice.
func BenchmarkAll(b *testing.B) {
	for _, n := range sizes {
		rows := random(n, 1)
		s, t := ours(rows), theirs(rows)
		var sum uint32
		iterate := func(int) {
			for it := t.Iterator(); it.HasNext(); {
				sum += it.Next()
			}
		}
		measure(b, "loop/"+name(n)+"/ours", func(int) {
			for row := range s.All() {
				sum += row
			}
		})
		measure(b, "loop/"+name(n)+"/roaring", iterate)
		measure(b, "cursor/"+name(n)+"/ours", func(int) {
			for at := s.Cursor(); at.OK(); at.Next() {
				sum += at.Row()
			}
		})
		measure(b, "cursor/"+name(n)+"/roaring", iterate)
		measure(b, "slice/"+name(n)+"/ours", func(int) { s.Rows() })
		measure(b, "slice/"+name(n)+"/roaring", func(int) { t.ToArray() })
	}
}

// BenchmarkWrite is what a snapshot writes of a set: of each block its rows, or a bit
// for each. With Roaring bitmaps it goes over the rows, as their blocks are not to be
// had; roaring-own is their own format.
func BenchmarkWrite(b *testing.B) {
	for _, n := range sizes {
		rows := random(n, 1)
		s, t := ours(rows), theirs(rows)
		b.Run(name(n)+"/ours", func(b *testing.B) {
			var list []uint16
			var words []uint64
			for b.Loop() {
				bytes := 0
				for block := range s.Blocks() {
					if block.Len() <= 4096 {
						list = block.AppendRows(list[:0])
						bytes += 2 * len(list)
					} else {
						words = block.AppendWords(words[:0])
						bytes += 8 * len(words)
					}
				}
				b.ReportMetric(float64(bytes), "B")
			}
		})
		b.Run(name(n)+"/roaring", func(b *testing.B) {
			buf, block := make([]uint32, 4096), make([]uint16, 0, 1<<16)
			for b.Loop() {
				bytes, at := 0, uint32(0)
				flush := func() {
					if len(block) > 4096 {
						words := make([]uint64, 1024)
						for _, row := range block {
							words[row>>6] |= 1 << (row & 63)
						}
						bytes += 8192
					} else {
						bytes += 2 * len(block)
					}
					block = block[:0]
				}
				for it := t.ManyIterator(); ; {
					n := it.NextMany(buf)
					if n == 0 {
						break
					}
					for _, row := range buf[:n] {
						if row>>16 != at {
							flush()
							at = row >> 16
						}
						block = append(block, uint16(row))
					}
				}
				flush()
				b.ReportMetric(float64(bytes), "B")
			}
		})
		b.Run(name(n)+"/roaring-own", func(b *testing.B) {
			for b.Loop() {
				n, _ := t.WriteTo(io.Discard)
				b.ReportMetric(float64(n), "B")
			}
		})
	}
}
