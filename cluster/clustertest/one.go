package clustertest

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/cluster"
)

// compareOne tells the inputs of all partitions, put together again, to one index, and
// compares all diffs, whoever numbered them.
func (j *Judge) compareOne(segments [][]*placed, all []segment.Diff) error {
	for j.next(segments) {
	}
	if j.skewed {
		return nil
	}
	for p, es := range segments {
		if len(es) > 0 {
			return fmt.Errorf("partition %d has a message at position %d, %s, that is not broadcast alike to all", p, es[0].Position, kindOf(es[0]))
		}
	}
	want, got := wordsOf(j.one.diffs), wordsOf(all)
	j.one.diffs = nil
	if slices.Equal(want, got) {
		return nil
	}
	for i := range max(len(want), len(got)) {
		if i >= len(want) || i >= len(got) || want[i] != got[i] {
			return fmt.Errorf("all partitions tell %d diffs and one index %d; the first that differs is %q, and of one index %q", len(got), len(want), at(got, i), at(want, i))
		}
	}
	return nil
}

// next tells what comes next: the message of one partition up to the next broadcast whose
// instant is the lowest, or if there is none the broadcast, which all must have.
func (j *Judge) next(segments [][]*placed) bool {
	best := -1
	for p, es := range segments {
		if len(es) > 0 && !es[0].isBroadcast() && (best < 0 || es[0].at.Before(segments[best][0].at)) {
			best = p
		}
	}
	if best >= 0 {
		e := segments[best][0]
		segments[best] = segments[best][1:]
		j.tellOne(e, e.at, func(c string) bool { return cluster.Partition(c, len(j.parts)) == best })
		return true
	}
	for _, es := range segments {
		if len(es) == 0 || !es[0].same(segments[0][0]) {
			return false
		}
	}
	for p := range segments {
		if !segments[p][0].at.Equal(segments[0][0].at) {
			j.skewed = true // some partition was ahead of it
		}
	}
	j.tellOne(segments[0][0], segments[0][0].at, func(string) bool { return true })
	for p := range segments {
		segments[p] = segments[p][1:]
	}
	return true
}

// tellOne tells one index a message, if nothing was skewed.
func (j *Judge) tellOne(e *placed, at time.Time, own func(string) bool) {
	if j.one.ix.Now().After(at) {
		j.skewed = true
	}
	if j.skewed {
		return
	}
	m := e.message
	if m != nil && m.Kind == cluster.KindUpdates && m.Producer != "" && len(m.Updates) > 0 {
		// numbers are counted in each partition
		of := *m
		of.Producer = fmt.Sprint(m.Producer, " to ", cluster.Partition(m.Updates[0].Contact, len(j.parts)))
		m = &of
	}
	j.one.tell(m, at, own)
}

// Skewed reports whether the comparison with one index has ended, since a partition was ahead
// of a broadcast.
func (j *Judge) Skewed() bool { return j.skewed }

func kindOf(e *placed) string {
	if e.message == nil {
		return "which cannot be read"
	}
	return fmt.Sprintf("of kind %d", e.message.Kind)
}

// wordsOf is what diffs say, whoever numbered them, in one order.
func wordsOf(diffs []segment.Diff) []string {
	all := make([]string, len(diffs))
	for i, d := range diffs {
		all[i] = fmt.Sprintf("%s %s %s %v %s %d", d.At.UTC().Format(time.RFC3339Nano), d.Contact, d.Segment, d.Entered, d.Cause, d.Definition)
	}
	slices.SortFunc(all, cmp.Compare[string])
	return all
}

func at(all []string, i int) string {
	if i < len(all) {
		return all[i]
	}
	return "nothing"
}
