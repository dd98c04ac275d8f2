package cluster_test

import (
	"context"
	"fmt"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/cluster"
)

// Two partitions in one process, on a broker in memory.
func ExampleWorker() {
	const partitions = 2
	now := time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)
	broker := cluster.NewFake()
	for _, m := range []cluster.Message{
		{Kind: cluster.KindEpoch, Epoch: cluster.Epoch{Number: 1, Partitions: partitions, Environment: segment.EnvironmentHere()}},
		{Kind: cluster.KindDefine, Segment: segment.Segment{ID: "pro", Condition: segment.MustParse(`plan = "pro"`)}},
		{Kind: cluster.KindUpdates, Updates: []segment.Update{{Contact: "ann", Set: map[string]segment.Value{"plan": segment.Text("pro")}}}},
		{Kind: cluster.KindUpdates, Updates: []segment.Update{{Contact: "bob", Set: map[string]segment.Value{"plan": segment.Text("pro")}}}},
	} {
		if _, err := broker.Send(m, partitions, now); err != nil {
			fmt.Println(err)
		}
	}
	for p := range partitions {
		w, err := cluster.NewWorker(broker, p, cluster.Options{Partitions: partitions})
		if err != nil {
			fmt.Println(err)
			return
		}
		for idle := false; !idle && err == nil; {
			idle, err = w.Step(context.Background())
		}
		for _, k := range broker.Output(p) {
			var c cluster.Commit
			if err := c.UnmarshalBinary(k.Data); err != nil {
				fmt.Println(err)
			}
			for _, d := range c.Diffs {
				fmt.Println("partition", p, "tells", d)
			}
		}
	}
	// Output:
	// partition 0 tells + pro bob 2026-01-01T12:00:00Z
	// partition 1 tells + pro ann 2026-01-01T12:00:00Z
}
