package main

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/url"
	"path/filepath"
	"time"

	"github.com/nats-io/nats-server/v2/server"
)

// brokerSettings are what the process of a broker is started with.
type brokerSettings struct {
	Name   string
	Dir    string
	Port   int   // for clients
	Route  int   // for the other brokers
	Routes []int // of all
}

// serve is a NATS server that keeps streams on disk, and syncs what it has said it has:
// a message that was acknowledged is on the disks of two of three, whatever is killed.
func (s brokerSettings) serve(tell *teller) error {
	o := &server.Options{
		ServerName: s.Name, Host: loopback, Port: s.Port, NoSigs: true,
		JetStream: true, StoreDir: filepath.Join(s.Dir, s.Name), SyncAlways: true,
		Cluster: server.ClusterOpts{Name: "example", Host: loopback, Port: s.Route},
	}
	for _, port := range s.Routes {
		o.Routes = append(o.Routes, &url.URL{Scheme: "nats", Host: fmt.Sprint(loopback, ":", port)})
	}
	broker, err := server.NewServer(o)
	if err != nil {
		return err
	}
	broker.ConfigureLogger()
	broker.Start()
	if !broker.ReadyForConnections(patience) {
		return errors.New("it is not ready for connections")
	}
	for !broker.JetStreamIsCurrent() {
		time.Sleep(50 * time.Millisecond)
	}
	tell.say(line{What: saysReady})
	broker.WaitForShutdown()
	return errors.New("it has stopped by itself")
}

const loopback = "127.0.0.1"

// freePorts are ports of loopback that nobody uses now. They lie below those that systems give
// to outgoing connections, one of which could else have the port of a broker when it comes
// back.
func freePorts(n int) (ports []int, err error) {
	for tries := 0; len(ports) < n; tries++ {
		port := 20_000 + rand.IntN(10_000)
		l, err := net.Listen("tcp", fmt.Sprint(loopback, ":", port))
		switch {
		case err == nil:
			defer l.Close() // only now, or it may be found twice
			ports = append(ports, port)
		case tries > 1_000:
			return nil, fmt.Errorf("no free ports were found: %w", err)
		}
	}
	return ports, nil
}
