package index

import (
	"io"
	"time"

	"github.com/segmentrules/segment"
)

// What a host needs that keeps an index over restarts: how far it is, a hold of its state
// at a moment, definitions as they were kept, and a schema that grows. Package durable is
// such a host.

// Revision returns the revision of the last diff, 0 before the first. It waits for calls
// that write.
func (ix *Index) Revision() (revision uint64) {
	ix.mu.Hold(func() { revision = ix.revision })
	return revision
}

// Freeze takes hold of the whole state as it is at this moment, so that it can be written
// while the index goes on. Other calls wait for it, some tens of milliseconds for a
// million contacts; it does not grow with events. What is written to meanwhile is copied
// first, until the Frozen is let go. It may be called within the progress of
// [Index.DefineContext], and then has the state before the definition.
func (ix *Index) Freeze() Frozen { return Frozen{ix.freeze()} }

// A Frozen is the state of an index at a moment. It never changes, and its methods may be
// called at the same time. The zero Frozen is not valid.
type Frozen struct{ parts []*frozen }

// Now returns the clock at that moment.
func (f Frozen) Now() time.Time { return f.parts[0].now }

// Revision returns the revision of the last diff before that moment.
func (f Frozen) Revision() uint64 { return f.parts[0].revision }

// WriteTo writes the state as [Index.Snapshot] does, and returns how many bytes it has
// written. Errors are those of w.
func (f Frozen) WriteTo(w io.Writer) (int64, error) {
	counted := countingWriter{w: w}
	err := writeSnapshot(&counted, f.parts)
	return counted.n, err
}

// A countingWriter counts the bytes that have been written.
type countingWriter struct {
	w io.Writer
	n int64
}

func (c *countingWriter) Write(b []byte) (int, error) {
	n, err := c.w.Write(b)
	c.n += int64(n)
	return n, err
}

// SetSchema replaces the schema with which later definitions, questions and, with
// [Options.Strict], updates are checked; nil for none. Definitions that are in place stay
// as the schema of their time resolved them, and no membership changes: who wants the new
// meaning defines the segment again. It waits for calls that write.
func (ix *Index) SetSchema(s *segment.Schema) error {
	if !ix.mu.Lock() {
		return errWithinProgress()
	}
	defer ix.mu.Unlock()
	for _, sh := range ix.shards {
		sh.schema = s
	}
	return nil
}
