package nats

import (
	"fmt"
	"sync/atomic"
	"testing"

	"github.com/segmentrules/segment/cluster"
	"github.com/segmentrules/segment/cluster/clustertest"
)

// TestConform asks everything that engines promise, of one server.
func TestConform(t *testing.T) {
	s := startServer(t)
	clustertest.Conform(t, 3, func(t *testing.T) cluster.Engine {
		o := testOptions(3)
		o.Name = nameOf(t)
		return openEngine(t, s, o)
	})
}

// TestConformThree asks the same of three servers that sync always.
func TestConformThree(t *testing.T) {
	if testing.Short() {
		t.Skip("three servers: not in the short form")
	}
	servers := startThree(t)
	clustertest.Conform(t, 3, func(t *testing.T) cluster.Engine {
		o := threeOptions(3)
		o.Name = nameOf(t)
		return servers.in(t, o)
	})
}

var names = new(struct {
	n  atomic.Int64
	of map[string]string
})

// nameOf is the name of a cluster of this test alone.
func nameOf(t *testing.T) string {
	if names.of == nil {
		names.of = make(map[string]string)
	}
	if names.of[t.Name()] == "" {
		names.of[t.Name()] = fmt.Sprint("c", names.n.Add(1))
	}
	return names.of[t.Name()]
}
