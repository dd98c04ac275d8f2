package nats_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"os"

	"github.com/nats-io/nats-server/v2/server"

	"github.com/segmentrules/segment"
	"github.com/segmentrules/segment/cluster"
	"github.com/segmentrules/segment/cluster/nats"
)

// A whole cluster in one process: a server, one worker, a producer and a reader. With one
// server there is one replica; else leave Replicas out.
func Example() {
	url, stop := oneServer()
	defer stop()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	nc, err := nats.Connect(url)
	if err != nil {
		log.Fatal(err)
	}
	defer nc.Close()
	o := nats.Options{Name: "shop", Partitions: 4, Replicas: 1}
	if err := nats.Setup(ctx, nc, o); err != nil {
		log.Fatal(err)
	}
	engine, err := nats.Open(ctx, nc, o)
	if err != nil {
		log.Fatal(err)
	}
	defer engine.Close()
	runner := cluster.Runner{Broker: engine, Signs: engine, Input: engine, Member: cluster.Member{Name: "a"}, Options: cluster.Options{Partitions: 4}}
	go func() { _ = runner.Run(ctx) }()

	for _, m := range []cluster.Message{
		{Kind: cluster.KindEpoch, Epoch: cluster.Epoch{Number: 1, Partitions: 4, Environment: segment.EnvironmentHere()}},
		{Kind: cluster.KindDefine, Segment: segment.Segment{ID: "pro", Condition: segment.MustParse(`plan = "pro"`)}},
		{Kind: cluster.KindUpdates, Updates: []segment.Update{{Contact: "ann", Set: map[string]segment.Value{"plan": segment.Text("pro")}}}},
	} {
		partition, everyone, err := m.Route(4)
		if everyone {
			partition = cluster.Everyone
		}
		data, failed := m.AppendBinary(nil)
		if err = errors.Join(err, failed, engine.Append(ctx, partition, "", data)); err != nil {
			log.Fatal(err)
		}
	}
	enough := errors.New("enough")
	err = engine.Follow(ctx, map[int]uint64{0: 0, 1: 0, 2: 0, 3: 0}, func(partition int, k cluster.Committed) error {
		var c cluster.Commit
		if err := c.UnmarshalBinary(k.Data); err != nil || len(c.Diffs) == 0 {
			return err
		}
		fmt.Println(c.Diffs[0].Contact, "enters", c.Diffs[0].Segment)
		return enough
	})
	if !errors.Is(err, enough) {
		log.Fatal(err)
	}
	// Output: ann enters pro
}

// oneServer starts a server in this process.
func oneServer() (url string, stop func()) {
	folder, err := os.MkdirTemp("", "nats")
	if err != nil {
		log.Fatal(err)
	}
	s, err := server.NewServer(&server.Options{Host: "127.0.0.1", Port: server.RANDOM_PORT, JetStream: true, StoreDir: folder, NoLog: true, NoSigs: true})
	if err != nil {
		log.Fatal(err)
	}
	s.Start()
	return s.ClientURL(), func() {
		s.Shutdown()
		s.WaitForShutdown()
		_ = os.RemoveAll(folder)
	}
}
