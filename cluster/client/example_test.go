package client_test

import (
	"context"
	"fmt"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/cluster"
	"github.com/segmentrules/segment/cluster/client"
)

// A producer, a worker's process and a reader, on an engine in memory.
func Example() {
	ctx, stop := context.WithTimeout(context.Background(), time.Minute)
	defer stop()
	engine := cluster.NewFake() // or that of cluster/nats, cluster/kafka, cluster/sql

	p, err := client.NewProducer(engine, client.Options{Name: "shop", Partitions: 4})
	if err != nil {
		fmt.Println(err)
		return
	}
	pro := segment.Segment{ID: "pro", Condition: segment.MustParse(`plan = "pro"`)}
	for _, err := range []error{
		p.BeginEpoch(ctx, cluster.Epoch{Number: 1, Environment: segment.EnvironmentHere()}),
		p.Define(ctx, pro),
		p.Publish(ctx, segment.Update{Contact: "ann", Set: map[string]segment.Value{"plan": segment.Text("pro")}}),
		p.Publish(ctx, segment.Update{Contact: "ann", Set: map[string]segment.Value{"plan": segment.Text("free")}}),
		p.Close(ctx),
	} {
		if err != nil {
			fmt.Println(err)
		}
	}

	runner := cluster.Runner{Broker: engine, Signs: engine, Input: engine, Member: cluster.Member{Name: "a"}, Options: cluster.Options{Partitions: 4}}
	go runner.Run(ctx)

	r, err := client.NewReader(engine, client.ReaderOptions{Partitions: 4})
	if err != nil {
		fmt.Println(err)
		return
	}
	var cursor client.Cursor // or what was stored
	for d, err := range r.Subscribe(ctx, cursor) {
		if err != nil {
			fmt.Println(err)
			return
		}
		cursor.Take(d) // and store it with what the diffs come to
		fmt.Println("partition", d.Partition, "revision", d.Revision, d.Contact, d.Segment, d.Entered)
		if !d.Entered {
			break
		}
	}
	// Output:
	// partition 1 revision 1 ann pro true
	// partition 1 revision 2 ann pro false
}
