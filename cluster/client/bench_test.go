package client

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/segmentrules/segment/cluster"
)

// A slowInput takes a while for each message.
type slowInput time.Duration

func (s slowInput) Append(context.Context, int, string, []byte) error {
	if s > 0 {
		time.Sleep(time.Duration(s))
	}
	return nil
}

// BenchmarkPublish: messages of one update by many goroutines, on an engine that takes no time
// and on one that takes some for each message, however many are under way.
func BenchmarkPublish(b *testing.B) {
	for _, d := range []time.Duration{0, 2 * time.Millisecond} {
		b.Run(fmt.Sprint("engine takes ", d), func(b *testing.B) {
			var in cluster.Input = slowInput(d)
			p, err := NewProducer(in, Options{Name: "shop"})
			if err != nil {
				b.Fatal(err)
			}
			var n atomic.Int64
			b.SetParallelism(512)
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					if err := p.Publish(context.Background(), numbered(fmt.Sprint(n.Add(1)), 1)); err != nil {
						b.Error(err)
					}
				}
			})
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "messages/s")
		})
	}
}
