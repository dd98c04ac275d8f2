package nats

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

// What three servers on this machine can do. They are processes, and each benchmark starts
// its own.

// BenchmarkPublish appends 120 bytes to the input, with so many requests under way. The
// figures to compare are those of one window with sync=always and sync=default.
func BenchmarkPublish(b *testing.B) {
	for _, sync := range []string{"default", "always"} {
		b.Run("sync="+sync, func(b *testing.B) {
			servers := startThree(b, "SYNC="+sync)
			e := servers.engine(threeOptions(8))
			for _, window := range []int{1, 1024} {
				b.Run(fmt.Sprint("window=", window), func(b *testing.B) { publish(b, e, window) })
			}
		})
	}
}

// publish publishes with so many requests under way.
func publish(b *testing.B, e *Engine, window int) {
	js, err := jetstream.New(e.nc, jetstream.WithPublishAsyncMaxPending(window))
	if err != nil {
		b.Fatal(err)
	}
	text := make([]byte, 120)
	b.ResetTimer()
	for i := range b.N {
		if _, err := js.PublishAsync(e.o.inSubject(i%8), text, jetstream.WithStallWait(time.Minute)); err != nil {
			b.Fatal(err)
		}
	}
	<-js.PublishAsyncComplete()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "msgs/s")
}

// BenchmarkRead reads a partition from its beginning, where every other message is of another
// partition: what a worker without a snapshot waits for.
func BenchmarkRead(b *testing.B) {
	servers := startThree(b)
	e := servers.engine(threeOptions(2))
	const n = 200_000
	js, err := jetstream.New(e.nc, jetstream.WithPublishAsyncMaxPending(1024))
	if err != nil {
		b.Fatal(err)
	}
	for i := range n {
		if _, err := js.PublishAsync(e.o.inSubject(i%2), make([]byte, 120), jetstream.WithStallWait(time.Minute)); err != nil {
			b.Fatal(err)
		}
	}
	<-js.PublishAsyncComplete()
	b.ResetTimer()
	for range b.N {
		after := uint64(0)
		for got := 0; got < n/2; {
			entries, err := e.Read(b.Context(), 1, after, 1000)
			if err != nil {
				b.Fatal(err)
			}
			if got += len(entries); len(entries) > 0 {
				after = entries[len(entries)-1].Position
			}
		}
	}
	b.ReportMetric(float64(b.N)*n/2/b.Elapsed().Seconds(), "msgs/s")
}

// BenchmarkCommit commits 2 kB, about 100 diffs, one after the other, by so many partitions at
// once.
func BenchmarkCommit(b *testing.B) {
	for _, sync := range []string{"default", "always"} {
		b.Run("sync="+sync, func(b *testing.B) {
			servers := startThree(b, "SYNC="+sync)
			e := servers.engine(threeOptions(64))
			at := make([]uint64, 64)
			for _, partitions := range []int{1, 8, 64} {
				b.Run(fmt.Sprint("partitions=", partitions), func(b *testing.B) { commits(b, e, at[:partitions]) })
			}
		})
	}
}

// commits has each partition commit behind its last position.
func commits(b *testing.B, e *Engine, at []uint64) {
	text := make([]byte, 2_000)
	done := make(chan error, len(at))
	b.ResetTimer()
	for p := range at {
		go func() {
			for i := p; i < b.N; i += len(at) {
				position, err := e.Commit(context.Background(), p, at[p], text)
				if err != nil {
					done <- err
					return
				}
				at[p] = position
			}
			done <- nil
		}()
	}
	for range at {
		if err := <-done; err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "commits/s")
	b.ReportMetric(b.Elapsed().Seconds()*1000*float64(min(len(at), b.N))/float64(b.N), "ms/commit")
}

// BenchmarkStreamPerPartition is BenchmarkCommit for the layout that this package does not
// have: a stream for each partition, so that nothing is synced together.
func BenchmarkStreamPerPartition(b *testing.B) {
	const partitions = 64
	servers := startThree(b)
	e := servers.engine(threeOptions(partitions))
	for p := range partitions {
		config := e.o.streams()[1]
		config.Name, config.Subjects = fmt.Sprint("D", p), []string{fmt.Sprint("d.", p)}
		err := e.o.insist(context.Background(), func(ctx context.Context) error {
			_, err := e.js.CreateStream(ctx, config)
			return err
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	text := make([]byte, 2_000)
	done := make(chan error, partitions)
	b.ResetTimer()
	for p := range partitions {
		go func() {
			for i := p; i < b.N; i += partitions {
				if _, err := e.js.Publish(context.Background(), fmt.Sprint("d.", p), text); err != nil {
					done <- err
					return
				}
			}
			done <- nil
		}()
	}
	for range partitions {
		if err := <-done; err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "commits/s")
}
