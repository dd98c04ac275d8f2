//go:build unix

package sql

import (
	"context"
	"os"
	"testing"

	"github.com/segmentrules/segment/cluster"
	"github.com/segmentrules/segment/cluster/clustertest"
)

func TestMain(m *testing.M) {
	if os.Getenv("CLUSTERTEST_ROLE") != "" {
		clustertest.Main(m, map[string]func(context.Context) error{"worker": worker})
	}
	status := m.Run()
	stopShared()
	os.Exit(status)
}

// TestConform: all that is asked of an engine.
func TestConform(t *testing.T) {
	schemas := map[*testing.T]string{}
	clustertest.Conform(t, 3, func(t *testing.T) cluster.Engine {
		p, o := pool(t), Options{Partitions: 3, Schema: schemas[t]}
		if o.Schema == "" {
			o.Schema = schema(t)
			schemas[t] = o.Schema
			if err := Setup(t.Context(), p, o); err != nil {
				t.Fatal(err)
			}
		}
		return open(t, p, o)
	})
}
