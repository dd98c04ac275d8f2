package kafka

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/segmentrules/segment/cluster"
)

// An Engine is a [cluster.Engine] on Kafka, for one cluster and one process: a broker for its
// workers, an input for its producers, an output for its readers. It may be used by several
// goroutines at once.
type Engine struct {
	o      Options
	cl     *kgo.Client // for all but transactions and Follow
	route  *route
	ctx    context.Context // of all clients; it ends with the engine
	cancel context.CancelFunc

	clock  sync.Mutex // held while a message gets its instant and its place in the queue
	cast   session    // of broadcasts
	castAt time.Time  // the instant of the last one of this engine; of who holds cast
	ends   ends       // of the input
	inputs []input    // by partition
	output []session  // by partition
	roll   roll       // who lives
}

// Open returns an engine for a cluster whose topics are there: see [Setup]. Errors: a
// [*TopicError] says which topic is not as it must be; those of Kafka.
func Open(ctx context.Context, o Options) (*Engine, error) {
	o, err := o.filled()
	if err != nil {
		return nil, err
	}
	cl, err := o.client()
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, 2*o.Patience)
	defer cancel()
	if err := o.check(ctx, cl); err != nil {
		cl.Close()
		return nil, err
	}
	e := &Engine{o: o, cl: cl, route: newRoute(cl, o),
		inputs: make([]input, o.Partitions), output: make([]session, o.Partitions)}
	e.ctx, e.cancel = context.WithCancel(context.Background())
	e.cast = newSession(e.ctx, o, o.Name+"-broadcast")
	for p := range e.output {
		e.output[p] = newSession(e.ctx, o, fmt.Sprint(o.Name, "-", p))
	}
	return e, nil
}

// Close lets go of all connections, and waits for the calls that are under way: they fail, and
// their outcome is not known. Later ones return [ErrClosed].
func (e *Engine) Close() {
	e.cancel()
	e.cl.Close()
	for _, s := range append([]*session{&e.cast}, pointers(e.output)...) {
		if s.take(context.Background()) == nil {
			s.drop()
			s.give()
		}
	}
}

// pointers are those to the elements of a slice.
func pointers(all []session) (out []*session) {
	for i := range all {
		out = append(out, &all[i])
	}
	return out
}

// may reports why a call for a partition may not be made, if so.
func (e *Engine) may(partition int) error {
	if e.ctx.Err() != nil {
		return ErrClosed
	}
	if partition < 0 || partition >= e.o.Partitions {
		return fmt.Errorf("kafka: there is no partition %d: there are %d", partition, e.o.Partitions)
	}
	return nil
}

var _ cluster.Engine = (*Engine)(nil)
