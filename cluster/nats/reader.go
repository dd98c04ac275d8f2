package nats

import (
	"context"
	"sync"
	"time"

	"github.com/segmentrules/segment/cluster"
)

// A reader reads the input of one partition.
type reader struct {
	mu      sync.Mutex
	f       *flow
	at      uint64          // where the next Read goes on
	held    []cluster.Entry // taken from the flow, and not returned yet
	checked bool            // that the flow began with nothing purged
	quiet   bool            // the last Read has found nothing
	trouble time.Time       // since when nothing can be read
	tries   int             // to open a flow, since then
	idle    *time.Timer     // lets the flow go if nobody reads
}

// take takes what is there.
func (r *reader) take(ctx context.Context, most int) (entries []cluster.Entry) {
	wait := time.Duration(0)
	switch {
	case r.f.more > 0:
		wait = expect
	case r.quiet:
		wait = linger
	}
	for len(entries) < most {
		m, ok := r.f.take(ctx, wait)
		if !ok {
			break
		}
		entries = append(entries, cluster.Entry{Position: m.seq, Stored: m.stored, Data: m.msg.Data})
		wait = 0
	}
	r.quiet = len(entries) == 0
	return entries
}

// let lets go of the flow.
func (r *reader) let() {
	if r.f != nil {
		r.f.close()
		r.f, r.held = nil, nil
	}
}

// touch says that the flow is in use.
func (r *reader) touch() {
	if r.idle == nil {
		r.idle = time.AfterFunc(unused, r.drop)
		return
	}
	r.idle.Reset(unused)
}

// drop lets go of the flow of whoever reads no more.
func (r *reader) drop() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.idle != nil {
		r.idle.Stop()
	}
	r.let()
}
