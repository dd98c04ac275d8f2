package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net"
	"net/http"
	"os"
	"time"

	"github.com/segmentrules/segment/cluster"
	"github.com/segmentrules/segment/cluster/query"
)

// workerSettings are what the process of a worker is started with.
type workerSettings struct {
	Name       string
	Servers    string // the brokers, as a client of NATS has them
	Partitions int
}

// snapshotEvery is small: after a takeover one sees a worker begin from a snapshot.
const snapshotEvery = 2_000

// options are the same for all workers, and for who compares with what they have told.
func options(partitions int) cluster.Options {
	return cluster.Options{Partitions: partitions, SnapshotEvery: snapshotEvery}
}

// work is a worker: a member of the cluster with its share of the partitions, which also
// answers questions about them. The library needs no more than that; heard and tell are for the
// page.
func (s workerSettings) work(tell *teller) error {
	ctx := context.Background()
	e, err := connect(ctx, s.Servers, s.Partitions)
	if err != nil {
		return err
	}
	defer e.close()
	listener, err := net.Listen("tcp", loopback+":0")
	if err != nil {
		return err
	}
	runner := &cluster.Runner{
		Broker:  heard{e, tell},
		Signs:   e,
		Input:   e,
		Options: options(s.Partitions),
		Member:  cluster.Member{Name: s.Name, Address: "http://" + listener.Addr().String()},
		Report: func(partition int, err error) {
			fmt.Fprintf(os.Stderr, "partition %d: %v\n", partition, err)
			tell.say(line{What: saysTrouble, Partition: partition, Text: err.Error()})
		},
	}
	answers := http.NewServeMux()
	answers.Handle(query.Path, query.Handler(runner, query.HandlerOptions{Partitions: s.Partitions}))
	go func() { log.Fatal((&http.Server{Handler: answers, ReadHeaderTimeout: time.Second}).Serve(listener)) }()
	tell.say(line{What: saysReady})
	return runner.Run(ctx)
}

// heard is a Broker that tells of commits: the output does not say who has made them.
type heard struct {
	cluster.Broker
	tell *teller
}

// Commit is that of [cluster.Broker].
func (h heard) Commit(ctx context.Context, partition int, expected uint64, commit []byte) (uint64, error) {
	position, err := h.Broker.Commit(ctx, partition, expected, commit)
	switch {
	case err == nil:
		h.tell.say(line{What: saysCommit, Partition: partition, Position: position})
	case errors.Is(err, cluster.ErrFenced):
		h.tell.say(line{What: saysFenced, Partition: partition})
	}
	return position, err
}
