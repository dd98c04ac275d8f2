package query

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"slices"
)

// Members returns the ids of the members of a segment, none of an unknown one: partition by
// partition, those of each as they came to be known. All are held in memory; who has more asks
// with [Cluster.EachMembers]. Errors are [*IncompleteError], with which the members are those of
// the other partitions, and [*RefusedError].
//
// Who follows who enters and leaves from there on subscribes from At.Cursor.
func (c *Cluster) Members(ctx context.Context, id string) (ids []string, at At, err error) {
	parts := make([][]string, c.o.Partitions)
	for p, err := range c.EachMembers(ctx, id) {
		if err != nil {
			ids, at = ordered(parts, at)
			return ids, at, err
		}
		parts[p.Partition] = p.Members[id]
		at = append(at, p.State)
	}
	ids, at = ordered(parts, at)
	return ids, at, nil
}

// A Membership is who of a partition is in which segments, all as of one moment.
type Membership struct {
	State
	Members map[string][]string // ids of contacts by that of their segment
}

// EachMembers yields the members of some segments, or of all that are defined if none is named,
// partition by partition in any order, each once: it is how a reader of diffs begins that holds
// memberships elsewhere. Only one partition is held in memory, and those that come while the
// loop is busy. The last that is yielded may be an error, see [Cluster.Members].
func (c *Cluster) EachMembers(ctx context.Context, ids ...string) iter.Seq2[Membership, error] {
	return func(yield func(Membership, error) bool) {
		q := question{Kind: kindMembers, Of: c.o.Partitions, Segments: ids}
		err := c.gather(ctx, q, c.all(), func(a answer) error {
			m, err := membersOf(a)
			if err == nil && !yield(m, nil) {
				err = errEnough
			}
			return err
		})
		if err != nil && !errors.Is(err, errEnough) {
			yield(Membership{}, err)
		}
	}
}

// errEnough says that a loop has ended.
var errEnough = errors.New("the loop has ended")

// membersOf reads the lines of a partition.
func membersOf(a answer) (Membership, error) {
	m := Membership{State: a.State, Members: make(map[string][]string)}
	for _, body := range a.bodies {
		var some membership
		if err := json.Unmarshal(body, &some); err != nil {
			return m, fmt.Errorf("query: the answer of partition %d: %w", a.Partition, err)
		}
		m.Members[some.Segment] = append(m.Members[some.Segment], some.IDs...)
	}
	return m, nil
}

// ordered puts the parts of an answer in the order of their partitions.
func ordered(parts [][]string, at At) ([]string, At) {
	slices.SortFunc(at, func(a, b State) int { return a.Partition - b.Partition })
	return slices.Concat(parts...), at
}
