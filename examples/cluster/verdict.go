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
	wrong      []string // what is not as it must be
	oneIndex   bool     // all was compared with one index of all contacts, too
	messages   int      // what is broadcast counts in every partition
	diffs      int
	partitions int
	took       time.Duration
}

// equal reports whether nothing is wrong.
func (v verdict) equal() bool { return len(v.wrong) == 0 }

// lastWait is how long the cluster may take to tell what is left when the load has ended.
const lastWait = 2 * time.Minute

// compare waits until every partition has told all up to the barrier, which has been
// broadcast, and compares. What was seen to be wrong before belongs to the verdict.
func compare(ctx context.Context, j *clustertest.Judge, from cluster.Broker, b *board) (v verdict, err error) {
	began := time.Now()
	limited, cancel := context.WithTimeout(ctx, lastWait)
	defer cancel()
	wrong := j.Compare(limited, from, 1)
	if ctx.Err() != nil {
		return v, context.Cause(ctx)
	}
	v = verdict{wrong: b.alarms(), oneIndex: !j.Skewed(), messages: j.Messages, diffs: j.Diffs, partitions: len(b.parts), took: time.Since(began)}
	if wrong != nil {
		v.wrong = append(v.wrong, wrong.Error())
	}
	return v, nil
}

// lines are the verdict for people.
func (v verdict) lines() (text []string) {
	if !v.equal() {
		text = append(text, fmt.Sprintf("NOT EQUAL. %s diffs were compared without a fault before this:", thousands(v.diffs)))
		for _, w := range v.wrong {
			text = append(text, "  "+w)
		}
		return text
	}
	verdict := fmt.Sprintf("%s diffs, 0 lost, 0 wrong, 0 doubled, ", thousands(v.diffs))
	if v.oneIndex {
		verdict += "equal to one index"
	} else {
		verdict += "equal to the input"
		text = append(text, "one index with all contacts could not be asked: the instants of the brokers went back")
	}
	return append([]string{verdict}, append(text, fmt.Sprintf("each of %d partitions equal to its input: %s messages, read again in %s s",
		v.partitions, thousands(v.messages), seconds(v.took)))...)
}

// write writes the verdict without colours.
func (v verdict) write(w io.Writer) {
	for _, l := range v.lines() {
		fmt.Fprintln(w, l)
	}
}
