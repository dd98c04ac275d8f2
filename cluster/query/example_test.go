package query_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"time"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/cluster"
	"github.com/segmentrules/segment/cluster/client"
	"github.com/segmentrules/segment/cluster/query"
)

// Two members that answer for their partitions, and somebody who asks.
func Example() {
	ctx, stop := context.WithTimeout(context.Background(), time.Minute)
	defer stop()
	engine := cluster.NewFake() // or that of cluster/nats, cluster/kafka, cluster/sql
	const partitions = 4

	for _, name := range []string{"a", "b"} {
		runner := &cluster.Runner{Broker: engine, Signs: engine, Input: engine, Options: cluster.Options{Partitions: partitions}}
		mux := http.NewServeMux()
		mux.Handle(query.Path, query.Handler(runner, query.HandlerOptions{Partitions: partitions, Authorize: func(r *http.Request) error {
			return nil // who asks?
		}}))
		server := httptest.NewServer(mux)
		defer server.Close()
		runner.Member = cluster.Member{Name: name, Address: server.URL}
		go runner.Run(ctx)
	}

	p, err := client.NewProducer(engine, client.Options{Name: "shop", Partitions: partitions})
	if err != nil {
		fmt.Println(err)
		return
	}
	var us []segment.Update
	for i := range 100 {
		us = append(us, segment.Update{Contact: fmt.Sprint("c", i), Set: map[string]segment.Value{"age": segment.Int(int64(i))}})
	}
	for _, err := range []error{
		p.BeginEpoch(ctx, cluster.Epoch{Number: 1, Environment: segment.EnvironmentHere()}),
		p.Define(ctx, segment.Segment{ID: "old", Condition: segment.MustParse(`age >= 90`)}),
		p.Publish(ctx, us...),
	} {
		if err != nil {
			fmt.Println(err)
		}
	}

	c, err := query.New(engine, query.Options{Partitions: partitions})
	if err != nil {
		fmt.Println(err)
		return
	}
	sent := c.After(p.Sent()) // what was sent just now is in the answer
	n, at, err := sent.Count(ctx, segment.MustParse(`age < 10`))
	fmt.Println(n, "contacts in", len(at), "partitions", err)
	ids, at, err := sent.Members(ctx, "old")
	fmt.Println(len(ids), "members", err)
	cursor := at.Cursor() // who enters and leaves from here on: client.Reader.Subscribe
	fmt.Println(len(cursor), "places")
	why, _, err := c.Explain(ctx, "c95", "old")
	fmt.Println(why.Holds, why.Seen, err)
	// Output:
	// 10 contacts in 4 partitions <nil>
	// 10 members <nil>
	// 4 places
	// true age is 95 <nil>
}
