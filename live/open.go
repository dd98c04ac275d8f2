package live

// New returns a host that drives a machine from now on, and starts its goroutine. Nobody else
// may change the machine as long as the host does.
//
// What was due while no host was there, as after a restart, is told first. Subscribers find
// the diffs from the revision of the machine on; those before it only if the machine is a
// [Historian].
func New(m Machine, o Options) *Host {
	o = o.withDefaults()
	h := &Host{
		options: o,
		machine: m,
		index:   m.Index(),
		bell:    make(chan struct{}, 1),
		closing: make(chan struct{}),
		stopped: make(chan struct{}),
	}
	revision := h.index.Revision()
	h.revision.Store(revision)
	h.feed = newFeed(revision, o.Keep)
	h.mu.Lock()
	h.setDue()
	h.mu.Unlock()
	go h.keepTime()
	return h
}

// Close ends the host: it waits for the calls under way and for the goroutine, and then ends
// all subscriptions, once they have yielded what there is, with [ErrClosed]. Later calls
// return ErrClosed, and reads that return no error show the state that was the last. The
// machine is left open; it is for the caller to close. Closing again returns ErrClosed.
func (h *Host) Close() error {
	h.mu.Lock()
	if h.closed {
		h.mu.Unlock()
		<-h.stopped
		return ErrClosed
	}
	h.closed = true
	h.mu.Unlock()
	close(h.closing)
	<-h.stopped
	h.calls.Wait()
	h.feed.stop(ErrClosed)
	return nil
}
