package query

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
)

// each asks all partitions, reads each answer as one of a type, and returns the states.
func each[T any](ctx context.Context, c *Cluster, q question, take func(partition int, body T)) (at At, err error) {
	q.Of = c.o.Partitions
	err = c.gather(ctx, q, c.all(), func(a answer) error {
		body, err := one[T](a)
		if err != nil {
			return err
		}
		at = append(at, a.State)
		take(a.Partition, body)
		return nil
	})
	slices.SortFunc(at, func(a, b State) int { return a.Partition - b.Partition })
	return at, err
}

// single asks one partition.
func single[T any](ctx context.Context, c *Cluster, q question, partition int) (out T, at State, err error) {
	q.Of = c.o.Partitions
	err = c.gather(ctx, q, []int{partition}, func(a answer) (err error) {
		at = a.State
		out, err = one[T](a)
		return err
	})
	return out, at, err
}

// one reads the answer of a partition that has one body.
func one[T any](a answer) (out T, err error) {
	if len(a.bodies) != 1 {
		return out, fmt.Errorf("query: partition %d has answered %d times", a.Partition, len(a.bodies))
	}
	if err := json.Unmarshal(a.bodies[0], &out); err != nil {
		return out, fmt.Errorf("query: the answer of partition %d: %w", a.Partition, err)
	}
	return out, nil
}
