package nats

import (
	"context"
	"testing"

	"github.com/segmentrules/segment/cluster/clustertest"
)

// TestMain: this program is also the servers and the workers of tests with processes.
func TestMain(m *testing.M) {
	clustertest.Main(m, map[string]func(context.Context) error{"server": runServer, "worker": runWorker})
}
