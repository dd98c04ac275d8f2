package cli

import (
	"context"
	"io"
)

// An interruptible is a reader that waits no longer than its context: a read of a terminal or
// a pipe that gives nothing cannot be ended otherwise.
type interruptible struct {
	ctx    context.Context
	r      io.Reader
	buffer []byte // of the read under way
	under  chan read
}

// A read is what a read came to.
type read struct {
	n   int
	err error
}

func (i *interruptible) Read(b []byte) (int, error) {
	if i.under == nil {
		if len(i.buffer) < len(b) {
			i.buffer = make([]byte, len(b))
		}
		into, done := i.buffer[:len(b)], make(chan read, 1)
		i.under = done
		go func() {
			n, err := i.r.Read(into)
			done <- read{n, err}
		}()
	}
	select {
	case got := <-i.under:
		i.under = nil
		return copy(b, i.buffer[:got.n]), got.err
	case <-i.ctx.Done():
		return 0, i.ctx.Err()
	}
}
