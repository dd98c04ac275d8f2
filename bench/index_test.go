package main

import (
	"fmt"
	"syscall"
	"testing"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/bench/workload"
	"github.com/segmentrules/segment/index"
)

// cpu is the processor time the process has used: what counts on a machine that
// others use too.
func cpu() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkChange is one field of one contact changing: 500 contacts, a
// realistic mix of changes.
func BenchmarkChange(b *testing.B) {
	for _, p := range []workload.Profile{workload.Eqs, workload.Flat, workload.Ranges, workload.Full} {
		for _, n := range []int{1_000, 10_000, 100_000} {
			b.Run(fmt.Sprintf("%s/%d", p.Name, n), func(b *testing.B) { change(b, p, n) })
		}
	}
}

func change(b *testing.B, p workload.Profile, n int) {
	g := workload.New(p, 1)
	ix := index.New(index.Options{})
	for _, s := range g.Segments(n) {
		if _, err := ix.Define(s, workload.Instant); err != nil {
			b.Fatal(err)
		}
	}
	contacts := g.Contacts(500, 1)
	for _, c := range contacts {
		if _, err := ix.Apply(c.Update()); err != nil {
			b.Fatal(err)
		}
	}
	changes := g.Changes(contacts, 20_000, 3)
	updates := make([]segment.Update, len(changes))
	for i, c := range changes {
		updates[i] = c.Update(contacts)
	}
	b.ReportAllocs()
	b.ResetTimer()
	diffs := 0
	before, began := ix.Stats(), cpu()
	for i := 0; b.Loop(); i++ {
		ds, err := ix.Apply(updates[i%len(updates)])
		if err != nil {
			b.Fatal(err)
		}
		diffs += len(ds)
	}
	b.ReportMetric(float64(cpu()-began)/float64(b.N), "cpu-ns/op")
	after := ix.Stats()
	per := func(name string, n uint64) { b.ReportMetric(float64(n)/float64(b.N), name+"/op") }
	per("diffs", uint64(diffs))
	per("flips", after.Flips-before.Flips)
	per("guards", after.Guards-before.Guards)
	per("examined", after.Examined-before.Examined)
}

// BenchmarkMatcher is one contact against many segments, from scratch.
func BenchmarkMatcher(b *testing.B) {
	for _, p := range []workload.Profile{workload.Eqs, workload.Flat, workload.Ranges, workload.Full} {
		for _, n := range []int{1_000, 10_000, 100_000} {
			b.Run(fmt.Sprintf("%s/%d", p.Name, n), func(b *testing.B) { match(b, p, n) })
		}
	}
}

func match(b *testing.B, p workload.Profile, n int) {
	g := workload.New(p, 1)
	m, err := index.NewMatcher(g.Segments(n)...)
	if err != nil {
		b.Fatal(err)
	}
	var names []string
	for _, f := range workload.Schema {
		names = append(names, f.Name)
	}
	layout := segment.NewLayout(names...)
	var records []*segment.Record
	for _, c := range g.Contacts(64, 1) {
		records = append(records, &segment.Record{ID: c.ID, Layout: layout, Slots: layout.Values(c.Update().Set)})
	}
	b.ReportAllocs()
	found, began := 0, cpu()
	for i := 0; b.Loop(); i++ {
		for range m.Match(records[i%64], workload.Instant) {
			found++
		}
	}
	b.ReportMetric(float64(cpu()-began)/float64(b.N), "cpu-ns/op")
	b.ReportMetric(float64(found)/float64(b.N), "segments/op")
}
