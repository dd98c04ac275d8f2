package query

import (
	"time"

	"github.com/segmentrules/segment/cluster/client"
)

// A State says of which moment of a partition an answer is.
type State struct {
	Partition int    `json:"partition"`
	Upto      uint64 `json:"upto"`  // the position of the last message of the input that is done
	Epoch     uint64 `json:"epoch"` // the number of the epoch in force; 0 before the first
	// Now is the clock: the instant of the last message, or later if time has run on to that of
	// the next.
	Now time.Time `json:"now"`
	// Place is where the state lies in the output: behind how many diffs. It may be ahead of
	// what is committed. Diffs behind it are those that follow the answer.
	Place client.Place `json:"place"`
}

// An At says of which moments an answer is: the states of the partitions that have answered,
// by their numbers.
type At []State

// Cursor returns the cursor behind the answer, for client.Reader.Subscribe: who takes members
// as they were answered, and follows the diffs behind the cursor, knows the members from then
// on. Partitions that have not answered are at their beginning.
func (a At) Cursor() (c client.Cursor) {
	for _, s := range a {
		c.Put(s.Partition, s.Place)
	}
	return c
}

// Now returns the earliest of the clocks: what has fallen due by then is in the answer. It is
// the zero time if no partition has answered, or one has not read anything.
func (a At) Now() (now time.Time) {
	for i, s := range a {
		if i == 0 || s.Now.Before(now) {
			now = s.Now
		}
	}
	return now
}
