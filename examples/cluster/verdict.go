package main

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/segmentrules/segment/cluster"
	"github.com/segmentrules/segment/cluster/clustertest"
)

// A verdict is what the comparison at the end has come to.
type verdict struct {
	differs    error    // what the comparison has found; nil if all is equal
	wrong      []string // what was seen before: gaps, a process that has ended by itself
	errors     int      // of the brokers, after which workers and producers have gone on
	oneIndex   bool     // all was compared with one index of all contacts, too
	messages   int      // what is broadcast counts in every partition
	diffs      int
	partitions int
	took       time.Duration
}

// good reports whether all is equal, and nothing was wrong before.
func (v verdict) good() bool { return v.differs == nil && len(v.wrong) == 0 }

// lastWait is how long the cluster may take to tell what is left when the load has ended.
const lastWait = 2 * time.Minute

// compare waits until every partition has told all up to the barrier, which has been
// broadcast, and compares. What was seen to be wrong before belongs to the verdict.
func compare(ctx context.Context, j *clustertest.Judge, from cluster.Broker, b *board) (v verdict, err error) {
	began := time.Now()
	limited, cancel := context.WithTimeout(ctx, lastWait)
	defer cancel()
	differs := j.Compare(limited, from, 1)
	if ctx.Err() != nil {
		return v, context.Cause(ctx)
	}
	return verdict{differs: differs, wrong: b.alarms(), errors: b.failures(), oneIndex: !j.Skewed(), messages: j.Messages, diffs: j.Diffs,
		partitions: len(b.parts), took: time.Since(began)}, nil
}

// lines are the verdict for people, the first of them in short.
func (v verdict) lines() (text []string) {
	switch {
	case v.differs != nil:
		text = append(text, "NOT EQUAL: "+v.differs.Error())
	case v.oneIndex:
		text = append(text, fmt.Sprintf("%s diffs, 0 lost, 0 wrong, 0 doubled, equal to one index", thousands(v.diffs)))
	default:
		text = append(text, fmt.Sprintf("%s diffs, 0 lost, 0 wrong, 0 doubled, equal to the input of each partition", thousands(v.diffs)),
			"not compared with one index, since the instants of the brokers went back")
	}
	if v.differs == nil {
		text = append(text, fmt.Sprintf("each of %d partitions equal to its input: %s messages, read again in %s s",
			v.partitions, thousands(v.messages), seconds(v.took)))
	}
	if v.errors > 0 {
		text = append(text, fmt.Sprintf("%s errors on the way, after which workers and producers have gone on", thousands(v.errors)))
	}
	for _, w := range v.wrong {
		text = append(text, "WRONG: "+w)
	}
	return text
}

// write writes the verdict without colours.
func (v verdict) write(w io.Writer) {
	for _, l := range v.lines() {
		fmt.Fprintln(w, l)
	}
}
