package clustertest

import (
	"testing"

	"github.com/segmentrules/segment/cluster"
)

// TestFakeConforms: the broker in memory is an engine. All of a test have the same one.
func TestFakeConforms(t *testing.T) {
	fakes := map[*testing.T]*cluster.Fake{}
	Conform(t, 3, func(t *testing.T) cluster.Engine {
		if fakes[t] == nil {
			fakes[t] = cluster.NewFake()
		}
		return fakes[t]
	})
}
